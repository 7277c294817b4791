"""A thin line that shows how much of something is done."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_gui.gui.theme import theme


class ProgressLine(QWidget):
    """`setValue` takes 0..1; with `setMark` a small tick shows a noted place, such as the best epoch."""

    def __init__(self, parent: QWidget | None = None, *, help_text: str = "") -> None:
        super().__init__(parent)
        self._value = 0.0
        self._mark: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(help_text)
        self.setAccessibleName(help_text)

    def value(self) -> float:
        """Return the part done, 0..1."""
        return self._value

    def setValue(self, value: float) -> None:
        """Show `value` (0..1) as done."""
        value = min(1.0, max(0.0, value))
        moved = round(value * self.width()) != round(self._value * self.width())
        self._value = value
        if moved:
            self.update()

    def setMark(self, value: float | None) -> None:
        """Show a tick at `value` (0..1), or none."""
        if value != self._mark:
            self._mark = value
            self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the line with a little air."""
        return QSize(120, 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the track, the part done and the mark."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, self.height() / 2 - 2.5, self.width(), 5)
        painter.setBrush(QColor(c.track))
        painter.drawRoundedRect(track, 2.5, 2.5)
        if self._value > 0:
            painter.setBrush(QColor(c.accent))
            painter.drawRoundedRect(QRectF(0, track.top(), max(5.0, track.width() * self._value), 5), 2.5, 2.5)
        if self._mark is not None:
            painter.setBrush(QColor(c.validation))
            painter.drawRoundedRect(QRectF(track.width() * self._mark - 1.5, track.top() - 1.5, 3, 8), 1.5, 1.5)
