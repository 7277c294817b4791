"""The text form of a range of numbers: `0:5` or `0:1:0.1`, both ends included."""

from math import isfinite

from flux_gui.core.errors import SettingError
from flux_gui.specs import Range

MAX_VALUES = 1_000_000


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
    return check_range(Range(*numbers), what)


def check_range(value: Range, what: str = "range") -> Range:
    """Return `value` if it holds between one and a million numbers, else raise SettingError naming `what`."""
    start, stop, step = value.start, value.stop, value.step
    if not all(isfinite(number) for number in (start, stop, step)):
        raise SettingError(f"The {what} {format_range(value)} must consist of finite numbers.", "For example 0:5.")
    if step <= 0:
        raise SettingError(f"The step of the {what} must be above 0, got {step:g}.", "For example 0:1:0.1.")
    if stop < start:
        raise SettingError(f"The {what} ends at {stop:g}, before its start {start:g}.", f"Write {stop:g}:{start:g} to count upwards.")
    if (stop - start) / step >= MAX_VALUES:
        raise SettingError(f"The {what} {format_range(value)} has more than {MAX_VALUES} values.", "Take a larger step.")
    return value


def format_range(value: Range) -> str:
    """Return `value` as text that `parse_range` reads back."""
    ends = f"{_short(value.start)}:{_short(value.stop)}"
    return ends if value.step == 1 else f"{ends}:{_short(value.step)}"


def _short(number: float) -> str:
    return str(int(number)) if isfinite(number) and number == int(number) and abs(number) < 1e15 else repr(number)
