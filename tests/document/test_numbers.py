"""Numbers as they are given."""

from typing import Any

import pytest

from flux_gui.core.errors import SettingError
from flux_gui.document.numbers import number, whole


def test_numbers() -> None:
    assert number(3, "The rate") == 3.0
    assert isinstance(number(3, "The rate"), float)
    assert whole(3.0, "The size", 1, 5) == 3
    assert whole(2**63 - 1, "The seed", 0, 2**63 - 1) == 2**63 - 1


@pytest.mark.parametrize("value", [True, "3", None, 10**400])
def test_what_is_no_number(value: Any) -> None:
    with pytest.raises(SettingError, match=r"^The rate must be a number") as caught:
        number(value, "The rate")
    assert caught.value.hint


@pytest.mark.parametrize("value", [0, 6, 2.5, float("nan"), float("inf"), -(10**300)])
def test_what_is_no_whole_number_in_the_range(value: Any) -> None:
    with pytest.raises(SettingError, match=r"^The size must be a whole number from 1 to 5") as caught:
        whole(value, "The size", 1, 5, "5 is usual.")
    assert caught.value.hint == "5 is usual."
