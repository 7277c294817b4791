"""The help mark tells its text."""

from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import HelpMark


def test_help_mark_tells(qtbot: QtBot) -> None:
    mark = HelpMark("The step size.", subject="Rate")
    qtbot.addWidget(mark)
    assert mark.toolTip() == mark.accessibleDescription() == "The step size."
    assert "Rate" in mark.accessibleName()
