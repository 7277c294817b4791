"""The next step of training, against the engine's own gradient and update, and without a trace in the run."""

import math
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.document.states import Array
from flux_gui.runtime.maths_probe import next_step
from flux_gui.runtime.next_step import NextStep, StepProbe
from flux_gui.runtime.probe import model_of, objective_of
from flux_gui.runtime.run import Run, optimiser_of

OPTIMISERS = [entry.name for entry in flux.OPTIMISERS if entry.kind == "optimiser"]


def project(*settings: tuple[str, Any], steps: int = 7) -> Project:
    """Return Iris after some steps of training, in the middle of an epoch."""
    made = edits.set_value(edits.project_from_sample("iris"), "training.batch", 20)
    for path, value in settings:
        made = edits.set_value(made, path, value)
    run = Run(made)
    run.burst(steps, math.inf)
    return run.result()


def asked(given: Project) -> NextStep:
    found = next_step(given)
    assert found is not None
    return found


def one_more(given: Project) -> Array:
    run = Run(given)
    run.burst(run.trainer.step + 1, math.inf)
    return run.result().state.parameters


@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_update_is_what_the_optimiser_does_next(name: str) -> None:
    given = project(("training.optimiser", name))
    found = asked(given)
    np.testing.assert_array_equal(found.before, given.state.parameters)
    np.testing.assert_array_equal(found.update, one_more(given) - given.state.parameters)
    assert np.abs(found.update).max() > 0
    assert (found.epoch, found.batch, found.batches) == (2, 2, 6)


@pytest.mark.parametrize(("batch", "steps"), [(20, 7), (20, 5), (0, 3)])  # in the middle, the short batch at the end, all rows at once
def test_gradient_and_update_are_those_of_the_library(batch: int, steps: int) -> None:
    given = project(("training.optimiser", "Adam"), ("model.dtype", "float64"), ("training.batch", batch), steps=steps)
    found, part = asked(given), given.dataset.parts["train"]
    model, objective = model_of(given, given.state.parameters), objective_of(given)
    x, y = part.x[found.rows], part.y[found.rows]
    loss, (gradient,) = flux.withgradient(lambda m: objective(m(x), y, None), model)
    assert found.loss == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(found.gradient, gradient.flat, rtol=1e-9, atol=1e-15)
    state = optimiser_of(given, model)
    flux.update(state, model, gradient)
    np.testing.assert_allclose(found.update, model.flat - found.before, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    "settings",
    [
        [("training.chain.WeightDecay", True), ("training.chain.ClipNorm", True), ("training.optimiser", "RAdam")],
        [("training.chain.AccumGrad", True)],
        [("training.class_weights", "balanced"), ("training.optimiser", "Momentum")],
        [("training.frozen.hidden1", True)],
        [("training.shuffle", False), ("training.batch", 0)],
    ],
)
def test_rules_weights_and_frozen_layers_count(settings: list[tuple[str, Any]]) -> None:
    given = project(*settings)
    found = asked(given)
    np.testing.assert_array_equal(found.update, one_more(given) - given.state.parameters)
    if settings[0][0] == "training.frozen.hidden1":
        first = next(slot for slot in model_of(given).layout if slot.key == "layers.0.weight")
        assert not found.update[first.start : first.stop].any()
        assert found.gradient[first.start : first.stop].any()


def test_a_clipped_gradient_is_shown_as_it_was_before() -> None:
    plain = project(steps=0)
    clipped = edits.set_value(edits.set_value(plain, "training.chain.ClipNorm", True), "training.chain.ClipNorm.omega", 1e-3)
    np.testing.assert_array_equal(asked(plain).gradient, asked(clipped).gradient)
    assert np.abs(asked(clipped).update).max() <= np.abs(asked(plain).update).max()


def test_a_schedule_and_random_layers_count() -> None:
    given = edits.add_layer(edits.add_layer(project(steps=0), 1, "dropout"), 2, "batchnorm")
    given = edits.set_value(given, "training.schedule", "CosAnneal")
    run = Run(given)
    run.burst(9, math.inf)
    given = run.result()
    found = asked(given)
    np.testing.assert_array_equal(found.update, one_more(given) - given.state.parameters)
    assert found.rate == pytest.approx(run.rate)


def test_asking_leaves_no_trace_in_a_run() -> None:
    given = edits.add_layer(edits.add_layer(project(steps=0), 1, "dropout"), 2, "batchnorm")
    asked_run, plain = Run(given), Run(given)
    probe = StepProbe(given, asked_run.trainer)
    for target in (3, 4, 11, 12, 20):
        assert probe() is not None
        asked_run.burst(target, math.inf)
        probe()
        probe()
        plain.burst(target, math.inf)
    a, b = asked_run.result().state, plain.result().state
    np.testing.assert_array_equal(a.parameters, b.parameters)
    np.testing.assert_array_equal(a.statistics, b.statistics)
    for name, slot in b.slots.items():
        np.testing.assert_array_equal(a.slots[name], slot)
    for name, curve in b.curves.items():
        np.testing.assert_array_equal(a.curves[name].last, curve.last)


def test_rows_that_weigh_nothing_are_not_in_the_step() -> None:
    given = project(steps=0)
    found = asked(given)
    assert len(found.rows) == 20
    assert len(set(found.rows.tolist())) == 20
    assert found.rows.max() < len(given.dataset.parts["train"])


def test_a_step_that_leads_nowhere_is_none() -> None:
    made = edits.set_value(edits.line_example(), "training.optimiser.eta", 1e6)
    made = edits.set_parameter(made, 0, 1e38)
    assert next_step(made) is None
