"""Tests of which statements share a loop and which results are not written."""

import numpy as np

from flux_gui.engine.backend import Call
from flux_gui.engine.native.grouping import MOST_STREAMS, grouped
from flux_gui.engine.native.statements import Statement, meaning


def statements(*calls: Call) -> list[Statement]:
    found = [meaning(call) for call in calls]
    assert all(found)
    return [one for one in found if one is not None]


def lengths(*calls: Call) -> list[int]:
    return [len(group) for group, _ in grouped(statements(*calls))]


def test_equally_long_stretches_share_a_loop() -> None:
    x, y, z = np.zeros(9), np.zeros(9), np.zeros(8)
    assert lengths((np.add, (x, y, y)), (np.square, (y, x)), (np.square, (z, z))) == [2, 1]


def test_a_number_that_the_loop_writes_ends_it() -> None:
    x = np.zeros(9)
    inside, y = x[3:4].reshape(()), np.zeros(9)
    assert lengths((np.square, (x, x)), (np.multiply, (y, inside, y))) == [1, 1]


def test_shifted_stretches_do_not_share_a_loop() -> None:
    memory = np.zeros(20)
    assert lengths((np.square, (memory[:9], memory[:9])), (np.negative, (memory[1:10], memory[11:20]))) == [1, 1]


def test_long_loops_walk_along_few_stretches() -> None:
    arrays = [np.zeros(5000) for _ in range(20)]
    calls = [(np.square, (a, b)) for a, b in zip(arrays[::2], arrays[1::2], strict=True)]
    groups = grouped(statements(*calls))
    assert len(groups) > 1
    assert all(2 * len(group) <= MOST_STREAMS + 1 for group, _ in groups)


def test_what_is_overwritten_unread_is_not_written() -> None:
    x, scratch, y = np.zeros(9), np.zeros(9), np.zeros(9)
    ((group, dead),) = grouped(statements((np.square, (x, scratch)), (np.negative, (scratch, y)), (np.exp, (x, scratch))))
    assert dead == {id(group[0])}


def test_what_a_product_reads_is_written() -> None:
    x, scratch, out = np.zeros(4), np.zeros(4), np.zeros(())
    groups = grouped(statements((np.square, (x, scratch)), (scratch.dot, (x, out)), (np.negative, (x, scratch))))
    assert not groups[0][1]
