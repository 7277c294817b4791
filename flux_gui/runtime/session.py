"""A session: trains one project on one background thread, or inline, and hands out its newest state.

The training thread runs bursts of about 10 ms, appends to the history itself and leaves a frame in the mailbox only when the last
one was taken; it never waits for a reader. Commands are read between bursts and, for a pause, between steps.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from flux_gui.core.errors import FluxError, SettingError
from flux_gui.document.project import Project
from flux_gui.document.states import Array, Curve
from flux_gui.engine.backend import blas_threads
from flux_gui.engine.optimisers import OPTIMISERS, check_values
from flux_gui.runtime.history import History
from flux_gui.runtime.mailbox import Mailbox
from flux_gui.runtime.map_probe import DecisionMap
from flux_gui.runtime.maths_probe import Maths, MathsWish, RunningMaths
from flux_gui.runtime.probe import Fit
from flux_gui.runtime.run import Run
from flux_gui.runtime.unit_inputs import UnitWish
from flux_gui.runtime.unit_probe import UnitPictures


class Status(Enum):
    """What a session is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a run, for the screen; `epoch` counts finished epochs, `parameters` is a copy of the flat array."""

    epoch: int
    epochs: int
    step: int
    seconds: float
    steps_per_second: float
    parameters: Array
    train_loss: float
    validation_loss: float | None
    fit: Fit | None
    history: History
    rate: float | None = None  # of the next step; None for an optimiser without a rate
    map: DecisionMap | None = None  # only now and then: it takes longer than the rest
    units: UnitPictures | None = None  # only now and then, of what `Session.wish` names
    maths: Maths | None = None  # only now and then, of what `Session.question` names

    def curves(self) -> dict[str, Curve]:
        """Return a copy of all curves so far."""
        return self.history.curves()


BURST = 0.01  # seconds of training between two looks at the mailbox
SHORT_STEPS = 2000  # steps per second above which training and painting compete for Python's lock rather than run side by side
LONGEST_HOLD = 0.05  # seconds


class Session:
    """Trains `project`; `project` gives its newest state whenever the session is not running.

    `on_status(status)` is called on the training thread. `threads` limits the matrix library; None leaves it alone. `wish` says
    which neurons frames should picture, `question` of what they should bring the maths; both may be replaced at any time.
    """

    def __init__(self, project: Project, threads: int | None = None) -> None:
        self.status = Status.IDLE
        self.mailbox: Mailbox[Frame] = Mailbox()
        self.on_status: Callable[[Status], None] | None = None
        self.wish: UnitWish | None = None
        self.question: MathsWish | None = None
        self._maths: tuple[Run, RunningMaths] | None = None
        self._project = project
        self._threads = threads
        self._run: Run | None = None
        self._thread: threading.Thread | None = None
        self._pause = threading.Event()
        self._free = threading.Event()
        self._free.set()
        self._lock = threading.Lock()
        self._adjustments: list[tuple[str, float]] = []
        self._rate = 0.0

    @property
    def project(self) -> Project:
        """The project with what training has made of it; while running, as it was at the start of this stretch."""
        return self._project

    def start(self) -> None:
        """Train on the background thread up to the project's number of epochs."""
        self._launch(self._project.spec.training.epochs, None)

    def step_epochs(self, count: int) -> None:
        """Train `count` epochs on the background thread, then pause."""
        self._launch(self._project.state.epoch + count, None)

    def step_batches(self, count: int) -> None:
        """Train `count` batches on the background thread, then pause."""
        self._launch(None, count)

    def run(self, on_progress: Callable[[Frame], None] | None = None) -> Project:
        """Train inline to the project's number of epochs (or until `pause` is called from elsewhere) and return the project."""
        self._begin()
        self._work(self._project.spec.training.epochs, None, on_progress)
        return self._project

    def pause(self) -> None:
        """Stop after the current step; the status changes to PAUSED when it has."""
        self._pause.set()
        self._interrupt()

    @property
    def lock_free(self) -> bool:
        """Whether the training does not hold Python's lock, so that a reader can paint beside it."""
        return self._run is not None and self._run.trainer.lock_free

    def hold(self) -> None:
        """Let the training rest for the moment a reader needs to paint, if its steps are short and hold Python's lock, so that both
        would only take turns; `release` ends it, and it ends by itself after `LONGEST_HOLD` seconds.
        """
        if self._rate > SHORT_STEPS and not self.lock_free:
            self._free.clear()
            self._interrupt()

    def release(self) -> None:
        """Let the training go on after `hold`."""
        self._free.set()

    def _interrupt(self) -> None:
        if self._run is not None:
            self._run.interrupt()

    def _give_way(self) -> None:
        if not self._free.is_set():
            self._free.wait(LONGEST_HOLD)
            self._free.set()

    def adjust(self, name: str, value: float) -> None:
        """Change a live value, such as "eta" or, of a rule before the optimiser, "ClipNorm.omega", from the next burst on.

        It is kept in the project. Raises SettingError at once for an unknown name or a value outside its range.
        """
        rule, _, short = name.rpartition(".")
        training = self._project.spec.training
        if rule and rule not in [choice.name for choice in training.chain]:
            raise SettingError(f"There is no rule {rule} in front of the optimiser.", "Switch it on first.")
        check_values(OPTIMISERS.get(rule or training.optimiser.name), {short: value})
        with self._lock:
            self._adjustments.append((name, value))

    def take_adjustments(self) -> list[tuple[str, float]]:
        """Return, and forget, the live changes that no step has used yet."""
        with self._lock:
            late, self._adjustments = self._adjustments, []
        return late

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the session is not running; return whether it is so."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self.status is not Status.RUNNING

    def close(self) -> None:
        """Stop training and join the thread."""
        self.pause()
        self.release()
        self.wait()

    def _launch(self, epoch: int | None, batches: int | None) -> None:
        self.wait()
        self._begin()
        self._thread = threading.Thread(target=self._work, args=(epoch, batches, None), name="training", daemon=True)
        self._thread.start()

    def _begin(self) -> None:
        if self.status is Status.RUNNING:
            raise FluxError("This session is training already.", "Pause it first.")
        self._pause.clear()
        self.mailbox.take()
        self.status = Status.RUNNING

    def _work(self, epoch: int | None, batches: int | None, on_progress: Callable[[Frame], None] | None) -> None:
        status = Status.FAILED
        try:
            if self._threads is not None:
                blas_threads(self._threads)
            run = self._run = self._run or Run(self._project)
            run.go_on()
            target = run.target(epoch, batches)
            self._train(run, target, on_progress)
            status = self._finish(run)
        except (FluxError, MemoryError) as error:
            self._fail(error)
        except Exception as error:  # a mistake of ours: the screen is told, and the exception hook reports it
            self._fail(error)
            raise
        finally:
            self.status = status
            if self.on_status is not None:
                self.on_status(status)

    def _train(self, run: Run, target: int, on_progress: Callable[[Frame], None] | None) -> None:
        begin = last = time.perf_counter()
        before, seconds = run.trainer.step, run.seconds
        shown = time.perf_counter()
        while run.trainer.step < target and run.trainer.failure is None and not run.stopped and not self._pause.is_set():
            self._apply_adjustments(run)
            run.burst(target, BURST)
            self._give_way()
            now = time.perf_counter()
            run.seconds = seconds + now - begin
            if now - last > 0.25:
                self._rate = (run.trainer.step - before) / (now - last)
                before, last = run.trainer.step, now
            elif not self._rate:
                self._rate = (run.trainer.step - before) / max(now - begin, 1e-9)
            if on_progress is not None and now - shown > 0.1:
                shown = now
                on_progress(self._frame(run))
            elif on_progress is None and self.mailbox.wanted:
                self.mailbox.put(self._frame(run))
        self._apply_adjustments(run)
        run.seconds = seconds + time.perf_counter() - begin

    def _frame(self, run: Run) -> Frame:
        return Frame(
            run.trainer.epoch,
            run.project.spec.training.epochs,
            run.trainer.step,
            run.seconds,
            self._rate,
            run.model.flat.copy(),
            run.train_loss,
            run.validation_loss,
            run.fit(),
            run.history,
            run.rate,
            run.map(),
            run.units(self.wish),
            self._look(run),
        )

    def _look(self, run: Run) -> Maths | None:
        if self.question is None:
            return None
        if self._maths is None or self._maths[0] is not run:
            self._maths = run, RunningMaths(run.project, run.model, run.trainer)
        return self._maths[1](self.question)

    def _apply_adjustments(self, run: Run) -> None:
        for name, value in self.take_adjustments():
            run.adjust(name, value)

    def _finish(self, run: Run) -> Status:
        self._project = run.result()
        outcome = self._project.state.outcome
        return {"finished": Status.FINISHED, "stopped": Status.FINISHED, "diverged": Status.FAILED}.get(outcome, Status.PAUSED)

    def _fail(self, error: Exception) -> None:
        """A run that could not go on leaves the project as it was, with the reason."""
        reason = str(error) if isinstance(error, FluxError) else f"Training stopped because of an error: {type(error).__name__}: {error}"
        if isinstance(error, MemoryError):
            reason = "There is not enough memory to train this network. Use a smaller one."
        self._run = None
        self._project = replace(self._project, state=replace(self._project.state, message=reason))
