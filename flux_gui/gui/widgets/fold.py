"""A group of settings that can be folded: its header says what is on while it is closed."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from flux_gui.gui.theme import base_font, theme

LINE, SECOND, LEFT = 26, 15, 16  # heights of the title and of the line below it; where the text begins


class FoldHeader(QAbstractButton):
    """The clickable header: a chevron, the title, and what is on: beside the title if that fits, else below it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.summary, self.on = title, "", False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.toggled.connect(lambda _on: self.updateGeometry())

    def sizeHint(self) -> QSize:
        """Return one line, or two while something is on and the group is closed."""
        return QSize(120, LINE + (SECOND if self.on and not self.isChecked() else 0))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the header in the theme's colours."""
        c = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(QColor(c.text if lively else c.muted), 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        points = [(0, -1.5), (3, 1.5), (6, -1.5)] if self.isChecked() else [(1.5, -3), (4.5, 0), (1.5, 3)]
        painter.drawPolyline([QPointF(2.5 + dx, LINE / 2 + dy) for dx, dy in points])
        painter.setFont(base_font(13, QFont.Weight.Medium))
        painter.setPen(QColor(c.text))
        room = QRectF(LEFT, 0, self.width() - LEFT, LINE)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self.title)
        room.setLeft(LEFT + painter.fontMetrics().horizontalAdvance(self.title) + 8)
        painter.setFont(base_font(11))
        painter.setPen(QColor(c.muted))
        if not self.isChecked() and self.summary:
            if self.on:
                painter.setPen(QColor(c.accent))
                room = QRectF(LEFT, LINE - 3, self.width() - LEFT, SECOND)
            side = Qt.AlignmentFlag.AlignLeft if self.on else Qt.AlignmentFlag.AlignRight
            text = painter.fontMetrics().elidedText(self.summary, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | side, text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 1.75, -0.75, -1.75), 5, 5)


class Fold(QWidget):
    """A closed group that a click opens; `addWidget` fills it."""

    def __init__(self, title: str, name: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._help = help_text
        self.header = FoldHeader(title, self)
        self.header.setObjectName(name)
        self.content = QWidget(self)
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(0, 0, 0, 4)
        self.body.setSpacing(2)
        self.content.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.content)
        self._waiting: Callable[[], object] | None = None
        self.header.toggled.connect(self._toggled)
        self.setSummary("", False)

    def addWidget(self, widget: QWidget) -> None:
        """Append `widget` to the content."""
        self.body.addWidget(widget)

    def fill(self, act: Callable[[], object]) -> None:
        """Let `act` fill the content: at once while it is shown, else when it is unfolded, since nobody sees it before."""
        if self.isExpanded():
            self._waiting = None
            act()
        else:
            self._waiting = act

    def _toggled(self, on: bool) -> None:
        if on and self._waiting is not None:
            act, self._waiting = self._waiting, None
            act()
        self.content.setVisible(on)

    def setSummary(self, text: str, on: bool) -> None:
        """Say in the header what is on; `on` False says that nothing is."""
        header = self.header
        header.summary = text
        header.setToolTip(f"{self._help}\n\n{text}".strip())
        header.setAccessibleName(f"{header.title}: {text}" if text else header.title)
        header.setAccessibleDescription(self._help)
        if on != header.on:
            header.on = on
            header.updateGeometry()
        header.update()

    def summary(self) -> str:
        """Return what the header says is on."""
        return self.header.summary

    def isExpanded(self) -> bool:
        """Return whether the content is shown."""
        return self.header.isChecked()

    def setExpanded(self, on: bool) -> None:
        """Show or fold the content."""
        self.header.setChecked(on)
