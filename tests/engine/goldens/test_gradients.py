"""Every activation, loss and layer, and random compositions of them, against finite differences in double precision."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flux_gui import engine as flux
from flux_gui.core.registry import Entry
from flux_gui.engine.activations import ACTIVATIONS, resolve
from flux_gui.engine.losses import LOSSES, LossEntry

CERTAIN = [entry for entry in ACTIVATIONS if entry.name != "rrelu"]  # finite differences need the same draw twice
KINKS = (-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0)


def away_from_kinks(x: np.ndarray, *more: float) -> np.ndarray:
    for kink in (*KINKS, *more):
        near = np.abs(x - kink) < 1e-3
        x = np.where(near, kink + 2e-3, x)
    return x


@pytest.mark.parametrize("entry", CERTAIN, ids=lambda e: e.name)
def test_activations(entry: Entry) -> None:
    x = away_from_kinks(np.linspace(-8, 8, 101))
    f = resolve(entry.name)
    assert flux.check_gradient(lambda x: flux.sum(f(x)), x) < 1e-7
    assert flux.check_gradient(lambda x: flux.sum(flux.square(f(x)) + 0.3 * f(x)), x) < 1e-6


@pytest.mark.parametrize("entry", [entry for entry in CERTAIN if entry.hypers], ids=lambda e: e.name)
def test_activations_with_other_settings(entry: Entry) -> None:
    values = {hyper.name: min(max(0.7 * hyper.default + 0.05, hyper.low), hyper.high) for hyper in entry.hypers}
    f = resolve(entry.name, values)
    x = away_from_kinks(np.linspace(-8, 8, 101), *values.values(), *(-v for v in values.values()))
    assert flux.check_gradient(lambda x: flux.sum(f(x)), x) < 1e-7


def sample(entry: LossEntry) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    yhat = rng.uniform(0.1, 0.9, (5, 3))
    yhat /= yhat.sum(axis=1, keepdims=True)
    y = np.eye(3)[rng.integers(0, 3, 5)]
    if "hinge" in entry.name:
        return 2 * yhat, 2 * y - 1
    return yhat, y if "classes" in entry.tasks or "binary" in entry.tasks else rng.uniform(0.1, 2, (5, 3))


@pytest.mark.parametrize("agg", ["mean", "sum"])
@pytest.mark.parametrize("entry", list(LOSSES), ids=lambda e: e.name)
def test_losses(entry: LossEntry, agg: str) -> None:
    yhat, y = sample(entry)
    options = {} if entry.name in ("dice_coeff_loss", "tversky_loss") else {"agg": agg}
    assert flux.check_gradient(lambda p: entry.function(p, y, **options), yhat) < 1e-6
    if options:
        weights = np.array([1.0, 0.5, 2.0, 0.0, 1.0])
        assert flux.check_gradient(lambda p: entry.function(p, y, weights=weights, **options), yhat) < 1e-6


@pytest.mark.parametrize("name", ["crossentropy", "logitcrossentropy", "binarycrossentropy", "logitbinarycrossentropy"])
def test_losses_with_smoothed_labels(name: str) -> None:
    yhat, y = sample(LOSSES.get(name))
    assert flux.check_gradient(lambda p: getattr(flux.losses, name)(p, y, smoothing=0.2), yhat) < 1e-6


@pytest.mark.parametrize("activation", CERTAIN, ids=lambda e: e.name)
@pytest.mark.parametrize("entry", list(LOSSES), ids=lambda e: e.name)
def test_losses_behind_activations(entry: LossEntry, activation: Entry) -> None:
    """A small net whose outputs are brought into the domain of the loss."""
    rng = np.random.default_rng(5)
    x, (_, y) = rng.standard_normal((5, 2)), sample(entry)
    act = resolve(activation.name)
    logits = entry.name.startswith("logit") or entry.name in ("mse", "mae", "huber_loss", "custom") or "hinge" in entry.name

    def loss(w1: Any, b1: Any, w2: Any) -> Any:
        z = act(x @ w1 + b1) @ w2
        return entry.function(z if logits else flux.softmax(z), y)

    assert flux.check_gradient(loss, rng.standard_normal((2, 3)), rng.standard_normal(3), rng.standard_normal((3, 3))) < 2e-6


F64 = np.float64
LAYERS: dict[str, Any] = {
    "dense": lambda n: flux.Dense(n, n, "tanh", seed=1, dtype=F64),
    "dense without bias": lambda n: flux.Dense(n, n, "swish", bias=False, seed=1, dtype=F64),
    "batchnorm": lambda n: flux.BatchNorm(n, "tanh", dtype=F64),
    "batchnorm plain": lambda n: flux.BatchNorm(n, affine=False, dtype=F64),
    "layernorm": lambda n: flux.LayerNorm(n, dtype=F64),
    "scale": lambda n: flux.Scale(n, "tanh", dtype=F64),
    "skip add": lambda n: flux.SkipConnection(flux.Dense(n, n, "mish", seed=2, dtype=F64), "add"),
    "skip multiply": lambda n: flux.SkipConnection(flux.Dense(n, n, "tanh", seed=2, dtype=F64), "multiply"),
    "skip function": lambda n: flux.SkipConnection(flux.Dense(n, n, "tanh", seed=2, dtype=F64), lambda y, x: y * x + x),
    "parallel": lambda n: flux.Parallel("add", flux.Dense(n, n, seed=3, dtype=F64), flux.Scale(n, dtype=F64)),
    "parallel multiply": lambda n: flux.Parallel("multiply", flux.Dense(n, n, seed=3, dtype=F64), flux.Dense(n, n, seed=4, dtype=F64)),
    "maxout": lambda n: flux.Maxout(flux.Dense(n, n, seed=5, dtype=F64), flux.Dense(n, n, seed=6, dtype=F64)),
    "bilinear": lambda n: flux.Bilinear((n, n), n, "tanh", dtype=F64),
    "formula": lambda n: flux.Formula("tanh(a*x) + b*x", {"a": np.full(n, 0.7), "b": 0.3}, n, dtype=F64),
    "softmax": lambda n: flux.Softmax(),
    "logsoftmax": lambda n: flux.LogSoftmax(),
    "select": lambda n: flux.Select(list(range(n))[::-1]),
    "function": lambda n: lambda x: x * flux.sigmoid(x),
}
WIDTH = 3


def worst(model: Any, x: np.ndarray) -> float:
    """The worst error of the gradients by parameters and by input, in training mode, against finite differences."""
    rng = np.random.default_rng(9)
    target = rng.standard_normal(np.asarray(model(x)).shape)

    def loss(m: Any, x: Any) -> Any:
        return flux.losses.mse(m(x), target)

    model.load_flat(model.flat + 0.1 * rng.standard_normal(model.flat.size))
    statistics = model.statistics.copy()
    flux.trainmode(model)
    error = flux.check_gradient(lambda x: loss(model, x), x)
    (tree,) = flux.gradient(lambda m: loss(m, x), model)
    found, start = tree.flat.copy(), model.flat.copy()
    for i in range(start.size):
        values = []
        for sign in (1, -1):
            moved = start.copy()
            moved[i] += sign * 6e-6
            model.load_flat(moved, statistics)
            values.append(float(loss(model, x)))
        slope = (values[0] - values[1]) / 1.2e-5
        error = max(error, abs(found[i] - slope) / max(1.0, abs(slope)))
    model.load_flat(start, statistics)
    flux.testmode(model, "auto")
    return error


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str) -> None:
    x = np.random.default_rng(6).standard_normal((5, WIDTH))
    assert worst(flux.Chain(LAYERS[name](WIDTH), flux.Dense(WIDTH, 2, seed=8, dtype=F64), dtype=F64), x) < 1e-7


def test_layers_that_change_the_width() -> None:
    x = np.random.default_rng(6).standard_normal((5, WIDTH))
    wide = flux.Chain(
        flux.SkipConnection(flux.Dense(3, 2, "tanh", seed=1, dtype=F64), "concatenate"),
        flux.Parallel("concatenate", flux.Dense(5, 2, seed=2, dtype=F64), flux.Chain(flux.Dense(5, 3, "elu", seed=3, dtype=F64))),
        flux.Select([0, 4, 2]),
        flux.Dense(3, 1, seed=4, dtype=F64),
    )
    assert worst(wide, x) < 1e-7


def test_embedding() -> None:
    layer = flux.Chain(flux.Embedding(5, 3, dtype=F64), flux.Dense(3, 1, seed=0, dtype=F64))
    ids = np.array([0, 2, 2, 4])
    (tree,) = flux.gradient(lambda m: flux.sum(flux.square(m(ids))), layer)
    found, start = tree.flat.copy(), layer.flat.copy()
    for i in range(start.size):
        values = []
        for sign in (1, -1):
            moved = start.copy()
            moved[i] += sign * 1e-6
            layer.load_flat(moved)
            values.append(float(np.sum(np.square(layer(ids)))))
        assert found[i] == pytest.approx((values[0] - values[1]) / 2e-6, abs=1e-7)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(names=st.lists(st.sampled_from(sorted(LAYERS)), min_size=2, max_size=5), seed=st.integers(0, 99))
def test_random_chains(names: list[str], seed: int) -> None:
    x = np.random.default_rng(seed).standard_normal((4, WIDTH))
    model = flux.Chain(*(LAYERS[name](WIDTH) for name in names), flux.Dense(WIDTH, 2, seed=seed, dtype=F64), dtype=F64)
    assert worst(model, x) < 2e-5


class Gated(flux.Layer):
    """A layer of one's own: a few lines of forward maths with two parameters."""

    def __init__(self, size: int, dtype: object = np.float32) -> None:
        super().__init__(dtype)
        self.parameter("gate", 0.1 * np.arange(1.0, size + 1))
        self.parameter("mix", 0.3 * np.eye(size) + 0.1)

    def forward(self, x: Any) -> Any:
        return flux.tanh(x @ self.mix.T) * flux.sigmoid(self.gate * x) + x


def test_a_layer_of_ones_own() -> None:
    x = np.random.default_rng(6).standard_normal((8, 3))
    chain = flux.Chain(flux.Dense(3, 3, "elu", seed=1, dtype=F64), Gated(3, F64), flux.SkipConnection(Gated(3, F64), "add"), dtype=F64)
    assert worst(chain, x) < 1e-7
    single = flux.Chain(flux.Dense(3, 3, seed=1), Gated(3), flux.Dense(3, 1, seed=2))
    y = np.sin(x.sum(axis=1, keepdims=True)).astype(np.float32)
    data = [(x.astype(np.float32), y)] * 200
    before = float(flux.losses.mse(single(data[0][0]), y))
    flux.train(lambda m, x, y: flux.losses.mse(m(x), y), single, data, flux.setup(flux.Adam(0.02), single))
    assert float(flux.losses.mse(single(data[0][0]), y)) < 0.2 * before
    assert "Gated" in repr(single)


@pytest.mark.parametrize("p", [0.25, 0.5])
def test_dropout(p: float) -> None:
    """The draws of one call are known from its slopes: value and gradient must belong together."""
    rng = np.random.default_rng(2)
    x, w = rng.standard_normal((40, 6)), rng.standard_normal((40, 6))
    layer, alpha = flux.Dropout(p), flux.AlphaDropout(p)
    value, (slopes,) = flux.withgradient(lambda x: flux.sum(layer(x) * w), x)
    kept = slopes != 0
    np.testing.assert_allclose(slopes[kept], w[kept] / (1 - p), rtol=1e-6)
    assert 0.3 * p < 1 - kept.mean() < 1.7 * p
    assert float(value) == pytest.approx(float((slopes * x).sum()), rel=1e-6)
    off = -1.7580993408473766
    a = 1 / np.sqrt((1 - p) * (1 + p * off**2))
    value, (slopes,) = flux.withgradient(lambda x: flux.sum(alpha(x) * w), x)
    kept = slopes != 0
    np.testing.assert_allclose(slopes[kept], a * w[kept], rtol=1e-6)
    assert float(value) == pytest.approx(float((w * (a * np.where(kept, x, off) - a * off * p)).sum()), rel=1e-6)
    two = flux.Chain(flux.Dropout(p), flux.Dropout(p))
    _, (slopes,) = flux.withgradient(lambda x: flux.sum(two(x)), x)
    assert (slopes != 0).mean() == pytest.approx((1 - p) ** 2, abs=0.12), "two layers draw masks of their own"
