"""What one neuron computes, enlarged: the picture with its scale beside the node under the pointer, and what the training rows say."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from flux_gui.gui.diagram.pens import shade
from flux_gui.gui.diagram.thumbs import ROOM, Thumb, brush_of, paint_bar, paint_curve, thumbs
from flux_gui.gui.plots.ranges import short
from flux_gui.gui.theme import base_font, theme
from flux_gui.runtime.unit_inputs import Axis
from flux_gui.runtime.unit_probe import LayerUnits, UnitPictures

PLOT = 168.0  # side of the picture
LEFT, TOP, EDGE = 46.0, 34.0, 12.0
AXIS, SCALE = 18.0, 30.0  # room for a line of axis labels, and for the scale of colours
LINE = 16.0
WIDTH = LEFT + PLOT + 26.0
GAP = 14  # between node and card
STOPS = 24


@dataclass(frozen=True, eq=False)
class Shown:
    """One neuron: its title, all pictures, those of its layer, its place among them, and its bias in words."""

    title: str
    pictures: UnitPictures
    layer: LayerUnits
    at: int
    bias: str = ""


class HoverCard(QWidget):
    """A card over the diagram that takes no clicks. `show_unit` fills and places it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Picture of a neuron"))
        self._shown: Shown | None = None
        self._thumb = Thumb()
        self.hide()

    def show_unit(self, shown: Shown, node: QRect) -> None:
        """Show a neuron beside its node, whose place in the parent is `node`."""
        self._shown = shown
        self._thumb = thumbs(shown.pictures, shown.layer).get(shown.layer.units[shown.at], Thumb())
        self.setAccessibleDescription(". ".join((shown.title, *self.lines())))
        size = QRect(0, 0, int(WIDTH), int(self._below() + LINE * len(self._wrapped()) + EDGE - 2))
        parent = self.parentWidget()
        self.setGeometry(placed(size, node, parent.rect() if parent is not None else size))
        self.show()
        self.raise_()
        self.update()

    def lines(self) -> list[str]:
        """Return what is written under the picture."""
        shown = self._shown
        if shown is None:
            return []
        layer, at = shown.layer, shown.at
        mean, low, high = (short(float(part[at])) for part in (layer.mean, layer.low, layer.high))
        said = [self.tr("{0} training rows: mean {1}, from {2} to {3}").format(shown.pictures.rows, mean, low, high)]
        if layer.chosen is not None:
            said.append(self.tr("chosen row: {0}").format(short(float(layer.chosen[at]))))
        if shown.pictures.held:
            said.append(self.tr("other inputs: at {0}").format(shown.pictures.held))
        if shown.bias:
            said.append(shown.bias)
        return said

    def warning(self) -> str:
        """Return what is wrong with the neuron, with number and threshold; "" for a healthy one."""
        shown = self._shown
        if shown is None:
            return ""
        return mark_text(shown.layer, shown.at, shown.pictures.rows)

    def _wrapped(self) -> list[tuple[str, bool]]:
        """Return the lines, broken where they are too wide, and whether each is a warning."""
        metrics, room = QFontMetricsF(base_font(11)), WIDTH - 2 * EDGE
        result: list[tuple[str, bool]] = []
        warning = self.warning()
        for text, bad in [*((line, False) for line in self.lines()), *([(warning, True)] if warning else [])]:
            line = ""
            for word in text.split():
                wider = f"{line} {word}".strip()
                if line and metrics.horizontalAdvance(wider) > room:
                    result.append((line, bad))
                    line = word
                else:
                    line = wider
            result.append((line, bad))
        return result

    def _below(self) -> float:
        """Return where the lines begin."""
        return TOP + PLOT + (AXIS if self._shown is not None and self._shown.pictures.axes else 6.0) + SCALE + 2

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the card."""
        shown = self._shown
        if shown is None:
            return
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(QColor(c.border), 1))
        painter.setBrush(QColor(c.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setPen(QColor(c.text))
        painter.setFont(base_font(12, QFont.Weight.DemiBold))
        room = QRectF(EDGE, 8, WIDTH - 2 * EDGE, 20)
        title = painter.fontMetrics().elidedText(shown.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, title)
        box = QRectF(LEFT, TOP, PLOT, PLOT)
        self._paint_picture(painter, box)
        painter.setFont(base_font(10))
        self._paint_axes(painter, box, shown)
        self._paint_scale(painter, shown)
        painter.setFont(base_font(11))
        for i, (line, bad) in enumerate(self._wrapped()):
            painter.setPen(QColor(c.warning if bad else c.muted))
            painter.drawText(QRectF(EDGE, self._below() + i * LINE, WIDTH - EDGE, LINE), Qt.AlignmentFlag.AlignVCenter, line)

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        c, thumb = theme().colours, self._thumb
        painter.setPen(QPen(QColor(c.border), 1))
        painter.setBrush(brush_of(thumb.image, box) if thumb.image is not None else QColor(c.canvas))
        painter.drawRoundedRect(box, 4, 4)
        if thumb.image is not None:
            return
        if thumb.curve is not None:
            paint_curve(painter, box, thumb.curve, thumb.base, 2.0)
        else:
            paint_bar(painter, box.adjusted(30, 0, -30, 0), thumb)

    def _paint_axes(self, painter: QPainter, box: QRectF, shown: Shown) -> None:
        """Write the ends of the inputs; of a curve or bar also those of the value, at the left."""
        painter.setPen(QColor(theme().colours.muted))
        axes, layer = shown.pictures.axes, shown.layer
        if axes:
            row = QRectF(box.left(), box.bottom() + 1, box.width(), AXIS)
            self._paint_ends(painter, row, axes[0])
        right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
        if len(axes) == 2:
            ends = [(box.top() + 6, axes[1].high), (box.bottom() - 6, axes[1].low)]
            for y, value in ends:
                painter.drawText(QRectF(0, y - 8, LEFT - 5, 16), right | middle, short(value))
            painter.save()
            painter.translate(LEFT - 12, box.center().y())
            painter.rotate(-90)
            name = painter.fontMetrics().elidedText(axes[1].name, Qt.TextElideMode.ElideRight, int(box.height() - 40))
            painter.drawText(QRectF(-box.height() / 2, -8, box.height(), 16), Qt.AlignmentFlag.AlignCenter, name)
            painter.restore()
            return
        half = box.height() / 2 * ROOM
        for share in (1.0, 0.0, -1.0):
            y = box.center().y() - share * half
            painter.drawText(QRectF(0, y - 8, LEFT - 5, 16), right | middle, short(layer.middle + share * layer.limit))

    @staticmethod
    def _paint_ends(painter: QPainter, row: QRectF, axis: Axis) -> None:
        """Write both ends of an axis and its name between them."""
        low, high = short(axis.low), short(axis.high)
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, low)
        painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, high)
        metrics = painter.fontMetrics()
        room = row.width() - 2 * max(metrics.horizontalAdvance(low), metrics.horizontalAdvance(high)) - 12
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, metrics.elidedText(axis.name, Qt.TextElideMode.ElideRight, int(room)))

    def _paint_scale(self, painter: QPainter, shown: Shown) -> None:
        """Paint the colours with the values at both ends and in the middle."""
        c, layer = theme().colours, shown.layer
        top = self._below() - SCALE
        bar = QRectF(LEFT, top + 2, PLOT, 7)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for i in range(STOPS + 1):
            gradient.setColorAt(i / STOPS, shade(c, 2 * i / STOPS - 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(QColor(c.muted))
        for share, align in ((-1.0, Qt.AlignmentFlag.AlignLeft), (0.0, Qt.AlignmentFlag.AlignHCenter), (1.0, Qt.AlignmentFlag.AlignRight)):
            room = QRectF(bar.left(), bar.bottom() + 1, bar.width(), 15)
            painter.drawText(room, align | Qt.AlignmentFlag.AlignVCenter, short(layer.middle + share * layer.limit))
        painter.drawText(QRectF(0, top - 3, LEFT - 5, 16), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.tr("output"))


def mark_text(layer: LayerUnits, at: int, rows: int) -> str:
    """Return what is wrong with a neuron, with number and threshold; "" for a healthy one."""
    mark, share = layer.marks[at], 100 * float(layer.share[at])
    if mark == "dead":
        return f"Dead: it gives {short(float(layer.mean[at]))} on all {rows} training rows looked at."
    if mark == "saturated":
        return f"Saturated: on {share:.0f} % of the rows it is at an end of its range (threshold 90 %), where learning is slow."
    return ""


def placed(size: QRect, node: QRect, room: QRect) -> QRect:
    """Return where a card of `size` stands: right of the node, left of it where there is no room, always inside `room`."""
    x = node.right() + GAP
    if x + size.width() > room.right() - 4:
        x = node.left() - GAP - size.width()
    x = max(room.left() + 4, min(x, room.right() - size.width() - 4))
    y = max(room.top() + 4, min(node.center().y() - size.height() // 2, room.bottom() - size.height() - 4))
    return QRect(QPoint(x, y), size.size())
