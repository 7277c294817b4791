"""Shapes: sets of points in classes (xor, circle, spirals, ...), each a pure function of a seed and its settings.

Every function returns `(places, labels)`: places of shape (rows, inputs) without noise, and class numbers 0, 1, ... that take
turns row by row, so that classes have the same size to within one row. A row's numbers depend on its own draws only: more rows
add points and leave the others where they are. Coordinates lie between about -6 and 6, as in TensorFlow Playground.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.intp]
Values = Mapping[str, float]

RADIUS = 5.0
EDGE = 0.15  # distance kept from a border between two classes, so that they can be told apart without noise
GOLDEN = (5**0.5 - 1) / 2
CANDIDATES = 32  # places tried for each centre of a cluster


def draws(seed: int, stream: int) -> np.random.Generator:
    """Return the random numbers of one purpose of a seed."""
    return np.random.Generator(np.random.PCG64([seed, 7, stream]))


def turns(rows: int, classes: int) -> Labels:
    """Return the class of every row: 0, 1, ..., classes - 1, 0, 1, ..."""
    return np.arange(rows, dtype=np.intp) % classes


def spread_evenly(numbers: NDArray[np.intp], start: float) -> Array:
    """Return numbers in [0, 1) that fill the interval evenly however many there are: start + n (sqrt(5) - 1) / 2, modulo 1."""
    return np.asarray((start + GOLDEN * numbers) % 1.0, dtype=np.float64)


def _polar(radius: Array, angle: Array) -> Array:
    return np.column_stack((radius * np.sin(angle), radius * np.cos(angle)))


def xor(rows: int, seed: int, values: Values) -> tuple[Array, Labels]:
    """Four squares: the class says whether x1 and x2 have the same sign."""
    del values
    quarter = turns(rows, 4)
    sides = EDGE * 2 + (RADIUS - EDGE * 2) * draws(seed, 0).random((rows, 2))
    sides[:, 0] *= np.where((quarter == 1) | (quarter == 2), -1.0, 1.0)
    sides[:, 1] *= np.where(quarter >= 2, -1.0, 1.0)
    return sides, quarter % 2


def circle(rows: int, seed: int, values: Values) -> tuple[Array, Labels]:
    """A disc of half the radius inside a ring from 0.7 of it on, both filled evenly."""
    del values
    labels = turns(rows, 2)
    u = draws(seed, 0).random((rows, 2))
    inner, outer = np.where(labels == 0, 0.0, 0.7**2), np.where(labels == 0, 0.5**2, 1.0)
    return _polar(RADIUS * np.sqrt(inner + (outer - inner) * u[:, 0]), 2 * np.pi * u[:, 1]), labels


def gaussians(rows: int, seed: int, values: Values) -> tuple[Array, Labels]:
    """Two round clouds around (2, 2) and (-2, -2) with the standard deviation `spread`."""
    labels = turns(rows, 2)
    centre = np.where(labels == 0, 2.0, -2.0)[:, None]
    return centre + values["spread"] * draws(seed, 0).standard_normal((rows, 2)), labels


def spirals(rows: int, seed: int, values: Values) -> tuple[Array, Labels]:
    """One arm per class: radius r up to 5, angle 2 pi (turns r / 5 + class / classes). TensorFlow Playground: 2 arms, 1.75 turns."""
    classes = int(values.get("classes", 2))
    labels = turns(rows, classes)
    along = spread_evenly(np.arange(rows, dtype=np.intp) // classes, float(draws(seed, 0).random()))
    angle = 2 * np.pi * (values["turns"] * along + labels / classes)
    return _polar(RADIUS * along, angle), labels


def moons(rows: int, seed: int, values: Values) -> tuple[Array, Labels]:
    """Two half circles that reach into each other; scikit-learn's make_moons, centred and stretched to a width of 10."""
    del values
    labels = turns(rows, 2)
    angle = np.pi * spread_evenly(np.arange(rows, dtype=np.intp) // 2, float(draws(seed, 0).random()))
    x1 = np.where(labels == 0, np.cos(angle), 1 - np.cos(angle))
    x2 = np.where(labels == 0, np.sin(angle), 0.5 - np.sin(angle))
    return np.column_stack((x1 - 0.5, x2 - 0.25)) * (RADIUS / 1.5), labels


def checkerboard(rows: int, seed: int, values: Values) -> tuple[Array, Labels]:
    """Squares in two colours, `squares` on each side; every square of a colour gets the same number of points to within one."""
    side = int(values["squares"])
    labels = turns(rows, 2)
    width = 2 * RADIUS / side
    board = np.add.outer(np.arange(side), np.arange(side)) % 2
    chosen = np.empty((rows, 2))
    for label in (0, 1):
        cells = np.argwhere(board == label)
        own = np.flatnonzero(labels == label)
        chosen[own] = cells[(own // 2) % len(cells)]
    inside = EDGE + (width - 2 * EDGE) * draws(seed, 0).random((rows, 2))
    return chosen * width + inside - RADIUS, labels


def blobs(rows: int, seed: int, values: Values) -> tuple[Array, Labels]:
    """Round clouds of the standard deviation `spread` around one centre per class, in `dimensions` dimensions.

    Centres are far apart: each is the best of 32 places, the one farthest from the centres before it.
    """
    classes, dimensions = int(values["classes"]), int(values["dimensions"])
    labels = turns(rows, classes)
    centres = _centres(seed, classes, dimensions)
    return centres[labels] + values["spread"] * draws(seed, 0).standard_normal((rows, dimensions)), labels


def _centres(seed: int, classes: int, dimensions: int) -> Array:
    places = draws(seed, 2).uniform(-RADIUS + 1, RADIUS - 1, (classes, CANDIDATES, dimensions))
    centres = np.empty((classes, dimensions))
    centres[0] = places[0, 0]
    for number in range(1, classes):
        apart = np.linalg.norm(places[number][:, None] - centres[None, :number], axis=2).min(axis=1)
        centres[number] = places[number, int(apart.argmax())]
    return centres
