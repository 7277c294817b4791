"""The table of the rows as they were read or made, with the part each one belongs to."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QTableView, QWidget

from flux_gui.document.project import Project

Index = QModelIndex | QPersistentModelIndex
NONE = QModelIndex()


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
        if role != Qt.ItemDataRole.DisplayRole or self._project is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return section
        return "used for" if section == 0 else self._project.table.columns[section - 1].name

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._project is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole):
            return None
        column = self._project.table.columns[index.column() - 1] if index.column() else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column is not None and column.kind == "number" else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if column is None:
            return self._part.get(index.row(), "not used")
        value = column.values[index.row()]
        return f"{value:.6g}" if column.kind == "number" else str(value)


class RowTable(QTableView):
    """The view of the rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rows.table")
        self.setAccessibleName("Rows of the data")
        self.rows = RowModel()
        self.rows.setParent(self)
        self.setModel(self.rows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setDefaultSectionSize(110)
