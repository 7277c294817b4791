"""Faults far behind the first rows, where a reader has long made its guesses: the same words, rows and columns as near the top."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from torture.cases import Case, Fails, Loads, Make, loaded, within

ROWS = 600_000  # some 20 MB
LATE = 540_000  # an index; the spreadsheet shows it as row LATE + 2
ROW = LATE + 2
pytestmark = pytest.mark.timeout(120)


@cache
def lines() -> list[str]:
    return ["a;b;c;d", *(f"{i % 1000}.5;{i % 4096 / 16:.6f};{i};word{i % 7}" for i in range(ROWS))]


@cache
def columns() -> list[tuple[str, str, object]]:
    index = np.arange(ROWS)
    words = np.array([f"word{i}" for i in range(7)])[index % 7]
    return [("a", "number", index % 1000 + 0.5), ("b", "number", index % 4096 / 16), ("c", "number", index), ("d", "category", words)]


def late(line: str, *more: str) -> Callable[[], list[str]]:
    """Return lines with one replaced, and more put in, late."""
    return lambda: [*lines()[: LATE + 1], line, *more, *lines()[LATE + 2 :]]


def big(make: Callable[[], list[str]] = lines, end: str = "\n", encoding: str = "utf-8", delimiter: str = ";") -> Make:
    def write(folder: Path) -> Path:
        path = folder / "wrong.csv"
        path.write_bytes(end.join([*make(), ""]).replace(";", delimiter).encode(encoding))
        return path

    return write


def altered(name: str, value: object) -> Loads:
    """Return the columns with another value late; None is missing."""
    found = []
    for known, kind, values in columns():
        own = np.array(values, float if kind == "number" else object)
        if known == name:
            own[LATE] = value
        found.append((known, kind, own))
    return Loads(found)


def at(name: str) -> str:
    return rf"wrong\.csv.*row {ROW}\b.*'{name}'"


def same() -> Loads:
    return Loads(columns())


CASES: dict[str, tuple[Make, Callable[[], tuple[Fails | Loads, ...]]]] = {
    "nothing wrong": (big(), lambda: (same(),)),
    "comma": (big(delimiter=","), lambda: (same(),)),
    "CR LF": (big(end="\r\n"), lambda: (same(),)),
    "CR": (big(end="\r"), lambda: (same(),)),
    "BOM": (big(encoding="utf-8-sig"), lambda: (same(),)),
    "UTF-16": (big(encoding="utf-16"), lambda: (same(),)),
    "a word": (big(late("1;oops;3;word1")), lambda: (Fails(at("b") + ".*'oops'"),)),
    "inf": (big(late("1;-inf;3;word1")), lambda: (Fails(at("b") + ".*inf"),)),
    "1e999": (big(late("1;1e999;3;word1")), lambda: (Fails(at("b")),)),
    "thousands": (
        big(late("1;1,234.5;3;word1")),
        lambda: (Fails(at("b")), Loads([(n, k, None) for n, k, _ in columns()], notice="groups of digits")),
    ),
    "another decimal sign": (big(late("1;1,5;3;word1")), lambda: (Fails(at("b")),)),
    "a short row": (big(late("1;2;3")), lambda: (Fails(rf"row {ROW}\b.*3 cells.*4"),)),
    "a long row": (big(late("1;2;3;x;5")), lambda: (Fails(rf"row {ROW}\b.*5 cells.*4"),)),
    "trailing delimiters": (big(late("1;2;3;word1;;")), lambda: (Loads([(n, k, None) for n, k, _ in columns()]),)),
    "an unterminated quote": (big(late('1;2;3;"word1')), lambda: (Fails(rf"row {ROW}\b", "quot"),)),
    "NUL": (big(late("1;2\0;3;word1")), lambda: (Fails(rf"(line|row) {ROW}\b"),)),
    "a wrong row below quoted line ends and blank lines": (
        big(late('1;2;3;"x\ny\n\nz"', "", '1;2;3;"\n"', "1;oops;3;word1")),
        lambda: (Fails(rf"row {ROW + 3}\b.*'b'.*'oops'"),),
    ),
    "quoted numbers and spaces": (big(late('"1.5"; "2.5" ;3;" word1 "')), lambda: (Loads([(n, k, None) for n, k, _ in columns()]),)),
    **{
        f"missing {word!r}": (
            big(late(f"1;{word};3;word1")),
            lambda: (Loads([(n, k, None if n != "b" else altered("b", np.nan).columns[1][2]) for n, k, _ in columns()]),),
        )
        for word in ("", "NA", "?", "-", "none", "N/A", "NaN", '""', " NA ")
    },
    "a missing word": (big(late(f"{LATE % 1000}.5;{LATE % 4096 / 16};{LATE};NULL")), lambda: (altered("d", ""),)),
    **{
        f"a number {text!r}": (
            big(late(f"1;{text};3;word1")),
            lambda value=value: (Loads([(n, k, None if n != "b" else altered("b", value).columns[1][2]) for n, k, _ in columns()]),),
        )
        for text, value in {" 12 ": 12, "+3": 3, ".5": 0.5, "7.": 7, "1E5": 1e5, "-0": 0, "007": 7}.items()
    },
    "a fraction among whole numbers": (big(late(f"{LATE % 1000}.5;{LATE % 4096 / 16};0.25;word{LATE % 7}")), lambda: (altered("c", 0.25),)),
    "a word of another script": (big(late(f"{LATE % 1000}.5;{LATE % 4096 / 16};{LATE};größe 数")), lambda: (altered("d", "größe 数"),)),
    "Latin-1": (
        big(late(f"{LATE % 1000}.5;{LATE % 4096 / 16};{LATE};größe"), encoding="latin-1"),
        lambda: (Loads(altered("d", "größe").columns, notice=rf"line {ROW} is not UTF-8"), Fails(rf"(line|row) {ROW}\b.*UTF-8")),
    ),
    "a long cell": (big(late("1;2;3;" + "x" * 5_000_000)), lambda: (Fails(rf"row {ROW}\b"),)),
}


@pytest.fixture(scope="module", autouse=True)
def made() -> None:
    """Make lines and columns before the time of a case is measured."""
    lines()
    columns()


@pytest.mark.parametrize("name", CASES)
def test_late(tmp_path: Path, name: str) -> None:
    make, outcomes = CASES[name]
    case = Case(name, make, *outcomes())
    path = case.make(tmp_path)
    with within(10):
        found = loaded(path)
    assert not (wrong := case.differs(found)), wrong
    path.unlink()
