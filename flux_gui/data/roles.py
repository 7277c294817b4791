"""Roles: what each column of a table is probably for, with the reason in a few words."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from flux_gui.core.errors import DataError
from flux_gui.data.cells import is_missing, number, plain_numbers
from flux_gui.data.delimited import RawTable
from flux_gui.data.table import Column, nearest_hint
from flux_gui.specs.data import ColumnSpec, Kind, Role, Task

TARGET_NAMES = ("target", "class", "label", "species", "y")
MAX_WORD = 200
MAX_CATEGORIES = 100
MAX_NUMBER_CLASSES = 10

_ID = re.compile(r"(id|index|idx|row|no|nr|rownames?|unnamed: ?0|column_1)", re.IGNORECASE)


def guess_roles(raw: RawTable, target: str = "", split_column: str = "") -> tuple[ColumnSpec, ...]:
    """Return name, kind, role and reason of every column; a `target` or `split_column` that does not exist raises DataError."""
    for wanted, what in ((target, "target"), (split_column, "split")):
        if wanted and wanted not in raw.names:
            raise DataError(f"{raw.source} has no column '{wanted}' to use as {what} column.", nearest_hint(wanted, raw.names))
    if target and target == split_column:
        raise DataError(f"The column '{target}' cannot be the target and the split column at once.", "Choose another target.")
    kinds = [guess_kind(cells, raw.decimal_comma) for cells in raw.cells]
    chosen, why = (target, "chosen as target") if target else _default_target(raw, [kind for kind, _ in kinds], split_column)
    specs = []
    for name, cells, (kind, reason) in zip(raw.names, raw.cells, kinds, strict=True):
        if name == split_column:
            specs.append(ColumnSpec(name, "category", "split", "says which rows train, validate and test"))
        elif name == chosen:
            specs.append(ColumnSpec(name, kind, "target", f"{why}; {reason}"))
        elif kind == "number" and _numbers_rows(name, cells):
            specs.append(ColumnSpec(name, kind, "ignore", "numbers the rows"))
        else:
            role: Role = "ignore" if kind == "text" or all(is_missing(cell) for cell in cells) else "input"
            specs.append(ColumnSpec(name, kind, role, reason))
    return tuple(specs)


def _numbers_rows(name: str, cells: Sequence[str]) -> bool:
    """Return whether a column is an identifier: named like one, whole numbers, all different."""
    return bool(_ID.fullmatch(name)) and len(set(cells)) == len(cells) > 2 and all(cell.isdigit() for cell in cells)


def guess_kind(cells: Sequence[str], decimal_comma: bool = False) -> tuple[Kind, str]:
    """Return whether the cells are numbers, categories or free text, and why.

    A column stays a number column when a few cells are not numbers (one, or up to 5 %): reading it then names the wrong cell.
    """
    plain = plain_numbers(cells)
    if plain is not None and len(plain):
        return "number", "always the same number" if (plain == plain[0]).all() else "numbers"
    counts = Counter(cell for cell in cells if not is_missing(cell))
    filled = sum(counts.values())
    missing = f", {len(cells) - filled} missing" if filled < len(cells) else ""
    if not filled:
        return "number", "every cell is missing"
    wrong = sum(count for cell, count in counts.items() if number(cell, decimal_comma) is None)
    if wrong == 0:
        return "number", ("always the same number" if len(counts) == 1 else "numbers") + missing
    if wrong <= max(1, 0.05 * filled) and filled - wrong > 2 * wrong:
        return "number", f"{filled - wrong} of {filled} cells are numbers{missing}"
    distinct = len(counts)
    if distinct > 20 and distinct > 0.5 * filled:
        return "text", f"text: {distinct} different values in {filled} cells"
    if distinct > MAX_CATEGORIES:
        return "text", f"text: {distinct} different values are too many for categories"
    if max(map(len, counts)) > MAX_WORD:
        return "text", "text: long cells"
    return "category", f"{distinct} {'categories' if distinct > 1 else 'category'}{missing}"


def _default_target(raw: RawTable, kinds: list[Kind], split_column: str) -> tuple[str, str]:
    lowered = {name.lower(): name for name in raw.names if name != split_column}
    for wanted in TARGET_NAMES:
        if wanted in lowered:
            return lowered[wanted], "named like a target"
    usable = [
        name
        for name, kind, cells in zip(raw.names, kinds, raw.cells, strict=True)
        if kind != "text" and name != split_column and not all(is_missing(cell) for cell in cells)
    ]
    return (usable[-1], "last column") if usable else ("", "")


def decide_task(target: Column) -> tuple[Task, str]:
    """Return the task that the target column suggests, and why.

    Words: two different ones make a yes/no question, more make classes. Numbers: two different whole numbers in at least 4 rows
    make a yes/no question; 3 to 10 different whole numbers counting up from 0 or 1, with at least 5 rows each on average, make
    classes; everything else is a quantity.
    """
    filled = target.values[~target.missing]
    distinct = np.unique(filled)
    count = len(distinct)
    if target.kind != "number":
        return ("binary", "two labels") if count == 2 else ("classes", f"{count} labels")
    whole = count > 0 and bool(np.all(distinct == np.floor(distinct)))
    if whole and count == 2 and len(filled) >= 4:
        return "binary", "two different whole numbers"
    counting = whole and distinct[0] in (0.0, 1.0) and bool(np.all(np.diff(distinct) == 1))
    if counting and 3 <= count <= MAX_NUMBER_CLASSES and len(filled) >= 5 * count:
        return "classes", f"{count} whole numbers counting from {distinct[0]:.0f}"
    return "regression", f"a quantity with {count} different values"
