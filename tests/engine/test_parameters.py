"""Tests of flat ownership: one array per model, named live views, membership by memory."""

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import ShapeError
from flux_gui.engine.backend import STRICT
from flux_gui.engine.parameters import ParameterStore, Slot, check_shape


def model() -> flux.Chain:
    return flux.Chain(flux.Dense(3, 2, "tanh", seed=0), flux.Dense(2, 1, seed=1))


def test_a_weight_is_the_transposed_live_view_of_what_is_stored() -> None:
    chain = model()
    weight = chain[0].weight
    assert weight.shape == (2, 3)
    np.testing.assert_array_equal(chain.flat[:6].reshape(3, 2).T, weight)
    chain.flat[1] = 42.0
    assert weight[1, 0] == 42.0
    weight[0, 2] = -1.0
    assert chain.flat[4] == -1.0
    assert chain.flat.ctypes.data % 64 == 0


def test_parameters_are_live_and_know_their_arrays() -> None:
    chain = model()
    params = flux.parameters(chain)
    assert len(params) == 4
    assert [p.shape for p in params] == [(2, 3), (2,), (1, 2), (1,)]
    assert chain[0].weight in params
    assert chain[1].bias in params
    assert chain[0].weight.copy() not in params
    assert chain[0].weight.T not in params
    assert "weight" not in params
    assert flux.Dense(3, 2).weight not in params
    params[3][...] = 7.0
    assert chain[1].bias == 7.0
    assert "layers.1.bias: [7.]" in repr(params)
    assert chain[1].weight not in flux.parameters(chain[0])


def test_the_layout_covers_the_flat_array_without_gaps() -> None:
    chain = model()
    assert [slot.key for slot in chain.layout] == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]
    assert [slot.layer for slot in chain.layout] == [0, 0, 1, 1]
    stops = [0, *(slot.stop for slot in chain.layout)]
    assert [slot.start for slot in chain.layout] == stops[:-1]
    assert stops[-1] == chain.flat.size


def test_slots_view_vectors_and_matrices() -> None:
    flat = np.arange(6.0)
    np.testing.assert_array_equal(Slot("a", (2, 3), 0, 6, 0, "a").view(flat), [[0, 2, 4], [1, 3, 5]])
    np.testing.assert_array_equal(Slot("b", (2,), 4, 6, 0, "b").view(flat), [4, 5])


def test_the_gradient_array_is_made_once() -> None:
    store = ParameterStore(3, 1, np.float64)
    assert store.gradient is store.gradient
    assert store.gradient.shape == (3,)
    assert store.key != ParameterStore(3, 1, np.float64).key


def test_a_store_remembers_a_limited_number_of_plans() -> None:
    store = ParameterStore(1, 0, np.float32)
    for key in range(20):
        store.remember(key, f"plan {key}", limit=5)
    assert list(store.plans) == [15, 16, 17, 18, 19]


def test_a_store_moves_to_a_device_and_keeps_its_numbers() -> None:
    chain = model()
    flat = chain.flat.copy()
    chain._store.remember("x", "compiled for the other device")
    chain._store.move(STRICT)
    assert not chain._store.plans
    np.testing.assert_array_equal(STRICT.to_host(chain.flat), flat)
    np.testing.assert_array_equal(STRICT.to_host(chain[0].weight), flat[:6].reshape(3, 2).T)
    chain.load_flat(flat * 2)
    chain[1].bias = [5.0]
    assert STRICT.to_host(chain.flat)[-1] == 5.0


def test_wrong_shapes_are_named() -> None:
    with pytest.raises(ShapeError, match=r"The thing must have the shape \(2,\), got \(3,\)"):
        check_shape(np.ones(3), (2,), "The thing")
