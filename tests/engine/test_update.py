"""Tests of the optimiser's state: chunks, live values, export and load, on numpy and on the strict stand-in."""

import sys
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, SettingError, ShapeError
from flux_gui.engine.backend import NUMPY, STRICT
from flux_gui.engine.optimisers import OPTIMISERS, trace_step
from flux_gui.engine.parameters import ParameterStore
from flux_gui.engine.update import OptimiserState

NAMES = OPTIMISERS.names()


def stepped(state: OptimiserState, gradient: np.ndarray) -> np.ndarray:
    state.backend.load(state.store.gradient, gradient)
    for function, arguments in state.calls():
        function(*arguments)
    return np.array(state.backend.to_host(state.store.flat))


def fresh(name: str, size: int, backend: Any = NUMPY, dtype: Any = np.float64) -> OptimiserState:
    store = ParameterStore(size, 0, dtype)
    store.flat[:] = np.linspace(-1, 1, size)
    store.move(backend)
    return OptimiserState(flux.rule(name), store)


@pytest.mark.parametrize("backend", [NUMPY, STRICT], ids=["numpy", "strict"])
@pytest.mark.parametrize("name", NAMES)
def test_chunks_give_what_the_formula_gives(name: str, backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[OptimiserState.__module__], "CHUNK", 16)
    state, entry = fresh(name, 49, backend), OPTIMISERS.get(name)  # the last chunk is a single number
    x = np.linspace(-1, 1, 49)
    slots: dict[str, Any] = {
        **{k: np.full(49, v) for k, v in entry.slots.items()},
        **{k: entry.values()[v] for k, v in entry.scalars.items()},
    }
    for step in range(4):
        g = np.random.default_rng(step).standard_normal(49)
        x, changed = trace_step(entry, g, x, entry.values(), slots)
        slots |= changed
        np.testing.assert_allclose(stepped(state, g), x, rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_changed_rates_keep_the_momentum_and_recompile_nothing(name: str) -> None:
    state = fresh(name, 3)
    reference, entry = np.linspace(-1, 1, 3), OPTIMISERS.get(name)
    slots: dict[str, Any] = {
        **{k: np.full(3, v) for k, v in entry.slots.items()},
        **{k: entry.values()[v] for k, v in entry.scalars.items()},
    }
    values = entry.values()
    g = np.array([1.0, -2.0, 0.5])
    calls = state.calls()
    for eta in (0.1, 0.1, 0.37, 0.37, 0.0, 0.02):
        state.adjust(eta)
        values["eta"] = eta
        reference, changed = trace_step(entry, g, reference, values, slots)
        slots |= changed
        np.testing.assert_allclose(stepped(state, g), reference, rtol=1e-12)
        assert state.values["eta"] == eta
    assert state.calls() is calls


def test_other_values_change_as_well() -> None:
    state = fresh("Adam", 1)
    state.calls()
    state.adjust(beta1=0.5, epsilon=1e-3)
    assert stepped(state, np.array([2.0]))[0] == pytest.approx(-1 - 0.001 * ((0.5 * 2) / (1 - 0.9)) / (2 + 1e-3), rel=1e-9)
    with pytest.raises(SettingError, match="no setting 'rho'"):
        state.adjust(rho=0.1)
    with pytest.raises(SettingError, match="at least 0"):
        state.adjust(-1.0)


@pytest.mark.parametrize("backend", [NUMPY, STRICT], ids=["numpy", "strict"])
@pytest.mark.parametrize("name", NAMES)
def test_a_loaded_state_goes_on_bit_for_bit(name: str, backend: Any) -> None:
    gradients = np.random.default_rng(0).standard_normal((6, 5)).astype(np.float32)
    one, other = (fresh(name, 5, backend, np.float32) for _ in range(2))
    for g in gradients[:3]:
        stepped(one, g)
    exported = one.export()
    other.load(exported)
    backend.load(other.store.flat, backend.to_host(one.store.flat))
    for g in gradients[3:]:
        np.testing.assert_array_equal(stepped(one, g), stepped(other, g))
    assert all(isinstance(array, np.ndarray) for array in exported.values())
    assert set(exported) == {*(f"slot.{slot}" for slot in OPTIMISERS.get(name).slots), "scalars"}


def test_updates_allocate_no_array() -> None:
    state = fresh("Adam", 1000)
    arrays = [a for _, arguments in state.calls() for a in arguments if isinstance(a, np.ndarray)]
    assert state.calls() is state.calls()
    assert all(call[0] in (np.copyto, np.dot) or isinstance(call[0], np.ufunc) for call in state.calls())
    owners = {id(a if a.base is None else a.base) for a in arrays}
    assert len(owners) < 25


def test_foreign_states_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"Adam has no fitting 'slot\.m'"):
        fresh("Adam", 3).load(fresh("Momentum", 3).export())
    with pytest.raises(ShapeError, match="Momentum"):
        fresh("Momentum", 3).load(fresh("Momentum", 4).export())
    with pytest.raises(FluxError, match="setup expects an optimiser"):
        flux.setup("Adam", flux.Dense(1, 1))  # type: ignore[arg-type]


def test_a_model_without_parameters_has_nothing_to_update() -> None:
    assert stepped(fresh("Adam", 0), np.empty(0)).size == 0
