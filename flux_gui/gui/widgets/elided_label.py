"""A label that shortens its text with an ellipsis instead of asking for more room; the tooltip has it all."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """One line of plain text; shortened at `mode` (right by default)."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self._help = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setHelp(self, text: str) -> None:
        """Set the tooltip that follows the full text."""
        self._help = text
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        return QSize(12, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the text, shortened when it does not fit, and say all of it in the tooltip then."""
        painter = QPainter(self)
        short = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        tip = f"{self.text()}\n\n{self._help}".strip() if short != self.text() else self._help
        if self.toolTip() != tip:
            self.setToolTip(tip)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self.alignment()), short)
