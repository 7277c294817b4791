"""An axis of fixed width with a thin grid and plain numbers, linear or in powers of ten."""

from html import escape
from itertools import pairwise
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPen

from flux_gui.gui.plots.ranges import log_texts, log_ticks, tick_texts
from flux_gui.gui.theme import base_font, theme

LEFT_WIDTH = 64
BOTTOM_HEIGHT = 36
FAR = 300.0  # powers of ten beyond are not numbers
BEYOND = 7.0  # pixels that a number may stand over the end of a horizontal axis


class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """`log` tells that the values shown are powers of ten; `restyle` takes the theme's colours."""

    brief = ""  # the title where the whole one has no room; pyqtgraph asks for it while it sets the axis up

    def __init__(self, side: str, grid: bool) -> None:
        super().__init__(side)
        self.log = False
        self._grid_wanted = grid
        self.enableAutoSIPrefix(False)
        if side == "left":
            self.setWidth(LEFT_WIDTH)
        else:
            self.setHeight(BOTTOM_HEIGHT)
        self.setStyle(tickLength=0, tickTextOffset=6, autoExpandTextSpace=False, hideOverlappingLabels=False, maxTickLevel=0)
        self.restyle()

    def restyle(self) -> None:
        """Take fonts and colours from the theme."""
        colours = theme().colours
        self.setPen(QPen(QColor(colours.border), 1))
        self.setTextPen(QPen(QColor(colours.muted)))
        self.setTickPen(QPen(QColor(colours.grid), 1))
        self.setTickFont(base_font(11))
        self.setGrid(255 if self._grid_wanted else False)
        self.label.setFont(base_font(11))
        self.setLabel(self.labelText, color=colours.muted, **{"font-size": "11px"})

    def title(self, text: str, brief: str = "") -> None:
        """Name the axis; the text carries the unit. `brief` stands there where the text has no room."""
        self.brief = brief
        if text != self.labelText:
            self.setLabel(text, color=theme().colours.muted, **{"font-size": "11px"})

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float | None, list[float]]]:
        """Return the places of the ticks."""
        marks = log_ticks(minVal, maxVal, size) if self.log else []
        if marks:  # none when the view lies between two of them
            return [(None, _inside(marks, minVal, maxVal))]
        return [(spacing, _inside(list(values), minVal, maxVal)) for spacing, values in super().tickValues(minVal, maxVal, size)[:1]]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        """Return the numbers beside the ticks."""
        if spacing is None:  # the places are powers of ten
            return log_texts([min(value, FAR) for value in values])
        if self.log:  # the view lies between two powers
            exact = [10.0 ** min(value, FAR) for value in values]
            return tick_texts(exact, min((b - a for a, b in pairwise(exact)), default=exact[0] if exact else 1.0))
        return tick_texts([round(value / spacing) * spacing for value in values], spacing)

    def labelString(self) -> str:
        """Return the title as rich text, shortened to the length of the axis."""
        length = self.size().height() if self.orientation == "left" else self.size().width()
        metrics, room = QFontMetricsF(base_font(11)), max(40.0, length)
        whole = self.brief if self.brief and metrics.horizontalAdvance(self.labelText) > room else self.labelText
        text = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, room)
        return f'<span style="color: {theme().colours.muted}; font-size: 11px">{escape(text)}</span>'

    def resizeEvent(self, ev: Any = None) -> None:
        """Shorten the title again for the new length."""
        if self.label is not None:
            self.label.setHtml(self.labelString())
        super().resizeEvent(ev)

    def boundingRect(self) -> QRectF:
        """Return the room of the axis, with half a line of text beyond its ends."""
        box: QRectF = super().boundingRect()
        return box.adjusted(0, -8, 0, 8) if self._grid_wanted else box.adjusted(-30, 0, 30, 0)

    def generateDrawSpecs(self, p: Any) -> Any:
        """Leave out the axis line itself where there is a grid: the grid is enough."""
        specs = super().generateDrawSpecs(p)
        if specs is None:
            return specs
        (_pen, start, end), ticks, texts = specs
        if not self._grid_wanted:
            for rect, _flags, _text in texts:
                rect.moveRight(min(rect.right(), end.x() + BEYOND))
            return specs
        clear = QPen(QColor(0, 0, 0, 0))
        return (clear, start, end), ticks, texts


def _inside(values: list[float], low: float, high: float) -> list[float]:
    """Return `values` with those at the very ends moved inside by a hair, or rounding would drop their labels."""
    hair = (high - low) * 1e-6
    return [min(max(value, low + hair), high - hair) for value in values]
