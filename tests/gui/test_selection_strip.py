"""The strip under the network: one parameter, its neuron's formula, and its value to type."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from flux_gui.gui.theme import theme
from person import Person


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
