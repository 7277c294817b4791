"""Numbers as text: what is understood, how they are shown, and where steps lead."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.gui.widgets.number_text import GROUP, linear_step, parse, show, step_from


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,5", 0.5),
        (" 1.25 ", 1.25),
        (f"11{GROUP}200", 11200.0),
        ("1 120", 1120.0),
        ("-3e-4", -0.0003),
        ("\u22122", -2.0),
        ("", None),
        ("abc", None),
        ("nan", None),
        ("inf", None),
        ("1,000,000", None),
        ("1_000", None),
    ],
)
def test_parse(text: str, value: float | None) -> None:
    assert parse(text) == value


def test_show() -> None:
    assert show(0.1) == "0.1"
    assert show(0.9066542) == "0.9066542"
    assert show(201.0) == "201"
    assert show(1120, integer=True) == "1120"
    assert show(11200, integer=True) == f"11{GROUP}200"
    assert show(1e-12) == "1e-12"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_shown_numbers_read_back(value: float) -> None:
    back = parse(show(value))
    assert back is not None
    assert math.isclose(back, value, rel_tol=1e-8, abs_tol=1e-300)


def test_log_steps_walk_the_decades() -> None:
    value, seen = 0.001, []
    for _ in range(4):
        value = step_from(value, True, "log", 0)
        seen.append(round(value, 9))
    assert seen == [0.002, 0.005, 0.01, 0.02]
    assert step_from(0.001, False, "log", 0) == pytest.approx(0.0005)
    assert step_from(0.0015, False, "log", 0) == pytest.approx(0.001)


def test_linear_steps() -> None:
    assert linear_step(5, 1, 1e6, True) == 1
    assert linear_step(0.9, 0, 1, False) == pytest.approx(0.01)
    assert linear_step(30, -math.inf, math.inf, False) == pytest.approx(1)
    assert step_from(0.9, True, "linear", 0.01) == pytest.approx(0.91)
