"""What Verify found: the metrics, predicted against true values as a picture, and the table of test rows."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QStackedWidget, QTableView, QVBoxLayout, QWidget

from flux_gui.gui.plots import ConfusionView, ScatterPlot
from flux_gui.gui.view import headline_first, metric_label, number, score
from flux_gui.gui.widgets.number_text import parse
from flux_gui.runtime.verify import Verification

Index = QModelIndex | QPersistentModelIndex
NONE = QModelIndex()
SHOWN = 4
ROW, HEAD, FIRST_ROWS = 23, 34, 5  # height of a row and of the header with the frame; rows that are always whole


class PredictionModel(QAbstractTableModel):
    """One table row a test row: its inputs, the truth, the prediction and the error (or whether it is right)."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: list[str] = []
        self.columns: list[list[str]] = []
        self.words: list[bool] = []  # columns of words stand at the left, numbers at the right

    def show_columns(self, headers: list[str], columns: list[list[str]]) -> None:
        """Show these columns of texts."""
        self.beginResetModel()
        self.headers, self.columns = headers, columns
        self.words = [any(parse(text) is None for text in column if text) for column in columns]
        self.endResetModel()

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
        return self.columns[index.column()][index.row()] if role == Qt.ItemDataRole.DisplayRole else None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        return (Qt.AlignmentFlag.AlignLeft if self.words[column] else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter


class VerificationView(QWidget):
    """Shows one Verification; before there is one, a sentence says how to get it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scatter = ScatterPlot()
        self.confusion = ConfusionView()
        self.picture = QStackedWidget()
        self.picture.addWidget(self.scatter)
        self.picture.addWidget(self.confusion)
        self.figures = QVBoxLayout()
        self.figures.setSpacing(2)
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
        self.table.setMinimumHeight(HEAD + FIRST_ROWS * ROW)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setMinimumSectionSize(74)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.scatter.setTitleVisible(False)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.picture, 1)
        top.addLayout(self.figures)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(8)
        column.addLayout(top, 4)
        column.addWidget(self.table, 3)

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
        columns = [_texts(result.truth), _texts(result.prediction), _errors(result, bool(labels))]
        columns += [_texts(values) for values in result.inputs.values()]
        self.model.show_columns(headers, columns)

    def _show_metrics(self, metrics: dict[str, float]) -> None:
        while (item := self.figures.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.figures.addSpacing(8)
        for place, (name, value) in enumerate(headline_first(metrics)[:SHOWN]):
            label, figure = QLabel(metric_label(name)), QLabel(score(value))
            label.setProperty("muted", True)
            figure.setProperty("strong", True)
            if place == 0:
                font = figure.font()
                font.setPixelSize(19)
                figure.setFont(font)
            self.figures.addWidget(label)
            self.figures.addWidget(figure)
            self.figures.addSpacing(6)
        self.figures.addStretch(1)


def confusion(truth: Any, prediction: Any, labels: tuple[str, ...]) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Return how often each true label (row) was predicted as each label (column)."""
    place = {label: i for i, label in enumerate(labels)}
    matrix = np.zeros((len(labels), len(labels)), np.int64)
    for true, said in zip(truth, prediction, strict=True):
        matrix[place[str(true)], place[str(said)]] += 1
    return matrix


def _errors(result: Verification, classes: bool) -> list[str]:
    if classes:
        return ["yes" if str(t) == str(p) else "no" for t, p in zip(result.truth, result.prediction, strict=True)]
    return [number(float(p) - float(t)) for t, p in zip(result.truth, result.prediction, strict=True)]


def _texts(values: Any) -> list[str]:
    return [number(float(v)) if isinstance(v, float | int | np.number) else str(v) for v in values]
