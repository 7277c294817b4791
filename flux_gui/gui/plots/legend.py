"""A legend in one line: short samples of the lines, their names and latest values, right-aligned and never jumping."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_gui.gui.theme import base_font

VALUE = "0.0000"  # room kept for a value


@dataclass(frozen=True)
class LegendEntry:
    """One line or kind of points: its name, colour, dash style or marker ("o", "s", "" for a line) and latest value."""

    name: str
    colour: str
    style: Qt.PenStyle = Qt.PenStyle.SolidLine
    marker: str = ""
    value: str | None = None
    filled: bool = True


class Legend(QWidget):
    """`setEntries` replaces what is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def setEntries(self, entries: tuple[LegendEntry, ...]) -> None:
        """Show these entries."""
        if entries != self._entries:
            self._entries = entries
            said = ", ".join(f"{e.name} {e.value}" if e.value else e.name for e in entries)
            self.setAccessibleName(said)
            self.setToolTip(self.tr("What the lines and points are, with the latest value: {0}").format(said))
            self.update()

    def entries(self) -> tuple[LegendEntry, ...]:
        """Return the entries shown."""
        return self._entries

    def sizeHint(self) -> QSize:
        """Return the height of one line."""
        return QSize(100, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the entries from right to left."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(base_font(11))
        metrics = painter.fontMetrics()
        x = float(self.width())
        base = (self.height() + metrics.ascent() - metrics.descent()) / 2
        for entry in reversed(self._entries):
            colour = QColor(entry.colour)
            if entry.value is not None:
                x -= max(metrics.horizontalAdvance(VALUE), metrics.horizontalAdvance(entry.value))
                painter.setPen(colour)
                painter.drawText(QPointF(x, base), entry.value)
                x -= 5
            x -= metrics.horizontalAdvance(entry.name)
            painter.setPen(colour)
            painter.drawText(QPointF(x, base), entry.name)
            x -= 24 if not entry.marker else 13
            self._sample(painter, entry, x, self.height() / 2)
            x -= 12
            if x < 0:
                break

    @staticmethod
    def _sample(painter: QPainter, entry: LegendEntry, x: float, y: float) -> None:
        colour = QColor(entry.colour)
        if not entry.marker:
            painter.setPen(QPen(colour, 1.8, entry.style))
            painter.drawLine(QPointF(x, y), QPointF(x + 18, y))
            return
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(colour if entry.filled else Qt.BrushStyle.NoBrush)
        if entry.marker == "s":
            painter.drawRect(int(x + 1), int(y - 3), 7, 7)
        else:
            painter.drawEllipse(QPointF(x + 4, y), 3.4, 3.4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
