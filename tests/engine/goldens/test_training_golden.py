"""Flux's numbers for training, stopping, data and saving: golden values, exact counting, checks and errors."""

import itertools
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import DivergedError, FluxError, ShapeError


def test_the_line_of_the_overview() -> None:
    """Losses and predictions are the printed ones; parameters those of a repeated run (the page prints others)."""
    x, x_test = np.arange(6, dtype=np.float32)[:, None], np.arange(6, 11, dtype=np.float32)[:, None]
    y, predict = 4 * x + 2, flux.Dense(np.array([[0.9066542]], np.float32))

    def loss(m: Any, x: Any, y: Any) -> Any:
        return flux.losses.mse(m(x), y)

    assert float(loss(predict, x, y)) == pytest.approx(122.64734, rel=1e-7)
    flux.train(loss, predict, [(x, y)], flux.Descent(0.1))
    assert float(loss(predict, x, y)) == pytest.approx(116.38745, rel=6e-7)
    np.testing.assert_allclose(predict.flat, [7.577788, 1.9466728], rtol=2e-7)
    for _ in range(200):
        flux.train(loss, predict, [(x, y)], flux.Descent(0.1))
    assert float(loss(predict, x, y)) == pytest.approx(0.00339581, rel=1e-4)
    np.testing.assert_allclose(predict.flat, [4.0178537, 2.0050256], rtol=3e-7)
    np.testing.assert_allclose(predict(x_test)[:, 0], [26.1121, 30.13, 34.1479, 38.1657, 42.1836], atol=5.1e-5)


def test_a_loss_that_is_not_finite_stops_at_its_item() -> None:
    model = flux.Dense(np.zeros((1, 1), np.float32), False)
    used: list[int] = []

    def data() -> Any:
        for number in range(1, 101):
            used.append(number)
            yield np.full((1, 1), np.nan if number == 51 else 1, np.float32)

    with pytest.raises(DivergedError, match="51"):
        flux.train(lambda m, x: flux.sum(m(x)), model, data(), flux.Descent(0.1))
    assert used[-1] == 51
    assert model.weight.item() == pytest.approx(-5, rel=1e-6)
    state = flux.setup(flux.Momentum(0.1), model)
    for bad in (np.nan, np.inf):
        assert not np.isfinite(flux.trainstep(lambda m, x: flux.sum(m(x)), model, (np.full((1, 1), bad, np.float32),), state))
    assert model.weight.item() == pytest.approx(-5, rel=1e-6)
    assert not state.export()["Momentum.velocity"].any()


def test_states_of_other_models_are_refused() -> None:
    one, two = flux.Dense(1, 1), flux.Dense(1, 1)
    x, state = np.ones((1, 1), np.float32), flux.setup(flux.Descent(), two)
    with pytest.raises(FluxError, match="another model"):
        flux.train(lambda m, x: flux.sum(m(x)), one, [x], state)
    with pytest.raises(FluxError, match="another model"):
        flux.trainstep(lambda m, x: flux.sum(m(x)), one, (x,), state)


def loaded(*data: Any, **options: Any) -> list[Any]:
    return list(flux.DataLoader(data if len(data) > 1 else data[0], **options))


def test_dataloader() -> None:
    x, y = np.arange(20.0).reshape(10, 2), np.arange(10.0)
    assert [len(b) for b in loaded(x, batchsize=4)] == [4, 4, 2]
    assert [len(b) for b in loaded(x, batchsize=4, partial=False)] == [4, 4]
    assert [len(flux.DataLoader(x, batchsize=4, partial=p)) for p in (True, False)] == [3, 2]
    assert [b.shape for b in loaded(x)] == [(1, 2)] * 10
    assert [b.shape for b in loaded(x, batchsize=-1)] == [(2,)] * 10, "single observations"
    pairs = loaded(x, y, batchsize=3)
    for a, b in pairs:
        np.testing.assert_array_equal(a[:, 0], 2 * b)
    np.testing.assert_array_equal(np.concatenate([a for a, _ in pairs]), x)
    with pytest.raises(FluxError, match="rows"):
        flux.DataLoader((x, y[:9]))
    with pytest.warns(UserWarning, match="10"):
        assert len(flux.DataLoader(x, batchsize=99)) == 1


def test_dataloader_shuffles_anew_at_every_pass() -> None:
    x = np.arange(50)
    loader = flux.DataLoader((x, 2 * x), batchsize=7, shuffle=True, seed=3)
    passes = []
    for _ in range(2):
        seen = list(loader)
        for a, b in seen:
            np.testing.assert_array_equal(2 * a, b)
        passes.append(np.concatenate([a for a, _ in seen]))
        np.testing.assert_array_equal(np.sort(passes[-1]), x)
    assert (passes[0] != x).any()
    assert (passes[0] != passes[1]).any()
    again = flux.DataLoader((x, 2 * x), batchsize=7, shuffle=True, seed=3)
    for wanted in passes:
        np.testing.assert_array_equal(np.concatenate([a for a, _ in again]), wanted)


@pytest.mark.parametrize(
    ("rows", "at", "sizes"),
    [
        (5, 0.5, [2, 3]),  # 2.5 to the even 2
        (7, 0.5, [4, 3]),  # 3.5 to the even 4
        (15, 0.1, [2, 13]),  # 1.5 to the even 2
        (10, 0.7, [7, 3]),
        (10, 3, [3, 7]),
        (10, (0.5, 0.3), [5, 3, 2]),
        (20, (0.5, 0.25, 0.15), [10, 5, 3, 2]),
    ],
)
def test_sizes_of_splits(rows: int, at: Any, sizes: list[int]) -> None:
    x, y = np.arange(rows), 3 * np.arange(rows)
    parts = flux.splitobs(x, at=at)
    assert [len(p) for p in parts] == sizes
    np.testing.assert_array_equal(np.concatenate([np.asarray(p) for p in parts]), x)
    for a, b in flux.splitobs((x, y), at=at, shuffle=True, seed=1):
        np.testing.assert_array_equal(3 * np.asarray(a), b)
    mixed = np.concatenate([np.asarray(p) for p in flux.splitobs(x, at=at, shuffle=True, seed=1)])
    assert (mixed != x).any()
    np.testing.assert_array_equal(np.sort(mixed), x)


def test_stratified_splits_keep_shares() -> None:
    labels = np.array([0] * 60 + [1] * 30 + [2] * 10)
    first, rest = flux.splitobs((np.arange(100), labels), at=0.7, stratified=labels, shuffle=True, seed=0)
    assert np.bincount(first[1]).tolist() == [42, 21, 7]
    assert np.bincount(rest[1]).tolist() == [18, 9, 3]


@pytest.mark.parametrize(("rows", "k", "sizes"), [(10, 5, [2] * 5), (11, 5, [3, 2, 2, 2, 2]), (13, 4, [4, 3, 3, 3])])
def test_folds(rows: int, k: int, sizes: list[int]) -> None:
    folds = flux.kfolds(rows, k)
    assert [len(held) for _, held in folds] == sizes
    for train, held in folds:
        np.testing.assert_array_equal(np.sort(np.concatenate([train, held])), np.arange(rows))
    np.testing.assert_array_equal(np.concatenate([held for _, held in folds]), np.arange(rows))


def test_one_hot() -> None:
    labels = ["a", "b", "c"]
    np.testing.assert_array_equal(flux.onehot("b", labels), [0, 1, 0])
    batch = flux.onehotbatch(["c", "a"], labels)
    np.testing.assert_array_equal(batch, [[0, 0, 1], [1, 0, 0]])
    for function, unknown in ((flux.onehot, "z"), (flux.onehotbatch, ["a", "z"])):
        with pytest.raises(FluxError, match="z"):
            function(unknown, labels)
    np.testing.assert_array_equal(flux.onehotbatch(["a", "z"], labels, "c"), [[1, 0, 0], [0, 0, 1]])
    assert list(flux.onecold(batch, labels)) == ["c", "a"]
    np.testing.assert_array_equal(flux.onecold(np.array([[0.2, 0.4, 0.4], [0.5, 0.5, 0.0]])), [1, 0])  # the first wins ties
    assert flux.onecold(np.array([0.1, 0.7, 0.7])) == 1
    with pytest.raises(FluxError):
        flux.onecold(np.array([[0.1, np.nan, 0.5]]))


def net(seed: int = 0, bias: bool = True) -> Any:
    return flux.Chain(flux.Dense(3, 4, "tanh", seed=seed), flux.BatchNorm(4), flux.Dense(4, 2, seed=seed + 1, bias=bias))


def test_states_are_plain_and_load_into_a_net_of_the_same_sizes() -> None:
    one, two = net(0), net(5)
    one[1].mean = [1, 2, 3, 4]
    x = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    state = flux.state(one)
    assert isinstance(state, dict)
    flux.loadmodel(two, state)
    np.testing.assert_array_equal(two(x), one(x))
    two[0].weight[...] = 0
    assert one[0].weight.any(), "copies, not views"
    flux.loadmodel(two, flux.state(one))
    np.testing.assert_array_equal(two(x), one(x))


def test_states_that_do_not_fit() -> None:
    one = net()
    state = flux.state(one)
    with pytest.raises(ShapeError):
        flux.loadmodel(flux.Chain(flux.Dense(3, 5), flux.BatchNorm(5), flux.Dense(5, 2)), state)
    for other in (flux.Chain(flux.Dense(3, 4), flux.Dense(4, 2)), flux.Dense(3, 4)):
        with pytest.raises(FluxError):
            flux.loadmodel(other, state)
    relu = flux.Chain(flux.Dense(3, 4, "relu"), flux.BatchNorm(4), flux.Dense(4, 2))
    flux.loadmodel(relu, state)
    assert "relu" in repr(relu), "activations are not loaded"


def test_no_bias_is_a_bias_of_zeros() -> None:
    with_zero, without = net(0), net(7, bias=False)
    flux.loadmodel(without, flux.state(with_zero))
    np.testing.assert_array_equal(without[2].weight, with_zero[2].weight)
    other = net(9)
    other[2].bias = [1, 2]
    flux.loadmodel(other, flux.state(without))
    assert not other[2].bias.any()
    other[2].bias = [1, 2]
    with pytest.raises(FluxError):
        flux.loadmodel(without, flux.state(other))


def test_destructure() -> None:
    model = flux.Chain(flux.Dense(np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([7.0, 8])), flux.Dense(np.array([[9.0, 10]]), False))
    flat, rebuild = flux.destructure(model)
    np.testing.assert_array_equal(flat, [1, 4, 2, 5, 3, 6, 7, 8, 9, 10])  # column by column, then the bias
    flat *= 2
    assert model[0].weight[0, 0] == 1
    other = rebuild(flat)
    np.testing.assert_array_equal(other[0].weight, 2 * model[0].weight)
    assert other is not model
    with pytest.raises(ShapeError):
        rebuild(flat[:-1])


def test_sizes_without_computing() -> None:
    assert tuple(flux.outputsize(flux.Dense(10, 4), (1, 10))) == (1, 4)
    assert tuple(flux.outputsize(flux.Dense(10, 4), (10,), padbatch=True)) == (1, 4)
    assert flux.outputsize(flux.Dense(10, 4), 10) == 4
    assert tuple(flux.outputsize(net(), (7, 3))) == (7, 2)
    with pytest.raises(ShapeError, match="Dense"):
        flux.outputsize(flux.Chain(flux.Dense(3, 4), flux.Dense(5, 2)), (1, 3))


@pytest.mark.slow
@pytest.mark.parametrize("name", [entry.name for entry in flux.OPTIMISERS if getattr(entry, "kind", "optimiser") == "optimiser"])
def test_every_optimiser_finds_a_linear_map(name: str) -> None:
    generator = np.random.default_rng(0)
    wanted = flux.Dense(generator.standard_normal((10, 10)), False)
    model = flux.Dense(generator.standard_normal((10, 10)), False)

    def loss(m: Any, x: Any, y: Any) -> Any:
        return flux.losses.mse(m(x), y)

    rows = (generator.random((20, 10)) for _ in itertools.repeat(None, 100_000))
    flux.train(loss, model, ((x, wanted(x)) for x in rows), flux.setup(flux.rule(name), model))
    x = generator.random((100, 10))
    assert float(loss(model, x, wanted(x))) < 0.01
