"""The gallery of samples: a card for each with picture, what it is, rows, source, licence and a first network that learns it."""

from functools import partial
from html import escape

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from flux_gui.data import files, sources
from flux_gui.data.samples import SAMPLES, SampleEntry
from flux_gui.data.table import Table
from flux_gui.gui.theme import theme
from flux_gui.gui.thumbnails import Dots, dots_of, paint_dots
from flux_gui.gui.view import grouped
from flux_gui.gui.worker import Worker
from flux_gui.specs import FileData

PICTURE = 92
COLUMNS = 2
PIXELS, SHOWN = 8, 16  # side of a small image in a row of numbers, and how many of them a picture shows
Look = Dots | NDArray[np.uint8]


class SamplesDialog(QDialog):
    """Not modal and never waiting: pictures come as they are made. Signals: `chosen(name)` of the sample to use."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samples")
        self.setWindowTitle("Samples")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.cards: dict[str, SampleCard] = {}
        self._lane = Worker(self)
        head = QLabel("Ready-made data, each with a first network that learns it. One step of Undo brings your project back.")
        head.setProperty("muted", True)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.setSpacing(10)
        for place, entry in enumerate(SAMPLES.in_window()):
            card = SampleCard(entry)
            card.chosen.connect(self._choose)
            self.cards[entry.name] = card
            grid.addWidget(card, place // COLUMNS, place % COLUMNS)
            self._lane.submit(partial(look_of, entry), card.picture.show_look, lambda _error: None)
        area = QScrollArea()
        area.setObjectName("samples.cards")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        close = QPushButton("Close")
        close.setObjectName("samples.close")
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        column.addWidget(head)
        column.addWidget(area, 1)
        column.addLayout(foot)
        self.resize(860, 640)
        self.finished.connect(self._lane.wait)

    def _choose(self, name: str) -> None:
        self.chosen.emit(name)
        self.accept()


class SampleCard(QFrame):
    """One sample. Signals: `chosen(name)`."""

    chosen = Signal(str)

    def __init__(self, entry: SampleEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.entry = entry
        self.picture = CardPicture()
        self.text = QLabel(card_text(entry))
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setOpenExternalLinks(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.use = QPushButton("Use this")
        self.use.setObjectName(f"samples.use.{entry.name}")
        self.use.setAccessibleName(f"Use {entry.label}")
        self.use.setToolTip(f"Make {entry.label} the data, with {network_text(entry)}")
        self.use.clicked.connect(lambda: self.chosen.emit(entry.name))
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.picture)
        left.addWidget(self.use)
        left.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addLayout(left)
        row.addWidget(self.text, 1)


class CardPicture(QWidget):
    """The picture of a card: points, or the first rows as small images; empty until it is there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look: Look | None = None
        self.setFixedSize(PICTURE, PICTURE)

    def show_look(self, look: Look) -> None:
        """Show `look`."""
        self._look = look
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of a picture."""
        return QSize(PICTURE, PICTURE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame and picture."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.border), 1))
        painter.setBrush(QColor(c.canvas))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        area = QRectF(self.rect()).adjusted(9, 9, -9, -9)
        if isinstance(self._look, Dots):
            paint_dots(painter, area, self._look, 3.0)
        elif self._look is not None:
            ink = self._look if c.dark else 255 - self._look
            image = QImage(np.ascontiguousarray(ink).data, ink.shape[1], ink.shape[0], ink.shape[1], QImage.Format.Format_Grayscale8)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, image)


def look_of(entry: SampleEntry) -> Look:
    """Return what the card of a sample shows."""
    source = entry.function()
    table = files.load(source.path, entry.target).table if isinstance(source, FileData) else sources.made(source)
    if isinstance(source, FileData):
        names = [column.name for column in table.columns if column.kind == "number" and column.name != entry.target]
        if len(names) == PIXELS * PIXELS:
            return small_images(table, names)
        table = telling(table, entry.target)
    else:
        table = Table(tuple(column for column in table.columns if column.name != "part"))
    return dots_of(table)


def small_images(table: Table, names: list[str]) -> NDArray[np.uint8]:
    """Return the first rows as images side by side, in a square of them."""
    side = int(SHOWN**0.5)
    rows = np.column_stack([table.column(name).values[:SHOWN] for name in names]).reshape(side, side, PIXELS, PIXELS)
    ink = rows.transpose(0, 2, 1, 3).reshape(side * PIXELS, side * PIXELS)
    return np.asarray(ink / max(float(ink.max()), 1.0) * 255, dtype=np.uint8)


def telling(table: Table, target: str) -> Table:
    """Return the two number columns that tell most of the target, and the target, of the rows that have all three."""
    truth = table.column(target)
    numbers = [column for column in table.columns if column.kind == "number" and column.name != target]
    if truth.kind == "number":
        goal = np.asarray(truth.values, np.float64)[:, None]
    else:
        goal = (truth.labels()[:, None] == np.unique(truth.labels())).astype(np.float64)
    strength = []
    for column in numbers:
        known = np.isfinite(column.values) & np.isfinite(goal).all(axis=1)
        x = column.values[known] - column.values[known].mean()
        y = goal[known] - goal[known].mean(axis=0)
        total = float(np.sqrt((x @ x) * (y * y).sum(axis=0).max()))
        strength.append(float(np.abs(x @ y).max()) / total if total else 0.0)
    best = [numbers[i] for i in sorted(np.argsort(strength)[::-1][:2].tolist())]
    whole = np.isfinite(np.column_stack([column.values for column in best])).all(axis=1) & ~truth.missing
    return Table((*best, truth)).select(whole)


def card_text(entry: SampleEntry) -> str:
    """Return what a card says, as rich text."""
    muted = theme().colours.muted
    link = f" <a href='{entry.origin}'>{escape(entry.origin.partition('//')[2])}</a>" if entry.origin else ""
    licence = f"<a href='{entry.licence_url}'>{escape(entry.licence)}</a>" if entry.licence_url else escape(entry.licence)
    facts = f"{grouped(entry.rows)} rows \u00b7 predict {escape(entry.target)}: {escape(entry.subject)}"
    small = f"<span style='color:{muted}; font-size:11px'>"
    return (
        f"<b>{escape(entry.label)}</b><br>{escape(entry.doc)}<br>{small}{facts}<br>First network: {escape(network_text(entry))}<br>"
        f"Source: {escape(entry.source)}{link}<br>Licence: {licence}</span>"
    )


def network_text(entry: SampleEntry) -> str:
    """Return the first network of a sample in few words."""
    network = entry.network
    hidden = " \u2192 ".join(str(units) for units in network.hidden)
    layers = f"{hidden} {network.activation}" if hidden else "no hidden layer"
    return f"{layers}, {network.optimiser} {network.rate:g}, {network.epochs} epochs"
