"""Tests of stopping: the goldens of Flux, its exact counting, and the rules of the table."""

import itertools
import math
from collections.abc import Callable

import pytest

from flux_gui import engine as flux
from flux_gui.engine import stopping
from flux_gui.engine.stopping import STOPPING, StopEntry, stop_rule

ENTRIES = list(STOPPING)


def first_true(trigger: Callable[[], bool]) -> int:
    return next(epoch for epoch in itertools.count(1) if trigger())


def test_rising_loss_of_flux_stops_at_the_fourth_epoch() -> None:
    rising = itertools.count(1)
    assert first_true(stopping.early_stopping(lambda: next(rising), 3)) == 4


def test_plateau_of_flux_stops_at_the_fourth_epoch() -> None:
    value = 10.0

    def f() -> float:
        nonlocal value
        value = value / abs(value) - value
        return value

    assert first_true(stopping.plateau(f, 3, init_score=10, min_dist=18)) == 4


def test_patience_counts_in_a_row() -> None:
    fires = stopping.patience(lambda x: x > 0, 2)
    assert [fires(x) for x in (1, 0, 1, 1, 1, 0, 1)] == [False, False, False, True, True, False, False]


def test_equal_scores_do_not_count_and_small_gains_move_the_best() -> None:
    equal = stopping.early_stopping(lambda x: x, 1)
    assert [equal(x) for x in (1.0, 1.0, 1.0, 1.1)] == [False, False, False, True]
    small = stopping.early_stopping(lambda x: x, 2, min_dist=0.5)
    assert [small(x) for x in (3.0, 2.9, 2.8, 2.0)] == [False, False, True, False]  # 2.8 is the best by then, not 3.0
    backwards = stopping.early_stopping(lambda x: x, 1, distance=lambda best, score: score - best, init_score=-math.inf)
    assert [backwards(x) for x in (1.0, 2.0, 1.5)] == [False, False, True]


def test_nan_begins_the_count_anew_and_forgets_the_best() -> None:
    trigger = stopping.early_stopping(lambda x: x, 2)
    assert [trigger(x) for x in (1.0, 2.0, math.nan, 3.0, 4.0, 5.0)] == [False, False, False, False, False, True]
    still = stopping.plateau(lambda x: x, 1)
    assert [still(x) for x in (1.0, 1.0, 2.0)] == [False, True, False]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_a_loaded_rule_goes_on_as_before(entry: StopEntry) -> None:
    losses = [3.0, 2.0, 2.0, 2.5, 2.0, 1.0, 1.0, 1.0, 1.0, 0.0]
    small = {hyper.name: 2.0 for hyper in entry.hypers if hyper.integer}
    whole, first, second = (stop_rule(entry.name, small) for _ in range(3))
    expected = [whole.observe(loss, 10.0 * i) for i, loss in enumerate(losses)]
    got = [first.observe(loss, 10.0 * i) for i, loss in enumerate(losses[:4])]
    state = first.state()
    assert all(math.isfinite(value) for value in state.values())
    second.load(state)
    got += [second.observe(loss, 10.0 * i) for i, loss in enumerate(losses[4:], start=4)]
    assert got == expected
    assert any(isinstance(answer, str) and answer.endswith(".") for answer in got)
    assert expected[0] is None
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert all(hyper.doc.endswith(".") and hyper.label for hyper in entry.hypers)


def test_rules_of_a_run() -> None:
    early = stop_rule("early_stopping", {"patience": 2, "min_delta": 0.1})
    assert [early.observe(loss, 0.0) is not None for loss in (1.0, 0.95, 0.8, 0.79, math.nan)] == [False, False, False, False, True]
    plateau = stop_rule("plateau", {"width": 2, "min_delta": 0.1})
    assert [plateau.observe(loss, 0.0) is not None for loss in (1.0, 0.95, 0.5, 0.55, 0.6)] == [False, False, False, False, True]
    assert [stop_rule("time_limit", {"seconds": 5}).observe(1.0, s) for s in (4.9, 5.0)] == [
        None,
        "The time limit of 5 seconds is over.",
    ]
    assert stop_rule("target_loss", {"loss": 0.5}).observe(0.5, 0.0) == "The loss reached the target of 0.5."
    assert flux.stopping is stopping
