"""The table of all parameters: layer, name, row, column and value; a value is typed in place and follows training live."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from flux_gui.document.project import Project
from flux_gui.gui.addresses import Addresses, addresses
from flux_gui.gui.view import meaning

Index = QModelIndex | QPersistentModelIndex
HEADERS = ("Layer", "Name", "Row", "Column", "Value", "Meaning")
VALUE, MEANING = 4, 5
NONE = QModelIndex()


class ParameterModel(QAbstractTableModel):
    """The parameters of a project as table rows, in flat order. Signal: typed(index, value text)."""

    typed = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._places = Addresses(())
        self._flat: NDArray[np.floating] = np.empty(0)
        self._project: Project | None = None

    def show_project(self, project: Project) -> None:
        """Show the parameters in use of `project`."""
        self.beginResetModel()
        self._project = project
        self._places = addresses(project)
        self._flat = project.state.parameters_in_use
        self.endResetModel()

    def show_values(self, flat: NDArray[np.floating]) -> None:
        """Show other values of the same parameters."""
        if len(flat) == len(self._flat) and len(flat):
            self._flat = flat
            self.dataChanged.emit(self.index(0, VALUE), self.index(len(flat) - 1, VALUE), [Qt.ItemDataRole.DisplayRole])

    def key(self, index: int) -> str:
        """Return what the parameter at a flat index is called."""
        return self._places.at(index).key

    def rowCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(
                (Qt.AlignmentFlag.AlignLeft if section in (1, MEANING) else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
            )
        return HEADERS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if index.column() in (1, MEANING) else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        if index.column() == VALUE:
            return f"{self._flat[index.row()]:.9g}"
        place = self._places.at(index.row())
        if index.column() == MEANING:
            return meaning(self._project, place) if self._project is not None else ""
        return (place.where, place.name, place.row, place.column if place.matrix else "")[index.column()]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == VALUE else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != VALUE:
            return False
        self.typed.emit(index.row(), str(value))
        return True


class ParameterTable(QTableView):
    """The view of the parameters. Signals: typed(index, text) when a value was typed, picked(index) when a row was chosen."""

    typed = Signal(int, str)
    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("parameters.table")
        self.setAccessibleName("Parameters")
        self.parameters = ParameterModel()
        self.parameters.setParent(self)
        self.setModel(self.parameters)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)  # Tab goes on to the next part of the window
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate((60, 80, 60, 70, 150)):
            self.setColumnWidth(column, width)
        self.parameters.typed.connect(self.typed)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.picked.emit(now.row()) if now.isValid() else None)

    def show_frame(self, flat: NDArray[np.floating]) -> None:
        """Show live values if anybody can see them."""
        if self.isVisible():
            self.parameters.show_values(flat)
