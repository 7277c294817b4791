"""A row of choices with a picture above a word, of which one is on; a click on the one that is on tells so too."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from flux_gui.gui.theme import base_font, theme

HEIGHT, ICON, AIR = 44, 18, 12


class Tile(QAbstractButton):
    """One choice; `picture(colour)` gives its drawing in a colour of the theme. The arrow keys are for the row."""

    def __init__(self, text: str, tip: str, picture: Callable[[str], QPixmap], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Return the size of a tile: its word and a little air."""
        return QSize(max(40, QFontMetrics(base_font(10, QFont.Weight.DemiBold)).horizontalAdvance(self.text()) + AIR), HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass the arrow keys on."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, drawing and word in the theme's colours."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        edge = c.accent if on or self.hasFocus() else c.border
        painter.setPen(QPen(QColor(edge), 2.0 if self.hasFocus() else 1.5 if on else 1.0))
        painter.setBrush(QColor(c.chip if on else c.hover if self.underMouse() else c.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        tint = c.accent if on else c.text if self.underMouse() else c.muted
        drawing = self._picture(tint)
        painter.drawPixmap(QPointF((self.width() - ICON) / 2, 7), drawing)
        painter.setPen(QColor(tint))
        weight = QFont.Weight.DemiBold if on else QFont.Weight.Normal
        painter.setFont(base_font(10, weight))
        if painter.fontMetrics().horizontalAdvance(self.text()) > self.width() - AIR // 2:
            painter.setFont(base_font(9))
        painter.drawText(QRectF(0, HEIGHT - 18, self.width(), 14), Qt.AlignmentFlag.AlignCenter, self.text())


class Tiles(QWidget):
    """Options are (key, label, tooltip, picture). Signals: `valueChanged(str)` for a click, also on the tile that is on already."""

    valueChanged = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str, str, Callable[[str], QPixmap]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        self._group = QButtonGroup(self)
        self._tiles: dict[str, Tile] = {}
        for key, label, tip, picture in options:
            tile = Tile(label, tip, picture, self)
            tile.clicked.connect(lambda _checked=False, k=key: self._clicked(k))
            self._group.addButton(tile)
            self._tiles[key] = tile
            row.addWidget(tile)
        self._value = next(iter(self._tiles), "")
        self.setValue(self._value)

    def value(self) -> str:
        """Return the key that is on."""
        return self._value

    def setValue(self, key: str) -> None:
        """Switch to `key` without emitting; an unknown key changes nothing."""
        if key in self._tiles:
            self._value = key
            self._tiles[key].setChecked(True)

    def button(self, key: str) -> Tile:
        """Return the tile of `key`."""
        return self._tiles[key]

    def _clicked(self, key: str) -> None:
        self._value = key
        self.valueChanged.emit(key)

    def keyPressEvent(self, event: Any) -> None:
        """Move the focus with the arrow keys; Space chooses."""
        move = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        keys = list(self._tiles)
        here = next((i for i, key in enumerate(keys) if self._tiles[key].hasFocus()), keys.index(self._value))
        self._tiles[keys[(here + move) % len(keys)]].setFocus(Qt.FocusReason.TabFocusReason)
