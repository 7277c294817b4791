"""Ranges as text: 0:5 and 0:1:0.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.core.errors import SettingError
from flux_gui.document.ranges import format_range, parse_range
from flux_gui.specs import Range


def test_both_forms() -> None:
    assert parse_range("0:5") == Range(0, 5, 1)
    assert parse_range(" -1 : 1 : 0.5 ") == Range(-1, 1, 0.5)
    assert format_range(Range(0, 5)) == "0:5"
    assert format_range(Range(0, 1, 0.1)) == "0:1:0.1"


@pytest.mark.parametrize("text", ["", "5", "0:1:2:3", "a:b", "0:5:0", "0:5:-1", "5:0", "0:nan", "0:inf", "0:1e9", "0:1:1e-300"])
def test_wrong_ranges_are_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(SettingError) as caught:
        parse_range(text, "training range")
    assert "training range" in caught.value.message
    assert caught.value.hint


@given(st.floats(-1e6, 1e6), st.floats(0, 1e3), st.floats(0.01, 10))
def test_text_round_trip(start: float, length: float, step: float) -> None:
    value = Range(start, start + length, step)
    assert parse_range(format_range(value)) == value
