"""The table: named columns of equal length, as read from a file or made by a generator, before any preparation."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.specs.data import Kind

Rows = NDArray[np.intp] | NDArray[np.bool_] | Sequence[int] | slice


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the known column nearest to `name`, or lists the first ones."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5) or [k for k in names if k.lower() == name.lower()]
    if near:
        return f"Did you mean '{near[0]}'?"
    listed = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    return f"The columns are: {listed}." if names else "The table has no columns."


@dataclass(frozen=True, eq=False)
class Column:
    """One column: kind "number" holds float64 with NaN for a missing cell, "category" and "text" hold str with "" for one."""

    name: str
    kind: Kind
    values: NDArray[Any]

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64 if self.kind == "number" else np.str_, order="C")
        if values.ndim != 1:
            raise DataError(f"Column '{self.name}' must be one-dimensional, got shape {values.shape}.")
        if self.kind == "number" and np.isinf(values).any():
            row = int(np.flatnonzero(np.isinf(values))[0])
            raise DataError(f"Column '{self.name}', row {row + 2}: expected a finite number, got {values[row]:g}.", "Correct the cell.")
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """True where the cell is missing."""
        result: NDArray[np.bool_] = np.isnan(self.values) if self.kind == "number" else self.values == ""
        return result

    def labels(self) -> NDArray[np.str_]:
        """Return the cells as text: numbers in their shortest form (3, not 3.0), "" where missing."""
        if self.kind != "number":
            return self.values
        return np.array([number_label(v) for v in self.values.tolist()], dtype=np.str_).reshape(len(self.values))


def number_label(value: float) -> str:
    """Return a number as a label: whole numbers without a decimal point, "" for NaN."""
    if value != value:
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length with unique names; `notices` tell what reading changed or guessed.

    `origin` holds, per row, the row number a spreadsheet would show (the header is row 1, so the first data row is 2).
    """

    columns: tuple[Column, ...]
    notices: tuple[str, ...] = ()
    origin: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        if len(set(self.names)) != len(self.columns):
            twice = next(n for n in self.names if self.names.count(n) > 1)
            raise DataError(f"Two columns are called '{twice}'.", "Give every column a name of its own.")
        for column in self.columns:
            if len(column) != self.rows:
                raise DataError(f"Column '{column.name}' has {len(column)} rows, but '{self.columns[0].name}' has {self.rows}.")
        if self.origin is not None:
            origin = np.array(self.origin, dtype=np.int64)
            origin.flags.writeable = False
            object.__setattr__(self, "origin", origin)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def column(self, name: str) -> Column:
        """Return the column `name`; an unknown name raises DataError with the nearest one."""
        for column in self.columns:
            if column.name == name:
                return column
        raise DataError(f"The table has no column '{name}'.", nearest_hint(name, self.names))

    def row_number(self, index: int) -> int:
        """Return the number a spreadsheet shows for row `index` (0-based): the header is row 1."""
        return int(self.origin[index]) if self.origin is not None else index + 2

    def select(self, rows: Rows) -> "Table":
        """Return the table of the given rows (indices, a mask or a slice)."""
        chosen = np.arange(self.rows)[rows]
        columns = tuple(Column(c.name, c.kind, c.values[chosen]) for c in self.columns)
        return Table(columns, self.notices, None if self.origin is None else self.origin[chosen])
