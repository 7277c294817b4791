"""Tests of streaming: from a sample to typed columns, read again when a kind was wrong."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pytest

from flux_gui.core.errors import DataError
from flux_gui.data.arrow import Plan
from flux_gui.data.cells import RawTable
from flux_gui.data.reading import Wanted
from flux_gui.data.stream import Chunk, Extent, collect
from flux_gui.specs.data import ColumnSpec

SAMPLE = RawTable("t", ("a", "b"), (["1", "2"], ["", ""]), [2, 3])


def test_a_column_of_another_kind_is_collected_again() -> None:
    asked: list[str] = []

    def produce(plans: Mapping[str, Plan]) -> Iterator[Chunk]:
        asked.append(plans["b"].kind)
        yield Chunk({"a": pa.array([1.0, 2.0]), "b": pa.array(["", ""])}, 2, 2)
        yield Chunk({"a": pa.array([3.0, 4.0]), "b": pa.array(["u", "v"])}, 2, 4)

    table, kinds = collect(SAMPLE, Wanted(), produce, Extent(4, lambda: 4))
    assert asked == ["number", "category"]
    assert table.column("a").values.tolist() == [1, 2, 3, 4]
    assert table.column("b").values.tolist() == ["", "", "u", "v"]
    assert kinds["b"] == ("category", "2 categories, 2 missing")
    assert table.row_number(3) == 5


def test_numbers_that_differ_little_for_their_size_stay_double() -> None:
    sample = RawTable("t", ("a", "b"), (["1700000001", "1700000002"], ["1", "2"]), [2, 3])

    def produce(plans: Mapping[str, Plan]) -> Iterator[Chunk]:
        yield Chunk({"a": pa.array([1700000001.0, 1700000002.0]), "b": pa.array([1.0, 2.0])}, 2, 2)

    table, _ = collect(sample, Wanted(), produce, Extent(3e6, lambda: 2))
    assert [column.values.dtype for column in table.columns] == [np.float64, np.float32]


def test_no_rows_and_unknown_columns() -> None:
    def nothing(plans: Mapping[str, Plan]) -> Iterator[Chunk]:
        yield from ()

    with pytest.raises(DataError, match="has no rows"):
        collect(SAMPLE, Wanted(), nothing, Extent(1, lambda: 1))
    with pytest.raises(DataError, match="no column 'z'"):
        collect(SAMPLE, Wanted(columns=(ColumnSpec("z", "number", "input"),)), nothing, Extent(1, lambda: 1))
