"""Checks of settings before they are taken, and problems of a project as it is. This module gathers both."""

from flux_gui.document.checks import (
    MAX_EPOCHS,
    MAX_SEED,
    check_choice,
    check_data,
    check_fit,
    check_loss,
    check_model,
    check_spec,
    check_training,
    check_units,
    check_value,
    check_whole,
)
from flux_gui.document.problems import Mend, Problem, problems

__all__ = [
    "MAX_EPOCHS",
    "MAX_SEED",
    "Mend",
    "Problem",
    "check_choice",
    "check_data",
    "check_fit",
    "check_loss",
    "check_model",
    "check_spec",
    "check_training",
    "check_units",
    "check_value",
    "check_whole",
    "problems",
]
