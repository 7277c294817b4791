"""Tests of every activation: texts, slopes against finite differences and at kinks, number format, doors; and the recipe to add one."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FormulaError, SettingError
from flux_gui.core.registry import Entry, Hyper
from flux_gui.engine.activations import ACTIVATIONS, name_of, resolve
from flux_gui.engine.backend import NUMPY, STRICT
from flux_gui.engine.steps import compile_step

ENTRIES = list(ACTIVATIONS)
FIXED = [entry for entry in ENTRIES if entry.name != "rrelu"]  # rrelu draws its slope
OTHER = {"a": 0.3, "alpha": 1.7, "lambd": 0.8, "theta": 0.37, "lo": 0.2, "hi": 0.2}  # values that are nobody's default
KINKS: dict[str, dict[float, float]] = {  # slope by place, where the function has a kink or a limb ends
    "identity": {0.0: 1},
    "hardsigmoid": {-3.0: 0, 3.0: 0, 0.0: 1 / 6},
    "hardtanh": {-1.0: 0, 1.0: 0, 0.5: 1},
    "relu": {0.0: 0},
    "leakyrelu": {0.0: 0.01},
    "relu6": {0.0: 0, 6.0: 0, 1.0: 1},
    "elu": {0.0: 1},
    "selu": {0.0: 1.0507009873554805 * 1.6732632423543772},
    "celu": {0.0: 1},
    "hardswish": {-3.0: -0.5, 3.0: 1.5, -3.1: 0, 3.1: 1},
    "softshrink": {0.5: 0, -0.5: 0, 0.6: 1},
    "trelu": {1.0: 0, 1.5: 1},
    "softsign": {0.0: 1},
    "lisht": {0.0: 0},
}


def names(entry: Entry) -> str:
    return entry.name


def other(entry: Entry) -> dict[str, float]:
    return {hyper.name: OTHER[hyper.name] for hyper in entry.hypers}


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_texts_and_names(entry: Entry) -> None:
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert all(hyper.doc.endswith(".") for hyper in entry.hypers)
    assert entry.function.__doc__
    if not entry.custom:
        assert entry.names["flux"] == entry.name
        assert name_of(entry.function) == entry.name


def test_the_table_is_complete() -> None:
    table = """identity sigmoid hardsigmoid logsigmoid hardtanh tanh tanh_fast sigmoid_fast relu leakyrelu relu6 rrelu elu selu celu
    gelu_tanh gelu_sigmoid gelu_erf swish hardswish lisht logcosh mish softplus softsign tanhshrink softshrink trelu custom"""
    assert set(ACTIVATIONS.names()) == set(table.split())
    library_only = {entry.name for entry in ENTRIES} - {entry.name for entry in ACTIVATIONS.in_window()}
    assert library_only == {"gelu_sigmoid", "sigmoid_fast", "tanh_fast", "rrelu"}
    for alias, name in {
        "σ": "sigmoid",
        "hardσ": "hardsigmoid",
        "logσ": "logsigmoid",
        "gelu": "gelu_tanh",
        "thresholdrelu": "trelu",
    }.items():
        assert ACTIVATIONS.get(alias).name == name


@pytest.mark.parametrize("usual", [True, False], ids=["defaults", "others"])
@pytest.mark.parametrize("entry", FIXED, ids=names)
def test_slopes_equal_finite_differences(entry: Entry, usual: bool) -> None:
    function = resolve(entry.name, {} if usual else other(entry))
    x = np.linspace(-7, 7, 60) + 0.0123  # no kink among them
    assert flux.check_gradient(lambda x: flux.sum(function(x) * np.linspace(1, 2, 60)), x) < 1e-7


@pytest.mark.parametrize("name", sorted(KINKS))
def test_slopes_at_kinks(name: str) -> None:
    places = np.array(list(KINKS[name]))
    (slopes,) = flux.gradient(lambda x: flux.sum(resolve(name)(x)), places)
    np.testing.assert_allclose(slopes, list(KINKS[name].values()), rtol=1e-14)


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_single_precision_stays_single(entry: Entry) -> None:
    x = np.linspace(-2, 2, 7, dtype=np.float32)
    for values in ({}, other(entry)):
        function = resolve(entry.name, values)
        assert function(x).dtype == np.float32
        assert function(np.float32(0.3)).dtype == np.float32
        (slope,) = flux.gradient(lambda x, f=function: flux.sum(f(x)), x)
        assert slope.dtype == np.float32


@pytest.mark.parametrize("entry", FIXED, ids=names)
def test_single_precision_agrees_with_double(entry: Entry) -> None:
    x = np.concatenate([np.linspace(-30, 30, 601), [-1e4, 1e4, 1e-30, -1e-30]]).astype(np.float32)
    function = resolve(entry.name)
    exact = function(x.astype(np.float64))
    np.testing.assert_allclose(function(x), exact, rtol=3e-6, atol=3e-7)
    (slope,) = flux.gradient(lambda x: flux.sum(function(x)), x)
    (exact,) = flux.gradient(lambda x: flux.sum(function(x)), x.astype(np.float64))
    np.testing.assert_allclose(slope, exact, rtol=3e-6, atol=5e-6)


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_not_a_number_and_infinity(entry: Entry) -> None:
    function = resolve(entry.name)
    assert np.isnan(function(np.array([np.nan]))).all()
    assert np.isnan(resolve(entry.name, other(entry))(np.array([np.nan]))).all()
    left, right = function(np.array([-np.inf, np.inf]))
    assert np.isnan(left) == (
        entry.name in {"gelu_tanh", "gelu_erf", "gelu_sigmoid", "swish", "hardswish", "logcosh", "mish", "softsign", "custom"}
    )
    assert np.isnan(right) == (entry.name == "softsign")


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_whole_numbers_and_single_values_are_taken(entry: Entry) -> None:
    function = resolve(entry.name)
    assert entry.name == "identity" or function(np.array([1, 2])).dtype == np.float64
    assert np.shape(function(2.0)) == np.shape(function(2)) == ()


@pytest.mark.parametrize("entry", FIXED, ids=names)
def test_steps_run_on_every_device_and_allocate_nothing(entry: Entry) -> None:
    def step(backend: Any) -> Any:
        dense = flux.Dense(np.linspace(-1, 1, 256)[:, None].astype(np.float32), np.zeros(256), resolve(entry.name))
        dense._store.move(backend)
        built = compile_step(lambda x: flux.sum(flux.square(dense(x))), [backend.zeros((64, 1), np.float32)], dense._store)
        backend.load(built.inputs[0], np.linspace(-3, 3, 64).astype(np.float32)[:, None])
        built.run()
        return dense, built

    (dense, built), (other_dense, _) = step(NUMPY), step(STRICT)
    np.testing.assert_allclose(STRICT.to_host(other_dense._store.gradient), dense._store.gradient, rtol=1e-4, atol=1e-4)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        built.run()
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 40_000, f"{peak} bytes were allocated; an activation has {64 * 256 * 4}, numpy's own iteration buffer 32768"


def test_names_aliases_and_own_functions() -> None:
    assert ACTIVATIONS.get("ReLU").name == "relu"
    assert name_of(lambda x: x) == "<lambda>"

    def own(x: Any) -> Any:
        return x * flux.sigmoid(1.702 * x)

    assert resolve(own) is own
    assert flux.check_gradient(lambda x: flux.sum(own(x)), np.linspace(-2, 2, 9)) < 1e-7
    with pytest.raises(SettingError, match="activation called 'rellu'") as caught:
        resolve("rellu")
    assert "relu" in caught.value.hint


@pytest.mark.parametrize("step", ["softmax", "LogSoftmax", flux.softmax, flux.logsoftmax])
def test_softmax_is_not_an_activation(step: Any) -> None:
    with pytest.raises(SettingError, match="is not an activation") as caught:
        flux.Dense(3, 2, step)
    assert "behind the layer" in caught.value.hint


def test_formulas_of_ones_own() -> None:
    x = np.linspace(-3, 3, 11)
    np.testing.assert_allclose(resolve("custom")(x), x * flux.sigmoid(1.702 * x))
    bump = resolve("custom", None, "exp(-x^2) + erf(x)*0.1")
    np.testing.assert_allclose(bump(x), np.exp(-(x**2)) + 0.1 * flux.erf(x))
    assert flux.check_gradient(lambda x: flux.sum(bump(x)), x) < 1e-8
    assert resolve("custom", None, "max(x, 0)")(np.float32(2)).dtype == np.float32
    with pytest.raises(FormulaError, match="'3 \\+ 4' does not use x"):
        resolve("custom", None, "3 + 4")
    with pytest.raises(FormulaError, match="unknown"):
        resolve("custom", None, "x + y")


def test_adding_one_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in ("_entries", "_keys"):
        monkeypatch.setattr(ACTIVATIONS, table, dict(getattr(ACTIVATIONS, table)))
    slope = Hyper("a", 0.01, 0.0, 1.0, "Slope of the left half.")
    ACTIVATIONS.add(Entry("leaky", lambda x, a: flux.where(x > 0, x, a * x), "leaky", "A doc.", "a x", (slope,)))
    dense = flux.Dense(-np.ones((1, 1)), False, "leaky", activation_values={"a": 0.25})
    assert dense(np.ones((1, 1))) == -0.25
    assert dense.describe() == "Dense(1 => 1, leaky; bias=false)"
    with pytest.raises(SettingError, match="a must be a number"):
        flux.Dense(1, 1, "leaky", activation_values={"a": 2.0})
