"""Small pictures: every generator has one, tables of all kinds become dots, and tiles paint them."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flux_gui.data.generators import GENERATORS
from flux_gui.data.table import Column, Table
from flux_gui.gui.thumbnails import POINTS, DotsTile, dots_of, usual_dots


@pytest.mark.parametrize("name", GENERATORS.names())
def test_every_generator_has_a_picture(qtbot: QtBot, name: str) -> None:
    dots = usual_dots(name)
    assert 0 < len(dots.places) <= POINTS
    assert bool(dots.classes) is not GENERATORS.get(name).makes_numbers
    assert np.all((dots.places >= 0) & (dots.places <= 1))
    tile = DotsTile(name, "doc")
    qtbot.addWidget(tile)
    empty = tile.grab().toImage()
    tile.setDots(dots)
    assert tile.grab().toImage() != empty


def test_tables_of_all_kinds(qapp: QApplication) -> None:
    x = np.linspace(0, 1, 500)
    line = dots_of(Table((Column("x", "number", x), Column("y", "number", 2 * x))))
    assert (len(line.places) <= POINTS, line.classes) == (True, 2)
    few = dots_of(Table((Column("a", "number", x), Column("b", "number", x), Column("kind", "number", np.round(x * 2)))))
    assert few.classes == 3
    scale = dots_of(Table((Column("a", "number", x), Column("b", "number", x), Column("y", "number", x**2))))
    assert (scale.classes, float(scale.truth.max())) == (0, 1.0)
    words = dots_of(Table((Column("a", "number", x), Column("c", "category", np.where(x > 0.5, "u", "v")))))
    assert words.classes == 2
