"""Numbers as people type and read them: decimal commas and grouped digits are understood, long integers are grouped."""

import math

GROUP = "\u202f"  # narrow space that does not break a line


def parse(text: str) -> float | None:
    """Return the number in `text` (comma or point as decimal sign, spaces between groups), or None when it is no finite number."""
    compact = "".join(text.split()).replace(GROUP, "").replace("\u2212", "-").replace("_", "x")
    if compact.count(",") == 1 and "." not in compact:
        compact = compact.replace(",", ".")
    try:
        value = float(compact)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def show(value: float, integer: bool = False) -> str:
    """Return `value` as short text that reads back as the same number; integers from 10 000 on are grouped."""
    if integer or (value == int(value) and abs(value) < 1e15 if math.isfinite(value) else False):
        whole = int(value)
        return f"{whole:,}".replace(",", GROUP) if abs(whole) >= 10_000 else str(whole)
    return f"{value:.9g}"


def step_from(value: float, up: bool, scale: str, step: float) -> float:
    """Return the next value: along 1-2-5 decades for "log" (of positive numbers), by `step` otherwise."""
    if scale == "log" and value > 0:
        decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
        stops = [decade * factor for factor in (0.5, 1, 2, 5, 10)]
        if up:
            return next(stop for stop in stops if stop > value * (1 + 1e-9))
        return next(stop for stop in (decade * f for f in (5, 2, 1, 0.5)) if stop < value * (1 - 1e-9))
    moved = value + (step if up else -step)
    return round(moved / step) * step if step else moved


def linear_step(value: float, low: float, high: float, integer: bool) -> float:
    """Return a sensible step: 1 for integers, a hundredth of a small range, else a tenth of the value's decade."""
    if integer:
        return 1.0
    span = high - low
    if math.isfinite(span) and 0 < span <= 1000:
        return float(10.0 ** math.floor(math.log10(span / 50)))
    return float(10.0 ** (math.floor(math.log10(abs(value))) - 1)) if value else 0.1
