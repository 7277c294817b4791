"""A legend in one line: short samples of the lines, their names and latest values, right-aligned and never jumping."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_gui.gui.theme import base_font

VALUE = "0.0000"  # room kept for a value
LINE, DOT, GAP = 24, 13, 12  # room of a sample with a line or a marker, and between entries
TIGHT = 7  # the gap where there is little room


@dataclass(frozen=True)
class LegendEntry:
    """One line or kind of points: its name, colour, dash style or marker ("o", "s", "" for a line) and latest value."""

    name: str
    colour: str
    style: Qt.PenStyle = Qt.PenStyle.SolidLine
    marker: str = ""
    value: str | None = None
    filled: bool = True


def fitting(entries: tuple[LegendEntry, ...], metrics: QFontMetrics, width: int) -> tuple[tuple[LegendEntry, ...], int, int]:
    """Return the entries that are whole within `width` pixels, the room kept for a value, and the gap between two.

    Where they do not fit, values lose the room that keeps them still, then values go, the first ones first, then entries.
    """

    def needed(shown: tuple[LegendEntry, ...], room: int, gap: int) -> int:
        values = sum(5 + max(room, metrics.horizontalAdvance(e.value)) for e in shown if e.value is not None)
        return values + sum(metrics.horizontalAdvance(e.name) + (DOT if e.marker else LINE) + gap for e in shown) - gap

    room = metrics.horizontalAdvance(VALUE)
    if needed(entries, room, GAP) <= width:
        return entries, room, GAP
    for place in range(len(entries) + 1):
        shown = (*(replace(entry, value=None) for entry in entries[:place]), *entries[place:])
        if needed(shown, 0, TIGHT) <= width:
            return shown, 0, TIGHT
    while len(shown) > 1 and needed(shown, 0, TIGHT) > width:
        shown = shown[1:]
    return shown, 0, TIGHT


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
        entries, room, gap = fitting(self._entries, metrics, self.width())
        for entry in reversed(entries):
            painter.setPen(QColor(entry.colour))
            if entry.value is not None:
                x -= max(room, metrics.horizontalAdvance(entry.value))
                painter.drawText(QPointF(x, base), entry.value)
                x -= 5
            x -= metrics.horizontalAdvance(entry.name)
            painter.drawText(QPointF(x, base), entry.name)
            x -= LINE if not entry.marker else DOT
            self._sample(painter, entry, x, self.height() / 2)
            x -= gap

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
