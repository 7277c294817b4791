"""Tests of building models from specifications, and of the registry of layers."""

import msgspec
import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.engine import models
from flux_gui.specs import Choice, DenseSpec, ModelSpec, SoftmaxSpec

SPEC = ModelSpec((DenseSpec("a", 4, Choice("tanh")), DenseSpec("b", 3, Choice("identity"), bias=False), SoftmaxSpec("c")), "float64", 7)


def test_built_models_compute_what_the_specification_says() -> None:
    chain = models.build(SPEC, 2)
    x = np.array([[0.5, -1.0]])
    hidden = np.tanh(x @ chain[0].weight.T + chain[0].bias)
    scores = np.exp(hidden @ chain[1].weight.T)
    np.testing.assert_allclose(chain(x), scores / scores.sum())
    assert chain.flat.dtype == np.float64
    assert chain[1].describe() == "Dense(4 => 3; bias=false)"


def test_layout_and_sizes_are_known_without_building() -> None:
    assert models.layout(SPEC, 2) == models.build(SPEC, 2).layout
    assert models.sizes(SPEC, 2) == ((2, 4), (4, 3), (3, 3))


def test_the_text_is_that_of_the_built_layers() -> None:
    assert models.describe(SPEC, 2) == "Chain(Dense(2 => 4, tanh), Dense(4 => 3; bias=false), softmax)"
    assert models.describe(SPEC, 2) == models.build(SPEC, 2).describe()


def test_start_parameters_are_a_function_of_the_seed_layer_by_layer() -> None:
    first = models.initial(SPEC, 2)
    np.testing.assert_array_equal(first, models.initial(SPEC, 2))
    assert not np.array_equal(first, models.initial(msgspec.structs.replace(SPEC, seed=8), 2))
    wider = msgspec.structs.replace(SPEC, layers=(SPEC.layers[0], DenseSpec("b", 9), *SPEC.layers[2:]))
    np.testing.assert_array_equal(first[:12], models.initial(wider, 2)[:12])


@pytest.mark.parametrize("entry", list(flux.LAYERS), ids=lambda entry: entry.name)
def test_every_kind_of_layer(entry: models.LayerEntry) -> None:
    assert entry.label
    assert entry.doc
    assert entry.formula
    assert set(entry.names) >= {"flux", "pytorch", "onnx"}
    spec = entry.spec(id="x", units=3) if entry.spec is DenseSpec else entry.spec(id="x")
    assert models.entry_of(spec) is entry
    shapes, outputs = entry.shapes(spec, 3)
    layer = entry.function(spec, 3, np.random.default_rng(0), np.float64)
    assert {slot.name: slot.shape for slot in layer.slots()} == shapes
    rng = np.random.default_rng(1)
    x, w = rng.standard_normal((4, 3)), rng.standard_normal((4, outputs))
    assert layer(x).shape == (4, outputs)
    assert flux.check_gradient(lambda x: flux.sum(flux.square(layer(x)) * w), x) < 1e-6


def test_an_empty_network_and_unknown_names_are_refused() -> None:
    with pytest.raises(ShapeError, match="no layers"):
        models.build(ModelSpec(()), 2)
    with pytest.raises(SettingError, match="activation called 'tahn'"):
        models.build(ModelSpec((DenseSpec("a", 1, Choice("tahn")),)), 2)
