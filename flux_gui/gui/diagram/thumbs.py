"""Small pictures of what neurons compute: images of maps, curves and bars as shapes, all in the theme's diverging colours."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen, QPixmap, QTransform

from flux_gui.gui.diagram.pens import shade
from flux_gui.gui.theme import Colours, theme
from flux_gui.runtime.unit_probe import LayerUnits, UnitPictures

CURVE = 33  # points of a curve in a node; more cannot be seen there
ROOM = 0.86  # of half a node's height that a curve or bar may fill
Tints = NDArray[np.uint32]


@dataclass(eq=False)
class Thumb:
    """What one node shows: an `image`, or a `curve` (heights -1..1), or a bar to `mean`.

    `low` to `high` is the spread around the mean, `chosen` the value at the chosen row. Heights
    are shares of the layer's limit from its middle; `base` is the height of zero.
    """

    image: QImage | None = None
    curve: NDArray[np.float64] | None = None
    mean: float = 0.0
    low: float = 0.0
    high: float = 0.0
    chosen: float | None = None
    base: float = 0.0
    mark: str = ""


@cache
def tints(colours: Colours) -> Tints:
    """Return the colours of the codes 0 to 255 as 0xAARRGGBB, by the same law as edges."""
    found = np.array([shade(colours, (code - 128) / 127).rgb() for code in range(256)], np.uint32)
    found.flags.writeable = False
    return found


def maps(codes: NDArray[np.uint8], colours: Colours) -> list[QImage]:
    """Return the images of codes (units, n, n), the lowest row at the bottom."""
    pixels = tints(colours)[codes[:, ::-1]]
    height, width = pixels.shape[1:]
    return [QImage(one.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy() for one in pixels]


def thumbs(pictures: UnitPictures, layer: LayerUnits) -> dict[int, Thumb]:
    """Return the thumbs of one layer by unit."""
    colours, reach = theme().colours, layer.limit or 1.0

    def heights(values: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.clip(np.nan_to_num((np.asarray(values, float) - layer.middle) / reach), -1.0, 1.0)

    base = float(np.clip(-layer.middle / reach, -1.0, 1.0))
    made: dict[int, Thumb] = {}
    if pictures.kind == "map":
        for unit, image, mark in zip(layer.units, maps(layer.codes, colours), layer.marks, strict=True):
            made[unit] = Thumb(image, base=base, mark=mark)
        return made
    if pictures.kind == "curve":
        at = np.linspace(0, layer.values.shape[1] - 1, CURVE).astype(np.intp)
        curves = heights(layer.values[:, at])
        for i, unit in enumerate(layer.units):
            made[unit] = Thumb(curve=curves[i], base=base, mark=layer.marks[i])
        return made
    low, high = heights(layer.mean - layer.spread), heights(layer.mean + layer.spread)
    mean, chosen = heights(layer.mean), heights(layer.chosen) if layer.chosen is not None else None
    for i, unit in enumerate(layer.units):
        at_row = float(chosen[i]) if chosen is not None else None
        made[unit] = Thumb(None, None, float(mean[i]), float(low[i]), float(high[i]), at_row, base, layer.marks[i])
    return made


def corner(side: float) -> float:
    """Return the radius of the corners of a node."""
    return min(8.0, max(3.0, side / 6))


def node_edge() -> QColor:
    """Return the colour of the line around a node."""
    edge = QColor(theme().colours.control)
    edge.setAlpha(150)
    return edge


def paint_image(painter: QPainter, box: QRectF, image: QImage) -> None:
    """Paint a map in the rounded square `box`: the image, and a frame over it that is drawn once for all nodes of a size."""
    ends = QRectF(0.5, 0.5, image.width() - 1, image.height() - 1)  # the places at the border of a map are the border of its picture
    painter.drawImage(box.adjusted(0.6, 0.6, -0.6, -0.6), image, ends)  # its rim lies under the line
    device = painter.device()
    scale = painter.worldTransform().m11() * (device.devicePixelRatioF() if device is not None else 1.0)
    frame = _frame(box.width(), round(scale, 3), theme().colours)
    painter.drawPixmap(box.adjusted(-1, -1, 1, 1), frame, QRectF(frame.rect()))


@lru_cache(maxsize=64)
def _frame(side: float, scale: float, colours: Colours) -> QPixmap:
    """Return the line around a square of this side, with what is outside of its round corners covered, one unit wider on all sides."""
    pixels = max(1, round((side + 2) * scale))
    frame = QPixmap(pixels, pixels)
    frame.fill(Qt.GlobalColor.transparent)
    painter = QPainter(frame)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(pixels / (side + 2), pixels / (side + 2))
    box, radius = QRectF(1, 1, side, side), corner(side)
    outside, inside = QPainterPath(), QPainterPath()
    outside.addRect(box.adjusted(-0.2, -0.2, 0.2, 0.2))
    inside.addRoundedRect(box, radius, radius)
    painter.fillPath(outside.subtracted(inside), QColor(colours.canvas))
    painter.setPen(QPen(node_edge(), 1))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.end()
    return frame


@cache
def palette(colours: Colours) -> tuple[QColor, ...]:
    """Return the colours of the codes 0 to 255."""
    return tuple(QColor.fromRgb(int(tint)) for tint in tints(colours))


def brush_of(image: QImage, box: QRectF) -> QBrush:
    """Return a brush that fills `box` with `image`; its outermost pixels end in the middle, as places on the border of a map do."""
    brush = QBrush(image)
    width, height = max(1, image.width() - 1), max(1, image.height() - 1)
    scale = QTransform.fromTranslate(box.left(), box.top()).scale(box.width() / width, box.height() / height)
    brush.setTransform(scale.translate(-0.5, -0.5))
    return brush


def paint_curve(painter: QPainter, box: QRectF, curve: NDArray[np.float64], base: float, thick: float = 1.6) -> None:
    """Paint a response curve in `box`, tinted above and below zero, over the line of zero."""
    colours = theme().colours
    half = box.height() / 2 * ROOM
    x = np.linspace(box.left() + 1, box.right() - 1, len(curve))
    y = box.center().y() - curve * half
    zero = box.center().y() - base * half
    line: QPainterPath = pg.arrayToQPath(x, y)
    area = QPainterPath(line)
    area.lineTo(x[-1], zero)
    area.lineTo(x[0], zero)
    area.closeSubpath()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_above_below(colours, box, zero))
    painter.drawPath(area)
    painter.setPen(QPen(QColor(colours.control), 1))
    painter.drawLine(QPointF(box.left() + 1, zero), QPointF(box.right() - 1, zero))
    painter.setPen(QPen(QColor(colours.text), thick))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(line)


def paint_bar(painter: QPainter, box: QRectF, thumb: Thumb) -> None:
    """Paint the mean as a bar from zero, the spread as a band around it, and the chosen row's value as a small arrow at the right."""
    colours = theme().colours
    half, middle = box.height() / 2 * ROOM, box.center()
    width = box.width() * 0.3

    def height(value: float) -> float:
        return middle.y() - value * half

    zero, mean = height(thumb.base), height(thumb.mean)
    tone = 0.85 if thumb.mean >= thumb.base else -0.85
    spread = QRectF(middle.x() - width, height(thumb.high), 2 * width, max(1.0, height(thumb.low) - height(thumb.high)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade(colours, tone * 0.25))
    painter.drawRoundedRect(spread, 2, 2)
    painter.setBrush(shade(colours, tone))
    painter.drawRect(QRectF(middle.x() - width / 2, min(zero, mean), width, max(1.5, abs(mean - zero))))
    painter.setPen(QPen(QColor(colours.control), 1))
    painter.drawLine(QPointF(box.left() + 1, zero), QPointF(box.right() - 1, zero))
    if thumb.chosen is not None:
        tip = QPointF(middle.x() + width + 0.5, height(thumb.chosen))
        path = QPainterPath(tip)
        path.lineTo(tip + QPointF(4, -2.6))
        path.lineTo(tip + QPointF(4, 2.6))
        path.closeSubpath()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.text))
        painter.drawPath(path)


def _above_below(colours: Colours, box: QRectF, zero: float) -> QLinearGradient:
    gradient = QLinearGradient(QPointF(0, box.top()), QPointF(0, box.bottom()))
    at = min(0.999, max(0.001, (zero - box.top()) / max(1.0, box.height())))
    above, below = shade(colours, 0.45), shade(colours, -0.45)
    for place, colour in ((0.0, above), (at, above), (min(1.0, at + 1e-4), below), (1.0, below)):
        gradient.setColorAt(place, colour)
    return gradient
