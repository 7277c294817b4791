"""Tests of looking into models: sizes, outputs of every layer, flat parameters, nested states, copies."""

import copy
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, ShapeError

X = np.random.default_rng(0).standard_normal((4, 3))


def model(seed: int = 0, bias: bool = True) -> flux.Chain:
    first = flux.Dense(3, 4, "tanh", seed=seed, dtype=np.float64, bias=bias)
    second = flux.SkipConnection(flux.Chain(flux.Dense(4, 4, seed=seed + 1, dtype=np.float64), flux.Dropout(0.3)))
    return flux.Chain(first, second, flux.BatchNorm(4, dtype=np.float64), flux.tanh, flux.Dense(4, 2, seed=seed + 2, dtype=np.float64))


def test_outputsize() -> None:
    assert flux.outputsize(model(), 3) == 2
    assert flux.outputsize(model(), (7, 3)) == (7, 2)
    assert flux.outputsize(flux.Dense(10, 4), (10,), padbatch=True) == (1, 4)
    with pytest.raises(ShapeError, match=r"Dense\(3 => 4, tanh\) expects 3"):
        flux.outputsize(model(), 5)


def test_activations_are_the_outputs_of_every_layer() -> None:
    chain = model()
    outputs = flux.activations(chain, X)
    assert len(outputs) == 5
    np.testing.assert_array_equal(outputs[0], chain[0](X))
    np.testing.assert_array_equal(outputs[-1], chain(X))
    np.testing.assert_array_equal(flux.activations(chain[0], X)[0], outputs[0])


def test_destructure_and_back() -> None:
    chain = model()
    flat, rebuild = flux.destructure(chain)
    assert not np.shares_memory(flat, chain.flat)
    np.testing.assert_array_equal(flat, chain.flat)
    np.testing.assert_allclose(rebuild(flat)(X), chain(X))
    other = rebuild(flat * 2)
    np.testing.assert_array_equal(other[0].weight, chain[0].weight * 2)
    np.testing.assert_array_equal(flat[:4], chain[0].weight[:, 0])  # the bytes of Flux: the first column first
    with pytest.raises(ShapeError, match="flat"):
        rebuild(flat[1:])


def test_slopes_pass_through_a_rebuilt_model() -> None:
    chain = flux.testmode(model())
    flat, rebuild = flux.destructure(chain)
    (found,) = flux.gradient(lambda v: flux.sum(flux.square(rebuild(v)(X))), flat)
    (tree,) = flux.gradient(lambda m: flux.sum(flux.square(m(X))), chain)
    np.testing.assert_allclose(found, tree.flat, rtol=1e-10)


def test_states_are_nested_like_the_model() -> None:
    chain = model(bias=False)
    state = flux.state(chain)
    assert set(state) == {"layers"}
    assert state["layers"][0]["bias"] is False
    assert state["layers"][3] == ()
    assert set(state["layers"][2]) == {"scale", "bias", "mean", "variance"}
    assert state["layers"][1]["connection"] == ()
    assert state["layers"][1]["layers"]["layers"][1] == {}
    np.testing.assert_array_equal(state["layers"][4]["weight"], chain[4].weight)
    assert not np.shares_memory(state["layers"][4]["weight"], chain.flat)
    named = flux.state(flux.Chain(hidden=flux.Dense(1, 1)))
    assert set(named["layers"]) == {"hidden"}


def test_loadmodel_copies_all_arrays() -> None:
    first, second = model(), model(5)
    first[2].mean = [1, 2, 3, 4]
    assert flux.loadmodel(second, flux.state(first)) is second
    np.testing.assert_array_equal(second.flat, first.flat)
    np.testing.assert_array_equal(second[2].mean, [1, 2, 3, 4])
    third = model(9)
    flux.loadmodel(third, second)
    np.testing.assert_array_equal(third(X), first(X))


def test_a_missing_bias_counts_as_zero() -> None:
    with_bias, without = flux.Dense(2, 1), flux.Dense(2, 1, bias=False)
    flux.loadmodel(without, with_bias)
    np.testing.assert_array_equal(without.weight, with_bias.weight)
    with_bias.bias = [3]
    with pytest.raises(FluxError, match="no bias"):
        flux.loadmodel(without, with_bias)
    flux.loadmodel(with_bias, without)
    assert with_bias.bias.tolist() == [0]


@pytest.mark.parametrize(
    ("other", "kind", "text"),
    [
        (lambda: flux.Chain(flux.Dense(2, 2)), FluxError, "2 layers"),
        (lambda: flux.Chain(flux.Dense(2, 3), flux.Dense(3, 1)), ShapeError, r"model.layers\[0\].weight has the shape \(2, 2\)"),
        (lambda: flux.Chain(flux.Dense(2, 2), flux.LayerNorm(2)), FluxError, r"model.layers\[1\]"),
        (lambda: flux.Chain(flux.Dense(2, 2), flux.tanh), FluxError, r"model.layers\[1\]"),
        (lambda: flux.Dense(2, 2), FluxError, "the model has layers"),
    ],
)
def test_other_structures_and_sizes_are_refused_as_a_whole(other: Any, kind: Any, text: str) -> None:
    target = flux.Chain(flux.Dense(2, 2), flux.Dense(2, 1))
    before = target.flat.copy()
    with pytest.raises(kind, match=text):
        flux.loadmodel(target, other())
    np.testing.assert_array_equal(target.flat, before)


def test_deep_copies_own_their_numbers() -> None:
    chain = model()
    chain._store.clock.step = 3
    twin = copy.deepcopy(chain)
    np.testing.assert_array_equal(twin.flat, chain.flat)
    twin[0].weight = np.zeros((4, 3))
    assert chain[0].weight.any()
    assert twin[1].layers.flat is twin.flat
    inner = copy.deepcopy(chain[1])
    assert inner.flat.size == 20
    flux.Chain(inner, flux.Dense(4, 1, dtype=np.float64))  # belongs to nobody yet
    assert [slot.key for slot in twin.layout] == [slot.key for slot in chain.layout]


@pytest.mark.parametrize("bad", [np.array([["a"]]), np.array([[1j]]), np.array([[None]]), [[1.0], [1.0, 2.0]]], ids=str)
def test_arrays_that_are_no_numbers_are_refused_as_a_whole(bad: Any) -> None:
    target = flux.Chain(flux.Dense(1, 1, seed=0), flux.Dense(1, 1, seed=1))
    before = target.flat.copy()
    source = flux.state(flux.Chain(flux.Dense(1, 1, seed=2), flux.Dense(1, 1, seed=3)))
    source["layers"][1]["weight"] = bad
    with pytest.raises(FluxError, match=r"model\.layers\[1\]\.weight"):
        flux.loadmodel(target, source)
    np.testing.assert_array_equal(target.flat, before)
