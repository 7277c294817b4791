"""What stands in the scene: nodes, tags with a value, headers, and the cubic paths of edges."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from flux_gui.gui.theme import base_font, theme

STEPS = np.linspace(0.0, 1.0, 25)


def readable_on(fill: QColor) -> QColor:
    """Return black or white, whichever can be read on `fill`."""
    light = 0.299 * fill.redF() + 0.587 * fill.greenF() + 0.114 * fill.blueF()
    return QColor("#14171c") if light > 0.55 else QColor("#ffffff")


def cubic(start: QPointF, end: QPointF) -> QPainterPath:
    """Return the curve of an edge."""
    path = QPainterPath(start)
    half = (end.x() - start.x()) * 0.5
    path.cubicTo(start.x() + half, start.y(), end.x() - half, end.y(), end.x(), end.y())
    return path


def cubic_points(start: QPointF, end: QPointF, at: NDArray[np.float64] = STEPS) -> NDArray[np.float64]:
    """Return points (n, 2) on the curve of an edge."""
    half = (end.x() - start.x()) * 0.5
    a, b = (1 - at) ** 3, 3 * (1 - at) ** 2 * at
    c, d = 3 * (1 - at) * at**2, at**3
    x = a * start.x() + b * (start.x() + half) + c * (end.x() - half) + d * end.x()
    y = (a + b) * start.y() + (c + d) * end.y()
    return np.column_stack((x, y))


class NodeItem(QGraphicsItem):
    """One node: a rounded square; `column` and `unit` say which. `colour` None is the neutral look of an input."""

    def __init__(self, column: int, unit: int, side: float, text: str = "") -> None:
        super().__init__()
        self.column, self.unit, self.side = column, unit, side
        self.text = text
        self.colour: QColor | None = None
        self.selected = False
        self.setZValue(10)

    def show_value(self, colour: QColor | None, text: str) -> None:
        """Change fill and text; repaint only when they differ."""
        if colour != self.colour or text != self.text:
            self.colour, self.text = colour, text
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the square with its frame."""
        half = self.side / 2 + 4
        return QRectF(-half, -half, 2 * half, 2 * half)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint the square, its text, and a ring when it is selected."""
        c = theme().colours
        half = self.side / 2
        box = QRectF(-half, -half, self.side, self.side)
        fill = self.colour or QColor(c.node)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.canvas), 2))
        painter.setBrush(fill)
        radius = min(8.0, max(3.0, self.side / 6))
        painter.drawRoundedRect(box, radius, radius)
        edge = QColor(c.control)
        edge.setAlpha(150)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if self.selected:
            painter.setPen(QPen(QColor(c.accent), 2))
            painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), radius + 2, radius + 2)
        if self.text:
            size = 15 if self.side >= 70 else 13 if self.side >= 50 else 11 if self.side >= 38 else 9
            painter.setFont(base_font(size, QFont.Weight.DemiBold if self.side >= 50 else QFont.Weight.Normal))
            painter.setPen(readable_on(fill))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)


class TextItem(QGraphicsItem):
    """A line of text at a point; `align` -1, 0, 1 puts the point at the text's left end, middle or right end. `tag` gives it a frame."""

    def __init__(self, text: str, *, align: int = 0, size: int = 11, bold: bool = False, role: str = "text", tag: bool = False) -> None:
        super().__init__()
        self.align, self.role, self.tag = align, role, tag
        self.selected = False
        self.font = base_font(size, QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        self._text = ""
        self._box = QRectF()
        self.setZValue(20)
        self.setText(text)

    def text(self) -> str:
        """Return the text."""
        return self._text

    def setText(self, text: str, colour: str = "") -> None:
        """Show another text, perhaps in another colour."""
        if colour and colour != self.role:
            self.role = colour
            self.update()
        if text == self._text:
            return
        self.prepareGeometryChange()
        self._text = text
        metrics = QFontMetricsF(self.font)
        width, height = metrics.horizontalAdvance(text) + (12 if self.tag else 2), metrics.height() + (4 if self.tag else 0)
        self._box = QRectF({-1: 0.0, 0: -width / 2, 1: -width}[self.align], -height / 2, width, height)
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the room of the text."""
        return self._box.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint the frame and the text."""
        c = theme().colours
        if self.tag:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(c.accent if self.selected else c.border), 1.5 if self.selected else 1))
            painter.setBrush(QColor(c.surface))
            painter.drawRoundedRect(self._box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setFont(self.font)
        painter.setPen(QColor(getattr(c, self.role, self.role)))
        painter.drawText(self._box, Qt.AlignmentFlag.AlignCenter, self._text)


class SlabItem(QGraphicsItem):
    """A step between two columns: an upright bar with its name."""

    def __init__(self, width: float, height: float, text: str) -> None:
        super().__init__()
        self._box = QRectF(-width / 2, -height / 2, width, height)
        self.text = text
        self.selected = False
        self.setZValue(8)

    def boundingRect(self) -> QRectF:
        """Return the bar with its frame."""
        return self._box.adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint the bar and its name, read from below."""
        c = theme().colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.accent if self.selected else c.control), 2 if self.selected else 1))
        painter.setBrush(QColor(c.surface))
        painter.drawRoundedRect(self._box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(base_font(11, QFont.Weight.DemiBold if self.selected else QFont.Weight.Normal))
        painter.setPen(QColor(c.text))
        painter.rotate(-90)
        room = QRectF(-self._box.height() / 2 + 5, -self._box.width() / 2, self._box.height() - 10, self._box.width())
        text = painter.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


class ColumnBand(QGraphicsItem):
    """The soft band behind a selected layer."""

    def __init__(self, box: QRectF) -> None:
        super().__init__()
        self._box = box
        self.setZValue(-20)

    def boundingRect(self) -> QRectF:
        """Return the band."""
        return self._box

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint the band."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().colours.chip))
        painter.drawRoundedRect(self._box, 8, 8)
