"""Tiles: silent showing, a click that always tells, arrows that move the focus."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Tiles


@pytest.fixture
def tiles(qtbot: QtBot) -> Tiles:
    made = Tiles([(key, key.upper(), f"about {key}", lambda _colour: QPixmap(18, 18)) for key in ("one", "two", "three")])
    qtbot.addWidget(made)
    made.show()
    return made


def test_choosing(qtbot: QtBot, tiles: Tiles) -> None:
    seen: list[str] = []
    tiles.valueChanged.connect(seen.append)
    tiles.setValue("two")
    tiles.setValue("nothing")
    assert (tiles.value(), seen) == ("two", [])
    for key in ("three", "three"):
        qtbot.mouseClick(tiles.button(key), Qt.MouseButton.LeftButton)
    assert seen == ["three", "three"]
    assert tiles.button("three").isChecked()
    assert tiles.button("one").accessibleDescription() == "about one"


def test_arrows(qtbot: QtBot, tiles: Tiles) -> None:
    tiles.activateWindow()
    tiles.button("one").setFocus()
    qtbot.waitUntil(tiles.button("one").hasFocus)
    qtbot.keyClick(tiles.button("one"), Qt.Key.Key_Left)
    assert tiles.button("three").hasFocus()
    qtbot.keyClick(tiles.button("three"), Qt.Key.Key_Space)
    assert tiles.value() == "three"
    assert not tiles.grab().isNull()
