"""Tests of the activation functions as library functions: Flux's golden numbers, parameters, what they refuse."""

import math
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError
from flux_gui.engine import activation_formulas
from flux_gui.engine.activations import ACTIVATIONS

GOLDEN: list[tuple[str, tuple[float, ...], float]] = [
    ("identity", (-1.5,), -1.5),
    ("sigmoid", (1,), 0.7310585786300049),
    ("sigmoid", (-1,), 0.2689414213699951),
    ("sigmoid", (-1000,), 0.0),
    ("sigmoid_fast", (-81,), 0.0),
    ("sigmoid_fast", (41,), 1.0),
    ("tanh", (1,), 0.7615941559557649),
    ("tanh_fast", (-1000,), -1.0),
    ("relu", (-3,), 0.0),
    ("gelu", (1,), 0.8411919906082768),
    ("gelu", (-1,), -0.15880800939172324),
    ("gelu_sigmoid", (1,), 0.8411919906082768),
    ("gelu_erf", (1,), 0.8413447460685429),
    ("gelu_erf", (-1,), -0.15865525393145707),
    ("tanhshrink", (1,), 0.23840584404423515),
    ("tanhshrink", (-1,), -0.23840584404423515),
    ("mish", (-5,), -0.033576237730161704),
    ("mish", (1,), 0.8650983882673103),
    ("softplus", (1e8,), 1e8),
    ("softplus", (-1e8,), 0.0),
    ("softplus", (0,), math.log(2)),
    ("leakyrelu", (-0.4, 0.3), -0.12),
    ("leakyrelu", (-10, 0.02), -0.2),
    ("leakyrelu", (-1, 2), -2.0),
    ("relu6", (10,), 6.0),
    ("trelu", (1,), 0.0),
    ("trelu", (1.1,), 1.1),
    ("trelu", (0.9, 0.5), 0.9),
    ("softshrink", (15, 5), 10.0),
    ("softshrink", (-15, 5), -10.0),
    ("softshrink", (4, 5), 0.0),
    ("selu", (1,), 1.0507009873554805),
    ("selu", (-10,), -1.7580194),
    ("selu", (-1,), -1.1113307378125625),
    ("celu", (-4, 0.5), -0.49983226868604874),
    ("elu", (-10,), -0.9999546),
    ("elu", (-10, 2), -1.9999092),
    ("lisht", (2.5,), 2.4665357453785757),
    ("swish", (1,), 0.7310585786300049),
    ("logsigmoid", (-1e5,), -1e5),
    ("logsigmoid", (1e5,), 0.0),
    ("logcosh", (1000,), 1000 - math.log(2)),
    ("softsign", (-3,), -0.75),
    ("hardtanh", (-7,), -1.0),
    ("hardsigmoid", (1,), 4 / 6),
]


def function_of(name: str) -> Any:
    return getattr(flux, name)


@pytest.mark.parametrize(("name", "arguments", "expected"), GOLDEN, ids=str)
def test_golden_numbers(name: str, arguments: tuple[float, ...], expected: float) -> None:
    x, *parameters = arguments
    rough = len(str(expected)) < 12 and abs(x) == 10  # printed by Flux in single precision
    found = function_of(name)(np.array([x], np.float64), *parameters)
    np.testing.assert_allclose(found, [expected], rtol=1e-6 if rough else 1e-14, atol=0)
    single = function_of(name)(np.array([x], np.float32), *parameters)
    np.testing.assert_allclose(single, [expected], rtol=1e-6, atol=1e-37)


def test_hardswish_over_whole_numbers() -> None:
    expected = [0, 0, 0, -1 / 3, -1 / 3, 0, 2 / 3, 5 / 3, 3, 4, 5]
    np.testing.assert_allclose(flux.hardswish(np.arange(-5.0, 6.0)), expected, rtol=1e-15)


def test_every_entry_is_a_public_function() -> None:
    for entry in ACTIVATIONS:
        if not entry.custom:
            assert getattr(flux, entry.name) is entry.function
    assert flux.gelu is flux.gelu_tanh


def test_random_slopes() -> None:
    x = -np.ones((200, 50))
    first, second = flux.rrelu(x), flux.rrelu(x)
    assert not np.array_equal(first, second)
    assert (first >= -1 / 3).all()
    assert (first <= -1 / 8).all()
    assert abs(first.mean() + (1 / 8 + 1 / 3) / 2) < 0.005
    np.testing.assert_array_equal(flux.rrelu(-x), -x)
    assert flux.rrelu(x.astype(np.float32)).dtype == np.float32
    (slope,) = flux.gradient(lambda x: flux.sum(flux.rrelu(x, lo=0.2, hi=0.3)), x)
    assert ((slope >= 0.2) & (slope <= 0.3)).all()
    assert slope.std() > 0.01
    with pytest.raises(SettingError, match="lo must not be above hi"):
        flux.rrelu(x, lo=0.5, hi=0.2)


def test_parameters_are_numbers() -> None:
    with pytest.raises(SettingError, match="a is a fixed number"):
        flux.gradient(lambda a: flux.sum(flux.leakyrelu(np.array([-1.0]), a) * a), 0.3)


def test_negative_slopes_are_followed() -> None:
    (slope,) = flux.gradient(lambda x: flux.sum(flux.leakyrelu(x, -2.0)), np.array([-1.0, 1.0]))
    np.testing.assert_array_equal(slope, [-2, 1])


def test_a_formula_in_words() -> None:
    assert activation_formulas.custom(0.0, formula="x + exp(-x^2)") == 1.0
    assert activation_formulas.written("x + 1") is activation_formulas.written("x + 1")
