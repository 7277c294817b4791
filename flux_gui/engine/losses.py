"""Loss functions: one registry table of the formulas in `loss_formulas.py`, found by name. Source: Flux `src/losses/functions.jl`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flux_gui.core.registry import Entry, Hyper, Registry
from flux_gui.engine.loss_formulas import (
    DEFAULT_FORMULA,
    Aggregate,
    binary_focal_loss,
    binarycrossentropy,
    crossentropy,
    custom,
    dice_coeff_loss,
    focal_loss,
    hinge_loss,
    huber_loss,
    kldivergence,
    label_smoothing,
    logitbinarycrossentropy,
    logitcrossentropy,
    mae,
    mse,
    msle,
    poisson_loss,
    siamese_contrastive_loss,
    squared_hinge_loss,
    tversky_loss,
)

__all__ = [
    "LOSSES",
    "Aggregate",
    "LossEntry",
    "binary_focal_loss",
    "binarycrossentropy",
    "crossentropy",
    "custom",
    "dice_coeff_loss",
    "focal_loss",
    "hinge_loss",
    "huber_loss",
    "kldivergence",
    "label_smoothing",
    "logitbinarycrossentropy",
    "logitcrossentropy",
    "mae",
    "mse",
    "msle",
    "poisson_loss",
    "resolve",
    "siamese_contrastive_loss",
    "squared_hinge_loss",
    "tversky_loss",
]


@dataclass(frozen=True)
class LossEntry(Entry):
    """A loss: the tasks it serves ("regression", "binary", "classes", "margin") and the output activation it expects.

    "margin" says that the answers of a yes/no question are coded -1 and 1. `function(yhat, y, agg=, weights=, ...)` is the
    whole loss, with the hyper-parameters, and for an own formula `formula`, by name.
    """

    tasks: tuple[str, ...] = ()
    output: str = "identity"
    by_row: bool = False  # the formula gives one number per row rather than per element
    unit: str = ""  # what one unit of the loss means: "y²" or "nats"


LOSSES: Registry[LossEntry] = Registry("loss")

_REGRESSION, _BINARY, _CLASSES = ("regression",), ("binary",), ("classes",)
_ALL = ("regression", "binary", "classes")


def _automatic(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let the value 0 of `eps` stand for the machine epsilon, as the table of settings has it."""

    @wraps(function)
    def loss(yhat: Any, y: Any, *, eps: float | None = None, **settings: Any) -> Any:
        return function(yhat, y, eps=eps or None, **settings)

    return loss


def _add(
    function: Callable[..., Any],
    label: str,
    doc: str,
    formula: str,
    tasks: tuple[str, ...],
    unit: str,
    *hypers: Hyper,
    pytorch: str = "",
    output: str = "identity",
    by_row: bool = False,
    in_window: bool = True,
    custom: bool = False,
) -> None:
    """Register one row."""
    name = function.__name__
    names = {"flux": name, "pytorch": pytorch} if pytorch else {"flux": name}
    given = _automatic(function) if any(hyper.name == "eps" for hyper in hypers) else function
    LOSSES.add(LossEntry(name, given, label, doc, formula, hypers, (), names, in_window, custom, tasks, output, by_row, unit))


_EPS = Hyper("eps", 0.0, 0.0, 0.1, "Keeps logarithms away from 0; 0 chooses the smallest number that counts.", "epsilon", advanced=True)
_SMOOTHING = Hyper(
    "smoothing", 0.0, 0.0, 0.99, "Moves the targets this far towards 'undecided', against overconfidence.", "label smoothing"
)
_GAMMA = Hyper("gamma", 2.0, 0.0, 10.0, "How much less rows count that are right already; 0 makes all count the same.")

_add(
    mse,
    "squared error",
    "The mean of the squared differences; large errors count most. For numbers.",
    "mean((ŷ - y)²)",
    _ALL,
    "squared error",
    pytorch="nn.MSELoss()",
)
_add(
    mae,
    "absolute error",
    "The mean of the absolute differences; outliers count less than with the squared error. For numbers.",
    "mean(|ŷ - y|)",
    _REGRESSION,
    "absolute error",
    pytorch="nn.L1Loss()",
)
_add(
    huber_loss,
    "Huber",
    "Squared for small differences and absolute for large ones: smooth, and outliers do not take over. For numbers.",
    "mean(e²/2 if e < δ, else δ (e - δ/2)), e = |ŷ - y|",
    _REGRESSION,
    "Huber error",
    Hyper("delta", 1.0, 0.0, 1e6, "The difference where squared changes to absolute.", scale="log", open_low=True),
    pytorch="nn.HuberLoss(delta=delta)",
)
_add(
    msle,
    "squared log error",
    "Compares orders of magnitude: ten times too much is as wrong as ten times too little. For positive numbers.",
    "mean(log((ŷ + ε) / (y + ε))²)",
    _REGRESSION,
    "squared log error",
    _EPS,
    output="softplus",
)
_add(
    poisson_loss,
    "Poisson",
    "For counts such as 0, 1, 2 ...; the prediction is their mean and must be positive. May be negative.",
    "mean(ŷ - y log ŷ)",
    _REGRESSION,
    "nats",
    pytorch="nn.PoissonNLLLoss(log_input=False, eps=0)",
    output="softplus",
)
_add(
    logitcrossentropy,
    "cross-entropy",
    "How surprised the network is by the true class; for three or more classes, on scores before softmax.",
    "mean(-Σ y log softmax(ŷ))",
    _CLASSES,
    "nats",
    _SMOOTHING,
    pytorch="nn.CrossEntropyLoss(label_smoothing=smoothing)",
    by_row=True,
)
_add(
    crossentropy,
    "cross-entropy of probabilities",
    "The cross-entropy behind a softmax layer; scores without softmax and the plain cross-entropy are more exact.",
    "mean(-Σ y log(ŷ + ε))",
    _CLASSES,
    "nats",
    _EPS,
    _SMOOTHING,
    output="softmax",
    by_row=True,
)
_add(
    focal_loss,
    "focal",
    "A cross-entropy behind softmax in which rows that are right already hardly count; for rare classes.",
    "mean(-Σ y (1 - ŷ)^γ log ŷ)",
    _CLASSES,
    "nats",
    _GAMMA,
    _EPS,
    output="softmax",
    by_row=True,
)
_add(
    kldivergence,
    "Kullback-Leibler divergence",
    "How far the predicted probabilities are from the true ones, behind softmax; the cross-entropy less its least value.",
    "mean(Σ y log y - y log(ŷ + ε))",
    _CLASSES,
    "nats",
    _EPS,
    pytorch="nn.KLDivLoss(reduction='batchmean')",
    output="softmax",
    by_row=True,
)
_add(
    logitbinarycrossentropy,
    "binary cross-entropy",
    "How surprised the network is by the true answer; for yes/no questions, on the score before sigmoid.",
    "mean((1 - y) ŷ - log σ(ŷ))",
    _BINARY,
    "nats",
    _SMOOTHING,
    pytorch="nn.BCEWithLogitsLoss()",
)
_add(
    binarycrossentropy,
    "binary cross-entropy of probabilities",
    "The binary cross-entropy behind a sigmoid; a score without sigmoid and the plain one are more exact.",
    "mean(-y log(ŷ + ε) - (1 - y) log(1 - ŷ + ε))",
    _BINARY,
    "nats",
    _EPS,
    _SMOOTHING,
    pytorch="nn.BCELoss()",
    output="sigmoid",
)
_add(
    binary_focal_loss,
    "binary focal",
    "A binary cross-entropy behind sigmoid in which rows that are right already hardly count; for rare answers.",
    "mean(-(1 - p)^γ log p), p the probability of the true answer",
    _BINARY,
    "nats",
    _GAMMA,
    _EPS,
    output="sigmoid",
)
_add(
    hinge_loss,
    "hinge",
    "Wants every score on the right side of zero by at least 1; rows beyond that do not count. For yes/no questions.",
    "mean(max(0, 1 - ŷ y)), y = ±1",
    ("binary", "margin"),
    "margin",
)
_add(
    squared_hinge_loss,
    "squared hinge",
    "The hinge squared: smooth, and rows far on the wrong side count more. For yes/no questions.",
    "mean(max(0, 1 - ŷ y)²), y = ±1",
    ("binary", "margin"),
    "squared margin",
)
_add(
    dice_coeff_loss,
    "Dice",
    "One less the overlap of predicted and true answers over all rows together.",
    "1 - (2 Σ y ŷ + s) / (Σ y² + Σ ŷ² + s)",
    _BINARY,
    "share without overlap",
    Hyper("smooth", 1.0, 0.0, 1e6, "Keeps the fraction defined when there is nothing to find.", scale="log"),
    output="sigmoid",
    in_window=False,
)
_add(
    tversky_loss,
    "Tversky",
    "As Dice, with a weight for false positives (beta) and one for false negatives (1 - beta).",
    "1 - (Σ y ŷ + 1) / (Σ (y ŷ + β (1 - y) ŷ + (1 - β) y (1 - ŷ)) + 1)",
    _BINARY,
    "share without overlap",
    Hyper("beta", 0.7, 0.0, 1.0, "How much false positives weigh; false negatives weigh the rest."),
    output="sigmoid",
    in_window=False,
)
_add(
    siamese_contrastive_loss,
    "contrastive",
    "On distances of pairs: those that belong together (0) shall be near, the others (1) at least the margin apart.",
    "mean((1 - y) ŷ² + y max(0, margin - ŷ)²)",
    _BINARY,
    "squared distance",
    Hyper("margin", 1.0, 0.0, 1e6, "The distance that different pairs shall have at least.", scale="log"),
    in_window=False,
)
_add(
    custom,
    "custom formula",
    "A formula of your own in yhat (the prediction) and y (the target); the mean over all values is taken for you.",
    DEFAULT_FORMULA,
    _ALL,
    "your formula",
    custom=True,
)


def resolve(name: str, values: Mapping[str, float] | None = None, formula: str = "") -> Callable[..., Any]:
    """Return the loss `name` as a function (yhat, y, weights=None) with its hyper-parameter values, or its formula, set."""
    entry = LOSSES.get(name)
    given: dict[str, Any] = {**entry.values(values), **({"formula": formula} if entry.custom else {})}

    def loss(yhat: Any, y: Any, weights: Any = None) -> Any:
        return entry.function(yhat, y, weights=weights, **given)

    return loss
