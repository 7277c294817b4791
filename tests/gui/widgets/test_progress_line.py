"""The progress line stays within 0 and 1."""

from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import ProgressLine


def test_progress_stays_in_range(qtbot: QtBot) -> None:
    line = ProgressLine(help_text="Epochs done")
    qtbot.addWidget(line)
    for given, shown in ((-1, 0.0), (0.4, 0.4), (7, 1.0)):
        line.setValue(given)
        assert line.value() == shown
    line.setMark(0.3)
    line.grab()
