"""Tests of layers of one's own: a few lines train in a Chain with exact gradients; ownership, names, errors."""

import pickle
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError

X = np.random.default_rng(0).standard_normal((5, 3))


class Gaussian(flux.Layer):
    def __init__(self, size: int) -> None:
        super().__init__(np.float64)
        self.parameter("centre", np.linspace(-1, 1, size))
        self.parameter("width", np.ones(size))

    def forward(self, x: Any) -> Any:
        return flux.exp(-(((x - self.centre) / self.width) ** 2))


class Gated(flux.Layer):
    """Two layers inside, one of them twice."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.value = flux.Dense(size, size, "tanh", seed=0, dtype=np.float64)
        self.gate = flux.Chain(flux.Dense(size, size, seed=1, dtype=np.float64), flux.sigmoid)
        self.parameter("shift", np.zeros(size))

    def forward(self, x: Any) -> Any:
        return self.value(x) * self.gate(x) + self.shift


@pytest.mark.parametrize("kind", [Gaussian, Gated])
def test_a_layer_of_ones_own_trains_in_a_chain_with_exact_gradients(kind: Any) -> None:
    chain = flux.Chain(flux.Dense(3, 4, "tanh", seed=3, dtype=np.float64), kind(4), flux.Dense(4, 1, seed=4, dtype=np.float64))
    flat, rebuild = flux.destructure(chain)
    assert flux.check_gradient(lambda v: flux.sum(flux.square(rebuild(v)(X))), flat) < 1e-7
    (tree,) = flux.gradient(lambda m: flux.sum(flux.square(m(X))), chain)
    (slopes,) = flux.gradient(lambda v: flux.sum(flux.square(rebuild(v)(X))), flat)
    np.testing.assert_allclose(tree.flat, slopes, atol=1e-12)
    losses = []
    state = flux.setup(flux.Adam(0.02), chain)
    for _ in range(60):
        losses.append(flux.trainstep(lambda m, x, y: flux.losses.mse(m(x), y), chain, (X, X[:, :1] ** 2), state))
    assert losses[-1] < losses[0] / 2


def test_layers_as_attributes_belong_to_the_layer() -> None:
    gated = Gated(2)
    assert [slot.key for slot in gated.layout] == ["shift", "value.weight", "value.bias", "gate.layers.0.weight", "gate.layers.0.bias"]
    assert gated.flat.dtype == np.float64
    assert gated.value.flat is gated.flat
    (tree,) = flux.gradient(lambda m: flux.sum(m(X[:, :2])), gated)
    assert tree.value.weight.shape == (2, 2)
    assert tree.gate[0].bias.shape == (2,)
    assert "value=Gradient" in repr(tree)
    assert set(flux.state(gated)) == {"shift", "value", "gate"}
    chain = flux.Chain(gated)
    with pytest.raises(FluxError, match="cannot get new layers"):
        gated.other = flux.Dense(1, 1)
    with pytest.raises(FluxError, match="already belongs"):
        flux.Chain(chain[0].value)


def test_mistakes_in_init_are_named() -> None:
    class Forgetful(flux.Layer):
        def __init__(self) -> None:
            self.inner = flux.Dense(1, 1)

    class Early(flux.Layer):
        def __init__(self) -> None:
            self.parameter("a", np.ones(1))

    with pytest.raises(FluxError, match=r"super\(\).__init__\(\)"):
        Forgetful()
    with pytest.raises(AttributeError, match=r"super\(\).__init__\(\)"):
        Early()
    layer = flux.Layer()
    layer.parameter("a", np.ones(2))
    with pytest.raises(FluxError, match="already has something called 'a'"):
        layer.parameter("a", np.ones(2))
    with pytest.raises(FluxError, match="already has something called 'forward'"):
        layer.parameter("forward", np.ones(2))


def test_arrays_of_any_number_of_axes_are_stored_as_flux_does() -> None:
    layer = flux.Layer(np.float64)
    start = np.arange(24.0).reshape(2, 3, 4)
    layer.parameter("cube", start)
    np.testing.assert_array_equal(layer.cube, start)
    np.testing.assert_array_equal(layer.flat, start.ravel(order="F"))
    (tree,) = flux.gradient(lambda m: flux.sum(m.cube * start), layer)
    np.testing.assert_array_equal(tree.cube, start)


def test_several_inputs() -> None:
    class Sum(flux.Layer):
        def forward(self, x: Any, y: Any) -> Any:
            return x + y

    assert Sum()(np.ones(2), np.ones(2)).tolist() == [2, 2]
    assert flux.Parallel(Sum(), flux.identity, flux.square)(np.array([3.0])).tolist() == [12]


def test_a_model_is_not_saved_as_a_whole_and_names_the_layer_of_ones_own() -> None:
    chain = flux.Chain(flux.Dense(3, 3), Gaussian(3), dtype=np.float64)
    with pytest.raises(FluxError, match="A model with the Python layer Gaussian cannot be saved"):
        pickle.dumps(chain)
    with pytest.raises(FluxError, match="A model cannot be saved as a whole"):
        pickle.dumps(flux.Dense(1, 1))
    other = flux.Chain(flux.Dense(3, 3), Gaussian(3), dtype=np.float64)
    flux.loadmodel(other, pickle.loads(pickle.dumps(flux.state(chain))))
    np.testing.assert_array_equal(other.flat, chain.flat)


def test_a_layer_in_an_attribute_stays_a_layer() -> None:
    gated = Gated(2)
    with pytest.raises(FluxError, match="is a layer and cannot become something else"):
        gated.value = None
    gated.value = flux.Dense(2, 2, seed=9, dtype=np.float64)
    assert gated.value.flat is gated.flat
    layer = flux.Layer()
    with pytest.raises(FluxError, match="already has something called 'active'"):
        layer.parameter("active", np.ones(1))
