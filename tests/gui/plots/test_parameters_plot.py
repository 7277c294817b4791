"""The parameters plot: at most twelve lines, reused, with labels that do not overlap."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from flux_gui.document.states import Curve
from flux_gui.gui.plots import ParametersPlot
from flux_gui.gui.plots.parameters_plot import spread
from flux_gui.gui.theme import base_font


def curve(end: float, n: int = 20) -> Curve:
    y = np.linspace(0.5, end, n)
    return Curve(np.arange(float(n)), y, y, y)


@pytest.fixture
def plot(qtbot: QtBot) -> ParametersPlot:
    made = ParametersPlot()
    qtbot.addWidget(made)
    made.resize(387, 260)
    made.show()
    return made


def test_lines_are_limited_and_reused(plot: ParametersPlot) -> None:
    plot.setCurves([(f"p{i}", curve(float(i))) for i in range(20)])
    assert len(plot._lines) == 12
    lines = list(plot._lines)
    plot.setCurves([("w", curve(4.0)), ("b", curve(2.0)), ("none", Curve(*(np.empty(0) for _ in range(4))))])
    assert plot._lines == lines
    assert [line.isVisible() for line in lines].count(True) == 2


def test_labels_carry_the_latest_value(plot: ParametersPlot) -> None:
    plot.setCurves([("w", curve(4.0)), ("b", curve(2.0))])
    assert [(name, value) for _y, name, value, _colour in plot.ends._labels] == [("w", "4"), ("b", "2")]
    plot.grab()
    plot.hover(QPointF(19, 4), QPointF(100, 50))
    assert "epoch 19" in plot.readout.text()
    plot.leave()


def test_empty_says_what_to_do(plot: ParametersPlot) -> None:
    plot.setCurves([])
    assert "Train" in plot.note.text()
    plot.hover(QPointF(1, 1), QPointF(10, 10))
    assert not plot.readout.isVisible()


@given(st.lists(st.floats(0, 200), max_size=12))
def test_spread_keeps_labels_apart(places: list[float]) -> None:
    result = spread(places, 14.0, 200.0)
    ordered = sorted(result)
    gap = min(14.0, 200.0 / max(1, len(places)))
    assert all(b - a >= gap - 1e-6 for a, b in itertools.pairwise(ordered))
    assert all(-1e-6 <= y <= 200 for y in result)


def test_long_names_get_their_room(plot: ParametersPlot) -> None:
    short = plot.ends.sizeHint().width()
    plot.setCurves([("w0[13, 127]", curve(-0.522134)), ("w1[1,1]", curve(2.0))])
    width = plot.ends.sizeHint().width()
    assert width > short
    metrics = QFontMetricsF(base_font(11))
    assert width >= metrics.horizontalAdvance("w0[13, 127]") + metrics.horizontalAdvance("-0.522") + 10
    plot.grab()
    assert plot.ends.below > 0


def test_one_point_is_visible(plot: ParametersPlot) -> None:
    plot.setCurves([("w", curve(4.0, 1)), ("b", curve(2.0, 1))])
    assert plot._dots.isVisible()
    assert len(plot._dots.getData()[0]) == 2
    plot.setCurves([("w", curve(4.0))])
    assert not plot._dots.isVisible()
