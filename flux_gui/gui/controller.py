"""What a user can do, as plain methods: calls edits, the undo stack and the bridge, and never a widget."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from flux_gui import exporters
from flux_gui.core.errors import Cancelled, FluxError
from flux_gui.data.reading import Progress
from flux_gui.document import edits, pins, store
from flux_gui.document.problems import Problem, problems
from flux_gui.document.project import Project
from flux_gui.gui import changes
from flux_gui.gui.addresses import addresses
from flux_gui.gui.changes import Change, LayerGoneError, layer_index
from flux_gui.gui.data_verbs import DataVerbs, live_change
from flux_gui.gui.loading import Loading
from flux_gui.gui.reading_offers import reading_offers
from flux_gui.runtime.verify import Verification, verify
from flux_gui.specs import FileData
from flux_gui.specs.codec import get_path
from flux_gui.specs.data import Kind, ReadSpec

READ_AGAIN = ("data.source.columns.", "data.source.reading.", "data.source.validation", "data.source.test")
"""Settings that may need the file again."""
DATA_TEXTS = {
    "data.source.reading.": "Change how the file is read",
    "data.split": "Change the split",
    "data.prepare.features": "Change the features",
    "data.prepare": "Change the preparation",
    "data.source.target": "Change the target",
}


class Controller(DataVerbs):
    """The user's verbs on one document."""

    _loading: Loading | None = None  # the file that is being read

    # --- edits ---------------------------------------------------------------------------------------------------

    def set_value(self, path: str, value: object) -> None:
        """Change one setting by its path in the specification, such as `training.optimiser.eta`."""
        if self.bridge.running and isinstance(value, float | int) and changes.is_live(self.project, path, value):
            self._set_live(path, float(value))
            return
        if path.startswith("data."):
            if not self.settle_slide(path, value):
                self._set_data(path, value)
            return
        merge = path if isinstance(value, float | int) and not isinstance(value, bool) else ""
        self.edit(changes.set_value(self.project, path, value), f"Change {path}", path, merge)

    def set_parameter(self, index: int, value: float, key: str) -> None:
        """Type one parameter by its index in the flat array."""
        self.edit(changes.set_parameter(self.project, index, value), f"Type {key}", "parameter.value", f"parameter.{index}")

    def pin(self, index: int, on: bool) -> None:
        """Pin a parameter to the live plot by its index in the flat array, or take it away from there."""
        change = pins.pin if on else pins.unpin
        self.edit(lambda project: change(project, index), f"{'Pin' if on else 'Unpin'} {addresses(self.project).at(index).key}")

    def add_layer(self, index: int | None = None, kind: str = "dense") -> None:
        """Insert a layer before layer `index`, or where its kind belongs."""
        self.edit(changes.add_layer(self.project, index, kind), "Add layer")

    def mend(self, problem: Problem) -> None:
        """Do what a problem offers, as one step."""
        if problem.mend is not None:
            self.edit(problem.mend.edit, problem.mend.label, problem.path)

    def remove_layer(self, id: str) -> None:
        """Remove the layer called `id`."""
        self.edit(lambda project: edits.remove_layer(project, layer_index(project, id)), "Remove layer")

    def duplicate_layer(self, id: str) -> None:
        """Insert a copy of the layer called `id` behind it."""
        self.edit(lambda project: edits.duplicate_layer(project, layer_index(project, id)), "Duplicate layer")

    def resize_layer(self, id: str, units: int) -> None:
        """Give the layer called `id` that many units."""
        path = self._layer_path(id, "units")
        if path:
            self.edit(lambda project: edits.resize_layer(project, layer_index(project, id), units), "Resize layer", path, f"units.{id}")

    def set_activation(self, id: str, name: str) -> None:
        """Give the layer called `id` another activation."""
        path = self._layer_path(id, "activation")
        if path:
            self.set_value(path, name)

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

    # --- files, verification, export -----------------------------------------------------------------------------

    def new_project(self) -> None:
        """Start again with the line example."""
        self.when_idle(lambda: self._replace(edits.line_example(), None))

    def open(self, path: Path) -> None:
        """Open a .flux project in the background; training ends first, and a change while it loads is not thrown away."""

        def work() -> None:
            before = self.project

            def done(project: Project) -> None:
                if self.project is before and not self.bridge.running:
                    self._replace(project, path)
                else:
                    self._say_changed(path)

            self._in_background(lambda: store.load(path), done)

        self.when_idle(work)

    def save(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Write the project to `path`; `then` follows on success."""
        self.when_idle(lambda: self._save(path, then), go_on=then is None)

    def open_data(self, path: Path, target: str = "", kinds: Mapping[str, Kind] | None = None, reading: ReadSpec | None = None) -> None:
        """Read a table in the background and make it this project's data, with a fresh network for it.

        `kinds` of columns are not guessed, nor what `reading` says. A file that is still being read gives way to this one.
        """
        before, running = self.project, self.bridge.running
        self.stop_loading()
        loading = self._loading = Loading(path.name, self)

        def done(project: Project) -> None:
            self._loaded(loading)
            if self.project is before and self.bridge.running is running:
                self.edit(lambda _before: project, f"Use {path.name}", "data.source.path", fresh=True)
            else:
                self._say_changed(path)

        def failed(error: FluxError) -> None:
            self._loaded(loading)
            if isinstance(error, Cancelled):
                if self._loading is None:
                    self.notice.emit("info", error.message, error.hint)
            elif offers := reading_offers(error, kinds, reading, partial(self.open_data, path, target=target)):
                self.tableRefused.emit(error, offers)
            else:
                self.failed.emit("data.source.path", error.message, error.hint)

        def work() -> Project:
            return counted(edits.project_from_file(path, target, kinds=kinds, reading=reading, progress=loading.tell))

        self._in_background(work, done, "data.source.path", failed)
        self.loadingChanged.emit(loading)

    def stop_loading(self) -> None:
        """Stop reading the file that is being read, if there is one."""
        if self._loading is not None:
            self._loading.cancel()

    def _loaded(self, loading: Loading) -> None:
        """Forget a reading that is over, unless another one has taken its place."""
        loading.deleteLater()
        if self._loading is loading:
            self._loading = None
            self.loadingChanged.emit(None)

    def close(self) -> None:
        """Stop reading and training, and let the document go."""
        self.stop_loading()
        super().close()

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

    def _set_live(self, path: str, value: float) -> None:
        if self._tried(lambda project: edits.set_value(project, path, value), path) is not None:
            self.bridge.adjust(path.rpartition(".")[2], value)
            self.liveChanged.emit(path, value)

    def _set_data(self, path: str, value: object) -> None:
        if path == "data.source.split_column":
            self._edit_data(lambda project: changes.with_split_column(project, str(value)), "Change the split", path)
            return
        anew = path.startswith(READ_AGAIN)
        text = next((text for start, text in DATA_TEXTS.items() if path.startswith(start)), f"Change {path}")
        if path.startswith(READ_AGAIN[0]):
            text = f"Change the column {get_path(self.project.spec, path.rpartition('.')[0]).name}"
        progress = self._reading_again() if anew or changes.is_wide(self.project) else None
        change = live_change(self.project, path, lambda project: edits.set_value(project, path, value, progress))
        self._edit_data(change, text, path, aside=anew)

    def _reading_again(self) -> Progress | None:
        """Return whom to tell how far the file of the project is read again; that is over when nothing is left in the background."""
        source = self.project.spec.data.source
        if not isinstance(source, FileData) or self._loading is not None:
            return None
        loading = self._loading = Loading(Path(source.path).name, self, verb="Preparing")
        self.loadingChanged.emit(loading)

        def over(busy: bool) -> None:
            if not busy:
                self.worker.busyChanged.disconnect(over)
                self._loaded(loading)

        self.worker.busyChanged.connect(over)
        return loading.tell

    def _edit_data(self, change: Change, text: str, path: str, aside: bool = False) -> None:
        """Apply an edit that prepares the data, in the background if that takes time."""
        if aside or changes.is_wide(self.project):
            self._edit_aside(lambda project: counted(change(project)), text, path)
        else:
            self.edit(change, text, path)

    def _layer_path(self, id: str, setting: str) -> str:
        """Return the path of a layer's setting; "", after saying so, if there is no such layer."""
        try:
            return f"{changes.LAYERS}{layer_index(self.project, id)}.{setting}"
        except LayerGoneError as error:
            self.failed.emit("", error.message, error.hint)
            return ""

    def _say_changed(self, path: Path) -> None:
        self.notice.emit("info", f"The project changed while {path.name} was loading.", "Open it again to use it instead.")

    def _save(self, path: Path, then: Callable[[], object] | None) -> None:
        """Write the project as it is now, in the background if that takes time; `then` follows if nothing has changed since."""
        project, opened = self.project, self._opened

        def done(_none: object) -> None:
            if self._opened != opened:
                return
            self.document.mark_saved(path, project)
            self.accepted.emit("project.save")
            self.saved.emit()
            if then is not None and self.project is project and not self.bridge.running:
                then()
            elif then is not None:
                self.notice.emit("info", f"The project changed while {path.name} was being saved.", "Save it again before you go on.")

        def failed(error: FluxError) -> None:
            self.failed.emit("project.save", error.message, error.hint)

        if changes.is_heavy(project):
            self.worker.submit(lambda: store.save(project, path), done, failed)
            return
        try:
            store.save(project, path)
        except FluxError as error:
            failed(error)
        else:
            done(None)

    def _verified(self, project: Project, result: Verification) -> None:
        if project.dataset is self.project.dataset and changes.same_network(project, self.project):
            self.verified.emit(result, project)
        elif project.dataset is self.project.dataset:
            self.notice.emit("info", "The network changed while the test rows were predicted.", "Press Verify again.")
        else:
            self.notice.emit("info", "The data changed while the test rows were predicted.", "Press Verify again.")


def counted(project: Project) -> Project:
    """Return `project` once what the window will say about its data is known; asked in the background, it costs the window nothing."""
    problems(project)
    return project
