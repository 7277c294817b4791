"""What a user can do, as plain methods: calls edits, the undo stack and the bridge, and never a widget."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from flux_gui import exporters
from flux_gui.core.errors import CellError, FluxError
from flux_gui.document import edits, store
from flux_gui.document.document import Document
from flux_gui.document.migrate import is_untouched
from flux_gui.document.project import Project
from flux_gui.gui.bridge import Bridge
from flux_gui.gui.undo import UndoStack
from flux_gui.gui.worker import Worker
from flux_gui.runtime.session import Status
from flux_gui.runtime.verify import Verification, verify
from flux_gui.specs import DenseSpec, FileData
from flux_gui.specs.codec import get_path
from flux_gui.specs.data import Kind

Change = Callable[[Project], Project]
LIVE = "training.optimiser."  # values below this path reach a running session without a pause
KEPT = "The run starts again at epoch 0 from the trained weights."
KEPT_HINT = "Reset returns to these; Train > New start parameters draws fresh ones; Ctrl+Z takes the change back."


class Controller(QObject):
    """The user's verbs on one document.

    Signals: failed(path, message, hint) for a refused input ("" path: not about a field), accepted(what) when an input (its path)
    or a command (its id; "project": another project) was carried out, so that complaints about it are over,
    notice(kind, text, hint), projectChanged(before, after), replaced() when another project was opened,
    verified(Verification, project), saved(), cellRefused(CellError, again) for a table with a cell that its column
    cannot hold: again(kind) reads that column as another kind.
    """

    failed = Signal(str, str, str)
    accepted = Signal(str)
    notice = Signal(str, str, str)
    projectChanged = Signal(object, object)
    replaced = Signal()
    verified = Signal(object, object)
    saved = Signal()
    cellRefused = Signal(object, object)

    def __init__(self, document: Document, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.bridge = bridge
        self.worker = Worker(self)
        self.stack = UndoStack(document.apply, self)
        self._waiting: list[Callable[[], object]] = []
        self._go_on = False
        self._unsubscribe = document.subscribe(self.projectChanged.emit)
        bridge.ended.connect(self._stretch_ended)

    @property
    def project(self) -> Project:
        """The document's current project; while training runs, as it was at the start of the stretch."""
        return self.document.project

    @property
    def name(self) -> str:
        """What the open project is called: the name of its file, or of the project while it has none."""
        path = self.document.path
        return path.stem if path is not None else self.project.spec.name

    # --- edits ---------------------------------------------------------------------------------------------------

    def edit(self, change: Change, text: str, path: str = "", merge: str = "", fresh: bool = False) -> None:
        """Apply a pure edit as one undo step; a running training is paused first and goes on afterwards.

        `fresh`: the edit brings its own parameters, so that nobody wonders what became of the trained ones.
        """
        if not self.bridge.running:
            self._apply(change, text, path, merge, fresh)
        elif self._tried(change, path) is not None:
            self.when_idle(lambda: self._apply(change, text, path, merge, fresh), go_on=True)

    def set_value(self, path: str, value: object) -> None:
        """Change one setting by its path in the specification, such as `training.optimiser.eta`."""
        if self.bridge.running and path.startswith(LIVE) and isinstance(value, float | int):
            self._set_live(path, float(value))
            return
        if path.startswith("data."):
            self._set_data(path, value)
            return
        merge = path if isinstance(value, float | int) and not isinstance(value, bool) else ""
        self.edit(lambda project: edits.set_value(project, path, value), f"Change {path}", path, merge)

    def set_parameter(self, index: int, value: float, key: str) -> None:
        """Type one parameter by its index in the flat array."""
        self.edit(lambda project: edits.set_parameter(project, index, value), f"Type {key}", "parameter.value", f"parameter.{index}")

    def add_layer(self, index: int | None = None) -> None:
        """Insert a Dense layer before layer `index`, or before the last one."""
        place = len(self.project.spec.model.layers) - 1 if index is None else index
        self.edit(lambda project: edits.add_layer(project, place), "Add layer")

    def remove_layer(self, id: str) -> None:
        """Remove the layer called `id`."""
        self.edit(lambda project: edits.remove_layer(project, layer_index(project, id)), "Remove layer")

    def duplicate_layer(self, id: str) -> None:
        """Insert a copy of the layer called `id` behind it."""
        self.edit(lambda project: edits.duplicate_layer(project, layer_index(project, id)), "Duplicate layer")

    def resize_layer(self, id: str, units: int) -> None:
        """Give the layer called `id` that many units."""
        path = f"model.layers.{layer_index(self.project, id)}.units"
        self.edit(lambda project: edits.resize_layer(project, layer_index(project, id), units), "Resize layer", path, f"units.{id}")

    def set_activation(self, id: str, name: str) -> None:
        """Give the layer called `id` another activation."""
        self.set_value(f"model.layers.{layer_index(self.project, id)}.activation", name)

    def reset(self) -> None:
        """Go back to the start parameters of this run."""
        self.when_idle(lambda: self._apply(edits.reset, "Reset", fresh=True))

    def reseed(self) -> None:
        """Draw new start parameters."""
        self.when_idle(lambda: self._apply(edits.reseed, "New start parameters", fresh=True))

    def undo(self) -> None:
        """Take back the last step."""
        self.accepted.emit("edit.undo")
        self.when_idle(self.stack.undo)

    def redo(self) -> None:
        """Do the last taken-back step again."""
        self.accepted.emit("edit.redo")
        self.when_idle(self.stack.redo)

    # --- training ------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Train, or pause what runs; a finished project says what to do."""
        if self.bridge.running:
            self._go_on = False
            self.bridge.pause()
        elif self._may_train():
            self.accepted.emit("train.toggle")
            self.bridge.start(self.project)

    def step_epoch(self) -> None:
        """Train for one epoch."""
        if not self.bridge.running:
            self.accepted.emit("train.step_epoch")
            self.bridge.step_epochs(self.project, 1)

    def step_batch(self) -> None:
        """Train on one batch."""
        if not self.bridge.running:
            self.accepted.emit("train.step_batch")
            self.bridge.step_batches(self.project, 1)

    def when_idle(self, job: Callable[[], object], go_on: bool = False) -> None:
        """Run `job` now, or pause the running training first; `go_on` resumes it afterwards."""
        if self.bridge.running:
            self._go_on = go_on and (self._go_on or not self._waiting)
            self._waiting.append(job)
            self.bridge.pause()
        else:
            job()

    def close(self) -> None:
        """Stop training, wait for background work, and let the document go."""
        self._waiting.clear()
        self.stack.blockSignals(True)
        self.bridge.close()
        self.worker.wait()
        self._unsubscribe()

    # --- files, verification, export -----------------------------------------------------------------------------

    def new_project(self) -> None:
        """Start again with the line example."""
        self.when_idle(lambda: self._replace(edits.line_example(), None))

    def open(self, path: Path) -> None:
        """Open a .flux project in the background."""
        self._in_background(lambda: store.load(path), lambda project: self.when_idle(lambda: self._replace(project, path)))

    def save(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Write the project to `path`; `then` follows on success."""
        self.when_idle(lambda: self._save(path, then), go_on=True)

    def open_data(self, path: Path, target: str = "", kinds: Mapping[str, Kind] | None = None) -> None:
        """Read a table in the background and make it this project's data, with a fresh network for it; `kinds` are not guessed."""

        def done(project: Project) -> None:
            self.edit(lambda _before: project, f"Use {path.name}", "data.source.path", fresh=True)

        def failed(error: FluxError) -> None:
            if isinstance(error, CellError) and error.column:
                column = error.column
                self.cellRefused.emit(error, lambda kind: self.open_data(path, target, {**(kinds or {}), column: kind}))
            else:
                self.failed.emit("data.source.path", error.message, error.hint)

        self._in_background(lambda: edits.project_from_file(path, target, kinds=kinds), done, "data.source.path", failed)

    def use_formula(self) -> None:
        """Make the data from the standard formula, with the network of the line example."""
        self.edit(lambda _project: edits.line_example(), "Use a formula", fresh=True)

    def load_parameters(self, path: Path) -> None:
        """Read exported parameters in the background and start from them."""

        def done(arrays: dict[str, Any]) -> None:
            self.edit(lambda project: edits.load_parameters(project, arrays), f"Load {path.name}", fresh=True)

        self._in_background(lambda: exporters.read_parameters(path), done)

    def use_best(self, on: bool) -> None:
        """Predict, verify and export with the best epoch's parameters, or with the last ones."""
        self.edit(lambda project: edits.use(project, "best" if on else "last"), "Use the best epoch" if on else "Use the last epoch")

    def verify(self) -> None:
        """Predict the test rows in the background and report them beside the truth."""

        def work() -> None:
            project = self.project
            self._in_background(lambda: verify(project), lambda result: self._verified(project, result))

        self.when_idle(work, go_on=True)

    def export_parameters(self, path: Path) -> None:
        """Write the parameters in the format of the extension, in the background."""

        def work() -> None:
            project = self.project
            self._in_background(
                lambda: exporters.export(project, path),
                lambda _none: self.notice.emit("info", f"Wrote {path.name}.", str(path.parent)),
            )

        self.when_idle(work, go_on=True)

    # --- inside --------------------------------------------------------------------------------------------------

    def _tried(self, change: Change, path: str) -> Project | None:
        try:
            after = change(self.project)
        except FluxError as error:
            self.failed.emit(path, error.message, error.hint)
            return None
        self.accepted.emit(path)
        return after

    def _apply(self, change: Change, text: str, path: str = "", merge: str = "", fresh: bool = False) -> None:
        before, after = self.project, self._tried(change, path)
        if after is not None:
            self.stack.record(before, after, text, merge)
            self._tell(before, after, fresh)

    def _tell(self, before: Project, after: Project, fresh: bool) -> None:
        """Say what an edit has done beside what it was meant for."""
        news = [text for text in after.dataset.notices if text not in before.dataset.notices]
        if not fresh and keeps_weights(before, after):
            news.append(KEPT)
        if news:
            self.notice.emit("info", news[0], " ".join(news[1:]) or (KEPT_HINT if news[0] == KEPT else ""))

    def _set_live(self, path: str, value: float) -> None:
        if self._tried(lambda project: edits.set_value(project, path, value), path) is not None:
            self.bridge.adjust(path.rpartition(".")[2], value)

    def _set_data(self, path: str, value: object) -> None:
        if path == "data.source.split_column":
            self.edit(lambda project: with_split_column(project, str(value)), "Change the split", path)
        elif path.startswith("data.source.columns."):
            self._set_column(path, value)
        else:
            self.edit(lambda project: edits.set_value(project, path, value), f"Change {path}", path)

    def _set_column(self, path: str, value: object) -> None:
        """Change role or kind of a column; the file may have to be read again, which happens in the background."""
        before = self.project
        name = get_path(before.spec, path.rpartition(".")[0]).name

        def done(after: Project) -> None:
            self.edit(lambda now: after if now is before else edits.set_value(now, path, value), f"Change the column {name}", path)

        self._in_background(lambda: edits.set_value(before, path, value), done, path)

    def _may_train(self) -> bool:
        spec, state = self.project.spec, self.project.state
        if state.epoch >= spec.training.epochs:
            self.notice.emit(
                "info", f"All {spec.training.epochs} epochs are done.", "Raise Epochs to train on, or press Reset to start again."
            )
            return False
        return True

    def _stretch_ended(self, before: Project, after: Project, status: Status) -> None:
        if after.state.step > before.state.step or status is Status.FAILED:
            self.stack.record(before, after, stretch_text(before, after))
        if status is Status.FAILED:
            self._waiting.clear()
            self.notice.emit("error", after.state.message or "Training stopped because of an error inside the program.", "")
        waiting, self._waiting = self._waiting, []
        go_on, self._go_on = self._go_on and bool(waiting), False
        for job in waiting:
            job()
        if go_on and not self.bridge.running and self.project.state.epoch < self.project.spec.training.epochs:
            self.bridge.start(self.project)

    def _replace(self, project: Project, path: Path | None) -> None:
        self.stack.clear()
        self.document.replace(project, path)
        self.replaced.emit()
        self.accepted.emit("project")

    def _save(self, path: Path, then: Callable[[], object] | None) -> None:
        try:
            store.save(self.project, path)
        except FluxError as error:
            self.failed.emit("project.save", error.message, error.hint)
            return
        self.document.mark_saved(path)
        self.accepted.emit("project.save")
        self.saved.emit()
        if then is not None:
            then()

    def _verified(self, project: Project, result: Verification) -> None:
        if project.dataset is self.project.dataset:
            self.verified.emit(result, project)
        else:
            self.notice.emit("info", "The data changed while the test rows were predicted.", "Press Verify again.")

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


def layer_index(project: Project, id: str) -> int:
    """Return the place of the layer called `id` in the project's Chain."""
    return next(i for i, layer in enumerate(project.spec.model.layers) if layer.id == id)


def with_split_column(project: Project, name: str) -> Project:
    """Return the project whose rows are divided by the words in column `name`, or by fractions if it is ""."""
    source = project.spec.data.source
    columns = source.columns if isinstance(source, FileData) else ()
    for place, column in enumerate(columns):
        if name and column.name == name:
            return edits.set_value(project, f"data.source.columns.{place}.role", "split")
        if not name and column.role == "split":
            return edits.set_value(project, f"data.source.columns.{place}.role", "ignore")
    return project


def keeps_weights(before: Project, after: Project) -> bool:
    """Return whether a trained network begins another run with what it has learned."""
    if not before.state.step or after.state.step:
        return False
    return not is_untouched(after.state, after.spec.model, after.dataset.inputs)


def stretch_text(before: Project, after: Project) -> str:
    """Return what a finished training stretch is called in the undo menu."""
    epochs = after.state.epoch - before.state.epoch
    if epochs:
        return f"Trained {epochs} epoch{'s' if epochs != 1 else ''}"
    steps = after.state.step - before.state.step
    return f"Trained {steps} step{'s' if steps != 1 else ''}"


def hidden_layers(project: Project) -> list[tuple[int, DenseSpec]]:
    """Return the Dense layers before the last one, with their places."""
    dense = [(i, layer) for i, layer in enumerate(project.spec.model.layers) if isinstance(layer, DenseSpec)]
    return dense[:-1]
