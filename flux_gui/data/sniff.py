"""Sniffing: how a text file is written, found out from its first part: encoding, delimiter, decimal sign, header; each with a reason."""

import codecs
import contextlib
import csv
import io
from collections.abc import Iterator, Sequence, Sized
from itertools import islice

from flux_gui.core.errors import DataError, HeaderError
from flux_gui.data.blanks import AROUND, BLANKS, GAPS, lines
from flux_gui.data.cells import number, ungroup

MAX_COLUMNS = 20_000
DELIMITERS = ("\t", ";", "|", ",")
"""In order of preference when several fit equally: a comma may also be a decimal sign or part of a text."""

ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1", "iso8859-15", "cp1250", "cp1251", "mac-roman", "shift_jis", "gb18030")
"""Encodings to choose from; any other that Python knows works too."""

WESTERN = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}
SAMPLE_ROWS = 50
MENTIONED = 5  # columns that one notice names
NAMES = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar", BLANKS: "blanks", GAPS: "gaps of blanks"}
SURELY = 0.9  # part of the rows that a sign divides alike, so that blanks are not tried; blanks must divide as many

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def check_encoding(encoding: str) -> str:
    """Return the encoding if Python knows it as one of text, else raise DataError."""
    try:
        known = getattr(codecs.lookup(encoding), "_is_text_encoding", True)  # "hex" is a codec, but none of text
    except (LookupError, UnicodeError, ValueError):
        known = False
    if not known:
        raise DataError(f"There is no text encoding called '{encoding}'.", f"Known are {', '.join(ENCODINGS)}, for example.")
    return encoding


def marked_encoding(data: bytes) -> tuple[str, str]:
    """Return the encoding that the first bytes prove, and why; "" when nothing does."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, "the file begins with its byte order mark"
    wide = _wide(data)
    return (wide, "every second byte is zero") if wide else ("", "")


def decode(data: bytes, name: str, encoding: str = "") -> tuple[str, str, str, tuple[str, ...]]:
    """Return text, encoding, reason and notices; a file that is no text raises DataError with the line."""
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise DataError(f"{name} is empty.", "A table needs a row of column names and at least one row of values.")
    chosen = check_encoding(encoding) if encoding else ""
    proved, why = (chosen, "chosen") if chosen else marked_encoding(data)
    if not proved:
        check_bytes(data, name)
    notices: tuple[str, ...] = ()
    try:
        text = data.decode(proved or "utf-8")
    except UnicodeDecodeError as error:
        if proved:
            hint = "Choose another encoding." if chosen else "Save it as CSV (UTF-8)."
            line = error.object[: error.start].decode(proved, "replace").count("\n") + 1
            raise DataError(f"{name} is damaged: line {line} does not fit {proved} (byte {error.start}).", hint) from error
        proved = western(data)
        text = data.decode(proved)
        line = data[: error.start].count(b"\n") + 1
        notices = (f"{name}: line {line} is not UTF-8; the file was read as Western European text ({WESTERN[proved]}).",)
        why = f"line {line} is not UTF-8"
    odd = sum(1 for c in text[:4096] if c < " " and c not in "\t\r\n\f\x1a")
    if odd > 4 or "\0" in text:
        raise DataError(f"{name} is not a text table: it holds control characters.", "Save the table as CSV (UTF-8) and try again.")
    check_markup(text, name)
    return text.removeprefix("\ufeff"), proved or "utf-8", why or "every byte fits", notices


def check_markup(text: str, name: str) -> None:
    """Raise DataError for a web page or XML, which would become a column of text."""
    start = text[:1000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html", "<head", "<body", "<table")):
        hint = "Download the table itself; a page that asks to log in or says 'not found' may stand in its place."
        raise DataError(f"{name} is a web page (HTML), not a table.", hint)
    if start.startswith(("<?xml", "<!doctype")):
        raise DataError(f"{name} is an XML document, not a table.", "Save the table as CSV (UTF-8) and try again.")


def check_bytes(data: bytes, name: str, line: int = 1) -> None:
    """Raise DataError when `data`, which begins at `line`, holds a NUL byte."""
    if b"\0" in data:
        line += data[: data.index(b"\0")].count(b"\n")
        raise DataError(f"{name} is not a text table: line {line} holds a NUL byte.", "Save the table as CSV (UTF-8) and try again.")


def western(data: bytes) -> str:
    """Return which of the two usual western encodings every byte of `data` fits."""
    return "latin-1" if any(byte in data for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)) else "cp1252"


def _wide(data: bytes) -> str:
    """Return the UTF-16 flavour of data without a byte order mark, "" when every second byte is not NUL."""
    head = data[:4096]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[start::2]
        if len(half) > 2 and half.count(0) > 0.9 * len(half) and head.count(0) < 0.6 * len(head):
            return encoding
    return ""


def sniff_delimiter(text: str) -> str:
    """Return the delimiter with which most rows have as many cells as the first; "\\t" for a table of one column."""
    return _delimiter(text)[0]


def delimiter_reason(text: str) -> tuple[str, str]:
    """Return the delimiter and why."""
    delimiter, share, cells = _delimiter(text)
    if not cells:
        return delimiter, "one column, no delimiter"
    rows = "every row" if share == 1 else f"{share:.0%} of the rows"
    sign = f"{NAMES[delimiter]} between cells" if delimiter in AROUND else f"a {NAMES[delimiter]}"
    return delimiter, f"with {sign} {rows} looked at {'has' if share == 1 else 'have'} {cells} cells"


def _delimiter(text: str) -> tuple[str, float, int]:
    best, best_share, cells = "", 0.0, 0
    for delimiter in DELIMITERS:
        rows = _sample(text, delimiter)
        if not rows or len(rows[0]) < 2:
            continue
        share = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        if share > best_share:
            best, best_share, cells = delimiter, share, len(rows[0])
    if best_share >= SURELY:
        return best, best_share, cells
    few = "".join(islice(io.StringIO(text), 2 * SAMPLE_ROWS))
    for delimiter in AROUND:
        first, *rows = _sample(few, delimiter) or [[]]
        names = named(first, rows[0]) if rows else first
        share = sum(len(row) == len(names) for row in rows) / max(len(rows), 1)
        if len(names) > 1 and share >= SURELY and share > best_share:
            best, best_share, cells = delimiter, share, len(names)
    return best or "\t", best_share, cells


def _sample(text: str, delimiter: str) -> list[list[str]]:
    """Return the first rows, up to one that cannot be read: a quotation mark left open says nothing about the delimiter."""
    rows = []
    with contextlib.suppress(csv.Error):
        for row in islice(reader(text, delimiter), SAMPLE_ROWS):
            if row:
                rows.append(row)
    return rows


def named(header: list[str], row: list[str]) -> list[str]:
    """Return the header of a table divided by blanks, as the row below shows what it means.

    A sign # before the names is none of them (NumPy writes it); where one name is lacking, the first cells name the rows (R does so).
    """
    if header[:1] == ["#"] and len(header) == len(row) + 1:
        return header[1:]
    if header and header[0].startswith("#") and len(header) == len(row):
        return [header[0].lstrip("#"), *header[1:]]
    return ["", *header] if 1 < len(header) == len(row) - 1 else header


def reader(text: str, delimiter: str) -> Iterator[list[str]]:
    """Return the rows of delimited text."""
    if delimiter in AROUND:
        return csv.reader(lines(text, delimiter), delimiter="\t")
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t")


def sign_of(text: str) -> str:
    """Return the delimiter that a typed text means: its name, such as comma or blanks, or the sign itself."""
    word = " ".join(text.lower().split())
    return next((sign for sign, name in NAMES.items() if word in (name, name.rstrip("s"))), "\t" if text == "\\t" else text)


def check_width(name: str, header: Sized) -> None:
    """Raise DataError when there are too many columns."""
    if len(header) > MAX_COLUMNS:
        raise DataError(f"{name} has {len(header)} columns, at most {MAX_COLUMNS} can be read.", "Remove columns that are not needed.")


def check_header(name: str, header: list[str], rows: list[tuple[int, list[str]]], chosen: bool = False) -> None:
    """Raise HeaderError when the first row looks like data or like a title rather than like column names.

    Whether rows hold more cells than that is not asked where the delimiter was `chosen`.
    """
    filled = [cell for cell in header if cell]
    numbers = [cell for cell in filled if _is_number(cell)]
    shown = ", ".join(" ".join(cell.split())[:40] for cell in header[:5]) + (", ..." if len(header) > 5 else "")
    hint = "Add a first row with column names, such as length,width,species, or read it without a header."
    if len(numbers) == len(filled):
        raise HeaderError(f"{name} has no recognisable header: its first row holds only numbers ({shown}).", hint)
    words = {i: cell for i, cell in enumerate(header) if cell and not _is_number(cell)}
    repeated = any(i < len(cells) and cells[i] == word for _, cells in rows[:1000] for i, word in words.items())
    if any(not cell.lstrip("+-").isdigit() for cell in numbers) or (numbers and repeated):
        raise HeaderError(f"{name} has no recognisable header: its first row looks like values ({shown}).", hint)
    widths = {len(cells) for _, cells in rows[:SAMPLE_ROWS]}
    if rows and len(widths) == 1 and len(rows) > 1 and (width := widths.pop()) > len(header) and any(rows[0][1][len(header) :]):
        message = f"{name} has no recognisable header: its first row names {len(header)} ({shown}) of {width} columns."
        raise HeaderError(message, "The first row must hold one name per column, and no title may stand above it.")
    below = [cells[0] for _, cells in rows[:SAMPLE_ROWS]] if len(header) == 1 and not chosen else []
    if any(_many_numbers(cell) for cell in below) or _many_words(below):
        message = f"{name} has no recognisable header: its first row ('{shown}') is one name, but the rows below hold several values."
        raise HeaderError(message, "The first row must hold one name per column, and no title may stand above it.")


def _is_number(cell: str) -> bool:
    return number(cell, decimal_comma=True) is not None


def _many_numbers(cell: str) -> bool:
    """Return whether a cell holds numbers with a delimiter between; 1,5 is one number."""
    for delimiter in (",", ";", "|", "\t"):
        parts = cell.split(delimiter)
        if len(parts) < 2 or not _is_number(parts[0].strip()):
            continue
        if delimiter != "," or len(parts) > 2 or (_is_number(parts[1].strip()) and not _is_number(cell)):
            return True
    parts = cell.split()
    return len(parts) > 1 and all(map(_is_number, parts)) and not _is_number(ungroup(cell, decimal_comma=True))


def _many_words(cells: list[str]) -> bool:
    """Return whether the same number of delimiters stands in every row: a comma at least twice, since it is also a part of words."""
    if len(cells) < 3:
        return False
    counts = {d: {cell.count(d) for cell in cells} for d in DELIMITERS}
    return any(len(found) == 1 and min(found) > (d == ",") for d, found in counts.items())


def unique_names(name: str, header: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return unique column names of one line (empty ones numbered by position, repeated ones counted) and notices about both."""
    header = [" ".join(cell.splitlines()) for cell in header]
    given = {cell for cell in header if cell}
    names: list[str] = []
    taken: set[str] = set()
    renamed: dict[str, list[int]] = {}  # by the name that stands there, the columns that got another one
    for position, cell in enumerate(header, 1):
        base = wanted = cell or f"column_{position}"
        count = 1
        while wanted in taken or (wanted != cell and wanted in given):
            count += 1
            wanted = f"{base}_{count}"
        if wanted != cell:
            renamed.setdefault(cell, []).append(position)
        names.append(wanted)
        taken.add(wanted)
    return tuple(names), tuple(_renamed(name, cell, places, names) for cell, places in renamed.items())


def _renamed(name: str, cell: str, places: list[int], names: Sequence[str]) -> str:
    """Return the one notice about all columns with the same name, or with none."""
    called = [f"'{names[place - 1]}'" for place in places]
    if len(places) == 1:
        what = f"repeats the name '{cell}'" if cell else "has no name"
        return f"{name}: column {places[0]} {what} and is called {called[0]}."
    what = f"repeat the name '{cell}'" if cell else "have no name"
    return f"{name}: columns {_listed(list(map(str, places)))} {what} and are called {_listed(called)}."


def _listed(words: Sequence[str]) -> str:
    """Return words with commas and an "and"; of many only the first."""
    if len(words) > MENTIONED:
        return f"{', '.join(words[:MENTIONED])} and {len(words) - MENTIONED} more"
    return f"{', '.join(words[:-1])} and {words[-1]}"
