"""Strokes: what every tool does to a table of points, and how the mouse drives them over a plot."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from flux_gui.data import painted
from flux_gui.data.table import Table
from flux_gui.gui.painting import TOOLS, WORDS, Painter, Stroke, letters
from flux_gui.gui.plots import FitPlot, MapPlot
from flux_gui.specs import PaintedData

AREA = ((-6.0, 6.0), (-6.0, 6.0))


def table() -> Table:
    begun = painted.point(painted.empty(PaintedData()), (0.0, 0.0), "a")
    return painted.point(begun, (3.0, 3.0), "b")


def stroke(tool: str, *path: tuple[float, float], label: str = "a") -> Stroke:
    made = Stroke(tool, label, table(), (0.5, 0.5), AREA)
    made.press(path[0])
    for place in path[1:]:
        made.drag(place)
    return made


def test_every_tool_has_words() -> None:
    assert set(WORDS) == {key for key, *_ in TOOLS} == set(letters())


def test_brush_scatters_along_the_way() -> None:
    made = stroke("brush", (-4.0, 0.0), (4.0, 0.0))
    new = painted.places(made.table)[2:]
    assert len(new) > 30
    assert np.all(np.abs(new[:, 1]) <= 0.5)
    assert set(made.table.column("class").values[2:]) == {"a"}
    assert len(np.unique(new, axis=0)) == len(new)  # no dab repeats another


def test_brush_stays_inside() -> None:
    made = stroke("brush", (6.0, 6.0), (6.0, -6.0))
    assert np.all(painted.places(made.table) <= 6.0)


def test_point_eraser_and_move() -> None:
    assert stroke("point", (1.0, 1.0), (2.0, 2.0)).table.rows == 3
    assert stroke("eraser", (-3.0, -3.0), (2.0, 2.0)).table.column("class").values.tolist() == ["b"]
    moved = stroke("move", (3.2, 3.1), (4.2, 3.1), (4.2, 1.1))
    np.testing.assert_allclose(painted.places(moved.table)[1], (4.0, 1.0))
    assert stroke("move", (-5.0, 5.0), (0.0, 0.0)).table.rows == 2


@pytest.mark.parametrize("kind", [MapPlot, FitPlot])
def test_the_mouse_paints_only_while_it_is_on(qtbot: QtBot, kind: type[MapPlot] | type[FitPlot]) -> None:
    card = kind()
    qtbot.addWidget(card)
    card.resize(400, 360)
    card.show()
    card.view.setRange(xRange=(-6, 6), yRange=(-6, 6), padding=0)
    painter, seen, ended = Painter(card), [], []
    painter.stroked.connect(lambda points, text: seen.append((points.rows, text)))
    painter.ended.connect(lambda: ended.append(True))
    viewport = card.plot.viewport()

    def at(x: float, y: float) -> QPoint:
        return QPoint(card.plot.mapFromScene(card.view.mapViewToScene(QPointF(x, y))))

    def drag() -> None:
        qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at(-3, 1))
        for x in np.linspace(-3, 3, 9):
            qtbot.mouseMove(viewport, at(float(x), 1))
        qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at(3, 1))

    drag()
    assert (seen, ended) == ([], [])
    painter.label = "a"
    painter.paint_on(table(), AREA)
    drag()
    assert ended == [True]
    assert not painter.active
    assert seen[-1][0] > 10
    assert {text for _rows, text in seen} == {"Paint points"}
    painter.setTool("point")
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at(5, -5))
    assert painter.table is not None
    np.testing.assert_allclose(painted.places(painter.table)[-1], (5, -5), atol=0.1)
    painter.paint_on(None)
    assert not painter.on
