"""The row of the data that pictures and maths are about: one of the training or validation rows, never of the test rows."""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from flux_gui.data.prepare import Dataset
from flux_gui.document.project import Project

PartName = Literal["train", "validation"]
PARTS: Final[tuple[PartName, ...]] = ("train", "validation")
TITLES: Final[dict[PartName, str]] = {"train": "training", "validation": "validation"}


class ChosenRow(QObject):
    """`part` and `row`: which row of `dataset.parts[part]` is chosen, counted from 0; at first the first training row.

    Signals: changed() when another row is chosen, or when its numbers are others because the data were prepared anew.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.part: PartName = "train"
        self.row = 0
        self._dataset: Dataset | None = None

    def show_project(self, project: Project) -> None:
        """Follow the row of the table into the data of `project`; where it is gone, the place stays."""
        before, after = self._dataset, project.dataset
        if before is after:
            return
        place = int(before.parts[self.part].rows[self.row]) if before is not None else -1
        self._dataset = after
        self.part, self.row = self._found(place) or self._nearest(self.part, self.row)
        self.changed.emit()

    def choose(self, part: PartName, row: int) -> None:
        """Choose a row; beyond the last one the last is meant, and an empty part gives way to the training rows."""
        if self._dataset is None:
            return
        found = self._nearest(part, row)
        if found != (self.part, self.row):
            self.part, self.row = found
            self.changed.emit()

    def choose_of_table(self, row: int) -> None:
        """Choose a row of the table by its number there; a test row, or one that is not used, changes nothing."""
        found = self._found(row)
        if found is not None:
            self.choose(*found)

    def count(self, part: PartName) -> int:
        """Return how many rows a part has."""
        return len(self._dataset.parts[part]) if self._dataset is not None else 0

    @property
    def inputs(self) -> NDArray[np.floating]:
        """The prepared inputs of the row, (inputs,), as the network gets them; read-only."""
        return self._dataset.parts[self.part].x[self.row] if self._dataset is not None else np.empty(0, np.float32)

    @property
    def title(self) -> str:
        """Which row it is, counted from 1: sample 118 of 154 (training)."""
        return f"sample {self.row + 1} of {self.count(self.part)} ({TITLES[self.part]})"

    def _found(self, place: int) -> tuple[PartName, int] | None:
        """Return where a row of the table is used."""
        parts = self._dataset.parts if self._dataset is not None else {}
        for part in PARTS:
            at = np.flatnonzero(parts[part].rows == place) if part in parts else np.empty(0, np.intp)
            if len(at):
                return part, int(at[0])
        return None

    def _nearest(self, part: PartName, row: int) -> tuple[PartName, int]:
        known: PartName = part if self.count(part) else "train"
        return known, max(0, min(row, self.count(known) - 1))
