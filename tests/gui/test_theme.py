"""The theme: both sets of colours, live switching, and contrasts people can read."""

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from flux_gui.gui.theme import DARK, LIGHT, Colours, Theme, base_font, theme


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(colours: Colours) -> None:
    for background in (colours.surface, colours.canvas, colours.field):
        assert contrast(colours.text, background) >= 7
        assert contrast(colours.muted, background) >= 4.5
        assert contrast(colours.danger, background) >= 4.5
    for button in (colours.primary, colours.primary_hover):
        assert contrast(colours.accent_text, button) >= 4.5
    for curve in (colours.train, colours.validation, colours.test, colours.accent):
        assert contrast(curve, colours.surface) >= 3
    assert len(colours.diverging) == 9
    assert len(set(colours.classes)) == 6


def test_colour_at_ends_and_middle() -> None:
    assert LIGHT.colour_at(-5).name() == LIGHT.diverging[0]
    assert LIGHT.colour_at(1).name() == LIGHT.diverging[-1]
    assert LIGHT.colour_at(0).name() == LIGHT.diverging[4]
    assert LIGHT.colour_at(float("nan")).name() == LIGHT.diverging[4]


def test_switches_live(qtbot: QtBot, qapp: QApplication) -> None:
    button = QPushButton("Train")
    qtbot.addWidget(button)
    button.show()
    for mode, colours in (("dark", DARK), ("light", LIGHT)):
        with qtbot.waitSignal(theme().changed):
            theme().apply(qapp, mode)  # type: ignore[arg-type]
        assert theme().colours is colours
        assert qapp.palette().color(QPalette.ColorRole.Window).name() == colours.window
        assert colours.accent in qapp.styleSheet()


def test_system_without_an_answer_is_light(qtbot: QtBot, qapp: QApplication) -> None:
    theme().apply(qapp, "dark")
    theme().apply(qapp, "system")
    assert theme().colours is LIGHT
    assert isinstance(theme(), Theme)


def test_font_has_digits_of_equal_width(qapp: QApplication) -> None:
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(base_font(13))
    assert {round(metrics.horizontalAdvance(d), 3) for d in "0123456789"} == {round(metrics.horizontalAdvance("0"), 3)}


def test_colours_are_lent_to_what_is_painted_meanwhile() -> None:
    before = theme().colours
    with theme().lent(DARK if before is LIGHT else LIGHT):
        assert theme().colours is not before
    assert theme().colours is before
