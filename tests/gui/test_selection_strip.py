"""The strip under the network: one parameter, its neuron's formula, and its value to type."""

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
