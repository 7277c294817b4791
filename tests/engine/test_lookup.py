"""Tests of Select, Embedding and Bilinear."""

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import ShapeError

X = np.random.default_rng(0).standard_normal((4, 5))


@pytest.mark.parametrize("columns", [0, -1, [2], [0, 1, 4], [3, 3, 0], slice(1, 4), slice(None, None, 2)], ids=str)
def test_select(columns: object) -> None:
    layer = flux.Select(columns)  # type: ignore[arg-type]
    expected = X[:, [columns] if isinstance(columns, int) else columns]  # type: ignore[index]
    np.testing.assert_array_equal(layer(X), expected)
    assert flux.check_gradient(lambda x: flux.sum(flux.square(layer(x))), X) < 1e-7
    assert flux.outputsize(layer, 5) == expected.shape[1]


def test_select_says_what_is_missing() -> None:
    with pytest.raises(ShapeError, match="asks for column 5 of an input with 5 columns"):
        flux.Select([0, 5])(X)
    with pytest.raises(ShapeError, match="at least one column"):
        flux.Select([])
    assert flux.Select([0, 2]).describe() == "Select([0, 2])"


def test_embedding_in_a_chain_learns_only_what_occurs() -> None:
    chain = flux.Chain(flux.Select(1), flux.Embedding(4, 2, seed=0), flux.Dense(2, 1, seed=1))
    x = np.array([[9, 0], [9, 2], [9, 2]], np.float32)
    before = chain[1].weight.copy()
    flux.train(lambda m, x: flux.sum(flux.square(m(x))), chain, [x], flux.Descent(0.1))
    moved = (chain[1].weight != before).any(axis=0)
    assert moved.tolist() == [True, False, True, False]
    assert chain[1](np.array([[0, 1], [2, 3]])).shape == (2, 2, 2)
    with pytest.raises(ShapeError, match=r"Embedding\(4 => 2\) expects whole numbers 0 ... 3, got 7"):
        chain(np.array([[0, 7]], np.float32))
    with pytest.raises(ShapeError, match=r"Embedding\(4 => 2\) expects whole numbers 0 ... 3, got 7"):
        flux.train(lambda m, x: flux.sum(m(x)), chain, [np.array([[0, 7]], np.float32)], flux.Descent(0.1))


def test_padding_is_zero_and_stays_zero() -> None:
    layer = flux.Embedding(3, 2, padding_idx=1)
    assert not layer.weight[:, 1].any()
    flux.train(lambda m, x: flux.sum(m(x)), layer, [np.array([0, 1, 1])], flux.Descent(0.1))
    assert not layer.weight[:, 1].any()
    with pytest.raises(ShapeError, match="no entry 3"):
        flux.Embedding(3, 2, padding_idx=3)
    given = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(flux.Embedding(given)(np.array([2])), [[2, 5]])


def test_bilinear() -> None:
    layer = flux.Bilinear((2, 3), 4, "tanh", dtype=np.float64, seed=0)
    layer.bias = np.arange(4)
    x, y = X[:, :2], X[:, 2:]
    np.testing.assert_allclose(layer(x, y), np.tanh(np.einsum("ni,oij,nj->no", x, layer.weight, y) + np.arange(4)))
    np.testing.assert_array_equal(layer((x, y)), layer(x, y))
    assert flux.check_gradient(lambda x, y: flux.sum(layer(x, y)), x, y) < 1e-7
    flat, rebuild = flux.destructure(layer)
    assert flux.check_gradient(lambda v: flux.sum(rebuild(v)(x, y)), flat) < 1e-7
    assert layer.describe() == "Bilinear((2, 3) => 4, tanh)"
    assert flux.Bilinear(np.ones((1, 2, 2)), False).describe() == "Bilinear(2 => 1; bias=false)"
    with pytest.raises(ShapeError, match=r"Bilinear\(\(2, 3\) => 4, tanh\) expects 3"):
        layer(x)
    with pytest.raises(ShapeError, match="three dimensions"):
        flux.Bilinear(np.ones((1, 2)))
    skip = flux.SkipConnection(flux.Dense(2, 3, dtype=np.float64), flux.Bilinear((3, 2), 1, dtype=np.float64))
    assert skip(x).shape == (4, 1)
    assert [slot.key for slot in skip.layout] == ["weight", "bias", "connection.weight", "connection.bias"]
