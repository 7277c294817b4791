"""The edges into one layer: their curves, their pens, the tags with values while there are few, and which of them is near a point."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsPathItem

from flux_gui.gui.diagram.items import TextItem
from flux_gui.gui.diagram.layout import Edges
from flux_gui.gui.diagram.pens import Pens, strong_value
from flux_gui.gui.diagram.picture import Array
from flux_gui.gui.plots.ranges import short, step_up
from flux_gui.gui.theme import theme


@dataclass(eq=False)
class Gap:
    """The edges into one layer: items, their pen codes, sampled points (n, k, 2) for finding them, and value tags.

    `real` is False where lines only show what goes where.
    """

    edges: Edges
    items: list[QGraphicsPathItem]
    codes: NDArray[np.intp]
    points: NDArray[np.float64]
    tags: list[TextItem]
    real: bool

    def show(self, values: Array | None, pens: Pens, limit: float, letter: str) -> None:
        """Colour the edges by the matrix `values` (units, inputs); only what changes is touched. None: they are plain lines."""
        if values is None or not self.real:
            self._show_plain(pens)
            return
        own = values[self.edges.rows, self.edges.columns]
        codes = pens.codes(own, limit, step_up(strong_value(values)))
        for i in np.flatnonzero(codes != self.codes).tolist():
            self.items[i].setPen(pens.pen(int(codes[i])))
        self.codes = codes
        for tag, value in zip(self.tags, own.tolist(), strict=False):
            tag.setText(f"{letter} = {short(value)}")

    def _show_plain(self, pens: Pens) -> None:
        pen = QPen(pens.pen(int(pens.codes(np.zeros(1), 1.0, 1.0)[0])))
        pen.setColor(theme().colours.border)
        self.codes[:] = -1
        for item in self.items:
            item.setPen(pen)

    def place(self, index: int) -> tuple[int, int]:
        """Return (row, column) of an edge."""
        return int(self.edges.rows[index]), int(self.edges.columns[index])

    def find(self, row: int, column: int) -> QGraphicsPathItem | None:
        """Return the drawn edge of a weight, None where it is left out."""
        found = np.flatnonzero((self.edges.rows == row) & (self.edges.columns == column))
        return self.items[int(found[0])] if found.size else None

    def tagged(self, point: QPointF) -> int | None:
        """Return which edge's tag lies at a point."""
        return next((i for i, tag in enumerate(self.tags) if tag.boundingRect().translated(tag.pos()).contains(point)), None)

    def nearest(self, point: QPointF, reach: float) -> tuple[float, int] | None:
        """Return (distance, edge) of the edge nearest to a point, None if none is within `reach`."""
        x = point.x()
        if not self.real or not len(self.points) or not self.points[0, 0, 0] <= x <= self.points[0, -1, 0]:
            return None
        distance = distances(self.points, np.array([x, point.y()]))
        i = int(np.argmin(distance))
        return (float(distance[i]), i) if distance[i] <= reach else None


def distances(points: NDArray[np.float64], here: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance from `here` to each polyline of `points` (n, k, 2)."""
    start, step = points[:, :-1], np.diff(points, axis=1)
    length = np.maximum((step**2).sum(2), 1e-12)
    part = np.clip(((here - start) * step).sum(2) / length, 0.0, 1.0)
    nearest = start + part[..., None] * step
    result: NDArray[np.float64] = np.sqrt(((nearest - here) ** 2).sum(2).min(1))
    return result
