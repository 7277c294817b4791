"""Tests of one run in progress: evaluation points, cadence, places to stop, going on from a state."""

import math
from typing import Any

import numpy as np
import pytest

from flux_gui.core.paths import resource
from flux_gui.document import edits, pins
from flux_gui.document.project import Project
from flux_gui.runtime import probe
from flux_gui.runtime.run import FEW, Run, failure_text, tracked


def project(**training: Any) -> Project:
    made = edits.project_from_file(resource("samples", "iris.csv"), wishes=edits.Wishes(hidden=()))
    for path, value in training.items():
        made = edits.set_value(made, f"training.{path}", value)
    return made


def test_point_zero_stands_before_any_update() -> None:
    given = project()
    run = Run(given)
    curves = run.history.curves()
    assert all(list(curve.x) == [0.0] for curve in curves.values())
    assert {name: curves[name].last[0] for name in ("train", "validation")} == pytest.approx(probe.losses(given))
    assert run.best is not None
    assert run.best.epoch == 0
    assert run.result().state.outcome == "new"


def test_evaluations_come_at_the_cadence_that_is_set() -> None:
    run = Run(project(evaluate_every=7, epochs=30))
    run.burst(run.target(30, None), math.inf)
    result = run.result()
    assert list(result.state.curves["validation"].x) == [*range(11), 14, 21, 28, 30]
    assert result.state.outcome == "finished"


def test_the_default_cadence_costs_a_fifth_at_most() -> None:
    small, large = Run(project(batch=0)), Run(project(batch=2))
    assert small.every > large.every >= 1


def test_targets_count_from_where_the_run_is() -> None:
    run = Run(project(batch=25))
    assert run.trainer.batches == 5
    assert run.target(3, None) == 15
    assert run.target(None, 2) == 2
    run.burst(7, math.inf)
    assert (run.trainer.epoch, run.trainer.position) == (1, 2)
    assert run.target(3, None) == 15
    assert run.target(1, None) == 7
    assert run.target(None, 1) == 8
    state = run.result().state
    assert (state.outcome, state.epoch, state.step, state.curves["train"].x[-1]) == ("paused", 1, 7, 1.4)


def test_a_burst_stops_for_time_and_for_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(project())
    run.burst(1000, 0.0)
    assert run.trainer.step == 0
    measure = run._measure

    def interrupting() -> None:
        measure()
        run.interrupt()

    monkeypatch.setattr(run, "_measure", interrupting)
    run.burst(100_000, math.inf)
    assert run.trainer.step == run.trainer.batches  # after the first evaluation, that of epoch 1


def test_a_run_goes_on_from_a_state() -> None:
    first = Run(project(batch=25))
    first.burst(8, math.inf)
    second = Run(first.result())
    assert (second.trainer.epoch, second.trainer.position, second.trainer.step) == (1, 3, 8)
    assert second.train_loss == pytest.approx(first.train_loss)
    for run in (first, second):
        run.burst(13, math.inf)
    np.testing.assert_array_equal(first.model.flat, second.model.flat)
    assert second.history.curves()["batch"].x[-1] == pytest.approx(12 / 5)


def test_a_changed_batch_size_starts_the_epoch_again() -> None:
    first = Run(project(batch=25))
    first.burst(8, math.inf)
    run = Run(edits.set_value(first.result(), "training.batch", 0))
    assert (run.trainer.epoch, run.trainer.position, run.trainer.step) == (1, 0, 8)


def test_the_strongest_parameters_have_curves() -> None:
    def drawn(given: Project) -> set[int]:
        return {int(name.partition(".")[2]) for name in Run(given).history.curves() if name.startswith("parameter.")}

    assert drawn(edits.line_example()) == {0, 1}
    many = project()
    start = np.abs(many.state.start)
    found = drawn(many)
    assert len(found) == FEW < len(start)
    assert min(start[list(found)]) >= max(start[[i for i in range(len(start)) if i not in found]])


def test_the_reason_of_a_failure_names_place_and_remedy() -> None:
    run = Run(edits.set_value(edits.line_example(), "training.optimiser.eta", 10.0))
    run.burst(100, math.inf)
    assert run.trainer.failure is not None
    text = failure_text(run.trainer.failure, run.optimiser)
    assert text.startswith("The loss became inf at epoch 9, batch 1:")
    assert "such as 0.1," in text  # the usual rate, since a tenth is still too large
    run.optimiser.adjust(0.5)
    assert "such as 0.05," in failure_text(run.trainer.failure, run.optimiser)


def test_pinned_parameters_always_have_a_curve() -> None:
    given = project()
    weak = int(np.argmin(np.abs(given.state.start)))
    assert weak not in tracked(given)
    pinned = pins.pin(given, weak)
    assert tracked(pinned) == sorted([*tracked(given), weak])
    run = Run(pinned)
    run.burst(run.target(3, None), math.inf)
    curves = run.result().state.curves
    assert len(curves[f"parameter.{weak}"]) == 4
