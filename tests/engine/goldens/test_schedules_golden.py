"""Flux's schedules: the golden numbers of ParameterSchedulers, every formula, what happens past the end; t counts from 1."""

import itertools
from math import cos, pi

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine.schedules import (
    SCHEDULES,
    CosAnneal,
    Exp,
    Inv,
    OneCycle,
    Poly,
    Sequence,
    Step,
    WarmUp,
    build,
)
from flux_gui.engine.trainer import Trainer
from flux_gui.specs.model import Choice
from flux_gui.specs.training import Stage


def test_golden_sequence() -> None:
    s = Sequence((lambda t: 1.0, 1), (Step(0.1, 0.5, 10), 50))
    assert [s(t) for t in (1, 2, 42, 52)] == pytest.approx([1, 0.1, 0.00625, 0.003125], rel=1e-14)


def test_sequence_counts_each_schedule_from_one() -> None:
    s = Sequence((Exp(1.0, 0.5), 2), (Exp(8.0, 0.5), 3), (lambda t: 100.0 + t, 2))
    assert [s(t) for t in range(1, 8)] == [1, 0.5, 8, 4, 2, 101, 102]


@pytest.mark.parametrize("t", [1, 2, 3, 10, 11, 20, 21, 57])
def test_step_exp_and_inv(t: int) -> None:
    assert Step(0.3, 0.5, 10)(t) == pytest.approx(0.3 * 0.5 ** ((t - 1) // 10), rel=1e-14)
    assert Exp(0.3, 0.9)(t) == pytest.approx(0.3 * 0.9 ** (t - 1), rel=1e-13)
    assert Inv(0.3, 0.2, 2)(t) == pytest.approx(0.3 / (1 + (t - 1) * 0.2) ** 2, rel=1e-14)


def test_step_with_successive_lengths() -> None:
    s = Step(1.0, 0.5, (2, 3))
    assert [s(t) for t in range(1, 6)] == [1, 1, 0.5, 0.5, 0.5]


def test_poly_falls_to_zero_and_stays() -> None:
    s = Poly(2.0, 3, 10)
    assert [s(t) for t in (1, 2, 6, 10)] == pytest.approx([2, 2 * 0.9**3, 2 * 0.5**3, 2 * 0.1**3], rel=1e-13)
    past = [s(t) for t in (11, 12, 100)]
    assert past[0] == past[1] == past[2]
    assert 0 <= past[0] <= s(10)


@pytest.mark.parametrize("restart", [True, False])
@pytest.mark.parametrize(("high", "low"), [(1.0, 0.2), (0.2, 1.0)])
def test_cosine_annealing(high: float, low: float, restart: bool) -> None:
    s = CosAnneal(high, low, 8, restart)
    for t in range(1, 9):
        assert s(t) == pytest.approx(0.8 * (1 + cos(pi * (t - 1) / 8)) / 2 + 0.2, rel=1e-13)
    if restart:
        assert [s(9), s(10), s(17)] == pytest.approx([s(1), s(2), s(1)], rel=1e-13)
    else:
        assert s(9) == pytest.approx(0.2, rel=1e-13)
    assert CosAnneal(1.0, 0.2, 8)(9) == pytest.approx(1.0, rel=1e-13)


def test_one_cycle() -> None:
    s = OneCycle(10, 2.5)
    rates = [s(t) for t in range(1, 11)]
    assert rates[0] == pytest.approx(2.5 / 25, rel=1e-12)
    top = rates.index(max(rates))
    assert top in (2, 3), "ceil(0.25 * 10) = 3 steps upwards"
    assert max(rates) == pytest.approx(2.5, rel=1e-12)
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] < 0.05 * 2.5
    assert s(11) == s(1000) <= rates[-1]
    assert OneCycle(10, 1.0, start=0.5, end=0.25, pct=0.5)(1) == pytest.approx(0.5)
    assert OneCycle(10, 1.0, start=0.5, end=0.25, pct=0.5)(1000) >= 0.25 - 1e-12


def test_warm_up() -> None:
    s = WarmUp(0.0, 1.0, 4)
    rates = [s(t) for t in range(1, 8)]
    assert rates == sorted(rates)
    assert 0 <= rates[0] <= 0.25
    assert rates[4:] == pytest.approx([1, 1, 1])
    steps = [b - a for a, b in itertools.pairwise(rates[:4])]
    assert steps == pytest.approx([steps[0]] * 3)


def test_schedules_are_pure_functions_of_t() -> None:
    schedules = [
        Step(1.0, 0.5, 2),
        Exp(1.0, 0.9),
        Poly(1.0, 2, 6),
        Inv(1.0, 0.1, 1),
        CosAnneal(1.0, 0.0, 5),
        OneCycle(8, 1.0),
        WarmUp(0.0, 1.0, 3),
        Sequence((Exp(1.0, 0.5), 2), (Exp(1.0, 0.9), 4)),
    ]
    for s in schedules:
        forward = [s(t) for t in range(1, 12)]
        assert [s(t) for t in range(11, 0, -1)] == forward[::-1]
        assert all(isinstance(rate, float) for rate in forward)


def test_every_schedule_is_registered() -> None:
    assert set(SCHEDULES.names()) >= {"constant", "Step", "Exp", "Poly", "Inv", "CosAnneal", "OneCycle", "WarmUp", "Plateau"}
    for entry in SCHEDULES:
        assert entry.label
        assert entry.doc.endswith(".")


def rates(stages: tuple[Stage, ...], unit: str, epochs: int) -> list[float]:
    """The rate of each step of a run with three batches in an epoch: with slope 1 a step of Descent is the rate itself."""
    model, ones = flux.Dense(np.zeros((1, 1)), False), np.ones((6, 1))
    trainer = Trainer(model, lambda yhat, y, w: flux.mean(yhat), flux.setup(flux.Descent(0.1), model), ones, ones, batch=2)
    trainer.schedule(build(stages, 0.1), unit)
    weights = [0.0]
    for _ in range(3 * epochs):
        assert trainer.advance(1) == 1
        weights.append(model.weight.item())
    return [a - b for a, b in itertools.pairwise(weights)]


def test_the_rates_of_a_run() -> None:
    stages = (Stage(Choice("WarmUp", {"start": 0.0, "steps": 4}), 4), Stage(Choice("Exp", {"decay": 0.5}), 2), Stage(Choice("constant")))
    expected = [0, 0.025, 0.05, 0.075, 0.1, 0.05, 0.1, 0.1]
    assert rates(stages, "epoch", 8) == pytest.approx(np.repeat(expected, 3).tolist(), abs=1e-12)
    assert rates(stages, "step", 3) == pytest.approx([*expected, 0.1], abs=1e-12)
    step = (Stage(Choice("Step", {"decay": 0.1, "step_sizes": 2})),)
    assert rates(step, "epoch", 5) == pytest.approx(np.repeat([0.1, 0.1, 0.01, 0.01, 0.001], 3).tolist(), abs=1e-12)
    assert rates((), "epoch", 2) == pytest.approx([0.1] * 6, abs=1e-12)
    cosine = [0.1 * (1 + cos(pi * t / 4)) / 2 for t in (0, 1, 2, 3, 0, 1)]
    assert rates((Stage(Choice("CosAnneal", {"period": 4})),), "step", 2) == pytest.approx(cosine, abs=1e-12)
    poly = (Stage(Choice("Poly", {"degree": 1, "max_iter": 4})),)
    assert rates(poly, "step", 2)[:4] == pytest.approx([0.1, 0.075, 0.05, 0.025], abs=1e-12)
    assert rates((Stage(Choice("Inv", {"decay": 1.0, "degree": 1})),), "step", 1) == pytest.approx([0.1, 0.05, 0.1 / 3], abs=1e-12)
    cycle = rates((Stage(Choice("OneCycle", {"n": 9})),), "step", 3)
    assert max(cycle) == pytest.approx(0.1, abs=1e-12), "the rate box is the top of the cycle"
    assert cycle[0] == pytest.approx(0.004, abs=1e-12)
