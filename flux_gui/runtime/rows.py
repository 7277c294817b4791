"""Which rows a run learns from and is measured on, and how much each counts: row weights times the weights that balance classes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flux_gui.data.preparation import Part
from flux_gui.document.project import Project

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Rows:
    """Inputs (n, inputs), targets (n, outputs) and weights (n,) of the rows that count; weights None: all the same."""

    x: Floats
    y: Floats
    weights: Floats | None

    def __len__(self) -> int:
        return len(self.x)


def rows_of(project: Project, part: str) -> Rows:
    """Return the rows of a part of the data with their weights; rows that weigh nothing are left out, which changes no mean."""
    chosen = project.dataset.parts[part]
    weights = weights_of(project, chosen)
    if weights is None:
        return Rows(chosen.x, chosen.y, None)
    counting = weights > 0
    if counting.all():
        return Rows(chosen.x, chosen.y, weights)
    return Rows(chosen.x[counting], chosen.y[counting], weights[counting])


def weights_of(project: Project, part: Part) -> Floats | None:
    """Return how much each row of `part` counts in the loss, None if all count the same."""
    if project.spec.training.class_weights == "none" or project.dataset.task == "regression" or not len(part):
        return part.weights
    factors = class_weights(project)[_classes(part.y)].astype(part.y.dtype)
    return factors if part.weights is None else np.asarray(factors * part.weights)


def is_weighted(project: Project, elsewhere: bool = False) -> bool:
    """Return whether rows (of another table, if `elsewhere`) count differently in the loss; in metrics all count the same."""
    balanced = project.spec.training.class_weights != "none" and project.dataset.task != "regression"
    return balanced or (not elsewhere and any(part.weights is not None for part in project.dataset.parts.values()))


def class_weights(project: Project) -> NDArray[np.float64]:
    """Return what each class counts so that all classes weigh the same in the training rows: n / (classes * n_k).

    n_k is the number (or the weight) of the training rows of class k; a class that has none counts 1.
    """
    train = project.dataset.parts["train"]
    count = max(len(project.dataset.labels), 2)
    sizes = np.bincount(_classes(train.y), weights=train.weights, minlength=count).astype(np.float64)
    total = sizes.sum()
    return np.asarray(np.where(sizes > 0, total / (count * np.where(sizes > 0, sizes, 1.0)), 1.0))


def _classes(y: Floats) -> NDArray[np.intp]:
    return (y[:, 0] > 0.5).astype(np.intp) if y.shape[1] == 1 else np.argmax(y, axis=1)
