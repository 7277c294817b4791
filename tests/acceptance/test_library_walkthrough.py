"""Flux's walk-through as a library: 4x + 2 learned by Dense(1 => 1), in all three forms of `train`, in both number formats."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux

Passes = Callable[[int], None]


def actual(x: np.ndarray) -> np.ndarray:
    return 4 * x + 2


def loss(model: Any, x: Any, y: Any) -> Any:
    return flux.losses.mse(model(x), y)


def with_a_rule(predict: Any, data: list[Any]) -> Passes:
    """The model and a bare rule, one pass per call."""

    def passes(count: int) -> None:
        for _ in range(count):
            flux.train(loss, predict, data, flux.Descent())

    return passes


def with_a_state(predict: Any, data: list[Any]) -> Passes:
    """The model and a state from `setup`, which lives on between calls."""
    state = flux.setup(flux.Descent(0.1), predict)
    return lambda count: flux.train(loss, predict, data * count, state)


def with_parameters(predict: Any, data: list[Any]) -> Passes:
    """The overview page's own form: a loss of x and y, and the parameters."""
    params = flux.parameters(predict)

    def passes(count: int) -> None:
        for _ in range(count):
            flux.train(lambda x, y: flux.losses.mse(predict(x), y), params, data, flux.Descent())

    return passes


FORMS = [with_a_rule, with_a_state, with_parameters]


def start(dtype: Any) -> tuple[flux.Dense, np.ndarray, np.ndarray]:
    x_train = np.arange(6, dtype=dtype)[:, None]
    predict = flux.Dense(1, 1, dtype=dtype)
    predict.weight[...] = 0.9066542
    return predict, x_train, actual(x_train)


@pytest.mark.parametrize("form", FORMS)
def test_the_walk_through_in_single_precision(form: Callable[[Any, list[Any]], Passes]) -> None:
    predict, x_train, y_train = start(np.float32)
    x_test = np.arange(6, 11, dtype=np.float32)[:, None]
    assert repr(predict) == "Dense(1 => 1)       # 2 parameters"
    assert (predict.weight.shape, predict.bias.tolist()) == ((1, 1), [0.0])
    np.testing.assert_allclose(predict(x_test)[:, 0], 0.9066542 * np.arange(6, 11), rtol=1e-6)
    assert loss(predict, x_train, y_train) == pytest.approx(122.64734, rel=1e-6)

    params = flux.parameters(predict)
    assert predict.weight in params
    assert predict.bias in params
    passes = form(predict, [(x_train, y_train)])
    passes(1)
    np.testing.assert_allclose(predict.flat, [7.577788, 1.9466728], rtol=1e-6)
    np.testing.assert_allclose([p.item() for p in params], [7.577788, 1.9466728], rtol=1e-6)
    assert loss(predict, x_train, y_train) == pytest.approx(116.38745, rel=1e-6)

    passes(200)
    np.testing.assert_allclose(predict.flat, [4.0178537, 2.0050256], rtol=1e-5)
    np.testing.assert_allclose(predict(x_test)[:, 0], [26.1121, 30.13, 34.1479, 38.1657, 42.1836], rtol=1e-5)
    assert loss(predict, x_train, y_train) == pytest.approx(0.00339581, rel=1e-4)
    assert predict(x_test).dtype == predict.flat.dtype == np.float32


@pytest.mark.parametrize("form", FORMS)
def test_the_walk_through_in_double_precision(form: Callable[[Any, list[Any]], Passes]) -> None:
    predict, x_train, y_train = start(np.float64)
    losses = [loss(predict, x_train, y_train)]
    passes = form(predict, [(x_train, y_train)])
    for count in (1, 200):
        passes(count)
        losses.append(loss(predict, x_train, y_train))
    np.testing.assert_allclose(losses, [122.64735018512836, 116.3874199603315, 0.0033956829390108163], rtol=1e-10)


def test_training_lowers_the_loss_with_every_rule() -> None:
    for rule in [entry.name for entry in flux.OPTIMISERS if entry.kind == "optimiser"]:
        predict, x_train, y_train = start(np.float32)
        before = loss(predict, x_train, y_train)
        state = flux.setup(flux.rule(rule), predict)
        flux.train(loss, predict, [(x_train, y_train)] * 20, state)
        assert loss(predict, x_train, y_train) < before
