"""Files that claim or hold very much: endless lines, bombs, deep nesting, far cells; read in a child, in time and in little memory."""

import gzip
import io
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from torture import written
from torture.child import load_in_child, terminal_in_child

pytestmark = [pytest.mark.timeout(300), pytest.mark.skipif(sys.platform == "win32", reason="memory is limited by POSIX means")]
MEGABYTE = 1_000_000
LONG = 200 * MEGABYTE
Pieces = Iterator[bytes]


def refused(path: Path, *words: str, seconds: float = 20, megabytes: float = 500, rows: int = 0) -> None:
    """The file is refused with one of these words in time and memory, by the library and by the terminal; or read as so many rows."""
    found = load_in_child(path, seconds)
    if rows and found.get("rows") == rows:
        assert found["megabytes"] <= megabytes, found["megabytes"]
        return
    assert found.get("error") in ("DataError", "FormatError"), found
    assert path.name in found["message"]
    assert len(found["message"]) <= 500
    assert found["hint"]
    assert any(word in found["message"] for word in words), found["message"]
    assert found["megabytes"] <= megabytes, found["megabytes"]
    done = terminal_in_child(path.parent / "made.flux", path, seconds)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 2), done.stderr[-1000:]
    assert list(path.parent.iterdir()) == [path]


def repeated(piece: bytes, total: int) -> Pieces:
    block = piece * (MEGABYTE // len(piece))
    for _ in range(total // len(block)):
        yield block


def one_cell(total: int) -> Pieces:
    yield b"a,b\n1,2\n"
    yield from repeated(b"x", total)
    yield b",3\n5,6\n"


def no_line_end(total: int) -> Pieces:
    yield b"a,b\n1,2\n"
    yield from repeated(b"7", total)


def one_quoted_cell(total: int) -> Pieces:
    yield b'a,b\n1,2\n3,"'
    yield from repeated(b"line\n", total)
    yield b'"\n5,6\n'


def unterminated(total: int) -> Pieces:
    yield b'a,b\n1,2\n3,"4\n'
    yield from repeated(b"1,2.5\n", total)


def many_cells(total: int) -> Pieces:
    yield b"a,b\n1,2\n"
    yield from repeated(b"1,", total)
    yield b"1\n3,4\n"


def long_header(total: int) -> Pieces:
    yield from repeated(b"name,", total)
    yield b"y\n1,2\n"


def one_long_name(total: int) -> Pieces:
    yield from repeated(b"n", total)
    yield b",y\n1,2\n"


def quotes(total: int) -> Pieces:
    yield b"a,b\n1,2\n"
    yield from repeated(b'"', total)


def zeros(total: int) -> Pieces:
    yield b"a,b\n1,2\n"
    yield from repeated(b"\0", total)


LINES: dict[str, tuple[Callable[[int], Pieces], str]] = {
    "one cell": (one_cell, "row 3"),
    "no end of line": (no_line_end, "row 3"),
    "one quoted cell": (one_quoted_cell, "row 3"),
    "an unterminated quote": (unterminated, "row 3"),
    "many cells": (many_cells, "row 3"),
    "a long header": (long_header, "columns"),
    "one long name": (one_long_name, "row 1"),
    "only quotes": (quotes, "row 3"),
    "only zeros": (zeros, "3 "),
}


def write(path: Path, pieces: Pieces) -> Path:
    with path.open("wb") as stream:
        stream.writelines(pieces)
    return path


@pytest.mark.parametrize("name", LINES)
def test_a_line_of_20_mb(tmp_path: Path, name: str) -> None:
    pieces, word = LINES[name]
    refused(write(tmp_path / "wrong.csv", pieces(LONG // 10)), word, "header", seconds=20, rows=3 if pieces is one_cell else 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", LINES)
def test_a_line_of_200_mb(tmp_path: Path, name: str) -> None:
    pieces, word = LINES[name]
    refused(write(tmp_path / "wrong.csv", pieces(LONG)), word, "header", seconds=60, megabytes=800, rows=3 if pieces is one_cell else 0)


@pytest.mark.slow
def test_a_line_of_200_mb_in_json(tmp_path: Path) -> None:
    def pieces() -> Pieces:
        yield b'{"a": 1, "b": 2}\n{"a": "'
        yield from repeated(b"x", LONG)
        yield b'", "b": 2}\n'

    refused(write(tmp_path / "wrong.jsonl", pieces()), "row 2", "line 2", "row 3", seconds=60, megabytes=800)


@pytest.mark.slow
def test_a_line_of_200_mb_in_gzip(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv.gz"
    with gzip.open(path, "wb", 1) as stream:
        stream.writelines(no_line_end(LONG))
    assert path.stat().st_size < 2 * MEGABYTE
    refused(path, "row 3", "large", "expand", seconds=60, megabytes=800)


def test_a_file_that_claims_10_gb(tmp_path: Path) -> None:
    """A sparse file of zeros after its first rows: refused at once, not read to its end."""
    path = tmp_path / "wrong.csv"
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    with path.open("r+b") as stream:
        stream.truncate(10_000 * MEGABYTE)
    refused(path, "line 4", "row 4", "large", "at most", seconds=30)


@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}")])
def test_deep_json(tmp_path: Path, start: str, end: str) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text('{"a": 1, "b": 2}\n{"a": ' + start * 100_000 + "1" + end * 100_000 + ', "b": 1}\n')
    refused(path, "'a'", "row 2", "line 2", "row 3")


def test_a_sheet_with_a_cell_far_away(tmp_path: Path) -> None:
    """A grid of all cells up to the last would be 17 thousand million."""
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(
        written.workbook({"S": written.sheet([["a", "b"], [1, 2], [3, 4]]).replace('"B3"', '"XFD1048576"').replace('r="3"', 'r="1048576"')})
    )
    found = load_in_child(path)
    assert found.get("error") in ("DataError", "FormatError"), found
    assert found["hint"]


def bomb(name: str, start: bytes, piece: bytes, total: int, end: bytes = b"") -> bytes:
    """Return an archive with a member of `total` bytes that packs into a thousandth."""
    base = zipfile.ZipFile(io.BytesIO(written.xlsx()))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member in base.namelist() if name.startswith("xl/") else []:
            if member != name:
                archive.writestr(member, base.read(member))
        with archive.open(name, "w", force_zip64=True) as target:
            target.write(start)
            for block in repeated(piece, total):
                target.write(block)
            target.write(end)
    return stream.getvalue()


@pytest.mark.slow
def test_a_bomb_as_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "wrong.xlsx"
    start = written.sheet([["a", "b"], [1, 2]]).removesuffix("</sheetData></worksheet>").encode()
    path.write_bytes(bomb("xl/worksheets/sheet1.xml", start, b"<row><c><v>1</v></c></row>", 3000 * MEGABYTE, b"</sheetData></worksheet>"))
    refused(path, "large", "expand", "unpack", "more than", "damage", seconds=60, megabytes=1000)


@pytest.mark.slow
def test_a_bomb_as_arrays(tmp_path: Path) -> None:
    path = tmp_path / "wrong.npz"
    claim = written.header("(375000000,)")
    path.write_bytes(bomb("a.npy", claim, b"\0" * 8, 3000 * MEGABYTE))
    refused(path, "large", "expand", "unpack", "more than", "damage", "memory", seconds=60, megabytes=1000)


@pytest.mark.slow
def test_a_bomb_as_gzip(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv.gz"
    with gzip.open(path, "wb", 1) as stream:
        stream.writelines(zeros(3000 * MEGABYTE))
    refused(path, "line 3", "row 3", "large", "expand", "NUL", seconds=60, megabytes=800)
