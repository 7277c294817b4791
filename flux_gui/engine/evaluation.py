"""Evaluations of a model in test mode: the loss on fixed rows, and predictions, in chunks of rows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from flux_gui.engine.backend import Backend
from flux_gui.engine.layers import Layer
from flux_gui.engine.native import cost
from flux_gui.engine.plan import Arena
from flux_gui.engine.steps import Forward, compile_forward

Objective = Callable[[Any, Any, Any], Any]  # (yhat, y, weights or None) -> one number
_CHUNK_ROWS = 4096  # rows of one evaluation


class Evaluator:
    """The loss on fixed rows in test mode, in chunks weighted by their rows; compiled once, reads the live parameters.

    Its scratch memory may be the `arena` of a trainer that never runs at the same time.
    """

    def __init__(
        self,
        model: Layer,
        objective: Objective,
        x: np.ndarray,
        y: np.ndarray,
        weights: np.ndarray | None = None,
        arena: Arena | None = None,
    ) -> None:
        self._backend: Backend = model._store.backend
        given = [x, y] if weights is None else [x, y, weights]
        data = [self._backend.asarray(part, model._store.dtype) for part in given]
        total = 0.0 if weights is None else float(np.sum(weights))
        whole = len(x) <= _CHUNK_ROWS  # then the plan reads the rows where they are
        self._parts: list[tuple[float, list[Any], Forward]] = []
        plans: dict[int, Forward] = {}
        for start in range(0, len(x), _CHUNK_ROWS):
            chunk = [part[start : start + _CHUNK_ROWS] for part in data]
            rows = chunk[0].shape[0]
            share = rows / len(x) if weights is None else float(np.sum(weights[start : start + _CHUNK_ROWS])) / total
            if rows not in plans:
                buffers = chunk if whole else [self._backend.buffer(tuple(part.shape), part.dtype) for part in chunk]
                plans[rows] = compile_forward(_evaluation(model, objective), buffers, model._store.dtype, self._backend, arena)
            self._parts.append((share, [] if whole else chunk, plans[rows]))

    @property
    def operations(self) -> int:
        """Operations of one evaluation and the cost of its calls in the same unit."""
        return sum(plan.operations + cost(plan.calls) for _, _, plan in self._parts)

    def __call__(self) -> float:
        """Return the loss at the present parameters."""
        copy, total = self._backend.function("copyto"), 0.0
        with np.errstate(all="ignore"):
            for share, chunk, plan in self._parts:
                for part, own in zip(chunk, plan.inputs, strict=False):
                    copy(own, part)
                total += share * float(self._backend.to_host(plan.run()))
        return total


def _evaluation(model: Layer, objective: Objective) -> Callable[..., Any]:
    return lambda x, y, weights=None: objective(model(x), y, weights)


def predict(model: Layer, x: np.ndarray, chunk: int = _CHUNK_ROWS) -> np.ndarray:
    """Return the outputs (n, outputs) of `model` in test mode for x (n, inputs), computed in chunks of rows."""
    backend = model._store.backend
    x = np.ascontiguousarray(x, model._store.dtype)
    plans: dict[int, Forward] = {}
    results: list[np.ndarray] = []
    with np.errstate(all="ignore"):
        for start in range(0, len(x), chunk):
            rows = x[start : start + chunk]
            if len(rows) not in plans:
                plans[len(rows)] = compile_forward(model, [backend.buffer(rows.shape, rows.dtype)], rows.dtype, backend)
            plan = plans[len(rows)]
            backend.load(plan.inputs[0], rows)
            results.append(np.array(backend.to_host(plan.run())))
    if not results:
        return np.empty((0, np.shape(model(x[:0]))[-1] if x.ndim == 2 else 0), x.dtype)
    return np.concatenate(results)
