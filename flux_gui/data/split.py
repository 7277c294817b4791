"""The split: which rows train, validate and test, by seeded fractions (classes in equal shares) or by the words of a column."""

from math import floor, isfinite

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
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
                f"Row {table.row_number(row)}, column '{column.name}': expected train, validation or test, got '{labels[row]}'.",
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
    order = np.random.Generator(np.random.PCG64(spec.seed)).permutation(len(rows))
    keys = np.zeros(len(rows), dtype=np.intp) if groups is None else groups
    order = order[np.argsort(keys[order], kind="stable")]
    dealt = _deal(sizes, keys[order].tolist())
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
