"""The order in which the rows of a table are shown: sorted by a column, equal cells as they come, missing cells last. No Qt."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from flux_gui.data.prepare import Part
from flux_gui.data.table import Column

Order = NDArray[np.intp]
PARTS = ("train", "validation", "test")


def order_by(column: Column, down: bool = False) -> Order:
    """Return the rows of `column` from the smallest cell to the largest, or `down` from the largest."""
    if column.kind == "number":
        values = column.values
        return np.argsort(-values if down else values, kind="stable")  # NaN comes last either way
    words, places = np.unique(column.values, return_inverse=True)
    keys = places.ravel().astype(np.intp)
    if down:
        keys = -keys
    if len(words) and words[0] == "":
        keys[places.ravel() == 0] = len(words)
    return np.argsort(keys, kind="stable")


def order_by_part(parts: Mapping[str, Part], rows: int, down: bool = False) -> Order:
    """Return the rows of a table by what they are used for: training, validation, test, and rows that are not used."""
    keys = np.full(rows, len(PARTS), np.int8)
    for number, name in enumerate(PARTS):
        keys[parts[name].rows] = len(PARTS) - 1 - number if down else number
    return np.argsort(keys, kind="stable")


def part_of(parts: Mapping[str, Part], row: int) -> str:
    """Return the part that a row of the table belongs to, "" for none: rows of a part are in rising order, so a search finds it."""
    for name in PARTS:
        rows = parts[name].rows
        place = int(np.searchsorted(rows, row))
        if place < len(rows) and rows[place] == row:
            return name
    return ""
