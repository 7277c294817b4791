"""Layers that switch inputs off at random while training. Source: Flux `src/layers/normalise.jl`."""

from typing import Any

import numpy as np

from flux_gui.core.errors import SettingError
from flux_gui.engine import functions, titles
from flux_gui.engine.graph import current
from flux_gui.engine.ownership import Layer

_ALPHA = -1.7580993408473766  # what selu tends to for very negative inputs


class _Random(Layer):
    """What both kinds of dropout share: the probability and where random numbers come from."""

    def __init__(self, p: float, *, seed: int | None = None, dtype: Any = None) -> None:
        super().__init__(dtype)
        if isinstance(p, bool) or not isinstance(p, int | float | np.number) or not 0 <= p <= 1:
            raise SettingError(f"{type(self).__name__}: p must be a number from 0 to 1, got {p!r}.", "It is a probability, such as 0.5.")
        self.p = float(p)
        self._generator = np.random.default_rng(seed)

    def _uniform(self, x: Any) -> Any:
        """Uniform numbers of the shape of `x`: in a trace a function of (seed, node, step), else of the layer's own generator."""
        if current() is not None:
            return functions.random_uniform(tuple(x.shape))
        return self._generator.random(x.shape, dtype=np.float64 if x.dtype == np.float64 else np.float32)

    def describe(self) -> str:
        """Return the layer as one line, such as `Dropout(0.4)`."""
        return titles.dropout(self.p, self.active, type(self).__name__)


class Dropout(_Random):
    """x u>p / (1 - p) while training, u uniform in [0, 1); x otherwise. x any shape; dtype kept. p=1 gives zeros.

    While training, the mask is a function of the run's seed, the place in the network and the step; `seed` is for calls outside of
    training in a forced mode. SettingError unless 0 <= p <= 1. Flux: `Dropout(p)`.
    """

    def forward(self, x: Any) -> Any:
        """Return x with each number dropped with probability p."""
        if not self.training() or self.p == 0:
            return x
        if self.p == 1:
            return functions.where(0.0, x, 0.0)  # not x * 0, which is NaN for infinite x
        keep = (self._uniform(x) > self.p) * (1 / (1 - self.p))
        return x * (keep if current() is not None else keep.astype(x.dtype))


class AlphaDropout(_Random):
    """a where(u>p, x, α') + b while training, which keeps mean and variance behind selu; x otherwise.

    α' = -1.7580993408473766, a = 1/√((1-p)(1 + p α'²)), b = -a α' p. p=1 gives zeros. Paper: Klambauer et al. 2017, Self-Normalizing
    Neural Networks. Flux: `AlphaDropout(p)`.
    """

    def forward(self, x: Any) -> Any:
        """Return x with each number replaced with probability p."""
        if not self.training() or self.p == 0:
            return x
        if self.p == 1:
            return functions.where(0.0, x, 0.0)
        a = 1 / float(np.sqrt((1 - self.p) * (1 + self.p * _ALPHA**2)))
        return functions.where(self._uniform(x) > self.p, x, _ALPHA) * a - a * _ALPHA * self.p
