"""Limits of workbooks: what their parts really unpack to and how far their cells reach, counted before a library builds a grid of them."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from flux_gui.core.errors import DataError
from flux_gui.data import cache

UNPACKED = 8  # bytes of memory for one byte of an unpacked sheet, at most
CELL = 32  # bytes of memory for one cell of the grid between the first and the last cell
WIDE = 10_000_000  # cells of a grid that may be mostly empty
EMPTY = 100  # cells of a larger grid per cell with content, at most
PIECE = 1 << 20  # bytes unpacked at once
PART = 1 << 22  # bytes looked at in one go
LONGEST = 1 << 26  # bytes of a cell, at most
LAST_CELL = 11  # the last of the kinds of records of a binary sheet that are cells

_ATTRIBUTES = rb"""((?:[^<>"'/]|"[^"]*"|'[^']*')*)"""
_TAG = re.compile(rb"<(?:[\w.-]+:)?(row|c)(?=[\s/>])" + _ATTRIBUTES + rb"\s*(/?)>")
_FILLED = re.compile(rb'<c r="([A-Z]{1,7}[0-9]{1,10})"[^<>/]*>')
_EMPTY = re.compile(rb'<c r="[A-Z]{1,7}[0-9]{1,10}"[^<>/]*/>')
_OTHERS = tuple(start + end for start in (b"<c", b":c") for end in (b" ", b">", b"/", b"\t", b"\n", b"\r"))[1:]  # less usual cells
LETTERS, DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"0123456789"
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*\$?([A-Za-z]*)\$?(\d*)""")
_ODS = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])" + _ATTRIBUTES + rb"\s*(/?)>")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["'](\d+)""")


@dataclass
class Reach:
    """The cells with content of a sheet: how many, and the corners of the grid they span, counted from 1."""

    filled: int = 0
    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0
    row: int = 0  # where reading is
    column: int = 0
    height: int = 1  # rows that the present one stands for

    def take(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Count a cell with content, or the same one in several rows and columns."""
        self.top = min(self.top or row, row)
        self.left = min(self.left or column, column)
        self.bottom = max(self.bottom, row + rows - 1)
        self.right = max(self.right, column + columns - 1)
        self.filled += 1

    def check(self, name: str, member: str) -> None:
        """Raise DataError when the grid is much larger than what it holds, or too large for the memory."""
        cells = (self.bottom - self.top + 1) * (self.right - self.left + 1)
        too_empty = cells > WIDE and cells > EMPTY * self.filled
        if too_empty or cells * CELL > cache.memory():
            corner = f"{letters(self.right)}{self.bottom}"
            message = f"{name}, {member}: cells with content reach to {corner}, which makes a table of {cells / 1e6:,.0f} million cells."
            raise DataError(message, "Delete the cells far from the table, or save the sheet as CSV.")


def check_workbook(path: Path, sheets: bool = True) -> None:
    """Raise DataError for a workbook that needs more memory than there is; of one that is no zip archive nothing is known.

    Without `sheets` only the sizes are checked that the archive declares.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return  # an old workbook is no zip
    most = cache.memory() // UNPACKED
    _refuse(path.name, sum(member.file_size for member in members), most)
    if not sheets:
        return
    total = 0
    with path.open("rb") as file:
        for member in members:
            pieces = _counted(path.name, unpacked(file, member), most - total)
            try:
                total += _look(path.name, member.filename, pieces)
            except (zlib.error, struct.error, ValueError, OSError):
                continue  # damaged: the library says how


def _refuse(name: str, size: int, most: int) -> None:
    if size > most:
        message = f"{name} has {size / 1e9:.1f} GB unpacked, too much for a workbook on this machine."
        raise DataError(message, "Save the sheet as CSV, which is read in parts.")


def _counted(name: str, pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    """Yield the pieces; the size that an archive declares may be wrong."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            _refuse(name, max(size, cache.memory() // UNPACKED + 1), most)
        yield piece


def _look(name: str, member: str, pieces: Iterator[bytes]) -> int:
    """Check a member of the archive; return how many bytes it unpacks to."""
    reach, size, rest = Reach(), 0, b""
    sheet = member.startswith("xl/worksheets/")
    binary, table = sheet and member.endswith(".bin"), member == "content.xml"
    for piece in chain(pieces, (b"",)):
        size += len(piece)
        if not (sheet or table):
            continue
        rest += piece
        if len(rest) < PART and piece:
            continue
        if binary:
            rest = take_xlsb(rest, reach)
        else:
            end = rest.rfind(b"<") if piece else len(rest)  # a tag is not cut
            if table:
                reach = take_ods(rest[:end], reach, name)
            else:
                take_xlsx(rest[:end], reach)
            rest = rest[end:]
        if len(rest) > LONGEST:
            raise DataError(f"{name}, {member}: a cell has more than {LONGEST >> 20} MB.", "Save the sheet as CSV.")
    reach.check(name, member)
    return size


def take_xlsx(text: bytes, reach: Reach) -> None:
    """Count the cells with content in a part of a worksheet."""
    filled = _FILLED.findall(text)
    count = text.count(b"<c ")
    if filled and (len(filled) == count or len(filled) + len(_EMPTY.findall(text)) == count) and not any(o in text for o in _OTHERS):
        references = b" ".join(filled)  # taken apart as a whole, which is several times as fast
        rows = [int(row) for row in set(references.translate(None, LETTERS).split())]
        columns = [number_of(column) for column in set(references.translate(None, DIGITS).split())]
        reach.take(min(rows), min(columns))
        reach.take(max(rows), max(columns))
        reach.filled += len(filled) - 2
        last = filled[-1]
        reach.row, reach.column = int(last.lstrip(LETTERS)), number_of(last.rstrip(DIGITS))
        return
    for tag, attributes, empty in _TAG.findall(text):
        found = _REFERENCE.search(attributes)
        if tag == b"row":
            reach.row = int(found[2]) if found and found[2] else reach.row + 1
            reach.column = 0
            continue
        reach.column = number_of(found[1]) if found and found[1] else reach.column + 1
        reach.row = int(found[2]) if found and found[2] else reach.row
        if not empty:
            reach.take(reach.row, reach.column)


def take_ods(text: bytes, reach: Reach, name: str) -> Reach:
    """Count the cells with content in a part of an OpenDocument file; return the reach of its last table, all others are checked."""
    for tag, attributes, empty in _ODS.findall(text):
        found = _REPEATED.search(attributes)
        count = int(found[1]) if found else 1
        if tag == b"table":
            reach.check(name, "content.xml")
            reach = Reach()
        elif tag == b"table-row":
            reach.row, reach.column, reach.height = reach.row + reach.height, 0, count
        else:
            if not empty or b"office:value" in attributes or b"office:string" in attributes:
                reach.take(reach.row, reach.column + 1, reach.height, count)
            reach.column += count
    return reach


def take_xlsb(data: bytes, reach: Reach) -> bytes:
    """Count the cells with content in a part of a binary worksheet; return the record that is not complete."""
    place = 0
    while True:
        kind, start = _varying(data, place, 2)
        size, start = _varying(data, start, 4)
        if start < 0 or start + size > len(data):
            return data[place:]
        if kind <= LAST_CELL and size >= 4:
            number = int.from_bytes(data[start : start + 4], "little") + 1
            if kind == 0:
                reach.row = number
            elif kind > 1:  # 1 is a blank cell
                reach.take(reach.row, number)
        place = start + size


def _varying(data: bytes, place: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits per byte and where it ends, -1 where the data end before."""
    value = 0
    for count in range(most):
        if not 0 <= place + count < len(data):
            return 0, -1
        value |= (data[place + count] & 127) << 7 * count
        if data[place + count] < 128:
            return value, place + count + 1
    return value, place + most


def unpacked(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a member really unpacks to, whatever size the archive declares, in pieces of bounded length."""
    file.seek(member.header_offset)
    name, extra = struct.unpack("<26xHH", file.read(30))
    file.seek(member.header_offset + 30 + name + extra)
    left = member.compress_size
    inflate = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left and (data := file.read(min(PIECE, left))):
        left -= len(data)
        if inflate is None:
            yield data
        while inflate is not None and data and not inflate.eof:
            yield inflate.decompress(data, PIECE)
            data = inflate.unconsumed_tail


def number_of(column: bytes) -> int:
    """Return the number of a column: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in column.upper():
        number = 26 * number + letter - 64
    return number


def letters(column: int) -> str:
    """Return the name of a column: 1 is A, 27 is AA."""
    name = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name
