"""Figures under each other, each below its name, the first one large; those for which there is no room are left out."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

LARGE, TOP, GAP = 19, 8, 8  # pixels of the first figure, above all, between two

Figure = tuple[str, str, str]  # name, value, what it means


class Figures(QWidget):
    """`setFigures` replaces what is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, TOP, 0, 0)
        self._column.setSpacing(GAP)
        self._column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self._column.addStretch(1)
        self._pairs: list[QWidget] = []

    def setFigures(self, figures: Sequence[Figure]) -> None:
        """Show these figures, the most important first."""
        for old in self._pairs:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._pairs = [self._pair(*figure, large=place == 0) for place, figure in enumerate(figures)]
        for place, pair in enumerate(self._pairs):
            self._column.insertWidget(place, pair)
        self._fit()

    def _pair(self, name: str, value: str, tip: str, large: bool) -> QWidget:
        pair = QWidget(self)
        pair.setToolTip(tip)
        label, figure = QLabel(name, pair), QLabel(value, pair)
        label.setProperty("muted", True)
        figure.setProperty("strong", True)
        if large:
            font = figure.font()
            font.setPixelSize(LARGE)
            figure.setFont(font)
        column = QVBoxLayout(pair)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(figure)
        return pair

    def minimumSizeHint(self) -> QSize:
        """Return the size of the widest figure and the height of the first."""
        wide = max((pair.sizeHint().width() for pair in self._pairs), default=0)
        return QSize(wide, TOP + (self._pairs[0].sizeHint().height() if self._pairs else 0))

    def sizeHint(self) -> QSize:
        """Return the size at which every figure is shown."""
        return QSize(self.minimumSizeHint().width(), TOP + sum(pair.sizeHint().height() + GAP for pair in self._pairs))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        used = TOP
        for place, pair in enumerate(self._pairs):
            used += pair.sizeHint().height()
            pair.setVisible(place == 0 or used <= self.height())
            used += GAP
