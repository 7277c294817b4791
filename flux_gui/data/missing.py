"""Imputers: what stands in for a missing cell of an input, fitted on training rows, or whether its row is left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.registry import Entry, Hyper, Registry
from flux_gui.data.table import Table

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ImputerEntry(Entry):
    """One way to treat missing cells: `function(values, constant)` of the known training numbers returns what stands in."""

    drops: bool = False  # rows with a missing input are left out


IMPUTERS: Registry[ImputerEntry] = Registry("treatment of missing cells")
"""Every imputer. Missing words are always replaced by the most frequent word of the training rows (the first by alphabet in a tie)."""


def fill(name: str, values: NDArray[np.floating], constant: float = 0.0) -> float:
    """Return the number that stands in for a missing cell, for at least one known training number."""
    function: Callable[[Floats, float], float] = IMPUTERS.get(name).function
    return function(np.asarray(values, dtype=np.float64), constant)


def median(values: Floats, constant: float = 0.0) -> float:
    """Return the median without overflow for large numbers."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] / 2 + ordered[len(ordered) // 2] / 2)


def mean(values: Floats, constant: float = 0.0) -> float:
    """Return the mean without overflow for large numbers."""
    with np.errstate(over="ignore"):
        plain = float(values.mean())
    return plain if np.isfinite(plain) else float((values / len(values)).sum())


def most_frequent(values: Floats, constant: float = 0.0) -> float:
    """Return the number that occurs most often, the smallest in a tie."""
    distinct, counts = np.unique(values, return_counts=True)
    return float(distinct[np.argmax(counts)])


def given(values: Floats, constant: float = 0.0) -> float:
    """Return the constant itself."""
    return float(constant)


def complete(table: Table, names: Sequence[str]) -> NDArray[np.bool_]:
    """Return which rows of `table` have no missing cell in the columns `names`."""
    kept = np.ones(table.rows, dtype=np.bool_)
    for name in names:
        kept &= ~table.column(name).missing
    return kept


CONSTANT = Hyper("missing_constant", 0.0, -1e30, 1e30, "What stands in for a missing number.", "constant")

IMPUTERS.add(ImputerEntry("median", median, "median", "The middle value of the training rows stands in; the usual choice.", "median(x)"))
IMPUTERS.add(ImputerEntry("mean", mean, "mean", "The mean of the training rows stands in.", "mean(x)"))
IMPUTERS.add(
    ImputerEntry("most_frequent", most_frequent, "most frequent", "The value that training rows have most often stands in.", "mode(x)")
)
IMPUTERS.add(ImputerEntry("constant", given, "a constant", "A number of your choice stands in.", "missing_constant", hypers=(CONSTANT,)))
IMPUTERS.add(ImputerEntry("drop", median, "leave the row out", "Rows with a missing input neither train, validate nor test.", drops=True))
