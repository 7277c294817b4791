"""Painting in the window, with the mouse: one stroke is one step of undo, also while training runs, and the boundary follows."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from flux_gui.gui.plots.card import PlotCard
from flux_gui.specs import PaintedData
from person import Person


def at(card: PlotCard, x: float, y: float) -> QPoint:
    return QPoint(card.plot.mapFromScene(card.view.mapViewToScene(QPointF(x, y))))


def stroke(person: Person, card: PlotCard, *path: tuple[float, float]) -> None:
    viewport = card.plot.viewport()
    person.bot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at(card, *path[0]))
    for place in path[1:]:
        person.bot.mouseMove(viewport, at(card, *place))
    person.bot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at(card, *path[-1]))


@pytest.fixture
def painter(person: Person) -> Person:
    person.bot.mouseClick(person.window.data_panel.source.button("painted"), Qt.MouseButton.LeftButton)
    person.until(lambda: person.window.results.map.image() is not None)
    return person


def classes(person: Person) -> dict[str, int]:
    names, counts = np.unique(person.project.table.column("class").values, return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def test_strokes_are_steps_of_undo(painter: Person) -> None:
    card, steps = painter.window.results.map, painter.controller.stack.count()
    before = classes(painter)
    stroke(painter, card, (-4, 4), (-2, 4), (0, 4))
    painter.press(Qt.Key.Key_2)
    stroke(painter, card, (4, -4), (2, -4))
    after = classes(painter)
    assert after["a"] > before["a"]
    assert after["b"] > before["b"]
    assert painter.controller.stack.count() == steps + 2
    assert len(card.points().x) == painter.project.table.rows
    painter.controller.undo()
    painter.controller.undo()
    assert classes(painter) == before


def test_point_eraser_move_and_classes(painter: Person) -> None:
    card = painter.window.results.map
    rows = painter.project.table.rows
    painter.click("painting.point")
    stroke(painter, card, (5, 5))
    assert painter.project.table.rows == rows + 1
    painter.press(Qt.Key.Key_M)
    stroke(painter, card, (5, 5), (5, -5))
    last = [painter.project.table.column(name).values[-1] for name in ("x1", "x2")]
    np.testing.assert_allclose(last, (5, -5), atol=0.2)
    painter.press(Qt.Key.Key_E)
    stroke(painter, card, (5, -5))
    assert painter.project.table.rows == rows
    painter.click("painting.add_class")
    painter.press(Qt.Key.Key_P)
    stroke(painter, card, (-5, 5))
    assert classes(painter)["c"] == 1
    assert painter.project.dataset.outputs == 3


def test_the_last_point_is_not_erased(painter: Person) -> None:
    card = painter.window.results.map
    painter.press(Qt.Key.Key_E)
    ys = np.arange(-6, 6.1, 0.4)
    sweep = [(float(x), float(y)) for i, y in enumerate(ys) for x in ((-6, 6) if i % 2 else (6, -6))]
    stroke(painter, card, *sweep)
    assert painter.project.table.rows > 0
    assert painter.notice
    assert len(card.points().x) == painter.project.table.rows


def test_painting_while_it_trains(painter: Person) -> None:
    card = painter.window.results.map
    painter.controller.set_value("training.epochs", 1_000_000)
    painter.click("run_bar.train.toggle")
    painter.until(lambda: painter.controller.bridge.frames > 3)
    rows, picture = painter.project.table.rows, card.image()
    stroke(painter, card, (-4, -1), (-4, -2), (-4, -3))
    painter.until(lambda: painter.project.table.rows > rows and painter.running and not painter.controller.is_pausing)
    assert painter.project.state.epoch > 0
    assert painter.project.state.events[-1][1] == "painted"
    painter.until(lambda: card.image() is not picture)
    painter.click("run_bar.train.toggle")
    painter.until(lambda: not painter.running)


def test_a_curve(painter: Person) -> None:
    painter.bot.mouseClick(painter.window.data_panel.painting.kind.button("curve"), Qt.MouseButton.LeftButton)
    assert painter.project.spec.data.source == PaintedData(())
    card, rows = painter.window.results.fit, painter.project.table.rows
    assert not painter.window.results.map.isVisible()
    stroke(painter, card, (-5, -3), (-3, 3), (0, 0))
    assert painter.project.table.rows > rows
    assert [entry.name for entry in card.legend.entries()] == ["training data", "not trained on", "network"]
    painter.bot.mouseClick(painter.window.data_panel.source.button("formula"), Qt.MouseButton.LeftButton)
    stroke(painter, card, (1, 1), (2, 2))
    assert painter.project.table.rows == 11
