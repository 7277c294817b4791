"""Problems and their mends: what a user is told about a setting, and the edit that one click on its button does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from flux_gui.document.edits import add_layer, remove_layer, set_value
from flux_gui.document.project import Project


@dataclass(frozen=True)
class Mend:
    """One click that mends a problem: what the button says, and the edit."""

    label: str
    edit: Callable[[Project], Project]


@dataclass(frozen=True)
class Problem:
    """Something about a setting that a user should know: where, how bad, what, and what to do."""

    path: str
    severity: Literal["error", "warning"]
    text: str
    hint: str = ""
    mend: Mend | None = None


def setting(path: str, value: object, label: str) -> Mend:
    """Return the mend that sets one value by its path."""
    return Mend(label, lambda project: set_value(project, path, value))


def removal(index: int) -> Mend:
    """Return the mend that removes a layer."""
    return Mend("Remove the step", lambda project: remove_layer(project, index))


def addition(kind: str) -> Mend:
    """Return the mend that puts a layer at the end."""
    return Mend(f"Add a {kind} step", lambda project: add_layer(project, len(project.spec.model.layers), kind=kind))
