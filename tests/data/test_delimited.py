"""Tests of delimited text: torture files, each read right or refused with its place, never silently wrong."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui.core.errors import DataError
from flux_gui.data import delimited
from flux_gui.data.delimited import RawTable, read_delimited, read_text, sniff_delimiter
from flux_gui.data.reading import Wanted
from flux_gui.specs.data import ReadSpec

PLAIN = "a,b\n1,2.5\n3,x\n"


def raw(tmp_path: Path, content: str | bytes) -> RawTable:
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_delimited(path)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "|").encode(),
        PLAIN.replace(",", " , ").encode(),
        ("sep=,\n" + PLAIN).encode(),
        (PLAIN + "\n\n , \n").encode(),
        b"\n\n" + PLAIN.encode(),
        b"a,b\n1,2.5,\n3,x,,\n",
        b'"a","b"\n"1","2.5"\n"3","x"\n',
        PLAIN.encode() + b"\x1a",
    ],
)
def test_the_same_table_in_many_disguises(tmp_path: Path, content: bytes) -> None:
    table = raw(tmp_path, content)
    assert table.names == ("a", "b")
    assert table.cells == (["1", "3"], ["2.5", "x"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b",,\n,,\n", "is empty"),
        (b"a,b\n", "no rows below"),
        (b"a,b\n1,2\n1,2,3\n", "row 3 has 3 cells, but the header .row 1. names 2 columns"),
        (b"a,b,c\n1,2,3\n\n1,2\n", "row 4 has 2 cells"),
        (b"a,b\n1,2\x003\n", "line 2 holds a NUL byte"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "NUL byte"),
        (b"\x01\x02\x03\x04\x05\x06,b\n1,2\n", "control characters"),
        (b"5.1,3.5,setosa\n4.9,3.0,setosa\n", "no recognisable header: its first row looks like values .5.1, 3.5, setosa."),
        (b"1,2,3\n4,5,6\n", "no recognisable header: its first row holds only numbers .1, 2, 3."),
        (b"3,red\n4,red\n", "no recognisable header"),
        (b"My table\n1,2,3\n4,5,6\n", "no recognisable header"),
        (b"My table\na,b,c\n4,5,6\n", "no recognisable header"),
        (b"\xff\xfea", "damaged: line 1 does not fit utf-16"),
        (b'a,b\n"' + b"x" * 200_000 + b'",2\n', "row 2 cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        raw(tmp_path, content)
    assert caught.value.hint
    assert caught.value.message.startswith("t.csv")


def test_a_file_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_BYTES", 5)
    with pytest.raises(DataError, match="at most"):
        raw(tmp_path, PLAIN)


def test_years_may_be_column_names(tmp_path: Path) -> None:
    assert raw(tmp_path, "country,2019,2020\nPeru,1,2\nChad,3,4\n").names == ("country", "2019", "2020")


def test_latin_text_is_read_with_a_notice(tmp_path: Path) -> None:
    table = raw(tmp_path, "größe,art\n1,süß\n".encode("cp1252"))
    assert table.names == ("größe", "art")
    assert "line 1 is not UTF-8" in table.notices[0]
    assert raw(tmp_path, b"a,b\n\x81,2\n").cells[0] == ["\x81"]


def test_decimal_comma(tmp_path: Path) -> None:
    table = raw(tmp_path, "x;y\n1,5;2\n2,5;-3,25\n")
    assert table.decimal_comma
    assert "'1,5' is 1.5" in table.notices[0]
    assert raw(tmp_path, "x\n1,5\n2,5\n").decimal_comma
    assert not raw(tmp_path, 'x,y\n"1,234",2\n').decimal_comma


def test_names_are_made_unique(tmp_path: Path) -> None:
    table = raw(tmp_path, "x,,x,x_2\n1,2,3,4\n")
    assert table.names == ("x", "column_2", "x_3", "x_2")
    assert len(table.notices) == 2
    assert raw(tmp_path, "column_2,\n1,2\n").names == ("column_2", "column_2_2")


def test_blank_rows_are_skipped_and_counted(tmp_path: Path) -> None:
    table = raw(tmp_path, "x,y\n1,2\n\n,\n3,4\n\n")
    assert table.origin == [2, 5]
    assert "2 blank rows were skipped" in table.notices[0]


def test_quoted_cells_may_hold_delimiters_and_line_ends(tmp_path: Path) -> None:
    table = raw(tmp_path, 'x,y\n"a, b","c\nd ""e"""\n1,2\n')
    assert table.cells == (["a, b", "1"], ['c\nd "e"', "2"])
    assert table.origin == [2, 3]


def test_many_columns(tmp_path: Path) -> None:
    header = ",".join(f"c{i}" for i in range(5000))
    assert len(raw(tmp_path, header + "\n" + ",".join(["1"] * 5000) + "\n").names) == 5000
    with pytest.raises(DataError, match="at most"):
        raw(tmp_path, "a," * 25_000 + "b\n" + "1," * 25_000 + "2\n")


def test_sniffing_prefers_what_is_least_likely_by_accident() -> None:
    assert sniff_delimiter("a;b\n1,5;2,5\n") == ";"
    assert sniff_delimiter("a,b\nx;y,2\n") == ","
    assert sniff_delimiter("a\tb\n1,2\t3\n") == "\t"
    assert sniff_delimiter("alone\n1\n") == "\t"


CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=0, max_size=8).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, st.integers(-99, 99).map(str)), min_size=1, max_size=8), st.sampled_from(",;\t"))
def test_a_written_table_reads_back(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["first name", "second name", "third name"])
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(stream.getvalue().encode())
        table = read_delimited(path)
    assert list(zip(*table.cells, strict=True)) == rows


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text('ab1,;\t\n"\r. -', max_size=60).map(str.encode)))
def test_any_bytes_give_a_rectangle_or_a_data_error(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(content)
        try:
            table = read_delimited(path)
        except DataError:
            return
    assert len(set(table.names)) == len(table.names) == len(table.cells)
    assert {len(column) for column in table.cells} == {len(table.origin)}


@pytest.mark.parametrize("delimiter", ["\0", "\n", "\r", '"', "::", "§", "\x1b"])
def test_what_cannot_stand_between_cells(tmp_path: Path, delimiter: str) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="delimiter must be one sign"):
        read_text(tmp_path / "t.csv", Wanted(ReadSpec(delimiter=delimiter)))
