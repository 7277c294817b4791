"""Delimited text (CSV, TSV): found out how it is written, then read whole when small and by blocks when large."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import msgspec

from flux_gui.core.errors import DataError
from flux_gui.data import sniff
from flux_gui.data.blanks import AROUND
from flux_gui.data.blocks import Source
from flux_gui.data.cells import RawTable, decimal_comma_example, grouped_example, ungroup
from flux_gui.data.reading import Found, Wanted
from flux_gui.data.sniff import check_header, check_width, sniff_delimiter, unique_names
from flux_gui.specs.data import ReadSpec

__all__ = ["RawTable", "read_delimited", "read_text", "sniff_delimiter"]

MAX_BYTES = 1 << 40
SMALL = 1 << 20  # bytes up to which a file is read whole, cell by cell
HEAD = 4 << 20  # bytes of a larger one in which its layout is looked for
SAMPLE_CELLS = 50_000  # looked at in the first part of a large file

Tick = Callable[[int], None]


@dataclass(frozen=True)
class Layout:
    """How a text table is written, and where its rows begin."""

    raw: RawTable  # all rows, or the first ones
    reading: ReadSpec
    reasons: dict[str, str]
    skip: int  # rows of the file before the first row of values
    grouped: frozenset[str] = frozenset()


def read_delimited(path: Path, wanted: Wanted | None = None) -> RawTable:
    """Return the cells of a delimited text file; raises DataError for anything that would have to be guessed silently."""
    wanted = wanted or Wanted()
    with Source(path) as source:
        _check_size(source)
        return _layout(source.read(), path.name, wanted, whole=True).raw


def read_text(path: Path, wanted: Wanted) -> Found:
    """Return the table in a delimited text file: a small one as cells of text, a large one read by blocks into typed columns."""
    with Source(path) as source:
        _check_size(source)
        wanted.tell(0.0, f"Reading {path.name}")
        head = source.read(HEAD)
        whole = len(head) < SMALL
        layout = _layout(head, path.name, wanted, whole)
        if whole or wanted.preview:
            return Found(layout.raw, layout.reading, layout.reasons)
        from flux_gui.data.text_blocks import read_large  # Arrow is loaded for large files only

        found = read_large(path, layout, wanted, source.expected, head)
        source.check()  # rows that were appended meanwhile may have been cut
    return found


def _check_size(source: Source) -> None:
    if source.size > MAX_BYTES:
        message = f"{source.name} has {source.size / 1e9:.1f} GB, at most {MAX_BYTES / 1e9:.1f} GB can be read."
        raise DataError(message, "Use a part of the rows.")


def _layout(data: bytes, name: str, wanted: Wanted, whole: bool) -> Layout:
    """Return how the text is written, and its rows (the first ones if `data` is not the whole file)."""
    reading = wanted.reading
    text, encoding, why, notices = sniff.decode(data if whole else _complete(data), name, reading.encoding)
    marked = re.match(r"sep=(.)\r?\n", text)
    delimiter, because = reading.delimiter, "chosen"
    if delimiter:
        check_delimiter(delimiter)
    elif marked:
        delimiter, because = marked.group(1), "the first line says so"
    else:
        delimiter, because = sniff.delimiter_reason(text)
    body = text[marked.end() :] if marked else text
    records = read_records(body, delimiter, name, 2 if marked else 1, lambda row: wanted.tell(None, f"Reading {name}, row {row}"), whole)
    if delimiter in AROUND and reading.header != "no":
        records = _named(records)
    raw, header_reason, skip = table_of(
        name, records if whole else _first(records, name), reading.header, 1 if marked else 0, whole, bool(reading.delimiter)
    )
    wanted.still()
    raw, decimal_reason = _decimal(raw, delimiter, reading)
    wanted.still()
    raw, grouped = _ungrouped(raw, notices + raw.notices)
    wanted.still()
    used = ReadSpec(delimiter, "," if raw.decimal_comma else ".", encoding, "no" if skip == (1 if marked else 0) else "yes")
    reasons = {"delimiter": because, "decimal": decimal_reason, "encoding": why, "header": header_reason}
    return Layout(raw, msgspec.structs.replace(used, sheet=reading.sheet), reasons, skip, grouped)


def check_delimiter(delimiter: str) -> None:
    """Raise DataError for what cannot stand between cells."""
    if delimiter in AROUND:
        return
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter == '"' or not (delimiter == "\t" or delimiter.isprintable()):
        raise DataError(f"The delimiter must be one sign such as ; or a tab, got {delimiter!r}.", "Choose another delimiter.")


def _complete(data: bytes) -> bytes:
    """Return the part of the first bytes of a file that ends with a whole line, or at least a whole character."""
    if sniff.marked_encoding(data)[0]:
        return data[: len(data) // 4 * 4]
    end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
    return data[:end] if end else data[:-4].rstrip(bytes(range(128, 256)))


def _first(records: Iterator[tuple[int, list[str]]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the first rows, up to a number of cells; the last row of the first part of a file may be cut and is left out."""
    cells = 0
    before: tuple[int, list[str]] | None = None
    for record in records:
        if before is not None:
            yield before
            cells += len(before[1])
        before = record
        if cells > SAMPLE_CELLS:
            return
    if before is not None and not cells:
        check_width(name, before[1])
        message = f"{name}, row {before[0]} is longer than {HEAD >> 20} MB."
        raise DataError(message, "Check that this is a table with one row per line.")


def _named(records: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the header that the row below it shows."""
    first, second = next(records, None), next(records, None)
    if first is not None and second is not None:
        first = first[0], sniff.named(first[1], second[1])
    yield from chain((row for row in (first, second) if row is not None), records)


def _decimal(raw: RawTable, delimiter: str, reading: ReadSpec) -> tuple[RawTable, str]:
    """Return the table with its decimal sign decided, and why."""
    if reading.decimal:
        return replace(raw, decimal_comma=reading.decimal == ","), "chosen"
    if delimiter != "," and (example := decimal_comma_example(raw.cells)):
        plain = ungroup(example, decimal_comma=True).replace(",", ".")
        notice = f"{raw.source}: the comma was read as decimal sign ('{example}' is {plain})."
        return replace(raw, decimal_comma=True, notices=(notice, *raw.notices)), f"'{example}' has a comma, no number has a point"
    return raw, "the comma stands between cells" if delimiter == "," else "no number has a decimal comma"


def _ungrouped(raw: RawTable, notices: tuple[str, ...]) -> tuple[RawTable, frozenset[str]]:
    """Return the table without signs between groups of three digits, and the columns that had them."""
    found, columns = [], list(raw.cells)
    for place, cells in enumerate(raw.cells):
        if example := grouped_example(cells, raw.decimal_comma):
            columns[place] = [ungroup(cell, raw.decimal_comma) for cell in cells]
            found.append(raw.names[place])
            plain = ungroup(example, raw.decimal_comma).replace(",", ".")
            notices += (f"{raw.source}: column '{found[-1]}' has numbers with groups of digits ('{example}' is {plain}).",)
    return replace(raw, cells=tuple(columns), notices=notices), frozenset(found)


def read_records(text: str, delimiter: str, name: str, first: int, tick: Tick, whole: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, stripped cells) of every row; rows without any content are left out.

    Where `text` is the whole rest of a file, a quotation mark that is never closed raises DataError.
    """
    end = "\0"  # stands in no text; as a row of its own behind the last one it shows that no quotation mark is open
    records = sniff.reader(text + "\n" + end if whole else text, delimiter)
    row = first - 1
    while True:
        row += 1
        if row % 2048 == 0:
            tick(row)
        try:
            record = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            raise unreadable(name, row, error) from error
        if record == [end]:
            return
        if whole and record and record[-1].endswith(end):
            raise DataError(
                f"{name}, row {row} cannot be read: its quotation mark in column {len(record)} is never closed.",
                "Add the closing quotation mark, or remove the opening one.",
            )
        cells = [cell.strip() for cell in record]
        if any(cells) and cells != ["\x1a"]:
            yield row, cells


def unreadable(name: str, row: int, error: csv.Error) -> DataError:
    """Return the error of a row that cannot be divided into cells."""
    if "field limit" not in str(error):
        return DataError(f"{name}, row {row} cannot be read: {error}.", "Check the quotation marks in and before this row.")
    message = f"{name}, row {row} cannot be read: a cell in it goes on for more than {csv.field_size_limit()} characters."
    return DataError(message, "Check whether a quotation mark in this row is opened and never closed, or shorten the cell.")


def table_of(
    name: str, found: Iterator[tuple[int, list[str]]], header_wanted: str, before: int, whole: bool, chosen: bool = False
) -> tuple[RawTable, str, int]:
    """Return the table, why its first row is taken for names or not, and how many rows of the file stand before the values.

    `chosen` tells that somebody said what divides the cells.
    """
    records = list(found)
    if not records:
        raise DataError(f"{name} is empty.", "A table needs a row of column names and at least one row of values.")
    header_row, header = records[0]
    notices: tuple[str, ...] = ()
    check_width(name, header)
    if header_wanted == "no":
        rows, skip, reason = records, before, "chosen"
        names = tuple(f"x{i + 1}" for i in range(len(header)))
    else:
        rows, skip, reason = records[1:], header_row, "chosen" if header_wanted else "the first row holds words, not values"
        if not header_wanted:
            check_header(name, header, rows, chosen)
        names, notices = unique_names(name, header)
    if not rows and whole:
        raise DataError(
            f"{name} has a header ({' '.join(', '.join(header).split())[:80]}) but no rows below it.", "Add at least one row of values."
        )
    for number_, cells in rows:
        if len(cells) != len(names):
            fit(name, number_, cells, len(names), header_wanted != "no")
    gaps = rows[-1][0] - skip - len(rows) if rows else 0
    if gaps and whole:
        notices += (f"{name}: {gaps} blank {'rows were' if gaps > 1 else 'row was'} skipped.",)
    columns = tuple(list(column) for column in zip(*(cells for _, cells in rows), strict=True)) or tuple([] for _ in names)
    return RawTable(name, names, columns, [n for n, _ in rows], notices), reason, skip


def fit(name: str, row: int, cells: list[str], width: int, header: bool = True) -> None:
    """Cut blank cells beyond the header; any other difference in length is an error."""
    if len(cells) > width and not any(cells[width:]):
        del cells[width:]
        return
    names = f"the header (row 1) names {width} column{'s' * (width != 1)}" if header else f"the first row has {width}"
    raise DataError(
        f"{name}, row {row} has {len(cells)} cell{'s' * (len(cells) != 1)}, but {names}.",
        "Check this row for a missing or extra delimiter or quotation mark; a cell that contains the delimiter needs quotation marks.",
    )
