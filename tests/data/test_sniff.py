"""Tests of sniffing: encodings, delimiters and headers, each found with a reason."""

import pytest

from flux_gui.core.errors import DataError, HeaderError
from flux_gui.data import sniff


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(encoding: str) -> None:
    text, used, why, notices = sniff.decode("a,b\n1,ü\n".encode(encoding), "t")
    assert (text, used, notices) == ("a,b\n1,ü\n", encoding, ())
    assert "byte order mark" in why


def test_encodings_without_a_mark() -> None:
    assert sniff.decode(b"a\n1\n", "t")[1:3] == ("utf-8", "every byte fits")
    assert sniff.decode("a,b\n1,2\n".encode("utf-16-be"), "t")[1] == "utf-16-be"
    text, used, why, notices = sniff.decode("a\nü\n".encode("cp1252"), "t")
    assert (text, used) == ("a\nü\n", "cp1252")
    assert why == "line 2 is not UTF-8"
    assert notices
    assert sniff.western(b"\x81") == "latin-1"
    assert all(sniff.check_encoding(encoding) == encoding for encoding in sniff.ENCODINGS)
    for unknown in ("klingon", "hex", "zip"):
        with pytest.raises(DataError, match="no text encoding"):
            sniff.check_encoding(unknown)


@pytest.mark.parametrize(
    ("text", "delimiter", "reason"),
    [
        ("a;b\n1;2\n", ";", "with a semicolon every row looked at has 2 cells"),
        ("a\n1\n", "\t", "one column, no delimiter"),
        ("a,b\n1,2\n1\n3,4\n", ",", "with a comma 75% of the rows looked at have 2 cells"),
        (" a   b\n 1   2\n10 200\n", " ", "with blanks between cells every row looked at has 2 cells"),
        ("a   b\n< 12 years   No\n12 years   Yes\n", "  ", "with gaps of blanks between cells every row looked at has 2 cells"),
        ("a b\n1 2\n1\n3 4\n", "\t", "one column, no delimiter"),
        ("a b\n", "\t", "one column, no delimiter"),
        ("a b;c\n1 2;3\n", ";", "with a semicolon every row looked at has 2 cells"),
        ("a b\n1,5 2,5\n3,5 4,5\n", " ", "with blanks between cells every row looked at has 2 cells"),
    ],
)
def test_delimiters_have_reasons(text: str, delimiter: str, reason: str) -> None:
    assert sniff.delimiter_reason(text) == (delimiter, reason)


@pytest.mark.parametrize(
    ("header", "row", "names"),
    [
        (["a", "b"], ["1", "2"], ["a", "b"]),
        (["#", "a", "b"], ["1", "2"], ["a", "b"]),
        (["#a", "b"], ["1", "2"], ["a", "b"]),
        (["a", "b"], ["one", "1", "2"], ["", "a", "b"]),
        (["a"], ["1", "234"], ["a"]),
    ],
)
def test_a_header_before_rows_of_blanks(header: list[str], row: list[str], names: list[str]) -> None:
    assert sniff.named(header, row) == names


def test_nul_bytes_name_their_line() -> None:
    with pytest.raises(DataError, match="line 7 holds a NUL byte"):
        sniff.check_bytes(b"a\nb\0", "t", 6)


def test_headers_and_names() -> None:
    sniff.check_header("t", ["a", "2019"], [(2, ["x", "1"])])
    with pytest.raises(DataError, match="no recognisable header"):
        sniff.check_header("t", ["1", "2"], [])
    with pytest.raises(DataError, match="at most"):
        sniff.check_width("t", ["a"] * 30_000)
    assert sniff.unique_names("t", ["length\n(cm)"])[0] == ("length (cm)",)
    names, notices = sniff.unique_names("t", ["a", "", "a"])
    assert names == ("a", "column_2", "a_2")
    assert len(notices) == 2
    names, notices = sniff.unique_names("t", ["a", "b", "a", "", "a", ""])
    assert notices == (
        "t: columns 3 and 5 repeat the name 'a' and are called 'a_2' and 'a_3'.",
        "t: columns 4 and 6 have no name and are called 'column_4' and 'column_6'.",
    )
    assert sniff.unique_names("t", ["a"] * 9)[1] == (
        "t: columns 2, 3, 4, 5, 6 and 3 more repeat the name 'a' and are called 'a_2', 'a_3', 'a_4', 'a_5', 'a_6' and 3 more.",
    )


def test_a_quotation_mark_left_open_does_not_hide_the_delimiter() -> None:
    assert sniff.sniff_delimiter('a,b\n1,2\n3,"4\n' + "1,2.5\n" * 50_000) == ","


def test_what_is_no_table_or_has_a_title() -> None:
    for text, what in (("\n<!DOCTYPE html><p>", "web page"), ("<html>", "web page"), ('<?xml version="1.0"?><a/>', "XML")):
        with pytest.raises(DataError, match=what):
            sniff.decode(text.encode(), "t")
    for rows in (["0,0.5", "1,1.5"], ["x;y", "u;v", "s;t"], ["a,b,c", "d,e,f", "g,h,i"], ["1\t2"], ["1  2 3"]):
        with pytest.raises(HeaderError, match="is one name"):
            sniff.check_header("t", ["Report"], [(2 + i, [row]) for i, row in enumerate(rows)])
    for rows in (["1 234", "5 678"], ["0,5", "1,5", "2,5"], ["Smith, John", "Roe, Jane", "Low, Jim"], ["x", "y"]):
        sniff.check_header("t", ["Report"], [(2 + i, [row]) for i, row in enumerate(rows)])


def test_a_chosen_encoding_that_does_not_fit_names_the_line() -> None:
    with pytest.raises(DataError, match="line 3 does not fit utf-8"):
        sniff.decode("a,b\n1,x\n2,ü\n".encode("latin-1"), "t", "utf-8")
