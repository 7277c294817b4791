"""Tests of many steps in one call: the same numbers as single ones, rows of batches included."""

from typing import Any

import numpy as np
import pytest

from flux_gui.engine.backend import run
from flux_gui.engine.native import burst, compiled, plans

pytestmark = pytest.mark.skipif(not plans.available(), reason="llvmlite is not here")


def counting(dtype: Any) -> tuple[list[Any], np.ndarray]:
    """A step that adds one to a number and calls it its loss."""
    loss, one, aside = np.zeros((), dtype), np.ones((), dtype), np.zeros(2, dtype)
    return compiled([(np.add, (loss, one, loss)), (np.negative, (aside, aside))]), loss


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_of_all_steps_are_kept(dtype: Any) -> None:
    calls, loss = counting(dtype)
    many = burst(calls, loss)
    assert many is not None
    losses = np.zeros(8)
    many(losses, 2, 5)
    np.testing.assert_array_equal(losses, [0, 0, 1, 2, 3, 4, 5, 0])
    run(calls)
    assert loss == 6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_each_step_takes_the_rows_of_its_batch(dtype: Any) -> None:
    data, weights = np.arange(20, dtype=dtype).reshape(10, 2), np.arange(10, dtype=dtype)
    inputs = [np.zeros((3, 2), dtype), np.zeros(3, dtype)]
    loss, kept = np.zeros((), dtype), np.zeros((3, 2), dtype)
    calls = compiled([(np.add.reduce, (inputs[1], 0, None, loss, False)), (np.copyto, (kept, inputs[0]))])
    many = burst(calls, loss, [data, weights], inputs)
    assert many is not None
    order = np.array([9, 0, 4, 1, 2, 3, 8, 7, 6, 5])
    losses = np.zeros(3)
    many(losses, 0, 2, order, 3)
    np.testing.assert_array_equal(losses, [6, 21, 0])
    np.testing.assert_array_equal(kept, data[[8, 7, 6]])


def test_a_plan_with_other_calls_has_no_bursts() -> None:
    calls, loss = counting(np.float32)
    assert burst([*calls, (print, ())], loss) is None
    assert burst([], loss) is None
    data = np.zeros((4, 4), np.float32)
    assert burst(calls, loss, [data.T], [np.zeros((2, 4), np.float32)]) is None
