"""The line of a problem: says it over its parent, offers one click, and is gone when there is none."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import ProblemLine


def test_it_tells_and_mends(qtbot: QtBot) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    home.resize(656, 300)
    line = ProblemLine(home, free=200)
    home.show()
    assert not line.isVisible()
    clicks: list[str] = []
    line.show_problem("warning", "The softmax is applied twice. " * 8, "Remove it.", "Remove the step", lambda: clicks.append("mend"))
    line.grab()
    assert line.isVisible()
    assert line.geometry().right() <= 656 - 200
    assert "Remove it." in line.toolTip()
    qtbot.mouseClick(line.button, Qt.MouseButton.LeftButton)
    assert clicks == ["mend"]
    home.resize(300, 300)
    assert line.width() == 160
    line.show_problem("error", "No.", "Choose another loss.")
    line.grab()
    assert not line.button.isVisible()
    assert line.text.text() == "No. Choose another loss."
    line.show_problem("warning", "")
    assert not line.isVisible()
