"""Tests of blocks: whole rows whatever marks stand in them, row numbers, and files that are no plain files."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui.core.errors import DataError
from flux_gui.data import blocks as module
from flux_gui.data.blocks import Block, Source, blocks


def pieces(path: Path, content: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[Block]:
    path.write_bytes(content)
    with Source(path) as source:
        return list(blocks(source, encoding, delimiter))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "BLOCK", 16)
    return tmp_path / "t.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_becomes_utf8(path: Path, encoding: str) -> None:
    text = "".join(f"zeile {i},ü\n" for i in range(30))
    found = pieces(path, text.encode(encoding), encoding)
    assert b"".join(block.data for block in found).decode() == text
    assert [block.first for block in found] == np.cumsum([1, *(block.lines for block in found[:-1])]).tolist()
    assert len(found) > 3


CELL = st.sampled_from(["1", "ab", '"a,b"', '"x\ny"', '"say ""hi"""', "", '5"', ' "p, q"', '"a"b'])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=12), st.booleans())
def test_a_block_ends_where_a_row_ends(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], returns: bool) -> None:
    lines = [",".join(row) + ("\r\n" if returns else "\n") for row in rows]
    ends = set(np.cumsum([len(line) for line in lines]).tolist())
    path = tmp_path_factory.mktemp("blocks") / "t.csv"
    path.write_text("".join(lines), encoding="utf-8", newline="")
    before, module.BLOCK = module.BLOCK, 8
    try:
        with Source(path) as source:
            found = list(blocks(source, "utf-8", ","))
    finally:
        module.BLOCK = before
    assert set(np.cumsum([len(block.data) for block in found]).tolist()) <= ends
    assert sum(block.lines for block in found) == len(rows)


def test_row_numbers_leave_out_empty_lines() -> None:
    block = Block(b'a\n\n"b\n\n"\r\n\r\nc\n', 10, np.array([3, 7]))
    assert block.lines == 5
    assert block.enclosed
    assert block.numbers().tolist() == [10, 12, 14]


def test_old_line_ends_and_a_last_row_without_one(path: Path) -> None:
    assert b"".join(block.data for block in pieces(path, b"a\rb\rc")) == b"a\nb\nc\n"


def test_gzip_is_unpacked_and_damage_is_named(path: Path) -> None:
    packed = gzip.compress(b"a,b\n" * 9)
    assert b"".join(block.data for block in pieces(path, packed)) == b"a,b\n" * 9
    with pytest.raises(DataError, match="cannot be unpacked"):
        pieces(path, packed[:-12])


def test_rows_that_never_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"row 2 .*never closed"):
        pieces(path, b'a\n"b\nc\n')
    monkeypatch.setattr(module, "MAX_ROW", 64)
    with pytest.raises(DataError, match="row 2 is longer than"):
        pieces(path, b"a\n" + b"b" * 500)
    with pytest.raises(DataError, match=r"row 2 .*never closed"):
        pieces(path, b'a\n"b' + b"\nb" * 500)


@pytest.mark.skipif(os.name == "nt", reason="named pipes are of other systems")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="not a file that holds data"):
        Source(tmp_path / "pipe.csv")


@pytest.mark.parametrize(("encoding", "content"), [("utf-8", b"a\nb\nc\xff\n"), ("utf-16-le", "a\nb\nc".encode("utf-16-le") + b"x")])
def test_the_line_of_bytes_that_do_not_fit(path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, content: bytes) -> None:
    path.write_bytes(content)
    for size in (1, 4, 1 << 20):
        monkeypatch.setattr(module, "BLOCK", size)
        assert module.misfit(path, encoding) == 3
        assert module.misfit(path, "latin-1") == 0
