"""The enlarged neuron: says what the rows say, warns with numbers, stands beside its node and inside the view."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram.hover_card import GAP, HoverCard, Shown, mark_text, placed
from flux_gui.runtime.unit_probe import UnitPictures
from unit_values import bars, curves, pictures_of_maps

ROOM = QRect(0, 0, 640, 480)


def test_it_stands_beside_the_node_and_inside() -> None:
    size = QRect(0, 0, 240, 300)
    right = placed(size, QRect(40, 200, 30, 30), ROOM)
    assert right.left() >= 69 + GAP
    left = placed(size, QRect(560, 5, 30, 30), ROOM)
    assert left.right() < 560
    for spot in (right, left):
        assert ROOM.contains(spot)


@pytest.fixture
def home(qtbot: QtBot) -> QWidget:
    found = QWidget()
    qtbot.addWidget(found)
    found.setGeometry(ROOM)
    found.show()
    return found


def card(home: QWidget, pictures: UnitPictures) -> HoverCard:
    found = HoverCard(home)
    found.show_unit(Shown("Dense 2 \u21d2 8 \u00b7 neuron 3", pictures, pictures.layers[0], 0, "bias 0.5"), QRect(40, 200, 30, 30))
    return found


def test_it_says_what_the_rows_say(home: QWidget) -> None:
    shown = card(home, pictures_of_maps({0: (3,)}))
    said = " ".join(shown.lines())
    for part in ("105 training rows: mean 0.25, from -0.5 to 1", "chosen row: 0.5", "other inputs: at the chosen row", "bias 0.5"):
        assert part in said
    assert shown.warning() == ""
    assert "neuron 3" in shown.accessibleDescription()
    assert not shown.grab().isNull()


def test_every_kind_is_painted(home: QWidget) -> None:
    for pictures in (curves({0: (3,)}), bars({0: (3,)})):
        assert not card(home, pictures).grab().toImage().isNull()


def test_it_warns_with_number_and_threshold(home: QWidget) -> None:
    saturated, dead = (pictures_of_maps({0: (3,)}, mark) for mark in ("saturated", "dead"))  # type: ignore[arg-type]
    assert "95 % of the rows" in mark_text(saturated.layers[0], 0, 105)
    assert "threshold 90 %" in mark_text(saturated.layers[0], 0, 105)
    assert "all 105 training rows" in mark_text(dead.layers[0], 0, 105)
    healthy, warning = card(home, pictures_of_maps({0: (3,)})), card(home, saturated)
    assert warning.height() > healthy.height()
