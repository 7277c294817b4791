"""Cells: what a piece of text in a table means, a number, a missing value or a word."""

import re
from collections.abc import Iterable, Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
"""Words that stand for a missing cell, compared in lower case without surrounding blanks."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?", re.ASCII)

_NUMBER_SIGNS = frozenset("0123456789.eE+-")


def is_missing(cell: str) -> bool:
    """Return whether the cell stands for a missing value."""
    return len(cell) <= 4 and cell.lower() in MISSING


def number(cell: str, decimal_comma: bool = False) -> float | None:
    """Return the finite number in a stripped cell, or None: inf, 1e999, 1_000 and 1.000,5 are not numbers."""
    if decimal_comma and _DECIMAL_COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    if not _NUMBER.fullmatch(cell):
        return None
    value = float(cell)
    return value if isfinite(value) else None


def plain_numbers(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the numbers of a column when every cell is one, None otherwise: the fast way for the usual case."""
    if not set("".join(cells)) <= _NUMBER_SIGNS:
        return None
    try:
        values = np.array(list(map(float, cells)), dtype=np.float64)
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def decimal_comma_example(columns: Iterable[Sequence[str]]) -> str:
    """Return the first number written with a decimal comma, "" when there is none or any number has a decimal point."""
    example = ""
    for cells in columns:
        for cell in cells:
            if "." in cell and _NUMBER.fullmatch(cell):
                return ""
            if not example and "," in cell and _DECIMAL_COMMA.fullmatch(cell):
                example = cell
    return example
