"""Tests of the table: kinds, missing cells, names, row numbers, selection."""

import numpy as np
import pytest

from flux_gui.core.errors import DataError
from flux_gui.data.table import Column, Table, number_label


def example() -> Table:
    columns = (Column("x", "number", np.array([1.0, np.nan, 3.5])), Column("word", "category", np.array(["a", "", "b"])))
    return Table(columns, ("read with care",), np.array([2, 3, 7]))


def test_values_are_typed_read_only_copies() -> None:
    source = np.array([1, 2], dtype=np.int32)
    column = Column("x", "number", source)
    source[0] = 9
    assert column.values.dtype == np.float64
    assert column.values.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        column.values[0] = 5


def test_missing_cells_of_both_kinds() -> None:
    table = example()
    assert table.column("x").missing.tolist() == [False, True, False]
    assert table.column("word").missing.tolist() == [False, True, False]


def test_labels_show_whole_numbers_without_a_point() -> None:
    assert example().column("x").labels().tolist() == ["1", "", "3.5"]
    assert number_label(-0.0) == "0"
    assert number_label(1e300) == "1e+300"


def test_unknown_column_names_the_nearest() -> None:
    with pytest.raises(DataError, match="no column 'wrd'") as caught:
        example().column("wrd")
    assert caught.value.hint == "Did you mean 'word'?"


def test_row_numbers_count_like_a_spreadsheet() -> None:
    table = example()
    assert [table.row_number(i) for i in range(3)] == [2, 3, 7]
    assert Table(table.columns).row_number(0) == 2


def test_select_keeps_kinds_notices_and_row_numbers() -> None:
    part = example().select(np.array([2, 0]))
    assert part.column("x").values.tolist() == [3.5, 1.0]
    assert part.column("word").values.tolist() == ["b", "a"]
    assert [part.row_number(i) for i in range(2)] == [7, 2]
    assert part.notices == ("read with care",)
    assert example().select(np.array([True, False, False])).rows == 1
    assert "x" in part
    assert "z" not in part


def test_wrong_tables_are_refused() -> None:
    x = Column("x", "number", np.array([1.0]))
    with pytest.raises(DataError, match="Two columns are called 'x'"):
        Table((x, x))
    with pytest.raises(DataError, match="'y' has 2 rows"):
        Table((x, Column("y", "number", np.array([1.0, 2.0]))))
    with pytest.raises(DataError, match="row 3: expected a finite number, got inf"):
        Column("x", "number", np.array([1.0, np.inf]))
    with pytest.raises(DataError, match="one-dimensional"):
        Column("x", "number", np.zeros((2, 2)))


def test_an_empty_table_has_no_rows() -> None:
    assert Table(()).rows == 0
