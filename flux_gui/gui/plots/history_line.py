"""A small picture of one number over the epochs: its line, its range on the left, the epochs below, a dot at the latest value."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_gui.document.states import Curve
from flux_gui.gui.plots.ranges import GROUP, linear_range, short, thinned
from flux_gui.gui.theme import base_font, theme

SIZE = 10  # pixels of the letters
AIR = 5.0
TICK = "-0.0000"  # room kept for the numbers on the left


class HistoryLine(QWidget):
    """`setCurve(curve)` shows it; None, or `setNote(text)`, shows a line of text instead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._curve: Curve | None = None
        self._note = ""
        theme().changed.connect(self.update)

    def setCurve(self, curve: Curve | None) -> None:
        """Show a curve, or the note with None."""
        self._curve = curve if curve is not None and len(curve) else None
        self.update()

    def setNote(self, text: str) -> None:
        """Say why there is no curve."""
        self._note = text
        self.update()

    def sizeHint(self) -> QSize:
        """Return a small size; more is welcome."""
        return QSize(190, 110)

    def minimumSizeHint(self) -> QSize:
        """Return what axis and line need."""
        return QSize(80, 64)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint range, line and dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(base_font(SIZE))
        c = theme().colours
        if self._curve is None:
            painter.setPen(QColor(c.muted))
            painter.drawText(self.rect().adjusted(4, 4, -4, -4), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._note)
            return
        metrics = QFontMetricsF(painter.font())
        area = QRectF(self.rect()).adjusted(metrics.horizontalAdvance(TICK) + AIR, AIR, -AIR - 2, -metrics.height() - AIR)
        x, _low, _high, y = thinned(self._curve.x, self._curve.low, self._curve.high, self._curve.last)
        finite = y[np.isfinite(y)]
        low, high = linear_range(float(finite.min()), float(finite.max())) if finite.size else (-1.0, 1.0)
        self._paint_frame(painter, area, (low, high), (float(x[0]), float(x[-1])))
        line = _line(x, y, area, (low, high))
        painter.setPen(QPen(QColor(c.train), 1.6))
        painter.drawPolyline(line)
        if not line.isEmpty():
            painter.setBrush(QColor(c.train))
            painter.drawEllipse(line.last(), 2.6, 2.6)

    @staticmethod
    def _paint_frame(painter: QPainter, area: QRectF, y: tuple[float, float], x: tuple[float, float]) -> None:
        c, metrics = theme().colours, QFontMetricsF(painter.font())
        lines = [area.top(), area.bottom()]
        if y[0] < 0 < y[1]:
            lines.append(area.bottom() - area.height() * -y[0] / (y[1] - y[0]))
        painter.setPen(QPen(QColor(c.grid), 1))
        for at in lines:
            painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
        painter.setPen(QColor(c.muted))
        right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
        for value, at in ((y[1], area.top()), (y[0], area.bottom())):
            painter.drawText(QRectF(0, at - metrics.height() / 2, area.left() - AIR, metrics.height()), right | middle, short(value))
        below = QRectF(area.left(), area.bottom() + 2, area.width(), metrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, _epoch(x[0]))
        painter.drawText(below, right, _epoch(x[1]))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "epoch")


def _epoch(x: float) -> str:
    return f"{x:,.0f}".replace(",", GROUP) if x == round(x) else f"{x:.6g}"


def _line(x: NDArray[np.float64], y: NDArray[np.float64], area: QRectF, span: tuple[float, float]) -> QPolygonF:
    """Return the points of the line in pixels; places that are not finite are left out."""
    width = float(x[-1] - x[0]) or 1.0
    across = area.left() + (x - x[0]) / width * area.width()
    up = area.bottom() - (y - span[0]) / ((span[1] - span[0]) or 1.0) * area.height()
    return QPolygonF([QPointF(a, b) for a, b in zip(across.tolist(), up.tolist(), strict=True) if np.isfinite(b)])
