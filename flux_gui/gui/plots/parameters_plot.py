"""The values of single parameters over the epochs, each named with its latest value at the end of its line."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from flux_gui.document.states import Curve
from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.plots.ranges import linear_range, number, step_up, thinned
from flux_gui.gui.theme import base_font, theme

MOST = 12
STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)


class EndLabels(QWidget):
    """A narrow column right of a plot with one label a line, at the height where the line ends, pushed apart where they would overlap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[tuple[float, str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def setLabels(self, labels: list[tuple[float, str, str]]) -> None:
        """Show (height in pixels, text, colour)."""
        if labels != self._labels:
            self._labels = labels
            self.update()

    def sizeHint(self) -> QSize:
        """Return the width of a usual label."""
        return QSize(92, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the labels."""
        painter = QPainter(self)
        painter.setFont(base_font(11))
        metrics = painter.fontMetrics()
        for y, (_wanted, text, colour) in zip(spread([y for y, *_ in self._labels], 14.0, self.height()), self._labels, strict=True):
            painter.setPen(QColor(colour))
            painter.drawText(
                QPointF(4, y + metrics.ascent() / 2 - 1), metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, self.width() - 4)
            )


def spread(places: list[float], gap: float, room: float) -> list[float]:
    """Return `places` moved as little as a simple pass can, at least `gap` apart and inside 0..room; order is kept."""
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
        self._lines: list[pg.PlotCurveItem] = []
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
        self.showRange((0.0, step_up(last * 1.02) if last > 0 else 10.0), self._y_range(float(low), float(high)))
        self.setNote("" if self._curves else self.tr("Train, and up to 12 parameters appear here."), centre=True)
        self._place_labels()

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
                labels.append((float(y), f"{name} {number(value)}", self._tint(i)))
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
        self._place_labels()
