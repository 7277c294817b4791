"""Looks at what training would do next: the gradient of the training loss by every parameter, on a model of its own."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.document.project import Project
from flux_gui.engine.layers import Chain
from flux_gui.engine.modes import testmode
from flux_gui.engine.plan import Arena
from flux_gui.engine.steps import Step, compile_step
from flux_gui.runtime.probe import model_of, objective_of
from flux_gui.runtime.rows import rows_of
from flux_gui.runtime.unit_inputs import evenly

MOST = {True: 1000, False: 4000}  # rows, while training and at rest
WORK = {True: 3e7, False: 6e8}  # multiplications that they may cost


class GradientProbe:
    """The mean gradient over up to some thousand training rows, layers in test mode, so that it holds still; compiled once."""

    def __init__(self, project: Project, live: bool = False) -> None:
        rows = rows_of(project, "train")
        self._copy = testmode(model_of(project))  # nothing of the running model is written to
        share = WORK[live] / (3 * max(1, self._copy.flat.size))
        chosen = evenly(len(rows), int(np.clip(share, 16, MOST[live])))
        self.rows = len(chosen)
        objective, model, store = objective_of(project), self._copy, self._copy._store
        parts = [rows.x[chosen], rows.y[chosen], *([] if rows.weights is None else [rows.weights[chosen]])]
        data = [np.ascontiguousarray(part, store.dtype) for part in parts]
        self._step: Step = compile_step(
            lambda x, y, weights=None: objective(model(x), y, weights), data, store, Arena(store.backend), ones=False
        )

    def __call__(self, model: Chain) -> NDArray[Any]:
        """Return the gradient (parameters,) at the present parameters and statistics of `model`."""
        self._copy.load_flat(model.flat, model.statistics)
        with np.errstate(all="ignore"):
            self._step.run()
        return np.array(self._copy._store.gradient)
