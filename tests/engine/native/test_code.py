"""Tests of the text for the compiler: a table of addresses, one loop for neighbours, sums in a fixed order."""

import numpy as np

from flux_gui.engine.backend import Call
from flux_gui.engine.native.code import Module
from flux_gui.engine.native.statements import meaning


def module(*calls: Call) -> Module:
    return Module([[found for call in calls if (found := meaning(call)) is not None]])


def test_addresses_stand_in_the_table_and_not_in_the_text() -> None:
    x, y = np.zeros(9, np.float32), np.zeros(9, np.float32)
    one, other = module((np.add, (x, y, y))), module((np.add, (y, x, x)))
    assert one.text == other.text
    assert list(one.functions[0].addresses) == [x.ctypes.data, y.ctypes.data]
    assert str(x.ctypes.data) not in one.text


def test_neighbours_share_a_loop_and_keep_values_at_hand() -> None:
    x, y = np.zeros(9, np.float32), np.zeros(9, np.float32)
    text = module((np.square, (x, y)), (np.negative, (y, y))).text
    assert text.count("phi i64") == 1
    assert text.count("load float") == 1
    assert text.count("store float") == 1  # the square is overwritten unread


def test_long_sums_have_lanes_and_no_freedom_for_the_compiler() -> None:
    x, out = np.zeros(50, np.float32), np.zeros((), np.float32)
    text = module((x.dot, (x, out))).text
    assert text.count("phi <8 x float>") == 1
    assert "fast" not in text
    assert "reassoc" not in text
