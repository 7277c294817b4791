"""Tests of the constructors: each takes Flux's arguments in Flux's order and has the defaults of the table."""

import inspect
import math

import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError
from flux_gui.engine import constructors
from flux_gui.engine.optimisers import OPTIMISERS, rule
from flux_gui.engine.rules import RuleEntry

ENTRIES = list(OPTIMISERS)
ORDER = {
    "Momentum": ["eta", "rho"],
    "RMSProp": ["eta", "rho", "epsilon", "centred"],
    "Rprop": ["eta", "ell", "gamma"],
    "Adam": ["eta", "beta", "epsilon"],
    "AdamW": ["eta", "beta", "lambd", "epsilon", "couple"],
    "AdaGrad": ["eta", "epsilon"],
    "AdaDelta": ["rho", "epsilon"],
    "Lion": ["eta", "beta"],
    "ClipNorm": ["omega", "p", "throw"],
}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_defaults_are_those_of_the_table(entry: RuleEntry) -> None:
    constructor = getattr(constructors, entry.name)
    made = constructor(2) if entry.name == "AccumGrad" else constructor()
    assert made == rule(entry.name)
    assert getattr(flux, entry.name) is constructor
    assert "Flux: `" in (constructor.__doc__ or "")


@pytest.mark.parametrize("name", ORDER)
def test_arguments_have_the_order_of_flux(name: str) -> None:
    assert list(inspect.signature(getattr(constructors, name)).parameters) == ORDER[name]


def test_values_arrive() -> None:
    assert flux.AdamW(0.1, (0.5, 0.6), 0.7, 1e-3, couple=False).values == {
        "eta": 0.1,
        "beta1": 0.5,
        "beta2": 0.6,
        "lambd": 0.7,
        "epsilon": 1e-3,
        "couple": 0.0,
    }
    assert flux.Rprop(0.1, (0.4, 1.3), (0.01, 5)).values == {"eta": 0.1, "ell1": 0.4, "ell2": 1.3, "gamma1": 0.01, "gamma2": 5}
    assert flux.ClipNorm(5, math.inf, throw=False).values == {"omega": 5, "p": 0, "throw": 0}
    assert flux.AccumGrad(3).values == {"n": 3}
    with pytest.raises(SettingError, match="at least 1"):
        flux.AccumGrad(0)
    with pytest.raises(SettingError, match=r"rate \(eta\) must be a number of at least 0"):
        flux.Adam(-0.1)


def test_things_that_are_no_numbers_or_pairs_are_refused() -> None:
    for wrong in (lambda: flux.Adam("0.1"), lambda: flux.AccumGrad(2.5), lambda: flux.AccumGrad("2"), lambda: flux.ClipNorm(1, "2")):
        with pytest.raises(SettingError, match="must be a"):
            wrong()  # type: ignore[no-untyped-call]
    for pair in (0.9, (0.9,), (0.9, 0.99, 0.999), "ab", None):
        with pytest.raises(SettingError, match=r"Adam: beta must be a pair of numbers"):
            flux.Adam(0.1, pair)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match=r"Rprop: gamma must be a pair"):
        flux.Rprop(gamma=1.0)  # type: ignore[arg-type]
    assert flux.Adam(beta=[0.8, 0.9]).values["beta2"] == 0.9  # type: ignore[arg-type]
