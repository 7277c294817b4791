"""The first layer's bias as one more row of its weights: same numbers, fewer calls."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine.backend import NUMPY, STRICT
from flux_gui.engine.bias_column import LARGEST, find
from flux_gui.engine.plan import Arena
from flux_gui.engine.steps import compile_step, trace
from flux_gui.engine.trainer import Trainer

RNG = np.random.default_rng(1)
X, Y = RNG.standard_normal((7, 3)), RNG.standard_normal((7, 2))


def model(bias: bool = True, dtype: Any = np.float64) -> flux.Chain:
    return flux.Chain(flux.Dense(3, 4, "tanh", bias=bias, seed=1, dtype=dtype), flux.Dense(4, 2, seed=2, dtype=dtype))


def step(net: flux.Chain, ones: bool) -> Any:
    buffers = [NUMPY.asarray(X, net.flat.dtype), NUMPY.asarray(Y, net.flat.dtype)]
    made = compile_step(lambda x, y: flux.losses.mse(net(x), y), buffers, net._store, Arena(), ones=ones)
    for own, part in zip(made.data, buffers, strict=True):
        own[...] = part
    made.run()
    return made


def test_one_product_instead_of_sum_and_reduction_gives_the_same_numbers(numpy_only: None) -> None:
    net = model()
    plain = step(net, ones=False)
    gradient = net._store.gradient.copy()
    wide = step(net, ones=True)
    assert wide.ones
    assert not plain.ones
    assert len(wide.calls) == len(plain.calls) - 2
    assert wide.inputs[0].shape == (7, 4)
    np.testing.assert_array_equal(wide.inputs[0][:, 3], 1.0)
    np.testing.assert_allclose(wide.loss, plain.loss, rtol=1e-14)
    np.testing.assert_allclose(net._store.gradient, gradient, rtol=1e-12)


@pytest.mark.parametrize("net", [model(bias=False), flux.Chain(flux.Softmax(np.float64), flux.Dense(3, 2, dtype=np.float64))])
def test_where_weights_and_bias_do_not_meet_the_input_nothing_changes(net: flux.Chain) -> None:
    assert not step(net, ones=True).ones


def test_a_layer_used_twice_keeps_its_own_gradients() -> None:
    layer = flux.Dense(3, 3, "tanh", seed=3, dtype=np.float64)
    net = flux.Chain(layer, layer, flux.Dense(3, 2, seed=4, dtype=np.float64))
    step(net, ones=False)
    gradient = net._store.gradient.copy()
    step(net, ones=True)
    np.testing.assert_allclose(net._store.gradient, gradient, rtol=1e-12)


def test_large_products_are_left_alone() -> None:
    net = flux.Chain(flux.Dense(3, 64))
    rows = LARGEST // 64
    assert find(trace(net, [(rows, 3)], np.float32, True)[0], "0") is not None
    assert find(trace(net, [(rows + 1, 3)], np.float32, True)[0], "0") is None


@pytest.mark.parametrize("batch", [0, 3])
@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_carry_their_ones(batch: int, shuffle: bool) -> None:
    runs = []
    for backend in (NUMPY, STRICT):
        net = model()
        net._store.move(backend)
        run = Trainer(net, _mse, flux.setup(flux.Descent(0.1), net), X, Y, batch=batch, shuffle=shuffle, seed=4)
        run.advance(9)
        assert run.data[0].shape == (7, 4 if batch else 3)  # a single batch is widened in the step's own buffer
        assert all(step.inputs[0].shape[1] == 4 for step, _ in run._steps.values())
        runs.append(np.array(backend.to_host(net.flat)))
    np.testing.assert_allclose(runs[0], runs[1], rtol=1e-13)


def _mse(yhat: Any, y: Any, weights: Any) -> Any:
    return flux.losses.mse(yhat, y, weights=weights)
