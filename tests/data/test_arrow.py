"""Tests of collecting: numbers in text by the rules for cells, words as codes, kinds that turn out to be others."""

import numpy as np
import pyarrow as pa
import pytest

from flux_gui.core.errors import CellError, DataError
from flux_gui.data import arrow
from flux_gui.data.arrow import Collector, Plan, Retype, Signs, numbers_in
from flux_gui.data.cells import is_missing, number

CELLS = [
    "1",
    " 2.5 ",
    "+3",
    ".5",
    "7.",
    "1e5",
    "1E-3",
    "NA",
    "n/A",
    "-",
    "?",
    "",
    None,
    "x",
    "inf",
    "nan",
    "1e999",
    "1,5",
    "0x10",
    "1_0",
    "--1",
]


def test_numbers_in_text_are_those_of_cells() -> None:
    values, wrong = numbers_in(pa.array(CELLS))
    for cell, value, bad in zip(CELLS, values, wrong, strict=True):
        bare = (cell or "").strip()
        expected = None if is_missing(bare) else number(bare)
        assert bad == (expected is None and not is_missing(bare)), cell
        assert value == expected or (np.isnan(value) and expected is None), cell
    assert numbers_in(pa.array(["1,5", "2.5", "x"]), decimal_comma=True)[0][:2].tolist() == [1.5, 2.5]
    assert numbers_in(pa.array(["1,234.5"]), grouped=True)[0].tolist() == [1234.5]


def collector(*plans: Plan) -> Collector:
    return Collector("t", plans, Signs())


def test_columns_grow_block_by_block() -> None:
    whole = collector(Plan("n", "number", double=False), Plan("w", "category"), Plan("t", "text"))
    whole.add([pa.array([1.0, None], pa.float32()), pa.array(["a", "NA"]), pa.array(["x", None])], 2, 2)
    whole.add([pa.chunked_array([pa.array(["3"])]), pa.array(["b"]).dictionary_encode(), pa.array(["y"])], 1, 9, np.array([9]))
    kinds = whole.kinds()
    assert kinds["n"] == ("number", "numbers, 1 missing")
    assert kinds["w"] == ("category", "2 categories, 1 missing")
    numbers, words, text = whole.columns(kinds)
    np.testing.assert_array_equal(numbers.values, np.array([1, np.nan, 3], np.float32))
    assert numbers.values.dtype == np.float32
    assert words.values.tolist() == ["a", "", "b"]
    assert text.values.tolist() == ["x", "", "y"]
    origin = whole.origin()
    assert origin is not None
    assert origin.tolist() == [2, 3, 9]


def test_a_wrong_cell_is_an_error_with_its_row_or_another_kind() -> None:
    strict = collector(Plan("n", "number", chosen=True))
    with pytest.raises(CellError, match="row 8, column 'n': expected a number, got 'oops'"):
        strict.add([pa.array(["1", "oops"])], 2, 7)
    with pytest.raises(CellError, match="row 3, column 'n': expected a number, got 'inf'"):
        collector(Plan("n", "number")).add([pa.array([1.0, np.inf])], 2, 2)
    ignored = collector(Plan("n", "number", chosen=True, strict=False))
    with pytest.raises(Retype) as text:
        ignored.add([pa.array(["1", "oops"])], 2, 7)
    assert text.value.kinds == {"n": "text"}
    few = collector(Plan("n", "number"))
    few.add([pa.array(["1"] * 99 + ["oops"])], 100, 2)
    with pytest.raises(CellError, match="row 101"):
        few.kinds()
    many = collector(Plan("n", "number"), Plan("m", "number"))
    many.add([pa.array(["1"] * 50 + ["oops"] * 50)] * 2, 100, 2)
    with pytest.raises(Retype) as words:
        many.kinds()
    assert words.value.kinds == {"n": "category", "m": "category"}
    with pytest.raises(Retype) as double:
        collector(Plan("n", "number", double=False)).add([pa.array([1e39])], 1, 2)
    assert double.value.kinds == {"n": "number"}


def test_too_many_or_too_long_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "MAX_CATEGORY", 5)
    many = pa.array([str(i) for i in range(9)])
    with pytest.raises(Retype):
        collector(Plan("w", "category")).add([many], 9, 2)
    with pytest.raises(DataError, match="too many for categories"):
        collector(Plan("w", "category", chosen=True)).add([many], 9, 2)
    with pytest.raises(DataError, match="row 3, column 'w': a category has at most 200 characters, got 300"):
        collector(Plan("w", "category", chosen=True)).add([pa.array(["a", "w" * 300])], 2, 2)
