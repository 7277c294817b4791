"""What the colours and shapes of a map mean: a line for each class with its shape, or a scale for a number."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_gui.gui.plots.class_look import LEVELS, class_colour, class_shape, draw_shape, scale_table
from flux_gui.gui.plots.ranges import GROUP, short
from flux_gui.gui.theme import base_font, theme

LINE = 19
BAR = 120  # pixels of the scale of a number
MOST = 10


class MapKey(QWidget):
    """`setTarget`, `setCounts` and `setLevels` say what is drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target, self._labels = "", ()  # type: str, tuple[str, ...]
        self._counts: tuple[int, ...] = ()
        self._rows, self._hollow = 0, False
        self._levels = (0.0, 1.0)
        self._classes_shown = True
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setTarget(self, target: str, labels: tuple[str, ...]) -> None:
        """Name the target and its classes."""
        self._target, self._labels = target, labels
        self._changed()

    def setCounts(self, counts: tuple[int, ...], rows: int, hollow: bool) -> None:
        """Say how many points of each class are drawn, of how many rows, and whether some of them are hollow."""
        self._counts, self._rows, self._hollow = counts, rows, hollow
        self._changed()

    def setLevels(self, levels: tuple[float, float]) -> None:
        """Say which numbers the ends of the scale are."""
        self._levels = levels
        self._changed()

    def setClassesShown(self, on: bool) -> None:
        """Leave the lines of the classes to somebody else."""
        self._classes_shown = on
        self._changed()

    def lines(self) -> list[str]:
        """Return what is written, from top to bottom."""
        return [self._title(), *self._names(), *self._notes()]

    def _title(self) -> str:
        return self._target if self._classes_shown else ""

    def _names(self) -> list[str]:
        if not self._classes_shown:
            return []
        more = [self.tr("and {0} more").format(len(self._labels) - MOST)] if len(self._labels) > MOST else []
        return [*self._labels[:MOST], *more]

    def _notes(self) -> list[str]:
        drawn = sum(self._counts)
        notes = [self.tr("hollow: not\ntrained on")] if self._hollow else []
        if drawn < self._rows:
            notes.append(self.tr("{0} of {1}\nrows drawn").format(f"{drawn:,}", f"{self._rows:,}").replace(",", GROUP))
        return notes

    def _changed(self) -> None:
        self.setAccessibleName(", ".join(self.lines()))
        self.setToolTip("\n".join(self.lines()))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all lines."""
        height = LINE * (len(self._names()) + bool(self._title())) if self._labels else LINE + BAR + 20
        return QSize(84, height + sum(15 * (note.count("\n") + 1) + 8 for note in self._notes()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines in the theme's colours."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(base_font(11))
        metrics, y = painter.fontMetrics(), 0.0

        def write(text: str, left: float, top: float, colour: str, height: float = LINE) -> None:
            painter.setPen(QColor(colour))
            room = QRectF(left, top, self.width() - left, height)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width())) if "\n" not in text else text
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

        if self._title():
            write(self._title(), 0, 0, c.muted)
            y = LINE
        if self._labels:
            for index, name in enumerate(self._names()):
                tint = QColor(class_colour(index, len(self._labels)))
                if index < MOST:
                    draw_shape(painter, class_shape(index), QPointF(6, y + LINE / 2), 4.2, tint, QColor(c.surface))
                write(name, 17, y, c.text)
                y += LINE
        else:
            y = self._scale(painter, y + 4)
        for note in self._notes():
            height = 15.0 * (note.count("\n") + 1)
            write(note, 0, y + 8, c.muted, height)
            y += height + 8

    def _scale(self, painter: QPainter, top: float) -> float:
        c = theme().colours
        fade = QLinearGradient(0, top + BAR, 0, top)
        table = scale_table(c)
        for level in range(0, LEVELS, 15):
            fade.setColorAt(level / (LEVELS - 1), QColor(*(int(part) for part in table[level])))
        painter.setPen(QColor(c.border))
        painter.setBrush(fade)
        painter.drawRoundedRect(QRectF(0.5, top + 0.5, 13, BAR), 3, 3)
        painter.setPen(QColor(c.text))
        painter.drawText(QPointF(20, top + 10), short(self._levels[1]))
        painter.drawText(QPointF(20, top + BAR), short(self._levels[0]))
        return top + BAR
