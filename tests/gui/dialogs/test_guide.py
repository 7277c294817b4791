"""The guide lists every action and key."""

from html import escape

from pytestqt.qtbot import QtBot

from flux_gui.gui.actions import ACTIONS
from flux_gui.gui.dialogs.guide import GuideDialog, keys_page


def test_every_action_is_listed(qtbot: QtBot) -> None:
    page = keys_page()
    for spec in ACTIONS:
        assert escape(spec.tip) in page
        assert all(escape(key) in page for key in spec.keys)
    dialog = GuideDialog()
    qtbot.addWidget(dialog)
    assert "Keys" in dialog.text.toPlainText()
