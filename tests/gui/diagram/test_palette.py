"""The palette: every kind by click, key or drag, and a menu for what there is no room for."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.assembling import kinds
from flux_gui.gui.diagram.carrying import Carrier, Load
from flux_gui.gui.diagram.palette import Palette

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def palette(qtbot: QtBot) -> Palette:
    home = QWidget()
    qtbot.addWidget(home)
    home.resize(1000, 100)
    made = Palette(kinds(), Carrier(home, lambda at: float(at.x())), home)
    made.resize(1000, made.height())
    home.show()
    return made


def test_every_kind_can_be_had(qtbot: QtBot, palette: Palette) -> None:
    assert palette.shown() == [kind.name for kind in kinds()]
    assert not palette.more.isVisible()
    for tile, kind in zip(palette.tiles, kinds(), strict=True):
        with qtbot.waitSignal(palette.kindChosen) as told:
            qtbot.mouseClick(tile, LEFT)
        assert told.args == [kind.name]
        assert tile.toolTip()
    palette.resize(300, palette.height())
    hidden = [kind.name for kind in kinds() if kind.name not in palette.shown()]
    assert hidden
    assert palette.more.isVisible()
    menu = palette.menu()
    assert [action.objectName().rpartition(".")[2] for action in menu.actions()] == hidden
    with qtbot.waitSignal(palette.kindChosen) as told:
        menu.actions()[-1].trigger()
    assert told.args == [hidden[-1]]


def test_the_keyboard_stops_once_and_goes_on_with_arrows(qtbot: QtBot, palette: Palette) -> None:
    stops = [tile for tile in palette.tiles if tile.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == palette.tiles[:1]
    palette.tiles[0].setFocus()
    qtbot.keyClick(palette.tiles[0], Qt.Key.Key_Right)
    assert palette.tiles[1].focusPolicy() & Qt.FocusPolicy.TabFocus
    with qtbot.waitSignal(palette.kindChosen) as told:
        qtbot.keyClick(palette.tiles[1], Qt.Key.Key_Return)
    assert told.args == ["dropout"]
    qtbot.keyClick(palette.tiles[1], Qt.Key.Key_Left)
    qtbot.keyClick(palette.tiles[0], Qt.Key.Key_Left)
    assert palette.tiles[-1].focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_drag_carries_the_kind_and_is_no_click(qtbot: QtBot, palette: Palette) -> None:
    tile = palette.tiles[1]
    chosen: list[str] = []
    dropped: list[Load] = []
    palette.kindChosen.connect(chosen.append)
    carrier = tile._carrier
    carrier.dropped.connect(lambda load, _x: dropped.append(load))
    qtbot.mousePress(tile, LEFT, pos=QPoint(5, 5))
    qtbot.mouseMove(tile, QPoint(7, 5))
    assert not carrier.active
    qtbot.mouseMove(tile, QPoint(60, 30))
    assert carrier.active
    qtbot.mouseMove(tile, QPoint(70, 30))
    qtbot.mouseRelease(tile, LEFT, pos=QPoint(70, 30))
    assert [load.kind for load in dropped] == ["dropout"]
    assert chosen == []
