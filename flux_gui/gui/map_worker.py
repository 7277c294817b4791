"""Pictures of what a network answers, made off the GUI thread: the latest wish wins, older ones are forgotten."""

from PySide6.QtCore import QObject, Signal

from flux_gui.document.project import Project
from flux_gui.document.states import Array
from flux_gui.gui.worker import Worker
from flux_gui.runtime.map_probe import DecisionMap, can_map, decision_map


class MapWorker(QObject):
    """Signals: `ready(DecisionMap or None)` for the project asked for last; None where it has no picture."""

    ready = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Worker(self)
        self._wish: Project | None = None
        self._shown: tuple[Array, object, object] | None = None  # of what the latest picture is

    def ask(self, project: Project) -> None:
        """Make the picture of `project`, unless the latest one is of the same network and data already."""
        key = (project.state.parameters_in_use, project.dataset, project.spec.model)
        if self._shown is not None and all(a is b for a, b in zip(key, self._shown, strict=True)):
            return
        self._shown = key
        if not can_map(project):
            self._wish = None
            self.ready.emit(None)
        elif self._lane.busy:
            self._wish = project
        else:
            self._start(project)

    def forget(self) -> None:
        """Drop a wish that something newer has overtaken; the next one is made in any case."""
        self._wish, self._shown = None, None

    def wait(self) -> None:
        """Wait for what is being made; used when the window closes."""
        self._wish = None
        self._lane.wait()

    def _start(self, project: Project) -> None:
        key = self._shown

        def done(found: DecisionMap | None) -> None:
            if self._wish is not None:
                wish, self._wish = self._wish, None
                self._start(wish)
            elif self._shown is key:
                self.ready.emit(found)

        self._lane.submit(lambda: decision_map(project), done, lambda _error: done(None))
