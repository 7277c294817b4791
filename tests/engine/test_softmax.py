"""Tests of softmax and the cross-entropies of scores: sums, slopes, far and infinite scores, one exponential per step."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine.graph import Graph, apply
from flux_gui.engine.softmax import _below_largest

X = np.random.default_rng(0).standard_normal((4, 3))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_probabilities(dtype: Any) -> None:
    x = np.concatenate([X, [[1e4, -1e4, 0], [1e4, 1e4, 0]]]).astype(dtype)
    found = flux.softmax(x)
    assert found.dtype == dtype
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(found[-2:], np.array([[1, 0, 0], [0.5, 0.5, 0]]))
    np.testing.assert_allclose(np.exp(flux.logsoftmax(x)), found, rtol=1e-5)
    assert flux.logsoftmax(x)[-2, 1] == -2e4


def test_infinite_scores() -> None:
    x = np.array([[np.inf, 0, 1], [np.inf, np.inf, 1], [-np.inf, 0, 0], [np.nan, 0, 1]])
    expected = np.array([[1, 0, 0], [0.5, 0.5, 0], [0, 0.5, 0.5], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(flux.softmax(x), expected)
    np.testing.assert_allclose(np.exp(flux.logsoftmax(x)), expected)


@pytest.mark.parametrize("function", [flux.softmax, flux.logsoftmax])
def test_slopes(function: Any) -> None:
    assert flux.check_gradient(lambda x: flux.sum(function(x) * X[::-1]), X) < 1e-8


@pytest.mark.parametrize(("name", "y"), [("softmax_crossentropy", np.eye(3)[[0, 2, 1, 1]]), ("sigmoid_crossentropy", X > 0)])
def test_crossentropies_of_scores(name: str, y: Any) -> None:
    y = y * 0.8 + 0.1
    assert flux.check_gradient(lambda x, y: flux.sum(apply(name, x, y)), X, y) < 1e-8
    far = np.where(X > 0, 1e4, -1e4)
    value, slopes = flux.withgradient(lambda x: flux.sum(apply(name, x, y)), far)
    assert np.isfinite(value)
    assert np.isfinite(slopes[0]).all()


def test_rows_less_their_largest_number() -> None:
    np.testing.assert_array_equal(_below_largest(np.array([[3.0, 1.0], [2.0, 2.0]])), [[0, -2], [0, 0]])
    x = Graph(np.float32).input("x", (4, 3))
    assert _below_largest(x).shape == (4, 3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softplus_is_the_same_for_few_and_many_numbers(dtype: Any) -> None:
    x = np.concatenate([np.linspace(-90, 90, 200), [1e4, -1e4, 1e30, np.inf, -np.inf, np.nan]]).astype(dtype)
    few = np.array([flux.softplus(v) for v in x])
    np.testing.assert_allclose(flux.softplus(x), few, rtol=8 * np.finfo(dtype).eps)
