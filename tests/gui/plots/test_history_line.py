"""The small picture of one number over the epochs."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from flux_gui.document.states import Curve
from flux_gui.gui.plots.history_line import HistoryLine
from flux_gui.gui.theme import theme


def curve(values: list[float]) -> Curve:
    line = np.array(values)
    return Curve(np.arange(len(values), dtype=float), line, line, line)


@pytest.fixture
def line(qtbot: QtBot) -> HistoryLine:
    made = HistoryLine()
    made.resize(200, 100)
    qtbot.addWidget(made)
    return made


def coloured(line: HistoryLine) -> int:
    """Count the pixels in the colour of the line."""
    image, wanted = line.grab().toImage().convertToFormat(QImage.Format.Format_RGB32), QColor(theme().colours.train)
    near = 0
    for x in range(image.width()):
        for y in range(image.height()):
            pixel = image.pixelColor(x, y)
            near += abs(pixel.red() - wanted.red()) + abs(pixel.green() - wanted.green()) + abs(pixel.blue() - wanted.blue()) < 60
    return near


def test_a_curve_is_drawn_and_a_note_stands_for_none(line: HistoryLine) -> None:
    line.setNote("nothing is kept")
    line.setCurve(None)
    assert coloured(line) == 0
    line.setCurve(curve([0.0, 1.0, 0.5, -2.0]))
    assert coloured(line) > 60
    line.setCurve(curve([]))
    assert coloured(line) == 0


@pytest.mark.parametrize("values", [[1.0], [0.0, 0.0], [np.nan, np.nan], [1.0, np.nan, np.inf, 3.0], [1e30, -1e30], [1e-300, 0.0]])
def test_odd_numbers_are_drawn_too(line: HistoryLine, values: list[float]) -> None:
    line.setCurve(curve(values))
    line.grab()
    line.resize(40, 5)
    line.grab()
