"""Tests of every rule: Flux's trajectories to the last digit, texts, intervals; `trace_step` on plain arrays."""

from types import SimpleNamespace

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError
from flux_gui.engine.optimisers import OPTIMISERS, Rule, RuleEntry, check_values, rule, trace_step
from flux_gui.engine.parameters import ParameterStore
from flux_gui.engine.update import OptimiserState

ENTRIES = list(OPTIMISERS)
TRAJECTORIES = {
    "Descent": (0.95, 0.97, 0.96),
    "Momentum": (0.995, 0.9925, 0.98925),
    "Adam": (0.99900000002, 0.998654394181165, 0.998275002408357),
}


def trajectory(given: Rule, dtype: type) -> list[float]:
    """x after each step from 1 with gradients 0.5, -0.2, 0.1."""
    store = ParameterStore(1, 0, dtype)
    store.flat[:] = 1.0
    state = OptimiserState(given, store)
    seen = []
    for g in (0.5, -0.2, 0.1):
        store.gradient[:] = g
        for function, arguments in state.calls():
            function(*arguments)
        seen.append(float(store.flat[0]))
    return seen


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_trajectories_of_flux(entry: RuleEntry) -> None:
    np.testing.assert_allclose(trajectory(rule(entry.name), np.float64), TRAJECTORIES[entry.name], rtol=0, atol=1e-12)
    np.testing.assert_allclose(trajectory(rule(entry.name), np.float32), TRAJECTORIES[entry.name], rtol=1e-6)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_texts_and_intervals(entry: RuleEntry) -> None:
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert entry.hypers[0].name == "eta"
    for hyper in entry.hypers:
        assert hyper.doc
        assert hyper.label
        assert hyper.low <= hyper.default <= hyper.high
    for bad in (-0.1, float("nan"), float("inf")):
        with pytest.raises(SettingError, match=r"rate \(eta\) must be a number"):
            rule(entry.name, {"eta": bad})
    assert isinstance(repr(rule(entry.name)), str)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_the_function_works_on_plain_arrays(entry: RuleEntry) -> None:
    start = {**{k: np.full(1, v) for k, v in entry.slots.items()}, **{k: entry.values()[v] for k, v in entry.scalars.items()}}
    new, changed = trace_step(entry, np.array([0.5]), np.array([1.0]), entry.values(), start)
    assert new == pytest.approx(TRAJECTORIES[entry.name][0], abs=1e-12)
    assert set(changed) == {*entry.slots, *entry.scalars}


def test_golden_steps() -> None:
    h, s = SimpleNamespace(eta=0.1, rho=0.9), SimpleNamespace(velocity=0.0)
    np.testing.assert_allclose(OPTIMISERS.get("Momentum").function(np.array([25.0, 33.0]), None, h, s), [2.5, 3.3])
    np.testing.assert_allclose(np.array([1, 2]) - OPTIMISERS.get("Descent").function(np.array([25.0, 33.0]), None, h, s), [-1.5, -1.3])


def test_constructors_take_the_arguments_of_flux() -> None:
    assert repr(flux.Descent()) == "Descent(eta=0.1)"
    assert flux.Momentum(0.02, 0.5).values == {"eta": 0.02, "rho": 0.5}
    assert flux.Adam(beta=(0.8, 0.9)).values == {"eta": 0.001, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-8}
    assert rule("adam").entry.name == "Adam"
    with pytest.raises(SettingError, match="optimiser called 'Adan'"):
        rule("Adan")


def test_adjustments_are_checked() -> None:
    entry = OPTIMISERS.get("Momentum")
    assert check_values(entry, {"rho": 0.5}) == {"rho": 0.5}
    for values in ({}, {"beta": 1.0}, {"eta": -1.0}):
        with pytest.raises(SettingError):
            check_values(entry, values)
