"""The form of a layer: every kind with all its settings, layers inside, and a formula that cannot be read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from flux_gui.engine.models import LAYERS, entry_of
from person import Person

KINDS = [entry.name for entry in LAYERS.in_window()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_added_shown_and_trained(person: Person, kind: str) -> None:
    person.controller.add_layer(0)
    person.controller.add_layer(None, kind)
    layers = person.project.spec.model.layers
    place = next(i for i, layer in enumerate(layers) if entry_of(layer).name == kind)
    person.choose("panel.model.layer", layers[place].id)
    form = person.window.network_panel.layer.form
    listed = {"units"} if kind == "dense" else set()
    for setting in entry_of(layers[place]).settings:
        if setting.name not in listed:
            field = form.field(f"model.layers.{place}.{setting.name}")
            assert field.toolTip()
    person.controller.set_value("training.optimiser.eta", 1e-5)
    person.controller.set_value("training.epochs", 3)
    person.trains()
    assert person.project.state.epoch == 3, person.notice


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_copied_and_removed(person: Person, kind: str) -> None:
    person.controller.add_layer(0)
    person.controller.add_layer(None, kind)
    before = len(person.project.spec.model.layers)
    chosen = next(layer for layer in reversed(person.project.spec.model.layers[:-1]) if layer.id != "output")
    person.choose("panel.model.layer", chosen.id)
    person.click("panel.model.duplicate_layer")
    assert len(person.project.spec.model.layers) == before + 1
    person.click("panel.model.remove_layer")
    assert len(person.project.spec.model.layers) == before


def names(person: Person) -> list[str]:
    found = [w.objectName() for w in person.window.findChildren(QWidget) if w.objectName() and w.isVisibleTo(person.window)]
    return [name for name in found if name.startswith(("model.", "training.", "data.", "panel."))]


def test_layers_inside_others(person: Person) -> None:
    person.controller.add_layer(0)
    person.controller.add_layer(1, "skipconnection")
    person.choose("panel.model.layer", person.project.spec.model.layers[1].id)
    person.choose("model.layers.1.layers.0.activation", "tanh")
    assert person.project.spec.model.layers[1].layers[0].activation.name == "tanh"
    panel = person.window.network_panel
    panel.layer.inner[0]._added("dropout")
    assert len(person.project.spec.model.layers[1].layers) == 2
    person.type("model.layers.1.layers.1.p", "0.25")
    assert person.project.spec.model.layers[1].layers[1].p == 0.25
    shown = names(person)
    assert len(shown) == len(set(shown))
    person.click("panel.model.layers.1.layers.1.remove")
    assert len(person.project.spec.model.layers[1].layers) == 1
    person.controller.add_layer(2, "parallel")
    person.choose("panel.model.layer", person.project.spec.model.layers[2].id)
    person.type("model.layers.2.branches.1.0.units", "3")
    assert person.project.spec.model.layers[2].branches[1][0].units == 3


def test_a_formula_layer(person: Person) -> None:
    person.controller.add_layer(0, "formula")
    person.choose("panel.model.layer", person.project.spec.model.layers[0].id)
    person.type("model.layers.0.formula", "a*x^")
    assert person.error_at("model.layers.0.formula")
    assert person.find("model.layers.0.formula").text() == "a*x^"
    person.type("model.layers.0.formula", "c*x")
    assert [one.name for one in person.project.spec.model.layers[0].parameters] == ["c"]
    person.type("model.layers.0.parameters.c.start", "2.5")
    person.choose("model.layers.0.parameters.c.per", "layer")
    assert person.project.spec.model.layers[0].parameters[0].start == 2.5
    assert len(person.parameters) == 3


def test_a_custom_activation(person: Person) -> None:
    person.controller.add_layer(0)
    person.controller.set_value("model.layers.0.activation", "custom")
    person.choose("panel.model.layer", person.project.spec.model.layers[0].id)
    person.type("model.layers.0.activation.formula", "x*")
    assert person.error_at("model.layers.0.activation.formula")
    person.type("model.layers.0.activation.formula", "sin(x)")
    assert person.project.spec.model.layers[0].activation.formula == "sin(x)"
    assert "sin(x)" in person.window.stage.formula.text() or "custom" in person.window.stage.formula.text()


def test_a_layer_is_frozen(person: Person) -> None:
    person.click("panel.layer.more")
    layer = person.project.spec.model.layers[0].id
    person.click(f"training.frozen.{layer}")
    assert person.project.spec.training.frozen == (layer,)
    before = person.parameters.copy()
    person.controller.set_value("training.epochs", 3)
    person.trains()
    assert (person.parameters == before).all()
    person.click(f"training.frozen.{layer}")
    assert person.project.spec.training.frozen == ()


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu cannot take the keyboard
def test_the_menu_of_kinds(person: Person) -> None:
    person.bot.mouseClick(person.find("panel.model.add_kind"), Qt.MouseButton.LeftButton)
    menu = person.window.network_panel.findChild(QWidget, "menu.add_layer")
    action = next(action for action in menu.actions() if action.objectName() == "menu.add_layer.dropout")
    action.trigger()
    menu.close()
    assert entry_of(person.project.spec.model.layers[0]).name == "dropout"
