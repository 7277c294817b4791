"""Generators: the registry of tables made from a few settings and a seed instead of being read from a file, and how they are made."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from flux_gui.core.errors import DataError, SettingError
from flux_gui.core.registry import Entry, Hyper, Registry
from flux_gui.data import shapes, surfaces
from flux_gui.data.formula_data import MAX_POINTS, check_formula, check_noise, check_range, from_formula, points
from flux_gui.data.table import Column, Table
from flux_gui.specs.data import ColumnSpec, FormulaData, GeneratedData, Task

__all__ = ["GENERATORS", "GeneratorEntry", "check", "check_range", "columns", "generate", "names_of_classes", "points"]

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class GeneratorEntry(Entry):
    """One generator. Of classes: `function(rows, seed, values)` gives places and labels; of numbers: `function(places, values)` gives y.

    `noise` is what the window's slider runs up to, a standard deviation in units of the coordinates (classes) or of y (numbers).
    """

    tasks: tuple[Task, ...] = ("binary",)
    dimensions: int = 2  # number of inputs; 0: as the setting "dimensions" says
    noise: float = 1.0

    @property
    def makes_numbers(self) -> bool:
        """Whether the target is the number y, not a class."""
        return self.tasks == ("regression",)

    def inputs(self, data: GeneratedData) -> int:
        """Return the number of columns x1, x2, ... that `data` has."""
        return self.dimensions or int(self.values(data.generator.values)["dimensions"])


GENERATORS: Registry[GeneratorEntry] = Registry("generator")

_TURNS = Hyper("turns", 1.75, 0.25, 4, "How often each arm goes round.", "Turns")
_CLASSES = Hyper("classes", 3, 2, 10, "The number of classes.", "Classes", integer=True)
_SPREAD = Hyper("spread", 0.7, 0.05, 5, "Standard deviation of each cloud.", "Spread")
_WIDTH = Hyper("width", 1.2, 0.2, 10, "How wide each hill is.", "Width")

_classes = partial(GeneratorEntry, tasks=("binary",))
_many = partial(GeneratorEntry, tasks=("binary", "classes"))
_numbers = partial(GeneratorEntry, tasks=("regression",), noise=0.5)

GENERATORS.add(_classes("circle", shapes.circle, "Circle", "A disc inside a ring: one bend is enough.", "r < 2.5 or r > 3.5"))
GENERATORS.add(_classes("xor", shapes.xor, "XOR", "Same signs or different signs: no straight line can part them.", "x1 * x2 > 0"))
GENERATORS.add(
    _classes("gaussians", shapes.gaussians, "Two clouds", "Two round clouds: a straight line parts them.", hypers=(_SPREAD,), noise=2.0)
)
GENERATORS.add(
    _classes("spiral", shapes.spirals, "Two spirals", "Two arms around each other: needs hidden layers and patience.", hypers=(_TURNS,))
)
GENERATORS.add(_classes("moons", shapes.moons, "Moons", "Two half circles that reach into each other."))
GENERATORS.add(
    _classes(
        "checkerboard",
        shapes.checkerboard,
        "Checkerboard",
        "Squares in two colours: the more squares, the harder.",
        hypers=(Hyper("squares", 4, 2, 8, "Squares on each side.", "Squares", integer=True),),
    )
)
GENERATORS.add(
    _many(
        "spirals",
        shapes.spirals,
        "Spiral of classes",
        "One arm of a spiral for each class.",
        hypers=(_CLASSES, Hyper("turns", 0.75, 0.25, 4, "How often each arm goes round.", "Turns")),
    )
)
GENERATORS.add(
    _many(
        "blobs",
        shapes.blobs,
        "Clouds in many dimensions",
        "One round cloud for each class, in as many dimensions as you like.",
        hypers=(
            Hyper("classes", 4, 2, 10, "The number of classes.", "Classes", integer=True),
            Hyper("dimensions", 3, 1, 100, "The number of inputs.", "Dimensions", integer=True),
            Hyper("spread", 0.8, 0.05, 5, "Standard deviation of each cloud.", "Spread"),
        ),
        dimensions=0,
        noise=2.0,
    )
)
GENERATORS.add(
    _numbers(
        "plane",
        surfaces.plane,
        "Plane",
        "A tilted plane: a network without hidden layers learns it exactly.",
        "y = slope1 * x1 + slope2 * x2",
        (
            Hyper("slope1", 0.1, -10, 10, "How steep along x1.", "Slope along x1"),
            Hyper("slope2", 0.1, -10, 10, "How steep along x2.", "Slope along x2"),
        ),
    )
)
GENERATORS.add(
    _numbers(
        "hill",
        surfaces.hill,
        "Hill",
        "One round hill in the middle.",
        "y = exp(-(x1^2 + x2^2) / (2 * width^2))",
        (Hyper("width", 2.0, 0.2, 10, "How wide the hill is.", "Width"),),
    )
)
GENERATORS.add(_numbers("hills", surfaces.hills, "Hills and hollows", "Three hills and three hollows, taking turns.", hypers=(_WIDTH,)))
GENERATORS.add(_numbers("saddle", surfaces.saddle, "Saddle", "Up in two corners, down in the other two.", "y = x1 * x2 / 18"))


def check(data: FormulaData | GeneratedData) -> None:
    """Raise SettingError or DataError for a generator, setting, number of rows, noise, seed, formula or range that cannot be used."""
    if isinstance(data, FormulaData):
        return check_formula(data)
    entry = GENERATORS.get(data.generator.name)
    if data.generator.formula:
        raise SettingError(f"The generator '{entry.name}' takes no formula.", "Choose data from a formula instead.")
    for name, value in entry.values(data.generator.values).items():
        hyper = entry.hyper(name)
        if hyper.integer and value != int(value):
            raise SettingError(
                f"{entry.name}: {hyper.spoken} must be a whole number, got {value:g}.", f"The usual value is {hyper.default:g}."
            )
    if not (isinstance(data.rows, int) and 1 <= data.rows <= MAX_POINTS):
        raise DataError(f"The number of rows must be from 1 to {MAX_POINTS}, got {data.rows}.", "The usual number is 400.")
    check_noise(data.noise, data.seed, "points exactly where the shape has them")
    return None


def generate(data: FormulaData | GeneratedData) -> Table:
    """Return the table that `data` describes; the same data give the same numbers everywhere.

    Generated data have the columns x1, x2, ... and `class` (a, b, ...) or `y`, float64 and exactly as many rows as asked for. Noise
    is added to points that stay the same: a little more of it moves every point a little. Raises as `check` does.
    """
    check(data)
    if isinstance(data, FormulaData):
        return from_formula(data)
    entry = GENERATORS.get(data.generator.name)
    values = entry.values(data.generator.values)
    if entry.makes_numbers:
        x = surfaces.places(data.rows, data.seed)
        y = entry.function(x, values) + data.noise * shapes.draws(data.seed, 1).standard_normal(data.rows)
        target = Column("y", "number", y)
    else:
        x, labels = entry.function(data.rows, data.seed, values)
        x = x + data.noise * shapes.draws(data.seed, 1).standard_normal(x.shape)
        target = Column("class", "category", np.array(list(LETTERS))[labels])
    return Table((*(Column(f"x{i + 1}", "number", x[:, i]) for i in range(x.shape[1])), target))


def columns(data: GeneratedData) -> tuple[ColumnSpec, ...]:
    """Return what each column of `generate(data)` is for."""
    entry = GENERATORS.get(data.generator.name)
    inputs = tuple(ColumnSpec(f"x{i + 1}", "number", "input", "made by the generator") for i in range(entry.inputs(data)))
    if entry.makes_numbers:
        return (*inputs, ColumnSpec("y", "number", "target", "made by the generator"))
    return (*inputs, ColumnSpec("class", "category", "target", "made by the generator"))


def names_of_classes(data: GeneratedData) -> tuple[str, ...]:
    """Return the classes of `generate(data)`: a, b, ...; none when it makes numbers."""
    entry = GENERATORS.get(data.generator.name)
    if entry.makes_numbers:
        return ()
    return tuple(LETTERS[: int(entry.values(data.generator.values).get("classes", 2))])
