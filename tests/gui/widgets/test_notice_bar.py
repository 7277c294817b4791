"""The notice offers its actions and can be closed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import NoticeBar


def test_notice_actions_and_close(qtbot: QtBot) -> None:
    done: list[str] = []
    bar = NoticeBar("warning", "12 rows were dropped.", "They had no target.", [("Show", lambda: done.append("show"))])
    qtbot.addWidget(bar)
    bar.show()
    qtbot.mouseClick(bar.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    assert done == ["show"]
    with qtbot.waitSignal(bar.closed):
        qtbot.mouseClick(bar.findChildren(QToolButton)[-1], Qt.MouseButton.LeftButton)
    assert bar.isHidden()
    bar.show_message("error", "Stopped.")
    assert (bar.text(), bar.property("kind")) == ("Stopped.", "error")
