"""The plane of two inputs: the rows by class or value, over a picture of what the network answers everywhere."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from flux_gui.gui.plots.axes import BOTTOM_HEIGHT
from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.plots.class_look import (
    class_colour,
    class_shape,
    image_of,
    picture_of_classes,
    picture_of_numbers,
    scale_table,
)
from flux_gui.gui.plots.map_key import MapKey
from flux_gui.gui.plots.ranges import Floats, number
from flux_gui.gui.theme import theme

MOST_POINTS = 3000
AXIS, SIDE = 46, 92  # pixels of the left axis, and of the column beside the picture
FRAME = QSize(AXIS + 8, BOTTOM_HEIGHT + 7)  # what a plot has around its picture
SHADES = 24  # colours of points that stand for numbers

Span = tuple[float, float]
Words = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Points:
    """Rows in the plane: places and truth (class numbers from 0, or numbers), and which of them are training rows."""

    x: Floats
    y: Floats
    truth: Floats
    training: NDArray[np.bool_]


NO_POINTS = Points(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.bool_))


class PictureItem(pg.GraphicsObject):  # type: ignore[misc]
    """An image that fills a part of the plane, smoothed."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._area = QRectF()

    def show_image(self, image: QImage | None, area: QRectF) -> None:
        """Show `image` in `area` of the plane."""
        if area != self._area:
            self.prepareGeometryChange()
            self._area = area
        self._image = image
        self.update()

    def image(self) -> QImage | None:
        """Return the image that is shown."""
        return self._image

    def boundingRect(self) -> QRectF:
        """Return the part of the plane that the image fills."""
        return self._area

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the image; the plane counts upwards, the image downwards."""
        if self._image is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = self._area
        painter.translate(area.left(), area.bottom())
        painter.scale(1.0, -1.0)
        painter.drawImage(QRectF(0.0, 0.0, area.width(), area.height()), self._image)


class SquareRow(QWidget):
    """A plot whose picture stays square, and a column beside it."""

    def __init__(self, plot: pg.PlotWidget, column: QWidget) -> None:
        super().__init__()
        self._plot, self._column = plot, column
        for part in (plot, column):
            part.setParent(self)
        self.setMinimumSize(200, 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place both."""
        super().resizeEvent(event)
        side = max(60, min(self.width() - SIDE - FRAME.width(), self.height() - FRAME.height()))
        self._plot.setGeometry(0, 0, side + FRAME.width(), side + FRAME.height())
        self._column.setGeometry(side + FRAME.width(), 0, max(SIDE, self.width() - side - FRAME.width()), self.height())


class MapPlot(PlotCard):
    """`setPlane`, `setPoints` and `setMap` show the data and the answers; `side` is room for what belongs to it at its right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.title.setText(self.tr("Map"))
        self.setAccessibleName(self.tr("Answers of the network and data"))
        self.plot.setAccessibleName(self.tr("Answers of the network and data"))
        self.left.setWidth(AXIS)
        self.left.setGrid(False)
        self._picture = PictureItem()
        self._picture.setZValue(-10)
        self.plot.addItem(self._picture, ignoreBounds=True)
        self._scatters: list[pg.ScatterPlotItem] = []
        self._labels: tuple[str, ...] = ()
        self._span: tuple[Span, Span] = ((-1.0, 1.0), (-1.0, 1.0))
        self._area = self._span
        self._points = NO_POINTS
        self._values: NDArray[np.float32] | None = None
        self._levels: Span = (0.0, 1.0)
        self._rows = 0
        self.legend.hide()
        self.key = MapKey()
        self.side = QVBoxLayout()
        self.side.setContentsMargins(8, 8, 0, 36)
        self.side.setSpacing(8)
        self.side.addWidget(self.key)
        self.side.addStretch(1)
        column = QWidget(self)
        column.setLayout(self.side)
        self.body.removeWidget(self.plot)
        self.body.addWidget(SquareRow(self.plot, column), 1)
        self.restyle()

    def setPlane(self, x: Span, y: Span, names: tuple[str, str], labels: tuple[str, ...] = (), target: str = "") -> None:
        """Show this part of the plane; `labels` are the classes in order, none for a target that is a number."""
        self.bottom.title(names[0])
        self.left.title(names[1])
        if (x, y) != self._span:
            self._span = x, y
            self.follow, self._wanted = True, None
        if labels != self._labels or not self._scatters:
            self._labels = labels
            self.setMap(None)
            self._make_scatters(len(labels))
        self.key.setTarget(target, labels)
        self.showRange(x, y)

    def setPoints(self, points: Points) -> None:
        """Show the rows; of very many every n-th, which the key says."""
        every = max(1, -(-len(points.x) // MOST_POINTS))
        self._rows = len(points.x)
        self._points = Points(points.x[::every], points.y[::every], points.truth[::every], points.training[::every])
        if not self._labels and len(points.truth):
            self._levels = float(np.min(points.truth)), float(np.max(points.truth))
        self._show_points()

    def points(self) -> Points:
        """Return the rows that are drawn."""
        return self._points

    def setMap(self, values: NDArray[np.float32] | None, area: tuple[Span, Span] | None = None) -> None:
        """Show what the network answers on a grid: (n, n) numbers or (n, n, classes) probabilities, lowest row first.

        `area` is the part of the plane that the grid covers, by default the part that is shown.
        """
        self._area = area or self._span
        fits = values is not None and (values.ndim == 3) is bool(self._labels)
        self._values = values if fits else None
        self._show_map()

    def image(self) -> QImage | None:
        """Return the picture behind the points."""
        return self._picture.image()

    def _make_scatters(self, count: int) -> None:
        for item in self._scatters:
            self.plot.removeItem(item)
        shapes = [class_shape(index) for index in range(count)] or ["o"]
        self._scatters = [pg.ScatterPlotItem(size=9 if shape in ("+", "x") else 8, pxMode=True, symbol=shape) for shape in shapes]
        for item in self._scatters:
            self.plot.addItem(item, ignoreBounds=True)

    def _show_points(self) -> None:
        shown = self._points
        if not self._scatters:
            return
        if self._labels:
            for index, item in enumerate(self._scatters):
                rows = shown.truth == index
                pens, brushes = self._class_look(index, shown.training[rows])
                item.setData(x=shown.x[rows], y=shown.y[rows], pen=pens, brush=brushes)
            counts = tuple(int(np.sum(shown.truth == index)) for index in range(len(self._labels)))
        else:
            low, high = self._levels
            shades = [pg.mkBrush(*tint) for tint in scale_table(theme().colours)[:: 256 // SHADES]]
            places = np.clip((shown.truth - low) / ((high - low) or 1.0) * (len(shades) - 1), 0, len(shades) - 1)
            brushes = [shades[int(place)] for place in np.nan_to_num(places)]
            edge = self.pen(theme().colours.text, 0.8, alpha=170)
            self._scatters[0].setData(x=shown.x, y=shown.y, pen=edge, brush=brushes)
            counts = (len(shown.x),)
        self.key.setCounts(counts, self._rows, bool(self._labels) and bool((~shown.training).any()))
        self.key.setLevels(self._levels)

    def _class_look(self, index: int, training: NDArray[np.bool_]) -> tuple[Any, Any]:
        """Return pens and brushes of the rows of a class: filled where the network learns, hollow where it does not."""
        colours = theme().colours
        tint = class_colour(index, len(self._labels))
        inside = self.pen(colours.surface, 0.7 if class_shape(index) in ("+", "x") else 1.0)
        outside = self.pen(tint, 1.4)
        filled, hollow = pg.mkBrush(tint), pg.mkBrush(colours.surface)
        if training.all():
            return inside, filled
        return [inside if on else outside for on in training], [filled if on else hollow for on in training]

    def _show_map(self) -> None:
        (x0, x1), (y0, y1) = self._area
        if self._values is None:
            self._picture.show_image(None, QRectF())
            return
        colours, values = theme().colours, self._values
        pixels = picture_of_classes(values, colours) if self._labels else picture_of_numbers(values, *self._levels, colours)
        self._picture.show_image(image_of(pixels), QRectF(x0, y0, x1 - x0, y1 - y0))

    def hover(self, value: QPointF, place: QPointF) -> None:
        """Tell the place and what the network answers there."""
        (x0, x1), (y0, y1) = self._area if self._values is not None else self._span
        inside = x0 <= value.x() <= x1 and y0 <= value.y() <= y1
        if not inside:
            self.readout.hide()
            return
        text = f"{self.bottom.labelText} {number(value.x())} \u00b7 {self.left.labelText} {number(value.y())}"
        if self._values is not None:
            size = len(self._values)
            column, row = (int(min(size - 1, (v - a) / (b - a) * size)) for v, a, b in ((value.x(), x0, x1), (value.y(), y0, y1)))
            said = self._values[row, column]
            if self._labels:
                best = int(np.argmax(said))
                text += f"<br><b>{self._labels[best]} {100 * float(said[best]):.0f} %</b>"
            else:
                text += f"<br><b>{self.tr('network')} {number(float(said))}</b>"
        self.place_readout(place, text)

    def restyle(self) -> None:
        """Take the theme's colours."""
        if hasattr(self, "_picture"):
            self.left.setGrid(False)
            self._show_points()
            self._show_map()
