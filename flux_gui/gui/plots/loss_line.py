"""One line of the loss plot: its latest values, its envelope of extremes, and a dot at its end."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from flux_gui.document.states import Curve
from flux_gui.gui.plots.ranges import Floats, thinned, to_log

FEW = 3  # a curve this short also shows its points


class LossLine:
    """Three items of one plot, made once and given new data."""

    def __init__(self, plot: pg.PlotWidget, width: float, style: Qt.PenStyle) -> None:
        self.curve: Curve | None = None
        self.size, self.clipped = 0, False
        self.low, self.high = math.inf, -math.inf
        self.last_x = 0.0
        self.latest = math.nan
        self.broken_at: float | None = None
        self._log = False
        self.envelope = pg.PlotCurveItem(connect="pairs", antialias=False)
        self.line = pg.PlotCurveItem(connect="finite", antialias=width > 1)  # a noisy line is drawn ten times faster without
        self.dots = pg.ScatterPlotItem(size=5, pxMode=True)
        for order, item in enumerate((self.envelope, self.line, self.dots)):
            item.setZValue(order + (2 if width > 1 else 0))
            plot.addItem(item, ignoreBounds=True)
        self._style = style

    def setCurve(self, curve: Curve | None, log: bool) -> None:
        """Show `curve`, in powers of ten when `log`."""
        self.curve, self._log = curve, log
        self.size = 0 if curve is None else len(curve)
        if curve is None or self.size == 0:
            self._clear()
            return
        x, low, high, last = thinned(curve.x, curve.low, curve.high, curve.last)
        finite = np.isfinite(last)
        self.broken_at = None if finite.all() else float(x[int(np.argmin(finite))])
        self.last_x = float(curve.x[-1])
        self.latest = float(curve.last[-1])
        self.clipped = False
        if log:
            (last, a), (low, b), (high, c) = to_log(last), to_log(low), to_log(high)
            self.clipped = a or b or c
        self._measure(low, high, log)
        self.line.setData(x, last)
        spread = bool(np.any(high > low))
        if spread:
            self.envelope.setData(np.repeat(x, 2), np.column_stack((low, high)).ravel())
        self.envelope.setVisible(spread)
        few = self.size <= FEW
        if few:
            self.dots.setData(x[finite], last[finite])
        self.dots.setVisible(few)
        self.line.setVisible(True)

    def _clear(self) -> None:
        self.low, self.high, self.last_x, self.latest = math.inf, -math.inf, 0.0, math.nan
        self.broken_at, self.clipped = None, False
        for item in (self.line, self.envelope, self.dots):
            item.setVisible(False)

    def _measure(self, low: Floats, high: Floats, log: bool) -> None:
        bottom = low[np.isfinite(low)]
        top = high[np.isfinite(high)]
        self.low = float(bottom.min()) if bottom.size else math.inf
        self.high = float(top.max()) if top.size else -math.inf
        if log and bottom.size and top.size:
            self.low, self.high = 10.0**self.low, 10.0**self.high

    def shown(self, value: float) -> float:
        """Return where `value` stands on the axis."""
        return math.log10(value) if self._log and value > 0 else value

    def at(self, x: float) -> tuple[float, float] | None:
        """Return the (x, value) nearest to `x`, None when there is nothing."""
        if self.curve is None or self.size == 0:
            return None
        xs = self.curve.x
        place = int(np.clip(np.searchsorted(xs, x), 0, self.size - 1))
        if place > 0 and abs(xs[place - 1] - x) < abs(xs[place] - x):
            place -= 1
        return float(xs[place]), float(self.curve.last[place])

    def setPens(self, line: QPen, envelope: QPen) -> None:
        """Colour the items."""
        self.line.setPen(line)
        self.envelope.setPen(envelope)
        self.dots.setPen(None)
        self.dots.setBrush(pg.mkBrush(line.color()))
