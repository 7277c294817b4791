"""Tests of the functions that layers, activations and losses are written with, on plain arrays."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import ShapeError
from flux_gui.engine import functions as f
from flux_gui.engine.graph import Graph, tracing

X = np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -3.0]])

PAIRS: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (f.exp, np.exp),
    (f.square, np.square),
    (f.absolute, np.abs),
    (f.sign, np.sign),
    (f.tanh, np.tanh),
    (f.sigmoid, lambda x: 1 / (1 + np.exp(-x))),
    (f.relu, lambda x: np.maximum(x, 0)),
    (f.softplus, lambda x: np.log1p(np.exp(x))),
    (f.softmax, lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)),
    (f.logsoftmax, lambda x: x - np.log(np.exp(x).sum(axis=-1, keepdims=True))),
    (f.transpose, np.transpose),
    (f.sum, np.sum),
    (f.mean, np.mean),
    (lambda x: f.sum(x, axis=-1), lambda x: np.sum(x, axis=-1)),
    (lambda x: f.mean(x, axis=(0, 1), keepdims=True), lambda x: np.mean(x, axis=(0, 1), keepdims=True)),
    (lambda x: f.reshape(x, (-1, 2)), lambda x: x.reshape(-1, 2)),
    (lambda x: f.where(x > 0, x, 0.0), lambda x: np.where(x > 0, x, 0.0)),
    (lambda x: f.matmul(x, x.T), lambda x: x @ x.T),
    (lambda x: f.log(f.sqrt(f.square(x))), lambda x: np.log(np.abs(x))),
    (lambda x: f.maximum(x, 0.3) + f.minimum(x, 0.4), lambda x: np.maximum(x, 0.3) + np.minimum(x, 0.4)),
]


@pytest.mark.parametrize(("ours", "numpys"), PAIRS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_plain_arrays_give_plain_numbers_of_the_same_format(ours: Callable[..., Any], numpys: Callable[..., Any], dtype: Any) -> None:
    result = ours(X.astype(dtype))
    assert result.dtype == dtype
    np.testing.assert_allclose(result, numpys(X), rtol=1e-6 if dtype == np.float32 else 1e-13)


@pytest.mark.parametrize(("ours", "numpys"), PAIRS)
def test_gradients(ours: Callable[..., Any], numpys: Callable[..., Any]) -> None:
    assert flux.check_gradient(lambda x: f.sum(f.square(ours(x)) + ours(x)), X) < 1e-6


def test_lists_and_whole_numbers_are_accepted() -> None:
    assert f.sum([1, 2, 3]) == 6.0
    assert f.mean([[1, 2], [3, 4]]) == 2.5
    assert f.exp(0) == 1.0


def test_impossible_shapes_are_named() -> None:
    with pytest.raises(ShapeError, match=r"\(2, 3\)"):
        f.reshape(X, (4, 2))
    with pytest.raises(ShapeError, match="not defined"):
        f.mean(np.empty((0, 2)))


def test_random_numbers_and_training_mode() -> None:
    drawn = f.random_uniform((1000,))
    assert ((drawn >= 0) & (drawn < 1)).all()
    assert not f.is_training()
    with tracing(Graph(np.float32, training=False)):
        assert not f.is_training()
    with tracing(Graph(np.float32, training=True)):
        assert f.is_training()
        assert f.random_uniform((2, 3)).shape == (2, 3)
