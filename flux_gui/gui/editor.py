"""One document being edited and trained: every change as an undo step, one after the other, and never while training runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from flux_gui.core.errors import Cancelled, FluxError
from flux_gui.document.document import Document
from flux_gui.document.project import Project
from flux_gui.gui import changes
from flux_gui.gui.bridge import Bridge
from flux_gui.gui.changes import LIVE, Change, LayerGoneError
from flux_gui.gui.undo import GESTURE, UndoStack
from flux_gui.gui.worker import Worker
from flux_gui.runtime.session import Status

KEPT = "The run starts again at epoch 0 from the trained weights."
KEPT_HINT = "Reset returns to these; Train > New start parameters draws fresh ones; Ctrl+Z takes the change back."


class Editor(QObject):
    """Edits and trains one document; `controller.Controller` adds the verbs.

    Signals: failed(path, message, hint) for a refused input ("" path: not about a field), accepted(what) when an input (its path)
    or a command (its id; "project": another project) was carried out, so that complaints about it are over,
    notice(kind, text, hint), projectChanged(before, after), replaced() when another project was opened,
    verified(Verification, project), saved(), tableRefused(error, offers) for a table that could be read in other ways: a label
    and an act for each; liveChanged(path, value) when a running training took a value;
    loadingChanged(Loading) when a file begins to be read, (None) when that is over.
    """

    failed = Signal(str, str, str)
    accepted = Signal(str)
    notice = Signal(str, str, str)
    projectChanged = Signal(object, object)
    replaced = Signal()
    verified = Signal(object, object)
    saved = Signal()
    tableRefused = Signal(object, object)
    liveChanged = Signal(str, float)
    loadingChanged = Signal(object)

    def __init__(self, document: Document, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.bridge = bridge
        self.worker = Worker(self)
        self.stack = UndoStack(document.apply, self)
        self._waiting: list[Callable[[], object]] = []
        self._go_on = False  # whether the running stretch was meant to reach the last epoch
        self._gestures = 0
        self._merging = ""  # the step of undo that a gesture is building; "" between gestures
        self._opened = 0  # how many projects were opened after the first
        self._unsubscribe = document.subscribe(self.projectChanged.emit)
        bridge.ended.connect(self._stretch_ended)

    @property
    def project(self) -> Project:
        """The document's current project; while training runs, as it was at the start of the stretch."""
        return self.document.project

    @property
    def unsaved(self) -> bool:
        """Whether there is something to lose: a change, or training that runs."""
        return self.document.dirty or self.bridge.running

    @property
    def name(self) -> str:
        """What the open project is called: the name of its file, or of the project while it has none."""
        path = self.document.path
        return path.stem if path is not None else self.project.spec.name

    def edit(self, change: Change, text: str, path: str = "", merge: str = "", fresh: bool = False) -> None:
        """Apply a pure edit as one undo step; a running training is paused first and goes on afterwards.

        `fresh`: the edit brings its own parameters, so that nobody wonders what became of the trained ones.
        """
        if not self.bridge.running:
            self._apply(change, text, path, merge, fresh)
        elif self._tried(change, path) is not None:
            self.when_idle(lambda: self._apply(change, text, path, merge, fresh), go_on=True)

    @property
    def is_pausing(self) -> bool:
        """Whether something waits for the running training to pause."""
        return bool(self._waiting)

    def begin_gesture(self) -> None:
        """Let all edits and all training up to `end_gesture` become one step of undo."""
        self._gestures += 1

    def edit_in_gesture(self, change: Change, text: str, path: str = "") -> None:
        """Apply an edit that belongs to the gesture."""
        self.edit(change, text, path, f"{GESTURE}{self._gestures}")

    def end_gesture(self) -> None:
        """Close the step, after what still waits."""
        if self._waiting:
            self._waiting.append(self._close_step)
        else:
            self._close_step()

    def _close_step(self) -> None:
        self._merging = ""

    def _edit_aside(self, change: Change, text: str, path: str, resume: bool = False) -> None:
        """Compute an edit in the background; again from the current project if that is another one by then."""
        before, opened = self.project, self._opened

        def done(after: Project) -> None:
            if self._opened != opened:
                return
            if self.bridge.running:
                go_on = self._go_on
                self.when_idle(lambda: self._edit_aside(change, text, path, go_on))
            elif self.project is not before:
                self._edit_aside(change, text, path, resume)
            else:
                self._apply(lambda _before: after, text, path)
                self._resume(resume)

        def failed(error: FluxError) -> None:
            if self._opened == opened:
                if isinstance(error, Cancelled):
                    self.notice.emit("info", error.message, error.hint)
                else:
                    self.failed.emit(path, error.message, error.hint)
                self._resume(resume)

        self._in_background(lambda: change(before), done, path, failed)

    def when_idle(self, job: Callable[[], object], go_on: bool = False) -> None:
        """Run `job` now, or pause the running training first; `go_on` resumes it afterwards."""
        if self.bridge.running:
            self._go_on = self._go_on and go_on
            self._waiting.append(job)
            self.bridge.pause()
        else:
            job()

    def toggle(self) -> None:
        """Train, or pause what runs; a finished project says what to do."""
        if self.bridge.running:
            self._go_on = False
            self.bridge.pause()
        elif self._may_train():
            self.accepted.emit("train.toggle")
            self._start()

    def step_epoch(self) -> None:
        """Train for one epoch."""
        if not self.bridge.running:
            self.accepted.emit("train.step_epoch")
            self._go_on = False
            self.bridge.step_epochs(self.project, 1)

    def step_batch(self) -> None:
        """Train on one batch."""
        if not self.bridge.running:
            self.accepted.emit("train.step_batch")
            self._go_on = False
            self.bridge.step_batches(self.project, 1)

    def close(self) -> None:
        """Stop training, wait for background work, and let the document go."""
        self._waiting.clear()
        self._opened += 1  # what comes back from the background belongs to nobody now
        self.stack.blockSignals(True)
        self.bridge.close()
        self.worker.wait()
        self._unsubscribe()

    def _tried(self, change: Change, path: str) -> Project | None:
        try:
            after = change(self.project)
        except FluxError as error:
            self.failed.emit("" if isinstance(error, LayerGoneError) else path, error.message, error.hint)
            return None
        self.accepted.emit(path)
        return after

    def _apply(self, change: Change, text: str, path: str = "", merge: str = "", fresh: bool = False) -> None:
        before, after = self.project, self._tried(change, path)
        if after is not None:
            self._merging = merge if merge.startswith(GESTURE) else ""
            self.stack.record(before, after, text, merge)
            self._tell(before, after, fresh)

    def _tell(self, before: Project, after: Project, fresh: bool) -> None:
        """Say what an edit has done beside what it was meant for."""
        news = [text for text in after.dataset.notices if text not in before.dataset.notices]
        kept = not fresh and changes.keeps_weights(before, after)
        if kept:
            news.append(KEPT)
        if news:
            hint = f"{changes.survival(before, after)} {KEPT_HINT}".strip() if kept else ""
            self.notice.emit("info", news[0], " ".join(news[1:]) or hint)

    def _start(self) -> None:
        self._go_on = True
        self.bridge.start(self.project)

    def _resume(self, wanted: bool) -> None:
        if wanted and not self.bridge.running and self.project.state.epoch < self.project.spec.training.epochs:
            self._start()

    def _may_train(self) -> bool:
        spec, state = self.project.spec, self.project.state
        if state.epoch >= spec.training.epochs:
            self.notice.emit(
                "info", f"All {spec.training.epochs} epochs are done.", "Raise Epochs to train on, or press Reset to start again."
            )
            return False
        return True

    def _stretch_ended(self, before: Project, after: Project, status: Status) -> None:
        if changes.trained(before, after):
            self.stack.record(before, after, changes.stretch_text(before, after), self._merging)
        for name, value in self.bridge.take_adjustments():
            path = f"{LIVE}{name}"
            self._apply(changes.set_value(self.project, path, value), f"Change {path}", path, path)
        waiting, self._waiting = self._waiting, []
        self._go_on = self._go_on and bool(waiting) and status is not Status.FAILED
        opened = self._opened
        for job in waiting:
            if self._opened != opened:
                break  # the rest was meant for the project that is gone
            try:
                job()
            except FluxError as error:
                self.failed.emit("", error.message, error.hint)
        if status is Status.FAILED and self.project.state.message == after.state.message:
            self.notice.emit("error", after.state.message or "Training stopped because of an error inside the program.", "")
        elif status is Status.FINISHED and after.state.message and self.project.state.message == after.state.message:
            self.notice.emit("info", after.state.message, "")
        self._resume(self._go_on)

    def _replace(self, project: Project, path: Path | None) -> None:
        self._go_on = False
        self._opened += 1
        self.stack.clear()
        self.document.replace(project, path)
        self.replaced.emit()
        self.accepted.emit("project")

    def _in_background(
        self,
        work: Callable[[], object],
        done: Callable[[Any], object],
        path: str = "",
        failed: Callable[[FluxError], None] | None = None,
    ) -> None:
        def finish(result: Any) -> None:
            self.accepted.emit(path)
            done(result)

        self.worker.submit(work, finish, failed or (lambda error: self.failed.emit(path, error.message, error.hint)))
