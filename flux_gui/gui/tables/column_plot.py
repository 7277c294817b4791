"""One picture of a table's columns: a histogram, a scatter of two columns, the frequency of words, or the balance of classes."""

from itertools import accumulate
from math import ceil

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.plots.legend import LegendEntry
from flux_gui.gui.plots.ranges import GROUP, linear_range, step_up
from flux_gui.gui.tables.column_facts import ColumnFacts
from flux_gui.gui.tables.column_pictures import MOST_POINTS, Balance, Points
from flux_gui.gui.theme import theme

Floats = NDArray[np.floating]
SYMBOLS = ("o", "t1", "s", "d", "+", "x")  # the fixed shapes of the classes
LONGEST, NARROW, LEAST_LETTERS = 14, 9, 4  # letters of a word below a bar, beside the left axis, and at least
LETTER = 6.0  # pixels of a letter there


class ColumnPlot(PlotCard):
    """Shows what it is given last; asks for nothing itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.setAccessibleName(self.tr("Picture of the chosen columns"))
        self.plot.setAccessibleName(self.tr("Picture of the chosen columns"))
        self.setTitleVisible(False)
        self._shown: tuple[ColumnFacts | Balance | Points | None, str, str] = (None, "", "")
        self._items: list[pg.GraphicsObject] = []
        self.bottom.setHeight(38)
        self.restyle()

    def show_facts(self, facts: ColumnFacts, name: str) -> None:
        """Show the histogram of a column, or how often its words occur."""
        self._show(facts, name, self.tr("rows"))

    def show_balance(self, balance: Balance, name: str) -> None:
        """Show how many rows each class has for training, validation and test."""
        self._show(balance, name, self.tr("rows"))

    def show_points(self, points: Points, x: str, y: str) -> None:
        """Show two columns against each other."""
        self._show(points, x, y)

    def show_nothing(self, note: str) -> None:
        """Show only a note."""
        self._show(None, "", "")
        self.setNote(note, centre=True)

    def restyle(self) -> None:
        """Take the theme's colours."""
        self._show(*self._shown)

    def _show(self, what: ColumnFacts | Balance | Points | None, x: str, y: str) -> None:
        self._shown = (what, x, y)
        for item in self._items:
            self.plot.removeItem(item)
        self._items = []
        self.setNote("")
        self.legend.setEntries(())
        self.follow = True
        self.bottom.setTicks(None)
        self.left.setTicks(None)
        self.bottom.title(x)
        self.left.title(y)
        if isinstance(what, ColumnFacts):
            self._draw_facts(what)
        elif isinstance(what, Balance):
            self._draw_balance(what)
        elif isinstance(what, Points):
            self._draw_points(what)

    def _add(self, item: pg.GraphicsObject) -> None:
        self.plot.addItem(item, ignoreBounds=True)
        self._items.append(item)

    def _bars(self, x0: Floats, width: float, low: list[int], high: list[int], colour: str) -> None:
        heights = np.array(high) - np.array(low)
        item = pg.BarGraphItem(x0=x0, y0=np.array(low), width=width, height=heights, pen=pg.mkPen(None), brush=QColor(colour))
        self._add(item)

    def _draw_facts(self, facts: ColumnFacts) -> None:
        count = len(facts.counts)
        if not count:
            self.setNote(self.tr("Every cell is missing."), centre=True)
            return
        top = (0.0, step_up(max(facts.counts) * 1.04))
        if facts.words:
            self._bars(np.arange(count) - 0.4, 0.8, [0] * count, list(facts.counts), theme().colours.train)
            self._name_bars(facts.words)
            if facts.distinct > count:
                self.setNote(self.tr("the {0} most frequent of {1}").format(count, facts.distinct))
            self.showRange(_slots(count), top)
            return
        low, high = facts.edges
        width = (high - low) / count or 1.0
        start = low if high > low else low - 0.5
        self._bars(start + np.arange(count) * width, width * 0.96, [0] * count, list(facts.counts), theme().colours.train)
        pad = (count * width) * 0.02
        self.showRange((start - pad, start + count * width + pad), top)

    def _draw_balance(self, balance: Balance) -> None:
        c, count = theme().colours, len(balance.labels)
        sums = [[0, *accumulate(counts)] for counts in balance.counts]
        names = (self.tr("training"), self.tr("validation"), self.tr("test"))
        entries = []
        for part, (name, colour) in enumerate(zip(names, (c.train, c.validation, c.test), strict=True)):
            self._bars(np.arange(count) - 0.4, 0.8, [s[part] for s in sums], [s[part + 1] for s in sums], colour)
            if any(counts[part] for counts in balance.counts):
                entries.append(LegendEntry(name, colour, marker="s"))
        self.legend.setEntries(tuple(entries))
        self._name_bars(balance.labels)
        self.showRange(_slots(count), (0.0, step_up(max((s[3] for s in sums), default=1) * 1.04)))

    def _name_bars(self, words: tuple[str, ...]) -> None:
        """Name the bars as far as the names have room beside each other."""
        room = max(40.0, self.plot.width() - 80.0) / max(len(words), 3) / LETTER
        every = max(1, ceil(LEAST_LETTERS / room))
        most = max(LEAST_LETTERS, min(LONGEST, int(room * every)))
        self.bottom.setTicks([[(float(i), _short(word, most)) for i, word in enumerate(words) if i % every == 0]])

    def _draw_points(self, points: Points) -> None:
        c = theme().colours
        classes = points.groups if 1 < len(points.groups) <= len(SYMBOLS) else ()
        entries = []
        for place in range(len(classes)) if classes else (-2,):
            mine = points.group == place if classes else np.ones(len(points.x), np.bool_)
            tint = QColor(c.classes[place] if classes else c.train)
            tint.setAlpha(190)
            item = pg.ScatterPlotItem(size=6, pxMode=True, pen=pg.mkPen(None), brush=tint, symbol=SYMBOLS[max(place, 0)])
            if classes and SYMBOLS[place] in "+x":
                item.setPen(pg.mkPen(tint, width=1.4))
            item.setData(points.x[mine], points.y[mine])
            self._add(item)
            if classes:
                entries.append(LegendEntry(_short(classes[place]), c.classes[place], marker=SYMBOLS[place]))
        self.legend.setEntries(tuple(entries))
        if points.rows > MOST_POINTS:
            self.setNote(self.tr("{0} of {1} rows").format(_grouped(len(points.x)), _grouped(points.rows)))
        if not len(points.x):
            self.setNote(self.tr("No row has both cells."), centre=True)
            return
        for axis, names in ((self.bottom, points.x_names), (self.left, points.y_names)):
            if names:
                axis.setTicks([[(float(i), _short(name, NARROW if axis is self.left else LONGEST)) for i, name in enumerate(names)]])
        if points.y_names:
            self.left.title("")  # there is no room beside the names
        self.showRange(_range(points.x, points.x_names), _range(points.y, points.y_names))


def _slots(count: int) -> tuple[float, float]:
    """Return the range that shows `count` bars in the middle, with room for three at least."""
    middle, half = (count - 1) / 2, max(count, 3) / 2 + 0.1
    return middle - half, middle + half


def _range(values: Floats, names: tuple[str, ...]) -> tuple[float, float]:
    return (-0.6, len(names) - 0.4) if names else linear_range(float(values.min()), float(values.max()))


def _short(word: str, most: int = LONGEST) -> str:
    return word if len(word) <= most else f"{word[: most - 1]}\u2026"


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", GROUP)
