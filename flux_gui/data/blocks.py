"""Blocks: a large text file in pieces of whole rows, as UTF-8, and the file itself, watched while it is read."""

import codecs
import gzip
import os
import re
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.data.sniff import check_bytes

BLOCK = 4 << 20  # bytes read at once
MAX_ROW = 32 << 20  # bytes of one row

_QUOTE, _NEWLINE, _RETURN = b'"\n\r'


class Source:
    """An open regular file: its bytes, unpacked if it is gzip, how far reading is, and whether it changed meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):  # opening a pipe would wait for its other end
            raise DataError(f"{path} is not a file that holds data.", "Choose a regular file.")
        self._raw = path.open("rb")
        self._stat = os.fstat(self._raw.fileno())
        self.packed = self._raw.read(2) == b"\x1f\x8b"
        self._raw.seek(0)
        self._file = gzip.GzipFile(fileobj=self._raw) if self.packed else self._raw
        self.taken = 0

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        self._raw.close()

    @property
    def size(self) -> int:
        """Bytes of the file as it lies on the disk."""
        return self._stat.st_size

    @property
    def fraction(self) -> float:
        """The share of the file that was read."""
        return min(self._raw.tell() / self.size, 1.0) if self.size else 1.0

    @property
    def expected(self) -> float:
        """The bytes there probably are, unpacked."""
        return self.taken / self.fraction if self.packed and self.taken and self.fraction else float(self.size)

    def read(self, count: int = -1) -> bytes:
        """Return up to `count` bytes; b"" at the end, where a file that changed while it was read raises DataError."""
        try:
            data = self._file.read(count)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataError(f"{self.name} is damaged: it cannot be unpacked ({error}).", "Copy or download it again.") from error
        self.taken += len(data)
        if len(data) < count or count < 0:
            self.check()
        return data

    def check(self) -> None:
        """Raise DataError when the file changed or vanished since it was opened."""
        hint = "Wait until the program that writes it is done, then read it again."
        try:
            now = os.stat(self.path)
        except OSError as error:
            raise DataError(f"{self.name} vanished while it was read.", hint) from error
        before = self._stat
        if (now.st_size, now.st_mtime_ns, now.st_ino) != (before.st_size, before.st_mtime_ns, before.st_ino):
            raise DataError(f"{self.name} changed while it was read.", hint)


@dataclass(frozen=True, eq=False)
class Block:
    """Whole rows of a text as UTF-8; `first` is the number of the first row."""

    data: bytes
    first: int
    quotes: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))  # where quotation marks stand
    fraction: float = 0.0
    odd: bool = False  # marks stand inside of cells or behind blanks, where readers disagree

    @cached_property
    def breaks(self) -> NDArray[np.intp]:
        """Where rows end: the line ends that no quotation marks enclose."""
        places = np.flatnonzero(np.frombuffer(self.data, np.uint8) == _NEWLINE)
        return places[np.searchsorted(self.quotes, places) % 2 == 0] if len(self.quotes) else places

    @cached_property
    def lines(self) -> int:
        """How many rows there are, blank ones included."""
        return len(self.breaks) if len(self.quotes) else self.data.count(b"\n")

    @property
    def enclosed(self) -> bool:
        """Whether a line end lies within quotation marks."""
        return bool(len(self.quotes)) and self.data.count(b"\n") != self.lines

    def numbers(self) -> NDArray[np.int64]:
        """Return the row number of every row that is not an empty line."""
        ends = self.breaks
        starts = np.concatenate(([0], ends[:-1] + 1))
        octets = np.frombuffer(self.data, np.uint8)
        blank = (ends == starts) | ((ends == starts + 1) & (octets[np.minimum(starts, len(octets) - 1)] == _RETURN))
        return self.first + np.flatnonzero(~blank)


def recoded(source: Source, encoding: str) -> Iterator[bytes]:
    """Yield the rest of a file as UTF-8 with "\\n" or "\\r\\n" at line ends; bytes that do not fit raise UnicodeDecodeError."""
    decoder = None if encoding in ("utf-8", "utf-8-sig") else codecs.getincrementaldecoder(encoding)()
    while data := source.read(BLOCK):
        yield decoder.decode(data).encode() if decoder else data
    if decoder and (rest := decoder.decode(b"", final=True)):
        yield rest.encode()


def misfit(path: Path, encoding: str) -> int:
    """Return the number of the first line with bytes that do not fit the encoding, 0 where all fit."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with Source(path) as source:
        try:
            while data := source.read(BLOCK):
                line += decoder.decode(data).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].decode(encoding, "replace").count("\n")
    return 0


def blocks(source: Source, encoding: str, delimiter: str = "", quoting: bool = True) -> Iterator[Block]:
    """Yield the file in blocks of whole rows, from its first byte; a row too long or never ended raises DataError."""
    rest, row, line_end = b"", 1, b""
    for piece in recoded(source, encoding):
        data = piece.removeprefix(codecs.BOM_UTF8) if row == 1 and not rest else piece
        if not line_end:
            line_end = b"\n" if b"\n" in data else b"\r" if b"\r" in data[:-1] else b""
        if line_end == b"\r":
            data = data.replace(b"\r", b"\n")
        rest = rest + data if rest else data
        block, rest = _cut(rest, row, delimiter, quoting, source.fraction)
        if block is not None:
            check_bytes(block.data, source.name, row)
            row += block.lines
            yield block
        elif len(rest) > MAX_ROW:
            raise _endless(source.name, row, rest, quoting)
    if rest.strip(b"\x1a"):
        block, rest = _cut(rest + b"\n", row, delimiter, quoting, 1.0)
        if block is not None:
            check_bytes(block.data, source.name, row)
            yield block
            row += block.lines
        if rest:
            raise _open_quote(source.name, row)


def _endless(name: str, row: int, rest: bytes, quoting: bool) -> DataError:
    if quoting and b'"' in rest and b"\n" in rest:
        message = f"{name}, row {row} cannot be read: a cell in quotation marks goes on for more than {MAX_ROW >> 20} MB."
        return DataError(message, "Check whether a quotation mark in or before this row is opened and never closed, or shorten the cell.")
    return DataError(f"{name}, row {row} is longer than {MAX_ROW >> 20} MB.", "Check that this is a table with one row per line.")


def _open_quote(name: str, row: int) -> DataError:
    message = f"{name}, row {row} cannot be read: a quotation mark in or before it is opened and never closed."
    return DataError(message, "Add the closing quotation mark, or remove the opening one.")


def _cut(data: bytes, row: int, delimiter: str, quoting: bool, fraction: float) -> tuple[Block | None, bytes]:
    """Return the whole rows at the beginning of `data` and the rest."""
    if not quoting or b'"' not in data:
        end = data.rfind(b"\n") + 1
        return (Block(data[:end], row, fraction=fraction) if end else None), data[end:]
    quotes = np.flatnonzero(np.frombuffer(data, np.uint8) == _QUOTE)
    odd = not _pairs(data, quotes, delimiter)
    if odd:
        quotes, end = _scan(data, delimiter)
    else:
        end = data.rfind(b"\n")
        while end >= 0 and (before := int(np.searchsorted(quotes, end))) % 2:
            end = data.rfind(b"\n", 0, int(quotes[before - 1]))
        end += 1
    quotes = quotes[: int(np.searchsorted(quotes, end))]
    return (Block(data[:end], row, quotes, fraction, odd) if end else None), data[end:]


def _pairs(data: bytes, quotes: NDArray[np.intp], delimiter: str) -> bool:
    """Return whether quotation marks open a cell and close one in turns, so that counting tells what lies within."""
    octets = np.frombuffer(data, np.uint8)
    around = np.array([_QUOTE, _NEWLINE, _RETURN, ord(delimiter)], np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    before = octets[opening[opening > 0] - 1]
    after = octets[closing[closing < len(octets) - 1] + 1]
    return bool(np.isin(before, around).all() and np.isin(after, around).all())


def _scan(data: bytes, delimiter: str) -> tuple[NDArray[np.intp], int]:
    """Return the marks that enclose cells and where the last whole row ends, read cell by cell: some marks stand inside of cells."""
    d = re.escape(delimiter.encode())
    gap = b"" if delimiter == "\t" else b" *"
    cell = re.compile(rb'(?:%b(?P<open>")[^"]*(?:""[^"]*)*(?P<close>")[^%b\n]*|(?!%b")[^%b\n]*)(?P<end>%b|\n)' % (gap, d, gap, d, d))
    quotes: list[int] = []
    place = end = 0
    while (found := cell.match(data, place)) is not None:
        if found["open"]:
            quotes += (found.start("open"), found.end("close") - 1)
        place = found.end()
        if found["end"] == b"\n":
            end = place
    return np.array(quotes, np.intp), end
