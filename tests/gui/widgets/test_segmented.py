"""The segments answer to mouse and arrow keys."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Segmented


def test_segmented_by_mouse_and_keys(qtbot: QtBot) -> None:
    row, seen = Segmented((("lin", "lin", "equal steps"), ("log", "log", "equal factors"))), []
    qtbot.addWidget(row)
    row.show()
    row.valueChanged.connect(seen.append)
    qtbot.mouseClick(row.button("log"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(row.button("log"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(row.button("log"), Qt.Key.Key_Left)
    assert seen == ["log", "lin"]
    row.setValue("log")
    row.setValue("nothing")
    assert (row.value(), seen) == ("log", ["log", "lin"])
    assert row.button("lin").toolTip() == "equal steps"
