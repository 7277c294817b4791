"""A quiet line that lies over its parent: what is wrong with a project as it is, and the one click that mends it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from flux_gui.gui.theme import base_font

HEIGHT, MOST, LEFT, TOP = 34, 620, 10, 2  # of the line; its place in the parent
LINES = 2


class TwoLines(QLabel):
    """Plain text in at most two lines; what does not fit ends with an ellipsis, and the tooltip has it all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(base_font(11))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines, in the middle of the height."""
        painter, metrics, rest = QPainter(self), self.fontMetrics(), self.text()
        lines: list[str] = []
        while rest and len(lines) < LINES:
            layout = QTextLayout(rest, self.font())
            layout.setTextOption(QTextOption())
            layout.beginLayout()
            line = layout.createLine()
            line.setLineWidth(self.width())
            taken = line.textLength()
            layout.endLayout()
            last = len(lines) == LINES - 1
            lines.append(metrics.elidedText(rest, Qt.TextElideMode.ElideRight, self.width()) if last else rest[:taken])
            rest = rest[taken:]
        painter.setPen(self.palette().windowText().color())
        high = metrics.lineSpacing()
        top = (self.height() - high * len(lines)) / 2
        for place, text in enumerate(lines):
            painter.drawText(QRectF(0, top + place * high, self.width(), high), Qt.AlignmentFlag.AlignVCenter, text)


class ProblemLine(QFrame):
    """Stands at the upper left of `parent`, leaving `free` pixels at its right, and is hidden while there is no problem."""

    def __init__(self, parent: QWidget, free: int = 0) -> None:
        super().__init__(parent)
        self._home, self._free = parent, free
        self._call: Callable[[], object] | None = None
        self.setObjectName("problem")
        self.setProperty("notice", True)
        self.text = TwoLines()
        self.button = QPushButton()
        self.button.setObjectName("problem.mend")
        self.button.setProperty("small", True)
        self.button.clicked.connect(lambda: self._call() if self._call is not None else None)
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 2, 6, 2)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        parent.installEventFilter(self)
        self.hide()

    def show_problem(self, severity: str, text: str, hint: str = "", mend: str = "", call: Callable[[], object] | None = None) -> None:
        """Show one problem ("" for none) and the button called `mend` that does `call`."""
        self._call = call
        self.setProperty("kind", severity)
        self.style().unpolish(self)
        self.style().polish(self)
        self.text.setText(text if mend else f"{text} {hint}".strip())
        self.setToolTip(f"{text}\n{hint}".strip())
        self.setAccessibleName(f"{text} {hint}".strip())
        self.button.setText(mend)
        self.button.setToolTip(f"{hint} Ctrl+Z takes it back.".strip())
        self.button.setVisible(bool(mend))
        self.setVisible(bool(text))
        self._place()

    def sizeHint(self) -> QSize:
        """Return the room of two lines."""
        return QSize(MOST, HEIGHT)

    def _place(self) -> None:
        room = self._home.width() - LEFT - self._free
        metrics = self.text.fontMetrics()
        words = metrics.horizontalAdvance(self.text.text()) + 40 + (self.button.sizeHint().width() if self.button.text() else 0)
        self.setGeometry(LEFT, TOP, max(160, min(room, MOST, words)), HEIGHT)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the parent."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
