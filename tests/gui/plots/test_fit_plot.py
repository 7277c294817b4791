"""The fit plot: test points only when given, items reused, axes named."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from flux_gui.gui.plots import FitPlot


@pytest.fixture
def plot(qtbot: QtBot) -> FitPlot:
    made = FitPlot()
    qtbot.addWidget(made)
    made.resize(387, 260)
    made.show()
    return made


def test_test_points_stay_sealed(plot: FitPlot) -> None:
    x = np.arange(6.0)
    plot.setData(x, 4 * x + 2)
    assert [entry.name for entry in plot.legend.entries()] == ["training data"]
    assert len(plot._test.getData()[0]) == 0
    plot.setData(x, 4 * x + 2, x + 6, 4 * x + 26)
    assert [entry.name for entry in plot.legend.entries()] == ["training data", "test data"]
    assert len(plot._test.getData()[0]) == 6


def test_the_view_grows_with_the_line_in_steps(plot: FitPlot) -> None:
    x, xs = np.arange(6.0), np.linspace(0, 10, 50)
    plot.setData(x, 4 * x + 2)
    plot.setFit(xs, np.zeros(50))
    items = list(plot.plot.getPlotItem().items)
    ranges = []
    for slope in np.linspace(0, 4, 60):
        plot.setFit(xs, slope * xs + 2)
        ranges.append(plot.view.viewRange()[1][1])
    assert ranges == sorted(ranges)
    assert len(set(ranges)) <= 4
    assert ranges[-1] >= 42
    plot.setFit(xs, 1e9 * xs)
    assert plot.view.viewRange()[1][1] < 100
    plot.setFit(xs, np.full(50, np.nan))
    assert list(plot.plot.getPlotItem().items) == items


def test_hover_tells_the_prediction(plot: FitPlot) -> None:
    plot.setAxes("hours", "price (euro)")
    plot.setFit(np.array([0.0, 1.0, 2.0]), np.array([2.0, 6.0, 10.0]))
    plot.hover(QPointF(1.1, 0), QPointF(50, 50))
    assert "hours 1" in plot.readout.text()
    assert "6" in plot.readout.text()
    assert (plot.bottom.labelText, plot.left.labelText) == ("hours", "price (euro)")


def test_many_points_are_thinned(plot: FitPlot) -> None:
    x = np.linspace(0, 1, 50_000)
    plot.setData(x, x)
    assert len(plot._train.getData()[0]) <= 3000


def test_the_view_comes_back_after_a_divergence(plot: FitPlot) -> None:
    x, xs = np.arange(6.0), np.linspace(0, 5, 20)
    plot.setData(x, 4 * x + 2)
    plot.setFit(xs, xs)
    before = plot.view.viewRange()[1]
    plot.setFit(xs, 1e9 * (xs - 2))
    assert plot.view.viewRange()[1][1] > 40
    plot.setData(x, 4 * x + 2)
    plot.setFit(xs, xs)
    assert plot.view.viewRange()[1] == pytest.approx(before)


def test_other_data_bring_their_own_view(plot: FitPlot) -> None:
    x, xs = np.arange(6.0), np.linspace(0, 5, 20)
    plot.setData(x, 400 * x)
    plot.setFit(xs, 400 * xs)
    plot.follow = False
    plot.setData(x, x)
    assert plot.view.viewRange()[1][1] < 10
    assert [entry.name for entry in plot.legend.entries()] == ["training data"]
