"""Start values of weights: one registry table. Source: Flux `src/utils.jl`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flux_gui.core.registry import Entry, Hyper, Registry

Draw = Callable[..., np.ndarray]  # (rng, outputs, inputs, **hypers) -> float64 (outputs, inputs)

INITIALISERS: Registry[Entry] = Registry("initialiser")

_GAIN = Hyper("gain", 1.0, 0.0, 100.0, "Multiplies all drawn numbers.", scale="log", open_low=True)
_GAIN_RELU = Hyper("gain", float(np.sqrt(2.0)), 0.0, 100.0, "Multiplies all drawn numbers; the square root of 2 suits relu.", open_low=True)


@dataclass(frozen=True)
class _Fan:
    """Registers one initialiser from the width of its draw as a function of the layer's sizes."""

    name: str
    label: str
    doc: str
    formula: str
    gain: Hyper
    normal: bool
    width: Callable[[int, int], float]

    def __call__(self, rng: np.random.Generator, outputs: int, inputs: int, gain: float) -> np.ndarray:
        width = gain * self.width(inputs, outputs)
        drawn = rng.standard_normal((outputs, inputs)) if self.normal else rng.uniform(-1.0, 1.0, (outputs, inputs))
        return drawn * width

    def register(self) -> None:
        """Add the entry to the table."""
        INITIALISERS.add(Entry(self.name, self, self.label, self.doc, self.formula, (self.gain,), names={"flux": self.name}))


_Fan(
    "glorot_uniform",
    "Glorot uniform",
    "Keeps the size of signals about the same forwards and backwards; the usual choice for tanh and sigmoid.",
    "± gain √(6 / (in + out))",
    _GAIN,
    False,
    lambda i, o: float(np.sqrt(6.0 / (i + o))),
).register()
_Fan(
    "glorot_normal",
    "Glorot normal",
    "As Glorot uniform, drawn from a bell curve.",
    "N(0, gain √(2 / (in + out)))",
    _GAIN,
    True,
    lambda i, o: float(np.sqrt(2.0 / (i + o))),
).register()
_Fan(
    "kaiming_uniform",
    "Kaiming uniform",
    "Keeps the size of signals behind relu, which drops half of them.",
    "± gain √(3 / in)",
    _GAIN_RELU,
    False,
    lambda i, o: float(np.sqrt(3.0 / i)),
).register()
_Fan(
    "kaiming_normal",
    "Kaiming normal",
    "As Kaiming uniform, drawn from a bell curve.",
    "N(0, gain / √in)",
    _GAIN_RELU,
    True,
    lambda i, o: float(1.0 / np.sqrt(i)),
).register()


def _zeros(rng: np.random.Generator, outputs: int, inputs: int) -> np.ndarray:
    return np.zeros((outputs, inputs))


INITIALISERS.add(
    Entry(
        "zeros32",
        _zeros,
        "zeros",
        "All weights start at zero; good for one layer, but the neurons of a hidden layer then never differ.",
        "0",
        names={"flux": "zeros32"},
    )
)


def draw(name: str, values: dict[str, float], rng: np.random.Generator, outputs: int, inputs: int) -> np.ndarray:
    """Return start weights, float64 (outputs, inputs), by the initialiser `name`."""
    entry = INITIALISERS.get(name)
    result: np.ndarray = entry.function(rng, outputs, inputs, **entry.values(values))
    return result
