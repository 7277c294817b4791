"""Tests of every loss: Flux's golden numbers, gradients through every activation, row weights, aggregation, errors."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.losses import LOSSES, LossEntry

ENTRIES = list(LOSSES)
V = np.log(1 / 9)
SCORES = np.array([[-9, -8, -7], [-6, -5, -4], [-3, -2, -1], [0, 0, 1], [2, 3, 4], [5, 6, 7], [8, 9, 7.5]])


def targets(entry: LossEntry, rows: int = 5, outputs: int = 3) -> np.ndarray:
    rng = np.random.default_rng(1)
    if entry.tasks == ("classes",):
        return np.eye(outputs)[rng.integers(0, outputs, rows)]
    return (rng.random((rows, outputs)) > 0.5) * 1.0 if entry.tasks == ("binary",) else rng.standard_normal((rows, outputs))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_texts(entry: LossEntry) -> None:
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert entry.unit
    assert entry.tasks
    assert set(entry.names) >= {"flux", "pytorch"}
    assert entry.function.__doc__
    assert entry.function.__name__ == entry.name


@pytest.mark.parametrize(
    ("name", "yhat", "y", "expected"),
    [
        ("mse", [0.9, 0.1, 0.1, 0.9], [1, 1, 0, 0], 0.41),
        ("mae", [0.9, 0.1, 0.1, 0.9], [1, 1, 0, 0], 0.5),
        ("logitcrossentropy", [[V, 0], [0, V], [0, V], [V, 0]], [[0, 1], [0, 1], [1, 0], [1, 0]], 1.203972804325936),
        ("logitcrossentropy", SCORES, np.eye(3)[[0, 1, 2, 0, 1, 0, 0]], 1.5791204743231284),
        ("logitbinarycrossentropy", [2, -1, np.pi], [1, 0, 1], 0.160831984185466),
        ("mse", [1.0, 2.0], 0.0, 2.5),
        ("logitbinarycrossentropy", [1e4, -1e4], [1, 0], 0.0),
        ("logitbinarycrossentropy", [-1e4], [1], 1e4),
    ],
)
def test_golden_numbers(name: str, yhat: Any, y: Any, expected: float) -> None:
    function = LOSSES.get(name).function
    assert function(np.array(yhat, np.float64), np.array(y)) == pytest.approx(expected, rel=1e-13)
    single = function(np.array(yhat, np.float32), np.array(y))
    assert single.dtype == np.float32
    assert single == pytest.approx(expected, rel=2e-6)


@pytest.mark.parametrize("activation", ACTIVATIONS.names())
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_gradients_through_layers_and_activations(entry: LossEntry, activation: str) -> None:
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((5, 4)), targets(entry)
    w1, b1, w2, b2 = (0.7 * rng.standard_normal(s) for s in ((6, 4), (6,), (3, 6), (3,)))
    act = ACTIVATIONS.get(activation).function

    def loss(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        return entry.function(act(x @ w1.T + b1) @ w2.T + b2, y)

    assert flux.check_gradient(loss, w1, b1, w2, b2) < 1e-6
    chain = flux.Chain(flux.Dense(w1, b1, activation), flux.Dense(w2, b2))
    value, (tree,) = flux.withgradient(lambda m: entry.function(m(x), y), chain)
    expected = flux.gradient(loss, w1, b1, w2, b2)
    assert value == pytest.approx(float(loss(w1, b1, w2, b2)), rel=1e-13)
    for found, wanted in zip((tree[0].weight, tree[0].bias, tree[1].weight, tree[1].bias), expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("softmax_last", [False, True])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_gradients_by_input_and_target(entry: LossEntry, softmax_last: bool) -> None:
    yhat = np.random.default_rng(3).standard_normal((5, 3))
    last = flux.softmax if softmax_last else flux.identity
    assert flux.check_gradient(lambda yhat, y: entry.function(last(yhat), y), yhat, targets(entry)) < 1e-6


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_single_precision_gradients_stay_single(entry: LossEntry) -> None:
    chain = flux.Chain(flux.Dense(4, 3, "tanh", seed=0))
    x, y = np.ones((5, 4), np.float32), targets(entry).astype(np.float32)
    slopes = flux.gradient(lambda m, x: entry.function(m(x), y), chain, x)
    assert slopes[0].flat.dtype == slopes[1].dtype == np.float32
    assert entry.function(x[:, :3], y.astype(int)).dtype == np.float32


@pytest.mark.parametrize("agg", ["mean", "sum"])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_row_weights_equal_repeated_rows(entry: LossEntry, agg: str) -> None:
    rng = np.random.default_rng(4)
    counts = np.array([1, 3, 0, 2, 1])
    yhat, y = rng.standard_normal((5, 3)), targets(entry)
    repeated = entry.function(np.repeat(yhat, counts, axis=0), np.repeat(y, counts, axis=0), agg=agg)
    assert entry.function(yhat, y, agg=agg, weights=counts * 1.0) == pytest.approx(repeated, rel=1e-13)
    if agg == "mean":
        assert entry.function(yhat, y, weights=counts * 10.0) == pytest.approx(repeated, rel=1e-13)
        assert entry.function(yhat, y, weights=np.ones(5)) == pytest.approx(entry.function(yhat, y), rel=1e-13)
    assert flux.check_gradient(lambda p, w: entry.function(p, y, weights=w, agg=agg), yhat, counts + 0.5) < 1e-6


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_aggregation(entry: LossEntry) -> None:
    yhat, y = np.random.default_rng(5).standard_normal((5, 3)), targets(entry)
    each = entry.function(yhat, y, agg=lambda losses: losses)
    assert each.shape == ((5,) if entry.by_row else (5, 3))
    assert entry.function(yhat, y) == pytest.approx(each.mean())
    assert entry.function(yhat, y, agg="sum") == pytest.approx(each.sum())
    if entry.by_row:
        assert entry.function(yhat.T, y.T, axis=0) == pytest.approx(each.mean())
    with pytest.raises(SettingError, match="agg"):
        entry.function(yhat, y, agg="median")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_different_shapes_are_refused(entry: LossEntry) -> None:
    with pytest.raises(ShapeError, match=rf"{entry.name} expects .* \(5, 3\) and \(5, 1\)"):
        entry.function(np.ones((5, 3)), np.ones((5, 1)))


def test_absolute_error_has_slope_zero_where_it_is_right() -> None:
    (slope,) = flux.gradient(lambda p: flux.losses.mae(p, np.array([1.0, 2.0])), np.array([1.0, 3.0]))
    np.testing.assert_array_equal(slope, [0, 0.5])
