"""NumPy files: one array (.npy) or several of equal length (.npz); nothing in them is ever unpickled."""

import math
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import msgspec
import numpy as np
import pyarrow as pa
from numpy.lib import format as npy
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.data import cache
from flux_gui.data.arrow import Plan
from flux_gui.data.blocks import Source
from flux_gui.data.cells import RawTable
from flux_gui.data.reading import Found, Wanted, text_of
from flux_gui.data.sniff import check_width, unique_names
from flux_gui.data.stream import Chunk, Extent, collect
from flux_gui.specs.data import Kind

ROWS = 1 << 14  # converted at once
SAMPLE_CELLS = 20_000
BOMB = 500  # times its packed size, beyond which a large array is not unpacked
LARGE = 1 << 29  # bytes of such an array
DAMAGED: tuple[type[Exception], ...] = (ValueError, EOFError, SyntaxError, KeyError, TypeError, OverflowError, RuntimeError)
DAMAGED += (tokenize.TokenError, zipfile.BadZipFile, zlib.error)
UNREADABLE: tuple[type[Exception], ...] = (*DAMAGED, OSError)


Groups = dict[str, list[tuple[str, tuple[int, ...]]]]
"""Names and shapes of the arrays of one length, by the name of their table."""


class Piecewise(Protocol):
    """An array of which a part of the rows is taken at a time."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows first."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """As stored."""

    def piece(self, start: int, stop: int) -> NDArray[Any]:
        """Return the rows from `start` to before `stop`."""


Arrays = Mapping[str, Piecewise]


@dataclass(frozen=True)
class Held:
    """An array in memory or in the cache."""

    whole: NDArray[Any]

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows first."""
        return self.whole.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """As stored."""
        return self.whole.dtype

    def piece(self, start: int, stop: int) -> NDArray[Any]:
        """Return a part of the rows."""
        return self.whole[start:stop]


@dataclass(frozen=True)
class Stored:
    """An array in an open file, never mapped: a file that another program cuts off would stop a program that maps it."""

    file: BinaryIO
    begin: int
    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]

    def piece(self, start: int, stop: int) -> NDArray[Any]:
        """Return a part of the rows; a file that has become too short raises ValueError."""
        count, inner = stop - start, self.shape[1:]
        width = math.prod(inner)
        if not self.fortran:
            return self._values(start * width, count * width).reshape(count, *inner)
        columns = [self._values(place * self.shape[0] + start, count) for place in range(width)]
        return np.stack(columns, axis=1).reshape((count, *inner), order="F") if columns else np.empty((count, *inner), self.dtype)

    def _values(self, first: int, count: int) -> NDArray[Any]:
        self.file.seek(self.begin + first * self.dtype.itemsize)
        data = self.file.read(count * self.dtype.itemsize)
        if len(data) < count * self.dtype.itemsize:
            raise ValueError("it is cut off")
        return np.frombuffer(data, self.dtype)


def read_npy(path: Path, wanted: Wanted) -> Found:
    """Return the table in an array: its first axis counts rows, all others columns."""
    with Source(path) as source, path.open("rb") as file:
        try:
            shape, fortran, dtype = _header(file)
            begin = file.tell()
            if not dtype.itemsize or min(shape, default=0) < 0 or begin + math.prod(shape) * dtype.itemsize > source.size:
                raise ValueError("it is cut off")
            found = _read(path.name, {"x": Stored(file, begin, shape, fortran, dtype)}, wanted)
        except UNREADABLE as error:
            source.check()
            raise _damaged(path, error) from error
        source.check()
    return found


def read_npz(path: Path, wanted: Wanted) -> Found:
    """Return the table made of arrays side by side; where their lengths differ, of those of one length (`reading.sheet`)."""
    with Source(path) as source:
        try:
            groups = _groups(path)
            names = tuple(groups)
            sheet = wanted.reading.sheet or max(groups, key=lambda name: groups[name][0][1][0])
            if sheet not in groups:
                raise DataError(f"{path.name} has no arrays called '{sheet}'.", f"There are {'; '.join(names)}.")
            with zipfile.ZipFile(path) as archive:
                arrays = {name: Held(_member(path.name, archive, name)) for name, _ in groups[sheet]}
        except DAMAGED as error:
            raise _damaged(path, error) from error
        left = "" if wanted.reading.sheet or _several(groups) else _left_out(path.name, groups, sheet)
        found = _read(path.name, arrays, wanted, (left,) if left else ())
        source.check()
    reasons = {"sheet": "chosen" if wanted.reading.sheet else f"the longest of {len(names)}"} if len(names) > 1 else {}
    reading = msgspec.structs.replace(found.reading, sheet=sheet if len(names) > 1 else "")
    return Found(found.raw, reading, reasons, found.table, found.kinds)


def _several(groups: Groups) -> bool:
    """Return whether more than one group has the makings of a table, such as x and y beside x_test and y_test."""
    return sum(sum(math.prod(shape[1:]) for _, shape in group) > 1 for group in groups.values()) > 1


def _left_out(name: str, groups: Groups, kept: str) -> str:
    rows = groups[kept][0][1][0]
    others = [(key, shape[0]) for sheet, group in groups.items() if sheet != kept for key, shape in group]
    told = ", ".join(f"'{key}' ({count} rows)" for key, count in others[:5]) + (", ..." if len(others) > 5 else "")
    what = "arrays" if len(others) > 1 else "array"
    return f"{name}: the {what} {told} {'were' if len(others) > 1 else 'was'} left out beside '{kept}' ({rows} rows)." if others else ""


def npz_sheets(path: Path) -> tuple[str, ...]:
    """Return the names of the tables: arrays of equal length make one."""
    with Source(path):
        try:
            names = tuple(_groups(path))
        except DAMAGED as error:
            raise _damaged(path, error) from error
    return names if len(names) > 1 else ()


def _damaged(path: Path, error: Exception) -> DataError:
    if "pickle" in str(error).lower() or "object" in str(error).lower():
        return DataError(f"{path.name} holds Python objects, which are never loaded.", "Save numbers: array.astype(float).")
    reason = " ".join(str(error).split())[:100]
    return DataError(
        f"{path.name} is not a file of NumPy arrays, or it is damaged: {reason}.", "Save it again with numpy.save or numpy.savez."
    )


def _groups(path: Path) -> Groups:
    """Return names and shapes of the arrays in an archive, those of equal length together."""
    by_length: dict[int, list[tuple[str, tuple[int, ...]]]] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.filename.endswith(".npy"):
                with archive.open(info) as stream:
                    shape = _header(cast(BinaryIO, stream))[0]
                if shape:
                    by_length.setdefault(shape[0], []).append((info.filename.removesuffix(".npy"), shape))
    if not by_length:
        raise DataError(f"{path.name} holds no arrays with rows.", "Save them with numpy.savez(path, x=..., y=...).")
    return {" + ".join(name for name, _ in group): group for group in by_length.values()}


def _header(stream: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read(stream)
    if dtype.hasobject:
        raise ValueError("object arrays are pickled")
    return shape, fortran, dtype


def _member(file: str, archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """Return an array of an archive; one that would not fit into the memory is unpacked into the cache."""
    with archive.open(name + ".npy") as opened:
        stream = cast(BinaryIO, opened)
        shape, fortran, dtype = _header(stream)
        size = math.prod(shape) * dtype.itemsize
        info = archive.getinfo(name + ".npy")
        if size > info.file_size or min(shape, default=0) < 0:
            raise ValueError(f"{name} is cut off")
        if size > LARGE and size > BOMB * info.compress_size:
            message = (
                f"{file}: the array '{name}' would unpack to {size / 1e9:.1f} GB, {size // max(info.compress_size, 1)} times its size."
            )
            raise DataError(message, "Save it with numpy.save, or use a part of the rows.")
        if size <= cache.budget() // 2:
            flat = np.frombuffer(_unpacked(stream, size, file, name), dtype)
        else:
            store = cache.Store(size)
            region, at = store.region(size, np.uint8), 0
            while at < size and (data := opened.read(min(1 << 22, size - at))):
                region.write(at, np.frombuffer(data, np.uint8))
                at += len(data)
            if at < size:
                raise ValueError(f"{name} is cut off")
            flat = region.values(size).view(dtype)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)


def _unpacked(stream: BinaryIO, size: int, file: str, name: str) -> bytearray:
    try:
        whole = bytearray(size)
    except MemoryError as error:
        message = f"{file}: the array '{name}' has {size / 1e9:.1f} GB, for which the memory does not suffice."
        raise DataError(message, "Close other programs, or use a part of the rows.") from error
    done, view = 0, memoryview(whole)
    while done < size and (data := stream.read(min(1 << 22, size - done))):
        view[done : done + len(data)] = data
        done += len(data)
    if done < size:
        raise ValueError(f"{name} is cut off")
    return whole


def _names(name: str, arrays: Arrays, file_of_one: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the columns of all arrays, and notices."""
    columns: list[str] = []
    notices: tuple[str, ...] = ()
    for key, array in arrays.items():
        shape, dtype = array.shape, array.dtype
        if shape and not shape[0]:
            raise DataError(f"{name} has no rows.", "Save an array with at least one row.")
        if not shape or (dtype.kind in "cOV" and dtype.names is None):
            what = "a single value" if not shape else f"values of the type {dtype}"
            raise DataError(f"{name}: the array '{key}' holds {what}, not rows of numbers or words.", "Save an array of real numbers.")
        if dtype.names is not None:
            wrong = [f for f in dtype.names if len(shape) > 1 or dtype[f].shape or dtype[f].kind in "cOV"]
            if wrong:
                raise DataError(f"{name}: column '{wrong[0]}' holds {dtype}, not a number or word per row.", "Save real numbers.")
            columns += dtype.names
        elif len(shape) == 1:
            columns.append("x1" if file_of_one else key)
        else:
            if len(shape) > 2:
                notices += (f"{name}: {' x '.join(map(str, shape[1:]))} values of a row were put side by side.",)
            check_width(name, range(math.prod(shape[1:])))
            columns += [f"{key}{i + 1}" for i in range(math.prod(shape[1:]))]
    names, more = unique_names(name, columns)
    check_width(name, names)
    return names, notices + more


def _parts(arrays: Arrays, start: int, stop: int) -> list[NDArray[Any]]:
    """Return some rows of all columns, in the order of their names."""
    columns: list[NDArray[Any]] = []
    for array in arrays.values():
        piece = array.piece(start, stop)
        if piece.dtype.names is not None:
            columns += [piece[field] for field in piece.dtype.names]
        else:
            columns += list(piece.reshape(len(piece), math.prod(piece.shape[1:])).T)
    return columns


def _read(name: str, arrays: Arrays, wanted: Wanted, told: tuple[str, ...] = ()) -> Found:
    names, notices = _names(name, arrays, isinstance(next(iter(arrays.values())), Stored))
    if not names:
        raise DataError(f"{name} has no columns.", "Save an array with at least one number per row.")
    rows = next(iter(arrays.values())).shape[0]
    count = max(1, min(SAMPLE_CELLS // len(names), rows, 1000))
    first = _parts(arrays, 0, count)
    cells = tuple([text_of(value) for value in _plain(column).tolist()] for column in first)
    raw = RawTable(name, names, cells, list(range(2, count + 2)), told + notices)
    if wanted.preview:
        return Found(raw)
    typed = {key: column.dtype.kind for key, column in zip(names, first, strict=True)}
    kinds: dict[str, tuple[Kind, str]] = {key: ("number", "numbers") for key, kind in typed.items() if kind in "biuf"}
    kinds |= {key: ("text", "dates or times") for key, kind in typed.items() if kind in "mM"}

    def produce(plans: Mapping[str, Plan]) -> Iterator[Chunk]:
        step = max(1, min(ROWS, (1 << 22) // len(names)))
        for start in range(0, rows, step):
            wanted.tell(start / rows, f"Reading {name}")
            stop = min(start + step, rows)
            columns = dict(zip(names, _parts(arrays, start, stop), strict=True))
            yield Chunk({key: pa.array(_plain(columns[key])) for key in plans}, stop - start, start + 2)

    table, found = collect(raw, wanted, produce, Extent(rows, lambda: rows, kinds))
    return Found(raw, table=table, kinds=found)


def _plain(column: NDArray[Any]) -> NDArray[Any]:
    """Return a piece of a column as floats or as text."""
    if column.dtype.kind in "biuf":
        return column.astype(np.float32 if column.dtype in (np.float16, np.float32) else np.float64)
    if column.dtype.kind == "S":
        return np.char.decode(column, "utf-8", "replace").astype(object)
    words = column.astype(str).astype(object)
    words[words == "NaT"] = ""
    return words
