"""Tests of building models from specifications, and of the registry of layers."""

import msgspec
import numpy as np
import pytest

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.engine import models
from flux_gui.specs import BatchNormSpec, Choice, DenseSpec, LogSoftmaxSpec, ModelSpec, ParallelSpec, SkipConnectionSpec, SoftmaxSpec

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


NESTED = ModelSpec(
    (
        SkipConnectionSpec("s", (DenseSpec("t", 2, Choice("tanh")), BatchNormSpec("n"))),
        ParallelSpec("p", ((DenseSpec("a", 3),), (LogSoftmaxSpec("b"),))),
    )
)


def test_keys_of_nested_layers() -> None:
    assert [slot.key for slot in models.layout(NESTED, 2)] == [
        "layers.0.layers.0.weight",
        "layers.0.layers.0.bias",
        "layers.0.layers.1.scale",
        "layers.0.layers.1.bias",
        "layers.1.branches.0.layers.0.weight",
        "layers.1.branches.0.layers.0.bias",
    ]
    assert [slot.key for slot in models.statistics_layout(NESTED, 2)] == ["layers.0.layers.1.mean", "layers.0.layers.1.variance"]
    assert models.initial_statistics(NESTED, 2).tolist() == [0, 0, 1, 1]
    assert [spec.id for _, spec in models.iterate(NESTED)] == ["s", "t", "n", "p", "a", "b"]
    assert models.sizes(NESTED, 2) == ((2, 2), (2, 5))
    assert models.describe(NESTED, 2) == (
        "Chain(SkipConnection(Chain(Dense(2 => 2, tanh), BatchNorm(2)), +), Parallel(vcat, Chain(Dense(2 => 3, relu)), Chain(logsoftmax)))"
    )


def test_new_layers_fit_what_they_are_put_behind() -> None:
    skip = models.new("skipconnection", "s", 5)
    assert isinstance(skip, SkipConnectionSpec)
    assert models.sizes(ModelSpec((skip,)), 5) == ((5, 5),)
    with pytest.raises(SettingError, match="layer called 'desne'"):
        models.new("desne", "a", 2)


def test_an_empty_network_and_unknown_names_are_refused() -> None:
    with pytest.raises(ShapeError, match="no layers"):
        models.build(ModelSpec(()), 2)
    with pytest.raises(SettingError, match="activation called 'tahn'"):
        models.build(ModelSpec((DenseSpec("a", 1, Choice("tahn")),)), 2)
