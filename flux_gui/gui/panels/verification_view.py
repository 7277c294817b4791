"""What Verify found: the metrics, predicted against true values as a picture, and the table of test rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QStackedWidget, QTableView, QVBoxLayout, QWidget

from flux_gui.gui.plots import ConfusionView, ScatterPlot
from flux_gui.gui.view import headline_first, metric_help, metric_label, number, score
from flux_gui.gui.widgets.figures import Figures
from flux_gui.runtime.verify import Verification

Index = QModelIndex | QPersistentModelIndex
Values = NDArray[Any]
NONE = QModelIndex()
SHOWN = 4
SAMPLE = 60  # rows whose texts tell how wide a column must be
NARROWEST, WIDEST, PADDING = 74, 260, 18  # of a column, and what stands beside its text
ROW, HEAD, FIRST_ROWS = 23, 34, 5  # height of a row and of the header with the frame; rows that are whole where there is room
TOP = 190  # what picture and figures need first


class PredictionModel(QAbstractTableModel):
    """One table row a test row: its inputs, the truth, the prediction and the error (or whether it is right).

    Holds the values as arrays; only the cells that are looked at become texts.
    """

    def __init__(self) -> None:
        super().__init__()
        self.headers: list[str] = []
        self.columns: list[Values] = []

    def show_columns(self, headers: list[str], columns: list[Values]) -> None:
        """Show these columns, one array each: of numbers, of words, or of truth values (yes, no)."""
        self.beginResetModel()
        self.headers, self.columns = headers, columns
        self.endResetModel()

    def text(self, row: int, column: int) -> str:
        """Return what stands in one cell."""
        value = self.columns[column][row]
        if isinstance(value, bool | np.bool_):
            return "yes" if value else "no"
        return number(float(value)) if isinstance(value, float | int | np.number) else str(value)

    def rowCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() or not self.columns else len(self.columns[0])

    def columnCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        return self.headers[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        return self.text(index.row(), index.column()) if role == Qt.ItemDataRole.DisplayRole else None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        number_column = self.columns[column].dtype.kind in "fiu"  # words stand at the left, numbers at the right
        return (Qt.AlignmentFlag.AlignRight if number_column else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


class VerificationView(QWidget):
    """Shows one Verification; before there is one, a sentence says how to get it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scatter = ScatterPlot()
        self.confusion = ConfusionView()
        self.picture = QStackedWidget()
        self.picture.addWidget(self.scatter)
        self.picture.addWidget(self.confusion)
        self.figures = Figures()
        self.model = PredictionModel()
        self.model.setParent(self)
        self.table = QTableView()
        self.table.setObjectName("verification.table")
        self.table.setAccessibleName("Predictions beside the true values")
        self.table.setModel(self.model)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)  # Tab goes on to the next part of the window
        self.table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.scatter.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setMinimumSectionSize(NARROWEST)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.scatter.setTitleVisible(False)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.picture, 1)
        top.addWidget(self.figures)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(8)
        column.addLayout(top, 4)
        column.addWidget(self.table, 3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the table its first rows where picture and figures leave room for them."""
        super().resizeEvent(event)
        self.table.setMinimumHeight(max(HEAD + ROW, min(HEAD + FIRST_ROWS * ROW, self.height() - TOP)))

    def show_result(self, result: Verification, labels: tuple[str, ...], target: str) -> None:
        """Show a verification of the test rows."""
        self._show_metrics(result.metrics)
        if labels:
            self.confusion.setConfusion(labels, confusion(result.truth, result.prediction, labels))
            self.picture.setCurrentWidget(self.confusion)
        else:
            self.scatter.setPoints(np.asarray(result.truth, float), np.asarray(result.prediction, float), target)
            self.picture.setCurrentWidget(self.scatter)
        headers = [f"true {target}", "predicted", "right" if labels else "error", *result.inputs]
        truth, prediction = np.asarray(result.truth), np.asarray(result.prediction)
        compared = truth == prediction if labels else prediction - truth
        self.model.show_columns(headers, [truth, prediction, compared, *map(np.asarray, result.inputs.values())])
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Make every column as wide as its title and the texts of some rows, spread evenly over all of them."""
        self.table.ensurePolished()
        bar = self.table.horizontalHeader()
        bar.ensurePolished()
        cells, titles = self.table.fontMetrics(), bar.fontMetrics()
        rows = range(0, self.model.rowCount(), max(1, -(-self.model.rowCount() // SAMPLE)))
        for column, header in enumerate(self.model.headers):
            texts = [cells.horizontalAdvance(self.model.text(row, column)) for row in rows]
            wide = max([titles.horizontalAdvance(header), *texts]) + PADDING
            self.table.setColumnWidth(column, min(max(wide, NARROWEST), WIDEST))

    def _show_metrics(self, metrics: dict[str, float]) -> None:
        first = headline_first(metrics)[:SHOWN]
        self.figures.setFigures([(metric_label(name), score(value), metric_help(name)) for name, value in first])


def confusion(truth: Any, prediction: Any, labels: tuple[str, ...]) -> NDArray[np.int64]:
    """Return how often each true label (row) was predicted as each label (column)."""
    place, size = {label: i for i, label in enumerate(labels)}, len(labels)
    rows, columns = (np.array([place[str(label)] for label in np.asarray(said).tolist()], np.intp) for said in (truth, prediction))
    return np.bincount(rows * size + columns, minlength=size * size).astype(np.int64).reshape(size, size)
