"""What the screen shows of a project as plain values."""

import numpy as np
import pytest

from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.gui import view
from flux_gui.gui.addresses import addresses


@pytest.fixture
def project() -> Project:
    line = edits.line_example()
    return edits.set_value(edits.resize_layer(edits.add_layer(line, 0), 0, 3), "model.layers.0.activation", "tanh")


def test_texts(project: Project) -> None:
    assert view.layer_titles(project) == ["Dense 1 ⇒ 3", "Dense 3 ⇒ 1"]
    assert view.input_names(project, 0) == ["x"]
    assert view.input_names(project, 1) == ["h0", "h1", "h2"]
    assert view.data_summary(project) == "11 rows · regression"
    assert view.target_name(project) == "y"
    assert view.source_kind(project) == "formula"
    assert view.loss_unit(project) == "squared error"
    assert view.grouped(1234567) == "1\u2009234\u2009567"
    places = addresses(project)
    assert view.meaning(project, places.find(0, "weight", 1, 0)) == "from x to neuron 1 of layer 0"
    assert view.meaning(project, places.find(1, "bias", 0, 0)) == "added to neuron 0 of layer 1"


def test_the_formula_of_a_neuron_shows_its_strongest_terms(project: Project) -> None:
    slots = addresses(project).slots
    flat = np.zeros(10)
    flat[addresses(project).find(1, "weight", 0, 1).index] = -2.5
    flat[addresses(project).find(1, "bias", 0, 0).index] = 0.5
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


def test_the_selected_term_is_in_the_formula() -> None:
    project = edits.resize_layer(edits.add_layer(edits.line_example(), 0), 0, 6)
    slots, flat = addresses(project).slots, project.state.parameters
    for column in range(6):
        text = view.neuron_formula(project, slots, flat, (1, 0), ("#000", "#fff"), 2, column)
        assert f"h{column}</b>" in text
        assert "+ 4 more" in text


@pytest.fixture
def nested() -> Project:
    project = edits.add_layer(edits.add_layer(edits.line_example(), 0), 1, "batchnorm")
    return edits.add_layer(project, 2, "skipconnection")


def test_every_parameter_has_words(nested: Project) -> None:
    places = addresses(nested)
    for index in range(len(places)):
        at = places.at(index)
        assert view.meaning(nested, at)
        assert view.place_title(nested, at).startswith(f"Layer {at.where} ")
    scale = places.find(1, "scale", 2, 0)
    assert scale is not None
    assert view.meaning(nested, scale) == "scale of column 2 in layer 1 (BatchNorm)"
    assert view.layer_formula(nested, scale)
    assert view.neuron_formula(nested, places.slots, nested.state.parameters, (1, 0), ("", "")) == ""
    inside = places.inside("layers.2.layers.0.weight", 1, 0)
    assert inside is not None
    assert view.place_title(nested, inside) == "Layer 2.0 \u00b7 neuron 1 \u00b7 weight from input 0"


def test_steps_have_short_titles(nested: Project) -> None:
    titles = view.layer_titles(edits.add_layer(nested, 1, "dropout"))
    assert titles[1:3] == ["Dropout 0.5", "BatchNorm"]
    assert "Dense" in titles[3]
    assert view.step_title(nested.spec.model.layers[0]) == f"Dense {nested.spec.model.layers[0].units}"  # type: ignore[union-attr]


def test_a_number_of_a_whole_layer_belongs_to_no_column() -> None:
    project = edits.add_layer(edits.line_example(), 0, "formula")
    project = edits.set_value(project, "model.layers.0.parameters.a.per", "layer")
    places = addresses(project)
    shared, own = places.inside("layers.0.a", 0, 0), places.inside("layers.0.b", 0, 0)
    assert shared is not None
    assert own is not None
    assert view.meaning(project, shared) == "a in layer 0 (Formula)"
    assert view.place_title(project, own).endswith("b of column 0")
