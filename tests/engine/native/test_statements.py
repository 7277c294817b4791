"""Tests of what numpy calls mean: which are translated, how their memory is seen, and when two lists are alike."""

from typing import Any

import numpy as np
import pytest

from flux_gui.engine.backend import NUMPY
from flux_gui.engine.native import statements
from flux_gui.engine.native.statements import Elementwise, Product, Reduction, meaning, signature


def zeros(*shape: int, dtype: Any = np.float32) -> np.ndarray:
    return np.zeros(shape, dtype)


def test_whole_arrays_are_one_stretch_and_numbers_are_repeated() -> None:
    out = zeros(3, 4)
    found = meaning((np.add, (zeros(3, 4), np.asarray(np.float32(2)), out)))
    assert isinstance(found, Elementwise)
    assert (found.name, found.out.shape, found.out.strides) == ("add", (12,), (4,))
    assert found.inputs[1].strides == (0,)


def test_a_row_added_to_a_table_keeps_two_dimensions() -> None:
    found = meaning((np.add, (zeros(3, 4), zeros(4), zeros(3, 4))))
    assert isinstance(found, Elementwise)
    assert found.out.shape == (3, 4)
    assert found.inputs[1].strides == (0, 4)


def test_products_of_vectors_become_products_of_matrices() -> None:
    found = meaning((zeros(5).dot, (zeros(5, 3), zeros(3))))
    assert isinstance(found, Product)
    assert (found.a.shape, found.b.shape, found.out.shape) == ((1, 5), (5, 3), (1, 3))
    single = meaning((zeros(5).dot, (zeros(5), zeros())))
    assert isinstance(single, Product)
    assert single.out.shape == (1, 1)


def test_sums_name_rows_and_terms() -> None:
    found = meaning(NUMPY.reduce("add", zeros(3, 4), (1,), zeros(3, 1), True))
    assert isinstance(found, Reduction)
    assert (found.name, found.source.shape, found.source.strides) == ("add", (3, 4), (16, 4))
    first = meaning(NUMPY.reduce("maximum", zeros(3, 4), (0,), zeros(4), False))
    assert isinstance(first, Reduction)
    assert first.source.strides == (4, 16)


BIG = 100_000


@pytest.mark.parametrize(
    "call",
    [
        (zeros(100, 100).dot, (zeros(100, 100), zeros(100, 100))),  # the matrix library is faster
        (np.log, (zeros(BIG), zeros(BIG))),  # numpy computes many side by side
        (np.add, (zeros(BIG // 100, 100), zeros(100), zeros(BIG // 100, 100))),
        (np.add, (zeros(3), zeros(3, dtype=np.float64), zeros(3))),
        (np.add, (zeros(3, dtype=np.int64), zeros(3, dtype=np.int64), zeros(3, dtype=np.int64))),
        (np.add, (zeros(3), zeros(3), zeros(3, dtype=bool))),
        (np.bitwise_and, (zeros(3, dtype=np.int32), zeros(3, dtype=np.int32), zeros(3, dtype=np.int32))),
        (np.floor_divide, (zeros(3), zeros(3), zeros(3))),
        (np.negative, (zeros(6)[::-1], zeros(6))),
        (np.add, (zeros(0), zeros(0), zeros(0))),
        (np.add, (zeros(3), 2.0, zeros(3))),
        (zeros(3).fill, (0,)),
        (print, ("text",)),
    ],
    ids=lambda call: getattr(call[0], "__name__", ""),
)
def test_what_is_left_to_numpy(call: Any) -> None:
    assert meaning(call) is None


def test_an_input_across_the_output_is_left_to_numpy() -> None:
    memory = zeros(8)
    assert meaning((np.add, (memory[:6], memory[2:], memory[2:]))) is None
    assert meaning((np.add, (memory, memory, memory))) is not None
    square = zeros(3, 3)
    assert meaning((square.dot, (zeros(3, 3), square))) is None


def test_lists_are_alike_where_their_memory_is_arranged_alike() -> None:
    def listed(shared: bool) -> Any:
        memory = zeros(12)
        first = memory[:4]
        second = memory[2:6] if shared else memory[6:10]
        return signature([[s for c in ((np.exp, (first, first)), (np.square, (second, memory[8:12]))) if (s := meaning(c))]])

    assert listed(True) == listed(True)
    assert listed(False) == listed(False)
    assert listed(True) != listed(False)


def test_a_view_knows_the_bytes_it_covers() -> None:
    table = zeros(4, 5)
    view = statements._view(table[1:3, 2:4])
    assert view is not None
    start = table.ctypes.data
    assert view.span == (start + 7 * 4, start + 14 * 4)
    assert not statements.is_stretch(view)
