"""The table of a neuron's terms: every input with its weight and product, the gradient of the weight, and what the next step does."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from flux_gui.gui.formulas import figure, plus
from flux_gui.gui.theme import theme
from flux_gui.runtime.explain import NeuronMaths
from flux_gui.runtime.next_step import NextStep

Index = QModelIndex | QPersistentModelIndex
NONE = QModelIndex()
COLUMNS = (
    ("input", "What comes in: an input of the network, or a neuron of the layer before."),
    ("x", "Its value for this row, as the network gets it (scaled)."),
    ("w", "The weight of the line from it to this neuron."),
    ("w\u00b7x", "What it adds to the sum."),
    ("\u03b4\u00b7x", "The gradient of this row's own loss by the weight: the error that came back times the input."),
    ("gradient", "The gradient of the loss over the rows of the next batch, before any rule such as clipping."),
    ("next step", "What the optimiser will add to the weight in the next step, with all that it remembers."),
    ("w after", "The weight after that step."),
)
WIDTHS = (100, 78, 84, 78, 84, 84, 86, 84)
WEIGHT, PRODUCT, CHANGE = 2, 3, 6
DIGITS = (4, 3, 4, 3, 3, 3, 3, 4)  # of every column


class MathsModel(QAbstractTableModel):
    """Rows are the inputs of one neuron, the bias last; columns as `COLUMNS`."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._numbers: NDArray[np.float64] = np.empty((0, len(COLUMNS) - 1))
        self._indices: NDArray[np.intp] = np.empty(0, np.intp)
        self._order: NDArray[np.intp] = np.empty(0, np.intp)
        self._sorted: tuple[int, bool] = (-1, False)

    def show_neuron(self, names: tuple[str, ...], indices: NDArray[np.intp], maths: NeuronMaths, step: NextStep | None) -> None:
        """Show the terms of a neuron; `indices` (inputs, and one for the bias if there is one) are the places of its parameters."""
        same = names == self._names and np.array_equal(indices, self._indices)
        if not same:
            self.beginResetModel()
        self._names, self._indices = names, indices
        self._numbers = numbers(maths, step, indices)
        if not same:
            self._sort()
            self.endResetModel()
        elif len(names):
            self.dataChanged.emit(self.index(0, 1), self.index(len(names) - 1, len(COLUMNS) - 1))

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._names, self._indices, self._order = (), np.empty(0, np.intp), np.empty(0, np.intp)
        self.endResetModel()

    def parameter(self, row: int) -> int:
        """Return the flat index of the parameter in a row."""
        return int(self._indices[self._order[row]])

    def row_of(self, index: int) -> int:
        """Return the row of the parameter at a flat index, -1 for none."""
        found = np.flatnonzero(self._indices[self._order] == index)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int((Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return COLUMNS[section][1]
        mark = ("\u2193 " if self._sorted[1] else "\u2191 ") if section == self._sorted[0] else ""
        return f"{mark}{COLUMNS[section][0]}" if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = int(self._order[index.row()]), index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int((Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter)
        if column == 0:
            return self._names[row] if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) else None
        value = float(self._numbers[row, column - 1])
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if np.isnan(value) else plus(value, DIGITS[column]) if column == CHANGE else figure(value, DIGITS[column])
        if role == Qt.ItemDataRole.ForegroundRole and column in (WEIGHT, PRODUCT) and value:
            colours = theme().colours
            return QColor(colours.diverging[-1] if value > 0 else colours.diverging[0])
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column of numbers, by the first in the network's own order; -1 for that too."""
        self.layoutAboutToBeChanged.emit()
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder)
        self._sort()
        self.layoutChanged.emit()

    def toggle(self, column: int) -> None:
        """Sort by a column: the largest first, at the next click the smallest, then in the network's own order again."""
        now, falling = self._sorted
        wanted = -1 if column == now and not falling else column
        falls = Qt.SortOrder.DescendingOrder if column != now else Qt.SortOrder.AscendingOrder
        self.sort(wanted, falls)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def _sort(self) -> None:
        column, falling = self._sorted
        order = np.arange(len(self._names))
        if column > 0 and len(order):
            values = np.nan_to_num(self._numbers[:, column - 1])
            order = np.argsort(-values if falling else values, kind="stable")
        elif falling and column == 0:
            order = order[::-1]
        self._order = order


def numbers(maths: NeuronMaths, step: NextStep | None, indices: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the numbers of the table, (inputs and bias, columns without the name); what is not known is NaN."""
    x = np.append(maths.inputs.astype(np.float64), [1.0] * (len(indices) - len(maths.inputs)))
    w = np.append(maths.weights.astype(np.float64), [] if maths.bias is None else [maths.bias])
    made = np.full((len(indices), len(COLUMNS) - 1), np.nan)
    made[:, 0], made[:, 1], made[:, 2], made[:, 3] = x, w, w * x, maths.delta * x
    if step is not None and len(indices) and int(indices.max()) < len(step.update):
        made[:, 4], made[:, 5] = step.gradient[indices], step.update[indices]
        made[:, 6] = step.before[indices].astype(np.float64) + step.update[indices]
    return made


class MathsTable(QTableView):
    """The view of the terms. Signals: picked(flat index) when a row was chosen."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("maths.table")
        self.setAccessibleName("Terms of the neuron")
        self.terms = MathsModel()
        self.terms.setParent(self)
        self.setModel(self.terms)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(22)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self.terms.toggle)
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, width)
        self.selectionModel().currentRowChanged.connect(self._chosen)

    def select(self, index: int) -> None:
        """Mark the row of a parameter without emitting."""
        row = self.terms.row_of(index)
        with QSignalBlocker(self):
            if row < 0:
                self.clearSelection()
            elif self.currentIndex().row() != row or not self.selectionModel().hasSelection():
                self.selectRow(row)

    def _chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and self.hasFocus():
            self.picked.emit(self.terms.parameter(now.row()))
