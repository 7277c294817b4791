"""The sentence of a wrong field that has no line of its own for it: a small note at the field, over whatever lies there."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtWidgets import QLabel

from flux_gui.gui.widgets.number_field import NumberField
from flux_gui.gui.widgets.text_field import TextField

WIDTH = 250
GAP = 3


class ErrorNote(QLabel):
    """Stands below `field`, or above where the window ends, as long as the field has an error."""

    def __init__(self, field: NumberField | TextField) -> None:
        super().__init__(field)
        self._field = field
        self.setProperty("readout", True)
        self.setProperty("error", True)
        self.setWordWrap(True)
        self.setFixedWidth(WIDTH)
        self.hide()
        field.errorChanged.connect(lambda _sentence: self._show())
        field.installEventFilter(self)
        field.destroyed.connect(self.deleteLater)  # the note may have moved to the window

    def _show(self) -> None:
        sentence, window = self._field.error(), self._field.window()
        if not sentence or not self._field.isVisible():
            self.hide()
            return
        if self.parentWidget() is not window:
            self.setParent(window)
        self.setText(sentence)
        size = QSize(WIDTH, self.heightForWidth(WIDTH))
        field = QRect(self._field.mapTo(window, QPoint(0, 0)), self._field.size())
        self.setGeometry(QRect(beside(field, size, window.rect()), size))
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the field."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._show()
        return super().eventFilter(watched, event)


def beside(field: QRect, size: QSize, room: QRect) -> QPoint:
    """Return where something of `size` stands below `field` inside `room`, or above it when there is no room below."""
    x = max(room.left(), min(field.left(), room.right() - size.width() - GAP))
    below = field.bottom() + GAP
    return QPoint(x, below if below + size.height() <= room.bottom() else field.top() - GAP - size.height())
