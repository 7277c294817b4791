"""Tests of `gradient` and `withgradient`: trees that mirror the model, numbers, other stores, devices."""

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError
from flux_gui.engine.autodiff import Gradient
from flux_gui.engine.backend import STRICT

X = np.random.default_rng(0).standard_normal((4, 2))


def test_arrays_and_numbers() -> None:
    value, (a, b) = flux.withgradient(lambda a, b: flux.sum(a * a) * b, np.array([1.0, 2.0]), 3.0)
    assert value == 15.0
    np.testing.assert_array_equal(a, [6, 12])
    assert b == 5.0
    (slope,) = flux.gradient(lambda x: x**2, 3)
    assert slope == 6.0
    assert isinstance(slope, np.float64)


def test_the_tree_is_built_like_the_model() -> None:
    chain = flux.Chain(flux.Dense(2, 3, "tanh", seed=0), flux.softmax, flux.Chain(flux.Dense(3, 2, bias=False, seed=1)), dtype=np.float64)
    (tree,) = flux.gradient(lambda m: flux.sum(flux.square(m(X))), chain)
    assert isinstance(tree, Gradient)
    assert tree[0].weight.shape == (3, 2)
    assert tree.layers[0].bias.shape == (3,)
    assert tree[1] is None
    assert tree[2][0].weight.shape == (2, 3)
    assert not hasattr(tree[2][0], "bias")
    assert tree.flat.shape == chain.flat.shape
    assert np.shares_memory(tree[2][0].weight, tree.flat)
    assert repr(tree).startswith("Gradient(Gradient(weight=")


def test_a_layer_inside_a_chain_can_be_differentiated_alone() -> None:
    chain = flux.Chain(flux.Dense(2, 2, seed=0), flux.Dense(2, 1, seed=1), dtype=np.float64)
    (tree,) = flux.gradient(lambda layer: flux.sum(layer(X)), chain[0])
    np.testing.assert_allclose(tree.weight, np.tile(X.sum(axis=0), (2, 1)))
    assert not tree.flat[6:].any()


def test_two_models_at_once_and_a_model_that_is_only_read() -> None:
    first, second = flux.Dense(2, 2, seed=0, dtype=np.float64), flux.Dense(2, 1, seed=1, dtype=np.float64)
    a, b = flux.gradient(lambda f, g: flux.sum(g(f(X))), first, second)
    np.testing.assert_allclose(b.weight, first(X).sum(axis=0)[None])
    np.testing.assert_allclose(a.bias, 4 * second.weight[0])
    (only,) = flux.gradient(lambda f: flux.sum(second(f(X))), first)
    np.testing.assert_array_equal(only.flat, a.flat)


def test_every_call_traces_anew() -> None:
    factor = 2.0
    assert flux.gradient(lambda x: factor * x, 1.0) == (2.0,)
    factor = 5.0
    assert flux.gradient(lambda x: factor * x, 1.0) == (5.0,)


def test_gradients_on_a_device_come_back_as_numpy() -> None:
    dense = flux.Dense(2, 2, "tanh", seed=0, dtype=np.float64)

    def both() -> tuple[np.ndarray, np.ndarray]:
        tree, slope = flux.gradient(lambda m, x: flux.sum(flux.square(m(x))), dense, X)
        return tree.flat, slope

    host = both()
    dense._store.move(STRICT)
    for mine, other in zip(both(), host, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-13)


def test_without_arguments_there_is_nothing_to_differentiate_by() -> None:
    with pytest.raises(FluxError, match="something"):
        flux.gradient(lambda: 1.0)


def test_each_gradient_has_masks_of_its_own() -> None:
    model = flux.Chain(flux.Dense(4, 64, seed=1), flux.Dropout(0.5))
    first, second = (flux.withgradient(lambda m: flux.sum(m(np.ones((3, 4), np.float32)) ** 2), model)[0] for _ in range(2))
    assert first != second
