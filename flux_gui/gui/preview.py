"""What the network says before a run: its losses and parameters as the first point of the curves."""

from dataclasses import replace

import numpy as np

from flux_gui.core.errors import FluxError
from flux_gui.document.project import Project
from flux_gui.document.states import Curve
from flux_gui.runtime import probe
from flux_gui.runtime.run import tracked

CHEAP = 50_000_000  # products of rows and parameters that may be computed at once on the GUI thread


def with_point_zero(project: Project) -> Project:
    """Return `project` with the losses and parameters of its present state as curves, when it has none yet."""
    state = project.state
    rows = sum(len(project.dataset.parts[name].x) for name in ("train", "validation"))
    if state.curves or rows * len(state.parameters) > CHEAP:
        return project
    try:
        losses = probe.losses(project)
    except FluxError:
        return project
    curves = {name: _point(state.epoch, loss) for name, loss in losses.items()}
    curves |= {f"parameter.{i}": _point(state.epoch, float(state.parameters[i])) for i in tracked(state)}
    return replace(project, state=replace(state, curves=curves))


def fit(project: Project) -> probe.Fit | None:
    """Return the network's curve over its one input; None if it has more."""
    return probe.fit(project)


def _point(x: float, y: float) -> Curve:
    at, value = np.array([float(x)]), np.array([float(y)])
    return Curve(at, value, value, value)
