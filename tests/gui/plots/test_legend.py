"""The legend tells lines and values, and repaints only for news."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.gui.plots.legend import Legend, LegendEntry


def test_legend_says_what_it_shows(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    entries = (
        LegendEntry("training", "#0072b2", value="0.02"),
        LegendEntry("validation", "#d55e00", Qt.PenStyle.DashLine, value="0.05"),
        LegendEntry("data", "#333333", marker="s", filled=False),
    )
    legend.setEntries(entries)
    assert legend.accessibleName() == "training 0.02, validation 0.05, data"
    legend.resize(360, 16)
    assert legend.grab().toImage() != Legend().grab().toImage()
    legend.resize(40, 16)
    legend.grab()
    assert legend.entries() == entries
