"""The project value: specification, table, prepared data and model state, always consistent with each other."""

from dataclasses import dataclass

from flux_gui.data.prepare import Dataset
from flux_gui.data.table import Table
from flux_gui.document.states import ModelState
from flux_gui.specs import ProjectSpec


@dataclass(frozen=True, eq=False)
class Project:
    """One immutable moment of the user's work; edits return a new one that shares every part they did not touch."""

    spec: ProjectSpec
    table: Table
    dataset: Dataset
    state: ModelState
