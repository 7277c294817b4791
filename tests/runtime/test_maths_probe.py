"""What is looked at of a project at rest and of a running one."""

import math

import numpy as np

from flux_gui.document import edits
from flux_gui.runtime import maths_probe
from flux_gui.runtime.explain import Neuron
from flux_gui.runtime.maths_probe import MathsWish, RestingMaths, RunningMaths, is_light
from flux_gui.runtime.run import Run

WISH = MathsWish(Neuron(0, 1, "train", 2), step=True)


def test_a_project_at_rest_is_looked_at_with_the_parameters_in_use() -> None:
    run = Run(edits.project_from_sample("iris"))
    run.burst(400, math.inf)
    project = edits.use(run.result(), "best")
    assert project.state.best is not None
    look = RestingMaths(project)
    found = look(WISH)
    assert found.neuron is not None
    assert found.step is not None
    np.testing.assert_array_equal(found.step.before, project.state.parameters)
    slot = run.model.layout[0]
    np.testing.assert_array_equal(found.neuron.weights, slot.view(project.state.best.parameters)[1])
    assert look(MathsWish(step=True)).step is found.step  # made once
    assert look(MathsWish()).step is None


def test_a_running_training_is_looked_at_now_and_then() -> None:
    project = edits.project_from_sample("iris")
    run = Run(project)
    look = RunningMaths(project, run.model, run.trainer)
    assert look(None) is None
    first = look(WISH)
    assert first is not None
    assert first.step is not None
    assert look(WISH) is None  # too early
    run.burst(1, math.inf)
    np.testing.assert_array_equal(run.model.flat, first.step.before + first.step.update)


def test_only_small_steps_are_made_unasked(monkeypatch: object) -> None:
    project = edits.project_from_sample("digits")
    assert is_light(project)
    wide = edits.set_value(project, "model.layers.0.units", 4000)
    assert is_light(wide) == (32 * len(wide.state.parameters) <= maths_probe.LIGHT)
    assert not is_light(edits.set_value(wide, "training.batch", 0))


def test_the_row_is_answered_before_the_step_is_made() -> None:
    look = RestingMaths(edits.project_from_sample("iris"))
    assert look.quick(WISH) == MathsWish(WISH.neuron, step=False)
    assert look(look.quick(WISH)).step is None
    assert look(WISH).step is not None
    assert look.quick(WISH) == WISH
