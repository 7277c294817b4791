"""Flux's numbers for initialisers and layers: golden values, training and test mode, traps of the text, errors."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, ShapeError
from flux_gui.engine.initialisers import INITIALISERS

X = np.random.default_rng(0).standard_normal((6, 3)).astype(np.float32)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize(
    ("name", "outputs", "inputs", "largest"),
    [
        ("glorot_uniform", 100, 100, 0.173),
        ("glorot_uniform", 10, 100, 0.233),
        ("kaiming_uniform", 100, 100, 0.245),
        ("kaiming_uniform", 100, 10, 0.774),
    ],
)
def test_ranges_of_uniform_draws(name: str, outputs: int, inputs: int, largest: float) -> None:
    weight = getattr(flux, name)(outputs, inputs, rng=rng())
    assert np.abs(weight).max() == pytest.approx(largest, rel=0.01)
    np.testing.assert_allclose(getattr(flux, name)(outputs, inputs, rng=rng(), gain=1.0).std(), weight.std() / (2**0.5) ** ("k" in name))


@pytest.mark.parametrize(
    ("name", "outputs", "inputs", "spread"),
    [("glorot_normal", 1000, 1000, 0.032), ("kaiming_normal", 1000, 1000, 0.045), ("lecun_normal", 10, 1000, 0.032)],
)
def test_spreads_of_normal_draws(name: str, outputs: int, inputs: int, spread: float) -> None:
    assert getattr(flux, name)(outputs, inputs, rng=rng()).std() == pytest.approx(spread, abs=8e-4)


def test_truncation_is_absolute() -> None:
    weight = flux.truncated_normal(200, 200, rng=rng())
    assert np.abs(weight).max() <= 2
    assert weight.std() == pytest.approx(0.88, abs=0.01)
    narrow = flux.truncated_normal(200, 200, rng=rng(), std=0.1)
    assert narrow.std() == pytest.approx(0.1, abs=0.002), "lo and hi are numbers, not multiples of std"
    assert np.abs(narrow).max() > 0.3
    aside = flux.truncated_normal(100, 100, rng=rng(), mean=1.0, std=2.0, lo=0.5, hi=0.75)
    assert (aside.min(), aside.max()) == pytest.approx((0.5, 0.75), abs=1e-3)


@pytest.mark.parametrize(("outputs", "inputs"), [(5, 5), (3, 7), (7, 3)])
def test_orthogonal(outputs: int, inputs: int) -> None:
    w = flux.orthogonal(outputs, inputs, rng=rng(), gain=2.0).astype(np.float64)
    product = w @ w.T if outputs <= inputs else w.T @ w
    np.testing.assert_allclose(product, 4 * np.eye(min(outputs, inputs)), atol=1e-5)


def test_sparse_and_identity() -> None:
    w = flux.sparse_init(10, 40, rng=rng(), sparsity=0.25)
    np.testing.assert_array_equal((w == 0).sum(axis=0), np.full(40, 3))  # ceil(0.25 * 10) in every column
    assert len({tuple(column) for column in (w == 0).T}) > 1, "shuffled"
    assert w[w != 0].std() == pytest.approx(0.01, rel=0.2)
    np.testing.assert_array_equal(flux.identity_init(3, 5), np.eye(3, 5))
    np.testing.assert_array_equal(flux.identity_init(3, 3, gain=2.0, shift=1), np.roll(2 * np.eye(3), 1, axis=0))


def test_every_initialiser_draws_single_precision() -> None:
    names = {"glorot_uniform", "glorot_normal", "kaiming_uniform", "kaiming_normal", "truncated_normal", "lecun_normal", "orthogonal"}
    assert set(INITIALISERS.names()) >= names | {"sparse_init", "identity_init", "ones32", "zeros32", "rand32", "randn32"}
    for name in INITIALISERS.names():
        options = {"sparsity": 0.5} if name == "sparse_init" else {}
        drawn = getattr(flux, name)(4, 6, rng=rng(), **options)
        assert (drawn.dtype, drawn.shape) == (np.float32, (4, 6))
        np.testing.assert_array_equal(drawn, getattr(flux, name)(4, 6, rng=rng(), **options))
    assert (flux.ones32(2, 2) == 1).all()
    assert (flux.zeros32(2, 2) == 0).all()
    assert ((flux.rand32(50, 50) >= 0) & (flux.rand32(50, 50) < 1)).all()


def test_dense() -> None:
    assert flux.Dense(10, 1, init=flux.ones32)(np.ones((1, 10), np.float32)).item() == 10
    tanh = flux.Dense(np.ones((2, 5)), False, "tanh")
    np.testing.assert_allclose(tanh(np.ones((1, 5))), [[0.9999092042625951] * 2], rtol=1e-15)
    three = flux.Dense(5, 3, "relu", init=flux.identity_init)
    np.testing.assert_array_equal(three(np.array([[1, -2, 3, -4, 5]])), [[1, 0, 3]])
    drawn = flux.Dense(100, 10)
    assert np.abs(drawn.weight).max() == pytest.approx(0.233, rel=0.02)
    assert not drawn.bias.any()
    with pytest.raises(ShapeError, match=r"Dense\(10 => 5\)"):
        flux.Dense(10, 5)(np.ones((2, 11), np.float32))


def trained(model: Any, x: Any) -> Any:
    """The output in training mode; the mode is automatic again afterwards."""
    flux.trainmode(model)
    y = model(x)
    flux.testmode(model, "auto")
    return np.asarray(y)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_batchnorm(dtype: Any) -> None:
    x = np.array([[1, 2], [3, 4], [5, 6]], dtype)
    norm = flux.BatchNorm(2) if dtype == np.float32 else flux.BatchNorm(2, dtype=np.float64)
    np.testing.assert_allclose(norm(x), x / np.sqrt(1 + 1e-5), rtol=1e-6)  # before any step: mean 0, variance 1
    np.testing.assert_allclose(trained(norm, x), np.array([[-1, -1], [0, 0], [1, 1]]) * 1.22474, atol=1e-5)
    norm = flux.BatchNorm(2) if dtype == np.float32 else flux.BatchNorm(2, dtype=np.float64)
    flux.gradient(lambda m: flux.sum(m(x)), norm)
    np.testing.assert_allclose(norm.mean, [0.3, 0.4], rtol=1e-6)
    np.testing.assert_allclose(norm.variance, [1.3, 1.3], rtol=1e-6)
    y = norm(x)
    assert y.dtype == dtype
    assert y[0, 0] == pytest.approx(0.7 / np.sqrt(1.3 + 1e-5), rel=1e-6)
    assert y[0, 0] == pytest.approx(0.61394, abs=1e-5)
    np.testing.assert_array_equal(norm(x), y)


def test_batchnorm_settings() -> None:
    x = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    assert np.asarray(flux.BatchNorm(2, "relu")(-x)).max() == 0
    assert flux.BatchNorm(2, affine=False).flat.size == 0
    assert flux.BatchNorm(2).flat.size == 4
    loose = flux.BatchNorm(2, track_stats=False)
    np.testing.assert_allclose(loose(x), [[-1.22474] * 2, [0, 0], [1.22474] * 2], atol=1e-5)
    quick = flux.BatchNorm(2, momentum=1.0)
    flux.gradient(lambda m: flux.sum(m(x)), quick)
    np.testing.assert_allclose(quick.mean, [3, 4], rtol=1e-6)
    np.testing.assert_allclose(quick.variance, [4, 4], rtol=1e-6)  # the running variance is the unbiased one


def test_batchnorm_needs_two_rows_in_training() -> None:
    norm, row = flux.BatchNorm(2), np.ones((1, 2), np.float32)
    assert np.isfinite(norm(row)).all()
    for model in (norm, flux.Chain(flux.Dense(2, 2), flux.BatchNorm(2))):
        with pytest.raises(ShapeError):
            flux.gradient(lambda m: flux.sum(m(row)), model)
        assert model.needs_two_rows
    assert not flux.Dense(2, 2).needs_two_rows


def test_layernorm_and_normalise() -> None:
    x = X.astype(np.float64)
    wanted = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    norm = flux.LayerNorm(3)
    np.testing.assert_allclose(norm(X), wanted, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(trained(norm, X), wanted, rtol=1e-4, atol=1e-6)
    assert (norm.flat.size, flux.LayerNorm(3, affine=False).flat.size) == (6, 0)
    norm.scale, norm.bias = [1, 2, 3], [0, 0, 1]
    np.testing.assert_allclose(norm(X), wanted * [1, 2, 3] + [0, 0, 1], rtol=1e-4, atol=1e-5)
    tiny = np.array([[1e-3, -1e-3]], np.float32)
    np.testing.assert_allclose(flux.LayerNorm(2)(tiny), tiny / np.sqrt(1e-6 + 1e-5), rtol=1e-4)  # root of variance + eps
    np.testing.assert_allclose(flux.normalise(x), (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5), rtol=1e-12)
    np.testing.assert_allclose(flux.normalise(x, axis=1), wanted, rtol=1e-12)
    assert flux.normalise(X).dtype == np.float32


def test_scale() -> None:
    scale = flux.Scale(3, "tanh")
    np.testing.assert_allclose(scale(X), np.tanh(X), rtol=1e-6)
    scale.scale, scale.bias = [1, 2, 3], [0.5, 0, 1]
    np.testing.assert_allclose(scale(X), np.tanh(X * [1, 2, 3] + [0.5, 0, 1]), rtol=1e-5, atol=1e-7)
    assert flux.Scale(3, bias=False).flat.size == 3


def test_combinations() -> None:
    three, four = np.full((1, 1), 3.0), np.full((1, 1), 4.0)
    assert flux.Parallel("add", lambda x: x * x, flux.sqrt)(three, four).item() == 11
    assert flux.Parallel(lambda a, b: a + b, lambda x: x * x, flux.sqrt)(four).item() == 18
    with pytest.raises(FluxError):
        flux.Parallel("add", lambda x: x, lambda x: x)(three, four, four)
    maxout = flux.Maxout(lambda x: x * x, lambda x: 3.0 * x)
    np.testing.assert_array_equal(maxout(np.array([[-2.0, -1, 0, 1, 2]])), [[4, 1, 0, 3, 6]])
    assert flux.Maxout(lambda: flux.Dense(3, 2), 4).flat.size == 32
    dense = flux.Dense(3, 3, "tanh", seed=0)
    for connection, combined in (("add", np.add), ("multiply", np.multiply), (lambda y, x: y - x, np.subtract)):
        layer = flux.Dense(dense.weight.copy(), dense.bias.copy(), "tanh")
        np.testing.assert_allclose(flux.SkipConnection(layer, connection)(X), combined(dense(X), X), rtol=1e-6, atol=1e-7)
    layer = flux.Dense(dense.weight.copy(), dense.bias.copy(), "tanh")
    np.testing.assert_allclose(flux.SkipConnection(layer, "concatenate")(X), np.hstack([dense(X), X]), rtol=1e-6)
    both = flux.Parallel("concatenate", flux.Dense(3, 2, seed=1), flux.Dense(3, 4, seed=2))
    assert np.asarray(both(X)).shape == (6, 6)


def test_sizes_that_do_not_fit_name_the_layer() -> None:
    models = {
        "BatchNorm": flux.BatchNorm(2),
        "LayerNorm": flux.LayerNorm(2),
        "Scale": flux.Scale(2),
        "SkipConnection": flux.SkipConnection(flux.Dense(3, 2), "add"),
        "Parallel": flux.Parallel("multiply", flux.Dense(3, 4), flux.Dense(3, 1)),
        "Maxout": flux.Maxout(flux.Dense(3, 2), flux.Dense(3, 1)),
        "Bilinear": flux.Bilinear((3, 2), 2),
        "Select": flux.Select([3]),
        "Formula": flux.Formula("a*x", {"a": np.ones(2)}, 2),
    }
    for name, model in models.items():
        with pytest.raises(ShapeError, match=name):
            model(X)


def test_bilinear() -> None:
    layer = flux.Bilinear((3, 2), 4, "tanh")
    layer.bias = np.arange(4)
    y = X[:, :2] + 1
    wanted = np.tanh(np.einsum("ni,oij,nj->no", X, np.asarray(layer.weight), y) + np.arange(4))
    np.testing.assert_allclose(layer(X, y), wanted, rtol=1e-5, atol=1e-6)
    same = flux.Bilinear((3, 3), 2)
    np.testing.assert_allclose(same(X), same(X, X), rtol=1e-6)


def test_embedding() -> None:
    layer = flux.Embedding(5, 3, padding_idx=0)
    table = np.asarray(layer.weight).T
    assert table.shape == (5, 3)
    assert not table[0].any()
    assert table[1:].all()
    np.testing.assert_array_equal(layer(np.array([0, 2, 4])), table[[0, 2, 4]])
    (tree,) = flux.gradient(lambda m: flux.sum(m(np.array([0, 2, 2]))), layer)
    slopes = np.asarray(tree.weight).T
    np.testing.assert_array_equal(slopes, np.outer([0, 0, 2, 0, 0], np.ones(3)))
    with pytest.raises(FluxError):
        layer(np.array([5]))
    chain = flux.Chain(flux.Select([0]), flux.Embedding(5, 2))
    np.testing.assert_array_equal(np.asarray(chain(np.array([[1.0, 9.0], [3.0, 9.0]], np.float32))), np.asarray(chain[1].weight).T[[1, 3]])
    np.testing.assert_array_equal(flux.Select([2, 0])(X), X[:, [2, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dropout(dtype: Any) -> None:
    x = np.full((200, 50), 3, dtype)
    layer = flux.Dropout(0.4, seed=1)
    np.testing.assert_array_equal(layer(x), x)
    y = trained(layer, x)
    assert y.dtype == dtype
    np.testing.assert_allclose(np.unique(y), [0, 5], rtol=1e-6)
    assert (y == 0).mean() == pytest.approx(0.4, abs=0.02)
    np.testing.assert_array_equal(trained(flux.Dropout(0), x), x)
    infinite = np.array([[np.inf, np.nan, 1.0]], dtype)
    np.testing.assert_array_equal(trained(flux.Dropout(1), infinite), [[0, 0, 0]])
    for p in (-0.1, 1.1, float("nan")):
        with pytest.raises(FluxError):
            flux.Dropout(p)
        with pytest.raises(FluxError):
            flux.AlphaDropout(p)


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_alphadropout(p: float) -> None:
    x = np.random.default_rng(3).standard_normal((400, 50))
    layer = flux.AlphaDropout(p)
    np.testing.assert_array_equal(layer(x), x)
    off = -1.7580993408473766
    a = 1 / np.sqrt((1 - p) * (1 + p * off**2))
    b = -a * off * p
    y = trained(layer, x)
    dropped = np.isclose(y, a * off + b, rtol=1e-6)
    assert dropped.mean() == pytest.approx(p, abs=0.02)
    np.testing.assert_allclose(y[~dropped], (a * x + b)[~dropped], rtol=1e-5)
    assert (y.mean(), y.std()) == pytest.approx((0, 1), abs=0.03)
    np.testing.assert_array_equal(trained(flux.AlphaDropout(0), x), x)
    assert not trained(flux.AlphaDropout(1), x).any()


def test_training_mode_is_on_only_while_gradients_are_taken() -> None:
    chain = flux.Chain(flux.Dense(3, 3), flux.Dropout(0.5), flux.SkipConnection(flux.Dropout(0.5), "add"))
    quiet = np.asarray(chain(X))
    np.testing.assert_array_equal(chain(X), quiet)
    value, _ = flux.withgradient(lambda m: flux.sum(m(X) * 1.0), chain)
    assert value != pytest.approx(float(quiet.sum()), rel=1e-6)
    flux.train(lambda m, x: flux.sum(m(x)), chain, [X], flux.Descent(0.0))
    np.testing.assert_array_equal(chain(X), quiet)  # Flux leaves it in training mode here
    flux.trainmode(chain)
    flux.train(lambda m, x: flux.sum(m(x)), chain, [X], flux.Descent(0.0))
    assert not np.array_equal(chain(X), quiet), "a forced mode is restored too"
    flux.testmode(chain)
    np.testing.assert_array_equal(chain(X), quiet)
    value, _ = flux.withgradient(lambda m: flux.sum(m(X)), chain)
    assert value == pytest.approx(float(quiet.sum()), rel=1e-5)
    flux.testmode(chain, "auto")
    np.testing.assert_array_equal(chain(X), quiet)


def test_names_slices_and_every_output() -> None:
    chain = flux.Chain(hidden=flux.Dense(3, 4, "relu"), out=flux.Dense(4, 2), squash=flux.softmax)
    assert chain["hidden"] is chain[0]
    outputs = flux.activations(chain, X)
    assert len(outputs) == 3
    np.testing.assert_array_equal(outputs[0], chain["hidden"](X))
    np.testing.assert_array_equal(outputs[1], chain[:2](X))
    np.testing.assert_array_equal(outputs[2], chain(X))
    with pytest.raises(FluxError):
        flux.Chain(layers=flux.Dense(1, 1))


LAYERS: dict[str, Any] = {
    "dense": lambda: flux.Dense(3, 3, "tanh"),
    "batchnorm": lambda: flux.BatchNorm(3, "relu"),
    "layernorm": lambda: flux.LayerNorm(3),
    "scale": lambda: flux.Scale(3),
    "dropout": lambda: flux.Dropout(0.3),
    "alphadropout": lambda: flux.AlphaDropout(0.3),
    "skipconnection": lambda: flux.SkipConnection(flux.Dense(3, 3), "concatenate"),
    "parallel": lambda: flux.Parallel("multiply", flux.Dense(3, 2), flux.Dense(3, 2)),
    "maxout": lambda: flux.Maxout(flux.Dense(3, 2), flux.Dense(3, 2)),
    "bilinear": lambda: flux.Bilinear((3, 3), 2),
    "softmax": lambda: flux.Chain(flux.Softmax()),
    "logsoftmax": lambda: flux.Chain(flux.LogSoftmax()),
    "select": lambda: flux.Select([0, 1]),
    "formula": lambda: flux.Formula("a*x + b", {"a": 1.0, "b": np.zeros(3)}, 3),
}


@pytest.mark.parametrize("name", LAYERS)
def test_single_precision_stays_single(name: str) -> None:
    layer = LAYERS[name]()
    for model in (layer, flux.Chain(LAYERS[name](), flux.LayerNorm(np.asarray(layer(X)).shape[1]))):
        assert np.asarray(model(X)).dtype == np.float32
        assert trained(model, X).dtype == np.float32
        value, (slopes,) = flux.withgradient(lambda x, m=model: flux.sum(m(x) * m(x)), X)
        assert slopes.dtype == np.float32
        assert np.isfinite(value)
        assert model.flat.dtype == np.float32
