"""The text form of a range of numbers: `0:5` or `0:1:0.1`, both ends included."""

from math import isfinite

from flux_gui.core.errors import DataError, SettingError
from flux_gui.data.generators import check_range
from flux_gui.specs import Range


def parse_range(text: str, what: str = "range") -> Range:
    """Return the range written as `start:stop` or `start:stop:step`; raises SettingError naming `what`."""
    parts = text.split(":")
    hint = "Write it as start:stop or start:stop:step, for example 0:5 or 0:1:0.1."
    if len(parts) not in (2, 3):
        raise SettingError(f"The {what} must be two or three numbers separated by colons, got '{text}'.", hint)
    numbers = []
    for part in parts:
        try:
            numbers.append(float(part))
        except ValueError as error:
            raise SettingError(f"The {what} '{text}' contains '{part.strip()}', which is not a number.", hint) from error
    value = Range(*numbers)
    try:
        check_range(value, what)
    except DataError as error:
        raise SettingError(error.message, error.hint) from error
    return value


def format_range(value: Range) -> str:
    """Return `value` as text that `parse_range` reads back."""
    ends = f"{_short(value.start)}:{_short(value.stop)}"
    return ends if value.step == 1 else f"{ends}:{_short(value.step)}"


def _short(number: float) -> str:
    return str(int(number)) if isfinite(number) and number == int(number) and abs(number) < 1e15 else repr(number)
