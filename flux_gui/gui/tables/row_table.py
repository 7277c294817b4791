"""The table of the rows as they were read or made, with the part each one belongs to."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFontMetrics, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from flux_gui.gui.column_menu import column_menu
from flux_gui.gui.tables.column_header import ColumnHeader
from flux_gui.gui.tables.facts_keeper import FactsKeeper
from flux_gui.gui.tables.row_model import MISSING, RIGHT, RowModel
from flux_gui.gui.theme import base_font, theme

NARROW, WIDE, MARGIN = 92, 320, 22
SAMPLE = 30  # rows that decide how wide a column is
FITTED = 200  # columns that are as wide as their cells; the others are narrow
ROW, PAD = 24, 8  # height of a row, room beside a text


class CellPainter(QStyledItemDelegate):
    """Paints the text of a cell itself: what a style would do for each cell is too slow to scroll a large table."""

    def __init__(self, rows: RowModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows
        self._widest = QFontMetrics(base_font(12)).horizontalAdvance("W")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint one cell: selected, alternating, missing cells and unused rows muted."""
        c = theme().colours
        box: QRect = option.rect
        row, section = index.row(), index.column()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(c.chip))
        elif row % 2:
            painter.fillRect(box, QColor(c.canvas))
        text = self._rows.text(row, section)
        painter.setPen(QColor(c.text if text and section else c.muted))
        side, room = self._rows.side(section), box.width() - 2 * PAD
        shown = text[:200] or MISSING
        if len(shown) * self._widest > room:  # most cells are so short that nobody needs to measure them
            shown = fitting(shown, painter.fontMetrics(), room, number=side == RIGHT)
        painter.drawText(box.adjusted(PAD, 0, -PAD, 0), side, shown)


def fitting(text: str, metrics: QFontMetrics, room: int, number: bool) -> str:
    """Return a text that is whole within `room` pixels: a number with fewer digits, words with their end left out."""
    if metrics.horizontalAdvance(text) <= room:
        return text
    if number:
        fewer = (f"{float(text):.{digits}g}" for digits in range(9, 0, -1))
        return next((short for short in fewer if metrics.horizontalAdvance(short) <= room), "\u2026")
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)


class RowTable(QTableView):
    """The view of the rows. A click on a column's name sorts by it, its triangle opens its menu; S sorts by the chosen column.

    Signals: edited(path, value), columnChosen(section) for a column whose name or cell was clicked.
    """

    edited = Signal(str, object)
    columnChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rows.table")
        self.setAccessibleName("Rows of the data")
        self.rows = RowModel()
        self.rows.setParent(self)
        self.keeper = FactsKeeper(self)
        self.header = ColumnHeader(self.rows, self.keeper, self)
        self.setHorizontalHeader(self.header)
        self._fitted = False
        self.setModel(self.rows)
        self.rows.modelReset.connect(self._fit_columns)  # after the headers have taken their part
        self.setItemDelegate(CellPainter(self.rows, self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFont(base_font(12))
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.header.sectionClicked.connect(self._header_clicked)
        self.header.menuRequested.connect(self.open_menu)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._cell_menu)
        self.selectionModel().currentColumnChanged.connect(lambda now, _before: self.choose(now.column()))

    def choose(self, section: int) -> None:
        """Show which column is being looked at, and tell about it."""
        if 0 <= section < self.rows.columnCount() and section != self.header.chosen:
            self.header.choose(section)
            self.columnChosen.emit(section)

    def stop(self) -> None:
        """End what is counted and sorted in the background, when the window closes."""
        self.keeper.worker.stop()
        self.rows.worker.stop()

    def open_menu(self, section: int, where: QPoint) -> None:
        """Open the menu of a column at a place of the screen: how to sort by it, and what it is used for."""
        place, project = self.rows.place(section), self.rows.project
        if project is None or section < 0:
            return
        menu = QMenu(self) if place is None else column_menu(self, project, place, self.edited.emit)
        menu.setObjectName("column.menu")
        first, now = next(iter(menu.actions()), None), self.rows.sorted
        for text, wanted in (("Sort upwards", (section, False)), ("Sort downwards", (section, True)), ("As the rows come", None)):
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(wanted == now)
            action.triggered.connect(lambda _on=False, wanted=wanted: self._sort(wanted))
            menu.addAction(action) if first is None else menu.insertAction(first, action)
        if first is not None:
            menu.insertSeparator(first)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def _header_clicked(self, section: int) -> None:
        self.clearSelection()
        self.choose(section)
        self.rows.sort_by(section)
        self.scrollToTop()

    def _sort(self, wanted: tuple[int, bool] | None) -> None:
        self.rows.sort_as(wanted)
        self.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Sort by the column of the current cell on S, open its menu on the menu key or Shift+F10; the rest as any table."""
        section = self.currentIndex().column()
        if event.key() == Qt.Key.Key_S and event.modifiers() == Qt.KeyboardModifier.NoModifier and section >= 0:
            self.rows.sort_by(section)
            self.setCurrentIndex(self.rows.index(0, section))
        elif event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier):
            self.open_menu(section, self.header.viewport().mapToGlobal(QPoint(self.columnViewportPosition(section), self.header.height())))
        else:
            super().keyPressEvent(event)

    def _cell_menu(self, where: QPoint) -> None:
        self.open_menu(self.columnAt(where.x()), self.viewport().mapToGlobal(where))

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the columns to what was read while the table was hidden."""
        super().showEvent(event)
        if not self._fitted:
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Make every column as wide as its name and its first cells, within reason; the same columns keep their widths."""
        if self._fitted and self.rows.same_columns:
            return
        self.header.choose(-1)
        self._fitted = self.isVisible()  # before that the font is not the final one
        if not self._fitted:
            return
        metrics = QFontMetrics(base_font(12))
        self.header.setDefaultSectionSize(NARROW)
        for section in range(min(self.rows.columnCount(), FITTED)):
            texts = [self.rows.text(row, section) for row in range(min(SAMPLE, self.rows.rowCount()))]
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            self.setColumnWidth(section, min(max(widest + MARGIN, self.header.wanted_width(section), NARROW), WIDE))
        last = self.rows.rowCount() - 1
        if last >= 0:
            name = f"{max(self.rows.row_name(last), 99):d}"
            self.verticalHeader().setFixedWidth(metrics.horizontalAdvance(name) + 16)
