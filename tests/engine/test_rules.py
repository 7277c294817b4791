"""Tests of the formulas: first steps on plain arrays, Flux's goldens of rules that change a gradient, and what a rule keeps."""

from typing import Any

import numpy as np
import pytest

from flux_gui.engine.optimisers import OPTIMISERS, rule
from flux_gui.engine.rules import RuleEntry, trace_step

ENTRIES = list(OPTIMISERS)
FIRST = {  # step of x = 1, g = 0.5 with defaults
    "Descent": 0.05,
    "Momentum": 0.005,
    "Nesterov": 0.00095,
    "RMSProp": 0.003162277460168,
    "Rprop": 0.001,
    "Adam": 0.00099999998,
    "AdamW": 0.00099999998,
    "RAdam": 0.0005,
    "AdaMax": 0.00099999998,
    "OAdam": 0.00199999996,
    "AdaGrad": 0.099999996,
    "AdaDelta": 0.000316227702771,
    "AMSGrad": 0.003162213049034,
    "NAdam": 0.001474421576221,
    "AdaBelief": 0.001111111111112,
    "Lion": 0.001,
    "WeightDecay": 0.5005,
    "SignDecay": 0.501,
    "ClipGrad": 0.5,
    "ClipNorm": 0.5,
    "AccumGrad": 0.5,
}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_first_steps_on_plain_arrays(entry: RuleEntry) -> None:
    values: dict[str, Any] = entry.values()
    state = {k: np.full(1, v) for k, v in entry.slots_for(values).items()} | entry.scalars_for(values)
    step, changed = trace_step(entry, np.array([0.5]), np.array([1.0]), values, state)
    np.testing.assert_allclose(step, [FIRST[entry.name]], rtol=0, atol=1e-12)
    assert set(changed) == {*state}


def step(name: str, g: list[float], x: list[float] | None = None, **values: float) -> Any:
    given = rule(name, values)
    state = {k: np.full(len(g), v) for k, v in given.entry.slots_for(given.values).items()} | given.entry.scalars_for(given.values)
    return trace_step(given.entry, np.array(g, float), np.array(x or g, float), given.values, state)


def test_goldens_of_flux() -> None:
    np.testing.assert_allclose([1, 2] - step("Descent", [25, 33], eta=0.1)[0], [-1.5, -1.3])
    np.testing.assert_allclose(step("Momentum", [25, 33], eta=0.1)[1]["velocity"], [2.5, 3.3])
    np.testing.assert_allclose(step("ClipGrad", [1, 10, 100], delta=13)[0], [1, 10, 13])
    np.testing.assert_allclose(np.linalg.norm(step("ClipNorm", [30, 40], omega=10)[0]), 10)
    np.testing.assert_allclose(np.abs(step("ClipNorm", [30, -40], omega=5, p=1)[0]).sum(), 5)
    np.testing.assert_allclose(np.abs(step("ClipNorm", [30, -40], omega=5, p=0)[0]).max(), 5)
    np.testing.assert_allclose(step("ClipNorm", [0.3, 0.4], omega=5)[0], [0.3, 0.4])


def test_only_a_centred_rule_keeps_the_mean_slope() -> None:
    entry = OPTIMISERS.get("RMSProp")
    assert set(entry.slots_for(entry.values())) == {"quadratic"}
    assert set(entry.slots_for(entry.values({"centred": 1.0}))) == {"quadratic", "linear"}


def test_starts_that_follow_a_value() -> None:
    assert rule("Rprop", {"eta": 0.3}).entry.slots_for({"eta": 0.3}) == {"previous": 0.0, "size": 0.3}
    assert OPTIMISERS.get("AMSGrad").slots_for({"epsilon": 0.5}) == {"m": 0.5, "v": 0.5, "largest": 0.5}
    assert OPTIMISERS.get("RAdam").scalars_for({"beta1": 0.9, "beta2": 0.99}) == {"power1": 0.9, "power2": 0.99, "steps": 1.0}


def test_constant_slopes_have_no_negative_spread() -> None:
    entry = OPTIMISERS.get("RMSProp")
    values = {**entry.values({"centred": 1.0}), "rho": np.float32(0.9)}
    own: dict[str, Any] = {name: np.zeros(64, np.float32) for name in ("quadratic", "linear")}
    g = np.linspace(0.1, 3, 64, dtype=np.float32)
    for _ in range(300):
        made, changed = trace_step(entry, g, g, values, own)
        own |= changed
        assert np.isfinite(made).all()
