"""How classes look: a colour and a shape each, of two the ends of the diverging scale; and the colours of a picture of answers."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from flux_gui.gui.theme import Colours, theme

SHAPES = ("o", "t1", "s", "d", "+", "x")  # as pyqtgraph calls them: circle, triangle, square, diamond, plus, cross
STRENGTH = 0.72  # how much of its colour a place has whose class is certain: points still stand out
LEVELS = 256

Bytes = NDArray[np.uint8]


def class_colour(index: int, count: int) -> str:
    """Return the colour of class `index` of `count`: of two the ends of the scale, else the table's, then lighter and darker ones."""
    colours = theme().colours
    if count <= 2:
        return colours.classes[1] if index == 0 else colours.classes[0]
    base = QColor(colours.classes[index % len(colours.classes)])
    return base.name() if index < len(colours.classes) else base.lighter(150 if colours.dark else 65 + 60 * (index % 2)).name()


def class_shape(index: int) -> str:
    """Return the shape of the points of class `index`."""
    return SHAPES[index % len(SHAPES)]


def draw_shape(painter: QPainter, shape: str, centre: QPointF, radius: float, fill: QColor, edge: QColor) -> None:
    """Paint one point of a class, as the plots do."""
    x, y, r = centre.x(), centre.y(), radius
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1.0))
    painter.setBrush(fill)
    if shape == "o":
        painter.drawEllipse(centre, r, r)
    elif shape == "s":
        painter.drawRect(QRectF(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r))
    elif shape in ("t1", "d"):
        tips = [(0, -1.15), (1.1, 0.85), (-1.1, 0.85)] if shape == "t1" else [(0, -1.25), (0.95, 0), (0, 1.25), (-0.95, 0)]
        painter.drawPolygon(QPolygonF([QPointF(x + dx * r, y + dy * r) for dx, dy in tips]))
    else:
        painter.setPen(QPen(fill, max(1.6, r * 0.55), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        ends = [((-1, 0), (1, 0)), ((0, -1), (0, 1))] if shape == "+" else [((-0.8, -0.8), (0.8, 0.8)), ((-0.8, 0.8), (0.8, -0.8))]
        for (ax, ay), (bx, by) in ends:
            painter.drawLine(QPointF(x + ax * r, y + ay * r), QPointF(x + bx * r, y + by * r))


@cache
def scale_table(colours: Colours, strength: float = 1.0) -> Bytes:
    """Return the diverging scale as (LEVELS, 3) bytes, from the most negative to the most positive value, mixed with the middle."""
    middle = _rgb(colours.colour_at(0.0).name())
    table = np.array([_rgb(colours.colour_at(at).name()) for at in np.linspace(-1.0, 1.0, LEVELS)])
    mixed = np.asarray(np.round(middle + (table - middle) * strength), dtype=np.uint8)
    mixed.flags.writeable = False
    return mixed


def picture_of_classes(chances: NDArray[np.float32], colours: Colours) -> Bytes:
    """Return colours (n, n, 3) of probabilities (n, n, classes), the surface shining through where no class is certain."""
    count = chances.shape[-1]
    known = np.nan_to_num(chances, nan=1.0 / max(count, 1))
    if count == 2:
        return scale_table(colours, STRENGTH + 0.13)[_levels(known[..., 1])]
    tints = np.array([_rgb(class_colour(index, count)) for index in range(count)], dtype=np.float32)
    surface = np.array(_rgb(colours.surface), dtype=np.float32)
    most = known.max(axis=-1, keepdims=True)
    certainty = (most - 1.0 / count) / (1.0 - 1.0 / count)
    mixed = surface + (known @ tints - surface) * (STRENGTH * (0.25 + 0.75 * certainty))
    return np.asarray(np.clip(mixed, 0, 255), dtype=np.uint8)


def picture_of_numbers(values: NDArray[np.float32], low: float, high: float, colours: Colours) -> Bytes:
    """Return colours (n, n, 3) of numbers between `low` and `high`; beyond them the ends of the scale."""
    share = (np.nan_to_num(values, nan=(low + high) / 2) - low) / ((high - low) or 1.0)
    return scale_table(colours, STRENGTH + 0.13)[_levels(share)]


def image_of(pixels: Bytes) -> QImage:
    """Return an image of colours (n, n, 3) whose first row is the lowest."""
    upright = np.ascontiguousarray(pixels[::-1])
    height, width = upright.shape[:2]
    return QImage(upright.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _levels(share: NDArray[Any]) -> NDArray[np.intp]:
    return np.asarray(np.clip(share * (LEVELS - 1) + 0.5, 0, LEVELS - 1), dtype=np.intp)


def _rgb(colour: str) -> tuple[int, int, int]:
    parsed = QColor(colour)
    return parsed.red(), parsed.green(), parsed.blue()
