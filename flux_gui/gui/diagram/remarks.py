"""Problems at their place in the picture: a sign beside a layer, and the card with sentence and mends that opens from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from flux_gui.gui import icons
from flux_gui.gui.theme import base_font

if TYPE_CHECKING:
    from flux_gui.gui.diagram.network_view import NetworkView

SIDE = 20
WIDTH = 248  # of a card
REST = 350  # milliseconds that a card stays when the pointer has left


@dataclass(frozen=True)
class Remark:
    """One problem: how bad, what, what to do, and the click that mends it ("" for none)."""

    severity: str
    text: str
    hint: str = ""
    mend: str = ""
    call: Callable[[], object] | None = None


class RemarkCard(QFrame):
    """Sentence, hint and mend of every remark on one layer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("remark")
        self.setProperty("card", True)
        self.setFixedWidth(WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 8, 10, 8)
        self.column.setSpacing(5)
        self.parts: list[QWidget] = []
        self.hide()

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Show these remarks, one below the other."""
        for part in self.parts:
            self.column.removeWidget(part)
            part.setObjectName("")
            part.hide()
            part.deleteLater()
        self.parts = []
        for number, remark in enumerate(remarks):
            for text, muted in ((remark.text, False), (remark.hint, True)):
                if text:
                    label = QLabel(text)
                    label.setFont(base_font(11))
                    label.setWordWrap(True)
                    label.setTextFormat(Qt.TextFormat.PlainText)
                    label.setProperty("muted", muted)
                    self.parts.append(label)
            if remark.mend and remark.call is not None:
                self.parts.append(self._button(remark, number))
        for part in self.parts:
            self.column.addWidget(part)
            part.show()  # also when the card is open already
        inside = WIDTH - 22
        high = sum(part.heightForWidth(inside) if part.hasHeightForWidth() else part.sizeHint().height() for part in self.parts)
        self.setFixedHeight(high + 16 + 2 + self.column.spacing() * max(0, len(self.parts) - 1))

    def _button(self, remark: Remark, number: int) -> QPushButton:
        button = QPushButton(remark.mend)
        button.setObjectName(f"remark.mend.{number}")
        button.setProperty("small", True)
        button.setToolTip(f"{remark.hint} Ctrl+Z takes it back.".strip())
        button.clicked.connect(self.hide)
        call = remark.call or self.hide
        button.clicked.connect(lambda _on=False: call())
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


class Remarks(QObject):
    """The signs in one view, and the one card that is open at a time."""

    def __init__(self, view: "NetworkView") -> None:
        super().__init__(view)
        self._view, self._port = view, view.viewport()
        self._found: dict[str, tuple[Remark, ...]] = {}
        self.signs: dict[str, QToolButton] = {}
        self.card = RemarkCard(view.viewport())
        self._open = ""
        self._shown: tuple[tuple[str, str], ...] = ()
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._leave)
        self.card.installEventFilter(self)
        view.viewport().installEventFilter(self)
        view.placed.connect(self.place)

    def set_remarks(self, found: Mapping[str, Sequence[Remark]]) -> None:
        """Show these remarks by the id of their layer."""
        self._found = {id: tuple(remarks) for id, remarks in found.items() if remarks}
        for id in [id for id in self.signs if id not in self._found]:
            sign = self.signs.pop(id)
            sign.setObjectName("")
            sign.hide()
            sign.deleteLater()
        if self._open not in self._found:
            self.card.hide()
        elif self.card.isVisible() and self._words() != self._shown:
            self.open(self._open)
        for id, remarks in self._found.items():
            sign = self.signs.get(id) or self._sign(id)
            worst = "error" if any(one.severity == "error" for one in remarks) else "warning"
            icons.bind(sign, worst, "danger" if worst == "error" else "warning")
            sign.setAccessibleName(" ".join(one.text for one in remarks))
            sign.setToolTip("\n".join(one.text for one in remarks))
            sign.show()
        self.place()

    def place(self) -> None:
        """Put every sign beside the title of its layer."""
        for id, sign in self.signs.items():
            at = self._view.remark_place(id)
            sign.setVisible(at is not None)
            if at is not None:
                sign.move(at.x() - SIDE // 2, at.y() - SIDE // 2)
        if self.card.isVisible() and self._open in self.signs:
            self._move_card(self.signs[self._open])

    def open(self, id: str) -> None:
        """Open the card of a layer."""
        sign = self.signs.get(id)
        if sign is None:
            return
        self._rest.stop()
        self._open = id
        self._shown = self._words()
        self.card.show_remarks(self._found[id])
        self._move_card(sign)
        self.card.show()
        self.card.raise_()

    def _words(self) -> tuple[tuple[str, str], ...]:
        return tuple((one.text, one.mend) for one in self._found.get(self._open, ()))

    def _sign(self, id: str) -> QToolButton:
        sign = QToolButton(self._view.viewport())
        sign.setObjectName(f"diagram.remark.{id}")
        sign.setProperty("round", True)
        sign.setIconSize(QSize(14, 14))
        sign.setFixedSize(SIDE, SIDE)
        sign.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        sign.clicked.connect(lambda _on=False: self._clicked(id))
        sign.installEventFilter(self)
        self.signs[id] = sign
        return sign

    def _clicked(self, id: str) -> None:
        self.open(id)
        button = self.card.findChild(QPushButton)
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move_card(self, sign: QWidget) -> None:
        room = self._view.viewport().size()
        at = sign.geometry().bottomLeft() + QPoint(-WIDTH // 2, 6)
        below = at.y() + self.card.height() <= room.height() - 4
        y = at.y() if below else sign.y() - 6 - self.card.height()
        self.card.move(max(4, min(room.width() - WIDTH - 4, at.x())), max(4, y))

    def _leave(self) -> None:
        button = self.card.findChild(QPushButton)
        if not self.card.underMouse() and not (button is not None and button.hasFocus()):
            self.card.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the card when the pointer comes to a sign, and let it go when the pointer has gone, at once with a click elsewhere."""
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and watched is self._port:
            self.card.hide()
        elif watched is self._port:
            pass
        elif kind == QEvent.Type.Enter and watched is not self.card:
            self.open(next((id for id, sign in self.signs.items() if sign is watched), ""))
        elif kind == QEvent.Type.Enter:
            self._rest.stop()
        elif kind == QEvent.Type.Leave and self.card.isVisible():
            self._rest.start()
        return False
