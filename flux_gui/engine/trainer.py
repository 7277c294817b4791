"""The training loop over a fixed data set: batches, order, finite guard. Every random choice is a function of integers.

A `Trainer` runs many steps per call of `advance` and never decides by wall clock what the numbers become, so a run that was
paused, saved and resumed gives the same bits as one that was not.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from flux_gui.core.errors import ShapeError
from flux_gui.engine.backend import NUMPY, Backend, Clock, permutation
from flux_gui.engine.layers import Layer
from flux_gui.engine.plan import Arena
from flux_gui.engine.steps import Forward, Step, compile_forward, compile_step
from flux_gui.engine.update import OptimiserState

Objective = Callable[[Any, Any, Any], Any]  # (yhat, y, weights or None) -> one number
_CAPACITY = 4096  # steps whose losses are kept until the next call of advance
_SNAPSHOT_SECONDS = 0.25
_CHUNK_ROWS = 4096  # rows of one evaluation
_REPLAY = 256  # steps replayed at once when looking for the one that failed


@dataclass(frozen=True)
class Failure:
    """Where a run stopped being finite: epoch and batch counted from 1, the loss there, and what was not finite."""

    epoch: int
    batch: int
    loss: float
    what: str  # "loss" or "parameters"


@dataclass(frozen=True)
class Snapshot:
    """Everything needed to go back: parameters, statistics, optimiser arrays, and the integers of the position."""

    flat: np.ndarray
    statistics: np.ndarray
    optimiser: dict[str, np.ndarray]
    epoch: int
    position: int
    step: int


def batch_bounds(rows: int, batch: int, join_single: bool) -> list[tuple[int, int]]:
    """Return (start, stop) of the batches of an epoch; `batch` 0 or above `rows` means one batch.

    With `join_single` a last batch of one row joins the one before it (batch statistics need two rows).
    """
    size = rows if batch <= 0 or batch > rows else batch
    bounds = [(start, min(start + size, rows)) for start in range(0, rows, size)]
    if join_single and len(bounds) > 1 and bounds[-1][1] - bounds[-1][0] == 1:
        bounds[-2:] = [(bounds[-2][0], rows)]
    return bounds


class Trainer:
    """Runs training steps of `objective` on rows x (n, inputs), y (n, outputs) and row weights (n,) or None."""

    def __init__(
        self,
        model: Layer,
        objective: Objective,
        state: OptimiserState,
        x: np.ndarray,
        y: np.ndarray,
        weights: np.ndarray | None = None,
        *,
        batch: int = 0,
        shuffle: bool = True,
        seed: int = 0,
    ) -> None:
        if len(x) == 0 or len(x) != len(y):
            raise ShapeError(f"Training needs as many targets as rows, got {len(x)} rows and {len(y)} targets.", "Check the split.")
        self.model, self.objective, self.state = model, objective, state
        self._backend = state.backend
        given = [x, y] if weights is None else [x, y, weights]
        self.data = [self._backend.asarray(part, state.store.dtype) for part in given]
        self._takers = [self._backend.taker(part) for part in self.data]
        self.bounds = batch_bounds(len(x), batch, getattr(model, "needs_two_rows", False))
        self.shuffle = shuffle and len(self.bounds) > 1
        self.clock = Clock(seed)
        self.epoch = self.position = 0
        self.losses = np.empty(_CAPACITY)
        self._losses: Any = self.losses if self._backend is NUMPY else self._backend.empty((_CAPACITY,), np.float64)
        self.failure: Failure | None = None
        self._arena = Arena(state.backend)
        self._steps: dict[int, tuple[Step, list[Any]]] = {}  # by row count: the step and all its calls
        self._order: tuple[int, Any] | None = None
        self._saved: Snapshot | None = None
        self._saved_at = 0.0
        self._deadline = 0.0
        self._compile()

    @property
    def batches(self) -> int:
        """Number of batches in an epoch."""
        return len(self.bounds)

    @property
    def step(self) -> int:
        """Number of finished steps since the start of the run."""
        return self.clock.step

    @property
    def operations(self) -> int:
        """Multiply-adds and element operations of one epoch, and the cost of its calls in the same unit."""
        per_rows = {rows: step.operations + 2000 * len(calls) for rows, (step, calls) in self._steps.items()}
        return sum(per_rows[stop - start] for start, stop in self.bounds)

    def place(self, epoch: int, position: int, step: int) -> None:
        """Continue from a stored position."""
        self.epoch, self.position, self.clock.step = epoch, position, step
        self._saved = self.failure = None

    def adjust(self, **values: float) -> None:
        """Change live values of the optimiser from the next step on."""
        self.check()  # what went wrong with the old values is told before they change
        self.state.adjust(**values)
        self._saved = None

    def advance(self, steps: int, seconds: float = float("inf")) -> int:
        """Run up to `steps` steps, stopping early after `seconds` or when not finite; return how many were done.

        Their losses, measured before each update, are in `losses`. After a failure the parameters are the last finite
        ones and `failure` tells where.
        """
        limit = min(steps, _CAPACITY)
        if limit <= 0 or self.failure is not None:
            return 0
        self._protect()
        if self._saved is None:
            self.failure = Failure(self.epoch + 1, self.position + 1, float("nan"), "parameters")
            return 0
        self._deadline = time.perf_counter() + seconds
        with np.errstate(all="ignore"):
            done = self._run(limit)
            if not np.isfinite(self.losses[:done].sum()):
                done = self._find_failure(done)
        return done

    def interrupt(self) -> None:
        """Let `advance` return after the step it is in; may be called from another thread."""
        self._deadline = 0.0

    def check(self) -> bool:
        """Return whether all parameters are finite; otherwise go back to the last finite ones and set `failure`."""
        if self.failure is None and not self._finite() and self._saved is not None:
            with np.errstate(all="ignore"):
                self._find_failure(self.clock.step - self._saved.step)
        return self.failure is None

    def snapshot(self) -> Snapshot:
        """Return a copy of everything that training changes."""
        flat, statistics = (np.array(self._backend.to_host(a)) for a in (self.model.flat, self.model.statistics))
        return Snapshot(flat, statistics, self.state.export(), self.epoch, self.position, self.clock.step)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back (or forward) to a snapshot of the same model and optimiser."""
        self._go_to(snapshot)
        self._saved = self.failure = None

    def _go_to(self, snapshot: Snapshot) -> None:
        self.model.load_flat(snapshot.flat, snapshot.statistics)
        self.state.load(snapshot.optimiser)
        self.epoch, self.position, self.clock.step = snapshot.epoch, snapshot.position, snapshot.step

    def _compile(self) -> None:
        for rows in sorted({stop - start for start, stop in self.bounds}, reverse=True):
            whole = len(self.bounds) == 1
            buffers = self.data if whole else [self._backend.buffer((rows, *part.shape[1:]), part.dtype) for part in self.data]
            step = compile_step(self._objective, buffers, self.state.store, self._arena, self.clock)
            self._steps[rows] = (step, step.calls + self.state.calls())

    def _objective(self, x: Any, y: Any, weights: Any = None) -> Any:
        return self.objective(self.model(x), y, weights)

    def _run(self, limit: int) -> int:
        done = self._run_whole(limit) if self.batches == 1 else self._run_batches(limit)
        if self._losses is not self.losses:
            self.losses[:done] = self._backend.to_host(self._losses[:done])
        return done

    def _finite(self) -> bool:
        return bool(np.isfinite(self._backend.to_host(self.model.flat)).all())

    def _run_whole(self, limit: int) -> int:
        step, calls = next(iter(self._steps.values()))
        loss, losses, clock, now = step.loss, self._losses, self.clock, time.perf_counter
        done = 0
        while done < limit:
            for function, arguments in calls:
                function(*arguments)
            losses[done] = loss
            done += 1
            clock.step += 1
            if now() > self._deadline:
                break
        self.epoch += done
        return done

    def _run_batches(self, limit: int) -> int:
        done = 0
        while done < limit:
            start, stop = self.bounds[self.position]
            step, calls = self._steps[stop - start]
            self._load(step.inputs, start, stop)
            for function, arguments in calls:
                function(*arguments)
            self._losses[done] = step.loss
            done += 1
            self.clock.step += 1
            self.position += 1
            if self.position == len(self.bounds):
                self.position, self.epoch = 0, self.epoch + 1
            if time.perf_counter() > self._deadline:
                break
        return done

    def _load(self, buffers: list[Any], start: int, stop: int) -> None:
        if not self.shuffle:
            for part, own in zip(self.data, buffers, strict=True):
                own[...] = part[start:stop]
            return
        if self._order is None or self._order[0] != self.epoch:
            order = permutation(self.clock.seed, self.epoch, self.data[0].shape[0])
            self._order = (self.epoch, self._backend.asarray(order))
        rows = self._order[1][start:stop]
        for take, own in zip(self._takers, buffers, strict=True):
            take(rows, 0, own, "clip")  # "clip" writes straight into the buffer; the indices are in range

    def _protect(self) -> None:
        """Keep a finite state to go back to, at most every quarter of a second."""
        now = time.perf_counter()
        if (self._saved is None or now - self._saved_at > _SNAPSHOT_SECONDS) and self._finite():
            self._saved, self._saved_at = self.snapshot(), now

    def _find_failure(self, done: int) -> int:
        """Replay from the last snapshot up to the first step that is not finite; return how many of this call's were good."""
        assert self._saved is not None
        end = self.clock.step
        first = end - done
        self._go_to(self._saved)
        kept = self.losses.copy()
        stride = _REPLAY  # blocks of steps as long as they are finite, then one step at a time
        while self.clock.step < end and self.failure is None:
            before = self.snapshot()
            self._deadline = float("inf")
            ran = self._run(min(stride, end - self.clock.step))
            loss = float(self.losses[:ran].sum())
            if np.isfinite(loss) and self._finite():
                continue
            self._go_to(before)
            if stride == 1:
                self.failure = Failure(before.epoch + 1, before.position + 1, loss, "parameters" if np.isfinite(loss) else "loss")
            stride = 1
        good = max(self.clock.step - first, 0)
        self.losses[:] = kept
        return good


class Evaluator:
    """The loss on fixed rows in test mode, in chunks weighted by their rows; compiled once, reads the live parameters."""

    def __init__(self, model: Layer, objective: Objective, x: np.ndarray, y: np.ndarray, weights: np.ndarray | None = None) -> None:
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
                plans[rows] = compile_forward(_evaluation(model, objective), buffers, model._store.dtype, self._backend)
            self._parts.append((share, [] if whole else chunk, plans[rows]))

    @property
    def operations(self) -> int:
        """Operations of one evaluation and the cost of its calls in the same unit."""
        return sum(plan.operations + 2000 * len(plan.calls) for _, _, plan in self._parts)

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
