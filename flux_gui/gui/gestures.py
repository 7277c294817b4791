"""A gesture: one drag of a knob or one stroke of a brush, which changes the project many times and is one step of undo."""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

from flux_gui.gui.changes import Change
from flux_gui.gui.editor import Editor

PACE = 60  # milliseconds between two changes of the project, at least
RUNNING = 150  # the same while training runs, which pauses and goes on for every change
SHARE = 3  # and so many times as long as one takes


class Gesture(QObject):
    """Applies the newest change now and then while the hand moves, and the last one when it lets go."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._next: Callable[[], None] | None = None
        self._active = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._take)

    @property
    def active(self) -> bool:
        """Whether the hand is still on it."""
        return self._active

    def move(self, change: Change, text: str, path: str = "") -> None:
        """Apply `change`, now or soon; one that comes before it was applied takes its place."""
        if not self._active:
            self._active = True
            self._editor.begin_gesture()
        self._next = lambda: self._editor.edit_in_gesture(change, text, path)
        if not self._timer.isActive():
            self._take()

    def finish(self) -> None:
        """Apply what is left; the next change belongs to another step."""
        self._timer.stop()
        if self._active:
            self._active = False
            pending, self._next = self._next, None
            if pending is not None:
                pending()
            else:  # everybody sees all of it now, not only what moved
                self._editor.projectChanged.emit(self._editor.project, self._editor.project)
            self._editor.end_gesture()

    def _take(self) -> None:
        if self._next is None:
            return
        if self._editor.is_pausing:  # the last change is still on its way
            self._timer.start(PACE // 4)
            return
        pending, self._next = self._next, None
        begin = perf_counter()
        pending()
        pace = RUNNING if self._editor.bridge.running else PACE
        self._timer.start(max(pace, int(SHARE * 1000 * (perf_counter() - begin))))
