"""Metrics in original units and labels: one registry table, the scores of a task, and the scores of each class.

Labels are compared as they are; K is the number of different labels. Averages over classes are plain means ("macro") over the labels that
occur among the truth or the predictions. A class that was never predicted has precision 0, one that never occurs has recall 0, and
one without either right answer has F1 0: scikit-learn's `zero_division=0`. No rows: NaN. Not defined (see each metric): NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError, ShapeError
from flux_gui.core.registry import Entry, Registry

Array = NDArray[Any]
Labels = Sequence[Any] | Array
Needs = Literal["prediction", "probabilities"]
_NO_TARGET = 1e-6  # of the largest target: below that a target counts as zero in `mape`; scaling back leaves such traces


@dataclass(frozen=True)
class MetricEntry(Entry):
    """A metric and the tasks it serves; `larger_is_better` says which way is up.

    `needs` "prediction": `function(truth, prediction) -> float`, two arrays (rows,) of labels or numbers.
    `needs` "probabilities": `function(truth, probabilities, labels) -> float`, probabilities (rows, K) with a column for each label.
    """

    tasks: tuple[str, ...] = ()
    larger_is_better: bool = True
    needs: Needs = "prediction"


METRICS: Registry[MetricEntry] = Registry("metric")


def confusion_matrix(truth: Array, prediction: Array, labels: Labels | None = None) -> NDArray[np.int64]:
    """Return how often each true label (row) was predicted as each label (column), int64 (K, K).

    `labels` gives their order, by default all that occur, sorted; a label that is none of them raises DataError.
    """
    known = _labels(truth, prediction) if labels is None else labels
    size = len(known)
    rows, columns = _codes(truth, known), _codes(prediction, known)
    _same_length(rows, columns)
    return np.bincount(rows * size + columns, minlength=size * size).astype(np.int64).reshape(size, size)


def per_class(truth: Array, prediction: Array, labels: Labels | None = None) -> dict[str, dict[str, float]]:
    """Return precision, recall, F1 and the number of true rows of each label, by the label as text."""
    known = _labels(truth, prediction) if labels is None else labels
    columns = _rates(confusion_matrix(truth, prediction, known))
    names = ("precision", "recall", "f1", "rows")
    return {str(label): dict(zip(names, map(float, values), strict=True)) for label, *values in zip(known, *columns, strict=True)}


def accuracy(truth: Array, prediction: Array) -> float:
    """Share of rows whose label is right, 0 ... 1."""
    return float(np.mean(truth == prediction)) if len(truth) else float("nan")


def balanced_accuracy(truth: Array, prediction: Array) -> float:
    """Mean over the classes that occur in the truth of the share of their rows that is right: guessing gives 1 / K."""
    _, recall, _, rows = _rates(confusion_matrix(truth, prediction))
    return _mean(recall[rows > 0])


def precision(truth: Array, prediction: Array) -> float:
    """Mean over classes of: rows called so that are so / rows called so; 0 for a class that was never predicted."""
    return _mean(_rates(confusion_matrix(truth, prediction))[0])


def recall(truth: Array, prediction: Array) -> float:
    """Mean over classes of: rows called so that are so / rows that are so; 0 for a class that does not occur in the truth."""
    return _mean(_rates(confusion_matrix(truth, prediction))[1])


def f1(truth: Array, prediction: Array) -> float:
    """Mean over classes of 2 precision recall / (precision + recall); 0 for a class with no right answer."""
    return _mean(_rates(confusion_matrix(truth, prediction))[2])


def roc_auc(truth: Array, probabilities: Array, labels: Labels) -> float:
    """Chance that a row of a class gets a higher probability for it than a row of another class; equal ones count half.

    Two labels: of the second. More: the mean over classes, each against the rest, of those that have rows on both sides.
    NaN when no class has, or when a probability is NaN. Source: Hanley and McNeil, 1982 (the area under the ROC curve).
    """
    chances, codes = _chances(truth, probabilities, labels)
    columns = [1] if chances.shape[1] == 2 else range(chances.shape[1])
    areas = np.array([_area(codes == k, chances[:, k]) for k in columns])
    return float("nan") if np.isnan(chances).any() else _mean(areas[~np.isnan(areas)])


def log_loss(truth: Array, probabilities: Array, labels: Labels) -> float:
    """Mean of -log of the probability of the true label, in nats; probabilities are clipped to [eps, 1 - eps] of their format."""
    chances, codes = _chances(truth, probabilities, labels)
    if not len(codes):
        return float("nan")
    eps = np.finfo(chances.dtype).eps
    return float(-np.mean(np.log(np.clip(chances[np.arange(len(codes)), codes], eps, 1 - eps))))


def r2(truth: Array, prediction: Array) -> float:
    """Coefficient of determination: 1 - sum of squared errors / sum of squares around the mean; NaN for a constant truth."""
    if not len(truth) or np.max(truth) == np.min(truth):  # the mean of equal numbers may differ from them by rounding
        return float("nan")
    return 1.0 - float(np.sum((truth - prediction) ** 2)) / float(np.sum((truth - np.mean(truth)) ** 2))


def mae(truth: Array, prediction: Array) -> float:
    """Mean absolute error in units of the target."""
    return float(np.mean(np.abs(truth - prediction))) if len(truth) else float("nan")


def rmse(truth: Array, prediction: Array) -> float:
    """Root of the mean squared error in units of the target."""
    return float(np.sqrt(np.mean((truth - prediction) ** 2))) if len(truth) else float("nan")


def mape(truth: Array, prediction: Array) -> float:
    """Mean of |error| / |target| as a share, 0.1 for 10 %.

    Rows whose target is zero (below a millionth of the largest) have no relative error and are left out; NaN if no others are left.
    """
    size = np.abs(truth)
    kept = size > _NO_TARGET * np.max(size) if len(truth) else np.zeros(0, bool)
    return _mean(np.abs(truth - prediction)[kept] / size[kept])


def max_error(truth: Array, prediction: Array) -> float:
    """Largest absolute error in units of the target."""
    return float(np.max(np.abs(truth - prediction))) if len(truth) else float("nan")


def score(task: str, truth: Array, prediction: Array, probabilities: Array | None = None, labels: Labels | None = None) -> dict[str, float]:
    """Return all metrics of `task` by name, for (rows,) arrays of true and predicted labels or numbers.

    With `probabilities` (rows, K), also those that need them; `labels` names their columns, by default all labels that occur, sorted.
    """
    entries = [entry for entry in METRICS if task in entry.tasks]
    result = {e.name: e.function(truth, prediction) for e in entries if e.needs == "prediction"}
    if probabilities is not None:
        known = _labels(truth, prediction) if labels is None else labels
        result |= {e.name: e.function(truth, probabilities, known) for e in entries if e.needs == "probabilities"}
    return {e.name: result[e.name] for e in entries if e.name in result}


def _labels(truth: Array, prediction: Array) -> Array:
    return np.unique(np.concatenate([np.asarray(truth), np.asarray(prediction)]))


def _codes(words: Array, labels: Labels) -> NDArray[np.intp]:
    """Return the place of each label among `labels`."""
    known, words = np.asarray(labels), np.asarray(words)
    order = np.argsort(known, kind="stable")
    places = np.minimum(np.searchsorted(known[order], words), max(len(known) - 1, 0))
    codes: NDArray[np.intp] = order[places] if len(words) and len(known) else np.zeros(0, np.intp)
    wrong = words[known[codes] != words] if len(codes) else words
    if len(wrong):
        raise DataError(f"'{wrong[0]}' is none of the labels {', '.join(map(str, known[:8]))}.", "Name every label that occurs.")
    return codes


def _same_length(truth: Array, other: Array) -> None:
    if len(truth) != len(other):
        raise ShapeError(f"A metric needs an answer for every row, got {len(truth)} rows and {len(other)} answers.", "Use the same rows.")


def _chances(truth: Array, probabilities: Array, labels: Labels) -> tuple[NDArray[np.floating], NDArray[np.intp]]:
    chances, codes = np.asarray(probabilities), _codes(truth, labels)
    _same_length(codes, chances)
    if chances.ndim != 2 or chances.shape[1] != len(labels):
        raise ShapeError(
            f"Probabilities need a column for each of the {len(labels)} labels, got the shape {chances.shape}.", "Name all labels in order."
        )
    return (chances if chances.dtype.kind == "f" else chances.astype(np.float64)), codes


def _rates(matrix: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return precision, recall, F1 and the number of true rows of every class."""
    right, called, rows = np.diag(matrix).astype(np.float64), matrix.sum(axis=0).astype(np.float64), matrix.sum(axis=1).astype(np.float64)
    share = [np.divide(a, b, out=np.zeros_like(a), where=b > 0) for a, b in ((right, called), (right, rows), (2 * right, called + rows))]
    return share[0], share[1], share[2], rows


def _mean(values: NDArray[Any]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _area(positive: NDArray[np.bool_], chance: NDArray[np.floating]) -> float:
    """Return the area under the ROC curve from the ranks of the positive rows; NaN when either side has no rows."""
    hits = int(positive.sum())
    if not hits or hits == len(positive):
        return float("nan")
    _, place, counts = np.unique(chance, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # equal numbers share the mean of their ranks
    return float((ranks[positive].sum() - hits * (hits + 1) / 2) / (hits * (len(positive) - hits)))


_CLASSES = ("binary", "classes")
for _entry in (
    MetricEntry("accuracy", accuracy, "accuracy", "Share of rows whose label is right.", "right / all", tasks=_CLASSES),
    MetricEntry(
        "balanced_accuracy",
        balanced_accuracy,
        "balanced accuracy",
        "Share of right rows, computed for each class and then averaged, so that a rare class counts as much as a common one.",
        "mean over classes of right / rows of the class",
        tasks=_CLASSES,
    ),
    MetricEntry(
        "precision",
        precision,
        "precision",
        "Of the rows that the network calls by a label, the share that really has it; averaged over classes.",
        "mean over classes of right / predicted as the class",
        tasks=_CLASSES,
    ),
    MetricEntry(
        "recall",
        recall,
        "recall",
        "Of the rows that have a label, the share that the network finds; averaged over classes.",
        "mean over classes of right / rows of the class",
        tasks=_CLASSES,
    ),
    MetricEntry(
        "f1",
        f1,
        "F1",
        "Precision and recall in one number, high only if both are; averaged over classes.",
        "mean over classes of 2 p r / (p + r)",
        tasks=_CLASSES,
    ),
    MetricEntry(
        "roc_auc",
        roc_auc,
        "ROC AUC",
        "How well the probabilities put the rows of a class above the others; 0.5 is guessing, 1 is perfect.",
        "P(p of a row of the class > p of another row)",
        tasks=_CLASSES,
        needs="probabilities",
    ),
    MetricEntry(
        "log_loss",
        log_loss,
        "log loss",
        "How surprised the network is by the true labels; being sure and wrong costs most.",
        "mean(-log p of the true label)",
        tasks=_CLASSES,
        larger_is_better=False,
        needs="probabilities",
    ),
    MetricEntry(
        "r2",
        r2,
        "R²",
        "Share of the target's spread that the network explains; 1 is perfect.",
        "1 - Σ(y - ŷ)² / Σ(y - ȳ)²",
        tasks=("regression",),
    ),
    MetricEntry(
        "mae",
        mae,
        "mean error",
        "Mean absolute error in units of the target.",
        "mean(|ŷ - y|)",
        tasks=("regression",),
        larger_is_better=False,
    ),
    MetricEntry(
        "rmse",
        rmse,
        "RMSE",
        "Root of the mean squared error in units of the target.",
        "√mean((ŷ - y)²)",
        tasks=("regression",),
        larger_is_better=False,
    ),
    MetricEntry(
        "mape",
        mape,
        "relative error",
        "Mean error as a share of the target, 0.1 for 10 %; rows whose target is zero are left out.",
        "mean(|ŷ - y| / |y|)",
        tasks=("regression",),
        larger_is_better=False,
    ),
    MetricEntry(
        "max_error",
        max_error,
        "largest error",
        "The largest absolute error of any row, in units of the target.",
        "max(|ŷ - y|)",
        tasks=("regression",),
        larger_is_better=False,
    ),
):
    METRICS.add(_entry)
