"""The values of single parameters over the epochs, each named with its latest value at the end of its line."""

from collections.abc import Sequence
from math import ceil

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_gui.document.states import Curve
from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.plots.ranges import linear_range, number, short, step_up, thinned
from flux_gui.gui.theme import base_font, theme

MOST = 12
GAP, STEP = 14.0, 12  # distance of labels; steps of the width of their column
VALUE = "-0.00000"  # room kept for a value
FEW = 3  # curves this short also show their points
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)


class EndLabels(QWidget):
    """A narrow column right of a plot with one label a line, at the height where the line ends, pushed apart where they would overlap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[tuple[float, str, str, str]] = []
        self._width = 88
        self.below = 0  # pixels at the lower end that belong to the axis
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def setLabels(self, labels: list[tuple[float, str, str, str]]) -> None:
        """Show (height in pixels, name, value, colour); the column grows with the names, in steps, and keeps room for any value."""
        if labels == self._labels:
            return
        self._labels = labels
        metrics = QFontMetricsF(base_font(11))
        widest = max((metrics.horizontalAdvance(name) for _y, name, *_ in labels), default=0.0)
        width = STEP * ceil((widest + metrics.horizontalAdvance(VALUE) + 16) / STEP)
        if width != self._width:
            self._width = width
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that names and values need."""
        return QSize(self._width, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the labels."""
        painter = QPainter(self)
        painter.setFont(base_font(11))
        metrics = painter.fontMetrics()
        right = self.width() - 2.0
        heights = spread([y for y, *_ in self._labels], GAP, self.height() - self.below)
        for y, (_wanted, name, value, colour) in zip(heights, self._labels, strict=True):
            painter.setPen(QColor(colour))
            base = y + metrics.ascent() / 2 - 1
            room = metrics.horizontalAdvance(value) + 6
            painter.drawText(QPointF(6, base), metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(right - room - 4)))
            painter.drawText(QPointF(right - room + 6, base), value)


def spread(places: list[float], gap: float, room: float) -> list[float]:
    """Return `places` moved as little as a simple pass can, at least `gap` apart (less where they do not fit), in 0..room, in order."""
    gap = min(gap, room / max(1, len(places)))
    order = sorted(range(len(places)), key=lambda i: places[i])
    result = list(places)
    last = gap / 2 - gap
    for i in order:
        last = result[i] = max(places[i], last + gap)
    over = room - gap / 2
    for i in reversed(order):
        over = result[i] = min(result[i], over)
        over -= gap
    return result


class ParametersPlot(PlotCard):
    """Shows at most twelve parameters; `setCurves` takes (name, Curve) pairs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.title.setText(self.tr("Parameters"))
        self.title.setToolTip(self.tr("Weights w and biases b after each epoch."))
        self.setAccessibleName(self.tr("Parameters over epochs"))
        self.plot.setAccessibleName(self.tr("Parameters over epochs"))
        self.bottom.title(self.tr("epoch"))
        self.left.title(self.tr("value"))
        self._curves: list[tuple[str, Curve]] = []
        self._last = 0.0
        self._lines: list[pg.PlotCurveItem] = []
        self._dots = pg.ScatterPlotItem(size=6, pxMode=True)
        self._dots.setPen(None)
        self._dots.setZValue(5)
        self.plot.addItem(self._dots, ignoreBounds=True)
        self._hair = pg.InfiniteLine(angle=90, movable=False)
        self.plot.addItem(self._hair, ignoreBounds=True)
        self._hair.hide()
        self.ends = EndLabels(self)
        self.ends.setToolTip(self.tr("The latest value of each parameter"))
        self.body.addWidget(self.ends)
        self.legend.hide()
        self.view.sigRangeChanged.connect(self._place_labels)
        self.restyle()
        self.setCurves([])

    def setCurves(self, curves: Sequence[tuple[str, Curve]]) -> None:
        """Show the first twelve of these curves; items are reused."""
        self._curves = [(name, curve) for name, curve in curves if len(curve)][:MOST]
        while len(self._lines) < len(self._curves):
            line = pg.PlotCurveItem(connect="finite")
            self._lines.append(line)
            self.plot.addItem(line, ignoreBounds=True)
            self._colour(len(self._lines) - 1)
        low, high, last = np.inf, -np.inf, 0.0
        for line, (_name, curve) in zip(self._lines, self._curves, strict=False):
            x, _low, _high, y = thinned(curve.x, curve.low, curve.high, curve.last)
            line.setData(x, y)
            line.show()
            finite = y[np.isfinite(y)]
            if finite.size:
                low, high = min(low, float(finite.min())), max(high, float(finite.max()))
            last = max(last, float(curve.x[-1]))
        for line in self._lines[len(self._curves) :]:
            line.hide()
        self._show_dots()
        if last < self._last:
            self.follow, self._wanted = True, None  # another run
        self._last = last
        right = step_up(last * 1.02) if last > 0 else 10.0
        self.showRange((-0.012 * right, right), self._y_range(float(low), float(high)))
        self.setNote("" if self._curves else self.tr("Train, and up to 12 parameters appear here."), centre=True)
        self._place_labels()

    def _show_dots(self) -> None:
        """Show the points of curves that are too short to be seen as lines."""
        points = [
            (float(x), float(y), self._tint(i))
            for i, (_name, curve) in enumerate(self._curves)
            if len(curve) <= FEW
            for x, y in zip(curve.x, curve.last, strict=True)
            if np.isfinite(y)
        ]
        self._dots.setVisible(bool(points))
        if points:
            self._dots.setData(x=[p[0] for p in points], y=[p[1] for p in points], brush=[pg.mkBrush(p[2]) for p in points])

    @staticmethod
    def _y_range(low: float, high: float) -> tuple[float, float]:
        if not (np.isfinite(low) and np.isfinite(high)):
            return -1.0, 1.0
        return linear_range(min(low, 0.0), max(high, 0.0)) if high > low or high else (-1.0, 1.0)

    def _tint(self, number_: int) -> str:
        classes = theme().colours.classes
        return classes[number_ % len(classes)]

    def _place_labels(self, *_args: object) -> None:
        labels = []
        for i, (name, curve) in enumerate(self._curves):
            value = float(curve.last[-1])
            if np.isfinite(value):
                y = self.view.mapViewToScene(QPointF(0.0, value)).y()
                labels.append((float(y), name, short(value), self._tint(i)))
        self.ends.below = max(0, self.ends.height() - int(self.view.sceneBoundingRect().bottom()) - 6)
        self.ends.setLabels(labels)

    def hover(self, value: QPointF, place: QPointF) -> None:
        """Show the values of all parameters at the nearest epoch."""
        if not self._curves:
            return
        xs = self._curves[0][1].x
        i = int(np.argmin(np.abs(xs - value.x())))
        rows = sorted(
            (
                abs(float(c.last[min(i, len(c) - 1)]) - value.y()),
                f'<span style="color:{self._tint(k)}">{name}</span> {number(float(c.last[min(i, len(c) - 1)]))}',
            )
            for k, (name, c) in enumerate(self._curves)
        )
        self._hair.setPos(float(xs[i]))
        self._hair.show()
        self.place_readout(place, f"<b>{self.tr('epoch')} {number(float(xs[i]))}</b><br>" + "<br>".join(text for _d, text in rows))

    def leave(self) -> None:
        """Hide hair line and values."""
        super().leave()
        self._hair.hide()

    def _colour(self, i: int) -> None:
        self._lines[i].setPen(self.pen(self._tint(i), 1.6, STYLES[i // len(theme().colours.classes) % 2]))

    def restyle(self) -> None:
        """Take the theme's colours."""
        for i in range(len(self._lines)):
            self._colour(i)
        self._hair.setPen(self.pen(theme().colours.muted, 1.0))
        self._show_dots()
        self._place_labels()
