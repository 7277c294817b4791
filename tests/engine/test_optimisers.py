"""Tests of the table of rules and of chains: Flux's trajectories to the last printed digit, texts, intervals, values."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, SettingError
from flux_gui.engine.backend import STRICT
from flux_gui.engine.optimisers import OPTIMISERS, OptimiserChain, Rule, check_values, rule, spread
from flux_gui.engine.parameters import ParameterStore, Slot
from flux_gui.engine.rules import RuleEntry
from flux_gui.engine.update import OptimiserState

ENTRIES = list(OPTIMISERS)
TRAJECTORIES = [
    (flux.Descent(), (0.95, 0.97, 0.96)),
    (flux.Momentum(), (0.995, 0.9925, 0.98925)),
    (flux.Nesterov(), (0.99905, 0.999025, 0.9986325)),
    (flux.Rprop(), (0.999, 0.999, 0.9985)),
    (flux.RMSProp(), (0.996837722539832, 0.998066312698028, 0.997431951258574)),
    (flux.RMSProp(centred=True), (0.996666666888889, 0.997910006555915, 0.997261717746841)),
    (flux.Adam(), (0.99900000002, 0.998654394181165, 0.998275002408357)),
    (flux.AdaMax(), (0.99900000002, 0.998736578709221, 0.998496245890198)),
    (flux.NAdam(), (0.998525578423779, 0.998584016312092, 0.998198015936659)),
    (flux.RAdam(), (0.9995, 0.999368421052632, 0.99924849485337)),
    (flux.OAdam(), (0.99800000004, 0.998821490002394, 0.998438982534743)),
    (flux.AdaBelief(), (0.998888888888889, 0.998518976333805, 0.998109621213024)),
    (flux.AdamW(), (0.99900000002, 0.998654394181165, 0.998275002408357)),
    (flux.AdamW(lambd=0.1), (0.99890000002, 0.998454504181163, 0.997975266957937)),
    (flux.AdamW(lambd=0.1, couple=False), (0.89900000002, 0.808754394179165, 0.72749956298844)),
    (flux.Lion(), (0.999, 1.0, 0.999)),
    (flux.AdaGrad(), (0.900000004, 0.937139070305426, 0.918881652359544)),
    (flux.AdaDelta(), (0.999683772297229, 0.999857521144176, 0.999763389822489)),
    (flux.AMSGrad(), (0.996837786950966, 0.995369128891954, 0.993491082195215)),
]


def trajectory(given: Rule | OptimiserChain, dtype: type, gradients: tuple[float, ...] = (0.5, -0.2, 0.1)) -> list[float]:
    """x after each step from 1."""
    store = ParameterStore(1, 0, dtype)
    store.flat[:] = 1.0
    state = OptimiserState(given, store)
    seen = []
    for g in gradients:
        store.gradient[:] = g
        state.run()
        seen.append(float(store.flat[0]))
    return seen


@pytest.mark.parametrize(("given", "expected"), TRAJECTORIES, ids=[repr(given) for given, _ in TRAJECTORIES])
def test_trajectories_of_flux(given: Rule, expected: tuple[float, ...]) -> None:
    np.testing.assert_allclose(trajectory(given, np.float64), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(trajectory(given, np.float32), expected, rtol=1e-5)


def test_every_optimiser_has_a_trajectory() -> None:
    assert {entry.name for entry in ENTRIES if entry.kind == "optimiser"} == {given.entry.name for given, _ in TRAJECTORIES}


def test_rectified_adam_trusts_its_second_moment_from_the_fifth_step() -> None:
    m = v = 0.0
    x, expected = 1.0, []
    last = 2 / (1 - 0.999) - 1
    for t, g in enumerate((0.5, -0.2, 0.1, 0.3, 0.2, -0.4, 0.1), start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        first, second = 0.9**t, 0.999**t
        rho = last - 2 * t * second / (1 - second)
        if rho > 4:
            r = ((rho - 4) * (rho - 2) * last / ((last - 4) * (last - 2) * rho)) ** 0.5
            x -= 0.001 * r * (m / (1 - first)) / ((v / (1 - second)) ** 0.5 + 1e-8)
        else:
            x -= 0.001 * m / (1 - first)
        assert (rho > 4) == (t >= 5)
        expected.append(x)
    np.testing.assert_allclose(trajectory(flux.RAdam(), np.float64, (0.5, -0.2, 0.1, 0.3, 0.2, -0.4, 0.1)), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_texts_and_intervals(entry: RuleEntry) -> None:
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert entry.kind in ("optimiser", "regularisation", "clipping", "accumulation")
    assert entry.names["flux"] == entry.name
    for hyper in entry.hypers:
        assert hyper.doc.endswith(".")
        assert hyper.label
        assert hyper.low <= hyper.default <= hyper.high
        for bad in (hyper.low - 0.1, float("nan"), float("inf")):
            with pytest.raises(SettingError, match="must be a number"):
                rule(entry.name, {hyper.name: bad})
    assert isinstance(repr(rule(entry.name)), str)
    assert {*entry.optional} <= {*entry.slots}
    assert {*entry.fixed} <= {hyper.name for hyper in entry.hypers}


def test_constructors_take_the_arguments_of_flux() -> None:
    assert repr(flux.Descent()) == "Descent(eta=0.1)"
    assert flux.Momentum(0.02, 0.5).values == {"eta": 0.02, "rho": 0.5}
    assert flux.Adam(beta=(0.8, 0.9)).values == {"eta": 0.001, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-8}
    assert rule("adam").entry.name == "Adam"
    with pytest.raises(SettingError, match="optimiser called 'Adan'"):
        rule("Adan")


def test_chains_consist_of_rules() -> None:
    chain = flux.OptimiserChain(flux.ClipGrad(2), flux.OptimiserChain(flux.WeightDecay(), flux.Adam()))
    assert [single.entry.name for single in chain.rules] == ["ClipGrad", "WeightDecay", "Adam"]
    assert repr(flux.OptimiserChain(flux.ClipGrad(2), flux.Descent())) == "OptimiserChain(ClipGrad(delta=2), Descent(eta=0.1))"
    with pytest.raises(FluxError, match="consists of rules"):
        flux.OptimiserChain(flux.ClipGrad(2), "Adam")  # type: ignore[arg-type]


def test_adjustments_are_checked() -> None:
    entry = OPTIMISERS.get("Momentum")
    assert check_values(entry, {"rho": 0.5}) == {"rho": 0.5}
    for values in ({}, {"beta": 1.0}, {"eta": -1.0}):
        with pytest.raises(SettingError):
            check_values(entry, values)
    with pytest.raises(SettingError, match="'centred' cannot change"):
        check_values(OPTIMISERS.get("RMSProp"), {"centred": 1.0})
    assert spread(OPTIMISERS.get("Adam"), {"beta": (0.5, 0.6), "eta": 0.1}) == {"beta1": 0.5, "beta2": 0.6, "eta": 0.1}


@pytest.mark.parametrize("backend", [None, STRICT], ids=["numpy", "strict"])
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_single_precision_stays_single(entry: RuleEntry, backend: Any) -> None:
    model = flux.Chain(flux.Dense(2, 3, seed=0), flux.Dense(3, 1, seed=1))
    if backend is not None:
        model._store.move(backend)
    state = flux.setup(rule(entry.name), model)
    for step in range(3):
        state.backend.load(state.store.gradient, np.linspace(-1, 1, model.flat.size) * (step + 1))
        state.run()
    assert {array.dtype for name, array in state.export().items() if name != "groups"} <= {np.dtype(np.float32)}
    assert np.isfinite(state.backend.to_host(state.store.flat)).all()
    assert state.store.flat.dtype == np.float32


ENDS = [
    (entry.name, hyper.name, end)
    for entry in ENTRIES
    for hyper in entry.hypers
    for end in (hyper.low, hyper.high)
    if not (end == hyper.high and hyper.name in ("eta", "lambd", "omega", "delta", "gamma1", "gamma2", "p"))
]


@pytest.mark.parametrize(("name", "hyper", "end"), ENDS)
def test_every_rule_is_finite_at_the_ends_of_its_intervals(name: str, hyper: str, end: float) -> None:
    store = ParameterStore(3, 0, np.float32)
    slots = [Slot("weight", (3,), 0, 3, 0, "weight")]
    state = OptimiserState(rule(name, {hyper: end}), store, slots)
    for gradient in ([0.3, 0.0, -0.2], [0.3, 0.0, -0.2], [0.0, 0.0, 0.0], [-0.3, 0.0, 0.2]):
        store.gradient[:] = gradient
        state.run()
        assert np.isfinite(store.flat).all()
        assert all(np.isfinite(array).all() for array in state.slots.values())
