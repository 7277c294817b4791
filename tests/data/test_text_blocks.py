"""Tests of large delimited text: read by blocks, a table is the same as read whole, and so are the errors."""

import os
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import Cancelled, CellError, DataError
from flux_gui.data import blocks, cache, delimited, files, stream, text_blocks
from flux_gui.data.cache import Store
from flux_gui.specs.data import ColumnSpec, ReadSpec

LINES = [f"{i},{i / 8},{'abc'[i % 3]}\n" for i in range(400)]
PLAIN = "n,x,kind\n" + "".join(LINES)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small files be read as large ones are."""
    monkeypatch.setattr(delimited, "SMALL", 600)
    monkeypatch.setattr(delimited, "HEAD", 600)
    monkeypatch.setattr(blocks, "BLOCK", 500)


def both(path: Path, monkeypatch: pytest.MonkeyPatch, reading: ReadSpec | None = None) -> tuple[files.Loaded, files.Loaded]:
    """Return the file read whole and read by blocks."""
    whole = files.load(path, reading=reading)
    monkeypatch.setattr(delimited, "SMALL", 600)
    monkeypatch.setattr(delimited, "HEAD", 600)
    monkeypatch.setattr(blocks, "BLOCK", 500)
    return whole, files.load(path, reading=reading)


def insert(line: str, at: int = 200) -> str:
    return "n,x,kind\n" + "".join([*LINES[:at], line, *LINES[at:]])


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", " , ").encode(),
        PLAIN.replace(",", " ").encode(),
        ("  " + PLAIN.replace(",", "   ").replace("\n", "  \r\n ")).encode(),
        PLAIN.replace(",", " \t").replace("a\n", "a\n   \n", 40).encode(),
        PLAIN.replace(",", "  ").replace("abc"[0] + "\n", "a b\n").replace("n  x", " n  x").encode(),
        PLAIN.replace(",", " ").replace("b\n", '"b  c"\n').encode(),
        PLAIN.replace(",", " ").replace("b\n", '5"\n').encode(),
        ("sep=,\n" + PLAIN).encode(),
        ("\n\n" + PLAIN).encode(),
        PLAIN.encode() + b"\x1a",
        PLAIN.rstrip().encode(),
        insert("\n\n,,\n , , \n").encode(),
        insert("NA,-,?\n").encode(),
        insert(" 7 , +1.5 ,  a \n").encode(),
        insert("1,2,a,,\n").encode(),
        insert("1,nan,NULL\n").encode(),
        insert('1,2,"line\nend"\n').encode(),
        insert('1,2,"say ""a"", b"\n').encode(),
        insert('1, 2, "a, b"\n').encode(),
        insert('1,2,5" pipe\n').encode(),
        insert('"1","2","a"\n').encode(),
        insert('1,2,"a"b\n').encode(),
        insert("1,2,süß\n").encode(),
        insert("1,2,süß\n").encode("cp1252"),
        insert("1,2,\x81\n").encode("latin-1"),
        insert("1,1e308,a\n").encode(),
        insert("1,12 345.5,a\n").encode(),
        PLAIN.replace(",", ";").replace(".", ",").encode() + b"1.234;5.678,5;a\n",
        ("n,x,kind\n" + "".join(f"{i},,a\n" for i in range(100)) + "".join(f"{i},word{i % 4},b\n" for i in range(300))).encode(),
        ("n,x,kind\n" + "".join(f"{i},w{i % 5},b\n" for i in range(100)) + "".join(f"{i},v{i},b\n" for i in range(300))).encode(),
        ("n;x;kind\n" + "".join(f"{i};{i},5;a\n" for i in range(300))).encode(),
        ("n;x;kind\n" + "".join(f"{i};1.{i:03},5;a\n" for i in range(300))).encode(),
        ("n,x,kind\n" + "".join(f'{i},"1,{i:03}.5",a\n' for i in range(300))).encode(),
        ("x\n" + "".join(f"{i}\n" for i in range(400))).encode(),
    ],
)
def test_blocks_give_the_same_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    whole, parts = both(path, monkeypatch)
    assert parts.table.names == whole.table.names
    assert [column.kind for column in parts.columns] == [column.kind for column in whole.columns]
    assert [column.role for column in parts.columns] == [column.role for column in whole.columns]
    for a, b in zip(whole.table.columns, parts.table.columns, strict=True):
        cut = a.values if a.kind != "text" else np.array([word[:40] for word in a.values])
        np.testing.assert_array_equal(cut, b.values)
    assert [whole.table.row_number(i) for i in range(whole.table.rows)] == [parts.table.row_number(i) for i in range(parts.table.rows)]
    assert (parts.reading.delimiter, parts.reading.decimal) == (whole.reading.delimiter, whole.reading.decimal)


@pytest.mark.parametrize(
    "content",
    [
        insert("1,oops,a\n"),
        insert("1,inf,a\n"),
        insert("1,1e999,a\n"),
        insert("1,nan(1),a\n"),
        insert("1,2\n"),
        insert("1,2,3,4\n"),
        insert("\n\n1,2,3,4\n"),
        insert("1,2,a\0b\n"),
        insert('1,2,"a\n', 395),
        insert("1,2\n").replace(",", "  "),
        insert("1,oops,a\n").replace(",", "  "),
    ],
)
def test_blocks_give_the_same_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content, encoding="utf-8")
    messages = []
    for _ in range(2):
        with pytest.raises(DataError) as caught:
            files.load(path)
        messages.append(caught.value.message)
        monkeypatch.setattr(delimited, "SMALL", 600)
        monkeypatch.setattr(delimited, "HEAD", 600)
        monkeypatch.setattr(blocks, "BLOCK", 500)
    assert messages[1].split(" cannot be read")[0] == messages[0].split(" cannot be read")[0]
    assert any(word in messages[1] for word in ("row 202", "row 204", "line 202", "row 397"))


@pytest.mark.usefixtures("tiny")
def test_declared_columns_are_the_only_ones_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(insert(",,a\n"), encoding="utf-8")
    table = files.read(path, (ColumnSpec("x", "number", "input"),))
    assert table.names == ("x",)
    assert table.rows == 401
    assert np.isnan(table.column("x").values).sum() == 1
    path.write_text(insert("1,oops,a\n"), encoding="utf-8")
    with pytest.raises(CellError, match="row 202, column 'x': expected a number, got 'oops'"):
        files.read(path, (ColumnSpec("x", "number", "input"),))
    assert files.read(path, (ColumnSpec("x", "number", "ignore"),)).column("x").values[200] == "oops"
    with pytest.raises(DataError, match="no column 'z'"):
        files.read(path, (ColumnSpec("z", "number", "input"),))


@pytest.mark.usefixtures("tiny")
def test_large_tables_hold_float32_unless_that_would_blur_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LARGE_CELLS", 1000)
    path = tmp_path / "t.csv"
    path.write_text(
        "a,seconds,huge\n" + "".join(f"0.{i},{1700000000 + i},{'1' if i < 300 else '1e39'}\n" for i in range(400)), encoding="utf-8"
    )
    table = files.load(path).table
    assert [column.values.dtype for column in table.columns] == [np.float32, np.float64, np.float64]
    assert not table.columns[0].values.flags.writeable
    assert np.diff(table.column("seconds").values).tolist() == [1.0] * 399


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("packed", [False, True])
def test_what_passes_the_budget_is_mapped_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    import gzip

    monkeypatch.setattr(cache, "cache_dir", lambda: tmp_path / "cache")
    monkeypatch.setattr(cache, "budget", lambda: 1000)
    path = tmp_path / ("t.csv.gz" if packed else "t.csv")
    content = (
        PLAIN.replace(",a\n", f",a,{'w' * 60}\n")
        .replace(",b\n", ",b,v\n")
        .replace(",c\n", ",c,\n")
        .replace("kind\n", "kind,note\n")
        .encode()
    )
    path.write_bytes(gzip.compress(content) if packed else content)
    table = files.load(path, kinds={"note": "text"}).table
    assert all(isinstance(column.values, np.memmap) for column in table.columns)
    assert table.column("x").values.tolist() == [i / 8 for i in range(400)]
    assert "".join(table.column("kind").values[:6]) == "abcabc"
    assert table.column("note").values[:3].tolist() == ["w" * 40, "v", ""]
    assert not list((tmp_path / "cache").iterdir()) or os.name == "nt"


@pytest.mark.usefixtures("tiny")
def test_progress_rises_and_cancel_stops_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flux_gui.data.reading.BETWEEN", 0.0)
    path = tmp_path / "t.csv"
    path.write_text(PLAIN, encoding="utf-8")
    told: list[float] = []
    files.load(path, progress=lambda share, text: told.append(share or 0.0))
    assert told == sorted(told)
    assert len(told) > 5

    def stop(share: float | None, text: str) -> None:
        if share and share > 0.5:
            raise Cancelled("Reading was stopped.")

    with pytest.raises(Cancelled):
        files.load(path, progress=stop)


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(("act", "message"), [("grow", "changed while it was read"), ("vanish", "vanished while it was read")])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, act: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flux_gui.data.reading.BETWEEN", 0.0)
    path = tmp_path / "t.csv"
    path.write_text(PLAIN, encoding="utf-8")

    def change(share: float | None, text: str) -> None:
        if not share or share < 0.4:
            return
        if act == "grow":
            with path.open("a") as stream:
                stream.write("1,2,a\n")
        elif path.exists():
            path.unlink()

    with pytest.raises(DataError, match=message) as caught:
        files.load(path, progress=change)
    assert "\n" not in caught.value.message


def test_a_very_long_row_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAX_ROW", 2000)
    path = tmp_path / "t.csv"
    path.write_text(insert("1,2," + "a" * 5000 + "\n"), encoding="utf-8")
    monkeypatch.setattr(delimited, "SMALL", 600)
    monkeypatch.setattr(delimited, "HEAD", 600)
    monkeypatch.setattr(blocks, "BLOCK", 500)
    with pytest.raises(DataError, match="row 202 is longer than"):
        files.load(path)


@pytest.mark.usefixtures("tiny")
def test_a_preview_reads_the_first_rows_only(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(PLAIN + "broken", encoding="utf-8")
    shown = files.preview(path)
    assert 5 < shown.table.rows < 100
    assert shown.reading.delimiter == ","


def test_rows_are_counted_from_above(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(PLAIN, encoding="utf-8")
    layout = delimited._layout(PLAIN[:600].encode(), "t.csv", delimited.Wanted(), whole=False)
    assert text_blocks.Producer(path, layout, delimited.Wanted()).count() >= 401
    assert Store.__doc__


def test_late_bytes_that_are_not_utf_8_name_their_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(insert("1,2,süß\n").encode("cp1252"))
    whole, parts = both(path, monkeypatch)
    assert parts.table.notices == whole.table.notices
    assert parts.reasons["encoding"] == "line 202 is not UTF-8"
    with pytest.raises(DataError, match="line 202 does not fit utf-8"):
        files.load(path, reading=ReadSpec(encoding="utf-8"))


def test_late_groups_of_digits_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_text(insert("1,12 345.5,a\n"))
    whole, parts = both(path, monkeypatch)
    assert parts.table.notices == whole.table.notices
    assert "('12 345.5' is 12345.5)" in parts.table.notices[0]


def test_a_file_that_grows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "SMALL", 500)
    path = tmp_path / "t.csv"
    path.write_text(PLAIN)

    def grow(fraction: float | None, text: str) -> None:
        if path.stat().st_size == len(PLAIN):
            path.write_text(PLAIN + "7,7.5,re")

    with pytest.raises(DataError, match="changed while it was read"):
        files.load(path, progress=grow)
