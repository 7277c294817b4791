"""Surfaces: quantities y over two inputs x1 and x2, each a pure function of places and settings; places fill a square evenly."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from flux_gui.data.shapes import draws

Array = NDArray[np.float64]
Values = Mapping[str, float]

HALF = 6.0  # half the side of the square, as in TensorFlow Playground
HILLS = ((-4.0, 2.5, 1.0), (0.0, 2.5, -1.0), (4.0, 2.5, 1.0), (-4.0, -2.5, -1.0), (0.0, -2.5, 1.0), (4.0, -2.5, -1.0))


def places(rows: int, seed: int) -> Array:
    """Return `rows` places (x1, x2) drawn evenly from the square -6 to 6."""
    return HALF * (2 * draws(seed, 0).random((rows, 2)) - 1)


def plane(x: Array, values: Values) -> Array:
    """y = slope1 x1 + slope2 x2."""
    return np.asarray(values["slope1"] * x[:, 0] + values["slope2"] * x[:, 1])


def hill(x: Array, values: Values) -> Array:
    """y = exp(-(x1^2 + x2^2) / (2 width^2))."""
    return np.asarray(np.exp(-(x**2).sum(axis=1) / (2 * values["width"] ** 2)))


def hills(x: Array, values: Values) -> Array:
    """y = sum of +-exp(-distance^2 / (2 width^2)): six hills and hollows, at the places of TensorFlow Playground's."""
    total = np.zeros(len(x))
    for x1, x2, height in HILLS:
        total += height * np.exp(-((x[:, 0] - x1) ** 2 + (x[:, 1] - x2) ** 2) / (2 * values["width"] ** 2))
    return total


def saddle(x: Array, values: Values) -> Array:
    """y = x1 x2 / 18: from -2 to 2, up in two corners and down in the others."""
    del values
    return np.asarray(x[:, 0] * x[:, 1] / (HALF**2 / 2))
