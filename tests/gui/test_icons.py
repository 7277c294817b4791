"""Icons: every drawing renders, takes the theme's colour, and bound buttons are repainted."""

import pytest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from flux_gui.gui import icons
from flux_gui.gui.actions import ACTIONS
from flux_gui.gui.theme import DARK, LIGHT, theme


def drawn(name: str, colour: str) -> set[str]:
    image = icons.pixmap(name, colour, 24, 1.0).toImage()
    pixels = (image.pixelColor(x, y) for x in range(24) for y in range(24))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


def test_every_icon_draws_something(qapp: QApplication) -> None:
    assert len(icons.names()) >= 25
    for name in icons.names():
        image = icons.pixmap(name, "#ff0000", 24, 1.0).toImage()
        assert any(image.pixelColor(x, y).alpha() > 100 for x in range(24) for y in range(24)), name


def test_icons_of_all_actions_exist(qapp: QApplication) -> None:
    assert {spec.icon for spec in ACTIONS if spec.icon} <= set(icons.names())


def test_colour_is_replaced(qapp: QApplication) -> None:
    assert "#12ab34" in drawn("pause", "#12ab34")


def test_unknown_icon_is_named(qapp: QApplication) -> None:
    with pytest.raises(KeyError, match="no icon 'nothing'"):
        icons.icon("nothing")


def test_bound_button_follows_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    theme().apply(qapp, "light")
    button = QToolButton()
    qtbot.addWidget(button)
    icons.bind(button, "pause")
    light = button.icon().cacheKey()
    theme().apply(qapp, "dark")
    assert button.icon().cacheKey() != light
    colours = {button.icon().pixmap(24).toImage().pixelColor(x, 12).name() for x in range(24)}
    assert DARK.text in colours
    theme().apply(qapp, "light")
    assert button.icon().cacheKey() == light
    assert LIGHT.text != DARK.text
