"""Tests of curves: bounded memory, no spike lost, the last value exact, whatever the order of additions."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui.document.states import Curve
from flux_gui.runtime import history
from flux_gui.runtime.history import CurveBuilder, History

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300)


@pytest.fixture(autouse=True, scope="module")
def small_capacity() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "CAPACITY", 16)
        yield


def built(values: list[float], pieces: list[int] | None = None, start: CurveBuilder | None = None) -> CurveBuilder:
    """Add the values one by one, or in blocks of the given sizes."""
    builder = start or CurveBuilder()
    x = np.arange(len(values), dtype=float)
    if pieces is None:
        for place, value in zip(x, values, strict=True):
            builder.add(float(place), value)
        return builder
    position, turn = 0, 0
    while position < len(values):
        stop = position + pieces[turn % len(pieces)]
        builder.extend(x[position:stop], np.array(values[position:stop]))
        position, turn = stop, turn + 1
    return builder


@settings(max_examples=60, deadline=None)
@given(values=VALUES, pieces=st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_memory_is_bounded_and_nothing_that_matters_is_lost(values: list[float], pieces: list[int]) -> None:
    for builder in (built(values), built(values, pieces)):
        curve = builder.curve()
        assert 1 <= len(curve) == len(builder) <= 16
        assert curve.low.min() == min(values)
        assert curve.high.max() == max(values)
        assert curve.last[-1] == values[-1]
        assert curve.x[-1] == len(values) - 1
        assert (np.diff(curve.x) > 0).all()
        assert (curve.low <= curve.last).all()
        assert (curve.last <= curve.high).all()
        ends = curve.x.astype(int)
        np.testing.assert_array_equal(curve.last, np.array(values)[ends])


@settings(max_examples=60, deadline=None)
@given(values=VALUES, pieces=st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_adding_one_by_one_and_in_blocks_agree(values: list[float], pieces: list[int]) -> None:
    one, many = built(values).curve(), built(values, pieces).curve()
    if len(values) < 16:
        np.testing.assert_array_equal(one.x, many.x)
    for part in ("low", "high"):
        assert getattr(one, part).min() == getattr(many, part).min()
        assert getattr(one, part).max() == getattr(many, part).max()
    buckets = np.searchsorted(many.x, np.arange(len(values)))
    for bucket in range(len(many)):
        mine = np.array(values)[buckets == bucket]
        assert (many.low[bucket], many.high[bucket]) == (mine.min(), mine.max())


def test_short_curves_are_exact() -> None:
    values = [3.0, -1.0, 2.0]
    curve = built(values).curve()
    for part in (curve.low, curve.high, curve.last):
        np.testing.assert_array_equal(part, values)


def test_one_spike_survives_many_mergers() -> None:
    values = [0.0] * 10_000
    values[1234] = 99.0
    curve = built(values, [77]).curve()
    assert len(curve) <= 16
    assert curve.high.max() == 99.0
    assert curve.last.max() == 0.0


def test_values_that_are_not_finite_do_not_hide_the_others() -> None:
    curve = built([1.0, float("nan"), 3.0] * 20).curve()
    assert np.nanmax(curve.high) == 3.0
    assert np.nanmin(curve.low) == 1.0


def test_a_saved_curve_goes_on() -> None:
    first = built([float(i) for i in range(100)]).curve()
    again = CurveBuilder(first)
    assert len(again) == len(first)
    for x in range(100, 200):
        again.add(float(x), float(x))
    curve = again.curve()
    assert len(curve) <= 16
    assert (curve.low.min(), curve.high.max(), curve.last[-1], curve.x[-1]) == (0, 199, 199, 199)
    assert len(CurveBuilder(Curve(*(np.empty(0) for _ in range(4))))) == 0


def test_a_history_holds_curves_by_name_and_gives_copies() -> None:
    kept = History({"train": built([1.0, 2.0]).curve()})
    kept.add(2.0, {"train": 3.0, "validation": 5.0})
    kept.extend("batch", np.arange(3.0), np.ones(3))
    curves = kept.curves()
    assert set(curves) == {"train", "validation", "batch"}
    np.testing.assert_array_equal(curves["train"].last, [1, 2, 3])
    curves["train"].last[:] = 0
    np.testing.assert_array_equal(kept.curves()["train"].last, [1, 2, 3])


def test_reading_while_another_thread_writes() -> None:
    kept = History({})
    writer = threading.Thread(target=lambda: [kept.add(float(i), {"a": float(i), "b": -float(i)}) for i in range(3000)])
    writer.start()
    while writer.is_alive():
        for curve in kept.curves().values():
            assert len(curve.x) == len(curve.low) == len(curve.high) == len(curve.last) <= 16
    writer.join()
    assert kept.curves()["a"].last[-1] == 2999
