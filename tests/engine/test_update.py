"""Tests of the optimiser's state: Flux's goldens of chains, live values, frozen layers, schedules, export and load."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import DivergedError, FluxError, SettingError, ShapeError
from flux_gui.engine.backend import NUMPY, STRICT
from flux_gui.engine.optimisers import OPTIMISERS, OptimiserChain, Rule
from flux_gui.engine.parameters import ParameterStore
from flux_gui.engine.update import OptimiserState

NAMES = OPTIMISERS.names()
CHAINS: dict[str, Rule | OptimiserChain] = {
    **{name: flux.rule(name) for name in NAMES},
    "decay": flux.OptimiserChain(flux.WeightDecay(0.1), flux.Adam()),
    "clip": flux.OptimiserChain(flux.SignDecay(), flux.ClipNorm(0.5), flux.ClipGrad(0.2), flux.Momentum(0.1)),
    "gather": flux.OptimiserChain(flux.ClipGrad(1), flux.AccumGrad(3), flux.WeightDecay(0.01), flux.ClipNorm(1, 1), flux.RAdam()),
    "two": flux.OptimiserChain(flux.Adam(), flux.Adam(0.5)),
}
BACKENDS = pytest.mark.parametrize("backend", [NUMPY, STRICT], ids=["numpy", "strict"])


def stepped(state: OptimiserState, gradient: Any, skip: Any = ()) -> np.ndarray:
    state.backend.load(state.store.gradient, np.asarray(gradient))
    state.run(skip)
    return np.array(state.backend.to_host(state.store.flat))


def pair(rules: Rule | OptimiserChain, backend: Any = NUMPY, dtype: Any = np.float64) -> tuple[flux.Chain, OptimiserState]:
    """A model of two layers with 3 and 2 parameters."""
    model = flux.Chain(flux.Dense(np.ones((1, 2)), True), flux.Dense(np.ones((1, 1)), True), dtype=dtype)
    model.load_flat(np.linspace(-1, 1, 5))
    model._store.move(backend)
    return model, flux.setup(rules, model)


def of(rules: Rule | OptimiserChain, x: list[float]) -> OptimiserState:
    """A state over parameters x that are two arrays of one number each, or one array."""
    model = flux.Chain(*(flux.Dense(np.full((1, 1), v), False) for v in x))
    return flux.setup(rules, model)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (flux.WeightDecay(0.1), [-0.1, 7, 87]),
        (flux.SignDecay(0.1), [-0.1, 7.9, 96.9]),
        (flux.ClipGrad(2), [0, 8, 98]),
        (flux.OptimiserChain(flux.ClipGrad(2), flux.WeightDecay(0.1)), [-0.1, 7, 88]),
        (flux.OptimiserChain(flux.Descent(0.1)), [0.9, 9.8, 99.7]),
        (flux.OptimiserChain(), [0, 8, 97]),
    ],
    ids=str,
)
def test_goldens_of_chains(rules: Any, expected: list[float]) -> None:
    np.testing.assert_allclose(stepped(of(rules, [1.0, 10.0, 100.0]), [1, 2, 3]), expected, rtol=0, atol=1e-12)


def test_more_goldens() -> None:
    np.testing.assert_allclose(stepped(of(flux.SignDecay(0.1), [1.0, -10.0, 100.0]), [3, 2, -1]), [-2.1, -11.9, 100.9])
    np.testing.assert_allclose(stepped(of(flux.AdamW(0.1), [1.0, 2.0]), [2, 4]), [0.9, 1.9], atol=1e-8)
    state = of(flux.OptimiserChain(flux.ClipGrad(2), flux.Adam()), [1.0, 1.0, 1.0])
    stepped(state, [1, 10, 100])
    np.testing.assert_allclose(state.slots["Adam.m"], [0.1, 0.2, 0.2], rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gathered_gradients_of_flux(dtype: Any) -> None:
    model = flux.Chain(flux.Dense(np.ones((1, 1), dtype), False), flux.Dense(np.full((1, 1), 2, dtype), False), dtype=dtype)
    state = flux.setup(flux.OptimiserChain(flux.AccumGrad(2), flux.WeightDecay(0.01), flux.Descent(0.1)), model)
    for _ in range(2):
        model.load_flat(np.array([1.0, 2.0]))
        np.testing.assert_array_equal(stepped(state, [33, 0]), [1, 2])
        np.testing.assert_allclose(stepped(state, [0, 444]), [-0.651, -20.202], rtol=1e-6)


def test_frozen_layers_of_flux() -> None:
    model = flux.Chain(flux.Dense(np.array([[1.0, 2.0]]), False), flux.Dense(np.array([[3.0], [4.0]]), False))
    state = flux.setup(flux.Descent(0.1), model)
    flux.freeze(state, model[1])
    np.testing.assert_allclose(stepped(state, [1, 10, 100, 1000]), [0.9, 1, 3, 4])
    flux.adjust(state, 0.2)
    flux.thaw(state, model[1])
    np.testing.assert_allclose(stepped(state, [1, 10, 100, 1000]), [0.7, -1, -17, -196])


@pytest.mark.parametrize("name", NAMES)
def test_layers_that_rest_keep_their_state(name: str) -> None:
    """A frozen layer and one whose gradient is missing go on as if the steps in between had not been."""
    g = np.random.default_rng(0).standard_normal((4, 5))
    (_, plain), (model, frozen), (_, skipped) = (pair(flux.rule(name)) for _ in range(3))
    for row in g[:2]:
        stepped(plain, row)
        stepped(frozen, row)
        stepped(skipped, row)
    frozen.freeze(model[0])
    stepped(frozen, g[2])
    stepped(skipped, g[2], ((0, 3),))
    frozen.thaw(model[0])
    expected = stepped(plain, g[3])[:3]
    np.testing.assert_array_equal(stepped(frozen, g[3])[:3], expected)
    np.testing.assert_array_equal(stepped(skipped, g[3])[:3], expected)


@BACKENDS
@pytest.mark.parametrize("name", CHAINS)
def test_a_group_of_its_own_changes_no_number(name: str, backend: Any) -> None:
    g = np.random.default_rng(0).standard_normal((7, 5))
    (_, whole), (model, split) = (pair(CHAINS[name], backend) for _ in range(2))
    for number, row in enumerate(g):
        if number == 2:
            flux.freeze(split, model[1])
            flux.thaw(split, model[1])
            assert [(group.start, group.stop) for group in split.groups] == [(0, 3), (3, 5)]
        np.testing.assert_array_equal(stepped(split, row), stepped(whole, row))


def test_one_layer_with_its_own_rate() -> None:
    model, state = pair(flux.Momentum(0.1))
    flux.adjust(state, 0.0, layer=model[1])
    before = model.flat.copy()
    after = stepped(state, np.ones(5))
    np.testing.assert_allclose(after - before, [-0.1, -0.1, -0.1, 0, 0])
    assert state.values["eta"] == 0.1
    state.adjust(0.5, layer=model[1])
    state.set_rate(0.05)
    before = model.flat.copy()
    np.testing.assert_allclose(before - stepped(state, np.ones(5)), [0.14, 0.14, 0.14, 0.25, 0.25])
    state.set_rate(None)
    before = model.flat.copy()
    np.testing.assert_allclose(before - stepped(state, np.zeros(5)), [0.126, 0.126, 0.126, 0.225, 0.225])
    assert state.values["eta"] == state.rate == 0.1


def test_values_of_a_chain() -> None:
    _, state = pair(flux.OptimiserChain(flux.WeightDecay(0.1), flux.ClipGrad(), flux.AdamW()))
    state.calls()
    state.adjust(lambd=0.5)
    assert [values.get("lambd") for values in state.base] == [0.5, None, 0.5]
    state.adjust(None, layer=None, **{"WeightDecay.lambd": 0.25, "beta": (0.5, 0.6)})
    assert [values.get("lambd") for values in state.base] == [0.25, None, 0.5]
    assert (state.values["beta1"], state.values["beta2"], state.rule.entry.name) == (0.5, 0.6, "AdamW")
    for wrong in ({"rho": 0.1}, {"couple": 0.0}, {"lambd": -1.0}, {"ClipGrad.lambd": 1.0}):
        with pytest.raises(SettingError):
            state.adjust(None, layer=None, **wrong)
    with pytest.raises(SettingError, match="nothing to adjust"):
        state.adjust()


@pytest.mark.parametrize("name", NAMES)
def test_changed_values_keep_the_lists_of_calls(name: str) -> None:
    _, state = pair(flux.rule(name))
    calls, version = state.calls(), state.version
    for hyper in state.rule.entry.hypers:
        if hyper.name not in state.rule.entry.fixed:
            flux.adjust(state, **{hyper.name: hyper.default})  # type: ignore[arg-type]
    state.set_rate(0.5)
    assert state.calls() is calls
    assert state.version == version


def test_powers_are_not_begun_anew() -> None:
    _, state = pair(flux.Adam())
    stepped(state, np.ones(5))
    state.adjust(beta=(0.5, 0.6))
    assert state.export()["Adam.scalars"].tolist() == [[0.9 * 0.9, 0.999 * 0.999]]
    stepped(state, np.ones(5))
    np.testing.assert_allclose(state.export()["Adam.scalars"], [[0.9 * 0.9 * 0.5, 0.999 * 0.999 * 0.6]])


def test_other_values_change_as_well() -> None:
    _, state = pair(flux.Adam())
    state.calls()
    state.adjust(beta1=0.5, epsilon=1e-3)
    assert stepped(state, np.full(5, 2.0))[0] == pytest.approx(-1 - 0.001 * ((0.5 * 2) / (1 - 0.9)) / (2 + 1e-3), rel=1e-9)


@BACKENDS
@pytest.mark.parametrize("name", CHAINS)
def test_a_loaded_state_goes_on_bit_for_bit(name: str, backend: Any) -> None:
    gradients = np.random.default_rng(0).standard_normal((9, 5)).astype(np.float32)
    (model, one), (_, other) = (pair(CHAINS[name], backend, np.float32) for _ in range(2))
    for number, g in enumerate(gradients[:4]):
        if number == 1:
            one.freeze(model[0])
        stepped(one, g)
    one.thaw(model[0])
    exported = one.export()
    other.load(exported)
    backend.load(other.store.flat, backend.to_host(one.store.flat))
    for g in gradients[4:]:
        np.testing.assert_array_equal(stepped(one, g), stepped(other, g))
    assert all(isinstance(array, np.ndarray) for array in exported.values())
    assert exported["groups"].tolist() == [[0, 3], [3, 5]]
    scalars = {f"{key}.scalars" for key, rule in zip(one.keys, one.rules, strict=True) if rule.entry.numbers}
    assert set(exported) == {*one.slots, *scalars, "groups"}
    assert all(exported[key].shape[0] == 2 for key in scalars)


def test_an_edited_chain_keeps_what_fits() -> None:
    _, old = pair(flux.OptimiserChain(flux.ClipGrad(1), flux.Adam()))
    _, new = pair(flux.OptimiserChain(flux.AccumGrad(2), flux.Adam()))
    stepped(old, np.ones(5))
    saved = old.export()
    new.load(saved, partial=True)
    np.testing.assert_array_equal(new.slots["Adam.m"], saved["Adam.m"])
    np.testing.assert_array_equal(new.export()["Adam.scalars"], saved["Adam.scalars"])
    assert not new.slots["AccumGrad.sum"].any()
    _, fresh = pair(flux.Adam())
    fresh.load({}, partial=True)
    fresh.load({"groups": np.array([[0, 9]]), "Adam.m": np.ones(9)}, partial=True)
    assert not fresh.slots["Adam.m"].any()


def test_foreign_states_are_refused() -> None:
    (_, adam), (_, momentum) = pair(flux.Adam()), pair(flux.Momentum())
    with pytest.raises(ShapeError, match=r"Adam has no fitting 'Adam\.m'"):
        adam.load(momentum.export())
    with pytest.raises(ShapeError, match="Momentum"):
        momentum.load({**momentum.export(), "Momentum.velocity": np.zeros(4)})
    with pytest.raises(ShapeError, match="groups"):
        pair(flux.Descent())[1].load({})
    with pytest.raises(FluxError, match="setup expects an optimiser"):
        flux.setup("Adam", flux.Dense(1, 1))  # type: ignore[arg-type]


def test_what_is_no_state_or_no_layer_of_it_is_refused() -> None:
    model, state = pair(flux.Adam())
    for function in (flux.freeze, flux.thaw):
        with pytest.raises(FluxError, match="optimiser state, not a model"):
            function(model, model[0])  # type: ignore[arg-type]
        with pytest.raises(FluxError, match="no layer of the model"):
            function(state, flux.Dense(1, 1))
    with pytest.raises(FluxError, match="optimiser state, not a model"):
        flux.adjust(model, 0.1)  # type: ignore[arg-type]


def test_norms_that_are_not_finite() -> None:
    model, state = pair(flux.OptimiserChain(flux.ClipNorm(), flux.Adam()))
    before = model.flat.copy()
    with pytest.raises(DivergedError, match=r"gradient of layers\.1\.weight has the norm inf"):
        stepped(state, [1, 1, 1, np.inf, 1])
    np.testing.assert_array_equal(model.flat, before)
    _, quiet = pair(flux.OptimiserChain(flux.ClipNorm(throw=False), flux.Descent()))
    assert np.isfinite(stepped(quiet, [1, 1, 1, np.inf, 1])).tolist() == [True, True, True, False, True]


def test_norms_need_to_know_the_arrays() -> None:
    state = OptimiserState(flux.ClipNorm(), ParameterStore(3, 0, np.float32))
    with pytest.raises(FluxError, match="needs to know the arrays"):
        state.calls()
    assert OptimiserState(flux.ClipNorm(), ParameterStore(0, 0, np.float32)).calls() == []


def test_a_model_without_parameters_has_nothing_to_update() -> None:
    assert stepped(OptimiserState(flux.Adam(), ParameterStore(0, 0, np.float32)), np.empty(0)).size == 0


def test_a_mean_of_as_many_gradients_as_were_gathered() -> None:
    state = of(flux.OptimiserChain(flux.AccumGrad(4), flux.Descent(1.0)), [0.0])
    for g in (1.0, 2.0):
        stepped(state, [g])
    state.adjust(n=3)
    np.testing.assert_allclose(stepped(state, [6.0]), [-3.0])
    for g in (1.0, 2.0):
        stepped(state, [g])
    state.adjust(n=1)
    np.testing.assert_allclose(stepped(state, [9.0]), [-7.0])
    with pytest.raises(SettingError, match="whole number"):
        state.adjust(n=2.5)
