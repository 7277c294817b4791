"""What a column of a table looks like, in numbers: missing cells, range, quartiles, a small histogram, the most frequent words. No Qt."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flux_gui.data.table import Column

BARS = 24  # of the histogram of numbers
WORDS = 24  # of the bars of words, the most frequent first
BLOCK = 1 << 14  # words counted at a time, so that the window is not kept waiting for the interpreter
SAMPLE = 1 << 20  # numbers that decide the quartiles of a very long column

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ColumnFacts:
    """`counts` are the bars: of numbers between `edges`, of words those of `words`; `distinct` is 0 where nobody counted."""

    rows: int
    missing: int
    counts: tuple[int, ...] = ()
    edges: tuple[float, float] = (0.0, 0.0)
    words: tuple[str, ...] = ()
    distinct: int = 0
    mean: float = float("nan")
    deviation: float = float("nan")
    quartiles: tuple[float, float, float] = (float("nan"), float("nan"), float("nan"))

    @property
    def filled(self) -> int:
        """The number of cells that are not missing."""
        return self.rows - self.missing


def column_facts(column: Column) -> ColumnFacts:
    """Return the facts of a column; for millions of rows this takes a part of a second."""
    return _of_numbers(column) if column.kind == "number" else _of_words(column)


def bars(values: Floats, low: float, high: float, count: int = BARS) -> NDArray[np.int64]:
    """Return how many of the finite `values` lie in each of `count` equal steps from `low` to `high`; whole numbers keep a step each."""
    result = np.zeros(count, np.int64)
    width = high - low
    if not width > 0 or not np.isfinite(width):
        result[0] = len(values)
        return result
    for start in range(0, len(values), 1 << 18):
        place = ((values[start : start + (1 << 18)] - low) * (count / width)).astype(np.intp)
        result += np.bincount(np.clip(place, 0, count - 1), minlength=count)
    return result


def edges_of(values: Floats) -> tuple[float, float, int]:
    """Return the ends and the number of bars for finite `values`: a bar for each whole number when there are few."""
    low, high = float(values.min()), float(values.max())
    if low == int(low) and high == int(high) and high - low < BARS and (values[:4096] == np.floor(values[:4096])).all():
        return low - 0.5, high + 0.5, int(high - low) + 1
    return low, high, BARS


def _of_numbers(column: Column) -> ColumnFacts:
    gone = np.isnan(column.values)
    missing = int(np.count_nonzero(gone))
    values = column.values[~gone] if missing else column.values
    if not len(values):
        return ColumnFacts(len(column), missing)
    low, high, count = edges_of(values)
    sample = values if len(values) <= SAMPLE else values[:: -(-len(values) // SAMPLE)]
    with np.errstate(over="ignore", invalid="ignore"):
        quartiles = np.quantile(sample, (0.25, 0.5, 0.75))
        mean, deviation = values.mean(dtype=np.float64), values.std(dtype=np.float64)
    return ColumnFacts(
        rows=len(column),
        missing=missing,
        counts=tuple(bars(values, low, high, count).tolist()),
        edges=(low, high),
        mean=float(mean),
        deviation=float(deviation),
        quartiles=(float(quartiles[0]), float(quartiles[1]), float(quartiles[2])),
    )


def _of_words(column: Column) -> ColumnFacts:
    counted: Counter[str] = Counter()
    for start in range(0, len(column), BLOCK):
        counted.update(column.values[start : start + BLOCK].tolist())
    missing = counted.pop("", 0)
    first = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:WORDS]
    return ColumnFacts(
        rows=len(column),
        missing=missing,
        counts=tuple(count for _word, count in first),
        words=tuple(word for word, _count in first),
        distinct=len(counted),
    )
