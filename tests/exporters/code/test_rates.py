"""Tests of the learning rate as source text: the same numbers as the schedule of the app."""

import math

import pytest

from flux_gui.engine import schedules
from flux_gui.exporters.code.rates import rate_of
from flux_gui.specs import Choice, Stage, TrainingSpec

ALL = [entry.name for entry in schedules.SCHEDULES if entry.name != "Plateau"]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("length", [0, 7])
def test_the_same_rate(name: str, length: int) -> None:
    stages = (Stage(Choice("Exp", {"decay": 0.9}), 3), Stage(Choice(name), length), Stage(Choice("WarmUp")))
    if name == "CosAnneal":
        stages = (*stages[:1], Stage(Choice(name, {"low": 0.2, "period": 5.0, "restart": 0.0}), length), *stages[2:])
    schedule = schedules.build(stages, 0.3)
    assert schedule is not None
    found: dict[str, object] = {"math": math}
    exec("\n".join(rate_of(TrainingSpec(schedule=stages), 0.3)), found)
    rate = found["rate"]
    assert callable(rate)
    for t in (*range(1, 14), 60, 300):
        assert rate(t) == pytest.approx(schedule.rate(t, 0.3), rel=1e-9, abs=1e-12), t


def test_a_rate_that_stays_needs_no_function() -> None:
    assert rate_of(TrainingSpec(), 0.1) == []
    assert rate_of(TrainingSpec(schedule=(Stage(Choice("constant")),)), 0.1) == []
    (line,) = rate_of(TrainingSpec(schedule=(Stage(Choice("Plateau")),)), 0.1)
    assert line.startswith("# The rate follows the loss")
