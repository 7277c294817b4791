"""A small "?" that tells, on hover, click or key, what the thing beside it is."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton, QToolTip, QWidget

from flux_gui.gui import icons


class HelpMark(QToolButton):
    """A button whose only work is to show its text."""

    def __init__(self, text: str, parent: QWidget | None = None, *, subject: str = "") -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(20, 20)
        icons.bind(self, "help", "muted")
        self._subject = subject
        self.setText(text)
        self.clicked.connect(self.explain)

    def setText(self, text: str) -> None:
        """Set what the mark tells."""
        self.setToolTip(text)
        self.setWhatsThis(text)
        self.setAccessibleName(self.tr("Help: {0}").format(self._subject) if self._subject else self.tr("Help"))
        self.setAccessibleDescription(text)

    def explain(self) -> None:
        """Show the text beside the mark."""
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), self.toolTip(), self)
