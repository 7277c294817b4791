"""The split: which rows train, validate and test: drawn by a seed, in their order, by the words of a column, or by files of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, isfinite

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.core.registry import Entry, Registry
from flux_gui.data.table import Column, Table
from flux_gui.specs.data import SplitSpec

PARTS = ("train", "validation", "test")

WORDS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}
"""The words of a split column, compared in lower case."""

Split = dict[str, NDArray[np.intp]]

DEALT = 20_000  # more rows than this are divided by sorting instead of being dealt out one by one


@dataclass(frozen=True, eq=False)
class Request:
    """What is to be divided: the usable `rows` of `table`, the class of each (or None), and the column with words (or None)."""

    spec: SplitSpec
    table: Table
    rows: NDArray[np.intp]
    groups: NDArray[np.intp] | None = None
    column: Column | None = None


SPLITS: Registry[Entry] = Registry("split")
"""Every way to divide rows; `function(request)` returns the rows of each part. Those of the window are values of `data.split.method`,
the others follow from the data: a column with the role "split", files of their own."""


def divided(request: Request, painted: bool = False) -> Split:
    """Return the rows of each part, each in rising order, by the way that the data and the specification say.

    `painted` rows keep their part when others are added behind them.
    """
    if painted:
        return split_one_by_one(request.spec, request.rows, request.groups)
    name: str = "column" if request.column is not None else request.spec.method
    if request.table.parts is not None and (request.table.parts >= 0).any():
        name = "files"
    function: Callable[[Request], Split] = SPLITS.get(name).function
    return function(request)


def split_by_files(request: Request) -> Split:
    """Return the rows of each part: those of files of their own, and the other rows divided among the parts that have none."""
    own = request.table.parts
    assert own is not None
    place, spec = own[request.rows], request.spec
    left = place < 0
    shares = {name: 0.0 if (place == i).any() else getattr(spec, name) for i, name in enumerate(PARTS)}
    total = sum(shares.values())
    parts = {name: request.rows[place == i] for i, name in enumerate(PARTS)}
    if left.any():
        groups = None if request.groups is None else request.groups[left]
        fractions = [shares[name] / total if total else float(name == "train") for name in PARTS]
        rest = SplitSpec(fractions[0], fractions[1], fractions[2], spec.seed, spec.method, spec.stratified)
        table = Table(request.table.columns, origin=request.table.origin)
        more = divided(Request(rest, table, request.rows[left], groups, request.column))
        parts = {name: np.sort(np.concatenate([parts[name], more[name]])) for name in PARTS}
    if not len(parts["train"]):
        raise DataError("No row is left for training.", "Give the data file rows that are neither validation nor test rows.")
    return parts


def split_in_order(spec: SplitSpec, rows: NDArray[np.intp]) -> Split:
    """Return the rows of each part as they come: first training, then validation, then test; sizes by largest remainder."""
    ends = np.cumsum(part_sizes(spec, len(rows)))
    return {part: np.sort(rows)[start:stop] for part, start, stop in zip(PARTS, (0, *ends[:2]), ends, strict=True)}


def split_one_by_one(spec: SplitSpec, rows: NDArray[np.intp], groups: NDArray[np.intp] | None = None) -> Split:
    """Return the rows of each part so that a row keeps its part when rows are added behind it; every group evenly.

    The i-th row of a group goes where the fraction of start + i * golden ratio falls, the start being drawn by the seed.
    """
    check_split(spec)
    keys = np.zeros(len(rows), dtype=np.intp) if groups is None or not spec.stratified else groups
    chosen = np.empty(len(rows), dtype=np.intp)
    bounds = np.cumsum((spec.train, spec.validation))
    for key in np.unique(keys):
        mine = np.flatnonzero(keys == key)
        start = np.random.Generator(np.random.PCG64([spec.seed, int(key)])).random() * spec.train
        chosen[mine] = np.searchsorted(bounds, (start + np.arange(len(mine)) * 0.6180339887498949) % 1.0, side="right")
    if spec.method == "order":
        return split_in_order(spec, rows)
    return {part: rows[chosen == i] for i, part in enumerate(PARTS)}


def tells_parts(column: Column) -> bool:
    """Return whether every cell of a column says train, validation or test, with at least one training row."""
    if column.kind == "number" or not {str(word).lower() for word in column.values[:100].tolist()} <= WORDS.keys():
        return False
    parts = {WORDS.get(str(word).lower(), "") for word in set(column.values.tolist())}
    return "train" in parts and "" not in parts


def split_by_column(column: Column, table: Table, rows: NDArray[np.intp]) -> Split:
    """Return the rows of each part as a column's words say; another word raises DataError naming row and cell."""
    chosen: dict[str, list[int]] = {part: [] for part in PARTS}
    labels = column.labels()
    for row in rows.tolist():
        part = WORDS.get(str(labels[row]).strip().lower())
        if part is None:
            raise DataError(
                f"Row {table.row_name(row)}, column '{column.name}': expected train, validation or test, got '{labels[row]}'.",
                "Correct the cell, or choose another split column.",
            )
        chosen[part].append(row)
    if not chosen["train"]:
        raise DataError(f"No row says 'train' in the split column '{column.name}'.", "At least one row must be a training row.")
    return {part: np.array(indices, dtype=np.intp) for part, indices in chosen.items()}


def split_by_fractions(spec: SplitSpec, rows: NDArray[np.intp], groups: NDArray[np.intp] | None = None) -> Split:
    """Return the rows of each part, each in rising order: sizes by largest remainder, `groups` (classes) in equal shares.

    Rows are put in order of group and, inside a group, in the random order of the seed; then they are dealt out one by one to
    the part that is furthest behind its share. Every group has a training row if there are enough.
    """
    sizes = part_sizes(spec, len(rows))
    if not spec.stratified:
        groups = None
    order = np.random.Generator(np.random.PCG64(spec.seed)).permutation(len(rows))
    keys = np.zeros(len(rows), dtype=np.intp) if groups is None else groups
    order = order[np.argsort(keys[order], kind="stable")]
    dealt = _deal(sizes, keys[order].tolist()) if len(rows) <= DEALT else _spread(sizes, keys[order])
    return {part: np.sort(rows[order[dealt == i]]) for i, part in enumerate(PARTS)}


def check_split(spec: SplitSpec) -> None:
    """Raise DataError for fractions that no rows can be divided by, and for a seed below 0."""
    fractions, shown = (spec.train, spec.validation, spec.test), _shown(spec)
    if not all(isfinite(f) and f >= 0 for f in fractions):
        raise DataError(f"The parts of the split must be numbers of at least 0, got {shown}.", "Write for instance 0.7, 0.15, 0.15.")
    if abs(sum(fractions) - 1) > 1e-6:
        message = f"The parts of the split must add up to 1, got {shown}, which sums to {sum(fractions):g}."
        raise DataError(message, "Write for instance 0.7, 0.15, 0.15.")
    if spec.train == 0:
        raise DataError(f"The split {shown} leaves no row for training.", "Write for instance 0.7, 0.15, 0.15.")
    if spec.seed < 0:
        raise DataError(f"The seed of the split must be at least 0, got {spec.seed}.", "Use 0, 1, 2, ...")


def part_sizes(spec: SplitSpec, rows: int) -> tuple[int, int, int]:
    """Return the number of rows per part: fractions of `rows` that add up exactly, by largest remainder."""
    check_split(spec)
    exact = [round(f * rows, 6) for f in (spec.train, spec.validation, spec.test)]
    sizes = [floor(value) for value in exact]
    by_remainder = sorted(range(3), key=lambda i: (sizes[i] - exact[i], i))
    for i in by_remainder[: rows - sum(sizes)]:
        sizes[i] += 1
    if sizes[0] == 0:
        raise DataError(f"The split {_shown(spec)} of {rows} rows leaves no row for training.", "Give training a larger part, or add rows.")
    return sizes[0], sizes[1], sizes[2]


def _shown(spec: SplitSpec) -> str:
    return ", ".join(f"{fraction:g}" for fraction in (spec.train, spec.validation, spec.test))


def _deal(sizes: tuple[int, int, int], keys: list[int]) -> NDArray[np.intp]:
    """Return the part of each row in turn: 0 at the start of a group, else the part furthest behind its share with room left.

    While there are training rows enough for all groups, one is kept for each group still to come.
    """
    shares = [size / len(keys) for size in sizes]
    groups = len(set(keys))
    kept = groups if groups <= sizes[0] else 0
    room = list(sizes)
    result = np.empty(len(keys), dtype=np.intp)
    previous: int | None = None
    for done, key in enumerate(keys, 1):
        if key != previous and room[0]:
            part, kept = 0, max(kept - 1, 0)
        else:
            open_parts = [i for i in (0, 1, 2) if room[i] > (kept if i == 0 else 0)] or [0]
            part = max(open_parts, key=lambda i: (shares[i] * done - sizes[i] + room[i], -i))
        previous = key
        room[part] -= 1
        result[done - 1] = part
    return result


def _spread(sizes: tuple[int, int, int], keys: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the part of each row as `_deal` does, without a loop over rows: evenly spaced places, then one training row per group."""
    count = len(keys)
    result = np.zeros(count, dtype=np.intp)
    for part in (1, 2):
        free = np.flatnonzero(result == 0)
        if sizes[part]:
            result[free[((np.arange(sizes[part]) + 0.5) * (len(free) / sizes[part])).astype(np.intp)]] = part
    firsts = np.flatnonzero(np.r_[True, np.diff(keys) != 0])
    sums = np.add.reduceat(result == 0, firsts)
    lacking, rich = firsts[sums == 0], firsts[np.argmax(sums)]
    if sums.max() > len(lacking):
        spare = rich + np.flatnonzero(result[rich:] == 0)[1 : len(lacking) + 1]
        result[spare], result[lacking] = result[lacking], 0
    return result


SPLITS.add(
    Entry(
        "random",
        lambda request: split_by_fractions(request.spec, request.rows, request.groups),
        "at random",
        "Rows are drawn by the seed; stratified, every class has its share of each part.",
    )
)
SPLITS.add(
    Entry(
        "order",
        lambda request: split_in_order(request.spec, request.rows),
        "in order",
        "The first rows train, the next validate, the last test: for rows that follow each other in time.",
    )
)
SPLITS.add(
    Entry(
        "column",
        lambda request: split_by_column(_words(request), request.table, request.rows),
        "by a column",
        "A column says train, validation or test in every row.",
        in_window=False,
    )
)
SPLITS.add(Entry("files", split_by_files, "by files", "Validation or test rows come from files of their own.", in_window=False))


def _words(request: Request) -> Column:
    if request.column is None:
        raise DataError("There is no column that says train, validation or test.", "Choose one.")
    return request.column
