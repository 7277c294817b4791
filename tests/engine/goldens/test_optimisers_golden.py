"""Flux's numbers for optimisers: golden steps, trajectories, chains, freezing, adjusting, accumulated and clipped gradients."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, SettingError
from flux_gui.engine.optimisers import OPTIMISERS, RuleEntry

ENTRIES = list(OPTIMISERS)
TABLE = [
    "Descent",
    "Momentum",
    "Nesterov",
    "RMSProp",
    "Rprop",
    "Adam",
    "AdamW",
    "RAdam",
    "AdaMax",
    "OAdam",
    "AdaGrad",
    "AdaDelta",
    "AMSGrad",
    "NAdam",
    "AdaBelief",
    "Lion",
    "WeightDecay",
    "SignDecay",
    "ClipGrad",
    "ClipNorm",
    "AccumGrad",
]


class Numbers(flux.Layer):
    """An array of trainable numbers and nothing else."""

    def __init__(self, values: Any, dtype: Any = np.float64) -> None:
        super().__init__(dtype)
        self.parameter("x", np.asarray(values, dtype))


def numbers(*values: Any, dtype: Any = np.float64) -> Any:
    """A model of one array, or of several as the layers of a chain."""
    return Numbers(values[0], dtype) if len(values) == 1 else flux.Chain(*(Numbers(v, dtype) for v in values))


def slope(model: Any, *gradients: Any) -> Any:
    """A loss whose slopes are these arrays; None leaves an array out."""
    parts = [model] if isinstance(model, Numbers) else list(model)
    return sum(flux.sum(part.x * np.asarray(g, model.flat.dtype)) for part, g in zip(parts, gradients, strict=True) if g is not None)


def step(state: Any, model: Any, *gradients: Any) -> None:
    flux.trainstep(lambda m: slope(m, *gradients), model, (), state)


def after(rule: Any, x: Any, *gradients: Any, dtype: Any = np.float64) -> list[np.ndarray]:
    """The array after each step."""
    model = numbers(x, dtype=dtype)
    state, seen = flux.setup(rule, model), []
    for g in gradients:
        step(state, model, g)
        seen.append(model.flat.copy())
    return seen


def test_every_rule_of_the_table_is_there() -> None:
    assert set(TABLE) <= set(OPTIMISERS.names())
    kinds = {entry.name: entry.kind for entry in ENTRIES}
    assert kinds["Adam"] == "optimiser"
    assert kinds["WeightDecay"] == kinds["SignDecay"] == "regularisation"
    assert kinds["ClipGrad"] == kinds["ClipNorm"] == "clipping"
    assert kinds["AccumGrad"] == "accumulation"


DEFAULTS = {
    "Descent": (0.1,),
    "Momentum": (0.01, 0.9),
    "Nesterov": (0.001, 0.9),
    "RMSProp": (0.001, 0.9, 1e-8),
    "Rprop": (0.001, (0.5, 1.2), (1e-6, 50)),
    "Adam": (0.001, (0.9, 0.999), 1e-8),
    "AdamW": (0.001, (0.9, 0.999), 0, 1e-8),
    "RAdam": (0.001, (0.9, 0.999), 1e-8),
    "AdaMax": (0.001, (0.9, 0.999), 1e-8),
    "OAdam": (0.001, (0.5, 0.9), 1e-8),
    "AdaGrad": (0.1, 1e-8),
    "AdaDelta": (0.9, 1e-8),
    "AMSGrad": (0.001, (0.9, 0.999), 1e-8),
    "NAdam": (0.001, (0.9, 0.999), 1e-8),
    "AdaBelief": (0.001, (0.9, 0.999), 1e-16),
    "Lion": (0.001, (0.9, 0.999)),
    "WeightDecay": (5e-4,),
    "SignDecay": (1e-3,),
    "ClipGrad": (10,),
    "ClipNorm": (10, 2),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_defaults_and_positional_order_of_flux(name: str) -> None:
    make = getattr(flux, name)
    assert dict(make(*DEFAULTS[name]).values) == pytest.approx(dict(make().values))
    assert dict(make().values) == pytest.approx(OPTIMISERS.get(name).values())


TRAJECTORIES = [
    ("Descent", {}, (0.95, 0.97, 0.96)),
    ("Momentum", {}, (0.995, 0.9925, 0.98925)),
    ("Nesterov", {}, (0.99905, 0.999025, 0.9986325)),
    ("Rprop", {}, (0.999, 0.999, 0.9985)),
    ("RMSProp", {}, (0.996837722539832, 0.998066312698028, 0.997431951258574)),
    ("RMSProp", {"centred": True}, (0.996666666888889, 0.997910006555915, 0.997261717746841)),
    ("Adam", {}, (0.99900000002, 0.998654394181165, 0.998275002408357)),
    ("AdaMax", {}, (0.99900000002, 0.998736578709221, 0.998496245890198)),
    ("NAdam", {}, (0.998525578423779, 0.998584016312092, 0.998198015936659)),
    ("RAdam", {}, (0.9995, 0.999368421052632, 0.99924849485337)),
    ("OAdam", {}, (0.99800000004, 0.998821490002394, 0.998438982534743)),
    ("AdaBelief", {}, (0.998888888888889, 0.998518976333805, 0.998109621213024)),
    ("AdamW", {"lambd": 0.1}, (0.99890000002, 0.998454504181163, 0.997975266957937)),
    ("AdamW", {"lambd": 0.1, "couple": False}, (0.89900000002, 0.808754394179165, 0.72749956298844)),
    ("Lion", {}, (0.999, 1.0, 0.999)),
    ("AdaGrad", {}, (0.900000004, 0.937139070305426, 0.918881652359544)),
    ("AdaDelta", {}, (0.999683772297229, 0.999857521144176, 0.999763389822489)),
    ("AMSGrad", {}, (0.996837786950966, 0.995369128891954, 0.993491082195215)),
]


@pytest.mark.parametrize(("name", "values", "expected"), TRAJECTORIES)
def test_trajectories(name: str, values: dict[str, Any], expected: tuple[float, ...]) -> None:
    rule = getattr(flux, name)(**values)
    found = np.ravel(after(rule, [1.0], [0.5], [-0.2], [0.1]))
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-15 if name != "AdaMax" else 4e-15)
    single = np.ravel(after(rule, [1.0], [0.5], [-0.2], [0.1], dtype=np.float32))
    np.testing.assert_allclose(single, expected, rtol=3e-7)


def chain(*rules: Any) -> Any:
    return flux.OptimiserChain(*rules)


XYZ, G = [1.0, 10.0, 100.0], [1.0, 2.0, 3.0]
STEPS: list[tuple[Any, Any, Any, Any]] = [
    (lambda: flux.Descent(0.1), [1, 2], [25, 33], [-1.5, -1.3]),
    (lambda: flux.Momentum(0.1), [1, 2], [25, 33], [1 - 2.5, 2 - 3.3]),
    (lambda: flux.WeightDecay(0.1), XYZ, G, [-0.1, 7, 87]),
    (lambda: flux.SignDecay(0.1), XYZ, G, [-0.1, 7.9, 96.9]),
    (lambda: flux.ClipGrad(2), XYZ, G, [0, 8, 98]),
    (lambda: flux.ClipGrad(13), [0, 0, 0], [1, 10, 100], [-1, -10, -13]),
    (lambda: chain(flux.ClipGrad(2), flux.WeightDecay(0.1)), XYZ, G, [-0.1, 7, 88]),
    (lambda: chain(flux.Descent(0.1)), XYZ, G, [0.9, 9.8, 99.7]),
    (chain, XYZ, G, [0, 8, 97]),
    (lambda: flux.SignDecay(0.1), [1, -10, 100], [3, 2, -1], [-2.1, -11.9, 100.9]),
    (lambda: flux.AdamW(0.1), [1, 2], [2, 4], [0.9, 1.9]),
    (lambda: flux.OAdam(0.1), [1, 2], [2, 4], [0.8, 1.8]),
]


@pytest.mark.parametrize(("rule", "x", "g", "expected"), STEPS)
def test_golden_steps(rule: Any, x: Any, g: Any, expected: Any) -> None:
    np.testing.assert_allclose(after(rule(), x, g)[0], expected, rtol=1e-7 if "dam" in repr(rule()) else 1e-14, atol=2e-14)
    np.testing.assert_allclose(after(rule(), x, g, dtype=np.float32)[0], expected, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize(("rule", "p", "size"), [("ClipNorm(10)", 2, 10), ("ClipNorm(5, 1)", 1, 5)])
def test_clipped_norms(rule: str, p: float, size: float) -> None:
    g = np.array([10.0, -200.0, 3000.0, 7.0])
    moved = -after(flux.ClipNorm(*((10,) if p == 2 else (5, 1))), np.zeros(4), g)[0]
    assert np.linalg.norm(moved, p) == pytest.approx(size, rel=1e-14)
    np.testing.assert_allclose(moved / size, g / np.linalg.norm(g, p), rtol=1e-13)
    small = np.array([0.5, -0.25, 0, 0])
    np.testing.assert_array_equal(-after(flux.ClipNorm(10), np.zeros(4), small)[0], small)


def test_clipped_norms_are_per_array() -> None:
    model = numbers([0.0, 0.0], [0.0])
    step(flux.setup(flux.ClipNorm(10), model), model, [30.0, 40.0], [5.0])
    np.testing.assert_allclose(model.flat, [-6, -8, -5], rtol=1e-14)
    dense = flux.Dense(np.zeros((2, 3)), np.zeros(2))
    state = flux.setup(chain(flux.ClipNorm(1.0), flux.Descent(1.0)), dense)
    flux.trainstep(lambda m: flux.sum(m(np.full((1, 3), 100.0))), dense, (), state)
    assert np.linalg.norm(dense.weight) == pytest.approx(1, rel=1e-13)
    assert np.linalg.norm(dense.bias) == pytest.approx(1, rel=1e-13)


def test_a_norm_that_is_not_finite() -> None:
    def steep(m: Any) -> Any:
        return flux.sum(flux.sqrt(m.x))

    with np.errstate(all="ignore"):
        model = numbers([0.0, 1.0])
        with pytest.raises(FluxError):
            flux.trainstep(steep, model, (), flux.setup(flux.ClipNorm(10), model))
        np.testing.assert_array_equal(model.flat, [0, 1])
        model = numbers([0.0, 1.0])
        flux.trainstep(steep, model, (), flux.setup(flux.ClipNorm(10, throw=False), model))


def test_the_state_of_a_chain() -> None:
    model = numbers([0.0, 0.0, 0.0])
    state = flux.setup(chain(flux.ClipGrad(2), flux.Adam()), model)
    step(state, model, [1, 10, 100])
    np.testing.assert_allclose(state.export()["Adam.m"], [0.1, 0.2, 0.2], rtol=1e-14)


def test_accumulated_gradients() -> None:
    for dtype in (np.float64, np.float32):
        model = numbers([1.0], [2.0], dtype=dtype)
        state = flux.setup(chain(flux.AccumGrad(2), flux.WeightDecay(0.01), flux.Descent(0.1)), model)
        step(state, model, [33], [0])
        np.testing.assert_array_equal(model.flat, [1, 2])
        step(state, model, [0], [444])
        np.testing.assert_allclose(model.flat, [-0.651, -20.202], rtol=1e-14 if dtype == np.float64 else 3e-7)
        kept = model.flat.copy()
        step(state, model, [1], [1])
        np.testing.assert_array_equal(model.flat, kept)


def test_accumulating_stops_the_rules_behind_it() -> None:
    """Momentum behind it advances only with every n-th call; a rule before it at every call."""
    gradients = [1.0, 3.0, -2.0, 6.0]
    found = after(chain(flux.AccumGrad(2), flux.Momentum(0.1, 0.5)), [0.0], *[[g] for g in gradients])
    whole = after(flux.Momentum(0.1, 0.5), [0.0], [2.0], [2.0])
    np.testing.assert_allclose(np.ravel(found), [0, whole[0][0], whole[0][0], whole[1][0]], rtol=1e-14)
    adam = after(chain(flux.AccumGrad(2), flux.Adam()), [1.0], *[[g] for g in gradients])[-1]
    np.testing.assert_allclose(adam, after(flux.Adam(), [1.0], [2.0], [2.0])[-1], rtol=1e-15)


def test_decay_before_and_behind_adam_differ() -> None:
    g = [0.5]
    coupled = after(chain(flux.WeightDecay(0.1), flux.Adam()), [1.0], g)[0]
    behind = after(chain(flux.Adam(), flux.WeightDecay(0.1)), [1.0], g)[0]
    alone = after(flux.Adam(), [1.0], g)[0]
    np.testing.assert_allclose(coupled, 1 - 1e-3 * 0.6 / (0.6 + 1e-8), rtol=1e-15)
    np.testing.assert_allclose(behind, alone - 0.1, rtol=1e-14)
    np.testing.assert_array_equal(after(flux.AdamW(), [1.0], g)[0], alone)


@pytest.mark.parametrize("rule", [lambda: flux.Adam(0.1), lambda: flux.Descent(0.1), lambda: flux.Momentum(0.1)])
def test_weight_decay_is_a_penalty_in_the_loss(rule: Any) -> None:
    g, lam = np.array([0.3, -0.7]), 0.33
    one, two = numbers([1.0, -2.0]), numbers([1.0, -2.0])
    with_rule, plain = flux.setup(chain(flux.WeightDecay(lam), rule()), one), flux.setup(rule(), two)
    for _ in range(5):
        step(with_rule, one, g)
        flux.trainstep(lambda m: slope(m, g) + lam / 2 * flux.sum(m.x * m.x), two, (), plain)
    np.testing.assert_allclose(one.flat, two.flat, rtol=1e-13)
    one, two = numbers([1.0, -2.0]), numbers([1.0, -2.0])
    with_rule, plain = flux.setup(chain(flux.SignDecay(lam), rule()), one), flux.setup(rule(), two)
    for _ in range(5):
        step(with_rule, one, g)
        flux.trainstep(lambda m: slope(m, g) + lam * flux.sum(flux.absolute(m.x)), two, (), plain)
    np.testing.assert_allclose(one.flat, two.flat, rtol=1e-13)


def test_freezing_adjusting_and_thawing() -> None:
    model = numbers([1.0, 2.0], [3.0, 4.0])
    state = flux.setup(flux.Descent(0.1), model)
    flux.freeze(state, model[1])
    step(state, model, [1, 10], [100, 1000])
    np.testing.assert_allclose(model.flat, [0.9, 1, 3, 4], rtol=1e-14)
    flux.adjust(state, 0.2)
    flux.thaw(state, model[1])
    step(state, model, [1, 10], [100, 1000])
    np.testing.assert_allclose(model.flat, [0.7, -1, -17, -196], rtol=1e-14)
    for function in (flux.freeze, flux.thaw):
        with pytest.raises(FluxError):
            function(model, model[1])
    with pytest.raises(FluxError):
        flux.adjust(model, 0.1)


STATEFUL = [entry for entry in ENTRIES if entry.kind == "optimiser"]


@pytest.mark.parametrize("how", ["frozen", "unreached"])
@pytest.mark.parametrize("entry", STATEFUL, ids=lambda e: e.name)
def test_arrays_that_make_no_step_keep_their_state_too(entry: RuleEntry, how: str) -> None:
    """The second array rests during the second step: then its next step is its second, with momentum and powers of then."""
    model = numbers([1.0, 2.0], [3.0])
    state = flux.setup(flux.rule(entry.name), model)
    step(state, model, [0.5, 0.1], [0.5])
    before = model[1].x.copy()
    if how == "frozen":
        flux.freeze(state, model[1])
        step(state, model, [-0.2, 0.3], [7.0])
        flux.thaw(state, model[1])
    else:
        step(state, model, [-0.2, 0.3], None)
    np.testing.assert_array_equal(model[1].x, before)
    step(state, model, [0.1, 0.2], [-0.2])
    np.testing.assert_allclose(model[0].x, after(flux.rule(entry.name), [1.0, 2.0], [0.5, 0.1], [-0.2, 0.3], [0.1, 0.2])[-1], rtol=1e-14)
    np.testing.assert_allclose(model[1].x, after(flux.rule(entry.name), [3.0], [0.5], [-0.2])[-1], rtol=1e-14)


def test_an_unreached_array_does_not_decay() -> None:
    model = numbers([1.0], [3.0])
    step(flux.setup(chain(flux.WeightDecay(0.1), flux.Descent(0.1)), model), model, [1.0], None)
    np.testing.assert_allclose(model.flat, [0.89, 3.0], rtol=1e-14)


def test_adjusting_keeps_momentum_and_powers() -> None:
    model = numbers([1.0])
    state = flux.setup(flux.Momentum(0.1, 0.9), model)
    step(state, model, [1.0])
    flux.adjust(state, 0.2, rho=0.5)
    step(state, model, [1.0])
    np.testing.assert_allclose(model.flat, [0.9 - (0.5 * 0.1 + 0.2)], rtol=1e-14)
    model = numbers([1.0])
    state = flux.setup(flux.Adam(), model)
    step(state, model, [0.5])
    flux.adjust(state, 0.01)
    step(state, model, [-0.2])
    np.testing.assert_allclose(model.flat, [0.99900000002 - 10 * (0.99900000002 - 0.998654394181165)], atol=1e-13)


def test_adjusting_one_layer() -> None:
    model = numbers([1.0], [1.0])
    state = flux.setup(flux.Momentum(0.1, 0.9), model)
    step(state, model, [1.0], [1.0])
    flux.adjust(state, 0.0, layer=model[0])
    step(state, model, [1.0], [1.0])
    np.testing.assert_allclose(model.flat, [0.9 - 0.09, 0.9 - 0.19], rtol=1e-14)
    flux.adjust(state, 0.1)
    step(state, model, [1.0], [1.0])
    np.testing.assert_allclose(model.flat, [0.81 - 0.181, 0.71 - 0.271], rtol=1e-14)


def test_wrong_settings_are_refused() -> None:
    model = numbers([1.0])
    state = flux.setup(flux.Adam(), model)
    for values in ({"rho": 0.5}, {"beta3": 0.1}, {"eta": -1.0}):
        with pytest.raises(SettingError):
            flux.adjust(state, **values)
    with pytest.raises(FluxError):
        flux.adjust(flux.setup(flux.RMSProp(), model), centred=True)
    for entry in STATEFUL:
        if any(hyper.name == "eta" for hyper in entry.hypers):
            with pytest.raises(SettingError, match="eta"):
                getattr(flux, entry.name)(-0.1)


def test_the_walk_through_of_momentum() -> None:
    """The example of Flux's train!: two steps from all ones."""
    for dtype in (np.float64, np.float32):
        model = flux.Chain(flux.Dense(np.ones((1, 2), dtype), True, "leakyrelu"))
        state = flux.setup(flux.Momentum(0.1), model)
        x, y = np.array([[0.2, -0.3]], dtype), np.array([[0.4]], dtype)
        for _ in range(2):
            flux.train(lambda m, x, y: 100.0 * flux.sum(flux.absolute(m(x) - y)), model, [(x, y)], state)
        rtol = 1e-12 if dtype == np.float64 else 3e-6
        np.testing.assert_allclose(model[0].bias, [10.19], rtol=rtol)
        np.testing.assert_allclose(model[0].weight, [[3.038, -2.057]], rtol=rtol)
        np.testing.assert_allclose(state.export()["Momentum.velocity"], [-2.018, 3.027, -10.09], rtol=rtol)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_single_precision_stays_single(entry: RuleEntry) -> None:
    model = numbers([1.0, 2.0], dtype=np.float32)
    state = flux.setup(flux.rule(entry.name), model)
    for _ in range(3):
        step(state, model, [0.5, -0.25])
    assert model.flat.dtype == np.float32
    assert np.isfinite(model.flat).all()
    floats = [array for array in state.export().values() if array.dtype.kind == "f"]
    assert all(array.dtype == np.float32 for array in floats)
