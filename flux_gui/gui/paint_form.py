"""What a painting is of, classes or a curve, and how one paints."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from flux_gui.gui.widgets import Segmented
from flux_gui.specs import PaintedData

KINDS = (
    ("classes", "Classes", "Points of several classes in the plane; the network parts them"),
    ("curve", "Curve", "Points of y over x; the network draws a line through them"),
)
HINTS = {
    "classes": "Paint in the map at the right: B brush, P point, E eraser, M move; 1, 2, ... choose the class.",
    "curve": "Paint in the plot at the right: B brush, P point, E eraser, M move.",
}


class PaintForm(QWidget):
    """Signals: `kindChosen(str)`, "classes" or "curve"."""

    kindChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = Segmented(KINDS)
        self.kind.setAccessibleName("What is painted")
        self.kind.valueChanged.connect(self.kindChosen)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("hint", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 4)
        column.setSpacing(6)
        column.addWidget(self.kind, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.hint)

    def show_source(self, source: PaintedData) -> None:
        """Show what `source` is a painting of."""
        kind = "classes" if source.classes else "curve"
        self.kind.setValue(kind)
        self.hint.setText(HINTS[kind])
