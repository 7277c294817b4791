"""One loss line: what it measures, clips and finds."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.document.states import Curve
from flux_gui.gui.plots.loss_line import LossLine


@pytest.fixture
def line(qtbot: QtBot) -> LossLine:
    plot = pg.PlotWidget()
    qtbot.addWidget(plot)
    made = LossLine(plot, 1.7, Qt.PenStyle.SolidLine)
    made.keep = plot  # type: ignore[attr-defined]
    return made


def curve(values: list[float]) -> Curve:
    y = np.array(values)
    return Curve(np.arange(float(len(y))), y * 0.5, y * 2, y)


def test_measures_the_envelope(line: LossLine) -> None:
    line.setCurve(curve([4.0, 2.0, 1.0]), log=False)
    assert (line.size, line.low, line.high, line.latest, line.last_x) == (3, 0.5, 8.0, 1.0, 2.0)
    line.setCurve(curve([4.0, 2.0, 1.0]), log=True)
    assert (line.low, line.high) == (pytest.approx(0.5), pytest.approx(8.0))
    assert line.shown(0.01) == pytest.approx(-2)


def test_breaks_and_zeros(line: LossLine) -> None:
    line.setCurve(curve([4.0, 0.0, float("nan")]), log=True)
    assert line.clipped
    assert line.broken_at == 2.0
    line.setCurve(None, log=True)
    assert (line.size, line.broken_at, line.clipped) == (0, None, False)
    line.setCurve(Curve(*(np.empty(0) for _ in range(4))), log=True)
    assert line.at(0.0) is None


def test_finds_the_nearest(line: LossLine) -> None:
    line.setCurve(curve([4.0, 2.0, 1.0]), log=False)
    assert line.at(0.4) == (0.0, 4.0)
    assert line.at(0.6) == (1.0, 2.0)
    assert line.at(99.0) == (2.0, 1.0)
