"""The field that lies over the title of a layer while somebody renames it."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

MOST = 40  # letters
WIDTH, HEIGHT = 132, 24


class TitleField(QLineEdit):
    """Signals: `renamed(id, text)` on Enter or when the focus leaves, `left()` when it is gone; Esc leaves the name as it is."""

    renamed = Signal(str, str)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._home = parent
        self._id = self._before = ""
        self.setObjectName("diagram.title")
        self.setAccessibleName(self.tr("Name of the layer"))
        self.setToolTip(self.tr("Name of the layer. Enter takes it, Esc leaves it as it was; empty: its usual title."))
        self.setMaxLength(MOST)
        self.hide()

    def open(self, id: str, name: str, usual: str, middle: QPoint) -> None:
        """Ask for the name of the layer called `id`, over the point `middle` of the parent."""
        self._id, self._before = id, name
        self.setText(name)
        self.setPlaceholderText(usual)
        room = self._home.width()
        self.setGeometry(max(2, min(room - WIDTH - 2, middle.x() - WIDTH // 2)), max(2, middle.y() - HEIGHT // 2), WIDTH, HEIGHT)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_field(self, take: bool) -> None:
        """Go away, with the text or without it."""
        id, self._id = self._id, ""
        if not id:
            return
        text = self.text().strip()
        self.hide()
        if take and text != self._before:
            self.renamed.emit(id, text)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the text with Enter, leave it with Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_field(take=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.close_field(take=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the text."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.close_field(take=True)
