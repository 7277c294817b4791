"""A numbered step of the left column: a header that folds its content, and a separating line."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from flux_gui.gui.theme import base_font, theme


class SectionHeader(QAbstractButton):
    """The clickable line: number in a disc, title, summary at the right, and a chevron that tells whether it is open."""

    def __init__(self, number: int, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number, self.title, self.summary = number, title, ""
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """Return the height of a header."""
        return QSize(120, 34)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the header in the theme's colours."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        left = 12.0
        if self.number:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.chip))
            disc = QRectF(left, middle - 8.5, 17, 17)
            painter.drawEllipse(disc)
            painter.setPen(QColor(c.accent))
            painter.setFont(base_font(11, QFont.Weight.DemiBold))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self.number))
            left += 24
        painter.setFont(base_font(13, QFont.Weight.DemiBold))
        painter.setPen(QColor(c.text))
        width = painter.fontMetrics().horizontalAdvance(self.title)
        painter.drawText(QRectF(left, 0, width + 4, self.height()), Qt.AlignmentFlag.AlignVCenter, self.title)
        left += width + 8
        self._paint_chevron(painter, 2.5, middle)
        painter.setFont(base_font(11))
        painter.setPen(QColor(c.muted))
        room = QRectF(left, 0, self.width() - left - 12, self.height())
        if painter.fontMetrics().horizontalAdvance(self.summary) > room.width():
            painter.setFont(base_font(10))
        text = painter.fontMetrics().elidedText(self.summary, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(5, 4, -5, -4), 6, 6)

    def _paint_chevron(self, painter: QPainter, x: float, y: float) -> None:
        if self.isChecked() and not (self.underMouse() or self.hasFocus()):
            return
        painter.setPen(QPen(QColor(theme().colours.muted), 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        points = [(0, -1.5), (3, 1.5), (6, -1.5)] if self.isChecked() else [(1.5, -3), (4.5, 0), (1.5, 3)]
        painter.drawPolyline([QPointF(x + dx, y + dy) for dx, dy in points])


class Section(QWidget):
    """A step that can be folded. `body` is the layout for content. Signals: `expandedChanged(bool)`."""

    expandedChanged = Signal(bool)

    def __init__(self, number: int, title: str, parent: QWidget | None = None, *, help_text: str = "", summary: str = "") -> None:
        super().__init__(parent)
        self.header = SectionHeader(number, title, self)
        self._help = help_text or self.tr("Click to fold or unfold this part.")
        self.content = QWidget(self)
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(12, 2, 12, 12)
        self.body.setSpacing(4)
        line = QFrame(self)
        line.setProperty("line", True)
        line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.header, self.content, line):
            column.addWidget(part)
        self.header.toggled.connect(self._toggled)
        self.setSummary(summary)

    def addWidget(self, widget: QWidget) -> None:
        """Append `widget` to the content."""
        self.body.addWidget(widget)

    def setSummary(self, text: str) -> None:
        """Show `text` at the right end of the header."""
        self.header.summary = text
        self.header.setToolTip(f"{self._help}\n\n{text}".strip())
        self.header.setAccessibleName(f"{self.header.title}: {text}" if text else self.header.title)
        self.header.update()

    def summary(self) -> str:
        """Return the text at the right end of the header."""
        return self.header.summary

    def isExpanded(self) -> bool:
        """Return whether the content is shown."""
        return self.header.isChecked()

    def setExpanded(self, on: bool) -> None:
        """Show or fold the content."""
        self.header.setChecked(on)

    def _toggled(self, on: bool) -> None:
        self.content.setVisible(on)
        self.expandedChanged.emit(on)
