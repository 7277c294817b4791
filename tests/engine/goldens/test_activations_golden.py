"""Flux's numbers for activations: golden values, derivatives at kinks, NaN and infinity, single precision, softmax."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError
from flux_gui.core.registry import Entry
from flux_gui.engine.activations import ACTIVATIONS, resolve

ENTRIES = list(ACTIVATIONS)
CERTAIN = [entry for entry in ENTRIES if entry.name != "rrelu"]  # the same result at every call
NAMES = [
    "identity",
    "sigmoid",
    "hardsigmoid",
    "logsigmoid",
    "hardtanh",
    "tanh",
    "tanh_fast",
    "sigmoid_fast",
    "relu",
    "leakyrelu",
    "relu6",
    "rrelu",
    "elu",
    "selu",
    "celu",
    "gelu_tanh",
    "gelu_sigmoid",
    "gelu_erf",
    "swish",
    "hardswish",
    "lisht",
    "logcosh",
    "mish",
    "softplus",
    "softsign",
    "tanhshrink",
    "softshrink",
    "trelu",
    "custom",
]
ALIASES = {"σ": "sigmoid", "hardσ": "hardsigmoid", "logσ": "logsigmoid", "gelu": "gelu_tanh", "thresholdrelu": "trelu"}
LIBRARY_ONLY = {"gelu_sigmoid", "sigmoid_fast", "tanh_fast", "rrelu"}
DEFAULTS = {
    "leakyrelu": {"a": 0.01},
    "rrelu": {"lo": 1 / 8, "hi": 1 / 3},
    "elu": {"alpha": 1.0},
    "selu": {"lambd": 1.0507009873554805, "alpha": 1.6732632423543772},
    "celu": {"alpha": 1.0},
    "softshrink": {"lambd": 0.5},
    "trelu": {"theta": 1.0},
}
LN2 = float(np.log(2))
INF, NAN = float("inf"), float("nan")
SELU_AT_ZERO = 1.6732632423543772 * 1.0507009873554805


def function(name: str, **values: float) -> Callable[[Any], Any]:
    return resolve(name, values)


def at(name: str, x: Any, dtype: Any = np.float64, **values: float) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.asarray(function(name, **values)(np.array(x, dtype=dtype)))


def slope(name: str, x: Any, dtype: Any = np.float64, **values: float) -> np.ndarray:
    f = function(name, **values)
    (found,) = flux.gradient(lambda x: flux.sum(f(x)), np.array(x, dtype=dtype))
    return np.asarray(found)


def test_every_name_of_the_table_is_there() -> None:
    assert set(NAMES) <= set(ACTIVATIONS.names())
    for alias, name in ALIASES.items():
        assert ACTIVATIONS.get(alias).name == name
    assert {entry.name for entry in ENTRIES if not entry.in_window} == LIBRARY_ONLY


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_defaults(entry: Entry) -> None:
    assert {hyper.name: hyper.default for hyper in entry.hypers} == pytest.approx(DEFAULTS.get(entry.name, {}), rel=1e-15)


GOLDEN = [
    ("gelu", [1, -1], [0.8411919906082768, -0.15880800939172324], {}),
    ("gelu_sigmoid", [1, -1], [0.8411919906082768, -0.15880800939172324], {}),
    ("gelu_erf", [1, -1], [0.8413447460685429, -0.15865525393145707], {}),
    ("tanhshrink", [1, -1], [0.23840584404423515, -0.23840584404423515], {}),
    ("mish", [-5, 1], [-0.033576237730161704, 0.8650983882673103], {}),
    ("softplus", [1e8, -1e8, 0], [1e8, 0, LN2], {}),
    ("leakyrelu", [-0.4], [-0.12], {"a": 0.3}),
    ("leakyrelu", [-10], [-0.2], {"a": 0.02}),  # the docstring of Flux says -0.5
    ("leakyrelu", [-1, 0, 2], [-0.01, 0, 2], {}),
    ("relu6", [10, 6, 0, -1], [6, 6, 0, 0], {}),
    ("trelu", [1, 1.1], [0, 1.1], {}),
    ("trelu", [0.9, 0.5], [0.9, 0], {"theta": 0.5}),
    ("softshrink", [15, -15, 4, 5], [10, -10, 0, 0], {"lambd": 5}),
    ("softshrink", [0.5, -0.5, 1, -1], [0, 0, 0.5, -0.5], {}),
    ("selu", [1, -1], [1.0507009873554805, -1.1113307378125625], {}),
    ("logsigmoid", [-1e5, 1e5], [-1e5, 0], {}),
    ("logcosh", [1000], [1000 - LN2], {}),
    ("hardswish", np.arange(-5, 6), [0, 0, 0, -1 / 3, -1 / 3, 0, 2 / 3, 5 / 3, 3, 4, 5], {}),
    ("celu", [-4], [-0.49983226868604874], {"alpha": 0.5}),
    ("lisht", [2.5], [2.4665357453785757], {}),
    ("swish", [1], [0.7310585786300049], {}),
    ("sigmoid", [1, -1, 0], [0.7310585786300049, 0.2689414213699951, 0.5], {}),
    ("hardsigmoid", [-4, -3, 0, 1.5, 3, 4], [0, 0, 0.5, 0.75, 1, 1], {}),
    ("hardtanh", [-2, -1, 0.5, 1, 2], [-1, -1, 0.5, 1, 1], {}),
    ("softsign", [-1, 0, 3], [-0.5, 0, 0.75], {}),
    ("elu", [0, 2, -1], [0, 2, 2 * (np.exp(-1) - 1)], {"alpha": 2}),
    ("relu", [-1, 0, 2], [0, 0, 2], {}),
    ("identity", [-1, 0, 2], [-1, 0, 2], {}),
]


@pytest.mark.parametrize(("name", "x", "expected", "values"), GOLDEN)
def test_golden_values(name: str, x: Any, expected: Any, values: dict[str, float]) -> None:
    np.testing.assert_allclose(at(name, x, **values), expected, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(at(name, x, np.float32, **values), expected, rtol=2e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("name", "x", "expected", "values"),
    [("selu", -10, -1.7580194, {}), ("elu", -10, -0.9999546, {}), ("elu", -10, -1.9999092, {"alpha": 2})],
)
def test_golden_values_in_single_precision(name: str, x: float, expected: float, values: dict[str, float]) -> None:
    found = at(name, [x], np.float32, **values)
    assert found.dtype == np.float32
    assert found[0] == pytest.approx(expected, rel=2e-7)


def test_fast_forms_saturate_exactly() -> None:
    np.testing.assert_array_equal(at("sigmoid_fast", [41, -81]), [1, 0])
    np.testing.assert_array_equal(at("sigmoid_fast", [41, -81], np.float32), [1, 0])
    x = np.linspace(-10, 10, 101)
    np.testing.assert_allclose(at("sigmoid_fast", x), at("sigmoid", x), rtol=1e-14)
    np.testing.assert_allclose(at("tanh_fast", x), np.tanh(x), rtol=1e-14)


KINKS = [
    ("identity", 0, 1, {}),
    ("sigmoid", 0, 0.25, {}),
    ("hardsigmoid", -3, 0, {}),
    ("hardsigmoid", 3, 0, {}),
    ("hardsigmoid", 0, 1 / 6, {}),
    ("logsigmoid", 0, 0.5, {}),
    ("hardtanh", -1, 0, {}),
    ("hardtanh", 1, 0, {}),
    ("hardtanh", 0.5, 1, {}),
    ("tanh", 0, 1, {}),
    ("tanh_fast", 0, 1, {}),
    ("sigmoid_fast", 0, 0.25, {}),
    ("relu", 0, 0, {}),
    ("leakyrelu", 0, 0.01, {}),
    ("leakyrelu", 0, 0.3, {"a": 0.3}),
    ("relu6", 0, 0, {}),
    ("relu6", 6, 0, {}),
    ("relu6", 3, 1, {}),
    ("elu", 0, 1, {}),
    ("elu", 0, 1, {"alpha": 2}),
    ("elu", -1, 2 * np.exp(-1), {"alpha": 2}),
    ("selu", 0, SELU_AT_ZERO, {}),
    ("selu", 1, 1.0507009873554805, {}),
    ("celu", 0, 1, {}),
    ("celu", 0, 1, {"alpha": 0.5}),
    ("celu", -1, np.exp(-2), {"alpha": 0.5}),
    ("gelu_tanh", 0, 0.5, {}),
    ("gelu_sigmoid", 0, 0.5, {}),
    ("gelu_erf", 0, 0.5, {}),
    ("swish", 0, 0.5, {}),
    ("hardswish", -3, -0.5, {}),
    ("hardswish", 3, 1.5, {}),
    ("hardswish", -3.001, 0, {}),
    ("hardswish", 3.001, 1, {}),
    ("lisht", 0, 0, {}),
    ("logcosh", 0, 0, {}),
    ("logcosh", 1, np.tanh(1), {}),
    ("mish", 0, 0.6, {}),
    ("softplus", 0, 0.5, {}),
    ("softsign", 0, 1, {}),
    ("softsign", -1, 0.25, {}),
    ("tanhshrink", 0, 0, {}),
    ("tanhshrink", 1, np.tanh(1) ** 2, {}),
    ("softshrink", 0.5, 0, {}),
    ("softshrink", -0.5, 0, {}),
    ("softshrink", 0, 0, {}),
    ("softshrink", -2, 1, {}),
    ("trelu", 1, 0, {}),
    ("trelu", 1.5, 1, {}),
    ("trelu", 0.5, 0, {"theta": 0.5}),
]


@pytest.mark.parametrize(("name", "x", "expected", "values"), KINKS)
def test_derivatives_as_coded_in_flux(name: str, x: float, expected: float, values: dict[str, float]) -> None:
    assert slope(name, [x], **values)[0] == pytest.approx(expected, abs=1e-14)
    assert slope(name, [x], np.float32, **values)[0] == pytest.approx(expected, abs=1e-6)


MINUS_INF = {
    **dict.fromkeys(("gelu_tanh", "gelu_sigmoid", "gelu_erf", "swish", "hardswish", "logcosh", "mish", "softsign", "custom"), NAN),
    **dict.fromkeys(("sigmoid", "sigmoid_fast", "hardsigmoid", "relu", "relu6", "softplus", "trelu"), 0.0),
    **dict.fromkeys(("tanh", "tanh_fast", "hardtanh", "elu", "celu"), -1.0),
    **dict.fromkeys(("identity", "logsigmoid", "leakyrelu", "tanhshrink", "softshrink"), -INF),
    "selu": -SELU_AT_ZERO,
    "lisht": INF,
}
PLUS_INF = {
    **dict.fromkeys(("sigmoid", "sigmoid_fast", "hardsigmoid", "tanh", "tanh_fast", "hardtanh"), 1.0),
    "relu6": 6.0,
    "logsigmoid": 0.0,
    "softsign": NAN,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_nan_stays_nan_and_infinity_does_as_in_flux(entry: Entry, dtype: Any) -> None:
    found = at(entry.name, [NAN, -INF, INF], dtype)
    assert np.isnan(found[0])
    expected = [-INF if entry.name == "rrelu" else MINUS_INF[entry.name], PLUS_INF.get(entry.name, INF)]
    np.testing.assert_allclose(found[1:], expected, rtol=1e-6)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_single_precision_stays_single(entry: Entry) -> None:
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    assert at(entry.name, x, np.float32).dtype == np.float32
    assert slope(entry.name, x, np.float32).dtype == np.float32
    assert at(entry.name, x, np.float64).dtype == np.float64


@pytest.mark.parametrize("entry", CERTAIN, ids=lambda e: e.name)
def test_single_precision_is_stable_far_out(entry: Entry) -> None:
    big = np.array([-1e4, -1e3, -88.7, -50, -20, -4, 4, 20, 50, 88.7, 1e3, 1e4])
    for found, wide in (
        (at(entry.name, big, np.float32), at(entry.name, big)),
        (slope(entry.name, big, np.float32), slope(entry.name, big)),
    ):
        assert np.isfinite(found).all()
        assert np.isfinite(wide).all()
        np.testing.assert_allclose(found, wide, rtol=1e-4, atol=2e-6)


def test_rrelu_draws_anew_at_every_call_in_training_and_in_test_mode() -> None:
    x = -np.ones((50, 20), np.float32)
    chain = flux.Chain(flux.Dense(np.eye(20, dtype=np.float32), False, "rrelu"))
    for f in (ACTIVATIONS.get("rrelu").function, chain):
        one, two = np.asarray(f(x)), np.asarray(f(x))
        for values in (one, two):
            assert values.min() >= -1 / 3 - 1e-6
            assert values.max() <= -1 / 8 + 1e-6
            assert np.unique(values).size > 900
        assert (one != two).mean() > 0.9
    value, (slopes,) = flux.withgradient(lambda x: flux.sum(function("rrelu")(x)), x)
    assert np.unique(slopes).size > 900
    assert value == pytest.approx(-slopes.sum(), rel=1e-5), "the derivative is the drawn a"
    np.testing.assert_array_equal(at("rrelu", [0.0, 2.0]), [0, 2])


def test_a_formula_of_ones_own() -> None:
    x = np.linspace(-4, 4, 9)
    f = resolve("custom", formula="x*sigmoid(1.702*x)")
    np.testing.assert_allclose(f(x), x / (1 + np.exp(-1.702 * x)), rtol=1e-14)
    np.testing.assert_allclose(resolve("custom")(x), f(x), rtol=0, atol=0)
    assert flux.check_gradient(lambda x: flux.sum(f(x)), x) < 1e-7
    other = resolve("custom", formula="x^2 + 1")
    np.testing.assert_allclose(other(x), x**2 + 1, rtol=1e-14)
    (found,) = flux.gradient(lambda x: flux.sum(other(x)), x)
    np.testing.assert_allclose(found, 2 * x, rtol=1e-14)
    for wrong in ("1 + 2", "y", "x +", "import os", ""):
        with pytest.raises(FluxError):
            resolve("custom", formula=wrong or "2")


def test_functions_are_words_of_the_library() -> None:
    x = np.array([-1.0, 2.0])
    for name in NAMES:
        if name not in ("custom", "identity") and hasattr(flux, name):
            assert callable(getattr(flux, name))
    np.testing.assert_allclose(flux.leakyrelu(x, a=0.3), [-0.3, 2])
    np.testing.assert_allclose(flux.elu(x, alpha=2.0), [2 * np.expm1(-1), 2])
    np.testing.assert_allclose(flux.softshrink(x, lambd=1.5), [0, 0.5])


def test_softmax_is_a_step_of_a_chain_and_no_activation() -> None:
    for activation in ("softmax", flux.softmax, "logsoftmax", flux.logsoftmax):
        with pytest.raises(FluxError, match="softmax"):
            flux.Dense(2, 3, activation)


def test_softmax_along_the_last_axis() -> None:
    x = np.random.default_rng(0).standard_normal((4, 3))
    y, wanted = flux.softmax(x), np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(y, wanted, rtol=1e-14)
    np.testing.assert_allclose(flux.logsoftmax(x), np.log(wanted), rtol=1e-13)
    np.testing.assert_allclose(flux.softmax(x + 1e4), wanted, rtol=1e-11)
    dy = np.random.default_rng(1).standard_normal((4, 3))
    (found,) = flux.gradient(lambda x: flux.sum(flux.softmax(x) * dy), x)
    np.testing.assert_allclose(found, wanted * (dy - (dy * wanted).sum(axis=1, keepdims=True)), rtol=1e-12, atol=1e-15)
    (found,) = flux.gradient(lambda x: flux.sum(flux.logsoftmax(x) * dy), x)
    np.testing.assert_allclose(found, dy - dy.sum(axis=1, keepdims=True) * wanted, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_of_infinite_scores(dtype: Any) -> None:
    x = np.array([[INF, 0, 1], [INF, INF, 1], [-INF, 0, 0]], dtype)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(flux.softmax(x), [[1, 0, 0], [0.5, 0.5, 0], [0, 0.5, 0.5]])
        np.testing.assert_allclose(flux.logsoftmax(x), [[0, -INF, -INF], [-LN2, -LN2, -INF], [-INF, -LN2, -LN2]], rtol=1e-6)
