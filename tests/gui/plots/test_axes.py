"""The axis: fixed width, ticks within the range, numbers of powers of ten."""

import pyqtgraph as pg
from PySide6.QtGui import QPainter, QPixmap
from pytestqt.qtbot import QtBot

from flux_gui.gui.plots.axes import BEYOND, LEFT_WIDTH, ValueAxis


def test_ticks_and_numbers(qtbot: QtBot) -> None:
    axis = ValueAxis("left", grid=True)
    plot = pg.PlotWidget(axisItems={"left": axis})
    qtbot.addWidget(plot)
    (spacing, values), *_ = axis.tickValues(0.0, 10.0, 200.0)
    assert axis.tickStrings(values, 1.0, spacing)[0] == "0"
    axis.log = True
    (spacing, values), *_ = axis.tickValues(-2.0, 0.0, 200.0)
    assert axis.tickStrings(values, 1.0, spacing) == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]
    axis.title("loss (mse)")
    assert axis.labelText == "loss (mse)"
    plot.show()
    for top in (1e-4, 1.0, 123456.0):
        plot.setYRange(0, top)
        plot.grab()
        assert axis.width() == LEFT_WIDTH


def test_the_last_number_is_not_cut(qtbot: QtBot) -> None:
    bottom = ValueAxis("bottom", grid=False)
    plot = pg.PlotWidget(axisItems={"bottom": bottom})
    qtbot.addWidget(plot)
    plot.resize(380, 240)
    plot.setXRange(0, 4000, padding=0)
    plot.grab()
    paper = QPixmap(10, 10)
    painter = QPainter(paper)
    _axis, _ticks, texts = bottom.generateDrawSpecs(painter)
    painter.end()
    assert texts[-1][2] == "4000"
    assert texts[-1][0].right() <= bottom.size().width() + BEYOND + 2


def test_a_long_title_is_shortened_to_the_axis(qtbot: QtBot) -> None:
    left = ValueAxis("left", grid=True)
    plot = pg.PlotWidget(axisItems={"left": left})
    qtbot.addWidget(plot)
    left.title("predicted body_mass_in_grams")
    plot.resize(300, 130)
    plot.show()
    assert "\u2026" in left.labelString()
    plot.resize(300, 500)
    assert "body_mass_in_grams" in left.label.toPlainText()


def test_a_brief_title_stands_in_where_the_whole_one_has_no_room(qtbot: QtBot) -> None:
    axis = ValueAxis("left", grid=True)
    plot = pg.PlotWidget(axisItems={"left": axis})
    qtbot.addWidget(plot)
    axis.title("binary cross-entropy, scaled units", "loss")
    plot.show()
    for height, shown in ((400, "binary cross-entropy, scaled units"), (90, "loss")):
        plot.resize(300, height)
        plot.grab()
        assert f">{shown}<" in axis.labelString()
