"""What the screen shows of a project as plain values."""

import numpy as np
import pytest

from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.gui import view


@pytest.fixture
def project() -> Project:
    line = edits.line_example()
    return edits.set_value(edits.resize_layer(edits.add_layer(line, 0), 0, 3), "model.layers.0.activation", "tanh")


def test_addresses_agree_with_the_arrays(project: Project) -> None:
    places = view.addresses(project)
    flat = np.arange(len(places), dtype=float)
    parts = {layer: (weight, bias) for layer, weight, bias in view.arrays(places.slots, flat)}
    for index in range(len(places)):
        at = places.at(index)
        weight, bias = parts[at.layer]
        assert (weight[at.row, at.column] if at.name == "weight" else bias[at.row]) == index
        assert places.find(at.layer, at.name, at.row, at.column) == at
    assert places.find(9, "weight", 0, 0) is None


def test_texts(project: Project) -> None:
    assert view.chain_text(project) == "Chain(Dense(1 ⇒ 3, tanh), Dense(3 ⇒ 1))"
    assert view.layer_titles(project) == ["Dense 1 ⇒ 3", "Dense 3 ⇒ 1"]
    assert view.input_names(project, 0) == ["x"]
    assert view.input_names(project, 1) == ["h0", "h1", "h2"]
    assert view.data_summary(project) == "11 rows · regression"
    assert view.target_name(project) == "y"
    assert view.source_kind(project) == "formula"
    assert view.loss_unit(project) == "loss (mse)"
    assert view.grouped(1234567) == "1\u2009234\u2009567"
    places = view.addresses(project)
    assert view.meaning(project, places.find(0, "weight", 1, 0)) == "from x to neuron 1 of layer 0"
    assert view.meaning(project, places.find(1, "bias", 0, 0)) == "added to neuron 0 of layer 1"


def test_the_formula_of_a_neuron_shows_its_strongest_terms(project: Project) -> None:
    slots = view.addresses(project).slots
    flat = np.zeros(10)
    flat[view.addresses(project).find(1, "weight", 0, 1).index] = -2.5
    flat[view.addresses(project).find(1, "bias", 0, 0).index] = 0.5
    text = view.neuron_formula(project, slots, flat, (1, 0), ("red", "blue"), most=1)
    assert text == '<span style="color:red">−2.5</span>·h1 + 2 more <span style="color:blue">+0.5</span>'
    assert view.neuron_formula(project, slots, flat, (0, 0), ("red", "blue")).startswith("tanh(")


def test_headline_first() -> None:
    assert [name for name, _ in view.headline_first({"loss": 1, "mae": 2, "r2": 3})] == ["r2", "mae", "loss"]
