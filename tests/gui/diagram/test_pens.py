"""Pens: one per look, dashes for negative weights, widths by strength."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from flux_gui.gui.diagram.pens import Pens, shade, strong_value
from flux_gui.gui.theme import LIGHT


def test_codes_become_pens(qapp: QApplication) -> None:
    pens = Pens(LIGHT, 7.0)
    codes = pens.codes(np.array([-2.0, 0.0, 2.0, np.nan, np.inf]), 2.0, 1.0)
    looks = [pens.pen(int(code)) for code in codes]
    assert looks[0].style() == Qt.PenStyle.CustomDashLine
    assert [look.style() for look in looks[1:]] == [Qt.PenStyle.SolidLine] * 4
    assert [round(look.widthF(), 1) for look in looks] == [7.0, 1.0, 7.0, 1.0, 7.0]
    assert looks[0].color().name() == LIGHT.diverging[0]
    assert looks[2].color().name() == LIGHT.diverging[-1]
    assert pens.pen(int(codes[0])) is looks[0]


def test_small_values_are_lifted(qapp: QApplication) -> None:
    assert shade(LIGHT, 0.0).name() == LIGHT.diverging[4]
    assert shade(LIGHT, 0.1).lightnessF() < LIGHT.colour_at(0.1).lightnessF()
    assert shade(LIGHT, -1.0).name() == LIGHT.diverging[0]


def test_strong_value() -> None:
    assert strong_value(np.arange(101.0)) == 95.0
    assert strong_value(np.zeros(3)) == 1.0
    assert strong_value(np.array([np.nan])) == 1.0
    assert strong_value(np.array([0.0] * 99 + [5.0])) == 5.0
