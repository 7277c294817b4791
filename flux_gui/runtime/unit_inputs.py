"""What a network is fed so that its neurons can be pictured: places along one or two inputs, and rows it learns from."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import FluxError
from flux_gui.data.table import Column, Table
from flux_gui.document.project import Project
from flux_gui.runtime.probe import shown_range

Kind = Literal["curve", "map", "bar"]
POINTS = 65  # places of a response curve, one of them in the middle
TYPICAL = 1000  # rows that are looked at for the usual value of a column


@dataclass(frozen=True)
class UnitWish:
    """What of a network is to be pictured.

    `units` are (layer of the Chain, its drawn units), layer -1 for the inputs. `axes` are no, one or two number columns, None for what
    suits the data; `row` (part, row of that part) is where the other columns are held, None at what is usual. `gradient` asks for
    the gradient of the loss as well.
    """

    units: tuple[tuple[int, tuple[int, ...]], ...] = ()
    axes: tuple[str, ...] | None = None
    row: tuple[str, int] | None = None
    gradient: bool = False


@dataclass(frozen=True)
class Axis:
    """One input along which neurons are pictured: its column and the part of it that is shown."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class UnitInputs:
    """Prepared inputs `x`: first `points` places (of a map row by row, the lowest first), then `rows` training rows, then the chosen row.

    `held` says where the inputs that are not along an axis stand, "" when there are none.
    """

    axes: tuple[Axis, ...]
    x: NDArray[Any]
    points: int
    rows: int
    chosen: bool
    held: str

    @property
    def kind(self) -> Kind:
        """How a neuron is pictured."""
        kinds: tuple[Kind, ...] = ("bar", "curve", "map")
        return kinds[len(self.axes)]

    @property
    def side(self) -> int:
        """The number of places along one axis."""
        return self.points if len(self.axes) == 1 else round(self.points**0.5)


def number_columns(project: Project) -> tuple[str, ...]:
    """Return the columns that can be an axis: numbers that reach the network."""
    return tuple(column.name for column in project.dataset.preparation.columns() if column.kind == "number")


def usual_axes(project: Project) -> tuple[str, ...]:
    """Return the axes that suit the data: all columns when there are one or two, both numbers, else none."""
    columns = project.dataset.preparation.columns()
    return tuple(column.name for column in columns) if len(columns) <= 2 and all(c.kind == "number" for c in columns) else ()


def unit_inputs(project: Project, wish: UnitWish, size: int, rows: int) -> UnitInputs:
    """Return the inputs for pictures of `size` places along each of two axes and about `rows` training rows.

    Where a feature has no value everywhere along the axes, there are none.
    """
    known = number_columns(project)
    names = usual_axes(project) if wish.axes is None else tuple(name for name in wish.axes if name in known)[:2]
    train = project.dataset.parts["train"].x
    parts = [np.asarray(train[evenly(len(train), rows)])]
    row = _row(project, wish)
    if row is not None:
        part, number = row
        parts.append(np.asarray(project.dataset.parts[part].x[number : number + 1]))
    axes = tuple(Axis(name, *shown_range(project, name)) for name in names)
    held = ""
    if axes:
        try:
            places, alone = _places(project, axes, row, size)
            held = "" if alone else "the chosen row" if row is not None else "their middle"
            parts.insert(0, places)
        except FluxError:
            axes = ()
    points = len(parts[0]) if axes else 0
    x = np.ascontiguousarray(np.concatenate(parts))
    return UnitInputs(axes, x, points, len(x) - points - (row is not None), row is not None, held)


def evenly(count: int, most: int) -> NDArray[np.intp]:
    """Return at most `most` of `count` row numbers, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.intp)) if count else np.empty(0, np.intp)


def _row(project: Project, wish: UnitWish) -> tuple[str, int] | None:
    """Return the row that was chosen, None where there is none such."""
    if wish.row is None:
        return None
    part, row = wish.row
    return wish.row if part in project.dataset.parts and 0 <= row < len(project.dataset.parts[part]) else None


def _places(project: Project, axes: tuple[Axis, ...], row: tuple[str, int] | None, size: int) -> tuple[NDArray[Any], bool]:
    """Return the prepared places along the axes, and whether no other column is held."""
    if len(axes) == 1:
        lines = [np.linspace(axes[0].low, axes[0].high, POINTS)]
    else:
        across, up = np.meshgrid(*(np.linspace(axis.low, axis.high, size) for axis in axes))
        lines = [across.ravel(), up.ravel()]
    along = {axis.name: line for axis, line in zip(axes, lines, strict=True)}
    columns, alone = [], True
    for spec in project.dataset.preparation.columns():
        values = along.get(spec.name)
        if values is None:
            alone = False
            column = project.table.column(spec.name)
            values = np.repeat(np.array([_held(project, column, row)]), len(lines[0]))
        columns.append(Column(spec.name, spec.kind, values))
    return np.array(project.dataset.preparation.apply(Table(tuple(columns)), project.dataset.dtype)), alone


def _held(project: Project, column: Column, row: tuple[str, int] | None) -> Any:
    """Return the value of a column at the chosen row, else its middle over training rows (of words, the most frequent one)."""
    if row is not None:
        part, number = row
        return column.values[project.dataset.parts[part].rows[number]]
    rows = project.dataset.parts["train"].rows
    values = column.values[rows[evenly(len(rows), TYPICAL)]]
    if column.kind == "number":
        values = values[np.isfinite(values)]
        return float(np.median(values)) if len(values) else np.nan
    words, counts = np.unique(values, return_counts=True)
    return words[int(np.argmax(counts))] if len(words) else ""
