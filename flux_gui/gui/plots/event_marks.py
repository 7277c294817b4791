"""Marks of what happened during a run, such as a new rate or moved points: a tick on the epoch axis, with a word if there is room."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.theme import base_font, theme

Events = tuple[tuple[float, str], ...]

LABELS = 4  # of the latest events
HEIGHT = 0.06  # of the plot: a tick
APART = 0.16  # of the plot: between two words


class EventMarks:
    """`setEvents` shows (epoch, words) on a plot; `at` tells what happened near an epoch."""

    def __init__(self, card: PlotCard) -> None:
        self._card = card
        self._events: Events = ()
        self._ticks = pg.PlotCurveItem(connect="pairs")
        self._words = [pg.TextItem(anchor=(0.5, 1.0)) for _ in range(LABELS)]
        for item in (self._ticks, *self._words):
            item.setZValue(5)
            card.plot.addItem(item, ignoreBounds=True)
        card.view.sigRangeChanged.connect(lambda *_: self._place())
        self.restyle()

    def setEvents(self, events: Events) -> None:
        """Show these events."""
        if events != self._events:
            self._events = events
            self._place()

    def events(self) -> Events:
        """Return the events that are shown."""
        return self._events

    def labelled(self) -> list[str]:
        """Return the words that are written, the latest first."""
        return [item.toPlainText() for item in self._words if item.isVisible()]

    def at(self, epoch: float) -> str:
        """Return what happened within a hair of `epoch`, "" for nothing."""
        left, right = self._card.view.viewRange()[0]
        near = [text for when, text in self._events if abs(when - epoch) <= 0.01 * (right - left)]
        return ", ".join(dict.fromkeys(near))

    def restyle(self) -> None:
        """Take the theme's colours."""
        self._ticks.setPen(self._card.pen(theme().colours.muted, 1.4))
        veil = QColor(theme().colours.surface)
        veil.setAlpha(215)
        for item in self._words:
            item.setFont(base_font(10))
            item.fill = pg.mkBrush(veil)
            item.setColor(theme().colours.muted)
        self._place()

    def _place(self) -> None:
        (left, right), (bottom, top) = self._card.view.viewRange()
        high = bottom + HEIGHT * (top - bottom)
        shown = [(when, text) for when, text in self._events if left <= when <= right]
        self._ticks.setData(np.repeat([when for when, _ in shown], 2), np.tile([bottom, high], len(shown)))
        chosen: list[tuple[float, str]] = []
        for when, text in reversed(shown):
            room = all(abs(when - other) > APART * (right - left) for other, _ in chosen)
            if room and len(chosen) < LABELS:
                chosen.append((when, text))
        for place, item in enumerate(self._words):
            item.setVisible(place < len(chosen))
            if place < len(chosen):
                when, text = chosen[place]
                share = (when - left) / ((right - left) or 1.0)
                item.setAnchor((0.0 if share < 0.1 else 1.0 if share > 0.9 else 0.5, 1.0))
                item.setPlainText(text)
                item.setPos(when, high)
