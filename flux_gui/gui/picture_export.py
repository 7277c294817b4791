"""The network as a picture for papers and slides: title, names, true weights and a legend, as SVG, PDF or PNG, light or dark."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageWriter, QLinearGradient, QPageSize, QPainter, QPdfWriter, QPen
from PySide6.QtSvg import QSvgGenerator

from flux_gui.core.atomic import write_atomically
from flux_gui.core.errors import FormatError
from flux_gui.gui.diagram.items import NodeItem, SlabItem, TextItem
from flux_gui.gui.diagram.labels import margins
from flux_gui.gui.diagram.layout import arrange, chosen_units
from flux_gui.gui.diagram.pens import shade
from flux_gui.gui.diagram.picture import NetworkPicture
from flux_gui.gui.diagram.scene import NetworkScene
from flux_gui.gui.plots.ranges import short
from flux_gui.gui.theme import DARK, LIGHT, Colours, base_font, theme
from flux_gui.gui.view import number
from flux_gui.runtime.unit_probe import UnitPictures

AIR: Final = 24.0  # pixels around everything
TITLE: Final = 50.0  # height of the title and the line below it
LEGEND: Final = 34.0
HEIGHT, LEAST_WIDTH, STEP, NARROW = 560.0, 640.0, 165.0, 112.0  # of the network: its height, and what a column takes, or one of many
LARGEST: Final = 16_000  # pixels of the longer side of a PNG
RATIO: Final = 2.0  # of a PNG to the screen
DPI: Final = 96
MOST_NUMBERS: Final = 200  # of the strongest weights, beyond which nobody could read them
PLACES: Final = (0.5, 0.58, 0.42, 0.66, 0.34, 0.75, 0.25, 0.84, 0.16)
"""Where on an edge its number may stand, the best first."""
BAR: Final = 110.0  # pixels of the colour scale


@dataclass(frozen=True)
class Wish:
    """How the picture shall look; `background` is "light", "dark" or "none", which is light colours on nothing."""

    background: str = "light"
    title: bool = True
    legend: bool = True
    neurons: bool = True  # what each neuron computes, in its square
    numbers: bool = False  # the weights in digits, where there is room

    @property
    def colours(self) -> Colours:
        """The colours to paint with."""
        return DARK if self.background == "dark" else LIGHT


class Sheet:
    """A picture ready to be painted: made once in the colours wished for, `size` in pixels of the screen.

    `shown` is the scene of the window, whose weights and pictures of neurons are taken, unless there are `units` of more layers than
    the window shows; `texts` are title and the line below it.
    """

    def __init__(self, shown: NetworkScene, texts: tuple[str, str], wish: Wish, units: UnitPictures | None = None) -> None:
        assert shown.picture is not None
        self.picture: NetworkPicture = shown.picture
        self.wish, self.texts = wish, texts
        with theme().lent(wish.colours):
            self.scene = self._made(shown, units)
        self.box = self.scene.itemsBoundingRect()
        above = TITLE if wish.title else 0.0
        below = LEGEND if wish.legend else 0.0
        width = max(self.box.width(), self._legend_width() if wish.legend else 0.0) + 2 * AIR
        self.size = QSizeF(width, self.box.height() + above + below + 2 * AIR)
        self.place = QRectF((width - self.box.width()) / 2, AIR + above, self.box.width(), self.box.height())

    def _made(self, shown: NetworkScene, units: UnitPictures | None) -> NetworkScene:
        columns = len(self.picture.layers) + 1 + len(self.picture.steps) / 3
        width = max(LEAST_WIDTH, (STEP if columns <= 12 else NARROW) * columns)
        plan = arrange(self.picture, width, HEIGHT, *margins(self.picture))
        scene = NetworkScene()
        scene.build(self.picture, plan)
        scene.show_like(shown)
        if units is not None or not self.wish.neurons:
            scene.setUnits(units if self.wish.neurons else None)
        scene.name_activations(plan)
        self.numbered = write_numbers(scene) if self.wish.numbers else 0
        return scene

    def paint(self, painter: QPainter) -> None:
        """Paint everything into the rectangle from (0, 0) to `size`."""
        with theme().lent(self.wish.colours):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.wish.background != "none":
                painter.fillRect(QRectF(QPointF(0, 0), self.size), QColor(theme().colours.canvas))
            if self.wish.title:
                self._paint_title(painter)
            self.scene.render(painter, self.place, self.box)
            if self.wish.legend:
                self._paint_legend(painter)

    def _paint_title(self, painter: QPainter) -> None:
        room = self.size.width() - 2 * AIR
        for text, font, colour, y in (
            (self.texts[0], base_font(17, QFont.Weight.DemiBold), theme().colours.text, 0.0),
            (self.texts[1], base_font(11), theme().colours.muted, 25.0),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            short = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(QRectF(AIR, AIR - 8 + y, room, 24), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), short)

    # --- the legend -----------------------------------------------------------------------------------------------

    def _words(self) -> list[str]:
        """Return what the legend says of lines: of positive ones, of negative ones, and of what is left out."""
        thing = "gradient" if self.scene.shows_gradient else "weight"
        every = sum(layer.weight.size for layer in self.picture.layers if layer.weight is not None)
        drawn = self.scene.edge_count()
        found = [f"positive {thing}", f"negative {thing}", "square: bias"]
        if drawn < every:
            found.append(f"the {drawn} strongest of {every:,} weights".replace(",", "\u2009"))
        if 0 < self.numbered < drawn:
            found.append(f"numbers of the {self.numbered} strongest that have room")
        return found

    def _legend_width(self) -> float:
        metrics = QFontMetricsF(base_font(11))
        return BAR + 130.0 + sum(metrics.horizontalAdvance(word) + 52.0 for word in self._words())

    def _paint_legend(self, painter: QPainter) -> None:
        colours = theme().colours
        font = base_font(11)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        y = self.size.height() - AIR - 4
        x = AIR

        def write(text: str, at: float) -> float:
            painter.setPen(QColor(colours.muted))
            painter.drawText(QPointF(at, y + 4), text)
            return at + metrics.horizontalAdvance(text)

        limit = number(self.scene.limit)
        x = write(f"\u2212{limit}", x) + 8
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_scale(x, colours))
        painter.drawRoundedRect(QRectF(x, y - 4, BAR, 8), 4, 4)
        x = write(f"+{limit}", x + BAR + 8) + 24
        for ratio, word in zip_longest((0.8, -0.8), self._words()):
            if ratio is not None:
                pen = QPen(shade(colours, ratio), 3.0)
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                if ratio < 0:
                    pen.setDashPattern([2.0, 1.0])
                painter.setPen(pen)
                painter.drawLine(QPointF(x, y), QPointF(x + 28, y))
                x += 34
            x = write(word, x) + 18


def drawn_units(picture: NetworkPicture) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Return (layer of the Chain, its drawn units) of all columns, the inputs as -1."""
    layers = (-1, *(layer.index for layer in picture.layers))
    return tuple((layer, tuple(units.tolist())) for layer, units in zip(layers, chosen_units(picture), strict=True))


def write_numbers(scene: NetworkScene) -> int:
    """Write weights at their edges, the strongest first, where no other text, neuron or step stands; return how many have room."""
    if any(isinstance(item, TextItem) and item.tag for item in scene.items()):
        return 0  # so few that all are written anyway
    taken = [item.sceneBoundingRect() for item in scene.items() if isinstance(item, NodeItem | TextItem | SlabItem)]
    edges = sorted(scene.drawn_edges(), key=lambda edge: -abs(edge[1]))[:MOST_NUMBERS]
    count = 0
    for points, value in edges:
        item = TextItem(short(value), tag=True, size=9)
        for share in PLACES:
            x, y = points[round(share * (len(points) - 1))]
            box = item.boundingRect().translated(float(x), float(y))
            if not any(box.intersects(other) for other in taken):
                item.setPos(float(x), float(y))
                scene.addItem(item)
                taken.append(box)
                count += 1
                break
    return count


def _scale(x: float, colours: Colours) -> QLinearGradient:
    gradient = QLinearGradient(QPointF(x, 0), QPointF(x + BAR, 0))
    for i in range(33):
        gradient.setColorAt(i / 32, shade(colours, 2 * i / 32 - 1))
    return gradient


# ----------------------------------------------------------------------------------------------------------- formats


def image(sheet: Sheet, ratio: float = RATIO) -> QImage:
    """Return the picture in `ratio` times the size of the screen, less where that would be too large."""
    ratio = min(ratio, LARGEST / max(sheet.size.width(), sheet.size.height()))
    found = QImage((sheet.size * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    found.setDevicePixelRatio(ratio)
    found.fill(Qt.GlobalColor.transparent)
    painter = QPainter(found)
    sheet.paint(painter)
    painter.end()
    return found


def _png(sheet: Sheet, buffer: QBuffer) -> None:
    QImageWriter(buffer, QByteArray(b"png")).write(image(sheet))


def _svg(sheet: Sheet, buffer: QBuffer) -> None:
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(DPI)
    size = QSize(round(sheet.size.width()), round(sheet.size.height()))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setTitle(sheet.texts[0])
    generator.setDescription(sheet.texts[1])
    painter = QPainter(generator)
    sheet.paint(painter)
    painter.end()


def _pdf(sheet: Sheet, buffer: QBuffer) -> None:
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setTitle(sheet.texts[0])
    writer.setCreator("Flux")
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setPageSize(QPageSize(sheet.size * (72 / DPI), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    painter = QPainter(writer)
    sheet.paint(painter)
    painter.end()


FORMATS: Final[dict[str, tuple[str, Callable[[Sheet, QBuffer], None]]]] = {
    ".svg": ("SVG drawing", _svg),
    ".pdf": ("PDF page", _pdf),
    ".png": ("PNG picture", _png),
}
"""By extension: what it is called, and how it is written."""


def encoded(sheet: Sheet, extension: str) -> bytes:
    """Return the picture as the bytes of a file; FormatError for an extension that is no format."""
    if extension.lower() not in FORMATS:
        raise FormatError(
            f"A picture cannot be written as '{extension or 'a file without extension'}'.", f"Extensions: {', '.join(FORMATS)}."
        )
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    FORMATS[extension.lower()][1](sheet, buffer)
    buffer.close()
    return bytes(held.data())


def write(sheet: Sheet, path: Path) -> None:
    """Write the picture in the format of the extension; an old file stays whole if that fails."""
    write_atomically(path, encoded(sheet, path.suffix))
