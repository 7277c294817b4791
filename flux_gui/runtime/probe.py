"""Looks into a model: what it answers along one input, and its losses before any training."""

import numpy as np
from numpy.typing import NDArray

from flux_gui.data.outputs import is_margin
from flux_gui.document.project import Project
from flux_gui.document.states import Array
from flux_gui.engine import models
from flux_gui.engine.evaluation import Evaluator, Objective
from flux_gui.engine.layers import Chain
from flux_gui.engine.losses import resolve
from flux_gui.engine.plan import Arena
from flux_gui.engine.steps import Forward, compile_forward
from flux_gui.runtime.rows import rows_of
from flux_gui.specs import GeneratedData, PaintedData

GRID = 200  # points of a fitted curve
ROOM = 6.0  # generators make points between about -6 and 6, and paintings begin there
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
    function = resolve(choice.name, choice.values, choice.formula)
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
        self.x: NDArray[np.float64] = np.linspace(*shown_range(project, encoding.name), GRID)
        scaled = ((self.x - encoding.center) / encoding.scale).astype(model.flat.dtype)[:, None]
        self._forward: Forward = compile_forward(model, [np.ascontiguousarray(scaled)], model.flat.dtype)

    def __call__(self) -> Fit:
        """Return (x, y) at the present parameters."""
        with np.errstate(all="ignore"):
            outputs = self._forward.run().copy()
        return self.x, np.asarray(self._preparation.decode(outputs).prediction, dtype=np.float64)


def shown_range(project: Project, name: str) -> tuple[float, float]:
    """Return the part of the input `name` that pictures show: all rows with a margin, and in made data the room for further points."""
    values = project.table.column(name).values
    known = np.concatenate([values[part.rows] for part in project.dataset.parts.values()])
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if isinstance(project.spec.data.source, GeneratedData | PaintedData):  # in whole steps, so that noise does not shake the picture
        return min(-ROOM, float(np.floor(low))), max(ROOM, float(np.ceil(high)))
    margin = _MARGIN * (high - low) or 1.0
    return low - margin, high + margin


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
