"""Pictures of neurons at rest, made off the GUI thread: the latest wish wins, older ones are forgotten."""

from PySide6.QtCore import QObject, Signal

from flux_gui.document.project import Project
from flux_gui.gui.worker import Worker
from flux_gui.runtime.unit_inputs import UnitWish
from flux_gui.runtime.unit_probe import UnitPictures, unit_pictures


class UnitWorker(QObject):
    """Signals: `ready(UnitPictures or None)` for what was asked last; None where nothing can be pictured."""

    ready = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Worker(self)
        self._next: tuple[Project, UnitWish] | None = None
        self._key: object = None  # what was asked last

    def ask(self, project: Project, wish: UnitWish) -> None:
        """Picture the neurons of `project`, unless just that was asked last."""
        key = (wish, id(project.state.parameters_in_use), id(project.dataset), id(project.spec.model), project.spec.training.loss)
        if key == self._key:
            return
        self._key = key
        if self._lane.busy:
            self._next = project, wish
        else:
            self._start(project, wish)

    def forget(self) -> None:
        """Drop what was asked and what is on its way; the next wish is answered in any case."""
        self._next, self._key = None, None

    def wait(self) -> None:
        """Wait for what is being made; used when the window closes."""
        self.forget()
        self._lane.wait()

    def _start(self, project: Project, wish: UnitWish) -> None:
        key = self._key

        def done(found: UnitPictures | None) -> None:
            if self._next is not None:
                following, self._next = self._next, None
                self._start(*following)
            elif self._key is key and key is not None:
                self.ready.emit(found)

        self._lane.submit(lambda: unit_pictures(project, wish), done, lambda _error: done(None))
