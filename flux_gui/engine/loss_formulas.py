"""The formulas of the loss functions, in Flux's order (yhat, y). Source: Flux `src/losses/functions.jl`, `utils.jl`.

`yhat` and `y` have the same shape, (rows, outputs) or (rows,), or `y` is a single number; plain or traced; the result has the
number format of `yhat`. Shared by all: `agg` ("mean", "sum" or a function of the single losses), `weights` (rows,), `axis`
(the classes, for losses of whole rows). Other shapes raise ShapeError. The mean of an element-wise loss is over all elements.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.engine import expressions
from flux_gui.engine import functions as f
from flux_gui.engine.graph import Traced, Value, apply
from flux_gui.engine.special import huber, xlogy

Aggregate = str | Callable[[Any], Any]
DEFAULT_FORMULA = "(yhat - y)^2"


def _check(yhat: Any, y: Any, name: str) -> tuple[Any, Any]:
    yhat = yhat if isinstance(yhat, Traced) else np.asarray(yhat)
    y = y if isinstance(y, Traced) else np.asarray(y)
    if not isinstance(y, Traced) and yhat.dtype.kind == "f":
        y = y.astype(yhat.dtype, copy=False)  # the prediction decides the number format, as it does in a trace
    if y.ndim and tuple(yhat.shape) != tuple(y.shape):
        raise ShapeError(
            f"{name} expects predictions and targets of the same shape, got {tuple(yhat.shape)} and {tuple(y.shape)}.",
            "The last layer must have as many outputs as the target has columns.",
        )
    return yhat, y


def _aggregate(losses: Any, agg: Aggregate, weights: Any) -> Any:
    """Combine losses, (rows,) or (rows, outputs): mean = sum(w l) / sum(w) with a row's l the mean over its outputs."""
    if callable(agg):
        if weights is not None:
            raise SettingError("agg as a function of its own takes no weights: it gets the single losses.", "Weigh them inside agg.")
        return agg(losses)
    if agg not in ("mean", "sum"):
        raise SettingError(f"agg must be 'mean', 'sum' or a function, got {agg!r}.", "Use agg='mean'.")
    if weights is None:
        return f.mean(losses) if agg == "mean" else f.sum(losses)
    rows = losses if losses.ndim == 1 else (f.mean(losses, axis=-1) if agg == "mean" else f.sum(losses, axis=-1))
    counts = _counts(weights, losses)
    total = f.sum(rows * counts)
    return total / f.sum(counts) if agg == "mean" else total


def _counts(weights: Any, losses: Any) -> Any:
    """Return the row weights, one per row of `losses`, in their number format."""
    if not isinstance(weights, Traced):
        weights = np.asarray(weights, losses.dtype)
    if losses.ndim and tuple(weights.shape) != tuple(losses.shape[:1]):
        message = f"Row weights must have the shape {tuple(losses.shape[:1])}, got {tuple(weights.shape)}."
        raise ShapeError(message, "Give one number for each row of the predictions.")
    if not isinstance(weights, Traced) and weights.size and not (weights.min() >= 0 and 0 < weights.max() < np.inf):
        raise SettingError("Row weights must be numbers of at least 0, one of them above 0.", "1 for every row counts all the same.")
    return weights


def _combined(name: str, element: Callable[[Any, Any], Any], yhat: Any, y: Any, agg: Aggregate, weights: Any) -> Any:
    """Return the aggregated losses `element(yhat, y)`, one per element or per row."""
    yhat, y = _check(yhat, y, name)
    with np.errstate(all="ignore"):
        return _aggregate(element(yhat, y), agg, weights)


def _by_row(name: str, row: Callable[[Any, Any], Any], yhat: Any, y: Any, agg: Aggregate, weights: Any, axis: int) -> Any:
    """Return the aggregated losses `row(yhat, y)` with the classes along `axis`."""
    yhat, y = _check(yhat, y, name)
    if axis not in (-1, yhat.ndim - 1):
        if yhat.ndim != 2 or axis not in (0, -2):
            raise ShapeError(f"axis must be -1 or 0 for a matrix, got axis={axis} for shape {tuple(yhat.shape)}.", "Use axis=-1.")
        yhat, y = f.transpose(yhat), f.transpose(y) if y.ndim else y
    y = y if y.ndim else apply("broadcast_to", y, attrs=(tuple(yhat.shape),))
    with np.errstate(all="ignore"):
        return _aggregate(row(yhat, y), agg, weights)


def _eps(eps: float | None, yhat: Any) -> float:
    """Return `eps`, by default the machine epsilon of the prediction's number format."""
    if eps is not None:
        return float(eps)
    return float(np.finfo(yhat.dtype if yhat.dtype.kind == "f" else np.float64).eps)


def _total(x: Any) -> Any:
    return f.sum(x, axis=-1)


def label_smoothing(y: Value, alpha: float, axis: int | None = -1) -> Any:
    """Targets moved towards indifference: y (1 - alpha) + alpha / K with K classes along `axis`, alpha / 2 when `axis` is None.

    SettingError unless 0 < alpha < 1. Flux: `label_smoothing(y, α; dims)`, whose dims=0 is axis=None here.
    """
    if not 0.0 < alpha < 1.0:
        raise SettingError(f"label_smoothing: alpha must lie between 0 and 1, both excluded, got {alpha:g}.", "A usual value is 0.1.")
    y = y if isinstance(y, Traced) else np.asarray(y)
    return _smooth(y, alpha, 2 if axis is None else y.shape[axis])


def _smooth(y: Any, alpha: float, classes: int) -> Any:
    if alpha == 0.0:
        return y
    if not 0.0 < alpha < 1.0:
        raise SettingError(f"smoothing must be at least 0 and below 1, got {alpha:g}.", "0 means none; a usual value is 0.1.")
    return y * (1.0 - alpha) + alpha / classes


def mse(yhat: Any, y: Any, *, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """Mean squared error: mean((yhat - y)^2). Flux: `Flux.mse`."""
    return _combined("mse", lambda p, t: f.square(p - t), yhat, y, agg, weights)


def mae(yhat: Any, y: Any, *, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """Mean absolute error: mean(|yhat - y|); slope 0 where both are equal. Flux: `Flux.mae`."""
    return _combined("mae", lambda p, t: f.absolute(p - t), yhat, y, agg, weights)


def msle(yhat: Any, y: Any, *, eps: float | None = None, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """Mean squared logarithmic error: mean(log((yhat + eps) / (y + eps))^2), for positive numbers. Flux: `Flux.msle`."""

    def element(p: Any, t: Any) -> Any:
        e = _eps(eps, p)
        return f.square(f.log((p + e) / (t + e)))

    return _combined("msle", element, yhat, y, agg, weights)


def huber_loss(yhat: Any, y: Any, *, delta: float = 1.0, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """With e = |yhat - y|: mean(e^2 / 2 where e < delta, delta (e - delta/2) elsewhere). Flux: `Flux.huber_loss`.

    SettingError unless delta > 0.
    """
    if not delta > 0.0:
        raise SettingError(f"huber_loss: delta must be above 0, got {delta:g}.", "The usual value is 1.")
    return _combined("huber_loss", lambda p, t: huber(p, t, delta), yhat, y, agg, weights)


def poisson_loss(yhat: Any, y: Any, *, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """mean(yhat - y log(yhat)), for counts y and positive yhat; may be negative. Flux: `Flux.poisson_loss`."""
    return _combined("poisson_loss", lambda p, t: p - xlogy(t, p), yhat, y, agg, weights)


def crossentropy(
    yhat: Any,
    y: Any,
    *,
    eps: float | None = None,
    smoothing: float = 0.0,
    agg: Aggregate = "mean",
    weights: Any = None,
    axis: int = -1,
) -> Any:
    """Cross-entropy of probabilities: -sum(y log(yhat + eps)) per row; slightly negative when perfect. Flux: `Flux.crossentropy`."""

    def row(p: Any, t: Any) -> Any:
        return -_total(xlogy(_smooth(t, smoothing, p.shape[-1]), p + _eps(eps, p)))

    return _by_row("crossentropy", row, yhat, y, agg, weights, axis)


def logitcrossentropy(yhat: Any, y: Any, *, smoothing: float = 0.0, agg: Aggregate = "mean", weights: Any = None, axis: int = -1) -> Any:
    """Cross-entropy of class scores (logits): -sum(y log softmax(yhat)) per row. Flux: `Flux.logitcrossentropy`."""

    def row(p: Any, t: Any) -> Any:
        return apply("softmax_crossentropy", p, _smooth(t, smoothing, p.shape[-1]))

    return _by_row("logitcrossentropy", row, yhat, y, agg, weights, axis)


def binarycrossentropy(
    yhat: Any, y: Any, *, eps: float | None = None, smoothing: float = 0.0, agg: Aggregate = "mean", weights: Any = None
) -> Any:
    """Cross-entropy of a probability: -y log(yhat + eps) - (1 - y) log(1 - yhat + eps). Flux: `Flux.binarycrossentropy`."""

    def element(p: Any, t: Any) -> Any:
        e, t = _eps(eps, p), _smooth(t, smoothing, 2)
        return -xlogy(t, p + e) - xlogy(1.0 - t, 1.0 - p + e)

    return _combined("binarycrossentropy", element, yhat, y, agg, weights)


def logitbinarycrossentropy(yhat: Any, y: Any, *, smoothing: float = 0.0, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """Cross-entropy of a yes/no score (logit): (1 - y) yhat - log sigmoid(yhat). Flux: `Flux.logitbinarycrossentropy`."""

    def element(p: Any, t: Any) -> Any:
        return apply("sigmoid_crossentropy", p, _smooth(t, smoothing, 2))

    return _combined("logitbinarycrossentropy", element, yhat, y, agg, weights)


def kldivergence(yhat: Any, y: Any, *, eps: float | None = None, agg: Aggregate = "mean", weights: Any = None, axis: int = -1) -> Any:
    """Kullback-Leibler divergence of probabilities: sum(y log y - y log(yhat + eps)) per row. Flux: `Flux.kldivergence`."""

    def row(p: Any, t: Any) -> Any:
        return _total(xlogy(t, t) - xlogy(t, p + _eps(eps, p)))

    return _by_row("kldivergence", row, yhat, y, agg, weights, axis)


def hinge_loss(yhat: Any, y: Any, *, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """mean(max(0, 1 - yhat y)), for answers y of -1 and 1. Flux: `Flux.hinge_loss`."""
    return _combined("hinge_loss", lambda p, t: f.relu(1.0 - p * t), yhat, y, agg, weights)


def squared_hinge_loss(yhat: Any, y: Any, *, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """mean(max(0, 1 - yhat y)^2), for answers y of -1 and 1. Flux: `Flux.squared_hinge_loss`."""
    return _combined("squared_hinge_loss", lambda p, t: f.square(f.relu(1.0 - p * t)), yhat, y, agg, weights)


def _power(base: Any, gamma: float) -> Any:
    """base^gamma; a base that rounding brought below 0 must not become NaN when gamma is not whole."""
    return base**gamma if gamma == int(gamma) else f.maximum(base, _eps(None, base)) ** gamma


def binary_focal_loss(
    yhat: Any, y: Any, *, gamma: float = 2.0, eps: float | None = None, agg: Aggregate = "mean", weights: Any = None
) -> Any:
    """With p = y (yhat + eps) + (1 - y) (1 - yhat - eps): mean(-(1 - p)^gamma log p). Flux: `Flux.binary_focal_loss`."""

    def element(p: Any, t: Any) -> Any:
        tiny = _eps(eps, p)
        q = p + tiny
        right = f.maximum(t * q + (1.0 - t) * (1.0 - q), tiny)  # a prediction of exactly 1 would make it negative
        return -(_power(f.maximum(1.0 - right, 0.0), gamma) * f.log(right))

    return _combined("binary_focal_loss", element, yhat, y, agg, weights)


def focal_loss(
    yhat: Any,
    y: Any,
    *,
    gamma: float = 2.0,
    eps: float | None = None,
    agg: Aggregate = "mean",
    weights: Any = None,
    axis: int = -1,
) -> Any:
    """With q = yhat + eps: -sum(y (1 - q)^gamma log q) per row; easy rows count less. Flux: `Flux.focal_loss`."""

    def row(p: Any, t: Any) -> Any:
        q = p + _eps(eps, p)
        return -_total(t * _power(f.maximum(1.0 - q, 0.0), gamma) * f.log(q))

    return _by_row("focal_loss", row, yhat, y, agg, weights, axis)


def siamese_contrastive_loss(yhat: Any, y: Any, *, margin: float = 1.0, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """mean((1 - y) yhat^2 + y max(0, margin - yhat)^2), yhat a distance. SettingError for a negative margin. Flux: same name."""
    if margin < 0.0:
        raise SettingError(f"siamese_contrastive_loss: margin must be non-negative, got {margin:g}.", "The usual value is 1.")

    def element(p: Any, t: Any) -> Any:
        return (1.0 - t) * f.square(p) + t * f.square(f.relu(margin - p))

    return _combined("siamese_contrastive_loss", element, yhat, y, agg, weights)


def _overlap(weights: Any) -> Callable[[Any], Any]:
    """Return the sum over everything, each row counted `weights` times."""
    if weights is None:
        return f.sum
    return lambda x: f.sum((x if x.ndim == 1 else f.sum(x, axis=-1)) * _counts(weights, x))


def dice_coeff_loss(yhat: Any, y: Any, *, smooth: float = 1.0, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """1 - (2 sum(y yhat) + smooth) / (sum(y^2) + sum(yhat^2) + smooth): one number, whatever `agg`. Flux: same name."""
    total = _overlap(weights)

    def whole(p: Any, t: Any) -> Any:
        return 1.0 - (total(t * p) * 2.0 + smooth) / (total(f.square(t) + f.square(p)) + smooth)

    return _combined("dice_coeff_loss", whole, yhat, y, agg, None)


def tversky_loss(yhat: Any, y: Any, *, beta: float = 0.7, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """1 - (sum(y yhat) + 1) / (sum(y yhat + beta (1 - y) yhat + (1 - beta) y (1 - yhat)) + 1): one number, whatever `agg`.

    `beta` weighs false positives, as in Flux's code (its docstring has it the other way round). Flux: same name.
    """
    total = _overlap(weights)

    def whole(p: Any, t: Any) -> Any:
        both = t * p
        return 1.0 - (total(both) + 1.0) / (total(both + (1.0 - t) * p * beta + t * (1.0 - p) * (1.0 - beta)) + 1.0)

    return _combined("tversky_loss", whole, yhat, y, agg, None)


@lru_cache(maxsize=64)
def written(text: str) -> Callable[[Any, Any], Any]:
    """Return the function that a formula in `yhat` and `y` spells, the default one for ""; FormulaError names what to change."""
    return expressions.function(text or DEFAULT_FORMULA, ("yhat", "y"), DEFAULT_FORMULA)


def custom(yhat: Any, y: Any, *, formula: str = DEFAULT_FORMULA, agg: Aggregate = "mean", weights: Any = None) -> Any:
    """The formula in `yhat` and `y` that `formula` spells, element by element; FormulaError if it cannot be read."""
    return _combined("custom", written(formula), yhat, y, agg, weights)
