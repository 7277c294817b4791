"""Scalers: how the numbers of a column are brought to a common size, fitted on its training rows: (value - center) / scale."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.registry import Entry, Registry

Floats = NDArray[np.float64]
Fitted = tuple[float, float]

LARGEST = float(np.finfo(np.float64).max)

SCALERS: Registry[Entry] = Registry("scaling")
"""Every scaler; `function(values)` of known numbers, at least one, returns (center, scale), the scale above 0."""


def fit(name: str, values: NDArray[np.floating]) -> Fitted:
    """Return center and scale of the scaler `name` for at least one finite number; numbers that are all the same have scale 1."""
    function: Callable[[Floats], Fitted] = SCALERS.get(name).function
    return function(np.asarray(values, dtype=np.float64))


def unscaled(values: Floats) -> Fitted:
    """Return (0, 1): the numbers stay as they are."""
    return 0.0, 1.0


def standard(values: Floats) -> Fitted:
    """Return mean and standard deviation (of the population: divided by n) without overflow for large numbers."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return low, 1.0
    unit = max(abs(low), abs(high))
    scaled = values / unit
    deviation = float(scaled.std()) * unit
    return float(scaled.mean()) * unit, deviation if deviation > 0 else 1.0


def minmax(values: Floats) -> Fitted:
    """Return the smallest number and the distance to the largest, so that training rows lie between 0 and 1."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return low, 1.0
    with np.errstate(over="ignore"):
        return low, min(float(np.subtract(high, low)), LARGEST)


def robust(values: Floats) -> Fitted:
    """Return the median and the distance between the quarters (25 % and 75 %, interpolated linearly).

    Where that distance is 0 although the numbers differ, the standard deviation takes its place.
    """
    if values.min() == values.max():
        return float(values[0]), 1.0
    unit = 4.0 if max(abs(values.min()), abs(values.max())) > LARGEST / 4 else 1.0
    lower, middle, upper = (float(q) for q in np.quantile(values / unit, (0.25, 0.5, 0.75)))
    middle, distance = middle * unit, min(upper - lower, LARGEST / unit) * unit
    return middle, distance if distance > 0 else standard(values)[1]


SCALERS.add(Entry("none", unscaled, "not scaled", "The numbers as they are.", "x"))
SCALERS.add(
    Entry(
        "standard", standard, "standardised", "Mean 0 and standard deviation 1 on the training rows; the usual choice.", "(x - mean) / std"
    )
)
SCALERS.add(Entry("minmax", minmax, "from 0 to 1", "Smallest training value 0, largest 1.", "(x - min) / (max - min)"))
SCALERS.add(
    Entry("robust", robust, "robust", "By median and quarters, which a few extreme values do not move.", "(x - median) / (q75 - q25)")
)
