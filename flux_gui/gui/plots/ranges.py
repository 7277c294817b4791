"""Axis ranges that hold still: limits move in steps, so that a growing curve does not make its axes wobble. No Qt here."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
DECADES = 15  # a logarithmic axis never shows more
FLOOR = 1e-300
GROUP = "\u202f"  # narrow space that does not break a line
RAISED = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")


def step_up(value: float) -> float:
    """Return the smallest round number not below `value` (0 for 0, mirrored for negative numbers)."""
    if value == 0 or not math.isfinite(value):
        return 0.0
    if value < 0:
        return -step_down(-value)
    decade = 10.0 ** math.floor(math.log10(value))
    return next((decade * s for s in STEPS if decade * s >= value * (1 - 1e-12)), decade * 10)


def step_down(value: float) -> float:
    """Return the largest round number not above `value`."""
    if value == 0 or not math.isfinite(value):
        return 0.0
    if value < 0:
        return -step_up(-value)
    decade = 10.0 ** math.floor(math.log10(value))
    return next((decade * s for s in reversed(STEPS) if decade * s <= value * (1 + 1e-12)), decade)


def linear_range(low: float, high: float) -> tuple[float, float]:
    """Return a range around low..high whose ends move in quarters of a round span; from 0 on when that is near."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    if high - low <= max(1e-12 * max(abs(low), abs(high)), FLOOR):
        pad = abs(high) * 0.1 if abs(high) > FLOOR * 100 else 1.0
        return low - pad, high + pad
    if low >= 0 and low < 0.5 * high:
        return 0.0, step_up(high * 1.04)
    grain = step_up(high - low) / 8
    return math.floor((low - 0.02 * (high - low)) / grain) * grain, math.ceil((high + 0.02 * (high - low)) / grain) * grain


def log_range(low: float, high: float) -> tuple[float, float]:
    """Return the range in powers of ten around positive low..high, ends on a third of a decade."""
    if not (low > 0 and high > 0 and math.isfinite(high)):
        return -1.0, 0.0
    bottom = math.floor(math.log10(low) * 3 - 0.1) / 3
    top = math.ceil(math.log10(high) * 3 + 0.1) / 3
    if top - bottom < 2 / 3:
        top, bottom = top + 1 / 3, bottom - 1 / 3
    return max(bottom, top - DECADES), top


def to_log(values: Floats) -> tuple[Floats, bool]:
    """Return log10 of `values` and whether any had to be clipped to the smallest positive one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        wrong = values <= 0
        if not wrong.any():
            return np.log10(values), False
        positive = values[values > 0]
        least = float(np.nanmin(positive)) if positive.size else 1.0
        return np.log10(np.where(wrong, max(least, FLOOR), values)), True


def log_ticks(low: float, high: float, size: float = 200.0) -> list[float]:
    """Return the labelled places between two powers of ten on `size` pixels: 1-2-5 steps where there is room, else decades."""
    span = high - low
    factors = (1.0, 2.0, 5.0) if span * 3 * 17 <= size else (1.0, 3.0) if span <= 2 else (1.0,)
    every = max(1, round(span * 24 / max(size, 24.0)))
    result: list[float] = []
    for decade in range(math.floor(low), math.ceil(high) + 1):
        if decade % every:
            continue
        result.extend(p for f in factors if low - 1e-9 <= (p := decade + math.log10(f)) <= high + 1e-9)
    return result


def number(value: float) -> str:
    """Return `value` in at most about seven characters."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "infinite"
    if value and not 1e-4 <= abs(value) < 1e6:
        mantissa, _, power = f"{value:.2e}".partition("e")
        return f"{float(mantissa):g}e{int(power)}"
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"


def tick_texts(values: list[float], spacing: float) -> list[str]:
    """Return the texts of evenly spaced ticks, all in one style: plain with grouped thousands, in millions, or as powers of ten."""
    most = max((abs(v) for v in values), default=0.0)
    if most and not (spacing >= 1e-4 and most < 1e9):
        return [_power(v, most) for v in values]
    unit, sign = (1e6, "M") if most >= 1e6 else (1.0, "")
    step = spacing / unit
    places = next((p for p in range(8) if abs(round(step, p) - step) <= step * 0.01), 8)
    comma = GROUP if most >= 1e4 else ""
    return [f"{v / unit:,.{places}f}{sign}".replace(",", comma) if abs(v) > spacing * 1e-3 else "0" for v in values]


def log_texts(powers: list[float]) -> list[str]:
    """Return the texts of ticks at powers of ten, all in one style: plain from 0.0001 to 100 000, else such as 2\u00b710\u2075."""
    if not powers or (min(powers) > -4.1 and max(powers) < 5.9):
        comma = GROUP if powers and max(powers) > 3.9 else ""
        return [f"{_round(p):,.10g}".replace(",", comma) for p in powers]
    return [_scientific(p) for p in powers]


def _round(power: float) -> float:
    return float(f"{10.0**power:.2g}")


def _scientific(power: float) -> str:
    whole = math.floor(power + 1e-3)
    factor = round(10.0 ** (power - whole))
    raised = f"10{str(whole).translate(RAISED)}"
    return raised if factor == 1 else f"{factor}\u00b7{raised}"


def _power(value: float, most: float) -> str:
    """Return `value` with the power of ten of `most`, the largest of its axis."""
    if abs(value) < most * 1e-9:
        return "0"
    whole = math.floor(math.log10(most) + 1e-9)
    return f"{value / 10.0**whole:.3g}\u00b710{str(whole).translate(RAISED)}"


def short(value: float) -> str:
    """Return `value` with three digits, for places that must stay narrow."""
    return f"{value:.3g}" if math.isfinite(value) and 1e-3 <= abs(value) < 1e4 else number(value)


def thinned(x: Floats, low: Floats, high: Floats, last: Floats, limit: int = 400) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the curve in at most `limit` groups: smallest low, largest high, last of the rest, so that spikes survive."""
    if len(x) <= limit:
        return x, low, high, last
    starts = np.linspace(0, len(x), limit, endpoint=False).astype(np.intp)
    ends = np.append(starts[1:], len(x)) - 1
    return x[ends], np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts), last[ends]
