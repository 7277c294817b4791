"""What stands over the columns of a table: name, role and type, missing cells, a small histogram, the direction of sorting."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from flux_gui.gui.column_menu import ROLE_WORDS
from flux_gui.gui.tables.column_facts import ColumnFacts
from flux_gui.gui.tables.facts_keeper import FactsKeeper
from flux_gui.gui.tables.row_model import RowModel
from flux_gui.gui.tables.row_order import PARTS
from flux_gui.gui.theme import base_font, theme
from flux_gui.gui.view import grouped

HEIGHT = 66
BARS = QRect(8, 39, 0, 21)  # left margin, top, -, height of the histogram
PAD = 8
MENU = 18  # pixels at the right end of the name that open the menu
ARROW = 10


class ColumnHeader(QHeaderView):
    """Signals: menuRequested(section, place on the screen), sectionClicked(section) for a click anywhere else."""

    menuRequested = Signal(int, QPoint)

    def __init__(self, rows: RowModel, keeper: FactsKeeper, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.rows, self.keeper = rows, keeper
        self.chosen = -1  # the section whose statistics are shown
        self._under = -1
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)
        self.setMinimumSectionSize(64)
        keeper.found.connect(lambda _column: self.viewport().update())
        rows.sortChanged.connect(self.viewport().update)
        theme().changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        """Return the height of three lines: name, role, histogram."""
        return QSize(super().sizeHint().width(), HEIGHT)

    def choose(self, section: int) -> None:
        """Mark the section whose statistics are shown."""
        self.chosen = section
        self.viewport().update()

    def wanted_width(self, section: int) -> int:
        """Return the width that name and role need."""
        name, _, use = self.rows.header(section).partition("\n")
        bold, small = QFontMetrics(base_font(12, QFont.Weight.DemiBold)), QFontMetrics(base_font(11))
        column = self.rows.column(section)
        facts = self.keeper.known(column) if column is not None else None
        lack = small.horizontalAdvance(f"{grouped(facts.missing)} missing") + 12 if facts is not None and facts.missing else 0
        return max(bold.horizontalAdvance(name) + 2 * PAD + MENU + ARROW, small.horizontalAdvance(use) + lack + 2 * PAD + 4)

    # --- painting ----------------------------------------------------------------------------------------------------

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one header in the theme's colours."""
        c = theme().colours
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, QColor(c.chip if section == self.chosen else c.hover if section == self._under else c.canvas))
        painter.setPen(QPen(QColor(c.border), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        column, spec = self.rows.column(section), self.rows.spec(section)
        facts = self.keeper.facts(column) if column is not None else None
        self._paint_name(painter, rect, section)
        painter.setFont(base_font(11))
        room = QRect(rect.left() + PAD, rect.top() + 22, rect.width() - 2 * PAD, 15)
        if facts is not None and facts.missing:
            room = self._paint_missing(painter, room, facts.missing)
        if column is not None:
            target = spec is not None and spec.role == "target"
            painter.setPen(QColor(c.accent if target else c.muted))
            kind = spec.kind if spec is not None else column.kind
            text = f"{ROLE_WORDS[spec.role]} \u00b7 {kind}" if spec is not None else kind
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, _elided(painter, text, room.width()))
        box = QRectF(rect.left() + PAD, rect.top() + BARS.top(), rect.width() - 2 * PAD, BARS.height())
        if column is None:
            self._paint_parts(painter, box)
        elif facts is not None:
            ignored = spec is not None and spec.role == "ignore"
            paint_bars(painter, box, facts, c.control if ignored else c.accent)
        painter.restore()

    def _paint_name(self, painter: QPainter, rect: QRect, section: int) -> None:
        c = theme().colours
        right = rect.right() - 5
        if self.rows.place(section) is not None:
            x, y = rect.right() - 10.0, rect.top() + 14.0
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.text if section == self._under else c.control))
            painter.drawPolygon(QPolygonF([QPointF(x - 3.5, y - 2), QPointF(x + 3.5, y - 2), QPointF(x, y + 2.5)]))
            right -= MENU - 4
        if self.rows.sorted is not None and self.rows.sorted[0] == section:
            self._paint_arrow(painter, QPointF(right - 5.0, rect.top() + 14.0), self.rows.sorted[1])
            right -= ARROW
        painter.setFont(base_font(12, QFont.Weight.DemiBold))
        painter.setPen(QColor(c.text))
        column = self.rows.column(section)
        room = QRect(rect.left() + PAD, rect.top() + 5, right - rect.left() - PAD, 18)
        name = column.name if column is not None else "used for"
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, _elided(painter, name, room.width()))

    def _paint_arrow(self, painter: QPainter, at: QPointF, down: bool) -> None:
        """Paint the arrow of sorting; it is hollow while the order is still being worked out."""
        sign = 1 if down else -1
        pen = QPen(QColor(theme().colours.control if self.rows.sorting else theme().colours.accent), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        x, y = at.x(), at.y()
        painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
        painter.drawPolyline([QPointF(x - 3, y + sign), QPointF(x, y + 4 * sign), QPointF(x + 3, y + sign)])

    def _paint_missing(self, painter: QPainter, room: QRect, missing: int) -> QRect:
        """Paint how many cells are missing at the right end of `room`; return what is left of it."""
        painter.setPen(QColor(theme().colours.warning))
        text = f"{grouped(missing)} missing"
        if painter.fontMetrics().horizontalAdvance(text) > room.width() * 0.6:
            text = f"{grouped(missing)} \u2205"
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        return room.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - 6, 0)

    def _paint_parts(self, painter: QPainter, box: QRectF) -> None:
        """Paint the shares of training, validation and test rows as one bar."""
        project = self.rows.project
        if project is None:
            return
        c = theme().colours
        sizes = [len(project.dataset.parts[name].rows) for name in PARTS]
        total, left = max(1, project.table.rows), box.left()
        for size, colour in zip(sizes, (c.train, c.validation, c.test), strict=True):
            width = box.width() * size / total
            if width > 0:
                painter.fillRect(QRectF(left, box.bottom() - 9, max(1.0, width - 1), 9), QColor(colour))
            left += width

    # --- the pointer -------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the menu at its triangle or by the right button; anything else is for the view: a click sorts, a drag resizes."""
        section, where = self.logicalIndexAt(event.position().toPoint()), event.position().toPoint()
        if section >= 0 and (event.button() == Qt.MouseButton.RightButton or self._at_menu(section, where)):
            at = QPoint(self.sectionViewportPosition(section), HEIGHT)
            self.menuRequested.emit(section, self.viewport().mapToGlobal(at))
            return
        super().mousePressEvent(event)

    def _at_menu(self, section: int, where: QPoint) -> bool:
        right = self.sectionViewportPosition(section) + self.sectionSize(section)
        return self.rows.place(section) is not None and right - MENU - 2 <= where.x() < right - 3 and where.y() < 26

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the section under the pointer."""
        super().mouseMoveEvent(event)
        self._light(self.logicalIndexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Light nothing."""
        super().leaveEvent(event)
        self._light(-1)

    def _light(self, section: int) -> None:
        if section != self._under:
            self._under = section
            self.viewport().update()


def paint_bars(painter: QPainter, box: QRectF, facts: ColumnFacts, colour: str) -> None:
    """Paint the bars of a column on a base line; the highest fills the box."""
    highest = max(facts.counts, default=0)
    if not highest:
        return
    painter.fillRect(QRectF(box.left(), box.bottom(), box.width(), 1), QColor(theme().colours.border))
    step = min(box.width() / len(facts.counts), 22.0)
    gap = 1.0 if step > 3 else 0.0
    for place, count in enumerate(facts.counts):
        if count:
            height = max(1.0, box.height() * count / highest)
            painter.fillRect(QRectF(box.left() + place * step, box.bottom() - height, step - gap, height), QColor(colour))


def _elided(painter: QPainter, text: str, room: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
