"""Start values of weights: one registry table, and a library function for each. Source: Flux `src/utils.jl`.

A draw is float64 (outputs, inputs); the library functions of the same names return float32, as Flux's do.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.core.registry import Entry, Hyper, Registry
from flux_gui.engine.special import normal_quantile

Draw = Callable[..., np.ndarray]  # (rng, outputs, inputs, **hypers) -> float64 (outputs, inputs)
Weights = NDArray[np.float64]

INITIALISERS: Registry[Entry] = Registry("initialiser")

_GAIN = Hyper("gain", 1.0, 0.0, 100.0, "Multiplies all drawn numbers.", scale="log", open_low=True)
_GAIN_RELU = Hyper("gain", math.sqrt(2.0), 0.0, 100.0, "Multiplies all drawn numbers; the square root of 2 suits relu.", open_low=True)


class Initialiser:
    """A function (outputs, inputs) -> float32 start weights, with the hyper-parameters of its entry as keywords.

    `rng` is a NumPy generator, a fresh one by default. Without sizes the call returns a function of the sizes, so that both
    `glorot_uniform` and `glorot_uniform(gain=2)` can be given to `Dense(..., init=...)`. ShapeError, SettingError.

    >>> identity_init(2, 3, gain=5.0).tolist()
    [[5.0, 0.0, 0.0], [0.0, 5.0, 0.0]]
    """

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self.__name__ = entry.name
        self.__doc__ = f"{entry.doc} {entry.formula}. Returns float32 (outputs, inputs). Flux: `{entry.name}`."

    def __call__(
        self, outputs: int | None = None, inputs: int | None = None, *, rng: np.random.Generator | None = None, **values: float
    ) -> Any:
        """Return start weights, float32 (outputs, inputs), or a function of the sizes when none are given."""
        checked = self._entry.values(values)

        def sized(outputs: Any, inputs: Any) -> NDArray[np.float32]:
            for size in (outputs, inputs):
                if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
                    message = f"{self._entry.name} needs whole numbers of outputs and inputs, at least 1, got {size!r}."
                    raise ShapeError(message, f"Write them as in {self._entry.name}(16, 4).")
            drawn: Weights = self._entry.function(rng or np.random.default_rng(), outputs, inputs, **checked)
            return drawn.astype(np.float32)

        return sized if outputs is None and inputs is None else sized(outputs, inputs)

    def __repr__(self) -> str:
        return f"flux.{self._entry.name}"


def _add(name: str, function: Draw, label: str, doc: str, formula: str, pytorch: str, *hypers: Hyper) -> Initialiser:
    names = {"flux": name, "pytorch": pytorch} if pytorch else {"flux": name}
    return Initialiser(INITIALISERS.add(Entry(name, function, label, doc, formula, hypers, names=names)))


def _fan(normal: bool, width: Callable[[int, int], float]) -> Draw:
    """Return the draw of a bell curve or a range around 0 whose width follows from (inputs, outputs)."""

    def drawn(rng: np.random.Generator, outputs: int, inputs: int, gain: float) -> Weights:
        values = rng.standard_normal((outputs, inputs)) if normal else rng.uniform(-1.0, 1.0, (outputs, inputs))
        return values * (gain * width(inputs, outputs))

    return drawn


def _truncated_normal(rng: np.random.Generator, outputs: int, inputs: int, mean: float, std: float, lo: float, hi: float) -> Weights:
    if lo >= hi:
        raise SettingError(f"truncated_normal: lo must be below hi, got lo={lo:g} and hi={hi:g}.", "The usual values are -2 and 2.")
    flip = -1.0 if (lo + hi) / 2.0 > mean else 1.0  # shares near 0 have more digits than those near 1
    ends = sorted(((flip * (lo - mean)) / std, (flip * (hi - mean)) / std))
    shares = [0.5 * math.erfc(-end / math.sqrt(2.0)) for end in ends]
    if shares[0] == shares[1]:  # so far from the mean that only its nearest number is left
        return np.full((outputs, inputs), min(max(mean, lo), hi))
    values = flip * std * normal_quantile(rng.uniform(shares[0], shares[1], (outputs, inputs))) + mean
    return np.clip(values, lo, hi)


def _lecun_normal(rng: np.random.Generator, outputs: int, inputs: int, gain: float) -> Weights:
    return _truncated_normal(rng, outputs, inputs, 0.0, gain / math.sqrt(inputs), -2.0, 2.0)


def _orthogonal(rng: np.random.Generator, outputs: int, inputs: int, gain: float) -> Weights:
    q, r = np.linalg.qr(rng.standard_normal((max(outputs, inputs), min(outputs, inputs))))
    q = q * np.where(np.diagonal(r) < 0.0, -gain, gain)
    return q if outputs >= inputs else q.T.copy()


def _sparse(rng: np.random.Generator, outputs: int, inputs: int, sparsity: float, std: float) -> Weights:
    values = rng.standard_normal((outputs, inputs)) * std
    values[: math.ceil(sparsity * outputs)] = 0.0
    return rng.permuted(values, axis=0)


def _identity(rng: np.random.Generator, outputs: int, inputs: int, gain: float, shift: float) -> Weights:
    return np.roll(np.eye(outputs, inputs) * gain, int(shift), axis=0)


def _filled(value: float) -> Draw:
    return lambda rng, outputs, inputs: np.full((outputs, inputs), value)


glorot_uniform = _add(
    "glorot_uniform",
    _fan(False, lambda i, o: math.sqrt(6.0 / (i + o))),
    "Glorot uniform",
    "Keeps the size of signals about the same forwards and backwards; the usual choice for tanh and sigmoid.",
    "± gain √(6 / (in + out))",
    "xavier_uniform_",
    _GAIN,
)
glorot_normal = _add(
    "glorot_normal",
    _fan(True, lambda i, o: math.sqrt(2.0 / (i + o))),
    "Glorot normal",
    "As Glorot uniform, drawn from a bell curve.",
    "N(0, gain √(2 / (in + out)))",
    "xavier_normal_",
    _GAIN,
)
kaiming_uniform = _add(
    "kaiming_uniform",
    _fan(False, lambda i, o: math.sqrt(3.0 / i)),
    "Kaiming uniform",
    "Keeps the size of signals behind relu, which drops half of them.",
    "± gain √(3 / in)",
    "kaiming_uniform_",
    _GAIN_RELU,
)
kaiming_normal = _add(
    "kaiming_normal",
    _fan(True, lambda i, o: 1.0 / math.sqrt(i)),
    "Kaiming normal",
    "As Kaiming uniform, drawn from a bell curve.",
    "N(0, gain / √in)",
    "kaiming_normal_",
    _GAIN_RELU,
)
truncated_normal = _add(
    "truncated_normal",
    _truncated_normal,
    "truncated normal",
    "A bell curve without its ends: no number lies outside of lo ... hi.",
    "N(mean, std) within lo ... hi",
    "trunc_normal_",
    Hyper("mean", 0.0, -100.0, 100.0, "Middle of the bell curve."),
    Hyper("std", 1.0, 0.0, 100.0, "Width of the bell curve.", "spread", scale="log", open_low=True),
    Hyper("lo", -2.0, -1000.0, 1000.0, "No number is smaller."),
    Hyper("hi", 2.0, -1000.0, 1000.0, "No number is larger."),
)
lecun_normal = _add(
    "lecun_normal",
    _lecun_normal,
    "LeCun normal",
    "A bell curve that keeps the spread of signals near 1; made for selu.",
    "N(0, gain / √in) within -2 ... 2",
    "",
    _GAIN,
)
orthogonal = _add(
    "orthogonal",
    _orthogonal,
    "orthogonal",
    "All rows (or columns) stand at right angles to each other; helps very deep networks.",
    "gain Q, W = QR",
    "orthogonal_",
    _GAIN,
)
sparse_init = _add(
    "sparse_init",
    _sparse,
    "sparse",
    "A bell curve in which a share of the weights of every input is zero.",
    "N(0, std), a share of zeros",
    "sparse_",
    Hyper("sparsity", 0.1, 0.0, 1.0, "Share of zeros in every column."),
    Hyper("std", 0.01, 0.0, 100.0, "Width of the bell curve.", "spread", scale="log", open_low=True),
)
identity_init = _add(
    "identity_init",
    _identity,
    "identity",
    "Every neuron starts by passing on one input.",
    "gain on the diagonal",
    "eye_",
    Hyper("gain", 1.0, -100.0, 100.0, "The number on the diagonal."),
    Hyper("shift", 0.0, -1e6, 1e6, "Moves the diagonal down by so many rows.", integer=True, advanced=True),
)
zeros32 = _add(
    "zeros32",
    _filled(0.0),
    "zeros",
    "All weights start at zero; good for one layer, but the neurons of a hidden layer then never differ.",
    "0",
    "zeros_",
)
ones32 = _add(
    "ones32",
    _filled(1.0),
    "ones",
    "All weights start at one; the neurons of a hidden layer then never differ.",
    "1",
    "ones_",
)
rand32 = _add(
    "rand32",
    lambda rng, outputs, inputs: rng.random((outputs, inputs)),
    "uniform 0 ... 1",
    "Every number between 0 and 1 is as likely; too large for wide layers.",
    "U(0, 1)",
    "uniform_",
)
randn32 = _add(
    "randn32",
    lambda rng, outputs, inputs: rng.standard_normal((outputs, inputs)),
    "normal",
    "A bell curve of width 1; too large for wide layers.",
    "N(0, 1)",
    "normal_",
)


def draw(name: str, values: dict[str, float], rng: np.random.Generator, outputs: int, inputs: int) -> np.ndarray:
    """Return start weights, float64 (outputs, inputs), by the initialiser `name`."""
    entry = INITIALISERS.get(name)
    result: np.ndarray = entry.function(rng, outputs, inputs, **entry.values(values))
    return result
