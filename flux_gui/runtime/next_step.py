"""What the next step of training will do: its rows, its gradient, and by how much it moves every parameter; nothing is changed by asking.

The step is made by the trainer itself, with the rules and all that they remember, the rate of the schedule, the order of the rows and
the random numbers that it would use, and then taken back.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flux_gui.document.project import Project
from flux_gui.document.states import Array
from flux_gui.engine.backend import permutation
from flux_gui.engine.steps import Step, compile_step
from flux_gui.engine.trainer import Trainer
from flux_gui.runtime.probe import objective_of
from flux_gui.runtime.rows import rows_of

WIDENED = 1 << 26  # bytes of the inputs up to which the trainer gives them a column of ones; then both run the same machine code


@dataclass(frozen=True, eq=False)
class NextStep:
    """One step: `epoch` and `batch` counted from 1, `rows` of `dataset.parts["train"]` in it, `loss` before it, `rate` of the optimiser.

    Flat arrays in the engine's layout: `before`, the `gradient` of the loss over the batch, before any rule, and `update`, what is
    added to `before`. Gradient and loss are those of training mode: dropout is on, norms use the batch.
    """

    epoch: int
    batch: int
    batches: int
    rows: NDArray[np.intp]
    loss: float
    rate: float | None
    before: Array
    gradient: Array
    update: Array


class StepProbe:
    """Asks one trainer for its next step; belongs to the thread that trains, between two steps."""

    def __init__(self, project: Project, trainer: Trainer) -> None:
        self._trainer = trainer
        objective = objective_of(project)
        self._objective = lambda x, y, weights=None: objective(trainer.model(x), y, weights)
        data, part = rows_of(project, "train"), project.dataset.parts["train"]
        self._data = [data.x, data.y] if data.weights is None else [data.x, data.y, data.weights]
        counting = part.weights is not None and len(data) < len(part)
        self._rows = np.flatnonzero(part.weights > 0) if counting and part.weights is not None else np.arange(len(part))
        self._steps: dict[int, Step] = {}  # by row count

    def __call__(self) -> NextStep | None:
        """Return the next step; None where a step leads nowhere, because the gradient or what it makes is not finite."""
        trainer = self._trainer
        if not trainer.check():
            return None
        kept, before = trainer.snapshot(), trainer.step
        rows, rate = self._next_rows(), trainer.rate
        try:
            loss, gradient = self._gradient(rows)
            trainer.restore(kept)  # the running statistics
            made = trainer.advance(1) == 1 and trainer.check() and trainer.step == before + 1
            update = np.array(trainer.state.backend.to_host(trainer.model.flat)) - kept.flat
        finally:
            trainer.restore(kept)
        if not made:
            return None
        return NextStep(trainer.epoch + 1, trainer.position + 1, trainer.batches, self._rows[rows], loss, rate, kept.flat, gradient, update)

    def _next_rows(self) -> NDArray[np.intp]:
        trainer = self._trainer
        start, stop = trainer.bounds[trainer.position]
        if not trainer.shuffle:
            return np.arange(start, stop)
        return np.asarray(permutation(trainer.clock.seed, trainer.epoch, len(self._data[0]))[start:stop], np.intp)

    def _gradient(self, rows: NDArray[np.intp]) -> tuple[float, Array]:
        """Return loss and gradient of the batch by the plain step; running statistics move on."""
        trainer, store = self._trainer, self._trainer.state.store
        backend, whole = trainer.state.backend, trainer.batches == 1
        if len(rows) not in self._steps:
            shapes = [(len(rows), *part.shape[1:]) for part in self._data]
            given = [backend.asarray(part, store.dtype) for part in self._data]
            buffers = given if whole else [backend.buffer(shape, store.dtype) for shape in shapes]
            ones = given[0].nbytes <= WIDENED
            self._steps[len(rows)] = compile_step(self._objective, buffers, store, trainer.arena, trainer.clock, ones=ones)
        step = self._steps[len(rows)]
        for part, buffer in zip(self._data, step.data if not whole else (), strict=not whole):
            backend.load(buffer, part[rows])
        with np.errstate(all="ignore"):
            step.run()
        return float(backend.to_host(step.loss)), np.array(backend.to_host(store.gradient))
