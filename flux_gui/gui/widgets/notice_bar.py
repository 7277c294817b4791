"""A quiet bar with one message, a hint, and perhaps a few things to do about it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from flux_gui.gui import icons

Action = tuple[str, Callable[[], object]]


class NoticeBar(QFrame):
    """`kind` is "info", "warning" or "error". Signals: `closed()` when the user closes it."""

    closed = Signal()

    def __init__(
        self,
        kind: str = "info",
        text: str = "",
        hint: str = "",
        actions: Sequence[Action] = (),
        parent: QWidget | None = None,
        *,
        closable: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setProperty("notice", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._icon = QToolButton(self)
        self._icon.setEnabled(True)
        self._icon.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._icon.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text, self._hint = QLabel(self), QLabel(self)
        self._text.setProperty("strong", True)
        for label in (self._text, self._hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._hint)
        self._close = QToolButton(self)
        self._close.setToolTip(self.tr("Close this message"))
        self._close.setAccessibleName(self.tr("Close this message"))
        icons.bind(self._close, "close", "muted")
        self._close.clicked.connect(self._dismiss)
        self._close.setVisible(closable)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(4)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addLayout(self._buttons)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.show_message(kind, text, hint, actions)

    def show_message(self, kind: str, text: str, hint: str = "", actions: Sequence[Action] = ()) -> None:
        """Show another message with its own hint and actions."""
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        icons.bind(self._icon, kind, {"info": "accent", "warning": "warning"}.get(kind, "danger"))
        self._text.setText(text)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{text} {hint}".strip())
        while (item := self._buttons.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for label, call in actions:
            button = QPushButton(label, self)
            button.setToolTip(label)
            button.clicked.connect(lambda _checked=False, c=call: c())
            self._buttons.addWidget(button)

    def text(self) -> str:
        """Return the message."""
        return self._text.text()

    def _dismiss(self) -> None:
        self.hide()
        self.closed.emit()
