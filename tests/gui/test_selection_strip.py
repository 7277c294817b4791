"""The strip under the network: one parameter, its neuron's formula, and its value to type."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.document.pins import pinned
from flux_gui.gui.theme import theme
from person import Person, open_window


def test_the_first_weight_is_selected(person: Person) -> None:
    strip = person.window.stage.strip
    assert strip.choice.value() == "0"
    assert strip.value.value() == 0.9066541790962219
    assert strip.title.text() == "Layer 0 · neuron 0 · weight from x"
    assert "0.9067" in strip.formula.text()


def test_a_selection_survives_edits_that_keep_it(person: Person) -> None:
    person.choose("parameter.key", "1")
    person.type("training.epochs", "9")
    assert person.window.stage.strip.choice.value() == "1"
    person.click("panel.model.add_layer")
    assert person.window.stage.strip.title.text().startswith("Layer 0")


def test_typing_is_undoable(person: Person) -> None:
    person.type("parameter.value", "2,5")
    assert float(person.parameters[0]) == 2.5
    person.controller.undo()
    assert person.window.stage.strip.value.value() == 0.9066541790962219


def test_a_large_network_offers_the_parameters_of_the_neuron(person: Person) -> None:
    person.controller.add_layer(0)
    person.controller.resize_layer(person.project.spec.model.layers[0].id, 300)
    strip = person.window.stage.strip
    strip.pick(301)
    assert strip.choice.isVisible()
    assert [strip.choice.itemText(i) for i in range(strip.choice.count())] == ["layers.0.weight[1, 0]", "layers.0.bias[1]"]
    person.choose("parameter.key", "1")
    assert strip.title.text() == "Layer 0 \u00b7 neuron 1 \u00b7 weight from x"
    strip.pick_at(1, "weight", 0, 250)
    assert "h250" in strip.formula.text()
    assert strip.formula.sizeHint().width() <= strip.formula.width()


def test_live_values_leave_alone_what_is_typed(person: Person) -> None:
    strip = person.window.stage.strip
    strip.value.setFocus()
    strip.value.selectAll()
    person.bot.keyClicks(strip.value, "12")
    strip.show_frame(np.array([7.0, 8.0], np.float32))
    assert strip.value.text() == "12"
    person.bot.keyClick(strip.value, Qt.Key.Key_Return)
    assert float(person.parameters[0]) == 12.0
    strip.show_frame(np.array([7.0, 8.0], np.float32))
    assert strip.value.value() == 7.0


def test_the_formula_follows_the_theme(qapp: QApplication, person: Person) -> None:
    strip = person.window.stage.strip
    theme().apply(qapp, "light")
    light = strip.formula.text()
    theme().apply(qapp, "dark")
    assert strip.formula.text() != light
    theme().apply(qapp, "light")
    assert strip.formula.text() == light


@pytest.fixture
def iris(qtbot: QtBot) -> Iterator[Person]:
    with open_window(qtbot, edits.project_from_sample("iris")) as somebody:
        yield somebody


def test_a_layer_a_step_and_the_network_have_their_formulas(iris: Person) -> None:
    strip = iris.window.stage.strip
    iris.controller.add_layer(1, "dropout")
    strip.show_layer("hidden1")
    assert strip.title.text() == "Layer 0 \u00b7 Dense 4 \u21d2 8"
    assert strip.formula.text() == "h = relu(W\u00b7x + b)"
    assert strip.parameter() is None
    assert strip.value.isVisible()  # the keyboard reaches it in any case
    strip.show_layer("dropout1")
    assert "Dropout" in strip.title.text()
    strip.show_layer("")
    assert strip.title.text().startswith("Network")
    iris.until(lambda: "true is" in strip.details.text())
    strip.show_layer("nobody")
    assert strip.title.text().startswith("Network")
    iris.type("parameter.value", "0.5")
    assert float(iris.parameters[0]) == 0.5
    assert strip.title.text().startswith("Network")
    strip.pick(3)
    assert strip.parameter() is not None


def test_a_selected_layer_stays_selected_through_edits_and_goes_with_its_layer(iris: Person) -> None:
    strip = iris.window.stage.strip
    iris.controller.add_layer(1, "dropout")
    strip.show_layer("dropout1")
    iris.controller.set_value("training.epochs", 7)
    assert "Dropout" in strip.title.text()
    iris.controller.remove_layer("dropout1")
    assert strip.title.text().startswith("Layer 0 \u00b7 neuron")


def test_clicks_on_the_picture_choose_what_the_strip_shows(iris: Person) -> None:
    view, strip = iris.window.stage.view, iris.window.stage.strip
    view.layerSelected.emit("output")
    assert strip.title.text() == "Layer 1 \u00b7 Dense 8 \u21d2 3"
    view.parameterPicked.emit(1, "bias", 2, 0)
    assert strip.title.text() == "Layer 1 \u00b7 neuron 2 \u00b7 bias"
    iris.until(lambda: "error back" in strip.details.text())


def test_the_fields_keep_their_place(iris: Person) -> None:
    strip = iris.window.stage.strip
    before = strip.title.width()
    strip.show_layer("hidden1")
    iris.bot.wait(1)
    assert strip.title.width() == before


def test_a_parameter_is_pinned_and_the_pin_taken_back(iris: Person) -> None:
    strip = iris.window.stage.strip
    strip.pick(20)
    iris.click("parameter.pin")
    assert pinned(iris.project) == [20]
    assert strip.pin.isChecked()
    strip.pick(3)
    assert not strip.pin.isChecked()
    iris.window.actions_table["view.pin"].trigger()
    assert pinned(iris.project) == [20, 3]
    iris.controller.undo()
    assert pinned(iris.project) == [20]
    assert not strip.pin.isChecked()
    strip.pick(20)
    iris.click("parameter.pin")
    assert pinned(iris.project) == []


def test_a_ninth_pin_is_refused_in_words(iris: Person) -> None:
    strip = iris.window.stage.strip
    for index in range(9):
        strip.pick(index)
        iris.click("parameter.pin")
    assert len(pinned(iris.project)) == 8
    assert not strip.pin.isChecked()
    assert "8 parameters are pinned" in iris.notice


def test_pinning_while_training_goes_on_with_the_run(iris: Person) -> None:
    iris.type("training.epochs", "2000000000")
    iris.click("run_bar.train.toggle")
    iris.until(lambda: iris.controller.bridge.frames > 3)
    iris.window.stage.strip.pick(33)
    iris.click("parameter.pin")
    iris.until(lambda: pinned(iris.project) == [33] and iris.running)
    frames = iris.controller.bridge.frames
    iris.until(lambda: iris.controller.bridge.frames > frames + 2)
    iris.click("run_bar.train.toggle")
    iris.until(lambda: not iris.running)
    assert iris.project.state.curves["parameter.33"].x[0] == 0


def test_real_clicks_on_the_picture(iris: Person) -> None:
    view, strip = iris.window.stage.view, iris.window.stage.strip
    scene = view._scene

    def click(x: float, y: float) -> None:
        iris.bot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(QPointF(x, y)))

    node = scene.nodes[1][4]
    click(node.x(), node.y())
    assert strip.title.text() == "Layer 0 \u00b7 neuron 4 \u00b7 bias"
    header = scene.headers[1]
    click(header.x(), header.y())
    assert strip.title.text() == "Layer 0 \u00b7 Dense 4 \u21d2 8"
    click(node.x(), node.y())
    assert strip.title.text() == "Layer 0 \u00b7 neuron 4 \u00b7 bias"
    start, end = scene.nodes[1][0], scene.nodes[2][0]
    edge = next(gap for gap in scene._gaps[1:2])
    middle = edge.points[0][12]
    click(float(middle[0]), float(middle[1]))
    assert "weight from h" in strip.title.text()
    click((start.x() + end.x()) / 2, view.mapToScene(0, view.viewport().height() - 6).y())
    assert strip.title.text().startswith("Network")
    iris.controller.set_value("model.layers.0.bias", False)
    node = scene.nodes[1][4]
    click(node.x(), node.y())
    assert strip.title.text() == "Layer 0 \u00b7 neuron 4 \u00b7 weight from sepal_length"
