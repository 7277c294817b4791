"""Numbers that somebody typed or a program gave: what counts as one, and one sentence for what does not."""

import math
from typing import Any

from flux_gui.core.errors import SettingError


def number(value: Any, what: str, hint: str = "") -> float:
    """Return `value` as a float, or raise SettingError that begins with `what`, such as "The rate"; True and False are no numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingError(f"{what} must be a number, got {value!r}.", hint or "Type digits, for example 0.1.")
    try:
        return float(value)
    except OverflowError as error:
        raise SettingError(f"{what} must be a number of usual size, got one with {len(str(value))} digits.", "Type fewer.") from error


def whole(value: Any, what: str, low: int, high: int, hint: str = "") -> int:
    """Return `value` as a whole number in [low, high], or raise SettingError that begins with `what`."""
    found = number(value, what, hint)
    if not math.isfinite(found) or found != int(found) or not low <= value <= high:
        raise SettingError(f"{what} must be a whole number from {low} to {high}, got {value}.", hint or "Choose a value in that range.")
    return int(value)
