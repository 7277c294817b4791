"""Encodings: how one raw column, or one feature, becomes network inputs; each is fitted on training rows and then fixed."""

from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.data import missing, scaling
from flux_gui.data.features import Feature, feature
from flux_gui.data.table import Column, Table
from flux_gui.specs.data import ColumnSpec, PrepareSpec

MAX_LABELS = 1000

Floats = NDArray[np.float64]


class InputEncoding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one raw column becomes network inputs.

    number: missing -> `fill`, then (value - center) / scale. category: missing -> `word`, then one input per entry of
    `categories`, 1 where it is the value and 0 elsewhere (a value that is none of them gives only zeros). With an `indicator` one
    more input follows, 1 where the cell is missing.
    """

    name: str
    kind: Literal["number", "category"]
    fill: float = 0.0
    center: float = 0.0
    scale: float = 1.0
    categories: tuple[str, ...] = ()
    word: str = ""
    indicator: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the network inputs made from this column."""
        own = (self.name,) if self.kind == "number" else tuple(f"{self.name}={category}" for category in self.categories)
        return (*own, f"{self.name} missing") if self.indicator else own

    def encode(self, column: Column) -> Floats:
        """Return the inputs (n, features) for a column of raw values."""
        if self.kind == "number":
            with np.errstate(over="ignore"):
                own = ((filled(column, self.fill) - self.center) / self.scale)[:, None]
        else:
            words = np.where(column.missing, self.word, column.labels())
            own = np.asarray(words[:, None] == np.array(self.categories)[None, :], dtype=np.float64)
        return np.concatenate([own, column.missing[:, None]], axis=1) if self.indicator else own

    def unknown(self, column: Column) -> NDArray[np.intp]:
        """Return the rows whose category did not occur in the training rows."""
        if self.kind == "number":
            return np.empty(0, dtype=np.intp)
        return np.flatnonzero(~column.missing & ~np.isin(column.labels(), np.array(self.categories)))

    def export(self) -> dict[str, NDArray[Any]]:
        """Return the numbers and words as arrays, see `Preparation.export`."""
        if self.kind == "number":
            found = {"fill": np.array(self.fill), "center": np.array(self.center), "scale": np.array(self.scale)}
        else:
            found = {"categories": np.array(self.categories, dtype=np.str_), "fill": np.array(self.word)}
        return {**found, "indicator": np.array(self.indicator)}


class FeatureEncoding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a formula of number columns becomes one network input: missing cells -> `fills`, the formula, (value - center) / scale."""

    formula: str
    columns: tuple[str, ...]
    fills: tuple[float, ...]
    center: float = 0.0
    scale: float = 1.0

    def encode(self, table: Table) -> Floats:
        """Return the input (n, 1) for raw rows; a row without a finite value raises DataError."""
        values = computed(self.compute, self.fills, table)
        with np.errstate(over="ignore"):
            return np.asarray(((values - self.center) / self.scale)[:, None])

    @property
    def compute(self) -> Feature:
        """The compiled formula."""
        return feature(self.formula, self.columns)

    def export(self) -> dict[str, NDArray[Any]]:
        """Return everything as arrays, see `Preparation.export`."""
        return {
            "columns": np.array(self.columns, dtype=np.str_),
            "fills": np.array(self.fills, dtype=np.float64),
            "formula": np.array(self.compute.canonical),
            "center": np.array(self.center),
            "scale": np.array(self.scale),
        }


def filled(column: Column, fill: float) -> Floats:
    """Return the numbers of a column with `fill` where a cell is missing; DataError for a column of words."""
    if column.kind != "number":
        raise DataError(f"Column '{column.name}' must hold numbers, got {column.kind}.", "Use a column like the one trained with.")
    values = np.asarray(column.values, dtype=np.float64)
    absent = np.isnan(values)
    return np.where(absent, fill, values) if absent.any() else values


def computed(formula: Feature, fills: tuple[float, ...], table: Table) -> Floats:
    """Return the values of a feature; DataError naming the first row that has no finite one."""
    columns = [filled(table.column(name), fill) for name, fill in zip(formula.columns, fills, strict=True)]
    values = formula(columns)
    wrong = np.flatnonzero(~np.isfinite(values))
    if len(wrong):
        row = int(wrong[0])
        given = ", ".join(f"{name} = {column[row]:g}" for name, column in zip(formula.columns, columns, strict=True))
        raise DataError(
            f"The feature '{formula.text}' has no finite value in row {table.row_name(row)} ({given}).",
            "Change the feature, for instance to the root or logarithm of abs(...) + 1, or correct the row.",
        )
    return values


def fit_input(column: Column, spec: ColumnSpec, prepare: PrepareSpec) -> InputEncoding:
    """Return the encoding of an input column fitted on `column`, its training rows."""
    known = column.values[~column.missing]
    if not len(known):
        raise DataError(f"The input column '{column.name}' has no value in any training row.", "Leave it out.")
    indicator = prepare.missing_indicator and len(known) < len(column)
    if spec.kind == "number":
        if column.kind != "number":
            raise DataError(f"Column '{column.name}' is declared as numbers but holds {column.kind}.", "Read the file again.")
        fill = missing.fill(prepare.missing, known, prepare.missing_constant)
        center, scale = scaling.fit(prepare.scale_inputs, filled(column, fill))
        return InputEncoding(column.name, "number", fill, center, scale, indicator=indicator)
    words, counts = np.unique(column.labels()[~column.missing], return_counts=True)
    if len(words) > MAX_LABELS:
        message = f"Column '{column.name}' has {len(words)} different values, at most {MAX_LABELS} can be categories."
        raise DataError(message, "Leave it out, or read it as numbers if it holds numbers.")
    word = str(words[np.argmax(counts)])
    return InputEncoding(column.name, "category", categories=tuple(words.tolist()), word=word, indicator=indicator)


def fit_feature(formula: Feature, train: Table, prepare: PrepareSpec) -> FeatureEncoding:
    """Return the encoding of a feature fitted on the training rows of a table."""
    fills = []
    for name in formula.columns:
        column = train.column(name)
        known = column.values[~column.missing]
        if not len(known):
            message = f"The feature '{formula.text}' needs the column '{name}', which has no value in any training row."
            raise DataError(message, "Remove the feature.")
        fills.append(missing.fill(prepare.missing, known, prepare.missing_constant))
    center, scale = scaling.fit(prepare.scale_inputs, computed(formula, tuple(fills), train))
    return FeatureEncoding(formula.text, formula.columns, tuple(fills), center, scale)
