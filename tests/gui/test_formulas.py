"""Formula lines of whatever is selected."""

import pytest

from flux_gui.document import edits
from flux_gui.document.nesting import ids
from flux_gui.document.project import Project
from flux_gui.engine.models import LAYERS
from flux_gui.gui import formulas
from flux_gui.runtime.explain import Neuron
from flux_gui.runtime.maths_probe import MathsWish, RestingMaths
from flux_gui.specs import DenseSpec


@pytest.fixture
def iris() -> Project:
    return edits.project_from_sample("iris")


def test_numbers_are_short_and_have_a_true_minus() -> None:
    shown = {
        0.0: "0",
        -0.5: "\u22120.5",
        1.23456: "1.235",
        0.000145: "1.45e\u22124",
        0.0123: "0.0123",
        -2.5e7: "\u22122.50e7",
        12345.6: "1.235e+04",
    }
    for value, text in shown.items():
        assert formulas.figure(value) == text.replace("1.235e+04", f"{12345.6:.4g}")
    assert formulas.figure(-0.0) == "0"
    assert formulas.figure(float("nan")) == "nan"
    assert formulas.plus(2.0) == "+2"
    assert formulas.plus(-2.0) == "\u22122"
    assert formulas.plus(0.0) == "0"


def test_the_whole_network_is_one_formula(iris: Project) -> None:
    assert formulas.network_text(iris) == "\u0177 = W\u2081\u00b7relu(W\u2080\u00b7x + b\u2080) + b\u2081"
    assert formulas.network_title(iris) == "Network \u00b7 2 layers \u00b7 67 parameters"
    deep = iris
    for _ in range(4):
        deep = edits.add_layer(deep, 1)
    assert formulas.network_text(deep) == "\u0177 = f\u2085(\u2026 f\u2081(f\u2080(x)) \u2026)"
    line = edits.line_example()
    assert formulas.network_title(line) == "Network \u00b7 1 layer \u00b7 2 parameters"
    assert "dropout(" in formulas.network_text(edits.add_layer(iris, 1, "dropout"))


def test_a_dense_layer(iris: Project) -> None:
    first, last = ids(iris.spec.model)
    assert formulas.layer_title(iris, first) == "Layer 0 \u00b7 Dense 4 \u21d2 8"
    assert formulas.layer_text(iris, first) == "h = relu(W\u00b7x + b)"
    assert formulas.layer_details(iris, first) == "W 8 \u00d7 4, b 8: 40 parameters"
    assert formulas.layer_text(iris, last) == "h = W\u00b7h + b"
    bare = edits.set_value(edits.set_value(iris, "model.layers.0.bias", False), "training.frozen.hidden1", True)
    assert formulas.layer_details(bare, first) == "W 8 \u00d7 4: 32 parameters \u00b7 frozen"
    named = edits.set_value(iris, "model.layers.0.name", "petals")
    assert "\u201cpetals\u201d" in formulas.layer_title(named, first)


@pytest.mark.parametrize("kind", LAYERS.names())
def test_every_layer_and_every_one_inside_it_has_its_lines(iris: Project, kind: str) -> None:
    project = edits.add_layer(iris, 1, kind)
    for id in ids(project.spec.model):
        assert formulas.known(project, id)
        for line in (formulas.layer_title, formulas.layer_text, formulas.layer_details):
            assert line(project, id)
    assert formulas.network_text(project)
    assert not formulas.known(project, "nobody")


def test_the_home_of_a_layer_is_where_its_neurons_are(iris: Project) -> None:
    project = edits.add_layer(iris, 1, "dropout")
    dense, step, output = ids(project.spec.model)
    assert [formulas.home_of(project, id) for id in (dense, step, output, "")] == [0, 2, 2, 2]


def test_the_lines_of_a_row_and_of_the_next_step(iris: Project) -> None:
    found = RestingMaths(iris)(MathsWish(Neuron(0, 2, "train", 5), step=True))
    neuron, step = found.neuron, found.step
    assert neuron is not None
    assert step is not None
    first, last = iris.spec.model.layers
    assert isinstance(first, DenseSpec)
    assert isinstance(last, DenseSpec)
    assert formulas.outcome(first, neuron) == f" = relu({formulas.figure(neuron.z)}) = <b>{formulas.figure(neuron.output)}</b>"
    assert formulas.outcome(last, neuron) == f" = <b>{formulas.figure(neuron.output)}</b>"
    assert "\u03b4" in formulas.error_line(neuron)
    assert "(last epoch)" in formulas.change_line(step, 0, last=True)
    assert formulas.change_line(step, 0).endswith(formulas.figure(float(step.before[0] + step.update[0])))
    assert "Adam, rate 0.01" in formulas.step_line(step, "Adam", None)
    inside, outside = int(step.rows[0]), next(i for i in range(105) if i not in step.rows)
    assert "this one among them" in formulas.step_line(step, "Adam", inside)
    assert "this one not among them" in formulas.step_line(step, "Adam", outside)


def test_answers_are_in_the_words_of_the_data(iris: Project) -> None:
    for project in (iris, edits.line_example(), edits.project_from_sample("spiral")):
        place = Neuron(len(project.spec.model.layers) - 1, 0, "train", 0)
        neuron = RestingMaths(project)(MathsWish(place)).neuron
        assert neuron is not None
        said = formulas.answer(project, neuron)
        assert "true is" in said
        if project.dataset.labels:
            assert any(f"says {label} (" in said for label in project.dataset.labels)
            assert "%)" in said
    line = edits.line_example()
    x, y = float(line.dataset.parts["train"].x[0, 0]), float(line.dataset.parts["train"].y[0, 0])
    neuron = RestingMaths(line)(MathsWish(Neuron(0, 0, "train", 0))).neuron
    assert neuron is not None
    assert f"true is {formulas.figure(y)}" in formulas.answer(line, neuron)
    assert y == 4 * x + 2
