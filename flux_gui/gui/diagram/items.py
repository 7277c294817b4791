"""What stands in the scene: nodes, tags with a value, headers, and the cubic paths of edges."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from flux_gui.gui.diagram.thumbs import Thumb, corner, node_edge, paint_bar, paint_curve, paint_image
from flux_gui.gui.theme import base_font, theme

LEAST = 9  # pixels of the smallest text
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
    """One node: a rounded square; `column` and `unit` say which. It shows what the neuron computes once that is known, else the bias.

    `colour` is that of the bias, None for a node without one; `bias` its sign, 0 where it is not shown as a small square.
    """

    def __init__(self, column: int, unit: int, side: float, text: str = "") -> None:
        super().__init__()
        self.column, self.unit, self.side = column, unit, side
        self.text = text
        self.colour: QColor | None = None
        self.bias = 0
        self.thumb: Thumb | None = None
        self.selected = False
        self.setZValue(10)

    def show_value(self, colour: QColor | None, text: str, bias: int = 0) -> None:
        """Change fill, text and the sign of the bias; repaint only when they differ."""
        if colour != self.colour or text != self.text or bias != self.bias:
            self.colour, self.text, self.bias = colour, text, bias
            self.update()

    def show_thumb(self, thumb: Thumb | None) -> None:
        """Show another picture of what the neuron computes."""
        if thumb is not self.thumb:
            self.thumb = thumb
            self.update()

    @property
    def box(self) -> QRectF:
        """The square without frame and marks."""
        half = self.side / 2
        return QRectF(-half, -half, self.side, self.side)

    def boundingRect(self) -> QRectF:
        """Return the square with its frame."""
        half = self.side / 2 + 5
        return QRectF(-half, -half, 2 * half, 2 * half)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint the square with its picture, the bias, a mark, its text, and a ring when it is selected."""
        c = theme().colours
        box, thumb = self.box, self.thumb
        fill = QColor(c.node) if thumb is not None else self.colour or QColor(c.node)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        radius = corner(self.side)
        if thumb is not None and thumb.image is not None:
            paint_image(painter, box, thumb.image)
        else:
            painter.setPen(QPen(node_edge(), 1))
            painter.setBrush(fill)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
            if thumb is not None:
                self._paint_shape(painter, thumb)
        if self.selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.accent), 2))
            painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), radius + 2, radius + 2)
        if thumb is not None and self.bias and self.colour is not None:
            paint_bias(painter, box, self.colour, self.bias)
        if thumb is not None and thumb.mark:
            paint_mark(painter, box, thumb.mark)
        if self.text:
            self._paint_text(painter, fill)

    def _paint_shape(self, painter: QPainter, thumb: Thumb) -> None:
        inside = self.box.adjusted(2, 2, -2, -2)
        if thumb.curve is not None:
            paint_curve(painter, inside, thumb.curve, thumb.base, 1.6 if self.side < 50 else 2.0)
        else:
            paint_bar(painter, inside, thumb)

    def _paint_text(self, painter: QPainter, fill: QColor) -> None:
        """Write the text in the middle, or in the corner of a picture."""
        if self.thumb is not None:
            painter.setFont(base_font(12, QFont.Weight.DemiBold))
            painter.setPen(QColor(theme().colours.text))
            painter.drawText(self.box.adjusted(6, 3, 0, 0), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self.text)
            return
        size = 15 if self.side >= 70 else 13 if self.side >= 50 else 11 if self.side >= 38 else 9
        painter.setFont(base_font(size, QFont.Weight.DemiBold if self.side >= 50 else QFont.Weight.Normal))
        painter.setPen(readable_on(fill))
        painter.drawText(self.box, Qt.AlignmentFlag.AlignCenter, self.text)


def paint_bias(painter: QPainter, box: QRectF, colour: QColor, sign: int) -> None:
    """Paint the bias as a small square at the lower left corner of a node: its colour, and its sign as a stroke."""
    if box.width() < 14:
        return
    side = 9.0 if box.width() >= 24 else 6.0
    square = QRectF(box.left() - side * 0.4, box.bottom() - side * 0.6, side, side)
    painter.setPen(QPen(QColor(theme().colours.control), 0.8))
    painter.setBrush(colour)
    painter.drawRoundedRect(square, 2, 2)
    if side >= 9:
        painter.setPen(QPen(readable_on(colour), 1.2))
        middle, reach = square.center(), 2.4
        painter.drawLine(middle - QPointF(reach, 0), middle + QPointF(reach, 0))
        if sign > 0:
            painter.drawLine(middle - QPointF(0, reach), middle + QPointF(0, reach))


def paint_mark(painter: QPainter, box: QRectF, mark: str) -> None:
    """Paint, at the upper right corner, that a neuron has stopped to tell rows apart: a cross when dead, two bars when saturated."""
    c = theme().colours
    radius = 6.5 if box.width() >= 24 else 4.5
    middle = QPointF(box.right() - 1, box.top() + 1)
    painter.setPen(QPen(QColor(c.warning), 1.3))
    painter.setBrush(QColor(c.warning_soft))
    painter.drawEllipse(middle, radius, radius)
    r = radius * 0.45
    painter.setPen(QPen(QColor(c.warning), 1.5))
    if mark == "dead":
        painter.drawLine(middle - QPointF(r, r), middle + QPointF(r, r))
        painter.drawLine(middle - QPointF(r, -r), middle + QPointF(r, -r))
    else:
        for dy in (-r * 0.75, r * 0.75):
            painter.drawLine(middle + QPointF(-r, dy), middle + QPointF(r, dy))


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
        """Paint the frame and the text; not where it would be too small to be read."""
        if self.font.pixelSize() * abs(painter.worldTransform().m11()) < LEAST - 0.01:
            return
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
