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
    text = dialog.text.toPlainText()
    assert "The first minute" in text
    assert "Menus and keys" in text
    assert dialog.tabs.count() == 2
    assert "Names and formulas" in dialog.tabs.tabText(1)
    assert "squared error" in dialog.names.toPlainText()
    headings = []
    block = dialog.text.document().begin()
    while block.isValid():
        if block.blockFormat().headingLevel():
            headings.append(block.text())
        block = block.next()
    assert headings[0] == "Guide"
    assert "Training" in headings
    assert headings[-1] == "Menus and keys"


def test_submenus_and_the_second_key_of_train_are_named() -> None:
    assert "<td>Theme: Dark</td>" in keys_page()
    assert "F5 or Space" in keys_page()
