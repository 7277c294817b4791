"""The table of the rows as they were read or made, with the part each one belongs to."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTableView, QWidget

from flux_gui.document.project import Project
from flux_gui.gui.column_menu import ROLE_WORDS, column_menu, column_specs

Index = QModelIndex | QPersistentModelIndex
NONE = QModelIndex()
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
NARROW, WIDE, MARGIN = 76, 320, 24
LONGEST = 36  # letters of a column's name over the column
SAMPLE = 30  # rows that decide how wide a column is
MISSING = "\u2013"
CHANGE = "Click to change what the column is used for."


class RowModel(QAbstractTableModel):
    """The cells of a project's table; the first column tells the part: train, validation, test or - for a dropped row."""

    def __init__(self) -> None:
        super().__init__()
        self._project: Project | None = None
        self._part: dict[int, str] = {}

    def show_project(self, project: Project) -> None:
        """Show the table of `project`."""
        if self._project is not None and self._project.dataset is project.dataset:
            return
        self.beginResetModel()
        self._project = project
        self._part = {int(row): name for name, part in project.dataset.parts.items() for row in part.rows}
        self.endResetModel()

    def rowCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() or self._project is None else self._project.table.rows

    def columnCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() or self._project is None else len(self._project.table.columns) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._project is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return self._row_name(section) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self._side(section))
        if role == Qt.ItemDataRole.DisplayRole:
            return self.header(section)
        return self._tip(section) if role == Qt.ItemDataRole.ToolTipRole else None

    def header(self, section: int) -> str:
        """Return the two lines over a column: its name, and what it is used for."""
        if section == 0 or self._project is None:
            return "used for"
        column = self._project.table.columns[section - 1]
        spec = next((one for one in column_specs(self._project) if one.name == column.name), None)
        name = column.name if len(column.name) <= LONGEST else f"{column.name[: LONGEST - 1]}\u2026"
        return name if spec is None else f"{name}\n{ROLE_WORDS[spec.role]} \u00b7 {spec.kind}"

    def _tip(self, section: int) -> str:
        if section == 0 or self._project is None:
            return "What the row is used for; a row that is not used lacks the target."
        name = self._project.table.columns[section - 1].name
        spec = next((one for one in column_specs(self._project) if one.name == name), None)
        return name if spec is None else f"{name}: {spec.reason or ROLE_WORDS[spec.role]}\n{CHANGE}"

    def _row_name(self, row: int) -> int:
        """Return the number of a row: that of the file, or counted from 1 for rows that a formula made."""
        assert self._project is not None
        return self._project.table.row_number(row) if column_specs(self._project) else row + 1

    def _side(self, section: int) -> Qt.AlignmentFlag:
        assert self._project is not None
        return RIGHT if section and self._project.table.columns[section - 1].kind == "number" else LEFT

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._project is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(self._side(index.column()))
        if not index.column():
            return self._part.get(index.row(), "not used")
        column = self._project.table.columns[index.column() - 1]
        value = column.values[index.row()]
        if column.kind == "number":
            return f"{value:.10g}" if value == value else MISSING
        return str(value) or MISSING

    def place(self, section: int) -> int | None:
        """Return the place of a table column among those of the file, None for one that cannot be changed."""
        if section < 1 or self._project is None:
            return None
        name = self._project.table.columns[section - 1].name
        return next((place for place, spec in enumerate(column_specs(self._project)) if spec.name == name), None)

    @property
    def project(self) -> Project | None:
        """The project shown."""
        return self._project


class RowTable(QTableView):
    """The view of the rows; a click on a column's name opens its menu. Signals: edited(path, value)."""

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rows.table")
        self.setAccessibleName("Rows of the data")
        self.rows = RowModel()
        self.rows.setParent(self)
        self.rows.modelReset.connect(self._fit_columns)
        self._fitted = False
        self.setModel(self.rows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideNone)  # it would take both lines for one
        header.sectionClicked.connect(self._header_clicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._cell_menu)

    def open_menu(self, section: int, where: QPoint) -> None:
        """Open the menu of a column at a place of the screen."""
        place, project = self.rows.place(section), self.rows.project
        if place is None or project is None:
            return
        menu = column_menu(self, project, place, self.edited.emit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def _header_clicked(self, section: int) -> None:
        header = self.horizontalHeader()
        self.clearSelection()
        self.open_menu(section, header.viewport().mapToGlobal(QPoint(header.sectionViewportPosition(section), header.height())))

    def _cell_menu(self, where: QPoint) -> None:
        self.open_menu(self.columnAt(where.x()), self.viewport().mapToGlobal(where))

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the columns to what was read while the table was hidden."""
        super().showEvent(event)
        if not self._fitted:
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Make every column as wide as its name and its first cells, within reason."""
        self._fitted = self.isVisible()  # before that the font is not the final one
        metrics = self.horizontalHeader().fontMetrics()
        for section in range(min(self.rows.columnCount(), 200)):
            texts = self.rows.header(section).split("\n")
            texts += [str(self.rows.index(row, section).data()) for row in range(min(SAMPLE, self.rows.rowCount()))]
            widest = max(metrics.horizontalAdvance(text) for text in texts)
            self.setColumnWidth(section, min(max(widest + MARGIN, NARROW), WIDE))
