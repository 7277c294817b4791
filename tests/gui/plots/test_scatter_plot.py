"""Predicted against true: equal axes, the diagonal, the nearest row."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from flux_gui.gui.plots import ScatterPlot


@pytest.fixture
def plot(qtbot: QtBot) -> ScatterPlot:
    made = ScatterPlot()
    qtbot.addWidget(made)
    made.resize(320, 260)
    made.show()
    return made


def test_axes_are_equal(plot: ScatterPlot) -> None:
    plot.setPoints(np.array([1.0, 5.0, 9.0]), np.array([2.0, 5.0, 20.0]), "price")
    x, y = plot.view.viewRange()
    assert x == pytest.approx(y)
    assert (plot.bottom.labelText, plot.left.labelText) == ("true price", "predicted price")
    assert len(plot._diagonal.getData()[0]) == 2


def test_nearest_row_is_told(plot: ScatterPlot) -> None:
    plot.setPoints(np.array([1.0, 5.0, 9.0]), np.array([2.0, 5.5, 8.0]))
    plot.hover(QPointF(5.0, 5.5), QPointF(100, 100))
    assert "difference 0.5" in plot.readout.text()
    plot.hover(QPointF(0.0, 9.0), QPointF(100, 100))
    assert not plot.readout.isVisible()


def test_nothing_yet(plot: ScatterPlot) -> None:
    plot.setPoints(np.empty(0), np.empty(0))
    assert "Verify" in plot.note.text()
    plot.hover(QPointF(0, 0), QPointF(0, 0))
