"""Axis ranges that hold still: limits move in steps, so that a growing curve does not make its axes wobble. No Qt here."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
DECADES = 15  # a logarithmic axis never shows more
FLOOR = 1e-300


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
