"""Section 2: sizes, start values, number format, seed."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from flux_gui.core.registry import Entry
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.initialisers import INITIALISERS
from person import Person


def test_layers_by_size(person: Person) -> None:
    person.click("panel.model.add_layer")
    person.type("model.layers.0.units", "5")
    assert person.project.spec.model.layers[0].units == 5
    assert person.window.network_panel.summary() == "16 parameters"


def test_seed_format_and_start(person: Person) -> None:
    before = person.parameters.copy()
    person.type("model.seed", "4")
    assert not np.array_equal(before, person.parameters)
    person.choose("model.dtype", "float64")
    assert person.parameters.dtype == np.float64
    field = person.find("model.layers.0.initialiser")
    person.choose("model.layers.0.initialiser", str(field.itemData(field.count() - 1)))
    assert person.project.spec.model.layers[0].initialiser.name == field.value()


@pytest.mark.parametrize("entry", ACTIVATIONS.in_window(), ids=lambda entry: entry.name)
def test_every_activation_is_chosen_and_trains(person: Person, entry: Entry) -> None:
    person.controller.add_layer(0)
    person.controller.set_value("model.layers.0.activation", entry.name)
    person.choose("panel.model.layer", person.project.spec.model.layers[0].id)
    assert person.find("model.layers.0.activation").value() == entry.name
    assert person.find("panel.model.layers.0.activation").value() == entry.name
    for hyper in entry.hypers:
        assert person.find(f"model.layers.0.activation.{hyper.name}").value() == pytest.approx(hyper.default)
    if entry.custom:
        assert person.find("model.layers.0.activation.formula").text() == entry.formula
    person.controller.set_value("training.optimiser.eta", 1e-4)
    person.controller.set_value("training.epochs", 3)
    person.trains()
    assert person.project.state.epoch == 3


@pytest.mark.parametrize("entry", INITIALISERS.in_window(), ids=lambda entry: entry.name)
def test_every_initialiser_is_chosen(person: Person, entry: Entry) -> None:
    if entry.name != "glorot_uniform":
        person.choose("model.layers.0.initialiser", entry.name)
    if entry.hypers:
        person.click("panel.layer.more")
    for hyper in entry.hypers:
        assert person.find(f"model.layers.0.initialiser.{hyper.name}").value() == pytest.approx(hyper.default)
    assert np.isfinite(person.parameters).all()


def test_panel_and_picture_choose_the_same_layer(person: Person) -> None:
    person.controller.add_layer(0)
    person.controller.add_layer(1, "dropout")
    first, step, _last = (layer.id for layer in person.project.spec.model.layers)
    person.choose("panel.model.layer", step)
    assert person.window.stage.selected_layer() == step
    person.window.stage.view._choose_layer(first)
    assert person.find("panel.model.layer").value() == first
    person.choose("panel.model.layer", step)
    person.press(Qt.Key.Key_Delete)
    assert len(person.project.spec.model.layers) == 2


def test_the_chosen_layer_tells_what_it_costs(person: Person) -> None:
    person.controller.add_layer(0)
    panel = person.window.network_panel
    person.choose("panel.model.layer", "hidden1")
    assert panel.cost.text() == "32 parameters \u00b7 128 B \u00b7 16 multiply-adds a row"
    assert "49 parameters" in panel.cost.toolTip()
    panel.focus_settings("output")
    assert panel.layer.isAncestorOf(person.window.focusWidget())
