"""Tests of standardising layers: numbers, training and test mode, running statistics, errors."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.engine.steps import trace

X = np.random.default_rng(0).standard_normal((5, 3))
GOLDEN = np.array([[1, 2], [3, 4], [5, 6]], np.float32)


def test_running_statistics_move_in_training_only() -> None:
    norm = flux.BatchNorm(2)
    flux.gradient(lambda m: flux.sum(m(GOLDEN)), norm)
    np.testing.assert_allclose(norm.mean, [0.3, 0.4], rtol=1e-6)
    np.testing.assert_allclose(norm.variance, [1.3, 1.3], rtol=1e-6)
    assert norm(GOLDEN)[0, 0] == pytest.approx(0.61394, abs=1e-5)
    np.testing.assert_allclose(norm.mean, [0.3, 0.4], rtol=1e-6)


def test_a_forced_training_mode_moves_them_in_plain_calls_too() -> None:
    norm = flux.trainmode(flux.BatchNorm(2))
    np.testing.assert_allclose(norm(GOLDEN), np.array([[-1, -1], [0, 0], [1, 1]]) * 1.22474, atol=1e-5)
    np.testing.assert_allclose(norm.variance, [1.3, 1.3], rtol=1e-6)
    flux.testmode(norm)
    flux.gradient(lambda m: flux.sum(m(GOLDEN)), norm)
    np.testing.assert_allclose(norm.variance, [1.3, 1.3], rtol=1e-6)


@pytest.mark.parametrize("layer", [flux.BatchNorm(3, "tanh", dtype=np.float64), flux.LayerNorm(3, "sigmoid", dtype=np.float64)])
def test_gradients_of_scale_bias_and_input(layer: Any) -> None:
    rng = np.random.default_rng(2)
    layer.scale, layer.bias = rng.uniform(0.5, 2, 3), rng.standard_normal(3)
    w = rng.standard_normal(X.shape)

    def by_hand(x: Any, scale: Any, bias: Any) -> Any:
        axis = 0 if isinstance(layer, flux.BatchNorm) else 1
        centred = x - flux.mean(x, axis=axis, keepdims=True)
        y = centred / flux.sqrt(flux.mean(centred * centred, axis=axis, keepdims=True) + 1e-5)
        return flux.sum(layer.activation(y * scale + bias) * w)

    expected = flux.gradient(by_hand, X, layer.scale.copy(), layer.bias.copy())
    found = flux.gradient(lambda x, m: flux.sum(m(x) * w), X, layer)
    np.testing.assert_allclose(found[0], expected[0], atol=1e-12)
    np.testing.assert_allclose(found[1].scale, expected[1], atol=1e-12)
    np.testing.assert_allclose(found[1].bias, expected[2], atol=1e-12)
    assert flux.check_gradient(by_hand, X, layer.scale.copy(), layer.bias.copy()) < 1e-7


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_normalise(axis: int) -> None:
    y = flux.normalise(X, axis)
    np.testing.assert_allclose(y.mean(axis=axis), 0, atol=1e-12)
    np.testing.assert_allclose((y**2).mean(axis=axis), 1, atol=1e-4)
    assert flux.check_gradient(lambda x: flux.sum(flux.normalise(x, axis) * X**2), X) < 1e-7
    with pytest.raises(ShapeError, match="no axis 2"):
        flux.normalise(X, 2)


def test_scale_forms() -> None:
    layer = flux.Scale(np.array([1.0, 2.0]), False, "tanh")
    np.testing.assert_allclose(layer(np.ones((1, 2))), np.tanh([[1, 2]]))
    assert layer.describe() == "Scale(2, tanh; bias=false)"
    assert flux.Scale(2, init=lambda n: np.full(n, 3.0)).scale.tolist() == [3, 3]
    with pytest.raises(ShapeError, match="one dimension"):
        flux.Scale(np.ones((2, 2)))


def test_statistics_survive_snapshots_and_are_not_trained() -> None:
    chain = flux.Chain(flux.Dense(2, 3, "tanh", seed=0), flux.BatchNorm(3), flux.Dense(3, 1, seed=1))
    assert chain.needs_two_rows
    assert [slot.key for slot in chain.slots(statistic=True)] == ["layers.1.mean", "layers.1.variance"]
    assert len(flux.parameters(chain)) == 6
    before = chain.statistics.copy()
    flux.train(lambda m, x: flux.sum(flux.square(m(x))), chain, [GOLDEN, GOLDEN], flux.Descent(0.01))
    assert not np.array_equal(chain.statistics, before)
    kept = chain.statistics.copy()
    chain(GOLDEN)
    np.testing.assert_array_equal(chain.statistics, kept)


def test_errors_say_why() -> None:
    with pytest.raises(ShapeError, match=r"BatchNorm\(2\) needs at least two rows"):
        flux.gradient(lambda m: flux.sum(m(GOLDEN[:1])), flux.BatchNorm(2))
    with pytest.raises(ShapeError, match=r"LayerNorm\(3\) expects 3 input columns"):
        flux.LayerNorm(3)(GOLDEN)
    with pytest.raises(SettingError, match="momentum"):
        flux.BatchNorm(2, momentum=2.0)
    with pytest.raises(SettingError, match="eps"):
        flux.LayerNorm(2, eps=-1.0)
    with pytest.raises(ShapeError, match="BatchNorm layer needs a whole number of columns"):
        flux.BatchNorm(0)


def test_both_modes_keep_single_precision_in_a_trace() -> None:
    for mode in (True, False):
        _, _, result = trace(flux.BatchNorm(2), [(3, 2)], np.float32, training=mode)
        assert result.dtype == np.float32
