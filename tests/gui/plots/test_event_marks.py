"""Marks of events: a tick each, words where there is room, and what the pointer reads."""

from pytestqt.qtbot import QtBot

from flux_gui.gui.plots import LossPlot
from flux_gui.gui.plots.event_marks import LABELS, EventMarks


def shown(qtbot: QtBot) -> tuple[LossPlot, EventMarks]:
    plot = LossPlot()
    qtbot.addWidget(plot)
    plot.resize(387, 260)
    plot.show()
    plot.view.setRange(xRange=(0, 100), yRange=(-3, 0), padding=0)
    return plot, plot.marks


def test_ticks_and_words(qtbot: QtBot) -> None:
    plot, marks = shown(qtbot)
    marks.setEvents(((10.0, "rate 0.1"), (50.0, "noise"), (52.0, "painted"), (400.0, "beyond")))
    assert len(marks.events()) == 4
    assert marks._ticks.getData()[0].tolist() == [10, 10, 50, 50, 52, 52]
    assert marks.labelled() == ["painted", "rate 0.1"]
    plot.view.setRange(xRange=(45, 60), padding=0)
    assert marks.labelled() == ["painted"]
    assert marks.at(50.05) == "noise"
    assert marks.at(20) == ""
    marks.setEvents(())
    assert marks.labelled() == []


def test_many_events_stay_readable(qtbot: QtBot) -> None:
    _plot, marks = shown(qtbot)
    marks.setEvents(tuple((float(epoch), f"e{epoch}") for epoch in range(100)))
    assert len(marks.labelled()) == LABELS
