"""A row of two or more named choices in one frame, of which one is on."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from flux_gui.gui.theme import base_font


class Segment(QPushButton):
    """One choice; leaves the arrow keys to the row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass the arrow keys on."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)


class Segmented(QFrame):
    """Options are (key, label, tooltip). Signals: `valueChanged(str)` when the user chooses another key."""

    valueChanged = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("segmented", True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(1)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Segment] = {}
        for key, label, tip in options:
            button = Segment(label, self)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setAccessibleName(label)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            bold = QFontMetrics(base_font(11, QFont.Weight.DemiBold))  # the chosen one is bold and must not be cut
            button.setMinimumWidth(bold.horizontalAdvance(label) + 18)
            button.clicked.connect(lambda _checked=False, k=key: self._clicked(k))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self._value = next(iter(self._buttons), "")
        self.setValue(self._value)

    def value(self) -> str:
        """Return the key that is on."""
        return self._value

    def setValue(self, key: str) -> None:
        """Switch to `key` without emitting; an unknown key changes nothing."""
        if key in self._buttons:
            self._value = key
            self._buttons[key].setChecked(True)

    def button(self, key: str) -> QPushButton:
        """Return the button of `key`."""
        return self._buttons[key]

    def _clicked(self, key: str) -> None:
        if key != self._value:
            self._value = key
            self.valueChanged.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrow keys."""
        move = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        keys = list(self._buttons)
        key = keys[(keys.index(self._value) + move) % len(keys)]
        self._buttons[key].setFocus(Qt.FocusReason.TabFocusReason)
        self._buttons[key].click()
