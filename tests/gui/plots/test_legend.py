"""The legend tells lines and values, and repaints only for news."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from flux_gui.gui.plots.legend import VALUE, Legend, LegendEntry, fitting
from flux_gui.gui.theme import base_font


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


def test_what_does_not_fit_gives_way_from_the_left(qtbot: QtBot) -> None:
    metrics = QFontMetrics(base_font(11))
    names = ("batch", "training", "validation")
    entries = tuple(LegendEntry(name, "#0072b2", value="1.234e-05") for name in names)
    assert fitting(entries, metrics, 900) == (entries, metrics.horizontalAdvance(VALUE), 12)
    before = 900
    for width in range(400, 30, -10):
        shown, _room, _gap = fitting(entries, metrics, width)
        kept = sum(entry.value is not None for entry in shown)
        assert kept + 10 * len(shown) <= before
        before = kept + 10 * len(shown)
        assert [entry.name for entry in shown] == list(names[-len(shown) :])
        assert [entry.value for entry in shown] == [None] * (len(shown) - kept) + ["1.234e-05"] * kept
    assert len(shown) == 1
