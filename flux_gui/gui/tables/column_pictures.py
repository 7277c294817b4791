"""What can be drawn of the columns of a table, as plain arrays: points of two columns, and how the classes are divided. No Qt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flux_gui.data.table import Column
from flux_gui.document.project import Project
from flux_gui.gui.tables.row_order import PARTS

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
MOST_POINTS = 3000
MOST_NAMES = 12  # words of a column that have a place of their own on an axis


@dataclass(frozen=True, eq=False)
class Points:
    """One point a row: `names` are the words along an axis, empty for numbers; `group` is the class of a point, -1 for none."""

    x: Floats
    y: Floats
    x_names: tuple[str, ...]
    y_names: tuple[str, ...]
    group: NDArray[np.intp]
    groups: tuple[str, ...]
    rows: int  # how many there are, drawn or not


@dataclass(frozen=True)
class Balance:
    """How many rows of each class train, validate and test; rows that are not used are left out."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, int, int], ...]


def points(x: Column, y: Column, colour: Column | None, labels: tuple[str, ...], rows: Rows | None = None) -> Points:
    """Return the points of two columns, of very many rows every n-th; `colour` is the column of the classes `labels`.

    `rows` are those of one part, None means all.
    """
    count = len(x) if rows is None else len(rows)
    every = max(1, -(-count // MOST_POINTS))
    chosen: Rows | slice = slice(None, None, every) if rows is None else rows[::every]
    across, across_names = _places(x, chosen)
    up, up_names = _places(y, chosen)
    group = np.full(len(across), -1, np.intp)
    if colour is not None and labels:
        words = _words(colour, chosen)
        for place, label in enumerate(labels):
            group[words == label] = place
    known = np.isfinite(across) & np.isfinite(up)
    return Points(across[known], up[known], across_names, up_names, group[known], labels, count)


def balance(project: Project) -> Balance:
    """Return how the classes of `project` are divided; a class that no row has counts 0."""
    labels = project.dataset.labels
    counts = []
    for name in PARTS:
        y = project.dataset.parts[name].y
        if project.dataset.task == "binary":
            ones = int(np.count_nonzero(y[:, 0] > 0.5))
            counts.append([len(y) - ones, ones])
        else:
            counts.append(np.count_nonzero(y > 0.5, axis=0).tolist())
    return Balance(labels, tuple(zip(*counts, strict=True)))


def _words(column: Column, chosen: Rows | slice) -> NDArray[np.str_]:
    return Column(column.name, column.kind, column.values[chosen]).labels()


def _places(column: Column, chosen: Rows | slice) -> tuple[Floats, tuple[str, ...]]:
    """Return where the cells lie on an axis: numbers as they are; words at 0, 1, ... spread a little, so that equal ones are seen."""
    if column.kind == "number":
        return column.values[chosen].astype(np.float64), ()
    words = column.values[chosen]
    names, codes, counts = np.unique(words, return_inverse=True, return_counts=True)
    shown = [place for place in np.argsort(-counts, kind="stable").tolist() if names[place] != ""][:MOST_NAMES]
    shown.sort(key=lambda place: str(names[place]))
    where = np.full(len(names), np.nan)
    where[shown] = np.arange(len(shown))
    spread = np.random.Generator(np.random.PCG64(0)).uniform(-0.28, 0.28, len(words))
    return where[codes.ravel()] + spread, tuple(str(names[place]) for place in shown)
