"""The table: named columns of equal length, as read from a file or made by a generator, before any preparation."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.specs.data import Kind

PART_FILES = ("training", "validation", "test")
CHECKED = 1 << 20  # values looked at in one go

Rows = NDArray[np.intp] | NDArray[np.bool_] | Sequence[int] | slice


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the known column nearest to `name`, or lists the first ones."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5) or [k for k in names if k.lower() == name.lower()]
    if near:
        return f"Did you mean '{near[0]}'?"
    listed = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")
    return f"The columns are: {listed}." if names else "The table has no columns."


def needed_hint(name: str, needed: Iterable[str], known: Iterable[str]) -> str:
    """Return the hint for a missing column: the nearest one, or what is needed beside what there is."""
    hint = nearest_hint(name, known)
    if hint.startswith("Did you mean"):
        return hint
    names = list(needed)
    return f"Needed are {', '.join(names[:8])}{', ...' if len(names) > 8 else ''}. {hint}"


@dataclass(frozen=True, eq=False)
class Column:
    """One column: kind "number" holds floats with NaN for a missing cell, "category" and "text" hold str with "" for one.

    Numbers are float64; float32 in large tables. Values that nobody can write to (large tables, memory maps) are not copied.
    """

    name: str
    kind: Kind
    values: NDArray[Any]

    def __post_init__(self) -> None:
        values = _owned(self.values, self.kind == "number")
        if values.ndim != 1:
            raise DataError(f"Column '{self.name}' must be one-dimensional, got shape {values.shape}.")
        if self.kind == "number" and not isinstance(values, np.memmap) and (row := _first_infinite(values)) is not None:
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
        if self.values.dtype == np.float64:
            return np.array([number_label(v) for v in self.values.tolist()], dtype=np.str_).reshape(len(self.values))
        distinct, places = np.unique(self.values, return_inverse=True)  # 0.1 in float32 is 0.1, not 0.10000000149011612
        return np.array([number_label(float(str(v))) for v in distinct], dtype=np.str_)[places].reshape(len(self.values))


def _owned(values: NDArray[Any], number: bool) -> NDArray[Any]:
    """Return values of the column's type: themselves when they fit and are read-only, else a copy."""
    fits = isinstance(values, np.ndarray) and (values.dtype in (np.float32, np.float64) if number else values.dtype.kind == "U")
    if fits and not values.flags.writeable and values.dtype.isnative:
        return values
    single = number and isinstance(values, np.ndarray) and values.dtype == np.float32
    return np.array(values, dtype=(np.float32 if single else np.float64) if number else np.str_, order="C")


def _first_infinite(values: NDArray[Any]) -> int | None:
    for start in range(0, len(values), CHECKED):
        infinite = np.isinf(values[start : start + CHECKED])
        if infinite.any():
            return start + int(np.argmax(infinite))
    return None


def number_label(value: float) -> str:
    """Return a number as a label: whole numbers without a decimal point, "" for NaN."""
    if value != value:
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length with unique names; `notices` tell what reading changed or guessed.

    `origin` holds, per row, the row number a spreadsheet would show (the header is row 1, so the first data row is 2).
    `parts` holds, per row, 0, 1 or 2 when it comes from a file of its own for training, validation or test, else -1; None: all -1.
    """

    columns: tuple[Column, ...]
    notices: tuple[str, ...] = ()
    origin: NDArray[np.int64] | None = None
    parts: NDArray[np.int8] | None = None

    def __post_init__(self) -> None:
        if len(set(self.names)) != len(self.columns):
            twice = next(n for n in self.names if self.names.count(n) > 1)
            raise DataError(f"Two columns are called '{twice}'.", "Give every column a name of its own.")
        for column in self.columns:
            if len(column) != self.rows:
                raise DataError(f"Column '{column.name}' has {len(column)} rows, but '{self.columns[0].name}' has {self.rows}.")
        if self.origin is not None:
            origin = np.array(self.origin, dtype=np.int64)
            if len(origin) > CHECKED and np.array_equal(origin, np.arange(2, len(origin) + 2)):
                object.__setattr__(self, "origin", None)
                return
            origin.flags.writeable = False
            object.__setattr__(self, "origin", origin)
        if self.parts is not None:
            parts = np.array(self.parts, dtype=np.int8)
            parts.flags.writeable = False
            object.__setattr__(self, "parts", parts)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0]) if self.columns else 0

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def column(self, name: str) -> Column:
        """Return the column `name`; an unknown name raises DataError with the nearest one."""
        found = self._by_name.get(name)
        if found is not None:
            return found
        raise DataError(f"The table has no column '{name}'.", nearest_hint(name, self.names))

    def row_number(self, index: int) -> int:
        """Return the number a spreadsheet shows for row `index` (0-based): the header is row 1."""
        return int(self.origin[index]) if self.origin is not None else index + 2

    def row_name(self, index: int) -> str:
        """Return what a message calls row `index` behind the word row: "7", or "7 of the test file" if that is a file of its own."""
        part = -1 if self.parts is None else int(self.parts[index])
        return f"{self.row_number(index)}{f' of the {PART_FILES[part]} file' if part >= 0 else ''}"

    def select(self, rows: Rows) -> "Table":
        """Return the table of the given rows (indices, a mask or a slice)."""
        chosen = np.arange(self.rows)[rows]
        columns = tuple(Column(c.name, c.kind, c.values[chosen]) for c in self.columns)
        origin = None if self.origin is None else self.origin[chosen]
        return Table(columns, self.notices, origin, None if self.parts is None else self.parts[chosen])
