"""Tests of the lines of products and sums: which of the three ways is taken, and that odd sizes have a rest."""

from typing import Any

import numpy as np
import pytest

from flux_gui.engine.native.products import LANES, write_product, write_reduction
from flux_gui.engine.native.statements import Product, Reduction, meaning
from flux_gui.engine.native.writer import Writer


def lines(call: Any) -> str:
    statement = meaning(call)
    writer = Writer([], set())
    if isinstance(statement, Product):
        write_product(writer, statement)
    else:
        assert isinstance(statement, Reduction)
        write_reduction(writer, statement)
    return "\n".join(writer.lines)


def zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.float32)


def test_rows_of_b_are_walked_along_in_vectors() -> None:
    text = lines((zeros(4, 5).dot, (zeros(5, 16), zeros(4, 16))))
    assert text.count("call <8 x float> @llvm.fmuladd") == 2 * 2  # two rows, two pieces
    assert "extractelement" not in text


def test_columns_of_b_that_are_stretches_are_summed_side_by_side() -> None:
    text = lines((zeros(4, 2 * LANES + 1).dot, (zeros(3, 2 * LANES + 1).T, zeros(4, 3))))
    assert text.count("call <8 x float> @llvm.fmuladd") == 1  # three columns are no whole block of four
    assert "call float @llvm.fmuladd.f32" in text  # the term that is left over


def test_other_arrangements_are_computed_one_by_one() -> None:
    text = lines((zeros(5, 4).T.dot, (zeros(3, 5).T, zeros(4, 3))))
    assert "<8 x float>" not in text


@pytest.mark.parametrize("count", [1, 8, 9, 16, 21])
def test_every_term_of_a_sum_is_read(count: int) -> None:
    text = lines((np.add.reduce, (zeros(count), 0, None, zeros(), False)))
    loop = "phi i64" in text
    assert text.count("load float") == (LANES * 2 + count % LANES if loop else count)
