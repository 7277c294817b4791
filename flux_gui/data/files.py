"""Files: the registry of readers by file name extension, and what every reader's cells become, a typed table."""

import difflib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flux_gui.core.errors import CellError, DataError
from flux_gui.core.registry import Entry, Registry
from flux_gui.data.cells import is_missing, number, plain_numbers
from flux_gui.data.delimited import RawTable, read_delimited
from flux_gui.data.roles import MAX_WORD, guess_kind, guess_roles
from flux_gui.data.table import Column, Table, nearest_hint
from flux_gui.specs.data import ColumnSpec, Kind

READERS: Registry[Entry] = Registry("file format")
READERS.add(Entry(".csv", read_delimited, "Comma-separated values", "Text with a header row; comma, semicolon, tab or bar between cells."))
READERS.add(Entry(".tsv", read_delimited, "Tab-separated values", "Text with a header row and tabs between cells.", aliases=(".tab",)))
READERS.add(Entry(".txt", read_delimited, "Text table", "Text with a header row; comma, semicolon, tab or bar between cells."))


@dataclass(frozen=True, eq=False)
class Loaded:
    """A file read once: its typed table and what each column is for."""

    table: Table
    columns: tuple[ColumnSpec, ...]


def read_raw(path: str | Path) -> RawTable:
    """Return the text cells of a file by the reader of its extension; raises DataError when there is no such file or reader."""
    file = Path(path)
    try:
        if file.is_dir():
            raise DataError(f"{path} is a folder, not a file.", "Choose a file inside it.")
        if not file.exists():
            raise DataError(f"There is no file {path}.", _near_file(file))
        if file.suffix.lower() not in READERS:
            kinds = ", ".join(READERS.names())
            raise DataError(
                f"{file.name} has the extension '{file.suffix}', which no reader knows.", f"Readable are {kinds}: save it as CSV."
            )
        reader: Callable[[Path], RawTable] = READERS.get(file.suffix).function
        return reader(file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{path} cannot be read: {reason}.", "Check the path and the permission to read it.") from error


def _near_file(file: Path) -> str:
    try:
        names = [entry.name for entry in file.parent.iterdir()] if file.parent.is_dir() else []
    except OSError:
        names = []
    near = difflib.get_close_matches(file.name, names, n=1, cutoff=0.6)
    return f"Did you mean {file.parent / near[0]}?" if near else "Check the name and the folder."


def guess(path: str | Path, target: str = "", split_column: str | None = "") -> tuple[ColumnSpec, ...]:
    """Return what each column of a file is for, with reasons; an unknown `target` or `split_column` raises DataError."""
    return guess_roles(read_raw(path), target, split_column)


def read(path: str | Path, columns: tuple[ColumnSpec, ...] = ()) -> Table:
    """Return the table in a file. Declared `columns` are binding and are the only ones read; without them kinds are guessed.

    A cell of a number column that is not a finite number ("inf" is not) raises DataError naming row, column and cell; rows count
    as in a spreadsheet, the header being row 1. Missing cells are "", NA, N/A, nan, null, none, ? and -, in any case.
    """
    return to_table(read_raw(path), columns)


def load(path: str | Path, target: str = "", split_column: str | None = "", kinds: Mapping[str, Kind] | None = None) -> Loaded:
    """Return table and column roles of a file in one pass, see `guess_roles`."""
    raw = read_raw(path)
    columns = guess_roles(raw, target, split_column, kinds)
    return Loaded(to_table(raw, columns), columns)


def fingerprint(path: str | Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_table(raw: RawTable, columns: tuple[ColumnSpec, ...] = ()) -> Table:
    """Return text cells as a typed table, see `read`."""
    if not columns:
        kinds = [guess_kind(cells, raw.decimal_comma)[0] for cells in raw.cells]
        columns = tuple(ColumnSpec(name, kind, "input") for name, kind in zip(raw.names, kinds, strict=True))
    result = []
    for spec in columns:
        if spec.name not in raw.names:
            raise DataError(f"{raw.source} has no column '{spec.name}'.", _needed(spec.name, columns, raw.names))
        result.append(_column(raw, spec, raw.cells[raw.names.index(spec.name)]))
    return Table(tuple(result), raw.notices, np.array(raw.origin, dtype=np.int64))


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
                f"{raw.source}, row {raw.origin[wrong]}, column '{spec.name}': expected a number, got '{_short(cells[wrong])}'.",
                "Correct the cell or leave it empty (row 1 is the header).",
                column=spec.name,
            )
        spec = ColumnSpec(spec.name, "text", "ignore")
    words = ["" if is_missing(cell) else cell for cell in cells]
    if spec.kind == "text":
        return Column(spec.name, "text", np.array([_short(word) for word in words], dtype=np.str_))
    long = next((row for row, word in enumerate(words) if len(word) > MAX_WORD), None)
    if long is not None:
        place = f"{raw.source}, row {raw.origin[long]}, column '{spec.name}'"
        raise DataError(
            f"{place}: a category has at most {MAX_WORD} characters, got {len(words[long])}.", "Read the column as text instead."
        )
    return Column(spec.name, "category", np.array(words, dtype=np.str_))


def _needed(name: str, columns: tuple[ColumnSpec, ...], known: tuple[str, ...]) -> str:
    """Return the hint for a missing column: the nearest one, or what is needed beside what there is."""
    hint = nearest_hint(name, known)
    if hint.startswith("Did you mean"):
        return hint
    needed = [column.name for column in columns]
    return f"Needed are {', '.join(needed[:8])}{', ...' if len(needed) > 8 else ''}. {hint}"


def _short(cell: str) -> str:
    return cell if len(cell) <= MAX_WORD else cell[: MAX_WORD - 3] + "..."
