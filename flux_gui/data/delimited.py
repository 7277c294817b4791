"""Delimited text (CSV, TSV): encoding, delimiter, header and rows, found out or refused with the place; cells stay text."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from flux_gui.core.errors import DataError
from flux_gui.data.cells import decimal_comma_example, number

MAX_BYTES = 1 << 30
MAX_COLUMNS = 20_000
DELIMITERS = ("\t", ";", "|", ",")
"""In order of preference when several fit equally: a comma may also be a decimal sign or part of a text."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLE_ROWS = 50


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


def read_delimited(path: Path) -> RawTable:
    """Return the cells of a delimited text file; raises DataError for anything that would have to be guessed silently."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise DataError(f"{path.name} has {size / 1e9:.1f} GB, at most {MAX_BYTES / 1e9:.1f} GB can be read.", "Use a part of the rows.")
    text, notices = _decode(path.read_bytes(), path.name)
    marked = re.match(r"sep=(.)\r?\n", text)
    delimiter = marked.group(1) if marked else sniff_delimiter(text)
    body = text[marked.end() :] if marked else text
    raw = _table(path.name, list(_records(body, delimiter, path.name, 2 if marked else 1)))
    if delimiter != "," and (example := decimal_comma_example(raw.cells)):
        notices += (f"{path.name}: the comma was read as decimal sign ('{example}' is {example.replace(',', '.')}).",)
        raw = replace(raw, decimal_comma=True)
    return replace(raw, notices=notices + raw.notices)


def _decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise DataError(f"{name} is empty.", "A table needs a row of column names and at least one row of values.")
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "") or _wide(data)
    if not encoding and b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise DataError(f"{name} is not a text table: line {line} holds a NUL byte.", "Save the table as CSV (UTF-8) and try again.")
    try:
        text = data.decode(encoding or "utf-8")
        notices: tuple[str, ...] = ()
    except UnicodeDecodeError as error:
        if encoding:
            raise DataError(f"{name} is damaged: byte {error.start} does not fit {encoding}.", "Save it as CSV (UTF-8).") from error
        text = data.decode("cp1252", errors="replace") if not _undefined(data) else data.decode("latin-1")
        line = data[: error.start].count(b"\n") + 1
        notices = (f"{name}: line {line} is not UTF-8; the file was read as Western European text (Windows-1252).",)
    odd = sum(1 for c in text[:4096] if c < " " and c not in "\t\r\n\f\x1a")
    if odd > 4 or "\0" in text:
        raise DataError(f"{name} is not a text table: it holds control characters.", "Save the table as CSV (UTF-8) and try again.")
    return text.removeprefix("\ufeff"), notices


def _wide(data: bytes) -> str:
    """Return the UTF-16 flavour of data without a byte order mark, "" when every second byte is not NUL."""
    head = data[:4096]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[start::2]
        if len(half) > 2 and half.count(0) > 0.9 * len(half) and head.count(0) < 0.6 * len(head):
            return encoding
    return ""


def _undefined(data: bytes) -> bool:
    return any(byte in data for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


def sniff_delimiter(text: str) -> str:
    """Return the delimiter with which most rows have as many cells as the first; "\\t" for a table of one column."""
    best, best_share = "", 0.0
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in islice(_reader(text, delimiter), _SAMPLE_ROWS) if row]
        except csv.Error:
            continue
        if not rows or len(rows[0]) < 2:
            continue
        share = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        if share > best_share:
            best, best_share = delimiter, share
    return best or "\t"


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t")


def _records(text: str, delimiter: str, name: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, stripped cells) of every row; rows without any content are left out."""
    records = _reader(text, delimiter)
    row = first - 1
    while True:
        row += 1
        try:
            record = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(f"{name}, row {row} cannot be read: {error}.", "Check the quotation marks in and before this row.") from error
        cells = [cell.strip() for cell in record]
        if any(cells) and cells != ["\x1a"]:
            yield row, cells


def _table(name: str, records: list[tuple[int, list[str]]]) -> RawTable:
    if not records:
        raise DataError(f"{name} is empty.", "A table needs a row of column names and at least one row of values.")
    (header_row, header), rows = records[0], records[1:]
    _check_header(name, header, rows)
    if not rows:
        raise DataError(f"{name} has a header ({', '.join(header)[:80]}) but no rows below it.", "Add at least one row of values.")
    width = len(header)
    for number_, cells in rows:
        if len(cells) != width:
            _fit(name, number_, cells, width)
    names, notices = _unique(name, header)
    gaps = rows[-1][0] - header_row - len(rows)
    if gaps:
        notices += (f"{name}: {gaps} blank {'rows were' if gaps > 1 else 'row was'} skipped.",)
    columns = tuple(list(column) for column in zip(*(cells for _, cells in rows), strict=True))
    return RawTable(name, names, columns, [n for n, _ in rows], notices)


def _fit(name: str, row: int, cells: list[str], width: int) -> None:
    """Cut blank cells beyond the header; any other difference in length is an error."""
    if len(cells) > width and not any(cells[width:]):
        del cells[width:]
        return
    plural = "s" * (len(cells) != 1)
    raise DataError(
        f"{name}, row {row} has {len(cells)} cell{plural}, but the header (row 1) names {width} column{'s' * (width != 1)}.",
        "Check this row for a missing or extra delimiter or quotation mark; a cell that contains the delimiter needs quotation marks.",
    )


def _check_header(name: str, header: list[str], rows: list[tuple[int, list[str]]]) -> None:
    """Raise DataError when the first row looks like data or like a title rather than like column names."""
    if len(header) > MAX_COLUMNS:
        raise DataError(f"{name} has {len(header)} columns, at most {MAX_COLUMNS} can be read.", "Remove columns that are not needed.")
    filled = [cell for cell in header if cell]
    numbers = [cell for cell in filled if _is_number(cell)]
    shown = ", ".join(header[:5]) + (", ..." if len(header) > 5 else "")
    hint = "Add a first row with column names, such as length,width,species."
    if len(numbers) == len(filled):
        raise DataError(f"{name} has no recognisable header: its first row holds only numbers ({shown}).", hint)
    words = {i: cell for i, cell in enumerate(header) if cell and not _is_number(cell)}
    repeated = any(i < len(cells) and cells[i] == word for _, cells in rows[:1000] for i, word in words.items())
    if any(not cell.lstrip("+-").isdigit() for cell in numbers) or (numbers and repeated):
        raise DataError(f"{name} has no recognisable header: its first row looks like values ({shown}).", hint)
    widths = {len(cells) for _, cells in rows[:_SAMPLE_ROWS]}
    if rows and len(widths) == 1 and len(rows) > 1 and (width := widths.pop()) > len(header) and any(rows[0][1][len(header) :]):
        message = f"{name} has no recognisable header: its first row names {len(header)} ({shown}) of {width} columns."
        raise DataError(message, "The first row must hold one name per column, and no title may stand above it.")
    if len(header) == 1 and rows and any(_many_numbers(cells[0]) for _, cells in rows[:_SAMPLE_ROWS]):
        message = f"{name} has no recognisable header: its first row ('{shown}') is one name, but the rows below hold several values."
        raise DataError(message, "The first row must hold one name per column, and no title may stand above it.")


def _is_number(cell: str) -> bool:
    return number(cell, decimal_comma=True) is not None


def _many_numbers(cell: str) -> bool:
    for delimiter in (",", ";", "|"):
        parts = cell.split(delimiter)
        if len(parts) > (2 if delimiter == "," else 1) and _is_number(parts[0].strip()):
            return True
    return False


def _unique(name: str, header: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return unique column names (empty ones numbered by position, repeated ones counted) and notices about both."""
    taken = {cell for cell in header if cell}
    names: list[str] = []
    notices: list[str] = []
    for position, cell in enumerate(header, 1):
        base = wanted = cell or f"column_{position}"
        count = 1
        while wanted in names or (wanted != cell and wanted in taken):
            count += 1
            wanted = f"{base}_{count}"
        if not cell:
            notices.append(f"{name}: column {position} has no name and is called '{wanted}'.")
        elif wanted != cell:
            notices.append(f"{name}: column {position} repeats the name '{cell}' and is called '{wanted}'.")
        names.append(wanted)
    return tuple(names), tuple(notices)
