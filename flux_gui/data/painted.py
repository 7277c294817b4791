"""Painted data: pure functions that turn a table of points into another one: brush, single point, eraser, move.

A painting of classes has the columns x1, x2 and `class`, one of a curve the columns x and y. Places are (horizontal, vertical) in
units of the columns; a reach is a radius, or (horizontal, vertical) where the axes of the screen have different scales.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.data.table import Column, Rows, Table
from flux_gui.specs.data import ColumnSpec, PaintedData

MAX_POINTS = 20_000
MAX_CLASSES = 10

Array = NDArray[np.float64]
Place = tuple[float, float]
Reach = float | Place


def check(data: PaintedData) -> None:
    """Raise DataError for classes that cannot be painted: one, too many, or two with the same name or none."""
    names = [name.strip() for name in data.classes]
    if names and not 2 <= len(names) <= MAX_CLASSES:
        raise DataError(f"A painting has from 2 to {MAX_CLASSES} classes, got {len(names)}.", "Paint a curve if there are none.")
    if len(set(names)) < len(names) or "" in names:
        raise DataError("Every painted class needs a name of its own.", "Call them for instance a and b.")


def columns(data: PaintedData) -> tuple[ColumnSpec, ...]:
    """Return what each column of a painting is for."""
    if not data.classes:
        return (ColumnSpec("x", "number", "input", "painted"), ColumnSpec("y", "number", "target", "painted"))
    inputs = tuple(ColumnSpec(name, "number", "input", "painted") for name in ("x1", "x2"))
    return (*inputs, ColumnSpec("class", "category", "target", "painted"))


def empty(data: PaintedData) -> Table:
    """Return the table that a painting begins with: no rows."""
    check(data)
    return Table(tuple(Column(spec.name, spec.kind, np.array([], np.float64 if spec.kind == "number" else str)) for spec in columns(data)))


def places(table: Table) -> Array:
    """Return the places of all points, shape (rows, 2)."""
    return np.column_stack((table.columns[0].values, table.columns[1].values))


def point(table: Table, at: Place, label: str = "") -> Table:
    """Return the painting with one more point at the end, of the class `label`; none for a curve."""
    return _with(table, np.array([at], dtype=np.float64), label)


def brush(table: Table, at: Place, reach: Reach, count: int = 5, seed: int = 0, label: str = "") -> Table:
    """Return the painting with `count` more points scattered evenly over the disc around `at`; another `seed` for every dab."""
    if count < 1:
        raise DataError(f"A brush paints at least 1 point, got {count}.", "Use 5 for a soft brush.")
    u = np.random.Generator(np.random.PCG64([seed, 11])).random((count, 2))
    radius, angle = np.sqrt(u[:, 0]), 2 * np.pi * u[:, 1]
    disc = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
    return _with(table, np.array(at) + disc * _reach(reach), label)


def near(table: Table, at: Place, reach: Reach) -> NDArray[np.intp]:
    """Return the rows of the points within `reach` of `at`, the nearest first."""
    away = _distances(table, at, reach)
    rows = np.flatnonzero(away <= 1.0)
    return rows[np.argsort(away[rows], kind="stable")]


def erase(table: Table, at: Place, reach: Reach) -> Table:
    """Return the painting without the points within `reach` of `at`; the same object when there are none."""
    keep = _distances(table, at, reach) > 1.0
    return table if bool(keep.all()) else table.select(keep)


def move(table: Table, rows: Rows, by: Place) -> Table:
    """Return the painting with the points `rows` moved `by` (right, up)."""
    moved = places(table)
    moved[rows] += np.array(by, dtype=np.float64)
    return _table(table, moved, table.columns[2].values if len(table.columns) > 2 else None)


def rename(table: Table, old: str, new: str) -> Table:
    """Return the painting with the class `old` called `new`; with the name of another class the two become one."""
    if len(table.columns) < 3 or not new.strip():
        raise DataError(f"The class '{old}' cannot be called '{new}'.", "A class needs a name, and a curve has no classes.")
    labels = np.where(table.columns[2].values == old, new.strip(), table.columns[2].values)
    return _table(table, places(table), labels)


def stroke(path: Sequence[Place], spacing: Reach) -> list[Place]:
    """Return places along a line through `path`, `spacing` apart, the first included: where a dragged brush or eraser dabs."""
    if not path:
        return []
    dabs, unit = [path[0]], _reach(spacing)
    for goal in path[1:]:
        gap = float(np.linalg.norm((np.array(goal) - np.array(dabs[-1])) / unit))
        start = np.array(dabs[-1], dtype=np.float64)
        for step in range(1, int(gap) + 1):
            x, y = (start + (np.array(goal) - start) * (step / gap)).tolist()
            dabs.append((x, y))
    return dabs


def _reach(reach: Reach) -> Array:
    pair = np.array(reach if isinstance(reach, tuple) else (reach, reach), dtype=np.float64)
    if not (np.isfinite(pair).all() and (pair > 0).all()):
        raise DataError(f"The size of a brush must be above 0, got {reach}.", "Use a tenth of the picture's width.")
    return pair


def _distances(table: Table, at: Place, reach: Reach) -> Array:
    return np.asarray(np.linalg.norm((places(table) - np.array(at)) / _reach(reach), axis=1))


def _with(table: Table, added: Array, label: str) -> Table:
    """Return the painting with more points; DataError for too many, for a place that is no number and for a class that is missing."""
    if not np.isfinite(added).all():
        raise DataError(f"A point must lie at finite numbers, got {added[0].tolist()}.", "Paint inside the picture.")
    if table.rows + len(added) > MAX_POINTS:
        raise DataError(f"A painting has at most {MAX_POINTS} points.", "Erase some, or load them from a file.")
    classes = len(table.columns) > 2
    if classes != bool(label.strip()):
        needs = "A painted point needs a class." if classes else f"A curve has no classes, got '{label}'."
        raise DataError(needs, "Choose one of the classes." if classes else "Paint it without a class.")
    labels = np.concatenate((table.columns[2].values, np.full(len(added), label.strip()))) if classes else None
    return _table(table, np.concatenate((places(table), added)), labels)


def _table(table: Table, where: Array, labels: NDArray[np.str_] | None) -> Table:
    first, second = table.columns[:2]
    numbers = (Column(first.name, "number", where[:, 0]), Column(second.name, "number", where[:, 1]))
    return Table(numbers if labels is None else (*numbers, Column(table.columns[2].name, "category", labels)), table.notices)
