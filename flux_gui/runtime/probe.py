"""Looks into a model: what it answers along one input, and its losses before any training."""

import numpy as np
from numpy.typing import NDArray

from flux_gui.data.outputs import is_margin
from flux_gui.document.project import Project
from flux_gui.document.states import Array
from flux_gui.engine import LOSSES, models
from flux_gui.engine import losses as losses_table
from flux_gui.engine.evaluation import Evaluator, Objective
from flux_gui.engine.layers import Chain
from flux_gui.engine.plan import Arena
from flux_gui.engine.steps import Forward, compile_forward
from flux_gui.runtime.rows import rows_of

GRID = 200  # points of a fitted curve
_MARGIN = 0.05  # of the range, drawn beyond the outermost rows

Fit = tuple[NDArray[np.float64], NDArray[np.float64]]


def model_of(project: Project, parameters: Array | None = None) -> Chain:
    """Return the project's model with `parameters`, by default those in use."""
    model = models.build(project.spec.model, project.dataset.inputs)
    state = project.state
    if parameters is None:
        model.load_flat(state.parameters_in_use, state.statistics_in_use)
    else:
        model.load_flat(parameters, state.statistics)
    return model


def objective_of(project: Project) -> Objective:
    """Return the project's loss as a function of (yhat, y, weights or None); a margin loss gets targets -1 and 1 for 0 and 1."""
    choice = project.spec.training.loss
    function = losses_table.resolve(choice.name, choice.values, choice.formula or LOSSES.get(choice.name).formula)
    if is_margin(project.spec.training):
        return lambda yhat, y, weights: function(yhat, 2.0 * y - 1.0, weights)
    return function


def evaluator(project: Project, model: Chain, part: str, arena: Arena | None = None) -> Evaluator | None:
    """Return the evaluation of the project's loss on a part of the data, None where no row counts.

    Its scratch memory may be the `arena` of a trainer that never runs at the same time.
    """
    rows = rows_of(project, part)
    return Evaluator(model, objective_of(project), rows.x, rows.y, rows.weights, arena) if len(rows) else None


class FitProbe:
    """The curve that a model with one number as input draws, in original units; compiled once."""

    def __init__(self, project: Project, model: Chain) -> None:
        self._preparation = project.dataset.preparation
        encoding = self._preparation.inputs[0]
        shown = np.concatenate([project.table.column(encoding.name).values[p.rows] for p in project.dataset.parts.values()])
        known = shown[np.isfinite(shown)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        margin = _MARGIN * (high - low) or 1.0
        self.x: NDArray[np.float64] = np.linspace(low - margin, high + margin, GRID)
        scaled = ((self.x - encoding.mean) / encoding.scale).astype(model.flat.dtype)[:, None]
        self._forward: Forward = compile_forward(model, [np.ascontiguousarray(scaled)], model.flat.dtype)

    def __call__(self) -> Fit:
        """Return (x, y) at the present parameters."""
        with np.errstate(all="ignore"):
            outputs = self._forward.run().copy()
        return self.x, np.asarray(self._preparation.decode(outputs).prediction, dtype=np.float64)


def can_fit(project: Project) -> bool:
    """Return whether the model maps one number to one number, so that its curve can be drawn."""
    dataset = project.dataset
    return dataset.task == "regression" and dataset.inputs == 1 and dataset.preparation.inputs[0].kind == "number"


def fit(project: Project) -> Fit | None:
    """Return the curve (x, y) of the parameters in use, None for a model that has more than one input."""
    return FitProbe(project, model_of(project))() if can_fit(project) else None


def losses(project: Project) -> dict[str, float]:
    """Return the loss of the last parameters on the training rows and, where there are any, the validation rows."""
    model = model_of(project, project.state.parameters)
    found = {name: evaluator(project, model, name) for name in ("train", "validation")}
    return {name: measure() for name, measure in found.items() if measure is not None}
