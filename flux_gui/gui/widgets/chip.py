"""A small rounded label that states one fact, and perhaps opens something when it is clicked."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

LEAST = 80  # pixels of a chip that says more than there is room for
KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Chip(QLabel):
    """`kind` is "info", "on", "warning" or "error"; the tooltip tells why the fact is so. Signals: `clicked()`, once it is clickable."""

    clicked = Signal()

    def __init__(self, text: str, tooltip: str = "", parent: QWidget | None = None, *, kind: str = "info") -> None:
        super().__init__(text, parent)
        self._clickable = self._opens = False
        self.setProperty("chip", True)
        self.setProperty("kind", kind)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(tooltip or text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def setClickable(self, menu: bool = True) -> None:
        """Let mouse and keyboard press the chip; with `menu` a small triangle says that it opens something."""
        self._clickable, self._opens = True, menu
        self.setProperty("clickable", True)
        self.setProperty("opens", menu)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(self.toolTip())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, shortened where there is no room, and a small triangle at the right end when something opens."""
        if self.width() >= self.sizeHint().width():
            super().paintEvent(event)
        else:
            self._paint_shortened()
        if not self._opens:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().windowText())
        x, y = self.width() - 9.5, self.height() / 2
        painter.drawPolygon(QPolygonF([QPointF(x - 3, y - 1.5), QPointF(x + 3, y - 1.5), QPointF(x, y + 2)]))

    def minimumSizeHint(self) -> QSize:
        """Return a size at which the beginning of the text can be read."""
        return QSize(min(LEAST, self.sizeHint().width()), super().minimumSizeHint().height())

    def _paint_shortened(self) -> None:
        painter, room = QPainter(self), self.contentsRect()
        self.drawFrame(painter)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.style().drawItemText(painter, room, int(self.alignment()), self.palette(), self.isEnabled(), text, self.foregroundRole())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Emit `clicked` for the left button."""
        if self._clickable and event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
        else:
            super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that the release comes here too."""
        if not self._clickable:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Emit `clicked` for Space and Enter."""
        if self._clickable and event.key() in KEYS:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)
