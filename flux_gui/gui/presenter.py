"""Shows the document and the running training in the main window: the one listener of controller and bridge."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer

from flux_gui.core.errors import FluxError
from flux_gui.document.problems import problems
from flux_gui.document.project import Project
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.gui.live_units import LiveUnits
from flux_gui.gui.loading import Loading
from flux_gui.gui.main_window import MainWindow
from flux_gui.gui.map_worker import MapWorker
from flux_gui.gui.maths_desk import MathsDesk
from flux_gui.gui.paint_desk import PaintDesk
from flux_gui.gui.panels.training_panel import rate_notice
from flux_gui.gui.preview import with_point_zero
from flux_gui.gui.reading_offers import Offers
from flux_gui.gui.turns import Turns
from flux_gui.gui.view import number, source_place
from flux_gui.gui.widgets.number_text import parse
from flux_gui.runtime import probe
from flux_gui.runtime.map_probe import DecisionMap

RATE = "training.optimiser.eta"
OUTCOMES = {"new": "Ready", "paused": "Paused", "finished": "Finished", "stopped": "Stopped early", "diverged": "Stopped"}


class Presenter(QObject):
    """Listens to the controller and repaints what changed; a part is redrawn only if its value is not the same object."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window_ = window
        self.controller = window.controller
        self.bridge = window.controller.bridge
        self._turns = Turns()
        self._map: DecisionMap | None = None  # of the running training, not shown yet
        self.maps = MapWorker(self)
        self.units = LiveUnits(window.stage, window.controller.bridge, window.chosen_row, self)
        self.maths = MathsDesk(window.stage.strip, window.maths, window.chosen_row, window.controller.bridge, self)
        self.desk = PaintDesk(self.controller, window.results.map, window.results.fit)
        self._listen()
        self._route()
        self.show_project(self.controller.project)

    def _listen(self) -> None:
        controller, bridge, window = self.controller, self.bridge, self.window_
        controller.projectChanged.connect(self._changed)
        controller.projectChanged.connect(self._tell_rate)
        controller.failed.connect(window.show_error)
        controller.failed.connect(self._restore_source)
        controller.accepted.connect(window.settle)
        controller.tableRefused.connect(self._table_refused)
        controller.notice.connect(window.show_notice)
        controller.loadingChanged.connect(self._show_loading)
        controller.liveChanged.connect(self._show_live)
        controller.verified.connect(self.show_verified)
        controller.saved.connect(self._saved)
        controller.stack.canUndoChanged.connect(lambda _on: self._show_undo())
        controller.stack.indexChanged.connect(lambda _index: self._show_undo())
        controller.worker.busyChanged.connect(self._show_busy)
        bridge.started.connect(self._started)
        bridge.ended.connect(lambda *_ended: self._show_running(bridge.running))
        bridge.frame.connect(self.show_frame)
        self.maps.ready.connect(self._show_map)
        window.closed.connect(self.maps.wait)
        window.closed.connect(self.maths.worker.stop)
        window.closed.connect(self.units.worker.wait)

    def _route(self) -> None:
        """Let every part of the window call the controller."""
        controller, window = self.controller, self.window_
        for panel in (window.data_panel, window.network_panel, window.training_panel):
            panel.edited.connect(controller.set_value)
        window.rows.edited.connect(controller.set_value)
        window.data_panel.sliding.connect(controller.slide)
        window.data_panel.paintingChosen.connect(lambda kind: controller.use_painted(kind == "curve"))
        window.data_panel.sourceChosen.connect(self._source_chosen)
        window.data_panel.fileWanted.connect(window.files.choose_part)
        window.run_bar.rateEdited.connect(lambda value: controller.set_value(RATE, value))
        window.stage.strip.typed.connect(controller.set_parameter)
        window.stage.strip.pinRequested.connect(controller.pin)
        window.stage.strip.mathsRequested.connect(lambda: window.drawer.toggle_titled("Maths"))
        window.parameters.typed.connect(self._typed_in_table)
        window.parameters.picked.connect(window.stage.strip.pick)
        window.rows.clicked.connect(lambda at: window.chosen_row.choose_of_table(window.rows.rows.row(at.row())))

    # --- the document --------------------------------------------------------------------------------------------

    def _changed(self, before: Project, after: Project) -> None:
        """Show a change; in another project nothing of what was typed into the fields before is kept."""
        if self.controller.gesture.active and self._is_moving(before, after):
            return
        fresh = self.controller.document.fresh
        if fresh:
            self.window_.forget_errors()
        self.show_project(after)
        if fresh or source_place(before) != source_place(after):
            self._scroll_up()

    def _is_moving(self, before: Project, after: Project) -> bool:
        """Show of a change within a drag only what moves, so that the hand feels nothing; return whether that is enough."""
        if self.controller.is_pausing:
            return True  # the next change of the drag follows at once
        if (before.spec.model, before.spec.training) != (after.spec.model, after.spec.training):
            return False
        self.window_.data_panel.show_project(after)
        self.window_.results.holds_points = self.desk.active
        self.window_.results.show_points(after)
        QTimer.singleShot(0, self, self._ask_map)
        return True

    def _ask_map(self) -> None:
        """Ask for the picture of the project, unless training brings its own."""
        if not self.bridge.running:
            self.maps.ask(self.controller.project)

    def _scroll_up(self) -> None:
        """Show the first section once the layout has settled."""
        bar = self.window_.settings_area.verticalScrollBar()
        QTimer.singleShot(0, bar, lambda: bar.setValue(0))

    def show_project(self, project: Project) -> None:
        """Show everything of `project`."""
        window = self.window_
        window.chosen_row.show_project(project)
        for panel in (window.data_panel, window.network_panel, window.training_panel):
            panel.show_project(project)
        window.verify_panel.show_project(project)
        window.stage.show_project(project)
        window.assembling.show_project(project)
        self.units.show_project(project)
        self.maths.show_project(project)
        window.parameters.parameters.show_project(project)
        window.rows_page.show_project(project)
        window.code_page.show_project(project)
        window.results.holds_points = self.desk.active
        window.results.show_project(with_point_zero(project))
        self.desk.show_project(project)
        self._show_fit(project)
        optimiser = OPTIMISERS.get(project.spec.training.optimiser.name)
        self._show_rate(optimiser.values(project.spec.training.optimiser.values).get("eta", 0.0))
        window.run_bar.show_progress(project.state.epoch, project.spec.training.epochs)
        self._show_title()
        self._show_status(project)
        self._show_undo()
        self._show_problem(project)

    def _show_problem(self, project: Project) -> None:
        """Show the worst problem of network or training, with the click that mends it; the data's stand at the data."""
        found = [problem for problem in problems(project) if not problem.path.startswith("data.")]
        line = self.window_.stage.problem
        if not found:
            line.show_problem("warning", "")
            return
        first = found[0]
        more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
        label = first.mend.label if first.mend is not None else ""
        line.show_problem(first.severity, first.text + more, first.hint, label, lambda: self.controller.mend(first))

    def _show_rate(self, value: float) -> None:
        optimiser = OPTIMISERS.get(self.controller.project.spec.training.optimiser.name)
        self.window_.run_bar.show_rate(next((hyper for hyper in optimiser.hypers if hyper.name == "eta"), None), value)

    def _show_live(self, path: str, value: float) -> None:
        """Show a value that the running training has taken, wherever it stands."""
        self.window_.training_panel.form.setValues({path: value})
        if path == RATE:
            self._show_rate(value)

    def _tell_rate(self, before: Project, after: Project) -> None:
        text = rate_notice(before, after)
        if text:
            self.window_.show_notice("info", text)

    def _show_fit(self, project: Project) -> None:
        curve = probe.fit(project)
        if curve is not None:
            self.window_.results.show_fit(*curve)
        QTimer.singleShot(0, self, self._ask_map)

    def _show_map(self, found: DecisionMap | None) -> None:
        if not self.bridge.running:
            self.window_.results.show_map(found)

    def _show_status(self, project: Project) -> None:
        window, state, threads = self.window_, project.state, self.bridge.threads
        words = OUTCOMES[state.outcome]
        window.device_label.setText(f"processor \u00b7 {threads} thread{'s' if threads != 1 else ''} \u00b7 {project.spec.model.dtype}")
        window.state_label.setToolTip(state.message)
        window.state_label.setText(f"{'Training' if self.bridge.running else words} \u00b7 seed {project.spec.model.seed}")
        best = state.best
        window.best_label.setText(f"best validation loss {number(best.loss)} at epoch {best.epoch}" if best is not None else "")
        action = window.actions_table["train.use_best"]
        action.setEnabled(best is not None)
        action.setChecked(state.in_use == "best" and best is not None)

    def _show_undo(self) -> None:
        stack, actions = self.controller.stack, self.window_.actions_table
        for id, able, text, verb in (
            ("edit.undo", stack.canUndo(), stack.undoText(), "Undo"),
            ("edit.redo", stack.canRedo(), stack.redoText(), "Redo"),
        ):
            actions[id].setEnabled(able)
            actions[id].setText(f"{verb} \u201c{text}\u201d" if able else verb)

    def _saved(self) -> None:
        self.window_.show_saved()
        self._show_title()

    def _show_title(self) -> None:
        self.window_.show_title(self.controller.name, self.controller.document.dirty)

    def _table_refused(self, error: FluxError, offers: Offers) -> None:
        """Say why a table cannot be read, and offer to read it in another way."""
        self._restore_source("data.source.path", "", "")
        self.window_.show_notice("error", error.message, error.hint)
        self.window_.notice.show_message("error", error.message, error.hint, offers)

    def _show_loading(self, loading: Loading | None) -> None:
        """Show how far the reading of a file is, or that it is over."""
        if loading is None:
            self.window_.loading.done()
        else:
            self.window_.loading.follow(loading)

    def _restore_source(self, path: str, _message: str, _hint: str) -> None:
        """Take back what a refused choice shows where no sentence stands beside it."""
        if path == "data.source.painted":
            self.desk.show_project(self.controller.project)
            self.desk.restore(self.controller.project)
        if path.startswith("data.source.path"):
            self.window_.data_panel.show_project(self.controller.project)
        if path.startswith("model.layers"):
            self.window_.stage.show_project(self.controller.project)

    # --- training ------------------------------------------------------------------------------------------------

    def show_frame(self, frame: Any) -> None:
        """Show one moment of the running training: network and texts, or the plots, in turns, so that a frame stays short."""
        window, project = self.window_, self.controller.project
        self._map = frame.map or self._map
        self.units.keep(frame.units)
        self.maths.show(frame.maths, frame.history)
        if self._turns.network(monotonic()):
            rate = frame.rate if project.spec.training.schedule else None
            window.run_bar.show_progress(frame.epoch, project.spec.training.epochs, frame.steps_per_second, rate)
            window.stage.show_frame(frame.parameters)
            self.units.show()
            window.parameters.show_frame(frame.parameters)
            return
        window.results.show_curves(frame.curves(), live=True)
        if frame.fit is not None:
            window.results.show_fit(*frame.fit)
        if self._map is not None:
            window.results.show_map(self._map)
            self._map = None

    def _started(self) -> None:
        """Show that training runs; what Verify found before is no longer true."""
        self.maps.forget()
        self._map = None
        self.window_.verify_panel.show_project(self.controller.project)
        self.window_.results.seal(self.controller.project)
        self.window_.rows_page.view.seal(True)
        self._show_running(True)

    def _show_running(self, running: bool) -> None:
        self.window_.run_bar.show_running(running)
        for id in ("train.step_epoch", "train.step_batch"):
            self.window_.actions_table[id].setEnabled(not running)
        project = self.controller.project
        self.window_.run_bar.show_progress(project.state.epoch, project.spec.training.epochs)
        self._show_status(project)

    def show_verified(self, result: Any, project: Project) -> None:
        """Show what Verify found with `project`."""
        window = self.window_
        window.verification.show_result(result, project.dataset.labels, project.dataset.preparation.target)
        window.verify_panel.show_metrics(len(result.truth), result.metrics)
        window.results.show_verified(project)
        window.rows_page.view.seal(False)

    # --- requests ------------------------------------------------------------------------------------------------

    def _source_chosen(self, key: str) -> None:
        window = self.window_
        if key != window.data_panel.shown_source or key in ("sample", "file"):
            self._sources()[key]()
        window.data_panel.show_project(self.controller.project)

    def _sources(self) -> dict[str, Callable[[], object]]:
        controller, files = self.controller, self.window_.files
        return {
            "formula": controller.use_formula,
            "generated": controller.use_generated,
            "painted": controller.use_painted,
            "sample": files.choose_sample,
            "file": files.open_data,
        }

    def _typed_in_table(self, index: int, text: str) -> None:
        value = parse(text)
        if value is None:
            self.window_.show_notice("error", f"'{text}' is not a number.", "Type digits, for example 0.5.")
        else:
            self.controller.set_parameter(index, value, self.window_.parameters.parameters.key(index))

    def _show_busy(self, busy: bool) -> None:
        if busy:
            self.window_.state_label.setText("Working...")
        else:
            self._show_status(self.controller.project)
