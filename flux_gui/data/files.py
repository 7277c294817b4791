"""Files: the registry of readers by file name extension, and what every reader's cells become, a typed table."""

import difflib
import errno
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np

from flux_gui.core.errors import CellError, DataError
from flux_gui.core.registry import Registry
from flux_gui.data.cells import RawTable, is_missing, number, plain_numbers, told_apart
from flux_gui.data.delimited import read_text
from flux_gui.data.reading import MAX_WORD, Found, Progress, ReaderEntry, Wanted, quoted, short
from flux_gui.data.roles import guess_kind, guess_roles
from flux_gui.data.split import tells_parts
from flux_gui.data.table import Column, Table, needed_hint
from flux_gui.specs.data import ColumnSpec, Kind, ReadSpec

T = TypeVar("T")

PACKED = ".gz"
CHUNK = 1 << 20


@dataclass(frozen=True, eq=False)
class Loaded:
    """A file read once: its typed table, what each column is for, how it was read, and why ("delimiter": "every row ...").

    Of a preview, the table holds the first rows only.
    """

    table: Table
    columns: tuple[ColumnSpec, ...]
    reading: ReadSpec = field(default_factory=ReadSpec)
    reasons: dict[str, str] = field(default_factory=dict)


def _excel(path: Path, wanted: Wanted) -> Found:
    from flux_gui.data.excel import read_excel

    return read_excel(path, wanted)


def _excel_sheets(path: Path) -> tuple[str, ...]:
    from flux_gui.data.excel import excel_sheets

    return excel_sheets(path)


def _parquet(path: Path, wanted: Wanted) -> Found:
    from flux_gui.data.columnar import read_parquet

    return read_parquet(path, wanted)


def _json(path: Path, wanted: Wanted) -> Found:
    from flux_gui.data.jsonlines import read_json

    return read_json(path, wanted)


def _npy(path: Path, wanted: Wanted) -> Found:
    from flux_gui.data.numpy_files import read_npy

    return read_npy(path, wanted)


def _npz(path: Path, wanted: Wanted) -> Found:
    from flux_gui.data.numpy_files import read_npz

    return read_npz(path, wanted)


def _npz_sheets(path: Path) -> tuple[str, ...]:
    from flux_gui.data.numpy_files import npz_sheets

    return npz_sheets(path)


TEXT = ("delimiter", "decimal", "encoding", "header")
CELLS = "Text with a header row; comma, semicolon, tab, bar or blanks between cells. May be packed with gzip."
BOOK = "Excel workbooks and OpenDocument spreadsheets: one sheet with a header row."

READERS: Registry[ReaderEntry] = Registry("file format")
for _entry in (
    ReaderEntry(".csv", read_text, "Comma-separated values", CELLS, aliases=(".csv.gz",), options=TEXT),
    ReaderEntry(".tsv", read_text, "Tab-separated values", CELLS, aliases=(".tab", ".tsv.gz", ".tab.gz"), options=TEXT),
    ReaderEntry(".txt", read_text, "Text table", CELLS, aliases=(".dat", ".data", ".txt.gz"), options=TEXT),
    ReaderEntry(
        ".xlsx", _excel, "Spreadsheet", BOOK, aliases=(".xlsm", ".xlsb", ".xls", ".ods"), sheets=_excel_sheets, options=("sheet", "header")
    ),
    ReaderEntry(".parquet", _parquet, "Parquet", "A columnar table of Apache Arrow, Spark or pandas.", aliases=(".pq",)),
    ReaderEntry(
        ".jsonl", _json, "JSON lines", "One object per line; keys are columns.", aliases=(".ndjson", ".json", ".jsonl.gz", ".ndjson.gz")
    ),
    ReaderEntry(".npy", _npy, "NumPy array", "One array; its rows are examples, its columns are called x1, x2, ..."),
    ReaderEntry(".npz", _npz, "NumPy arrays", "Named arrays of equal length, such as x and y.", sheets=_npz_sheets, options=("sheet",)),
):
    READERS.add(_entry)


def reader_of(path: str | Path) -> ReaderEntry:
    """Return the reader for the extension of a file name; DataError when there is none."""
    file = Path(path)
    suffixes = [suffix.lower() for suffix in file.suffixes]
    suffix = "".join(suffixes[-2:]) if suffixes[-1:] == [PACKED] else "".join(suffixes[-1:])
    if suffix in READERS:
        return READERS.get(suffix)
    hint = f"Readable are {', '.join(READERS.names())}: save it as CSV."
    raise DataError(f"{file.name} has the extension '{file.suffix}', which no reader knows.", hint)


def _opened(path: str | Path, act: Callable[[Path, ReaderEntry], T]) -> T:
    """Return what `act` makes of a file that exists and has a reader; every failure to read it becomes a DataError."""
    file = Path(path)
    try:
        if file.is_dir():
            raise DataError(f"{path} is a folder, not a file.", "Choose a file inside it.")
        if not file.exists():
            file.stat()  # a link that leads back to itself is no missing file
        return act(file, reader_of(file))
    except MemoryError as error:
        raise DataError(f"{path} does not fit into the memory.", "Close other programs, or use a part of the rows.") from error
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.", _near_file(file)) from error
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.ELOOP:
            raise DataError(f"{path} cannot be read: it is a link that leads back to itself.", "Choose another file.") from error
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{path} cannot be read: {reason}.", "Check the path and the permission to read it.") from error


def _near_file(file: Path) -> str:
    try:
        names = [entry.name for entry in file.parent.iterdir()] if file.parent.is_dir() else []
    except OSError:
        names = []
    near = difflib.get_close_matches(file.name, names, n=1, cutoff=0.6)
    return f"Did you mean {file.parent / near[0]}?" if near else "Check the name and the folder."


def sheets(path: str | Path) -> tuple[str, ...]:
    """Return the names of the tables in a file that may hold several, () for other files; raises DataError as `load` does."""
    return _opened(path, lambda file, entry: entry.sheets(file))


def find(path: str | Path, wanted: Wanted) -> Found:
    """Return what the reader of a file's extension finds; raises DataError when there is no such file or reader."""
    return _opened(path, lambda file, entry: entry.function(file, wanted))


def read_raw(path: str | Path) -> RawTable:
    """Return the text cells of a small file, the first rows of a large one."""
    return find(path, Wanted(preview=True)).raw


def guess(path: str | Path, target: str = "", split_column: str | None = "") -> tuple[ColumnSpec, ...]:
    """Return what each column of a file is for, with reasons; an unknown `target` or `split_column` raises DataError."""
    return load(path, target, split_column).columns


def read(
    path: str | Path, columns: tuple[ColumnSpec, ...] = (), reading: ReadSpec | None = None, progress: Progress | None = None
) -> Table:
    """Return the table in a file. Declared `columns` are binding and are the only ones read; without them kinds are guessed.

    A cell of a number column that is not a finite number ("inf" is not) raises DataError naming row, column and cell; rows count
    as in a spreadsheet, the header being row 1. Missing cells are "", NA, N/A, nan, null, none, ? and -, in any case.
    `progress(share, text)` is called again and again and may raise Cancelled.
    """
    wanted = Wanted(reading or ReadSpec(), columns, progress=progress)
    found = find(path, wanted)
    return found.table if found.table is not None else to_table(found.raw, columns, wanted.still)


def load(
    path: str | Path,
    target: str = "",
    split_column: str | None = "",
    kinds: Mapping[str, Kind] | None = None,
    reading: ReadSpec | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Return table and column roles of a file in one pass, see `guess_roles`; how it is read is guessed where `reading` leaves it open.

    `progress(share, text)` is called at least every 0.1 s in the reading thread, share None if unknown; it may raise Cancelled.
    """
    wanted = Wanted(reading or ReadSpec(), kinds=kinds or {}, progress=progress)
    return _loaded(find(path, wanted), wanted, target, split_column)


def preview(path: str | Path, reading: ReadSpec | None = None) -> Loaded:
    """Return at once the first rows of a file with the guesses that they suggest; a small file is read whole."""
    wanted = Wanted(reading or ReadSpec(), preview=True)
    return _loaded(find(path, wanted), wanted, "", "")


def _loaded(found: Found, wanted: Wanted, target: str, split_column: str | None) -> Loaded:
    columns = guess_roles(found.raw, target, split_column, wanted.kinds, found.kinds, wanted.still)
    if found.table is None:
        return Loaded(to_table(found.raw, columns, wanted.still), columns, found.reading, found.reasons)
    divider = next((spec.name for spec in columns if spec.role == "split"), "")
    if divider and not split_column and not tells_parts(found.table.column(divider)):  # only the first rows look like it
        columns = tuple(
            ColumnSpec(spec.name, found.kinds[spec.name][0], "ignore", found.kinds[spec.name][1]) if spec.name == divider else spec
            for spec in columns
        )
    typed = zip(columns, found.table.columns, strict=True)
    columns = tuple(ColumnSpec(spec.name, column.kind, spec.role, spec.reason) for spec, column in typed)
    return Loaded(found.table, columns, found.reading, found.reasons)


def fingerprint(path: str | Path, progress: Progress | None = None) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    wanted, digest = Wanted(progress=progress), hashlib.sha256()
    with Path(path).open("rb") as file:
        size = file.seek(0, 2) or 1
        file.seek(0)
        while data := file.read(CHUNK):
            digest.update(data)
            wanted.tell(file.tell() / size, f"Checking {Path(path).name}")
    return digest.hexdigest()


def to_table(raw: RawTable, columns: tuple[ColumnSpec, ...] = (), still: Callable[[], None] = lambda: None) -> Table:
    """Return text cells as a typed table, see `read`; `still` is called between columns."""
    if not columns:
        kinds = [guess_kind(cells, raw.decimal_comma)[0] for cells in raw.cells]
        columns = tuple(ColumnSpec(name, kind, "input") for name, kind in zip(raw.names, kinds, strict=True))
    places = {name: place for place, name in enumerate(raw.names)}
    result = []
    for spec in columns:
        still()
        if spec.name not in places:
            hint = needed_hint(spec.name, [column.name for column in columns], raw.names)
            raise DataError(f"{raw.source} has no column '{spec.name}'.", hint)
        result.append(_column(raw, spec, raw.cells[places[spec.name]]))
    words = [c.name for c, spec in zip(result, columns, strict=True) if c.kind != "number" and spec.reason != "chosen"]
    told = tuple(chain.from_iterable(told_apart(raw.source, name, raw.cells[places[name]], raw.decimal_comma) for name in words))
    return Table(tuple(result), raw.notices + told, np.array(raw.origin, dtype=np.int64))


def _column(raw: RawTable, spec: ColumnSpec, cells: list[str]) -> Column:
    if spec.kind == "number":
        plain = plain_numbers(cells)
        if plain is not None:
            return Column(spec.name, "number", plain)
        values = [np.nan if is_missing(cell) else number(cell, raw.decimal_comma) for cell in cells]
        wrong = next((row for row, value in enumerate(values) if value is None), None)
        if wrong is None:
            return Column(spec.name, "number", np.array(values, dtype=np.float64))
        if spec.role != "ignore":
            raise CellError(
                f"{raw.source}, row {raw.origin[wrong]}, column '{spec.name}': expected a number, got '{quoted(cells[wrong])}'.",
                "Correct the cell or leave it empty (row 1 is the header).",
                column=spec.name,
            )
        spec = ColumnSpec(spec.name, "text", "ignore")
    words = ["" if is_missing(cell) else cell for cell in cells]
    if spec.kind == "text":
        return Column(spec.name, "text", np.array([short(word) for word in words], dtype=np.str_))
    long = next((row for row, word in enumerate(words) if len(word) > MAX_WORD), None)
    if long is not None:
        place = f"{raw.source}, row {raw.origin[long]}, column '{spec.name}'"
        raise DataError(
            f"{place}: a category has at most {MAX_WORD} characters, got {len(words[long])}.", "Read the column as text instead."
        )
    return Column(spec.name, "category", np.array(words, dtype=np.str_))
