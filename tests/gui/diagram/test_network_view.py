"""The diagram under a person's hands: clicks on edges, nodes, buttons and boxes become signals."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram import NetworkView, StepPicture
from flux_gui.gui.theme import theme
from networks import network

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot) -> NetworkView:
    made = NetworkView()
    qtbot.addWidget(made)
    made.resize(656, 600)
    made.show()
    made.setNetwork(network((2, 8, 8, 1), outputs=("y",)))
    return made


def click(qtbot: QtBot, view: NetworkView, point: QPointF) -> None:
    qtbot.mouseClick(view.viewport(), LEFT, pos=view.mapFromScene(point))


def test_clicking_an_edge_picks_its_weight(qtbot: QtBot, view: NetworkView) -> None:
    gap = view._scene._gaps[2]
    x, y = gap.points[3][5]
    with qtbot.waitSignal(view.parameterPicked) as told:
        click(qtbot, view, QPointF(x, y))
    assert told.args == [2, "weight", 0, int(gap.edges.columns[3])]
    assert view.selectedLayer() == "layer2"


def test_clicking_a_node_picks_its_bias(qtbot: QtBot, view: NetworkView) -> None:
    with qtbot.waitSignal(view.parameterPicked) as told:
        click(qtbot, view, view._scene.nodes[1][3].pos())
    assert told.args == [0, "bias", 3, 0]


def test_clicking_a_title_selects_the_layer(qtbot: QtBot, view: NetworkView) -> None:
    picked: list[object] = []
    view.parameterPicked.connect(lambda *args: picked.append(args))
    with qtbot.waitSignal(view.layerSelected) as told:
        click(qtbot, view, view._scene.headers[2].pos())
    assert told.args == ["layer1"]
    with qtbot.waitSignal(view.layerSelected) as told:
        qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(4, 590))
    assert told.args == [""]
    assert picked == []


def test_buttons_ask_for_changes(qtbot: QtBot, view: NetworkView) -> None:
    controls = view._controls["layer1"]
    with qtbot.waitSignal(view.unitsRequested) as told:
        qtbot.mouseClick(controls.pill.more, LEFT)
    assert told.args == ["layer1", 9]
    with qtbot.waitSignal(view.addLayerRequested) as told:
        qtbot.mouseClick(view.findChild(QToolButton, "diagram.add_layer.2"), LEFT)
    assert told.args == [2]
    assert not controls.remover.isVisible()
    view.selectLayer("layer1")
    assert controls.remover.isVisible()
    with qtbot.waitSignal(view.removeLayerRequested) as told:
        qtbot.mouseClick(controls.remover, LEFT)
    assert told.args == ["layer1"]


def test_activation_is_a_real_box_found_by_name(qtbot: QtBot, view: NetworkView) -> None:
    box = view.findChild(QComboBox, "model.layers.1.activation")
    assert box is not None
    assert box.isVisible()
    with qtbot.waitSignal(view.activationRequested) as told:
        box.setCurrentText("relu")
    assert told.args == ["layer1", "relu"]


def test_controls_survive_a_new_picture(qtbot: QtBot, view: NetworkView) -> None:
    box, count = view._controls["layer0"].activation, view._controls["layer0"].pill.count
    asked: list[object] = []
    view.activationRequested.connect(lambda *args: asked.append(args))
    view.setNetwork(network((2, 5, 8, 1)))
    assert view._controls["layer0"].activation is box
    assert count.value() == 5
    view.setNetwork(network((2, 1)))
    assert list(view._controls) == ["layer0"]
    assert not count.isVisible()
    assert len(view._adders) == 1
    assert asked == []


def test_controls_stand_inside_and_on_their_columns(view: NetworkView) -> None:
    for size in ((656, 600), (420, 320), (1100, 800)):
        view.resize(*size)
        for place, layer in enumerate(("layer0", "layer1"), start=1):
            middle = view._controls[layer].pill.geometry().center()
            assert abs(middle.x() - view.mapFromScene(view._scene.nodes[place][0].pos()).x()) <= 2
            assert view._controls[layer].pill.geometry().bottom() < view.mapFromScene(view._scene.nodes[place][0].pos()).y()


def test_object_names_are_unique(view: NetworkView) -> None:
    names = [child.objectName() for child in view.findChildren(QWidget) if child.objectName() and not child.objectName().startswith("qt_")]
    assert len(names) == len(set(names))


def test_live_weights_change_the_key(view: NetworkView) -> None:
    assert view.picture is not None
    view.setWeights([(layer.weight * 10, layer.bias) for layer in view.picture.layers if layer.weight is not None])
    assert view.key.limit() == view._scene.limit >= 10
    view.setWeights([])  # of another network: passed over
    assert view.key.limit() >= 10


def test_large_networks_stay_below_the_limit(view: NetworkView) -> None:
    view.setNetwork(network((784, 256, 128, 10)))
    assert 0 < view.edge_count() < 600
    assert [len(column) for column in view._scene.nodes] == [12, 12, 12, 10]


def test_tooltips_tell_values(view: NetworkView) -> None:
    assert "bias b =" in view._told(view._scene.nodes[1][0].pos())
    assert "Inputs: x0, x1" in view._told(view._scene.nodes[0][0].pos())
    assert "Click to select it" in view._told(view._scene.headers[1].pos())
    assert view._told(QPointF(2, 590)) == ""


def test_zoom_and_theme(qapp: QApplication, view: NetworkView) -> None:
    theme().apply(qapp, "light")
    view.zoomIn()
    assert view.transform().m11() == pytest.approx(1.25)
    for _ in range(20):
        view.zoomOut()
    assert view.transform().m11() == pytest.approx(0.5)
    view.fit()
    light = view.grab().toImage()
    theme().apply(qapp, "dark")
    assert view.grab().toImage() != light
    theme().apply(qapp, "light")
    assert view.grab().toImage().pixelColor(3, 500) == light.pixelColor(3, 500)


def test_arrow_keys_move_between_layers(qtbot: QtBot, view: NetworkView) -> None:
    seen: list[str] = []
    view.layerSelected.connect(seen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert seen == ["layer0", "layer1", "layer0"]
    assert QKeySequence(Qt.Key.Key_Right).toString() == "Right"


def test_the_key_follows_the_weights(view: NetworkView) -> None:
    view.setWeights([(np.ones_like(layer.weight), layer.bias) for layer in view.picture.layers])  # type: ignore[union-attr, arg-type]
    assert view.key.limit() >= 1


def test_a_selected_neuron_is_always_drawn(view: NetworkView) -> None:
    view.setNetwork(network((3, 100, 1)))
    assert view._plan is not None
    hidden = next(unit for unit in range(100) if not view._plan.draws([(1, unit)]))
    view.selectParameter(0, "weight", hidden, 2)
    assert view._plan.draws([(1, hidden)])
    assert len(view._plan.columns[1].units) == 12
    assert view._scene._ring is not None


def test_steps_are_chosen_by_click_and_key(qtbot: QtBot, view: NetworkView) -> None:
    picture = network((2, 8, 8, 1), outputs=("y",))
    layers = tuple(replace(layer, index=place) for layer, place in zip(picture.layers, (0, 2, 3), strict=True))
    view.setNetwork(replace(picture, layers=layers, steps=(StepPicture("drop", 1, "Dropout 0.5", 1, "Dropout: switches off."),)))
    slab = view._scene.slabs["drop"]
    with qtbot.waitSignal(view.layerSelected) as told:
        click(qtbot, view, slab.pos())
    assert told.args == ["drop"]
    assert slab.selected
    assert view._told(slab.pos()) == "Dropout: switches off."
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.selectedLayer() == "layer1"
    assert not slab.selected
    with qtbot.waitSignal(view.addLayerRequested) as told:
        qtbot.mouseClick(view.findChild(QToolButton, "diagram.add_layer.1"), LEFT)
    assert told.args == [2]
    with qtbot.waitSignal(view.kindMenuRequested) as told:
        view.findChild(QToolButton, "diagram.add_layer.2").customContextMenuRequested.emit(QPoint(1, 1))
    assert told.args[0] == 3
    view.selectParameter(1, "scale", 0)
    view.grab()


def test_a_deep_network_can_be_seen_whole_and_panned_with_the_wheel(qtbot: QtBot) -> None:
    view = NetworkView()
    qtbot.addWidget(view)
    view.resize(660, 600)
    view.setNetwork(network((2, *[8] * 39, 1)))
    view.show()
    bar = view.horizontalScrollBar()
    assert bar.maximum() > 2000
    start = bar.value()
    turn = QWheelEvent(
        QPointF(300, 300),
        QPointF(300, 300),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    view.wheelEvent(turn)
    assert bar.value() > start
    for _ in range(20):
        view.zoomOut()
    assert bar.maximum() == bar.minimum() == 0
    assert not any(part.isVisible() for controls in view._controls.values() for part in (controls.pill, controls.note))
    view.fit()
    assert any(controls.pill.isVisible() for controls in view._controls.values())
