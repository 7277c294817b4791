"""The rows of a project as points of a plane: places, truth as class numbers or as numbers, and what the network learns from."""

import numpy as np

from flux_gui.document.project import Project
from flux_gui.gui.plots.map_plot import MOST_POINTS, Points


def plane_points(project: Project, with_test: bool = False) -> Points:
    """Return the training and validation rows, and the test rows if they are open; of very many every n-th."""
    dataset = project.dataset
    first, second = (project.table.column(spec.name).values for spec in dataset.preparation.columns())
    names = ("train", "validation", "test") if with_test else ("train", "validation")
    rows = np.concatenate([dataset.parts[name].rows for name in names])
    training = np.concatenate([np.full(len(dataset.parts[name].rows), name == "train") for name in names])
    every = max(1, -(-len(rows) // (4 * MOST_POINTS)))
    rows, training = rows[::every], training[::every]
    target = project.table.column(dataset.preparation.target)
    if dataset.labels:
        words = target.labels()[rows]
        order = np.argsort(dataset.labels)
        place = np.clip(np.searchsorted(np.array(dataset.labels)[order], words), 0, len(order) - 1)
        truth = order[place].astype(np.float64)
    else:
        truth = np.asarray(target.values[rows], dtype=np.float64)
    return Points(np.asarray(first[rows], np.float64), np.asarray(second[rows], np.float64), truth, training)
