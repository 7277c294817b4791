"""Looks into a model with two numbers as input: what it answers on a grid of places, as a picture behind the rows."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import FluxError
from flux_gui.data import outputs
from flux_gui.data.table import Column, Table
from flux_gui.document.project import Project
from flux_gui.engine.layers import Chain
from flux_gui.engine.steps import Forward, compile_forward
from flux_gui.runtime.probe import model_of, shown_range

SIZE = 100  # places along each side of a picture at rest
SIZES = (SIZE, 64, 40, 24)  # while training, the largest that is quick enough
QUICK = 0.005  # seconds for one picture while training
REST = 19  # a picture of so many seconds is followed by this many times as long without one: a twentieth of the time

Span = tuple[float, float]


@dataclass(frozen=True, eq=False)
class DecisionMap:
    """What a model answers over the plane of its two inputs, the lowest row of places first.

    `values` is (n, n) for a number, in units of the target; (n, n, classes) probabilities for classes, 0 and 1 where a loss gives none.
    """

    x: Span
    y: Span
    values: NDArray[np.float32]


def can_map(project: Project) -> bool:
    """Return whether the network answers for two numbers, so that its answers are a picture."""
    columns = project.dataset.preparation.columns()
    return len(columns) == 2 and all(column.kind == "number" for column in columns)


def plane(project: Project) -> tuple[Span, Span]:
    """Return the part of the plane that is shown: all rows with a margin, the same for every network."""
    first, second = project.dataset.preparation.columns()
    return shown_range(project, first.name), shown_range(project, second.name)


class MapProbe:
    """The picture of one model; compiled at the first look, smaller where a look takes long. Call it as often as you like."""

    def __init__(self, project: Project, model: Chain, sizes: tuple[int, ...] = SIZES) -> None:
        self._project, self._model, self._sizes = project, model, sizes
        self._output = outputs.output_kind(project.spec.model, project.spec.training)
        self._forward: Forward | None = None
        self._size = sizes[0]
        self._again = 0.0  # when the next picture may be made

    def __call__(self) -> DecisionMap | None:
        """Return the picture at the present parameters, None when it is too early for another one or a place has no answer."""
        if time.perf_counter() < self._again or not self._sizes:
            return None
        if self._forward is None and not self._compile():
            return None
        begin = time.thread_time()  # its own time: a thread that waits for its turn is not slow; compiling happens once
        made = self._look()
        cost = time.thread_time() - begin
        self._again = time.perf_counter() + REST * cost
        if cost > QUICK and len(self._sizes) > 1:
            self._sizes, self._forward = self._sizes[1:], None
        return made

    def _compile(self) -> bool:
        """Prepare the places of the grid like rows; return False where that cannot be done, as for log(x) left of 0."""
        project = self._project
        self._size = size = self._sizes[0]
        xs, ys = (np.linspace(low, high, size) for low, high in plane(project))
        across, up = np.meshgrid(xs, ys)
        names = [column.name for column in project.dataset.preparation.columns()]
        table = Table(tuple(Column(name, "number", part.ravel()) for name, part in zip(names, (across, up), strict=True)))
        try:
            rows = np.array(project.dataset.preparation.apply(table, self._model.flat.dtype))
        except FluxError:
            self._sizes = ()
            return False
        self._forward = compile_forward(self._model, [rows], self._model.flat.dtype)
        return True

    def _look(self) -> DecisionMap:
        assert self._forward is not None
        dataset, size = self._project.dataset, self._size
        with np.errstate(all="ignore"):
            decoded = dataset.preparation.decode(self._forward.run(), self._output)
        values: NDArray[Any] = decoded.prediction  # of numbers
        if decoded.probabilities is not None:
            values = decoded.probabilities
        elif dataset.labels:
            values = values[:, None] == np.array(dataset.labels)
        values = values.reshape(size, size, *values.shape[1:])
        x, y = plane(self._project)
        return DecisionMap(x, y, np.asarray(values, dtype=np.float32))


def map_probe(project: Project, model: Chain) -> MapProbe | None:
    """Return the probe of a running model, None for one that has no picture."""
    return MapProbe(project, model) if can_map(project) else None


def decision_map(project: Project) -> DecisionMap | None:
    """Return the picture of the parameters in use, in full size; None for a model that has none."""
    return MapProbe(project, model_of(project), (SIZE,))() if can_map(project) else None
