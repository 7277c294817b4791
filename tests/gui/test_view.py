"""What the screen shows of a project as plain values."""

import numpy as np
import pytest

from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.engine.models import layout
from flux_gui.gui import view
from flux_gui.specs import DenseSpec, ModelSpec


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
    bare = edits.set_value(project, "model.layers.1.bias", False)
    assert view.chain_text(bare) == "Chain(Dense(1 ⇒ 3, tanh), Dense(3 ⇒ 1; bias=false))"
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


def test_scores_short_of_1_do_not_show_as_1() -> None:
    assert view.score(0.999993) == "0.99999"
    assert view.score(1.0) == "1"
    assert view.score(22.000002) == "22"
    assert view.score(0.679716) == "0.6797"
    assert view.score(float("nan")) == "not defined"


def test_the_parameters_of_one_neuron() -> None:
    places = view.Addresses(layout(ModelSpec((DenseSpec("a", 3), DenseSpec("output", 1))), 50))
    found = places.of_neuron(places.find(0, "weight", 2, 40), 11)
    assert len(found) == 11
    assert all(places.at(one.index) == one for one in found)
    assert {one.row for one in found} == {2}
    assert 40 in [one.column for one in found]
    assert found[-1].name == "bias"


def test_the_selected_term_is_in_the_formula() -> None:
    project = edits.resize_layer(edits.add_layer(edits.line_example(), 0), 0, 6)
    slots, flat = view.addresses(project).slots, project.state.parameters
    for column in range(6):
        text = view.neuron_formula(project, slots, flat, (1, 0), ("#000", "#fff"), 2, column)
        assert f"h{column}</b>" in text
        assert "+ 4 more" in text
