"""Cells: what a piece of text in a table means, a number, a missing value or a word; and a table of such cells."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
"""Words that stand for a missing cell, compared in lower case without surrounding blanks."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?", re.ASCII)

GROUPS = " \u00a0\u202f'\u2019"
"""Signs between groups of three digits; besides them the comma where the point is the decimal sign, and the other way round."""

_PERCENT = re.compile(r"[+-]?[\d.,]+ ?%", re.ASCII)
_NUMBER_SIGNS = frozenset("0123456789.eE+-")


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table of text cells: unique column names, one list of stripped cells per column, the row number of each row.

    Row numbers are those of a spreadsheet: the first row of the file, normally the header, is row 1.
    """

    source: str
    names: tuple[str, ...]
    cells: tuple[list[str], ...]
    origin: list[int]
    notices: tuple[str, ...] = ()
    decimal_comma: bool = False


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
    """Return the first number written with a decimal comma, "" when there is none or any number has a decimal point.

    Where numbers such as 1.234,5 occur, the point in 1.234 is no decimal point.
    """
    example, point, grouped = "", False, ""
    for cells in columns:
        for cell in cells:
            if "." in cell and "," in cell and _GROUPED[True].fullmatch(cell) and "." in cell[: cell.index(",")]:
                grouped = grouped or cell
            elif "." in cell and _NUMBER.fullmatch(cell):
                if not _GROUPED[True].fullmatch(cell):
                    return ""
                point = True
            elif not example and "," in cell and _DECIMAL_COMMA.fullmatch(cell):
                example = cell
    return grouped or ("" if point else example)


def _grouped(group: str, decimal: str) -> re.Pattern[str]:
    return re.compile(rf"[+-]?\d{{1,3}}(?:(?P<sign>[{group}{GROUPS}])\d{{3}})(?:(?P=sign)\d{{3}})*(?:{decimal}\d*)?", re.ASCII)


_GROUPED = {False: _grouped(",", r"\."), True: _grouped(".", ",")}
_NOT_GROUPED = {False: _NUMBER, True: re.compile(rf"{_NUMBER.pattern}|{_DECIMAL_COMMA.pattern}", re.ASCII)}


def ungroup(cell: str, decimal_comma: bool = False) -> str:
    """Return the cell without the signs between groups of three digits ("1,234.5" is "1234.5"), unchanged if it has none."""
    found = _GROUPED[decimal_comma].fullmatch(cell)
    return cell.replace(found["sign"], "") if found else cell


def grouped_example(cells: Sequence[str], decimal_comma: bool = False) -> str:
    """Return the first number with groups of digits when the cells are numbers only with these signs removed, "" otherwise.

    Every filled cell must be a number, and a lone point that may be a decimal point is never a group sign.
    """
    example = ""
    for cell in cells:
        if _NOT_GROUPED[decimal_comma].fullmatch(cell) and not (decimal_comma and _GROUPED[True].fullmatch(cell)):
            continue
        if _GROUPED[decimal_comma].fullmatch(cell):
            example = example or cell
        elif not is_missing(cell):
            return ""
    return example


NOT_FINITE = frozenset({"inf", "infinity"})


def told_apart(name: str, column: str, cells: Iterable[str], decimal_comma: bool = False) -> tuple[str, ...]:
    """Return a notice when all that keeps a column from being numbers are infinite ones, or two decimal signs."""
    infinite, other, plain = "", "", ""
    for cell in cells:
        if number(cell, decimal_comma) is not None:
            plain = plain or (cell if "." in cell or "," in cell else "")
        elif cell.lower().lstrip("+-") in NOT_FINITE:
            infinite = infinite or cell
        elif number(cell, not decimal_comma) is not None:
            other = other or cell
        elif not is_missing(cell):
            return ()
    start = f"{name}: column '{column}' was read as words, since"
    if infinite:
        return (f"{start} '{infinite}' is not a number here: replace it by a number or leave the cell empty.",)
    if other:
        beside = f" beside '{plain}'" if plain else ""
        return (f"{start} '{other}'{beside} has another decimal sign: write all numbers with a comma, or all with a point.",)
    return ()


def is_percentage(cell: str) -> bool:
    """Return whether the cell is a number with a percent sign."""
    return cell.endswith("%") and _PERCENT.fullmatch(cell) is not None
