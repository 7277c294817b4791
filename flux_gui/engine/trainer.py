"""The training loop over a fixed data set: batches, order, finite guard. Every random choice is a function of integers.

A `Trainer` runs many steps per call of `advance` and never decides by wall clock what the numbers become, so a run that was
paused, saved and resumed gives the same bits as one that was not.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flux_gui.core.errors import DivergedError, SettingError, ShapeError
from flux_gui.engine.backend import NUMPY, Clock
from flux_gui.engine.compiled_run import CompiledRun
from flux_gui.engine.evaluation import Objective
from flux_gui.engine.layers import Layer
from flux_gui.engine.native import cost
from flux_gui.engine.plan import Arena
from flux_gui.engine.schedules import Schedule
from flux_gui.engine.steps import Step, compile_step, with_ones
from flux_gui.engine.update import OptimiserState

_CAPACITY = 1 << 15  # steps whose losses are kept until the next call of advance
_SNAPSHOT_SECONDS = 0.25
_WIDENED = 1 << 26  # bytes; larger data are not copied to get a column of ones
_REPLAY = 256  # steps replayed at once when looking for the one that failed


@dataclass(frozen=True)
class Failure:
    """Where a run stopped being finite: epoch and batch counted from 1, the loss there, and what was not finite."""

    epoch: int
    batch: int
    loss: float
    what: str  # "loss", "gradient", "parameters" or "statistics"


@dataclass(frozen=True)
class Snapshot:
    """Everything needed to go back: parameters, statistics, optimiser arrays, and the integers of the position."""

    flat: np.ndarray
    statistics: np.ndarray
    optimiser: dict[str, np.ndarray]
    epoch: int
    position: int
    step: int
    schedule: dict[str, float] = field(default_factory=dict)


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
        self.bounds = batch_bounds(len(x), batch, getattr(model, "needs_two_rows", False))
        self.shuffle = shuffle and len(self.bounds) > 1
        self.clock = Clock(seed)
        self.epoch = self.position = 0
        self.losses = np.empty(_CAPACITY)
        self._losses: Any = self.losses if self._backend is NUMPY else self._backend.empty((_CAPACITY,), np.float64)
        self.failure: Failure | None = None
        self.arena = Arena(state.backend)
        self._steps: dict[int, tuple[Step, list[Any]]] = {}  # by row count: the step and all its calls
        self._order: tuple[int, Any] | None = None
        self._compiled: CompiledRun | None = None
        self._saved: Snapshot | None = None
        self._save_again = 0.0
        self._deadline = 0.0
        self._schedule: Schedule | None = None
        self._unit = "epoch"
        self._version = -1
        state.arrange(model.layout)
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
    def lock_free(self) -> bool:
        """Whether steps run without Python's lock, so that other threads can work beside them."""
        return self._compiled is not None

    @property
    def operations(self) -> int:
        """Multiply-adds and element operations of one epoch, and the cost of its calls in the same unit."""
        per_rows = {rows: step.operations + cost(calls) for rows, (step, calls) in self._steps.items()}
        return sum(per_rows[stop - start] for start, stop in self.bounds)

    @property
    def rate(self) -> float | None:
        """The rate of the next step: a function of the position, the optimiser's rate and the schedule; None without a rate."""
        if self._schedule is None:
            return self.state.rate
        return self._schedule.rate((self.epoch if self._unit == "epoch" else self.clock.step) + 1, self.state.values["eta"])

    def schedule(self, schedule: Callable[[int], float] | None, unit: str = "epoch") -> None:
        """Let the rate follow `schedule(t)`, t counting epochs or steps from 1, from the next step on; None ends that.

        A plain function gives rates for the optimiser's present rate; when that is adjusted, they change in proportion.
        """
        self.check()
        if schedule is not None and "eta" not in self.state.values:
            raise SettingError(f"{self.state.rule.entry.name} has no rate for a schedule to change.", "Choose another optimiser.")
        self._schedule = Schedule.of(schedule, self.state.values.get("eta", 0.0))
        self._unit, self._saved = unit, None
        self.state.set_rate(None)

    def observe(self, loss: float) -> bool:
        """Tell the schedule a loss, measured at an evaluation; return whether it changed the rate from the next step on."""
        if self._schedule is None or not self.check():
            return False
        changed = self._schedule.observe(loss, self.epoch if self._unit == "epoch" else self.clock.step)
        self._saved = None  # what is replayed from an older state would take the new rate
        return changed

    def place(self, epoch: int, position: int, step: int) -> None:
        """Continue from a stored position."""
        self.epoch, self.position, self.clock.step = epoch, position, step
        self._saved = self.failure = None

    def adjust(self, **values: float) -> None:
        """Change live values of the optimiser from the next step on."""
        self.check()  # what went wrong with the old values is told before they change
        self.state.adjust(values.pop("eta", None), layer=None, **values)
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
            self.failure = Failure(self.epoch + 1, self.position + 1, float("nan"), self._infinite())
            return 0
        self._deadline = time.perf_counter() + seconds
        first = self.clock.step
        with np.errstate(all="ignore"):
            try:
                done = self._run(limit)
            except DivergedError:  # a rule refused the gradient: nothing was written to the parameters
                return self._refused(self.clock.step - first)
            if not np.isfinite(self.losses[:done].sum()):
                done = self._find_failure(done)
        return done

    def interrupt(self) -> None:
        """Let `advance` return after the step it is in; may be called from another thread."""
        self._deadline = 0.0

    def check(self) -> bool:
        """Return whether parameters and statistics are finite; otherwise go back to the last finite ones and set `failure`."""
        if self.failure is None and self._saved is not None and self._infinite():
            with np.errstate(all="ignore"):
                self._find_failure(self.clock.step - self._saved.step)
        return self.failure is None

    def snapshot(self) -> Snapshot:
        """Return a copy of everything that training changes."""
        flat, statistics = (np.array(self._backend.to_host(a)) for a in (self.model.flat, self.model.statistics))
        return Snapshot(flat, statistics, self.state.export(), self.epoch, self.position, self.clock.step, self._schedule_state())

    def restore(self, snapshot: Snapshot) -> None:
        """Go back (or forward) to a snapshot of the same model and optimiser."""
        self._go_to(snapshot)
        self._saved = self.failure = None

    def _go_to(self, snapshot: Snapshot) -> None:
        self.model.load_flat(snapshot.flat, snapshot.statistics)
        self.state.load(snapshot.optimiser)
        self.epoch, self.position, self.clock.step = snapshot.epoch, snapshot.position, snapshot.step
        if self._schedule is not None:
            self._schedule.load(snapshot.schedule)

    def _schedule_state(self) -> dict[str, float]:
        return {} if self._schedule is None else self._schedule.state()

    def _compile(self) -> None:
        ones = self.data[0].nbytes <= _WIDENED
        for rows in sorted({stop - start for start, stop in self.bounds}, reverse=True):
            whole = len(self.bounds) == 1
            buffers = self.data if whole else [self._backend.buffer((rows, *part.shape[1:]), part.dtype) for part in self.data]
            step = compile_step(self._objective, buffers, self.state.store, self.arena, self.clock, ones=ones)
            ones = step.ones  # all batches are cut from the same data
            self._steps[rows] = (step, [])
        self._gather()
        if ones and len(self.bounds) > 1:  # a single batch is in the step's own buffer
            self.data[0] = with_ones(self.data[0], self.state.store.dtype, self._backend)
        self._takers = [self._backend.taker(part) for part in self.data]

    def _objective(self, x: Any, y: Any, weights: Any = None) -> Any:
        return self.objective(self.model(x), y, weights)

    def _gather(self) -> None:
        """Join the calls of each step with those of its update, anew after a layer was frozen or got a rate of its own."""
        while self._version != self.state.version:
            self._version = self.state.version
            self._steps = {rows: (step, step.calls + self.state.calls(step.unread)) for rows, (step, _) in self._steps.items()}
            self._compiled = CompiledRun.of(self._steps, self.data, self.bounds, self.clock, self.shuffle)

    def _run(self, limit: int) -> int:
        self._gather()
        ordinary = self._run_whole if self.batches == 1 else self._run_batches
        burst = ordinary if self._compiled is None else self._run_compiled
        done = burst(0, limit) if self._schedule is None else 0
        while self._schedule is not None and done < limit:  # bursts of one rate
            rate = self.rate
            if rate != self.state.rate or self.state.scheduled is None:
                self.state.set_rate(rate)
            done = burst(done, min(limit, done + (1 if self._unit == "step" else self.batches - self.position)))
            if time.perf_counter() > self._deadline:
                break
        if self._losses is not self.losses:
            self.losses[:done] = self._backend.to_host(self._losses[:done])
        return done

    def _infinite(self) -> str:
        """Return what of the model is not finite: "parameters", running "statistics", or "" when all is well."""
        parts = {"parameters": self.model.flat, "statistics": self.model.statistics}
        return next((what for what, part in parts.items() if not np.isfinite(self._backend.to_host(part)).all()), "")

    def _run_compiled(self, done: int, limit: int) -> int:
        assert self._compiled is not None
        place = (self.epoch, self.position)
        done, (self.epoch, self.position) = self._compiled.run(self.losses, done, limit, place, lambda now: now > self._deadline)
        return done

    def _run_whole(self, done: int, limit: int) -> int:
        step, calls = next(iter(self._steps.values()))
        loss, losses, clock, now = step.loss, self._losses, self.clock, time.perf_counter
        first = done
        while done < limit:
            for function, arguments in calls:
                function(*arguments)
            losses[done] = loss
            done += 1
            clock.step += 1
            if now() > self._deadline:
                break
        self.epoch += done - first
        return done

    def _run_batches(self, done: int, limit: int) -> int:
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
            self._order = (self.epoch, self._backend.asarray(self.clock.order(self.epoch, self.data[0].shape[0])))
        rows = self._order[1][start:stop]
        for take, own in zip(self._takers, buffers, strict=True):
            take(rows, 0, own, "clip")  # "clip" writes straight into the buffer; the indices are in range

    def _protect(self) -> None:
        """Keep a finite state to go back to, at most every quarter of a second and at most a hundredth of the time."""
        now = time.perf_counter()
        if (self._saved is None or now > self._save_again) and not self._infinite():
            self._saved = self.snapshot()
            self._save_again = now + max(_SNAPSHOT_SECONDS, 100 * (time.perf_counter() - now))

    def _refused(self, done: int) -> int:
        """Go to the state before the step whose gradient was refused and set `failure`; return how many steps were good."""
        if self._losses is not self.losses:
            self.losses[:done] = self._backend.to_host(self._losses[:done])
        start, stop = self.bounds[self.position]
        loss = float(self._backend.to_host(self._steps[stop - start][0].loss))
        done = self._find_failure(done)
        if self.failure is None:
            self.failure = Failure(self.epoch + 1, self.position + 1, loss, "gradient" if np.isfinite(loss) else "loss")
        return done

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
            what = self._infinite() if np.isfinite(loss) else "loss"
            if not what:
                continue
            self._go_to(before)
            if stride == 1:
                self.failure = Failure(before.epoch + 1, before.position + 1, loss, what)
            stride = 1
        good = max(self.clock.step - first, 0)
        self.losses[:] = kept
        return good
