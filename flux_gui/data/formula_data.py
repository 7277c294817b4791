"""Formula data: the table of x, y = formula(x) and part, made from two ranges, noise and a seed."""

from math import floor, isfinite

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError, FormulaError
from flux_gui.data.table import Column, Table
from flux_gui.engine.expressions import Expression, parse
from flux_gui.specs.data import FormulaData, Range

MAX_POINTS = 1_000_000
MAX_NOISE = 1e12


def check_range(given: Range, name: str = "range") -> None:
    """Raise DataError for a range without points or with too many; `name` says which one it is."""
    text = f"{given.start:g}:{given.stop:g}:{given.step:g}"
    if not all(isfinite(value) for value in (given.start, given.stop, given.step)):
        raise DataError(f"The {name} {text} must be made of finite numbers.", "Write for instance 0:5 or 0:5:0.5.")
    if given.step <= 0:
        raise DataError(f"The step of the {name} {text} must be above 0, got {given.step:g}.", "Write for instance 0:5:0.5.")
    if given.stop < given.start:
        raise DataError(f"The {name} {text} ends before it starts.", f"Write {given.stop:g}:{given.start:g}.")
    if not (given.stop - given.start) / given.step < MAX_POINTS:
        raise DataError(f"The {name} {text} has more than {MAX_POINTS} points.", "Choose a larger step or a shorter range.")


def points(given: Range, name: str = "range") -> NDArray[np.float64]:
    """Return start, start + step, ... up to and including stop; DataError for a range that cannot be used."""
    check_range(given, name)
    count = floor((given.stop - given.start) / given.step + 1e-9) + 1
    return np.asarray(np.minimum(given.start + np.arange(count) * given.step, given.stop), dtype=np.float64)


def check_noise(noise: float, seed: int, without: str) -> None:
    """Raise DataError for a noise or a seed that cannot be used; `without` says what noise 0 gives."""
    if not 0 <= noise <= MAX_NOISE:  # also refuses NaN
        raise DataError(f"The noise must be a number from 0 to {MAX_NOISE:g}, got {noise:g}.", f"Use 0 for {without}.")
    if seed < 0:
        raise DataError(f"The seed must be at least 0, got {seed}.", "Use 0, 1, 2, ...")


def check_formula(data: FormulaData) -> None:
    """Raise DataError for noise, a seed, a formula or a range that cannot be used."""
    check_noise(data.noise, data.seed, "points exactly on the curve")
    parse(data.formula)
    check_range(data.train, "training range")
    check_range(data.test, "test range")


def from_formula(data: FormulaData) -> Table:
    """Return the table of x, y = formula(x) + noise, and part ("train", "test"); the same data give the same numbers everywhere.

    Noise of training and test points comes from two streams of the seed, so that a new test range leaves the training rows alone.
    """
    check_formula(data)
    formula = parse(data.formula)
    parts = {"train": points(data.train), "test": points(data.test)}
    xs, ys, words = [], [], []
    for stream, (part, x) in enumerate(parts.items()):
        y = _values(formula, x)
        if data.noise:
            y = y + data.noise * np.random.Generator(np.random.PCG64([data.seed, stream])).standard_normal(len(x))
        xs.append(x)
        ys.append(y)
        words += [part] * len(x)
    return Table(
        (Column("x", "number", np.concatenate(xs)), Column("y", "number", np.concatenate(ys)), Column("part", "category", np.array(words)))
    )


def _values(formula: Expression, x: NDArray[np.float64]) -> NDArray[np.float64]:
    y = formula.evaluate(x=x)
    bad = np.flatnonzero(~np.isfinite(y))
    if len(bad):
        message = f"The formula '{formula.text}' has no finite value at x = {x[bad[0]]:g} (it gives {y[bad[0]]:g})."
        raise FormulaError(message, "Change the formula or choose a range without such points.")
    return y
