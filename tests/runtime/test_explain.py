"""The maths of one neuron for one row, against the engine's own forward pass and gradient."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.runtime.explain import Neuron, NeuronMaths, RowProbe
from flux_gui.runtime.probe import model_of, objective_of

KINDS = ("dropout", "batchnorm", "layernorm", "softmax", "scale", "skipconnection", "parallel")


def project(name: str = "iris", **settings: Any) -> Project:
    made = edits.set_value(edits.project_from_sample(name), "model.dtype", "float64")
    for path, value in settings.items():
        made = edits.set_value(made, path.replace("__", "."), value)
    return made


def look(given: Project, layer: int, unit: int, row: int = 5, part: str = "train") -> NeuronMaths:
    found = RowProbe(given, model_of(given))(Neuron(layer, unit, part, row))
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["line", "xor", "spiral", "iris", "digits", "wine"])
def test_forward_and_backward_are_those_of_the_engine(name: str) -> None:
    given = project(name)
    model, part = model_of(given), given.dataset.parts["train"]
    objective = objective_of(given)
    x, y = part.x[5:6], part.y[5:6]
    loss, (expected,) = flux.withgradient(lambda m: objective(m(x), y, None), model)
    outputs = [x, *flux.activations(model, x)]
    for layer in range(len(model.layers)):
        unit = model.layers[layer].sizes[1] - 1
        found = look(given, layer, unit)
        np.testing.assert_allclose(found.inputs, outputs[layer][0], rtol=1e-12)
        assert found.output == pytest.approx(outputs[layer + 1][0, unit], rel=1e-12)
        assert found.z == pytest.approx(found.weights @ found.inputs + (found.bias or 0.0), rel=1e-12)
        np.testing.assert_allclose(found.gradient, expected[layer].weight[unit], rtol=1e-9, atol=1e-14)
        assert found.delta == pytest.approx(expected[layer].bias[unit], rel=1e-9, abs=1e-14)
        assert found.delta == pytest.approx(found.error * found.slope, rel=1e-9, abs=1e-14)
        assert found.loss == pytest.approx(loss, rel=1e-12)
        np.testing.assert_array_equal(found.targets, y[0])
        if layer + 1 < len(model.layers):
            assert len(found.back) == model.layers[layer + 1].sizes[1]
            assert sum(delta * weight for delta, weight in found.back) == pytest.approx(found.error, rel=1e-9, abs=1e-14)
        else:
            assert found.back == ()
            np.testing.assert_allclose(found.answers, outputs[-1][0], rtol=1e-12)


def test_the_mean_over_the_rows_is_the_gradient_of_training() -> None:
    given = project("xor")
    model, part, objective = model_of(given), given.dataset.parts["train"], objective_of(given)
    (expected,) = flux.gradient(lambda m: objective(m(part.x), part.y, None), model)
    probe = RowProbe(given, model)
    rows = [probe(Neuron(0, 1, "train", row)) for row in range(len(part))]
    np.testing.assert_allclose(np.mean([one.gradient for one in rows if one], axis=0), expected[0].weight[1], rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_any_layer_may_stand_before_or_behind(kind: str) -> None:
    given = edits.add_layer(project(), 1, kind)
    dense = [i for i, layer in enumerate(model_of(given).layers) if isinstance(layer, flux.Dense)]
    for layer in dense:
        found = look(given, layer, 0)
        assert np.isfinite([found.z, found.output, found.error, found.delta, found.loss]).all()
        behind = layer + 1 < len(given.spec.model.layers) and layer + 1 in dense
        assert bool(found.back) == behind


@pytest.mark.parametrize("activation", [entry.name for entry in flux.ACTIVATIONS if entry.in_window and not entry.custom])
def test_the_slope_is_the_derivative_of_the_activation(activation: str) -> None:
    given = project("iris", model__layers__0__activation=activation)
    found = look(given, 0, 3)
    function = model_of(given).layers[0].activation
    step = 1e-6
    around = [float(np.asarray(function(np.array([found.z + sign * step])))[0]) for sign in (-1, 1)]
    assert found.slope == pytest.approx((around[1] - around[0]) / (2 * step), rel=1e-4, abs=1e-6)


def test_a_layer_without_bias_has_none() -> None:
    found = look(project("iris", model__layers__0__bias=False), 0, 2)
    assert found.bias is None
    assert found.z == pytest.approx(found.weights @ found.inputs)


def test_validation_rows_too_and_nothing_where_there_is_nothing() -> None:
    given = edits.add_layer(project(), 1, "dropout")
    probe = RowProbe(given, model_of(given))
    assert probe(Neuron(0, 0, "validation", 2)) is not None
    for place in (Neuron(1, 0, "train", 0), Neuron(9, 0, "train", 0), Neuron(0, 99, "train", 0), Neuron(0, 0, "train", 10_000)):
        assert probe(place) is None


def test_it_reads_the_parameters_as_they_are_now() -> None:
    given = project()
    model = model_of(given)
    probe, place = RowProbe(given, model), Neuron(0, 0, "train", 0)
    before = probe(place)
    model.layers[0].weight[0] += 1.0
    after = probe(place)
    assert before is not None
    assert after is not None
    assert after.z == pytest.approx(before.z + before.inputs.sum())
