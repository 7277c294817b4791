"""Tests of the compiled update: chunks against the formulas, segments, one plan per chunk length, no new arrays."""

import sys
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine.backend import NUMPY, STRICT
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.engine.parameters import ParameterStore
from flux_gui.engine.rules import trace_step
from flux_gui.engine.segments import UpdateCompiler, cut
from flux_gui.engine.update import OptimiserState

MODULE = sys.modules[UpdateCompiler.__module__]
NAMES = [entry.name for entry in OPTIMISERS if not entry.per_array and not entry.gate]


def stepped(state: OptimiserState, gradient: np.ndarray) -> np.ndarray:
    state.backend.load(state.store.gradient, gradient)
    state.run()
    return np.array(state.backend.to_host(state.store.flat))


def fresh(rules: Any, size: int, backend: Any = NUMPY, dtype: Any = np.float64) -> OptimiserState:
    store = ParameterStore(size, 0, dtype)
    store.flat[:] = np.linspace(-1, 1, size)
    store.move(backend)
    return OptimiserState(rules, store)


@pytest.mark.parametrize("backend", [NUMPY, STRICT], ids=["numpy", "strict"])
@pytest.mark.parametrize("name", NAMES)
def test_chunks_give_what_the_formula_gives(name: str, backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "CHUNK", 16)
    state, entry = fresh(flux.rule(name), 49, backend), OPTIMISERS.get(name)  # the last chunk is a single number
    x, values = np.linspace(-1, 1, 49), entry.values()
    own: dict[str, Any] = {k: np.full(49, v) for k, v in entry.slots_for(values).items()} | entry.scalars_for(values)
    for number in range(6):
        g = np.random.default_rng(number).standard_normal(49)
        if number == 3:
            changes: dict[str, Any] = {entry.hypers[0].name: 0.02}
            state.adjust(**changes)
            values |= changes
        step, changed = trace_step(entry, g, x, values, own)
        x, own = x - step, own | changed
        np.testing.assert_allclose(stepped(state, g), x, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("backend", [NUMPY, STRICT], ids=["numpy", "strict"])
@pytest.mark.parametrize("p", [2.0, 1.0, 0.0, 3.0])
def test_norms_are_those_of_each_array(p: float, backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "CHUNK", 4)
    model = flux.Chain(flux.Dense(np.zeros((3, 2)), True), flux.Dense(np.zeros((1, 3)), False))
    model._store.move(backend)
    rules = flux.OptimiserChain(flux.WeightDecay(0.5), flux.ClipNorm(1.5, p), flux.Descent(1.0))
    state = flux.setup(rules, model)
    x, g = np.zeros(12), np.random.default_rng(0).standard_normal(12) * np.repeat([1, 0.1, 3], [6, 3, 3])
    for _ in range(3):
        given = g + 0.5 * x
        for slot in model.layout:
            part = slice(slot.start, slot.stop)
            x[part] -= given[part] * min(1.5 / np.linalg.norm(given[part], p or np.inf), 1)
        np.testing.assert_allclose(stepped(state, g), x, rtol=1e-12)


def test_segments_end_where_a_rule_needs_more_than_its_numbers() -> None:
    rules = flux.OptimiserChain(flux.WeightDecay(), flux.AccumGrad(2), flux.ClipNorm(), flux.ClipGrad(), flux.Adam()).rules
    assert [(s.first, s.last, s.ending, s.source) for s in cut(rules)] == [
        (0, 2, "gate", "gradient"),
        (2, 2, "norm", "1.sum"),
        (3, 5, "step", "1.sum"),
    ]
    assert [(s.first, s.last, s.ending) for s in cut(rules[3:])] == [(0, 2, "step")]


def test_one_plan_serves_all_chunks_of_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "CHUNK", 16)
    state = fresh(flux.Adam(), 16 * 9 + 5)
    state.split([16 * 4])
    state.calls()
    assert state._compiler is not None
    assert sorted(size for _, size in state._compiler._templates) == [5, 16]


def test_few_calls_for_small_networks(numpy_only: None) -> None:
    assert len(fresh(flux.Descent(), 2).calls()) == 2
    assert len(fresh(flux.Adam(), 2).calls()) <= 20


def test_updates_allocate_no_array(numpy_only: None) -> None:
    state = fresh(flux.Adam(), 40_000)
    calls = state.calls()
    assert all(call[0] in (np.copyto, np.dot) or isinstance(call[0], np.ufunc) for call in calls)
    owners = {id(a if a.base is None else a.base) for _, arguments in calls for a in arguments if isinstance(a, np.ndarray)}
    assert len(owners) < 25
    assert all(call[1][-1].flags.writeable for call in calls)
