"""What training has made of a model: parameters, optimiser slots, position and curves, as one immutable value."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Outcome = Literal["new", "paused", "stopped", "finished", "diverged"]  # stopped: by a rule, before the last epoch


def frozen(array: Array) -> Array:
    """Return a read-only, contiguous copy of `array`."""
    copy = np.array(array, order="C")
    copy.flags.writeable = False
    return copy


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve, thinned into buckets: `x` (n,) in epochs, and per bucket the smallest, largest and last value, float64 (n,)."""

    x: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    last: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, eq=False)
class Trail:
    """All parameters at some moments of a run: `x` (k,) in epochs, `values` (k, parameters); every `stride`-th moment is kept by now."""

    x: NDArray[np.float64]
    values: Array
    stride: int = 1


@dataclass(frozen=True, eq=False)
class Best:
    """The epoch with the lowest validation loss so far, with the parameters it had."""

    epoch: int
    loss: float
    parameters: Array
    statistics: Array


@dataclass(frozen=True, eq=False)
class ModelState:
    """Everything that training changes. Arrays are read-only; `parameters` is flat, in the engine's layout.

    `curves` has the keys "batch", "train", "validation" (losses), "rate" (with a schedule) and "parameter.<i>" (i-th flat parameter,
    while they are few). `events` are epoch and message of what to mark on the curves. `start` and `start_statistics` are what Reset
    returns to. `slots` has the optimiser's arrays by "<Rule>.<slot>"; `watch` the numbers that stop rules and a plateau schedule
    remember; `threads` is how many the matrix library had when the run began (0: not known), since other counts give other bits; `trail`
    gives every parameter of a network that is not too large a coarse history.
    """

    parameters: Array
    statistics: Array
    start: Array
    slots: dict[str, Array] = field(default_factory=dict)
    epoch: int = 0
    step: int = 0
    position: int = 0  # batches done in the epoch after `epoch`
    seconds: float = 0.0
    curves: dict[str, Curve] = field(default_factory=dict)
    events: tuple[tuple[float, str], ...] = ()
    best: Best | None = None
    in_use: Literal["last", "best"] = "last"
    outcome: Outcome = "new"
    message: str = ""  # why a run stopped early, "" otherwise
    start_statistics: Array = field(default_factory=lambda: np.empty(0, np.float32))
    watch: dict[str, float] = field(default_factory=dict)
    threads: int = 0
    trail: Trail | None = None

    @property
    def parameters_in_use(self) -> Array:
        """The parameters that predict, evaluate and export take."""
        return self.best.parameters if self.in_use == "best" and self.best is not None else self.parameters

    @property
    def statistics_in_use(self) -> Array:
        """The running statistics that go with `parameters_in_use`."""
        return self.best.statistics if self.in_use == "best" and self.best is not None else self.statistics

    def nbytes(self) -> int:
        """Return the memory of all arrays, in bytes."""
        curves = sum(part.nbytes for c in self.curves.values() for part in (c.x, c.low, c.high, c.last))
        best = self.best.parameters.nbytes + self.best.statistics.nbytes if self.best else 0
        arrays = (self.parameters, self.statistics, self.start, self.start_statistics, *self.slots.values())
        trail = self.trail.x.nbytes + self.trail.values.nbytes if self.trail else 0
        return curves + best + trail + sum(a.nbytes for a in arrays)
