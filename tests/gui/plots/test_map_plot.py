"""The map: square, points by class with training rows filled, a picture that fits its data, readout and themes."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flux_gui.gui.plots.map_plot import MOST_POINTS, MapPlot, Points
from flux_gui.gui.theme import theme


@pytest.fixture
def plot(qtbot: QtBot) -> MapPlot:
    made = MapPlot()
    qtbot.addWidget(made)
    made.resize(387, 330)
    made.show()
    made.setPlane((-6, 6), (-6, 6), ("x1", "x2"), ("a", "b"), "class")
    return made


def points(count: int, classes: int = 2) -> Points:
    numbers = np.arange(count)
    return Points(np.linspace(-5, 5, count), np.linspace(5, -5, count), (numbers % max(classes, 1)).astype(float), numbers % 3 > 0)


@pytest.mark.parametrize("size", [(387, 330), (700, 300), (320, 600)])
def test_the_picture_is_square(plot: MapPlot, qtbot: QtBot, size: tuple[int, int]) -> None:
    plot.resize(*size)
    area = plot.view.sceneBoundingRect
    qtbot.waitUntil(lambda: abs(area().width() - area().height()) < 4)
    assert plot.view.viewRange()[0] == pytest.approx([-6, 6])


def test_points_and_picture(plot: MapPlot, qapp: QApplication) -> None:
    plot.setPoints(points(90))
    assert [len(item.getData()[0]) for item in plot._scatters] == [45, 45]
    assert plot.key.lines()[:3] == ["class", "a", "b"]
    assert plot.image() is None
    chances = np.zeros((20, 20, 2), np.float32)
    chances[..., 1] = 1.0
    plot.setMap(chances)
    image = plot.image()
    assert image is not None
    before = image.pixelColor(3, 3)
    assert before.blue() > before.red()
    theme().apply(qapp, "dark")
    dark = plot.image()
    assert dark is not None
    assert dark.pixelColor(3, 3) != before
    theme().apply(qapp, "light")
    plot.setMap(np.zeros((20, 20), np.float32))  # of other data
    assert plot.image() is None


def test_other_classes_drop_the_picture(plot: MapPlot) -> None:
    plot.setMap(np.full((20, 20, 2), 0.5, np.float32))
    plot.setPlane((-6, 6), (-6, 6), ("x1", "x2"), ("a", "b", "c"), "class")
    plot.setPoints(points(9, 3))
    assert len(plot._scatters) == 3
    plot.setPlane((0, 1), (0, 1), ("u", "v"), (), "y")
    plot.setPoints(points(40, 0))
    plot.setMap(np.linspace(0, 1, 400, dtype=np.float32).reshape(20, 20))
    assert plot.image() is not None
    assert plot.key.lines() == ["y"]


def test_many_points_are_thinned_and_told(plot: MapPlot) -> None:
    plot.setPoints(points(10_000))
    assert len(plot.points().x) <= MOST_POINTS
    assert any("rows drawn" in line for line in plot.key.lines())


def test_the_pointer_reads_the_answer(plot: MapPlot) -> None:
    chances = np.zeros((20, 20, 2), np.float32)
    chances[:, :10, 0] = 0.9
    chances[:, 10:, 1] = 0.8
    plot.setMap(chances)
    plot.hover(QPointF(-3, 1), QPointF(50, 50))
    assert "x1 -3" in plot.readout.text()
    assert "a 90 %" in plot.readout.text()
    plot.hover(QPointF(3, 1), QPointF(50, 50))
    assert "b 80 %" in plot.readout.text()
    plot.hover(QPointF(30, 1), QPointF(50, 50))
    assert plot.readout.isHidden()
