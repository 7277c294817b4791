"""A field for a line of text that can be wrong."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from flux_gui.gui.widgets.fields import HEIGHT, WIDTH, mark_invalid


class TextField(QLineEdit):
    """Signals: `valueChanged(str)` on commit (Enter or focus loss) of another text, `errorChanged(str)`."""

    valueChanged = Signal(str)
    errorChanged = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, help_text: str = "") -> None:
        super().__init__(parent)
        self._value, self._help, self._error = "", help_text, ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(help_text)
        self.editingFinished.connect(self._commit)

    def value(self) -> str:
        """Return the last committed text."""
        return self._value

    def setValue(self, text: str) -> None:
        """Show `text` without emitting."""
        self._value = text
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def error(self) -> str:
        """Return the sentence shown, "" when all is well."""
        return self._error

    def setError(self, sentence: str) -> None:
        """Mark the field as wrong, or clear that with ""."""
        changed = sentence != self._error
        self._error = sentence
        mark_invalid(self, sentence, self._help)
        if changed:
            self.errorChanged.emit(sentence)

    def setHelp(self, text: str) -> None:
        """Set the tooltip shown while there is no error."""
        self._help = text
        mark_invalid(self, self._error, text)

    def _commit(self) -> None:
        if self.text() != self._value:
            self._value = self.text()
            self.valueChanged.emit(self._value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Restore the committed text with Esc."""
        if event.key() == Qt.Key.Key_Escape and self.text() != self._value:
            self.setText(self._value)
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the usual size of a field."""
        return QSize(WIDTH, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the least useful size."""
        return QSize(64, HEIGHT)
