"""Hands in the picture: several layers are selected, carried, named; the keyboard does the same."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram import NetworkView, StepPicture
from flux_gui.gui.diagram.carrying import Load
from flux_gui.gui.diagram.hands import Hands
from networks import network

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot: QtBot) -> NetworkView:
    """A network 2 => 8 => 8 => 1 with a dropout behind the first layer."""
    made = NetworkView()
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    picture = network((2, 8, 8, 1), outputs=("y",))
    layers = tuple(replace(layer, index=place) for layer, place in zip(picture.layers, (0, 2, 3), strict=True))
    made.setNetwork(replace(picture, layers=layers, steps=(StepPicture("drop", 1, "Dropout 0.5", 1, "Dropout."),)))
    return made


@pytest.fixture
def hands(view: NetworkView) -> Hands:
    return view.hands


def title(view: NetworkView, id: str) -> QPoint:
    place = view.title_place(id)
    assert place is not None
    return place


def click(qtbot: QtBot, view: NetworkView, id: str, *keys: Qt.KeyboardModifier) -> None:
    modifier = Qt.KeyboardModifier.NoModifier
    for one in keys:
        modifier |= one
    qtbot.mouseClick(view.viewport(), LEFT, modifier, title(view, id))


def drag(qtbot: QtBot, view: NetworkView, start: QPoint, *way: QPoint, release: bool = True) -> None:
    port = view.viewport()
    qtbot.mousePress(port, LEFT, pos=start)
    for point in way:
        qtbot.mouseMove(port, point)
    if release:
        qtbot.mouseRelease(port, LEFT, pos=way[-1])


def test_several_are_selected_by_click(qtbot: QtBot, view: NetworkView, hands: Hands) -> None:
    told: list[str] = []
    view.layerSelected.connect(told.append)
    click(qtbot, view, "layer0")
    click(qtbot, view, "layer1", CTRL)
    assert hands.chosen == ("layer0", "layer1")
    click(qtbot, view, "layer0", CTRL)
    assert hands.chosen == ("layer1",)
    click(qtbot, view, "layer0", SHIFT)
    assert hands.chosen == ("layer0", "drop", "layer1")
    assert view._scene.slabs["drop"].selected
    assert len(hands.marks._bands) == 2
    hands.select_all()
    assert hands.chosen == ("layer0", "drop", "layer1", "layer2")
    click(qtbot, view, "layer1")
    assert hands.chosen == ("layer1",)
    assert told[0] == "layer0"
    assert told[-1] == "layer1"
    view.selectLayer("layer0")
    assert hands.chosen == ("layer0",)


def test_a_title_is_carried_to_another_gap(qtbot: QtBot, view: NetworkView, hands: Hands) -> None:
    dropped: list[object] = []
    hands.dropped.connect(lambda load, index: dropped.append((load.ids, index)))
    start, end = title(view, "layer0"), title(view, "layer2") - QPoint(40, 0)
    drag(qtbot, view, start, start + QPoint(12, 0), end, release=False)
    assert hands.carrier.active
    assert hands.marks.gap() is not None
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert dropped == [(("layer0",), 3)]
    assert hands.marks.gap() is None
    hands.select(hands.selection.of(["layer1", "drop"]))
    drag(qtbot, view, title(view, "drop"), title(view, "drop") + QPoint(-9, 0), QPoint(200, 200))
    assert dropped[-1][0] == ("drop", "layer1")


def test_esc_and_places_that_will_not_do(qtbot: QtBot, view: NetworkView, hands: Hands) -> None:
    dropped: list[object] = []
    hands.dropped.connect(lambda load, index: dropped.append(load))
    start = title(view, "layer0")
    drag(qtbot, view, start, start + QPoint(20, 0), start + QPoint(90, 0), release=False)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not hands.carrier.active
    qtbot.mouseRelease(view.viewport(), LEFT, pos=start + QPoint(90, 0))
    hands.landing = lambda _load, _index: None
    drag(qtbot, view, start, start + QPoint(20, 0), start + QPoint(90, 0))
    drag(qtbot, view, title(view, "layer2"), title(view, "layer2") - QPoint(200, 0))  # the output layer is not carried
    assert dropped == []


def test_the_background_moves_the_picture(qtbot: QtBot, view: NetworkView) -> None:
    view.setNetwork(network((2, *[3] * 12, 1)))
    bar = view.horizontalScrollBar()
    assert bar.maximum() > 100
    bar.setValue(0)
    corner = QPoint(600, view.viewport().height() - 4)
    drag(qtbot, view, corner, corner - QPoint(10, 0), corner - QPoint(90, 0))
    assert bar.value() == 90
    view.reveal("layer12")
    assert 0 <= title(view, "layer12").x() <= view.viewport().width()


def test_a_double_click_renames(qtbot: QtBot, view: NetworkView, hands: Hands) -> None:
    qtbot.mouseDClick(view.viewport(), LEFT, pos=title(view, "layer1"))
    assert hands.title.isVisible()
    qtbot.keyClicks(hands.title, "middle")
    with qtbot.waitSignal(hands.renamed) as told:
        qtbot.keyClick(hands.title, Qt.Key.Key_Return)
    assert told.args == ["layer1", "middle"]


def test_keys(qtbot: QtBot, view: NetworkView, hands: Hands) -> None:
    view.setFocus()
    for key, modifier, chosen in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, ("layer0",)),
        (Qt.Key.Key_Right, SHIFT, ("layer0", "drop")),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, ("layer2",)),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, ("layer0",)),
    ):
        qtbot.keyClick(view, key, modifier)
        assert hands.chosen == chosen
    with qtbot.waitSignal(view.unitsRequested) as told:
        qtbot.keyClicks(view, "+")
    assert told.args == ["layer0", 9]
    with qtbot.waitSignal(hands.insertWanted) as told:
        qtbot.keyClick(view, Qt.Key.Key_Insert)
    assert told.args == [1]
    with qtbot.waitSignal(hands.paletteWanted):
        qtbot.keyClick(view, Qt.Key.Key_Insert, SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert hands.chosen == ()
    assert hands.behind() == -1
    hands.select(hands.selection.only("drop"))
    with qtbot.waitSignal(hands.settingsWanted) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == ["drop"]


def test_digits_begin_a_size(qtbot: QtBot, view: NetworkView, hands: Hands) -> None:
    hands.select(hands.selection.only("layer0"))
    view.setFocus()
    qtbot.keyClicks(view, "2")
    field = view.size_field("layer0")
    assert field is not None
    assert field.text() == "2"
    qtbot.keyClicks(field, "4")
    with qtbot.waitSignal(view.unitsRequested) as told:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told.args == ["layer0", 24]


def test_new_layers_are_selected_when_they_were_expected(view: NetworkView, hands: Hands) -> None:
    assert view.picture is not None
    old, bare = view.picture, network((2, 1))
    view.setNetwork(replace(bare, layers=(replace(bare.layers[0], id="layer2"),)))
    view.setNetwork(old)
    assert hands.chosen == ()
    view.setNetwork(replace(bare, layers=(replace(bare.layers[0], id="layer2"),)))
    hands.expect(size=False)
    view.setNetwork(old)
    assert hands.chosen == ("layer0", "drop", "layer1")
    hands.expect()
    hands.forget_expected()
    view.setNetwork(network((2, 4, 4, 4, 1)))
    assert "layer3" not in hands.chosen


def test_a_kind_from_elsewhere_falls_into_a_gap(view: NetworkView, hands: Hands) -> None:
    dropped: list[object] = []
    hands.dropped.connect(lambda load, index: dropped.append((load.kind, index)))
    at = view.viewport().mapToGlobal(title(view, "layer0") - QPoint(30, -60))
    hands.carrier.start(Load(kind="dense", label="Dense"), at)
    hands.carrier.drop(at)
    assert dropped == [("dense", 0)]
    assert view.layer_at(QPointF(-500, 0)) == ""


def test_the_menu_is_about_the_layer_under_the_pointer(view: NetworkView, hands: Hands) -> None:
    asked: list[QPoint] = []
    hands.menuWanted.connect(asked.append)
    port = view.viewport()

    def ask(id: str, reason: QContextMenuEvent.Reason) -> None:
        at = title(view, id)
        home = view if reason == QContextMenuEvent.Reason.Keyboard else port
        QApplication.sendEvent(home, QContextMenuEvent(reason, at, port.mapToGlobal(at)))

    ask("layer1", QContextMenuEvent.Reason.Mouse)
    assert hands.chosen == ("layer1",)
    hands.select_all()
    ask("drop", QContextMenuEvent.Reason.Mouse)
    assert len(hands.chosen) == 4
    hands.select(hands.selection.only("layer0"))
    ask("layer2", QContextMenuEvent.Reason.Keyboard)
    assert hands.chosen == ("layer0",)
    assert asked == [port.mapToGlobal(title(view, id)) for id in ("layer1", "drop", "layer0")]
