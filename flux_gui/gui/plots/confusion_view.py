"""How often each true class was given each name: a table whose cells darken with their share of the row."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from flux_gui.gui.theme import base_font, theme

TOP = 64
LEFT = (84.0, 150.0)  # the least and the most room of the class names left of the cells
RECALL, PRECISION = 56.0, 22.0  # room right of the cells and below them for the scores of each class
SMALL = 20.0  # height of a cell that has no room to spare
ROW_LEAST, MOST_ROWS = 16, 12  # pixels that a class needs at least, and classes for which the table of rows makes room
SCORE = 40.0  # width of a cell below which a score of 100 % stands
LEAST = (30.0, 19.0)  # width and height of cells beside which there is room for scores


class ConfusionView(QWidget):
    """`setConfusion(labels, matrix)`: rows are true classes, columns predicted ones. Right answers are framed on the diagonal."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._widest, self._left = 0.0, LEFT[0]
        self._matrix: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 140)
        self.setAccessibleName(self.tr("Table of true against predicted classes"))
        self.setToolTip(self.tr("Rows are the true classes, columns what the network says; numbers count rows of data."))
        theme().changed.connect(self.update)

    def setConfusion(self, labels: Sequence[str], matrix: NDArray[np.integer]) -> None:
        """Show `matrix` (classes, classes) of counts."""
        self._labels = tuple(labels)
        self._matrix = np.asarray(matrix, np.int64)
        metrics = QFontMetricsF(base_font(11))
        self._widest = max((metrics.horizontalAdvance(label) for label in self._labels), default=0.0)
        self._left = min(LEFT[1], max(LEFT[0], self._widest + 28))
        self.setMinimumHeight(max(140, TOP + 12 + ROW_LEAST * min(len(self._labels), MOST_ROWS)))
        self.setAccessibleDescription("; ".join(map(self._said, range(len(self._labels)))))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(340, 280)

    def _said(self, i: int) -> str:
        """Return the scores of a class: precision of what was called so, recall of what is so."""
        right, rows, called = int(self._matrix[i, i]), int(self._matrix[i].sum()), int(self._matrix[:, i].sum())
        return f"{self._labels[i]}: {right} of {rows}, precision {_share(right, called)}, recall {_share(right, rows)}"

    @property
    def scored(self) -> tuple[bool, bool]:
        """Whether there is room for the recall of each class beside its row, and for its precision below its column."""
        n = max(1, len(self._labels))
        wide = self.width() - self._left - 4 - RECALL >= n * max(LEAST[0], min(self._widest + 8, 60.0))
        return wide, self.height() - TOP - 12 - PRECISION >= n * LEAST[1]

    def _cell(self, row: int, column: int) -> QRectF:
        n, (recall, precision) = max(1, len(self._labels)), self.scored
        room = (self.width() - self._left - 4 - RECALL * recall) / n
        side = min(room, (self.height() - TOP - 12 - PRECISION * precision) / n, 76.0)
        wide = min(room, max(side * 1.6, self._widest + 8, SCORE * precision))
        return QRectF(self._left + column * wide, TOP + row * side, wide, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint titles, class names and cells."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = theme().colours
        painter.setFont(base_font(11))
        painter.setPen(QColor(c.muted))
        if not self._labels:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Verify to see which classes are mixed up."))
            return
        last = self._cell(len(self._labels) - 1, len(self._labels) - 1)
        painter.drawText(
            QRectF(self._left, 10, last.right() - self._left, 18).adjusted(-60, 0, 60, 0),
            Qt.AlignmentFlag.AlignCenter,
            self.tr("predicted class"),
        )
        painter.drawText(QRectF(4, TOP - 26, self._left - 12, 20), Qt.AlignmentFlag.AlignRight, self.tr("true class"))
        painter.setPen(QColor(c.text))
        for i, label in enumerate(self._labels):
            across, down = self._cell(0, i), self._cell(i, 0)
            self._name(painter, QRectF(across.left() + 2, TOP - 26, across.width() - 4, 20), label, Qt.AlignmentFlag.AlignCenter)
            self._name(
                painter,
                QRectF(4, down.top(), self._left - 12, down.height()),
                label,
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            )
        for row in range(len(self._labels)):
            for column in range(len(self._labels)):
                self._paint_cell(painter, row, column)
        self._paint_scores(painter, last, *self.scored)

    def _paint_scores(self, painter: QPainter, last: QRectF, recall: bool, precision: bool) -> None:
        """Paint the recall of each class at the end of its row, and its precision below its column."""
        centre, right = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.setPen(QColor(theme().colours.muted))
        if recall:
            painter.drawText(QRectF(last.right(), TOP - 26, RECALL, 20), centre, self.tr("recall"))
        if precision:
            painter.drawText(QRectF(4, last.bottom(), self._left - 12, PRECISION), right, self.tr("precision"))
        for i in range(len(self._labels)):
            hits, cell = int(self._matrix[i, i]), self._cell(i, i)
            if recall:
                beside = QRectF(last.right(), cell.top(), RECALL, cell.height())
                painter.drawText(beside, centre, _share(hits, int(self._matrix[i].sum())))
            if precision:
                below = QRectF(cell.left(), last.bottom(), cell.width(), PRECISION)
                painter.drawText(below, centre, _share(hits, int(self._matrix[:, i].sum())))

    @staticmethod
    def _name(painter: QPainter, room: QRectF, label: str, align: Qt.AlignmentFlag) -> None:
        short = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, align, short)

    def _paint_cell(self, painter: QPainter, row: int, column: int) -> None:
        c = theme().colours
        count, total = int(self._matrix[row, column]), int(self._matrix[row].sum())
        share = count / total if total else 0.0
        box = self._cell(row, column)
        small = box.height() < SMALL
        gap = 0.5 if small else 1.5
        box = box.adjusted(gap, gap, -gap, -gap)
        right = row == column
        fill = c.colour_at(share if right else -share) if share else QColor(c.field)
        painter.setBrush(fill)
        painter.setPen(QPen(QColor(c.text if right else c.border), 1.0))
        painter.drawRoundedRect(box, 1.5 if small else 4, 1.5 if small else 4)
        if small and not count:
            return  # many zeros would hide the few numbers that matter
        painter.setPen(QColor("#ffffff" if fill.lightnessF() < 0.5 else "#111418") if share else QColor(c.muted))
        painter.setFont(
            base_font(
                13 if box.height() >= 24 else 10 if box.height() >= 13 else 9, QFont.Weight.DemiBold if right else QFont.Weight.Normal
            )
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(count))
        painter.setFont(base_font(11))

    def event(self, event: QEvent) -> bool:
        """Tell about the cell under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            n = len(self._labels)
            for row in range(n):
                for column in range(n):
                    if self._cell(row, column).contains(event.pos()):
                        total = int(self._matrix[row].sum())
                        text = self.tr("{0} of {1} rows of true class {2} were called {3}.")
                        shown = text.format(int(self._matrix[row, column]), total, self._labels[row], self._labels[column])
                        QToolTip.showText(event.globalPos(), shown, self)
                        return True
            for i in range(n):
                down, across = self._cell(i, 0), self._cell(0, i)
                if down.top() <= event.pos().y() < down.bottom() or across.left() <= event.pos().x() < across.right():
                    QToolTip.showText(event.globalPos(), f"{self._said(i)}.", self)
                    return True
        return super().event(event)


def _share(part: int, whole: int) -> str:
    """Return a share in per cent, a dash where there is nothing to share."""
    return f"{part / whole:.0%}" if whole else "\u2013"
