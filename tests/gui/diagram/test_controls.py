"""The controls on the picture: counts, activation, removal, the colour key."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram.controls import ColourKey, LayerControls, UnitsPill
from networks import ACTIVATIONS, network


@pytest.fixture
def board(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def test_units_by_button_and_by_typing(qtbot: QtBot, board: QWidget) -> None:
    controls = LayerControls(network((2, 8, 1)).layers[0], ACTIVATIONS, board)
    seen: list[int] = []
    controls.unitsRequested.connect(seen.append)
    qtbot.mouseClick(controls.pill.more, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(controls.pill.less, Qt.MouseButton.LeftButton)
    controls.pill.count.selectAll()
    qtbot.keyClicks(controls.pill.count, "64")
    qtbot.keyClick(controls.pill.count, Qt.Key.Key_Return)
    assert seen == [9, 7, 64]
    assert controls.pill.count.objectName() == "diagram.model.layers.0.units"


def test_the_last_neuron_stays(board: QWidget) -> None:
    controls = LayerControls(network((2, 1, 1)).layers[0], ACTIVATIONS, board)
    assert not controls.pill.less.isEnabled()
    assert controls.pill.more.isEnabled()


def test_output_layer_has_no_count_and_no_remove(board: QWidget) -> None:
    controls = LayerControls(network((2, 8, 1)).layers[1], ACTIVATIONS, board)
    controls.show_remover(True)
    assert not controls.pill.isVisible()
    assert not controls.remover.isVisible()
    assert controls.activation.isVisible()


def test_every_control_says_what_it_is(board: QWidget) -> None:
    controls = LayerControls(network((2, 8, 1)).layers[0], ACTIVATIONS, board)
    for widget in (controls.pill.less, controls.pill.more, controls.pill.count, controls.activation, controls.remover):
        assert widget.toolTip()
        assert widget.accessibleName()


def test_key_tells_its_scale(qtbot: QtBot) -> None:
    board = QWidget()
    qtbot.addWidget(board)
    key = ColourKey(board)
    key.setLimit(2.5)
    assert "-2.5 to +2.5" in key.toolTip()
    assert key.limit() == 2.5
    key.grab()


def test_large_counts_are_shown_whole(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    pill = UnitsPill(network((2, 4)).layers[0], parent)
    narrow = pill.width()
    pill.show_layer(replace(network((2, 4)).layers[0], units=1_000_000))
    assert pill.count.width() >= pill.count.fontMetrics().horizontalAdvance(pill.count.text()) + 8
    assert pill.width() > narrow


def test_controls_give_way_where_there_is_no_room(board: QWidget) -> None:
    picture = network((2, 3, 1))
    controls = LayerControls(picture.layers[0], picture.activations, board)
    controls.pill.show()
    parts = (controls.pill, controls.activation, controls.note)
    before = [part.isVisible() for part in parts]
    assert before[0]
    controls.setFar(True)
    controls.show_layer(picture.layers[0], picture.activations)
    controls.show_remover(True)
    assert not any(part.isVisible() for part in (*parts, controls.remover))
    controls.setFar(False)
    assert [part.isVisible() for part in parts] == before


def test_space_trains_even_while_a_size_is_typed_and_enter_leaves_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    pill = UnitsPill(network((2, 8, 1)).layers[0], window)
    window.show()
    seen: list[int] = []
    window.keyPressEvent = lambda event: seen.append(event.key())  # type: ignore[method-assign]
    pill.count.setFocus()
    qtbot.keyClick(pill.count, Qt.Key.Key_Space)
    assert seen == [Qt.Key.Key_Space]
    assert pill.count.text() == "8"
    for text, key in (("12", Qt.Key.Key_Return), ("", Qt.Key.Key_Escape)):
        qtbot.keyClicks(pill.count, text)
        with qtbot.waitSignal(pill.count.left):
            qtbot.keyClick(pill.count, key)
    pill.count.selectAll()
    qtbot.keyClicks(pill.count, "0")
    with qtbot.assertNotEmitted(pill.count.left):
        qtbot.keyClick(pill.count, Qt.Key.Key_Return)
    assert pill.count.error()
