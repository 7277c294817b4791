"""Brings the maths of what is selected to the strip and the page: from a worker while nothing trains, else from the training itself."""

from PySide6.QtCore import QObject, QTimer

from flux_gui.document.project import Project
from flux_gui.gui.bridge import Bridge
from flux_gui.gui.chosen_row import ChosenRow
from flux_gui.gui.panels.maths_page import MathsPage
from flux_gui.gui.selection_strip import SelectionStrip
from flux_gui.gui.worker import Worker
from flux_gui.runtime.history import History
from flux_gui.runtime.maths_probe import Maths, MathsWish, RestingMaths, is_light
from flux_gui.runtime.trail import curve_of


class MathsDesk(QObject):
    """Knows what is looked at; only the latest question counts."""

    def __init__(self, strip: SelectionStrip, page: MathsPage, row: ChosenRow, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.strip, self.page, self.row, self.bridge = strip, page, row, bridge
        self.worker = Worker(self)
        self._resting: RestingMaths | None = None
        self._wish: MathsWish | None = None
        self._waiting = False  # whether a question will be asked as soon as events are done
        self._again = False  # whether one came while the worker was busy
        strip.subjectChanged.connect(self.look)
        row.changed.connect(self._row_changed)
        page.watched.connect(lambda _on: self.look())
        page.neuronChosen.connect(strip.pick_neuron)
        page.parameterChosen.connect(strip.pick)
        self._row_changed()

    def show_project(self, project: Project) -> None:
        """Look at `project` from now on."""
        self._resting = RestingMaths(project)
        self.page.show_project(project)
        self.look()

    def look(self) -> None:
        """Find the maths of what is selected now, once the events that say so are over."""
        if not self._waiting:
            self._waiting = True
            QTimer.singleShot(0, self, self._ask)

    def show(self, maths: Maths | None, history: History) -> None:
        """Show what a running training has found, unless something else is looked at by now."""
        if self.page.isVisible():
            at = self.strip.parameter()
            self.page.show_history(history.parameter(at.index) if at is not None else None)
        if maths is not None and maths.wish == self._wish:
            self._deliver(maths)

    def _row_changed(self) -> None:
        self.strip.show_row(self.row.title)
        self.look()

    def _ask(self) -> None:
        self._waiting = False
        resting = self._resting
        if resting is None:
            return
        project, place, at = resting.project, self.strip.place(self.row.part, self.row.row), self.strip.parameter()
        watched = self.page.isVisible()
        self._wish = MathsWish(place, watched or is_light(project))
        self.bridge.ask(self._wish)
        if watched and place is not None:
            self.page.show_selection(place.layer, place.unit, at)
            if not self.bridge.running:
                self.page.show_history(curve_of(project.state.curves, project.state.trail, at.index) if at is not None else None)
        if not self.bridge.running:
            self._start(resting, self._wish)

    def _start(self, resting: RestingMaths, wish: MathsWish) -> None:
        if self.worker.busy:
            self._again = True
            return

        first = resting.quick(wish)

        def done(found: Maths | None) -> None:
            current = resting is self._resting and wish == self._wish and not self.bridge.running
            if found is not None and current:
                self._deliver(Maths(wish, found.neuron, found.step, pending=found.wish != wish))
            if self._again:
                self._again = False
                self.look()
            elif found is not None and current and found.wish != wish:
                self.worker.submit(lambda: resting(wish), done, lambda _error: done(None))

        self.worker.submit(lambda: resting(first), done, lambda _error: done(None))

    def _deliver(self, maths: Maths) -> None:
        self.strip.show_maths(maths)
        if self.page.isVisible():
            self.page.show_maths(maths)
