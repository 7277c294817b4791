"""The stylesheet: every field of the colours used is filled in, and Qt can read the result."""

import re

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from flux_gui.gui.stylesheet import stylesheet
from flux_gui.gui.theme import DARK, LIGHT, Colours


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_stylesheet_is_complete(qtbot: QtBot, colours: Colours) -> None:
    sheet = stylesheet(colours)
    assert sheet.count("{") == sheet.count("}")
    assert not re.search(r"\{[a-z_]+\}", sheet)
    assert colours.accent in sheet
    button = QPushButton("Train")  # Qt warns when it cannot parse, and warnings fail the test
    qtbot.addWidget(button)
    button.setStyleSheet(sheet)
    button.show()
