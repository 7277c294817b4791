"""Metrics in original units and labels: one registry table, and the scores of a task."""

from dataclasses import dataclass

import numpy as np

from flux_gui.core.registry import Entry, Registry


@dataclass(frozen=True)
class MetricEntry(Entry):
    """A metric `function(truth, prediction) -> float`: the tasks it serves, and whether larger is better."""

    tasks: tuple[str, ...] = ()
    larger_is_better: bool = True


METRICS: Registry[MetricEntry] = Registry("metric")


def accuracy(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Share of rows whose label is right, 0 ... 1."""
    return float(np.mean(truth == prediction)) if len(truth) else float("nan")


def r2(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Coefficient of determination: 1 - sum of squared errors / sum of squares around the mean; NaN for a constant truth."""
    if not len(truth) or np.max(truth) == np.min(truth):  # the mean of equal numbers may differ from them by rounding
        return float("nan")
    return 1.0 - float(np.sum((truth - prediction) ** 2)) / float(np.sum((truth - np.mean(truth)) ** 2))


def mae(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean absolute error in units of the target."""
    return float(np.mean(np.abs(truth - prediction))) if len(truth) else float("nan")


def rmse(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Root of the mean squared error in units of the target."""
    return float(np.sqrt(np.mean((truth - prediction) ** 2))) if len(truth) else float("nan")


METRICS.add(
    MetricEntry("accuracy", accuracy, "accuracy", "Share of rows whose label is right.", "right / all", tasks=("binary", "classes"))
)
METRICS.add(
    MetricEntry(
        "r2",
        r2,
        "R²",
        "Share of the target's spread that the network explains; 1 is perfect.",
        "1 - Σ(y - ŷ)² / Σ(y - ȳ)²",
        tasks=("regression",),
    )
)
METRICS.add(
    MetricEntry(
        "mae",
        mae,
        "mean error",
        "Mean absolute error in units of the target.",
        "mean(|ŷ - y|)",
        tasks=("regression",),
        larger_is_better=False,
    )
)
METRICS.add(
    MetricEntry(
        "rmse",
        rmse,
        "RMSE",
        "Root of the mean squared error in units of the target.",
        "√mean((ŷ - y)²)",
        tasks=("regression",),
        larger_is_better=False,
    )
)


def score(task: str, truth: np.ndarray, prediction: np.ndarray) -> dict[str, float]:
    """Return all metrics of `task` by name, for (rows,) arrays of true and predicted labels or numbers."""
    return {entry.name: entry.function(truth, prediction) for entry in METRICS if task in entry.tasks}
