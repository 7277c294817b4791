"""Verification: scores of each part of the data, predictions for new rows, and truth beside prediction on the test rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.data import outputs
from flux_gui.data.preparation import Decoded, Output, Part
from flux_gui.data.table import Table
from flux_gui.document.project import Project
from flux_gui.engine import metrics
from flux_gui.engine.evaluation import Evaluator
from flux_gui.engine.evaluation import predict as outputs_of
from flux_gui.runtime.probe import model_of, objective_of
from flux_gui.runtime.rows import weights_of


@dataclass(frozen=True, eq=False)
class Verification:
    """Predictions beside the truth on the test rows, in original units and labels; `rows` are row numbers of the table from 0."""

    truth: NDArray[Any]
    prediction: NDArray[Any]
    probabilities: NDArray[np.float64] | None
    inputs: dict[str, NDArray[Any]]
    rows: NDArray[np.intp]
    metrics: dict[str, float]


def output_kind(project: Project) -> Output:
    """Return what the network's outputs are: scores, probabilities or their logarithms, or margins."""
    return outputs.output_kind(project.spec.model, project.spec.training)


def _decoded(project: Project, x: NDArray[Any]) -> Decoded:
    return project.dataset.preparation.decode(outputs_of(model_of(project), x), output_kind(project))


def _scores(project: Project, part: Part, weights: NDArray[Any] | None = None) -> dict[str, float]:
    """Return the loss, with the weights of rows and classes, and the metrics, in which every row counts the same."""
    x, y = part.x, part.y
    if weights is not None:
        counting = weights > 0
        x, y, weights = x[counting], y[counting], weights[counting]
    loss = Evaluator(model_of(project), objective_of(project), x, y, weights)() if len(x) else math.nan
    truth, found = project.dataset.preparation.decode_target(part.y), _decoded(project, part.x)
    return {"loss": loss, **metrics.score(project.dataset.task, truth, found.prediction, found.probabilities, project.dataset.labels)}


def _class_scores(project: Project, part: Part) -> dict[str, dict[str, float]]:
    truth = project.dataset.preparation.decode_target(part.y)
    return metrics.per_class(truth, _decoded(project, part.x).prediction, project.dataset.labels)


def evaluate(project: Project, parts: Sequence[str] = ("train", "validation")) -> dict[str, dict[str, float]]:
    """Return loss (in scaled units) and metrics (in original units) of each part that has rows, with the parameters in use."""
    chosen = {name: project.dataset.parts[name] for name in parts}
    return {name: _scores(project, part, weights_of(project, part)) for name, part in chosen.items() if len(part)}


def per_class(project: Project, parts: Sequence[str] = ("train", "validation")) -> dict[str, dict[str, dict[str, float]]]:
    """Return precision, recall, F1 and rows of each label, of each part that has rows; nothing for regression."""
    chosen = {name: project.dataset.parts[name] for name in parts if project.dataset.labels}
    return {name: _class_scores(project, part) for name, part in chosen.items() if len(part)}


def per_class_table(project: Project, table: Table) -> dict[str, dict[str, float]]:
    """Return precision, recall, F1 and rows of each label on the rows of another table; nothing for regression."""
    if not project.dataset.labels:
        return {}
    return _class_scores(project, project.dataset.preparation.part(table, project.spec.model.dtype))


def evaluate_table(project: Project, table: Table) -> dict[str, float]:
    """Return loss and metrics on the rows of another table that has the target column."""
    part = project.dataset.preparation.part(table, project.spec.model.dtype)
    if not len(part):
        raise DataError("The table has no rows with a known target.", "Give a table with values in the target column.")
    return _scores(project, part, weights_of(project, part))


def predict(project: Project, table: Table) -> Decoded:
    """Return predictions, in original units or labels, for the raw rows of `table`."""
    return _decoded(project, project.dataset.preparation.apply(table, project.spec.model.dtype))


def verify(project: Project) -> Verification:
    """Return truth and prediction on the test rows; DataError when there are none."""
    part = project.dataset.parts["test"]
    if not len(part):
        raise DataError(
            "There are no test rows to verify on.", "Give a part of the rows to the test in the split, or a range of x for a formula."
        )
    decoded = _decoded(project, part.x)
    preparation = project.dataset.preparation
    inputs = {column.name: project.table.column(column.name).values[part.rows] for column in preparation.columns()}
    exact = project.dataset.task == "regression"
    truth = project.table.column(preparation.target).values[part.rows] if exact else preparation.decode_target(part.y)
    scores = _scores(project, part, weights_of(project, part))
    return Verification(truth, decoded.prediction, decoded.probabilities, inputs, part.rows, scores)
