"""Tests of cells: what counts as a number, what as missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.data.cells import decimal_comma_example, is_missing, number, plain_numbers


@pytest.mark.parametrize("cell", ["", "NA", "n/a", "nan", "NaN", "NULL", "none", "?", "-"])
def test_missing_words(cell: str) -> None:
    assert is_missing(cell)


@pytest.mark.parametrize("cell", ["0", "nano", "--", "inf", "no"])
def test_words_that_are_not_missing(cell: str) -> None:
    assert not is_missing(cell)


@pytest.mark.parametrize(("cell", "value"), [("1", 1.0), ("-2.5", -2.5), ("+.5e-3", 0.0005), ("7.", 7.0), ("1E3", 1000.0)])
def test_numbers(cell: str, value: float) -> None:
    assert number(cell) == value


@pytest.mark.parametrize("cell", ["", "abc", "inf", "nan", "1e999", "1_000", "1,5", "0x10", "1 2", "1e", "٣", "--1"])
def test_not_numbers(cell: str) -> None:
    assert number(cell) is None


def test_decimal_comma_only_when_asked() -> None:
    assert number("1,5", decimal_comma=True) == 1.5
    assert number("1.000,5", decimal_comma=True) is None
    assert decimal_comma_example([["a", "1,5"], ["2"]]) == "1,5"
    assert decimal_comma_example([["1,5"], ["2.5"]]) == ""
    assert decimal_comma_example([["a,b"]]) == ""


@given(st.lists(st.text("0123456789.eE+-", max_size=6), max_size=3))
def test_the_fast_way_agrees_with_the_careful_one(cells: list[str]) -> None:
    plain = plain_numbers(cells)
    careful = [number(cell) for cell in cells]
    assert (None in careful) if plain is None else (plain.tolist() == careful)


@pytest.mark.parametrize("cell", ["inf", "nan", "1_0", "1e999", "", "x"])
def test_the_fast_way_leaves_other_cells_alone(cell: str) -> None:
    assert plain_numbers(["1", cell]) is None
