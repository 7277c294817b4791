"""What is carried over the picture with the mouse, a kind of layer or layers that are there, and where it would fall."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

EDGE, PACE = 28, 18  # pixels from the rim of the picture where it scrolls along, and how far each time
ASIDE = QPoint(14, 10)  # of the label to the pointer


@dataclass(frozen=True)
class Load:
    """A kind of layer that is not there yet, or the ids of layers; `label` is what is seen under the pointer."""

    kind: str = ""
    ids: tuple[str, ...] = ()
    label: str = ""


class Carrier(QObject):
    """One drag from the first move to the drop. Signals: `over(Load, x)` while over the picture, `left()`, `dropped(Load, x)`.

    `x` is a place in the scene, found by `place(global point)`, which is None outside the picture. Esc ends the drag without a drop.
    """

    over = Signal(object, float)
    left = Signal()
    dropped = Signal(object, float)

    def __init__(self, parent: QWidget, place: Callable[[QPoint], float | None]) -> None:
        super().__init__(parent)
        self._home, self._place = parent, place
        self.load: Load | None = None
        self._label: QLabel | None = None

    @property
    def active(self) -> bool:
        """Whether something is being carried."""
        return self.load is not None

    def start(self, load: Load, at: QPoint) -> None:
        """Take something up at a point of the screen."""
        self.cancel()
        self.load = load
        label = QLabel(load.label, self._home.window())
        label.setProperty("chip", True)
        label.setProperty("kind", "on")
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        label.adjustSize()
        label.show()
        label.raise_()
        self._label = label
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self.move(at)

    def move(self, at: QPoint) -> None:
        """Follow the pointer."""
        if self.load is None or self._label is None:
            return
        self._label.move(self._home.window().mapFromGlobal(at) + ASIDE)
        x = self._place(at)
        if x is None:
            self.left.emit()
        else:
            self.over.emit(self.load, x)

    def drop(self, at: QPoint) -> None:
        """Let it fall; outside the picture nothing happens."""
        load, x = self.load, self._place(at)
        self.cancel()
        if load is not None and x is not None:
            self.dropped.emit(load, x)

    def cancel(self) -> None:
        """End the drag."""
        if self.load is None:
            return
        self.load = None
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        if self._label is not None:
            self._label.hide()
            self._label.deleteLater()
            self._label = None
        self.left.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """End the drag with Esc."""
        if (
            isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and event.type()
            in (
                QEvent.Type.KeyPress,
                QEvent.Type.ShortcutOverride,
            )
        ):
            self.cancel()
            event.accept()
            return True
        return False
