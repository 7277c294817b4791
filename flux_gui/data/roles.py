"""Roles: what each column of a table is probably for, with the reason in a few words, and what it cannot be used for."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from flux_gui.core.errors import DataError
from flux_gui.data.cells import RawTable, is_missing, is_percentage, number, plain_numbers
from flux_gui.data.reading import MAX_WORD
from flux_gui.data.split import WORDS, tells_parts
from flux_gui.data.table import Column, nearest_hint
from flux_gui.specs.data import ColumnSpec, Kind, Role, Task

TARGET_NAMES = ("target", "class", "label", "species", "y")
MAX_CATEGORIES = 100
NOTHING = "every cell is missing"
MAX_NUMBER_CLASSES = 10

MIN_COUNTED = 10
FOLLOWS = 0.9  # correlation from which a target follows a counting column, which then is a quantity

_ID = re.compile(r"(.*[ _.-])?(id|uuid|nr|no)|index|idx|row|row[ _.-]?(name|number)s?|unnamed: ?0|column_1", re.IGNORECASE)
_CAMEL_ID = re.compile(r"\w*[a-z](Id|ID)", re.ASCII)
_CODE = re.compile(r"(.*[ _.-])?(code|key|number|num|zip|fips)|\w*[a-z](?-i:Code|Key|Number)", re.IGNORECASE)
LONG_CODE = 5  # digits of numbers that are codes where they rise from row to row in the first column
_QUANTITY = re.compile(r"\w|time(stamp)?s?|hours?|days?|weeks?|months?|years?|minutes?|seconds?|age|dates?", re.IGNORECASE)

_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DIGITS_DAY = r"\d{4}([-/.]\d{1,2}){1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})"
_WORDS_DAY = rf"\d{{1,2}}[-. ]+{_MONTH}[-. ]+\d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}}"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?(z| ?[+-]\d{2}:?\d{2})?"
_DATE = re.compile(rf"({_DIGITS_DAY}|{_WORDS_DAY})([t ]+{_CLOCK})?|{_CLOCK}", re.IGNORECASE | re.ASCII)


def guess_roles(
    raw: RawTable,
    target: str = "",
    split_column: str | None = "",
    kinds: Mapping[str, Kind] | None = None,
    known: Mapping[str, tuple[Kind, str]] | None = None,
    still: Callable[[], None] = lambda: None,
) -> tuple[ColumnSpec, ...]:
    """Return name, kind, role and reason of every column; a `target` or `split_column` that does not exist raises DataError.

    `split_column` None: no column divides the rows, even if one could. `kinds` are chosen, not guessed;
    `known` are kinds and reasons found in all rows where `raw` holds only the first ones. `still` is called between columns.
    """
    for wanted, what in ((target, "target"), (split_column, "split")):
        if wanted and wanted not in raw.names:
            raise DataError(f"{raw.source} has no column '{wanted}' to use as {what} column.", nearest_hint(wanted, raw.names))
    if target and target == split_column:
        raise DataError(f"The column '{target}' cannot be the target and the split column at once.", "Choose another target.")
    found = {}
    for name, cells in zip(raw.names, raw.cells, strict=True):
        chosen = (kinds or {}).get(name)
        still()
        found[name] = (chosen, "chosen") if chosen else (known or {}).get(name) or guess_kind(cells, raw.decimal_comma)
    divider = split_column or next((n for n, cells in zip(raw.names, raw.cells, strict=True) if n != target and _divides(cells)), "")
    first = raw.names[0]
    ids = {name: _numbers_rows(name, cells) for name, cells in zip(raw.names, raw.cells, strict=True)}
    for name, cells in zip(raw.names, raw.cells, strict=True):
        still()
        if not ids[name] and found[name][1] != "chosen" and found[name][0] != "text":
            ids[name] = _codes(name, cells, found[name][0], name == first)
    wanted, why = (target, "chosen as target") if target else _default_target(raw, found, divider, ids, known or {})
    if wanted != first:
        ids[first] = ids[first] or _counts_rows(first, raw.cells[0], raw.cells[raw.names.index(wanted)] if wanted else ())
    specs = []
    for name, cells in zip(raw.names, raw.cells, strict=True):
        kind, reason = found[name]
        role: Role = "input"
        if name == wanted:
            role, reason = "target", f"{why}; {reason}"
        elif name == divider:
            kind, reason = "category", "says which rows train, validate and test"
            role = "ignore" if split_column is None else "split"
        elif ids[name]:
            role, reason = "ignore", ids[name]
        elif kind == "text" or _empty(cells, (known or {}).get(name)):
            role = "ignore"
        specs.append(ColumnSpec(name, kind, role, reason))
    return _with_an_input(tuple(specs), ids)


def obstacle(spec: ColumnSpec, column: Column, role: Role) -> str:
    """Return why a column as it was read cannot be used for `role`, "" when it can."""
    if role == spec.role:
        return ""
    if spec.role == "target":
        return "choose another target first"
    if role == "split":
        return "" if tells_parts(column) else "its cells are not train, validation and test"
    if role == "ignore":
        return ""
    if role == "weight":
        return "" if column.kind == "number" and bool((column.values >= 0).all()) else "its cells are not all numbers of at least 0"
    if spec.kind == "text":
        return "text: read it as categories first"
    if column.missing.all():
        return "every cell is missing"
    single = role == "target" and column.kind != "number" and bool(((column.values == column.values[0]) | column.missing).all())
    return "every cell is the same" if single else ""


def _divides(cells: Sequence[str]) -> bool:
    """Return whether every cell says train, validation or test, and training rows are not all there is."""
    if not all(cell.lower() in WORDS for cell in cells[:100]):
        return False
    parts = {WORDS.get(cell.lower(), "") for cell in set(cells)}
    return "" not in parts and "train" in parts and len(parts) > 1


def _numbers_rows(name: str, cells: Sequence[str]) -> str:
    """Return why a column is an identifier, named like one and every cell different; "" if it is none."""
    if not (_ID.fullmatch(name) or _CAMEL_ID.fullmatch(name)) or len(cells) < 3:
        return ""
    if len(set(cells)) < len(cells) or any(is_missing(cell) for cell in cells):
        return ""
    if all(cell.isdigit() for cell in cells):
        return "numbers the rows"
    return "names the rows" if plain_numbers(cells) is None else ""


def _codes(name: str, cells: Sequence[str], kind: Kind, first: bool) -> str:
    """Return why a column holds no measurements but codes: no two cells are the same, and the name or the digits say so; "" if not."""
    if len(cells) < MIN_COUNTED or len(set(cells)) < len(cells) or any(is_missing(cell) for cell in cells):
        return ""
    if all(cell.isascii() and cell.isdigit() for cell in cells):
        numbers = np.array(cells, dtype=np.float64)
        rising = first and (np.diff(numbers) > 0).all() and {len(cell) for cell in cells} == {len(cells[0])}
        if _CODE.fullmatch(name) or (rising and len(cells[0]) >= LONG_CODE and not _QUANTITY.fullmatch(name)):
            return "a code: every row has another number"
        return ""
    return "names the rows: every cell is another word" if kind == "category" else ""


def _counts_rows(name: str, cells: Sequence[str], target: Sequence[str]) -> str:
    """Return why the first column is an identifier though its name does not say so: it counts up and the target does not follow it."""
    numbers = plain_numbers(cells)
    if numbers is None or len(numbers) < MIN_COUNTED or _QUANTITY.fullmatch(name) or not all(cell.isdigit() for cell in cells):
        return ""
    if (np.diff(numbers) != 1).any():
        return ""
    truth = plain_numbers(target)
    if truth is not None and len(truth) and truth.std() > 0 and abs(np.corrcoef(numbers, truth)[0, 1]) > FOLLOWS:
        return ""
    return f"counts the rows from {cells[0]}"


def _with_an_input(specs: tuple[ColumnSpec, ...], ids: Mapping[str, str]) -> tuple[ColumnSpec, ...]:
    """Return `specs`; what looked like an identifier is the input after all when there is no other."""
    if any(spec.role == "input" for spec in specs):
        return specs
    kept = [ids[spec.name] and spec.role == "ignore" and spec.kind != "text" for spec in specs]
    return tuple(
        ColumnSpec(spec.name, spec.kind, "input", f"{spec.reason}; the only input") if keep else spec
        for spec, keep in zip(specs, kept, strict=True)
    )


def guess_kind(cells: Sequence[str], decimal_comma: bool = False) -> tuple[Kind, str]:
    """Return whether the cells are numbers, categories or free text, and why.

    A column stays a number column when a few cells are not numbers (one, or up to 5 %): reading it then names the wrong cell.
    """
    plain = plain_numbers(cells)
    if plain is not None and len(plain):
        return "number", "always the same number" if (plain == plain[0]).all() else "numbers"
    return kind_of(Counter(cell for cell in cells if not is_missing(cell)), len(cells), decimal_comma)


def kind_of(counts: Mapping[str, int], rows: int, decimal_comma: bool = False) -> tuple[Kind, str]:
    """Return kind and reason, see `guess_kind`, for the filled cells of a column and how often each occurs in `rows` rows."""
    filled = sum(counts.values())
    missing = f", {rows - filled} missing" if filled < rows else ""
    if not filled:
        return "number", NOTHING
    wrong = sum(count for cell, count in counts.items() if number(cell, decimal_comma) is None)
    if wrong == 0:
        return "number", ("always the same number" if len(counts) == 1 else "numbers") + missing
    if wrong <= max(1, 0.05 * filled) and filled - wrong > 2 * wrong:
        return "number", f"{filled - wrong} of {filled} cells are numbers{missing}"
    distinct = len(counts)
    if sum(count for cell, count in counts.items() if is_percentage(cell)) > 0.9 * filled:
        return "text", f"percentages, such as {next(filter(is_percentage, counts))}: remove the signs to use the numbers"
    if sum(count for cell, count in counts.items() if _DATE.fullmatch(cell)) > 0.9 * filled:
        return "text", f"dates or times, such as {next(cell for cell in counts if _DATE.fullmatch(cell))}"
    if distinct > 20 and distinct > 0.5 * filled:
        return "text", f"text: {distinct} different values in {filled} cells"
    if distinct > MAX_CATEGORIES:
        return "text", f"text: {distinct} different values are too many for categories"
    if max(map(len, counts)) > MAX_WORD:
        return "text", "text: long cells"
    return "category", f"{distinct} {'categories' if distinct > 1 else 'category'}{missing}"


def _empty(cells: Sequence[str], known: tuple[Kind, str] | None) -> bool:
    """Return whether every cell is missing, by what is known of all rows if `cells` are only the first ones."""
    return known[1] == NOTHING if known else all(is_missing(cell) for cell in cells)


def _default_target(
    raw: RawTable,
    kinds: Mapping[str, tuple[Kind, str]],
    divider: str,
    ids: Mapping[str, str],
    known: Mapping[str, tuple[Kind, str]],
) -> tuple[str, str]:
    lowered = {name.lower(): name for name in raw.names if name != divider}
    for wanted in TARGET_NAMES:
        if wanted in lowered:
            return lowered[wanted], "named like a target"
    usable = [
        name
        for name, cells in zip(raw.names, raw.cells, strict=True)
        if kinds[name][0] != "text" and name != divider and not _empty(cells, known.get(name))
    ]
    usable = [name for name in usable if not ids[name]] or usable
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
