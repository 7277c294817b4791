"""What lies over and under the drawn network while it is assembled: bands behind selected layers, and the line where a layer would fall."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget
from shiboken6 import isValid

from flux_gui.gui.diagram.items import ColumnBand
from flux_gui.gui.diagram.layout import Arrangement
from flux_gui.gui.theme import theme

HALF = 62.0  # of a band
KNOB = 8.0  # radius of the sign at the end of the line


class GapMark(QGraphicsItem):
    """An upright line with a plus at its top: here a layer would come to stand."""

    def __init__(self, top: float, bottom: float) -> None:
        super().__init__()
        self._top, self._bottom = top, bottom
        self.setZValue(40)

    def boundingRect(self) -> QRectF:
        """Return the line with its sign."""
        return QRectF(-KNOB - 2, self._top - KNOB - 2, 2 * KNOB + 4, self._bottom - self._top + 2 * KNOB + 4)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint line and sign."""
        c = theme().colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.accent), 3))
        painter.drawLine(QPointF(0, self._top), QPointF(0, self._bottom))
        painter.setBrush(QColor(c.accent))
        painter.drawEllipse(QPointF(0, self._top), KNOB, KNOB)
        painter.setPen(QPen(QColor(c.canvas), 1.8))
        for reach in (QPointF(4, 0), QPointF(0, 4)):
            painter.drawLine(QPointF(0, self._top) - reach, QPointF(0, self._top) + reach)


class Marks:
    """The marks in one scene; they are gone whenever the scene is built anew."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._bands: list[ColumnBand] = []
        self._gap: GapMark | None = None

    def show_bands(self, columns: Iterable[int], plan: Arrangement) -> None:
        """Put soft bands behind these columns, and behind no others."""
        for band in self._bands:
            self._remove(band)
        self._bands = []
        for column in columns:
            x = plan.columns[column].x
            half = min(HALF, plan.step / 2 - 2)
            band = ColumnBand(QRectF(x - half, plan.header - 15, 2 * half, plan.foot - plan.header + 33))
            self._scene.addItem(band)
            self._bands.append(band)

    def show_gap(self, x: float | None, plan: Arrangement) -> None:
        """Draw the line at `x`, or take it away."""
        if x is None:
            if self._gap is not None:
                self._remove(self._gap)
            self._gap = None
            return
        if self._gap is None or not isValid(self._gap):
            self._gap = GapMark(plan.header, plan.foot + 8)
            self._scene.addItem(self._gap)
        self._gap.setPos(x, 0)

    def gap(self) -> float | None:
        """Return where the line is, None for nowhere."""
        return self._gap.pos().x() if self._gap is not None and isValid(self._gap) else None

    def forget(self) -> None:
        """Drop what was in the scene before it was built anew."""
        self._bands, self._gap = [], None

    def _remove(self, item: QGraphicsItem) -> None:
        if isValid(item) and item.scene() is self._scene:
            self._scene.removeItem(item)
