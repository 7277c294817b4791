"""Streaming: a large table read block by block, from its first rows' kinds to typed columns in memory or in the cache."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.data import cache
from flux_gui.data.arrow import TEXT_WIDTH, Collector, Plan, Retype, Signs
from flux_gui.data.cells import RawTable, is_missing, number, plain_numbers, told_apart
from flux_gui.data.reading import Wanted
from flux_gui.data.roles import guess_kind
from flux_gui.data.table import Table, needed_hint
from flux_gui.specs.data import Kind

LARGE_CELLS = 4_000_000  # a table with more cells holds float32
CLOSE_ROWS = 1000  # looked at for that
SPREAD = 1 / 1024  # below this part of their size, numbers differ too little for float32


@dataclass(frozen=True)
class Chunk:
    """Some rows: an Arrow array per column name, the number of the first row, and all numbers if they do not count up."""

    arrays: Mapping[str, Any]
    count: int
    first: int
    origin: NDArray[np.int64] | None = None


Produce = Callable[[Mapping[str, Plan]], Iterator[Chunk]]
"""Yields the chunks of the whole table, with the planned columns at least; called again when a kind turns out to be wrong."""


@dataclass(frozen=True)
class Extent:
    """How many rows to expect, and a function that counts at least as many as there are."""

    rows: float
    capacity: Callable[[], int]
    kinds: Mapping[str, tuple[Kind, str]] = field(default_factory=dict)  # what the file itself says about columns
    grouped: frozenset[str] = frozenset()


def collect(sample: RawTable, wanted: Wanted, produce: Produce, extent: Extent) -> tuple[Table, dict[str, tuple[Kind, str]]]:
    """Return the table that `produce` yields, and kind and reason of its columns, first guessed by the rows in `sample`."""
    changed: dict[str, set[Kind]] = {}
    while True:
        plans = _plans(sample, wanted, extent, changed)
        size = sum({"number": 8 if plan.double else 4, "category": 4, "text": 4 * TEXT_WIDTH}[plan.kind] for plan in plans)
        store, capacity = None, int(extent.rows) + 1
        if extent.rows * size > cache.budget():
            capacity = extent.capacity()
            store = cache.Store(capacity * size)
        collector = Collector(sample.source, plans, Signs(sample.decimal_comma, extent.grouped), store, capacity, wanted.still)
        try:
            for chunk in produce({plan.name: plan for plan in plans}):
                collector.add([chunk.arrays[plan.name] for plan in plans], chunk.count, chunk.first, chunk.origin)
            kinds = collector.kinds()
        except Retype as retype:
            for name, kind in retype.kinds.items():
                if kind in changed.setdefault(name, set()):
                    raise DataError(f"{sample.source}, column '{name}' cannot be read as {kind}.", "Choose its type.") from retype
                changed[name].add(kind)
            continue
        if not collector.rows:
            raise DataError(f"{sample.source} has no rows.", "Add at least one row of values.")
        words = [(n, cells) for n, cells in zip(sample.names, sample.cells, strict=True) if n in kinds and kinds[n][0] != "number"]
        told = tuple(t for n, cells in words if kinds[n][1] != "chosen" for t in told_apart(sample.source, n, cells, sample.decimal_comma))
        return Table(collector.columns(kinds), sample.notices + collector.notices() + told, collector.origin()), kinds


def _plans(sample: RawTable, wanted: Wanted, extent: Extent, changed: Mapping[str, set[Kind]]) -> list[Plan]:
    cells = dict(zip(sample.names, sample.cells, strict=True))
    count = len(wanted.columns) or len(cells)
    single = extent.rows * count > LARGE_CELLS
    plans = []
    if wanted.columns:
        for spec in wanted.columns:
            if spec.name not in cells:
                hint = needed_hint(spec.name, [c.name for c in wanted.columns], sample.names)
                raise DataError(f"{sample.source} has no column '{spec.name}'.", hint)
            found = changed.get(spec.name, set())
            kind: Kind = "text" if "text" in found else spec.kind
            double = not single or "number" in found or _close(cells[spec.name], sample.decimal_comma)
            plans.append(Plan(spec.name, kind, True, spec.role != "ignore", double))
        return plans
    for name, column in cells.items():
        found = changed.get(name, set())
        double = not single or "number" in found or _close(column, sample.decimal_comma)
        chosen = wanted.kinds.get(name)
        kind, reason = (chosen, "") if chosen else extent.kinds.get(name) or guess_kind(column, sample.decimal_comma)
        kind = "text" if "text" in found else "category" if "category" in found else kind
        plans.append(Plan(name, kind, chosen is not None, True, double, reason))
    return plans


def _close(cells: list[str], decimal_comma: bool) -> bool:
    """Return whether the numbers differ so little, for their size, that float32 would blur them."""
    values = plain_numbers(cells[:CLOSE_ROWS])
    if values is None:
        found = [number(cell, decimal_comma) for cell in cells[:CLOSE_ROWS] if not is_missing(cell)]
        values = np.array([value for value in found if value is not None], np.float64)
    return len(values) > 1 and 0 < float(np.ptp(values)) < SPREAD * float(np.abs(values).max())
