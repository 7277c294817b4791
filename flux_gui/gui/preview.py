"""What the network says before a run: its losses and parameters as the first point of the curves."""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from flux_gui.core.errors import FluxError
from flux_gui.data.prepare import Dataset
from flux_gui.document.project import Project
from flux_gui.document.states import Array, Curve
from flux_gui.runtime import probe
from flux_gui.runtime.run import tracked
from flux_gui.specs import Choice, ModelSpec

CHEAP = 2_000_000  # products of rows and parameters that take a few milliseconds, 10 on a busy machine: few enough for the GUI thread
KEPT = 4  # projects whose losses are remembered: going to and fro between edits computes nothing again


@dataclass(frozen=True, eq=False)
class _Known:
    """Losses and what they were computed from; keeping the arrays themselves makes their identity a safe key."""

    dataset: Dataset
    parameters: Array
    model: ModelSpec
    loss: tuple[Choice, str]
    losses: dict[str, float]

    def fits(self, project: Project) -> bool:
        same = self.dataset is project.dataset and self.parameters is project.state.parameters
        return same and self.model == project.spec.model and self.loss == _loss_of(project)


_recent: deque[_Known] = deque(maxlen=KEPT)


def with_point_zero(project: Project) -> Project:
    """Return `project` with the losses and parameters of its present state as curves, when it has none yet.

    Where that would take long, the project itself: the first moment of training brings the point.
    """
    state = project.state
    rows = sum(len(project.dataset.parts[name].x) for name in ("train", "validation"))
    if state.curves or rows * len(state.parameters) > CHEAP:
        return project
    try:
        losses = _losses(project)
    except FluxError:
        return project
    curves = {name: _point(state.epoch, loss) for name, loss in losses.items()}
    curves |= {f"parameter.{i}": _point(state.epoch, float(state.parameters[i])) for i in tracked(project)}
    return replace(project, state=replace(state, curves=curves))


def _losses(project: Project) -> dict[str, float]:
    found = next((known for known in _recent if known.fits(project)), None)
    if found is None:
        found = _Known(project.dataset, project.state.parameters, project.spec.model, _loss_of(project), probe.losses(project))
    else:
        _recent.remove(found)
    _recent.appendleft(found)
    return found.losses


def _loss_of(project: Project) -> tuple[Choice, str]:
    return project.spec.training.loss, project.spec.training.class_weights


def _point(x: float, y: float) -> Curve:
    at, value = np.array([float(x)]), np.array([float(y)])
    return Curve(at, value, value, value)
