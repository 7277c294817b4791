"""Tables of a project's data: made, or read from one file or from files of their own for validation and test; read again if needed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError, OneColumnError
from flux_gui.data import sources
from flux_gui.data.files import Loaded, fingerprint, load, preview, read
from flux_gui.data.reading import Progress, quoted
from flux_gui.data.sniff import NAMES
from flux_gui.data.table import Column, Table
from flux_gui.document.project import Project
from flux_gui.specs import ColumnSpec, DataSpec, FileData, PaintedData

__all__ = ["check_width", "identified", "joined", "table_for", "table_of", "unchanged"]


def table_of(source: FileData, whole: Table | None = None, progress: Progress | None = None) -> Table:
    """Return the table of a file, followed by the rows of its validation and test files; DataError for what cannot be read.

    `whole` is the table of the file itself if it was read already.
    """
    if whole is None:
        whole = read(Path(source.path), source.columns, source.reading, progress)
    needed = _without_split(source.columns)
    further = [read(Path(path), needed, source.reading, progress) if path else None for path in (source.validation, source.test)]
    return joined(whole, *further)


def joined(table: Table, validation: Table | None = None, test: Table | None = None) -> Table:
    """Return one table of three, whose `parts` tell which rows are validation (1) and test rows (2) by themselves."""
    if validation is None and test is None:
        return table
    more = [(place, other) for place, other in ((1, validation), (2, test)) if other is not None]
    columns = []
    for column in table.columns:
        pieces = [column.values, *(_values(other, column) for _, other in more)]
        columns.append(Column(column.name, column.kind, np.concatenate(pieces)))
    places = [np.full(table.rows, -1, np.int8), *(np.full(other.rows, place, np.int8) for place, other in more)]
    origins = [_origin(table), *(_origin(other) for _, other in more)]
    notices = tuple(dict.fromkeys((*table.notices, *(notice for _, other in more for notice in other.notices))))
    return Table(tuple(columns), notices, np.concatenate(origins), np.concatenate(places))


def table_for(project: Project, data: DataSpec, progress: Progress | None = None) -> tuple[Table, DataSpec]:
    """Return the table that `data` needs, the project's own where that will do, and `data` with what reading found out.

    `progress` is told how far reading is and may raise Cancelled.
    """
    old, new = project.spec.data.source, data.source
    if isinstance(new, PaintedData):
        return (project.table if isinstance(old, PaintedData) and bool(old.classes) is bool(new.classes) else sources.made(new)), data
    if not isinstance(new, FileData):
        return (project.table if new == old else sources.made(new)), data
    whole: Table | None = None
    with unchanged(new.path, new.validation, new.test):
        if not isinstance(old, FileData) or (old.path, old.reading) != (new.path, new.reading):
            new, whole = _read_anew(old, new, progress)
        elif _cells(old) == _cells(new) and _holds(project.table, new):
            return project.table, data  # only roles changed
        table = table_of(new, whole, progress)
        return table, msgspec.structs.replace(data, source=identified(new, progress))


def check_width(loaded: Loaded, path: str | Path) -> None:
    """Raise OneColumnError for a table of one column, from which nothing can be predicted, with the delimiters that stand in it."""
    if len(loaded.columns) > 1:
        return
    column, used = loaded.table.columns[0], loaded.reading.delimiter
    words = [column.name, *map(str, column.values[:1])]
    signs = tuple(sign for sign in NAMES if used and sign != used and any(sign in word for word in words))
    file, shown = Path(path).name, quoted(column.name)[:60]
    if not signs:
        raise OneColumnError(
            f"{file} has a single column, '{shown}'.", "A network needs at least two: an input, and the target to predict."
        )
    chosen = loaded.reasons.get("delimiter") == "chosen"
    why = f"no row holds a {NAMES[used]}" if chosen and used in NAMES else "no sign was found that divides its rows alike"
    hint = f"Choose what divides its rows; they hold {', '.join(NAMES[sign] for sign in signs)}."
    raise OneColumnError(f"{file} was read as one column, '{shown}': {why}.", hint, signs)


@contextmanager
def unchanged(*paths: str | Path) -> Iterator[None]:
    """Read files inside the block: rows and hashes are of one version; raises DataError where another one took its place meanwhile."""
    named = [path for path in paths if path]
    before = [_version(path) for path in named]
    yield
    for path, version in zip(named, before, strict=True):
        if _version(path) != version:
            raise DataError(f"{path} changed while it was read.", "Wait until the program that writes it is done.")


def _version(path: str | Path) -> tuple[int, int, int] | None:
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def identified(source: FileData, progress: Progress | None = None) -> FileData:
    """Return `source` with the SHA-256 of all its files as they are now; DataError for one that is no longer there."""
    try:
        hashes = [fingerprint(path, progress) if path else "" for path in (source.path, source.validation, source.test)]
    except OSError as error:
        name = error.filename or source.path
        raise DataError(f"{name} cannot be read: {error.strerror or error}.", "It was changed just now; try again.") from error
    return msgspec.structs.replace(source, sha256=hashes[0], sha256_validation=hashes[1], sha256_test=hashes[2])


def _read_anew(old: object, new: FileData, progress: Progress | None) -> tuple[FileData, Table | None]:
    """Return `new` with the columns that its file has when it is read this way, and its table unless it must be read once more.

    What was chosen of a column stays chosen.
    """
    before = {column.name: column for column in old.columns} if isinstance(old, FileData) else {}
    target = old.target if isinstance(old, FileData) else ""
    if target not in [column.name for column in preview(new.path, new.reading).columns if column.kind != "text"]:
        target = ""
    loaded = load(new.path, target, reading=new.reading, progress=progress)
    check_width(loaded, new.path)
    columns = tuple(_kept(column, before.get(column.name)) for column in loaded.columns)
    return msgspec.structs.replace(new, columns=columns, task=new.task if target else ""), loaded.table


def _kept(found: ColumnSpec, before: ColumnSpec | None) -> ColumnSpec:
    if before is None or before.kind != found.kind or before.reason != "chosen" or "target" in (before.role, found.role):
        return found
    return before


def _cells(source: FileData) -> tuple[object, ...]:
    columns = tuple((column.name, column.kind) for column in source.columns)
    return (source.path, source.validation, source.test, source.reading, columns)


def _holds(table: Table, source: FileData) -> bool:
    """Return whether every column in use was read as its kind; one that was ignored may hold anything."""
    return all(column.role == "ignore" or table.column(column.name).kind == column.kind for column in source.columns)


def _without_split(columns: Sequence[ColumnSpec]) -> tuple[ColumnSpec, ...]:
    """Return the columns that a further file must have: those in use, without one that divides the rows."""
    return tuple(column for column in columns if column.role not in ("split", "ignore"))


def _values(table: Table, column: Column) -> NDArray[np.generic]:
    """Return the cells of a further file for a column; missing ones where it has none that is needed."""
    if column.name in table and table.column(column.name).kind == column.kind:
        return table.column(column.name).values
    return np.full(table.rows, np.nan) if column.kind == "number" else np.full(table.rows, "", dtype=np.str_)


def _origin(table: Table) -> NDArray[np.int64]:
    return np.arange(2, table.rows + 2, dtype=np.int64) if table.origin is None else table.origin
