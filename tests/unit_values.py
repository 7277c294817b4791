"""Pictures of neurons with made-up numbers, as the tests of the diagram need them."""

from collections.abc import Mapping

import numpy as np

from flux_gui.runtime.unit_inputs import Axis
from flux_gui.runtime.unit_marks import Mark
from flux_gui.runtime.unit_probe import LayerUnits, UnitPictures, codes_of

X, Y = Axis("x1", -6.0, 6.0), Axis("x2", -3.0, 3.0)
Wanted = Mapping[int, tuple[int, ...]]  # layer -> units


def layer(units: tuple[int, ...], shape: tuple[int, ...], mark: Mark = "") -> LayerUnits:
    """Return one layer whose values rise from -1 to 1 and whose rows lie around a quarter."""
    count = len(units)
    values = np.broadcast_to(np.linspace(-1, 1, shape[-1] if shape else 0, dtype=np.float32), (count, *shape))
    codes = codes_of(values, 0.0, 1.0) if len(shape) == 2 else np.zeros((count, 0), np.uint8)
    full = np.ones(count, np.float32)
    marks: tuple[Mark, ...] = (mark,) * count
    return LayerUnits(units, values, codes, 0.0, 1.0, 0.25 * full, 0.1 * full, -0.5 * full, full, 0.95 * np.ones(count), marks, 0.5 * full)


def pictures_of_maps(wanted: Wanted, mark: Mark = "") -> UnitPictures:
    """Return maps over two inputs."""
    return UnitPictures("map", (X, Y), "the chosen row", 105, {at: layer(units, (16, 16), mark) for at, units in wanted.items()})


def curves(wanted: Wanted) -> UnitPictures:
    """Return curves over one input."""
    return UnitPictures("curve", (X,), "", 105, {at: layer(units, (65,)) for at, units in wanted.items()})


def bars(wanted: Wanted) -> UnitPictures:
    """Return bars over the rows."""
    return UnitPictures("bar", (), "", 105, {at: layer(units, (0,)) for at, units in wanted.items()})
