"""Ranges that hold still: round limits, logarithms that survive zeros, ticks that fit, spikes that are kept."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.gui.plots.ranges import (
    linear_range,
    log_range,
    log_texts,
    log_ticks,
    number,
    short,
    step_down,
    step_up,
    thinned,
    tick_texts,
    to_log,
)

sizes = st.floats(min_value=1e-12, max_value=1e12)


@given(sizes)
def test_steps_enclose(value: float) -> None:
    assert step_down(value) <= value * (1 + 1e-9)
    assert value * (1 - 1e-9) <= step_up(value) <= 2 * value
    assert step_up(-value) == -step_down(value)


def test_steps_of_special_values() -> None:
    assert (step_up(0), step_up(math.nan), step_down(math.inf)) == (0, 0, 0)
    assert (step_up(0.9066), step_up(201), step_down(201)) == (1.0, 250.0, 200.0)


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_linear_range_holds_the_data(low: float, span: float) -> None:
    a, b = linear_range(low, low + span)
    assert a < b
    assert a <= low
    assert low + span <= b


def test_linear_range_does_not_wobble() -> None:
    assert linear_range(0.1, 7.3) == linear_range(0.05, 7.5) == (0.0, 8.0)
    assert linear_range(math.inf, -math.inf) == (0.0, 1.0)
    assert linear_range(3.0, 3.0) == (2.7, 3.3)


@given(sizes, st.floats(1, 1e6))
def test_log_range_holds_the_data(low: float, factor: float) -> None:
    a, b = log_range(low, low * factor)
    assert a <= math.log10(low) <= math.log10(low * factor) <= b
    assert b - a >= 0.66


def test_log_range_is_bounded() -> None:
    a, b = log_range(1e-40, 1.0)
    assert b - a <= 15
    assert log_range(0.0, 1.0) == (-1.0, 0.0)


def test_zeros_are_clipped_to_the_smallest_positive() -> None:
    values, clipped = to_log(np.array([1.0, 0.1, 0.0, -3.0, np.nan]))
    assert clipped
    assert values[:4] == pytest.approx([0, -1, -1, -1])
    assert np.isnan(values[4])
    values, clipped = to_log(np.array([1.0, 100.0]))
    assert not clipped
    assert values.tolist() == [0.0, 2.0]


@pytest.mark.parametrize(("low", "high"), [(-3, 0), (-0.4, 0.2), (-12, 3), (0, 1), (-1, -0.5)])
def test_log_ticks_fit(low: float, high: float) -> None:
    ticks = log_ticks(low, high, 180.0)
    assert all(low - 1e-6 <= tick <= high + 1e-6 for tick in ticks)
    assert 1 <= len(ticks) <= 12


def test_numbers_are_short() -> None:
    assert [number(v) for v in (0.123456, 1.5e-7, 2.0, 12345.6, 3.2e9)] == ["0.1235", "1.5e-7", "2", "12346", "3.2e9"]
    assert (number(math.nan), number(-math.inf), short(0.020891)) == ("NaN", "infinite", "0.0209")


def test_thinning_keeps_spikes_and_the_end() -> None:
    x = np.arange(20_000.0)
    high = np.ones(20_000)
    high[12_345] = 99.0
    low = -high
    tx, tlow, thigh, tlast = thinned(x, low, high, x * 2, limit=800)
    assert len(tx) == len(tlow) == len(thigh) == len(tlast) == 800
    assert (thigh.max(), tlow.min(), tx[-1], tlast[-1]) == (99.0, -99.0, 19_999.0, 39_998.0)
    short_x = np.arange(10.0)
    assert thinned(short_x, short_x, short_x, short_x)[0] is short_x


@pytest.mark.parametrize(
    ("values", "spacing", "texts"),
    [
        ([0, 1000, 4000], 1000, ["0", "1000", "4000"]),
        ([0, 50_000, 100_000], 50_000, ["0", "50 000", "100 000"]),
        ([0, 0.5e6, 1e6], 0.5e6, ["0", "0.5M", "1.0M"]),
        ([-0.5, 0, 0.5], 0.5, ["-0.5", "0", "0.5"]),
        ([0, 2e-5, 4e-5], 2e-5, ["0", "2\u00b710\u207b\u2075", "4\u00b710\u207b\u2075"]),
        ([0, 2e9], 2e9, ["0", "2\u00b710\u2079"]),
    ],
)
def test_ticks_keep_one_style(values: list[float], spacing: float, texts: list[str]) -> None:
    assert [text.replace("\u202f", " ") for text in tick_texts(values, spacing)] == texts


def test_ticks_of_powers_keep_one_style() -> None:
    assert log_texts([-4, math.log10(0.0005), 0]) == ["0.0001", "0.0005", "1"]
    assert log_texts([4 - 1e-6, 5 - 1e-6]) == ["10\u202f000", "100\u202f000"]
    assert log_texts([-5, math.log10(3e-5), 1]) == ["10\u207b\u2075", "3\u00b710\u207b\u2075", "10\u00b9"]
    assert log_texts([34.99998]) == ["10\u00b3\u2075"]
    assert log_texts([]) == []
