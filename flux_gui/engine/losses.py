"""Loss functions: one registry table, in Flux's order (yhat, y). Source: Flux `src/losses/functions.jl`.

Each is written once, as the loss of one element or of one row; `agg` and row weights are applied in one place.
The mean of an element-wise loss is over all elements (1 / (rows x outputs)), as in Flux.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.core.registry import Entry, Registry
from flux_gui.engine import functions as f
from flux_gui.engine.graph import Traced, apply

Aggregate = str | Callable[[Any], Any]


@dataclass(frozen=True)
class LossEntry(Entry):
    """A loss: the tasks it serves ("regression", "binary", "classes") and the output activation it expects.

    `function(yhat, y, agg=, weights=)` is the whole loss.
    """

    tasks: tuple[str, ...] = ()
    output: str = "identity"
    by_row: bool = False  # the formula gives one number per row rather than per element
    unit: str = ""  # what one unit of the loss means: "y²" or "nats"


LOSSES: Registry[LossEntry] = Registry("loss")


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
        return agg(losses)
    if agg not in ("mean", "sum"):
        raise SettingError(f"agg must be 'mean', 'sum' or a function, got {agg!r}.", "Use agg='mean'.")
    if weights is None:
        return f.mean(losses) if agg == "mean" else f.sum(losses)
    rows = losses if losses.ndim == 1 else (f.mean(losses, axis=-1) if agg == "mean" else f.sum(losses, axis=-1))
    total = f.sum(rows * weights)
    return total / f.sum(weights) if agg == "mean" else total


def _loss(element: Callable[..., Any], by_row: bool = False) -> Callable[..., Any]:
    def loss(yhat: Any, y: Any, *, agg: Aggregate = "mean", weights: Any = None, axis: int = -1) -> Any:
        yhat, y = _check(yhat, y, element.__name__)
        if by_row and axis not in (-1, yhat.ndim - 1):
            if yhat.ndim != 2:
                raise ShapeError(f"axis must be -1 or 0 for a matrix, got axis={axis} for shape {tuple(yhat.shape)}.", "Use axis=-1.")
            yhat, y = f.transpose(yhat), f.transpose(y)
        return _aggregate(element(yhat, y), agg, weights)

    loss.__name__ = loss.__qualname__ = element.__name__
    loss.__doc__ = element.__doc__
    return loss


def _mse(yhat: Any, y: Any) -> Any:
    """Mean squared error: mean((yhat - y)^2). Flux: `Flux.mse`."""
    return f.square(yhat - y)


def _mae(yhat: Any, y: Any) -> Any:
    """Mean absolute error: mean(|yhat - y|). Flux: `Flux.mae`."""
    return f.absolute(yhat - y)


def _logitcrossentropy(yhat: Any, y: Any) -> Any:
    """Cross-entropy of class scores (logits): -sum(y log softmax(yhat)) per row. Flux: `Flux.logitcrossentropy`."""
    return apply("softmax_crossentropy", yhat, y)


def _logitbinarycrossentropy(yhat: Any, y: Any) -> Any:
    """Cross-entropy of a yes/no score (logit): (1 - y) yhat - log sigmoid(yhat). Flux: `Flux.logitbinarycrossentropy`."""
    return apply("sigmoid_crossentropy", yhat, y)


for _function in (_mse, _mae, _logitcrossentropy, _logitbinarycrossentropy):
    _function.__name__ = _function.__name__.removeprefix("_")

mse = _loss(_mse)
mae = _loss(_mae)
logitcrossentropy = _loss(_logitcrossentropy, by_row=True)
logitbinarycrossentropy = _loss(_logitbinarycrossentropy)

LOSSES.add(
    LossEntry(
        "mse",
        mse,
        "squared error",
        "The mean of the squared differences; large errors count most. For numbers.",
        "mean((ŷ - y)²)",
        names={"flux": "mse", "pytorch": "nn.MSELoss()"},
        tasks=("regression",),
        unit="squared error",
    )
)
LOSSES.add(
    LossEntry(
        "mae",
        mae,
        "absolute error",
        "The mean of the absolute differences; outliers count less than with the squared error. For numbers.",
        "mean(|ŷ - y|)",
        names={"flux": "mae", "pytorch": "nn.L1Loss()"},
        tasks=("regression",),
        unit="absolute error",
    )
)
LOSSES.add(
    LossEntry(
        "logitcrossentropy",
        logitcrossentropy,
        "cross-entropy",
        "How surprised the network is by the true class; for three or more classes, on scores before softmax.",
        "mean(-Σ y log softmax(ŷ))",
        names={"flux": "logitcrossentropy", "pytorch": "nn.CrossEntropyLoss()"},
        tasks=("classes",),
        by_row=True,
        unit="nats",
    )
)
LOSSES.add(
    LossEntry(
        "logitbinarycrossentropy",
        logitbinarycrossentropy,
        "binary cross-entropy",
        "How surprised the network is by the true answer; for yes/no questions, on the score before sigmoid.",
        "mean((1 - y) ŷ - log σ(ŷ))",
        names={"flux": "logitbinarycrossentropy", "pytorch": "nn.BCEWithLogitsLoss()"},
        tasks=("binary",),
        unit="nats",
    )
)
