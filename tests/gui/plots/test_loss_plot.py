"""The loss plot: curves, scale, best epoch, notes, reuse of items, and its cost."""

import time

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from flux_gui.document.states import Curve
from flux_gui.gui.plots import LossPlot


def curve(n: int, start: float = 1.0) -> Curve:
    x = np.arange(float(n))
    y = start * np.exp(-x / n * 5)
    return Curve(x, y * 0.8, y * 1.2, y)


@pytest.fixture
def plot(qtbot: QtBot) -> LossPlot:
    made = LossPlot()
    qtbot.addWidget(made)
    made.resize(387, 288)
    made.show()
    return made


def test_items_are_reused(plot: LossPlot) -> None:
    plot.setCurves({"train": curve(10)})
    before = list(plot.plot.getPlotItem().items)
    for n in (50, 500, 2000):
        plot.setCurves({"batch": curve(n), "train": curve(n), "validation": curve(n)})
    assert list(plot.plot.getPlotItem().items) == before


def test_legend_names_what_is_there(plot: LossPlot) -> None:
    plot.setCurves({"train": curve(10), "validation": curve(10)})
    assert [entry.name for entry in plot.legend.entries()] == ["training", "validation"]
    plot.setCurves({})
    assert plot.legend.entries() == ()
    assert "Train" in plot.note.text()


def test_one_point_is_visible(plot: LossPlot) -> None:
    plot.setCurves({"train": curve(1)})
    assert len(plot.lines["train"].dots.getData()[0]) == 1
    assert plot.note.text() == ""


def test_scale_switch(qtbot: QtBot, plot: LossPlot) -> None:
    plot.setCurves({"train": curve(100, 100.0)})
    assert plot.isLog()
    with qtbot.waitSignal(plot.scaleChanged) as told:
        qtbot.mouseClick(plot.scale.button("lin"), Qt.MouseButton.LeftButton)
    assert told.args == ["lin"]
    assert plot.view.viewRange()[1][1] >= 100
    qtbot.mouseClick(plot.scale.button("log"), Qt.MouseButton.LeftButton)
    assert plot.view.viewRange()[1][1] == pytest.approx(2.333, abs=0.01)


def test_zero_losses_are_told(qtbot: QtBot, plot: LossPlot) -> None:
    y = np.array([1.0, 0.1, 0.0])
    plot.setCurves({"train": Curve(np.arange(3.0), y, y, y)})
    assert "smallest positive" in plot.note.text()
    qtbot.mouseClick(plot.scale.button("lin"), Qt.MouseButton.LeftButton)
    assert plot.note.text() == ""


def test_nan_is_marked(plot: LossPlot) -> None:
    y = np.array([1.0, 0.5, np.nan])
    plot.setCurves({"train": Curve(np.arange(3.0), y, y, y)})
    assert plot._broken.getData()[0].tolist() == [2.0]
    assert "epoch 2" in plot.plot.toolTip()
    plot.setCurves({"train": curve(5)})
    assert plot.plot.toolTip() == ""


def test_best_epoch(plot: LossPlot) -> None:
    plot.setCurves({"train": curve(100)})
    plot.setBest(80, 0.02)
    assert plot._best_mark.getData()[0].tolist() == [80.0]
    assert plot._best_text.isVisible()
    plot.setBest(None)
    assert not plot._best_text.isVisible()
    plot.setBest(5, float("nan"))
    assert not plot._best_text.isVisible()


def test_axis_holds_still_while_a_curve_grows(plot: LossPlot) -> None:
    ranges = set()
    for n in range(120, 160):
        plot.setCurves({"train": curve(n)})
        ranges.add(tuple(map(tuple, plot.view.viewRange())))
    assert len(ranges) <= 3
    assert len({plot.left.width()}) == 1


def test_hover_tells_values(plot: LossPlot) -> None:
    plot.setCurves({"train": curve(100), "validation": curve(100, 2.0)})
    plot.hover(QPointF(50.2, -1), QPointF(120, 60))
    assert "epoch 50" in plot.readout.text()
    assert "training" in plot.readout.text()
    assert plot._hair.isVisible()
    plot.leave()
    assert not plot._hair.isVisible()
    plot.setCurves({})
    plot.hover(QPointF(50.2, -1), QPointF(120, 60))
    assert not plot.readout.isVisible()


def test_unit_is_on_the_axis(plot: LossPlot) -> None:
    plot.setUnit("loss (mse, scaled units)")
    assert plot.left.labelText == "loss (mse, scaled units)"
    assert plot.bottom.labelText == "epoch"


@pytest.mark.bench
def test_set_is_cheap(plot: LossPlot) -> None:
    curves = {"batch": curve(2000), "train": curve(2000), "validation": curve(2000)}
    plot.setCurves(curves)
    started = time.perf_counter()
    for _ in range(50):
        plot.setCurves(curves)
    assert (time.perf_counter() - started) / 50 < 0.003


def test_best_label_stays_inside(plot: LossPlot) -> None:
    for place, loss in ((0, 1.0), (99, 0.007), (99, 1.0), (0, 0.007)):
        plot.setCurves({"train": curve(100)})
        plot.setBest(place, loss)
        plot.grab()
        area = plot.view.sceneBoundingRect().adjusted(-2, -2, 2, 2)
        assert area.contains(plot._best_text.mapRectToScene(plot._best_text.boundingRect()))


def test_another_run_is_shown_whole(plot: LossPlot) -> None:
    plot.setCurves({"train": curve(100)})
    plot.view.setRange(xRange=(20, 30), padding=0)
    plot.follow = False
    plot.setCurves({"train": curve(1)})
    assert plot.view.viewRange()[0][1] == pytest.approx(10)
