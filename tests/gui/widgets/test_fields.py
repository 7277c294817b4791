"""What fields share: the look and the words of an error."""

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets.fields import mark_invalid


def test_error_and_help_share_the_tooltip(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    mark_invalid(field, "Too large.", "Step size.")
    assert (field.property("invalid"), field.toolTip(), field.accessibleDescription()) == (True, "Too large.\n\nStep size.", "Too large.")
    mark_invalid(field, "", "Step size.")
    assert (field.property("invalid"), field.toolTip(), field.accessibleDescription()) == (False, "Step size.", "Step size.")
