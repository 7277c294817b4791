"""Painting with the mouse on a plot: the tools, what a stroke does to a table of points, and the events that drive it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QMouseEvent, QPainter, QPen, QPixmap

from flux_gui.data import painted
from flux_gui.data.painted import Place
from flux_gui.data.table import Table
from flux_gui.gui.plots.card import PlotCard
from flux_gui.gui.theme import theme

TOOLS = (
    ("brush", "Brush", "paint", "B", "Scatter points while you drag"),
    ("point", "Point", "point", "P", "Set one point where you click"),
    ("eraser", "Eraser", "eraser", "E", "Take points away while you drag"),
    ("move", "Move", "move", "M", "Drag the nearest point elsewhere"),
)
"""Key, name, icon, letter and meaning of each tool."""
WORDS = {"brush": "Paint points", "point": "Paint a point", "eraser": "Erase points", "move": "Move a point"}
REACH = 13.0  # pixels from the middle of brush and eraser to their edge; and how near a point is picked up
DAB = 3  # points of one dab of the brush
GAP = 0.8  # of the reach: between two dabs
Span = tuple[float, float]


@dataclass
class Stroke:
    """One stroke: the tool, the class it paints ("" for a curve), and the points so far; places and reach are in units of the plane."""

    tool: str
    label: str
    table: Table
    reach: Place
    area: tuple[Span, Span]
    seed: int = 0
    last: Place | None = None
    held: int = -1  # the point in the hand

    def press(self, at: Place) -> bool:
        """Begin at a place; return whether the points changed."""
        self.last = at
        if self.tool == "move":
            rows = painted.near(self.table, at, self.reach)
            self.held = int(rows[0]) if len(rows) else -1
            return False
        return self._dab(at)

    def drag(self, to: Place) -> bool:
        """Go on to a place; return whether the points changed."""
        assert self.last is not None
        if self.tool == "move":
            by = (to[0] - self.last[0], to[1] - self.last[1])
            self.last = to
            if self.held < 0:
                return False
            self.table = painted.move(self.table, np.array([self.held]), by)
            return True
        if self.tool == "point":
            return False
        places = painted.stroke([self.last, to], (self.reach[0] * GAP, self.reach[1] * GAP))[1:]
        changed = False
        for place in places:
            changed = self._dab(place) or changed
        self.last = places[-1] if places else self.last
        return changed

    def _dab(self, at: Place) -> bool:
        before = self.table
        if self.tool == "eraser":
            self.table = painted.erase(before, at, self.reach)
            return self.table is not before
        if self.tool == "point":
            self.table = painted.point(before, at, self.label)
            return True
        self.seed += 1
        dabbed = painted.brush(before, at, self.reach, DAB, self.seed, self.label)
        (x0, x1), (y0, y1) = self.area
        places = painted.places(dabbed)
        inside = (x0 <= places[:, 0]) & (places[:, 0] <= x1) & (y0 <= places[:, 1]) & (places[:, 1] <= y1)
        inside[: before.rows] = True
        self.table = dabbed.select(inside)
        return self.table.rows > before.rows


class Painter(QObject):
    """Turns the mouse over one plot into strokes while it is switched on.

    Signals: `stroked(Table, text)` for every change, `ended()` when the button is let go.
    """

    stroked = Signal(object, str)
    ended = Signal()

    def __init__(self, card: PlotCard) -> None:
        super().__init__(card)
        self._card = card
        self._viewport = card.plot.viewport()
        self._stroke: Stroke | None = None
        self._strokes = 0
        self.on = False
        self.tool, self.label = TOOLS[0][0], ""
        self.table: Table | None = None
        self.area: tuple[Span, Span] = ((-1.0, 1.0), (-1.0, 1.0))
        self._viewport.installEventFilter(self)

    @property
    def active(self) -> bool:
        """Whether a stroke is being drawn."""
        return self._stroke is not None

    def paint_on(self, table: Table | None, area: tuple[Span, Span] = ((-1.0, 1.0), (-1.0, 1.0))) -> None:
        """Take the points of `table` as what strokes change from now on, inside `area`; None switches painting off."""
        self.on = table is not None
        self.area = area
        if not self.active:
            self.table = table
        self._show_cursor()

    def setTool(self, tool: str) -> None:
        """Take another tool."""
        self.tool = tool
        self._show_cursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the mouse while painting is on; everything else stays with the plot."""
        if not self.on or not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            return self._press(event)
        if kind == QEvent.Type.MouseMove and self._stroke is not None:
            self._tell(self._stroke.drag(self._place(event)))
            return True
        if kind == QEvent.Type.MouseButtonRelease and self._stroke is not None:
            self._stroke = None
            self.ended.emit()
            return True
        return kind == QEvent.Type.MouseButtonDblClick and self._press(event)

    def _press(self, event: QMouseEvent) -> bool:
        scene = self._card.plot.mapToScene(event.position().toPoint())
        if self.table is None or not self._card.view.sceneBoundingRect().contains(scene):
            return False
        wide, high = self._card.view.viewPixelSize()
        self._strokes += 1
        reach = (REACH * float(wide), REACH * float(high))
        self._stroke = Stroke(self.tool, self.label, self.table, reach, self.area, 1000 * self._strokes + self.table.rows)
        self._tell(self._stroke.press(self._place(event)))
        return True

    def _place(self, event: QMouseEvent) -> Place:
        """Return where the pointer is, kept inside the area."""
        value: QPointF = self._card.view.mapSceneToView(self._card.plot.mapToScene(event.position().toPoint()))
        (x0, x1), (y0, y1) = self.area
        return min(max(value.x(), x0), x1), min(max(value.y(), y0), y1)

    def _tell(self, changed: bool) -> None:
        if changed and self._stroke is not None:
            self.table = self._stroke.table
            self.stroked.emit(self.table, WORDS[self.tool])

    def _show_cursor(self) -> None:
        if not self.on:
            self._viewport.unsetCursor()
        elif self.tool in ("brush", "eraser"):
            self._viewport.setCursor(round_cursor(REACH))
        else:
            self._viewport.setCursor(Qt.CursorShape.CrossCursor if self.tool == "point" else Qt.CursorShape.OpenHandCursor)


def round_cursor(radius: float) -> QCursor:
    """Return a cursor that shows the reach of a brush."""
    side = int(2 * radius) + 4
    drawing = QPixmap(side, side)
    drawing.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawing)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((theme().colours.surface, 3.0), (theme().colours.text, 1.2)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(QRectF(2, 2, side - 4, side - 4))
    painter.end()
    return QCursor(drawing, side // 2, side // 2)


def letters() -> dict[str, Any]:
    """Return the key of each tool."""
    return {key: letter for key, _name, _icon, letter, _doc in TOOLS}
