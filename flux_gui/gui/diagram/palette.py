"""The row of layer kinds under the picture: drag one to its place, or click it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from flux_gui.gui.diagram.carrying import Carrier, Load
from flux_gui.gui.theme import base_font

START = 8  # pixels that the mouse moves before it carries something
HEIGHT, GAP, MARGIN = 34, 4, 10
NAME = "palette"


@dataclass(frozen=True)
class Kind:
    """A kind of layer: its name in the registry, what it is called, what it does."""

    name: str
    label: str
    tip: str


class KindTile(QToolButton):
    """One kind. Signals: `clicked()`, `moved(step)` for the arrow keys; a drag goes to the carrier."""

    moved = Signal(int)

    def __init__(self, kind: Kind, carrier: Carrier, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind, self._carrier = kind, carrier
        self._pressed: QPoint | None = None
        self.setObjectName(f"{NAME}.{kind.name}")
        self.setProperty("tile", True)
        self.setText(kind.label)
        self.setFont(base_font(11))
        self.setToolTip(f"{kind.label}: {kind.tip}\nDrag it to its place in the picture, or click to put it behind the selected layer.")
        self.setAccessibleName(f"Add {kind.label}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag begins."""
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry the kind once the mouse has moved far enough."""
        at = event.globalPosition().toPoint()
        if self._carrier.active:
            self._carrier.move(at)
        elif self._pressed is not None and (event.position().toPoint() - self._pressed).manhattanLength() >= START:
            self._carrier.start(Load(kind=self._kind.name, label=self._kind.label), at)
            self._pressed = None
            self.setDown(False)
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it fall, or count as a click."""
        carried = self._carrier.active or (self._pressed is None and event.button() == Qt.MouseButton.LeftButton)
        self._pressed = None
        if self._carrier.active:
            self._carrier.drop(event.globalPosition().toPoint())
        if carried:
            self.setDown(False)
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the neighbour with the arrow keys, take the kind with Enter."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Palette(QFrame):
    """As many kinds as there is room for; a menu has the rest. Signals: `kindChosen(name)`."""

    kindChosen = Signal(str)

    def __init__(self, kinds: Sequence[Kind], carrier: Carrier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = tuple(kinds)
        self.tiles = [KindTile(kind, carrier, self) for kind in self._kinds]
        self.more = QToolButton(self)
        self.more.setObjectName(f"{NAME}.more")
        self.more.setProperty("tile", True)
        self.more.setText("\u2026")
        self.more.setFont(base_font(11))
        self.more.setToolTip("More kinds of layers")
        self.more.setAccessibleName("More kinds of layers")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.clicked.connect(self._open_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 4, MARGIN, 4)
        row.setSpacing(GAP)
        for tile, kind in zip(self.tiles, self._kinds, strict=True):
            tile.clicked.connect(lambda _on=False, name=kind.name: self.kindChosen.emit(name))
            tile.moved.connect(lambda step, tile=tile: self._go(tile, step))
            row.addWidget(tile)
        row.addWidget(self.more)
        row.addStretch(1)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Kinds of layers")

    def shown(self) -> list[str]:
        """Return the names of the kinds that have a tile."""
        return [kind.name for kind, tile in zip(self._kinds, self.tiles, strict=True) if not tile.isHidden()]

    def menu(self) -> QMenu:
        """Return the menu of the kinds that there is no room for."""
        menu = QMenu(self)
        menu.setObjectName(f"{NAME}.menu")
        menu.setToolTipsVisible(True)
        for kind, tile in zip(self._kinds, self.tiles, strict=True):
            if tile.isHidden():
                action = menu.addAction(kind.label)
                action.setObjectName(f"{NAME}.menu.{kind.name}")
                action.setToolTip(kind.tip)
                action.triggered.connect(lambda _on=False, name=kind.name: self.kindChosen.emit(name))
        return menu

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 2)))

    def _go(self, tile: KindTile, step: int) -> None:
        seen = [one for one in self.tiles if not one.isHidden()]
        place = (seen.index(tile) + step) % len(seen)
        seen[place].setFocus(Qt.FocusReason.TabFocusReason)
        self._keep_one_stop(seen[place])

    def _keep_one_stop(self, stop: QWidget | None = None) -> None:
        """Let Tab stop once in the row; the arrow keys go on from there."""
        seen = [one for one in self.tiles if not one.isHidden()]
        for one in self.tiles:
            first = one is (stop or (seen[0] if seen else None))
            one.setFocusPolicy(Qt.FocusPolicy.TabFocus if first else Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many kinds as fit."""
        super().resizeEvent(event)
        room = self.width() - 2 * MARGIN
        widths = [tile.sizeHint().width() + GAP for tile in self.tiles]
        fits = sum(widths) - GAP <= room
        room -= 0 if fits else self.more.sizeHint().width() + GAP
        used = 0
        for tile, width in zip(self.tiles, widths, strict=True):
            used += width
            tile.setVisible(fits or used <= room)
        self.more.setVisible(not fits)
        self._keep_one_stop()

    def sizeHint(self) -> QSize:
        """Return the room of all kinds in one line."""
        return QSize(2 * MARGIN + sum(tile.sizeHint().width() + GAP for tile in self.tiles), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the least useful room."""
        return QSize(120, HEIGHT)
