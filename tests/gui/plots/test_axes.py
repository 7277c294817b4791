"""The axis: fixed width, ticks within the range, numbers of powers of ten."""

import pyqtgraph as pg
from pytestqt.qtbot import QtBot

from flux_gui.gui.plots.axes import LEFT_WIDTH, ValueAxis


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
