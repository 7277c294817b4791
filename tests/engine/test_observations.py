"""One-hot coding, batches, splits and folds: Flux's examples, forms kept, seeded orders, refusals."""

import doctest
from collections import Counter
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import DataError, FluxError, SettingError, ShapeError
from flux_gui.engine import observations
from flux_gui.engine.observations import DataLoader, kfolds, onecold, onehot, onehotbatch, splitobs

X = np.arange(20.0, dtype=np.float32).reshape(10, 2)
Y = np.arange(10)


def test_examples() -> None:
    found = doctest.testmod(observations, extraglobs={"np": np})
    assert found.attempted >= 6
    assert not found.failed


def test_onehot() -> None:
    assert onehot("b", ["a", "b"]).tolist() == [0, 1]
    batch = onehotbatch(np.array(["c", "a", "x"]), ["a", "b", "c"], "b")
    assert batch.dtype == np.float32
    assert batch.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert onehotbatch(np.array([3, 5]), np.array([5, 3])).tolist() == [[0, 1], [1, 0]]
    assert onehotbatch([], "ab").shape == (0, 2)
    with pytest.raises(DataError, match=r"\[1, 2\] cannot be a label"):
        flux.onehotbatch([[1, 2]], [1, 2])
    with pytest.raises(DataError, match=r"\[1\] cannot be a label"):
        flux.onehot(1, [[1], [2]])
    with pytest.raises(DataError, match=r"'x' is none of the labels a, b"):
        onehotbatch(["a", "x"], "ab")
    with pytest.raises(SettingError, match="not all different"):
        onehot("a", "aa")
    with pytest.raises(SettingError, match="default"):
        onehot("a", "ab", "c")


def test_onecold() -> None:
    assert onecold([0.1, 0.9]) == 1
    assert onecold([0.4, 0.4, 0.2]) == 0  # the first wins
    assert onecold(np.array([[1, 2, 0], [9, 2, 9]])).tolist() == [1, 0]
    labels = ["a", "b", "c"]
    words = np.array(["c", "a", "b"])
    assert onecold(onehotbatch(words, labels), labels).tolist() == words.tolist()
    with pytest.raises(DataError, match="NaN"):
        onecold([[0.0, 1.0], [np.nan, 1.0]])
    for wrong in (np.zeros((2, 2)), np.zeros(2), np.zeros((1, 2, 3)), 1.0):
        with pytest.raises(ShapeError):
            onecold(wrong, labels)


@pytest.mark.parametrize(
    ("batchsize", "partial", "sizes"), [(4, True, [4, 4, 2]), (4, False, [4, 4]), (5, False, [5, 5]), (1, True, [1] * 10)]
)
def test_batches(batchsize: int, partial: bool, sizes: list[int]) -> None:
    loader = DataLoader((X, Y), batchsize=batchsize, partial=partial)
    batches = list(loader)
    assert len(loader) == len(sizes) == len(batches)
    assert [len(x) for x, _ in batches] == sizes
    assert all(np.shares_memory(x, X) for x, _ in batches)
    np.testing.assert_array_equal(np.concatenate([y for _, y in batches]), Y[: sum(sizes)])


def test_batches_keep_the_form() -> None:
    assert next(iter(DataLoader(X))).shape == (1, 2)
    assert next(iter(DataLoader({"x": X, "y": Y}, batchsize=3)))["y"].tolist() == [0, 1, 2]
    single = DataLoader((X, Y), batchsize=-1)
    assert len(single) == 10
    assert [(x.shape, int(y)) for x, y in single] == [((2,), i) for i in range(10)]
    assert len(list(DataLoader(X[:0]))) == 0
    assert repr(single) == "DataLoader(10 rows, batchsize=-1, shuffle=False, partial=True)"


def test_shuffled_passes_differ_and_repeat() -> None:
    def passes(seed: int | None) -> list[list[int]]:
        loader = DataLoader(Y, batchsize=4, shuffle=True, seed=seed)
        return [np.concatenate(list(loader)).tolist() for _ in range(3)]

    first, second, third = passes(7)
    assert sorted(first) == Y.tolist()
    assert first != second != third
    assert passes(7) == [first, second, third]
    assert passes(8) != [first, second, third]
    assert passes(None) != passes(None)
    assert {int(y) for y in DataLoader(Y, batchsize=-1, shuffle=True, seed=0)} == set(range(10))


def test_loaders_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"same number of rows, got 10, 9\."):
        DataLoader((X, Y[:9]))
    with pytest.raises(ShapeError):
        DataLoader((X, 3.0))
    with pytest.raises(SettingError):
        DataLoader(X, batchsize=0)
    with pytest.warns(UserWarning, match="more than the 10 rows"):
        loader = DataLoader(X, batchsize=11)
    assert len(loader) == 1


def test_a_loader_feeds_train() -> None:
    model = flux.Dense(2, 1, seed=0)
    before = model.flat.copy()
    flux.train(lambda m, x, y: flux.losses.mse(m(x), y), model, DataLoader((X, X[:, :1]), batchsize=4), flux.Descent(0.001))
    assert not np.array_equal(model.flat, before)


@pytest.mark.parametrize(
    ("rows", "at", "sizes"),
    [
        (10, 0.7, [7, 3]),
        (5, 0.5, [2, 3]),  # round(2.5) is 2, half to even
        (7, 0.5, [4, 3]),  # round(3.5) is 4
        (10, (0.5, 0.3), [5, 3, 2]),
        (10, 3, [3, 7]),
        (10, (3, 6), [3, 6, 1]),
        (3, (0.5, 0.5), [2, 1, 0]),
        (10, 0.0, [0, 10]),
        (10, 1.0, [10, 0]),
        (0, 0.5, [0, 0]),
    ],
)
def test_sizes_of_splits(rows: int, at: Any, sizes: list[int]) -> None:
    parts = splitobs(rows, at=at)
    assert [len(part) for part in parts] == sizes
    assert np.concatenate(parts).tolist() == list(range(rows))


def test_splits() -> None:
    (train_x, train_y), (test_x, test_y) = splitobs((X, Y), at=0.6)
    assert np.shares_memory(train_x, X)
    np.testing.assert_array_equal(X[test_y], test_x)
    np.testing.assert_array_equal(train_y, Y[:6])
    shuffled = splitobs((X, Y), at=0.6, shuffle=True, seed=3)
    assert [y.tolist() for _, y in shuffled] == [y.tolist() for _, y in splitobs((X, Y), at=0.6, shuffle=True, seed=3)]
    assert sorted(np.concatenate([y for _, y in shuffled]).tolist()) == Y.tolist()
    assert shuffled[0][1].tolist() != Y[:6].tolist()


@pytest.mark.parametrize("shuffle", [False, True])
def test_stratified_splits_keep_the_shares_of_classes(shuffle: bool) -> None:
    labels = np.array(list("aab" * 20))
    parts = splitobs(len(labels), at=(0.5, 0.25), shuffle=shuffle, stratified=labels, seed=1)
    assert [Counter(labels[part].tolist()) for part in parts] == [{"a": 20, "b": 10}, {"a": 10, "b": 5}, {"a": 10, "b": 5}]
    assert sorted(np.concatenate(parts).tolist()) == list(range(60))
    rising = [part.tolist() == sorted(part.tolist()) for part in parts]
    assert not any(rising) if shuffle else all(rising)
    assert [len(part) for part in splitobs(0, at=0.5, stratified=[])] == [0, 0]


@pytest.mark.parametrize("at", [-0.1, 1.2, (0.7, 0.4), (), (1, 0.5), 11, (6, 5)])
def test_wrong_shares(at: Any) -> None:
    with pytest.raises(SettingError):
        splitobs(X, at=at)


def test_wrong_stratification() -> None:
    with pytest.raises(SettingError):
        splitobs(X, at=3, stratified=Y)
    with pytest.raises(ShapeError):
        splitobs(X, at=0.3, stratified=Y[:5])


def test_folds() -> None:
    folds = kfolds(11, 3)
    assert [len(validation) for _, validation in folds] == [4, 4, 3]  # the first n % k are one larger
    assert np.concatenate([validation for _, validation in folds]).tolist() == list(range(11))
    for train, validation in folds:
        assert sorted([*train.tolist(), *validation.tolist()]) == list(range(11))
    (train_x, train_y), (test_x, test_y) = kfolds((X, Y))[1]
    assert test_y.tolist() == [2, 3]
    np.testing.assert_array_equal(X[train_y], train_x)
    assert np.shares_memory(test_x, X)
    for k in (1, 12):
        with pytest.raises(FluxError):
            kfolds(11, k)
