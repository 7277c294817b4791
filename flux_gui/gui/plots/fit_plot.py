"""The function the network has learned, drawn over the data it learned from."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.plots.legend import LegendEntry
from flux_gui.gui.plots.ranges import Floats, linear_range, number
from flux_gui.gui.theme import theme

MOST_POINTS = 3000
SHRINK = 0.5  # the view follows when what there is needs less than this part of it
LINE_ROOM = 1.5  # the line may leave the data by so many heights of theirs before it is cut


class FitPlot(PlotCard):
    """One input against one output: training points, test points once they are unsealed, and the network's curve."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.title.setText(self.tr("Fit"))
        self.title.setToolTip(self.tr("The line is what the network predicts for every x; the points are the data."))
        self.setAccessibleName(self.tr("Learned function and data"))
        self.plot.setAccessibleName(self.tr("Learned function and data"))
        self._train = pg.ScatterPlotItem(size=7, pxMode=True, symbol="o")
        self._test = pg.ScatterPlotItem(size=7, pxMode=True, symbol="s")
        self._fit = pg.PlotCurveItem(connect="finite")
        for order, item in enumerate((self._fit, self._train, self._test)):
            item.setZValue(order)
            self.plot.addItem(item, ignoreBounds=True)
        self._has = {"train": False, "test": False, "fit": False}
        self._data: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
        self._other = self.tr("test data")
        self._room: tuple[tuple[float, float], tuple[float, float]] | None = None
        self._low, self._high = np.inf, -np.inf  # what has been shown of y
        self._trained: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
        self._line: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
        self.setAxes("x", "y")
        self.restyle()
        self._refresh()

    def setRoom(self, room: tuple[tuple[float, float], tuple[float, float]] | None) -> None:
        """Show at least this part of x and y, whatever the points are; None: as much as the points need."""
        if room != self._room:
            self._room = room
            self.forget()
            self._show_range()

    def setAxes(self, x: str, y: str) -> None:
        """Name the axes, with units where there are any."""
        self.bottom.title(x)
        self.left.title(y)

    def setData(
        self, x_train: Floats, y_train: Floats, x_test: Floats | None = None, y_test: Floats | None = None, other: str = ""
    ) -> None:
        """Show the training points, and the test points when they are given; `other` is what else these are called."""
        self._other = other or self.tr("test data")
        x, y = _few(x_train, y_train)
        self._train.setData(x, y)
        shown = x_test is not None and y_test is not None
        tx, ty = _few(x_test, y_test) if x_test is not None and y_test is not None else (np.empty(0), np.empty(0))
        self._test.setData(tx, ty)
        if not (np.array_equal(x, self._trained[0]) and np.array_equal(y, self._trained[1])):
            self._trained = x, y
            self.forget()
        self._has.update(train=len(x) > 0, test=shown and len(tx) > 0)
        self._data = np.concatenate((x, tx)), np.concatenate((y, ty))
        self._refresh()

    def forget(self) -> None:
        """Drop the line and the view that belonged to other data."""
        self._line = np.empty(0), np.empty(0)
        self._fit.setData(*self._line)
        self._has["fit"] = False
        self._low, self._high = np.inf, -np.inf
        self.follow, self._wanted = True, None

    def setFit(self, xs: Floats, ys: Floats) -> None:
        """Show the network's predictions `ys` at `xs`."""
        self._line = np.asarray(xs, float).ravel(), np.asarray(ys, float).ravel()
        self._fit.setData(*self._line)
        if self._has["fit"] != (len(self._line[0]) > 0):
            self._has["fit"] = len(self._line[0]) > 0
            self._refresh()
        else:
            self._show_range()

    def _refresh(self) -> None:
        colours = theme().colours
        entries = []
        if self._has["train"]:
            entries.append(LegendEntry(self.tr("training data"), colours.train, marker="o"))
        if self._has["test"]:
            entries.append(LegendEntry(self._other, colours.test, marker="s", filled=False))
        if self._has["fit"]:
            entries.append(LegendEntry(self.tr("network"), colours.validation))
        self.legend.setEntries(tuple(entries))
        self._show_range()

    def _show_range(self) -> None:
        """Show all data, and the line as far as it is not absurd; the view grows with the line, and shrinks at half its height."""
        x, y = self._data if len(self._data[0]) else self._line
        ok = np.isfinite(x) & np.isfinite(y)
        self.setNote("" if ok.any() else self.tr("There is nothing to draw yet."), centre=True)
        if not ok.any():
            return
        low, high = min(0.0, float(y[ok].min())), float(y[ok].max())
        if self._room is not None:
            low, high = min(low, self._room[1][0]), max(high, self._room[1][1])
        line = self._line[1][np.isfinite(self._line[1])]
        if line.size:
            room = (high - low) * LINE_ROOM
            low, high = min(low, max(low - room, float(line.min()))), max(high, min(high + room, float(line.max())))
        if high - low < SHRINK * (self._high - self._low):
            self._low, self._high = low, high
        self._low, self._high = min(self._low, low), max(self._high, high)
        xs = np.concatenate((x[ok], self._line[0])) if len(self._line[0]) else x[ok]
        if self._room is not None:
            xs = np.concatenate((xs, self._room[0]))
        self.showRange(_padded(xs), linear_range(self._low, self._high))

    def hover(self, value: QPointF, place: QPointF) -> None:
        """Tell x and what the network predicts there."""
        xs, ys = self._line
        if not len(xs):
            return
        i = int(np.argmin(np.abs(xs - value.x())))
        text = f"{self.bottom.labelText} {number(float(xs[i]))}<br><b>{self.tr('network')} {number(float(ys[i]))}</b>"
        self.place_readout(place, text)

    def restyle(self) -> None:
        """Take the theme's colours."""
        colours = theme().colours
        self._train.setPen(self.pen(colours.surface, 0.8))
        self._train.setBrush(pg.mkBrush(colours.train))
        self._test.setPen(self.pen(colours.test, 1.4))
        self._test.setBrush(pg.mkBrush(None))
        self._fit.setPen(self.pen(colours.validation, 2.0, Qt.PenStyle.SolidLine))
        self._refresh()


def _few(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    xs, ys = np.asarray(x, float).ravel(), np.asarray(y, float).ravel()
    every = max(1, -(-len(xs) // MOST_POINTS))
    return xs[::every], ys[::every]


def _padded(values: Floats) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    pad = (high - low) * 0.04 or 1.0
    return low - pad, high + pad
