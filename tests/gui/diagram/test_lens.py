"""The lens: computes only what can be seen, enlarges the node under the pointer, tells of clicks on inputs."""

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram import NetworkView
from networks import network
from unit_values import pictures_of_maps


def shown(bot: QtBot, sizes: tuple[int, ...]) -> NetworkView:
    view = NetworkView()
    bot.addWidget(view)
    view.resize(660, 600)
    view.setNetwork(network(sizes))
    with bot.waitExposed(view):
        view.show()
    bot.waitUntil(lambda: bool(view.lens.seen))
    return view


def place(view: NetworkView, column: int, unit: int) -> QPoint:
    return view.mapFromScene(view.lens._scene.nodes[column][unit].pos())


def test_all_of_a_small_net_is_seen(qtbot: QtBot) -> None:
    view = shown(qtbot, (2, 8, 1))
    assert view.lens.seen == ((-1, (0, 1)), (0, tuple(range(8))), (1, (0,)))


def test_only_what_is_visible_of_a_deep_net(qtbot: QtBot) -> None:
    view = shown(qtbot, (2, *[4] * 39, 1))
    assert 3 <= len(view.lens.seen) < 10
    bar = view.horizontalScrollBar()
    with qtbot.waitSignal(view.lens.changed):
        bar.setValue(bar.maximum())
    assert view.lens.seen[-1] == (39, (0,))
    with qtbot.waitSignal(view.lens.changed):
        view.hide()
    assert view.lens.seen == ()


def test_the_node_under_the_pointer_is_enlarged(qtbot: QtBot) -> None:
    view = shown(qtbot, (2, 8, 1))
    view.setUnits(pictures_of_maps(dict(view.lens.seen)))
    at = place(view, 1, 3)
    qtbot.mouseMove(view.viewport(), at)
    qtbot.mouseMove(view.viewport(), at + QPoint(2, 1))
    qtbot.waitUntil(view.lens.card.isVisible)
    assert "neuron 3" in view.lens.card.accessibleDescription()
    assert not view.lens.card.geometry().contains(at)
    view.setUnits(pictures_of_maps(dict(view.lens.seen), "dead"))
    assert "Dead" in view.lens.card.warning()
    qtbot.mouseMove(view.viewport(), QPoint(3, 3))
    qtbot.waitUntil(lambda: not view.lens.card.isVisible())


def test_without_pictures_nothing_is_enlarged(qtbot: QtBot) -> None:
    view = shown(qtbot, (2, 8, 1))
    view.lens._node = view.lens._scene.nodes[1][0]
    view.lens._enlarge()
    assert not view.lens.card.isVisible()


def test_a_click_on_an_input_is_told(qtbot: QtBot) -> None:
    view = shown(qtbot, (2, 8, 1))
    with qtbot.waitSignal(view.lens.inputClicked) as told:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place(view, 0, 1))
    assert told.args == [1]
