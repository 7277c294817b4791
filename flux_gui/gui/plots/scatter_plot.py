"""Predicted values against true ones: points on the diagonal are right."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.plots.legend import LegendEntry
from flux_gui.gui.plots.ranges import GROUP, Floats, linear_range, number
from flux_gui.gui.theme import theme

MOST_POINTS = 2000


class ScatterPlot(PlotCard):
    """`setPoints(truth, prediction, name)` shows one point a row; of very many rows every n-th, which the legend says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.title.setText(self.tr("Predicted against true"))
        self.title.setToolTip(self.tr("One point a row: on the dashed line the prediction equals the truth."))
        self.setAccessibleName(self.tr("Predicted against true values"))
        self.plot.setAccessibleName(self.tr("Predicted against true values"))
        self._points = pg.ScatterPlotItem(size=6, pxMode=True)
        self._diagonal = pg.PlotCurveItem()
        self.plot.addItem(self._diagonal, ignoreBounds=True)
        self.plot.addItem(self._points, ignoreBounds=True)
        self._truth, self._prediction = np.empty(0), np.empty(0)
        self._rows = 0  # how many there are, drawn or not
        self.setPoints(np.empty(0), np.empty(0))
        self.restyle()

    def setPoints(self, truth: Floats, prediction: Floats, name: str = "") -> None:
        """Show the rows; `name` is the target with its unit."""
        t, p = np.asarray(truth, float).ravel(), np.asarray(prediction, float).ravel()
        every = max(1, -(-len(t) // MOST_POINTS))
        self._truth, self._prediction, self._rows = t[::every], p[::every], len(t)
        self._points.setData(self._truth, self._prediction)
        self.bottom.title(self.tr("true {0}").format(name).strip())
        self.left.title(self.tr("predicted {0}").format(name).strip())
        both = np.concatenate((self._truth, self._prediction))
        both = both[np.isfinite(both)]
        self.setNote("" if both.size else self.tr("Verify to see how predictions compare."), centre=True)
        if both.size:
            low, high = linear_range(float(both.min()), float(both.max()))
            self._diagonal.setData([low, high], [low, high])
            self.showRange((low, high), (low, high))
        else:
            self._diagonal.setData([], [])
        self._show_legend()

    def hover(self, value: QPointF, place: QPointF) -> None:
        """Tell the row nearest to the pointer."""
        if not len(self._truth):
            return
        (x0, x1), (y0, y1) = self.view.viewRange()
        distance = ((self._truth - value.x()) / (x1 - x0)) ** 2 + ((self._prediction - value.y()) / (y1 - y0)) ** 2
        i = int(np.nanargmin(distance))
        if distance[i] > 0.002:
            self.readout.hide()
            return
        t, p = float(self._truth[i]), float(self._prediction[i])
        text = self.tr("true {0}<br>predicted {1}<br>difference {2}").format(number(t), number(p), number(p - t))
        self.place_readout(place, text)

    def _drawn(self) -> str:
        """Return what the points are: "rows", or "2 000 of 30 000 rows"."""
        if len(self._truth) == self._rows:
            return self.tr("rows")
        return self.tr("{0} of {1} rows").format(f"{len(self._truth):,}", f"{self._rows:,}").replace(",", GROUP)

    def _show_legend(self) -> None:
        colours = theme().colours
        points = LegendEntry(self._drawn(), colours.train, marker="o")
        line = LegendEntry(self.tr("exactly right"), colours.muted, Qt.PenStyle.DashLine)
        self.legend.setEntries((points, line) if len(self._truth) else ())

    def restyle(self) -> None:
        """Take the theme's colours."""
        colours = theme().colours
        self._points.setPen(self.pen(colours.surface, 0.8))
        self._points.setBrush(pg.mkBrush(colours.train))
        self._diagonal.setPen(self.pen(colours.muted, 1.2, Qt.PenStyle.DashLine))
        self._show_legend()
