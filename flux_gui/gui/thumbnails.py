"""Small pictures of data: points of a generator, a sample or a painting in the colours of their classes or values."""

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from flux_gui.data.generators import generate
from flux_gui.data.table import Table
from flux_gui.gui.plots.class_look import class_colour, scale_table
from flux_gui.gui.theme import theme
from flux_gui.specs import Choice, GeneratedData

POINTS = 240  # points of a thumbnail
SHADES = 9
FEW = 10  # different numbers that are shown as classes
SIDE = 48


@dataclass(frozen=True, eq=False)
class Dots:
    """Places in the unit square (x right, y up), and what each shows: a class number, or a share from 0 to 1 of a scale."""

    places: NDArray[np.float64]
    truth: NDArray[np.float64]
    classes: int  # 0: a scale


def dots_of(table: Table, room: float = 0.0) -> Dots:
    """Return the points of a table in its first two numbers, coloured by its last column; `room` is the least half width."""
    numbers = [column.values for column in table.columns[:-1] if column.kind == "number"]
    target = table.columns[-1]
    first = numbers[0]
    second = numbers[1] if len(numbers) > 1 else target.values if target.kind == "number" else np.zeros(len(first))
    every = max(1, -(-len(first) // POINTS))
    both = [np.asarray(part[::every], dtype=np.float64) for part in (first, second)]
    places = np.column_stack([_share(part, room) for part in both])
    few = target.kind == "number" and len(numbers) > 1 and len(np.unique(target.values[np.isfinite(target.values)])) <= FEW
    if target.kind == "number" and len(numbers) > 1 and not few:
        return Dots(places, _share(np.asarray(target.values[::every], np.float64), 0.0), 0)
    if target.kind == "number" and not few:
        return Dots(places, np.ones(len(places)), 2)
    names, labels = np.unique(target.values, return_inverse=True)
    return Dots(places, labels[::every].astype(np.float64), len(names))


def dots_of_generator(source: GeneratedData) -> Dots:
    """Return the points that `source` makes, of many rows the first."""
    return dots_of(generate(msgspec.structs.replace(source, rows=min(source.rows, POINTS))), 6.0)


def usual_dots(name: str) -> Dots:
    """Return the points of a generator as it comes."""
    return dots_of_generator(GeneratedData(Choice(name), rows=POINTS, noise=0.15))


def paint_dots(painter: QPainter, area: QRectF, dots: Dots, width: float = 2.6) -> None:
    """Paint the points into `area`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    x = area.left() + dots.places[:, 0] * area.width()
    y = area.bottom() - dots.places[:, 1] * area.height()
    if dots.classes:
        groups = [(dots.truth == index, QColor(class_colour(index, dots.classes))) for index in range(dots.classes)]
    else:
        level = np.clip(dots.truth * SHADES, 0, SHADES - 1).astype(np.intp)
        table = scale_table(theme().colours)
        tints = [QColor(*(int(part) for part in table[int((index + 0.5) / SHADES * 255)])) for index in range(SHADES)]
        groups = [(level == index, tint) for index, tint in enumerate(tints)]
    for chosen, tint in groups:
        painter.setPen(QPen(tint, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints([QPointF(a, b) for a, b in zip(x[chosen].tolist(), y[chosen].tolist(), strict=True)])


class DotsTile(QAbstractButton):
    """A square with points that can be chosen; `setDots` shows others at once."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dots: Dots | None = None
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setAccessibleDescription(tip)
        self.setToolTip(f"{name}\n{tip}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Return the size of a tile."""
        return QSize(SIDE, SIDE)

    def setDots(self, dots: Dots) -> None:
        """Show these points."""
        self._dots = dots
        self.update()

    def dots(self) -> Dots | None:
        """Return the points that are shown."""
        return self._dots

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame and the points."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, lively = self.isChecked(), self.hasFocus()
        painter.setPen(QPen(QColor(c.accent if on or lively else c.border), 2.0 if on or lively else 1.0))
        painter.setBrush(QColor(c.hover if self.underMouse() and not on else c.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        if self._dots is not None:
            paint_dots(painter, QRectF(self.rect()).adjusted(5, 5, -5, -5), self._dots, 2.4)


def _share(values: NDArray[np.float64], room: float) -> NDArray[np.float64]:
    """Return where `values` lie between their ends, or between -room and room if they stay inside."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if room:
        low, high = min(low, -room), max(high, room)
    return np.asarray((values - low) / ((high - low) or 1.0))
