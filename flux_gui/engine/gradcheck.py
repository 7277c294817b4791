"""Gradients checked against finite differences, in float64: for any function of arrays that returns a single number."""

from collections.abc import Callable
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError
from flux_gui.engine.autodiff import gradient

STEP = 6e-6  # near the cube root of the machine epsilon, where central differences are most exact


def finite_differences(function: Callable[..., Any], *arrays: Any, step: float = STEP) -> tuple[np.ndarray, ...]:
    """Return the gradient of `function(*arrays)` by central differences, one float64 array per argument."""
    points = [np.array(array, dtype=np.float64) for array in arrays]
    results = tuple(np.zeros_like(point) for point in points)
    for point, result in zip(points, results, strict=True):
        for place in np.ndindex(point.shape):
            middle = float(point[place])
            width = step * max(1.0, abs(middle))
            point[place] = middle + width
            above = float(function(*points))
            point[place] = middle - width
            result[place] = (above - float(function(*points))) / (2.0 * width)
            point[place] = middle
    return results


def check_gradient(function: Callable[..., Any], *arrays: Any) -> float:
    """Return the worst error of `gradient(function, *arrays)` against finite differences, relative to 1 or the larger slope.

    The function must return a single number and be smooth around the arrays. About 1e-9 is what a right derivative gives.

    >>> check_gradient(lambda x: flux.sum(flux.tanh(x)), np.linspace(-2, 2, 5)) < 1e-7
    True
    """
    if not arrays:
        raise FluxError("A gradient needs something to differentiate by.", "Pass the arrays after the function.")
    exact = gradient(function, *(np.array(array, dtype=np.float64) for array in arrays))
    worst = 0.0
    for mine, other in zip(exact, finite_differences(function, *arrays), strict=True):
        scale = np.maximum(1.0, np.maximum(np.abs(mine), np.abs(other)))
        error = np.abs(mine - other) / scale
        worst = max(worst, float(np.max(error, initial=0.0)) if np.isfinite(error).all() else float("inf"))
    return worst
