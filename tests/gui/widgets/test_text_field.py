"""The text field commits once, restores with Esc and shows errors."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import TextField


def test_text_field_commits_and_restores(qtbot: QtBot) -> None:
    field, seen = TextField(help_text="A formula."), []
    qtbot.addWidget(field)
    field.valueChanged.connect(seen.append)
    field.setValue("4*x")
    field.end(False)
    qtbot.keyClicks(field, " + 2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (seen, field.value()) == (["4*x + 2"], "4*x + 2")
    qtbot.keyClicks(field, "!!")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "4*x + 2"
    field.setError("No.")
    assert (field.error(), field.property("invalid")) == ("No.", True)
