"""The switch answers to mouse and keys, and is silent when a program sets it."""

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Toggle


def test_toggle(qtbot: QtBot) -> None:
    toggle, seen = Toggle(help_text="Keep it."), []
    qtbot.addWidget(toggle)
    toggle.valueChanged.connect(seen.append)
    toggle.setValue(True)
    assert (toggle.value(), seen) == (True, [])
    qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton, pos=QPoint(6, 10))
    qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert seen == [False, True]
    toggle.setError("Needs validation rows.")
    assert toggle.toolTip().startswith("Needs validation rows.")
