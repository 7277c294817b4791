"""Layers that standardise: BatchNorm, LayerNorm, and Scale, which multiplies and shifts every column.

Source: Flux `src/layers/normalise.jl`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.engine import functions, titles
from flux_gui.engine.graph import Op, Traced, Value, apply, register
from flux_gui.engine.layers import Activated, Activation, expect_columns, whole

STARTS = {"mean": 0.0, "variance": 1.0}
"""Start values of running statistics by name."""

# ------------------------------------------------------------------------------- standardising as one primitive


def _moments(x: Value, axis: int) -> tuple[Value, Value]:
    """Return x minus its mean, and its biased variance along `axis`, kept as an axis of size 1."""
    terms = 1.0 / x.shape[axis]
    centred = x - apply("sum", x, attrs=((axis,), True, terms)) if axis else x - apply("sum", x, attrs=((0,), False, terms))
    squares = apply("square", centred)
    return centred, apply("sum", squares, attrs=((axis,), bool(axis), terms))


def _standardise(x: Value, axis: int, eps: float) -> Value:
    centred, variance = _moments(x, axis)
    return centred * (1.0 / apply("sqrt", variance + eps))


def _standardise_derivative(n: Traced, dy: Traced) -> tuple[Traced | None, ...]:
    axis, eps = n.attrs
    x = n.inputs[0]
    terms = 1.0 / x.shape[axis]

    def mean(value: Traced) -> Traced:
        result: Traced = apply("sum", value, attrs=((axis,), bool(axis), terms))
        return result

    _, variance = _moments(x, axis)
    return ((dy - mean(dy) - n * mean(dy * n)) * (1.0 / apply("sqrt", variance + eps)),)


register(Op("standardise", lambda shapes, attrs: shapes[0], expand=_standardise, derivative=_standardise_derivative))


def normalise(x: Any, axis: int = 0, eps: float = 1e-5) -> Any:
    """(x - mean) / √(biased variance + eps) along `axis`, by default each column over the rows. Flux: `normalise(x; dims, eps)`."""
    array = x if isinstance(x, Traced) else np.asarray(x)
    if not -array.ndim <= axis < array.ndim:
        raise ShapeError(f"An array of shape {tuple(array.shape)} has no axis {axis}.", "Rows are axis 0, columns axis 1.")
    return apply("standardise", array, attrs=(axis % array.ndim, eps))


def _positive(value: float, layer: str, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0 <= value < float("inf"):
        raise SettingError(f"{layer}: {name} must be a number of at least 0, got {value!r}.", "The usual value is 1e-5.")
    return float(value)


# ------------------------------------------------------------------------------------------------------- layers


class Scale(Activated):
    """activation(s x + b), one s and b for each column; x (rows, size) -> the same shape. Flux: `Scale(n, σ; bias, init)`.

    `Scale(size, activation)` starts with s = 1 and b = 0; `Scale(s, b, activation)` takes arrays (size,), b may be False.
    """

    def __init__(
        self,
        size: int | np.ndarray,
        activation: Any = "identity",
        third: Activation = "identity",
        *,
        bias: bool | np.ndarray = True,
        init: Callable[[int], np.ndarray] | None = None,
        dtype: Any = None,
        activation_values: dict[str, float] | None = None,
        activation_formula: str = "",
    ) -> None:
        if isinstance(size, np.ndarray):
            start = size
            dtype = dtype or (start.dtype if start.dtype.kind == "f" else np.float32)
            if isinstance(activation, bool | np.ndarray):
                bias, activation = activation, third
        else:
            size = whole(size, "Scale", "columns")
            start = np.ones(size) if init is None else np.asarray(init(size))
        if start.ndim != 1:
            raise ShapeError(f"A Scale layer needs one number a column, got shape {start.shape}.", "Give an array of one dimension.")
        super().__init__(dtype)
        self.activate(activation, activation_values, activation_formula)
        self.size = len(start)
        self.parameter("scale", start)
        self.add_bias(bias, self.size)

    def forward(self, x: Any) -> Any:
        """Return activation(s x + b)."""
        expect_columns(self, x, self.size)
        y = x * self.scale
        return self.activation(y + self.bias if self.has_bias else y)

    def describe(self) -> str:
        """Return the layer as one line, such as `Scale(3, tanh)`."""
        return titles.scale(self.size, self.activation_name, self.has_bias)


class _Norm(Activated):
    """What both norms share: the number of columns, eps inside the root, a trainable scale and bias behind it."""

    def __init__(
        self,
        size: int,
        activation: Activation = "identity",
        *,
        affine: bool = True,
        eps: float = 1e-5,
        dtype: Any = None,
        activation_values: dict[str, float] | None = None,
        activation_formula: str = "",
    ) -> None:
        kind = type(self).__name__
        columns = whole(size, kind, "columns")
        super().__init__(dtype)
        self.size, self.affine, self.eps = columns, bool(affine), _positive(eps, kind, "eps")
        self.activate(activation, activation_values, activation_formula)
        if self.affine:
            self.parameter("scale", np.ones(self.size))
            self.parameter("bias", np.zeros(self.size))

    def _finish(self, y: Any) -> Any:
        return self.activation(y * self.scale + self.bias if self.affine else y)

    def describe(self) -> str:
        """Return the layer as one line, such as `LayerNorm(3, relu)`."""
        return titles.norm(type(self).__name__, self.size, self.activation_name, self.affine, self.active)


class LayerNorm(_Norm):
    """activation(γ (x - μ) / √(σ² + eps) + β) with mean μ and biased variance σ² of each row. Flux: `LayerNorm(n, λ; affine, eps)`.

    x (rows, size) -> the same shape, dtype kept. The same in training and evaluation. Paper: Ba, Kiros, Hinton 2016.
    """

    def forward(self, x: Any) -> Any:
        """Return the standardised rows."""
        expect_columns(self, x, self.size)
        return self._finish(normalise(x, -1, self.eps))

    def describe(self) -> str:
        """Return the layer as one line; its mode is never told, because it does not matter."""
        return titles.norm("LayerNorm", self.size, self.activation_name, self.affine)


class BatchNorm(_Norm):
    """activation(γ (x - μ) / √(σ² + eps) + β) for each column. Flux: `BatchNorm(n, λ; affine, track_stats, eps, momentum)`.

    While training, μ and σ² (biased) are those of the batch of m rows, and the running ones move: mean ← (1 - momentum) mean +
    momentum μ, variance ← (1 - momentum) variance + momentum σ² m / (m - 1). Otherwise the running ones are taken (those of the batch
    with track_stats=False). ShapeError for a training batch of one row. Paper: Ioffe, Szegedy 2015.
    """

    def __init__(
        self, size: int, activation: Activation = "identity", *, track_stats: bool = True, momentum: float = 0.1, **options: Any
    ) -> None:
        super().__init__(size, activation, **options)
        if isinstance(momentum, bool) or not 0 <= momentum <= 1:
            raise SettingError(f"BatchNorm: momentum must be a number from 0 to 1, got {momentum!r}.", "The usual value is 0.1.")
        self.track_stats, self.momentum = bool(track_stats), float(momentum)
        if self.track_stats:
            self.statistic("mean", np.full(self.size, STARTS["mean"]))
            self.statistic("variance", np.full(self.size, STARTS["variance"]))

    def _needs_two_rows(self) -> bool:
        return self.active is not False

    def forward(self, x: Any) -> Any:
        """Return the standardised columns."""
        expect_columns(self, x, self.size)
        if self.track_stats and not self.training():
            spread = functions.sqrt(self.variance + self.eps)
            factor = self.scale / spread if self.affine else 1.0 / spread
            y = (x - self.mean) * factor
            return self.activation(y + self.bias if self.affine else y)
        rows = x if x.ndim == 2 else functions.reshape(x, (-1, self.size))
        if self.training():
            self._follow(rows)
        y = self._finish(normalise(rows, 0, self.eps))
        return y if x.ndim == 2 else functions.reshape(y, tuple(x.shape))

    def _follow(self, x: Any) -> None:
        """Move the running statistics towards those of the batch."""
        rows = x.shape[0]
        if rows < 2:
            raise ShapeError(
                f"{self.describe()} needs at least two rows in a training batch, got {rows}: the spread of a single row is 0.",
                "Make the batches larger, or use LayerNorm, which looks at one row at a time.",
            )
        if not self.track_stats:
            return
        _, variance = _moments(x, 0)
        share, keep = self.momentum, 1.0 - self.momentum
        self.update_statistic("mean", self.mean * keep + functions.mean(x, axis=0) * share)
        self.update_statistic("variance", self.variance * keep + variance * (share * rows / (rows - 1)))
