"""Edits of layers and parameters."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui.core.errors import FluxError, SettingError, ShapeError
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.document.states import Best, frozen
from flux_gui.specs import DenseSpec, SoftmaxSpec


def moved(project: Project) -> Project:
    """Return the project with other parameters than those of its seed, as after training."""
    return replace(project, state=replace(project.state, parameters=frozen(project.state.parameters + 0.5), epoch=3, step=3))


@pytest.fixture
def two() -> Project:
    """A network 1 => 16 => 1 that has learned something."""
    return moved(edits.add_layer(edits.line_example(), 0))


def test_layers_come_before_the_output() -> None:
    line = edits.line_example()
    for index in (-3, 0, 1, 99):
        layers = edits.add_layer(line, index).spec.model.layers
        assert [layer.id for layer in layers] == ["hidden1", "output"]
    with_softmax = edits.add_layer(line, 99, SoftmaxSpec("s"))
    assert [layer.id for layer in with_softmax.spec.model.layers] == ["output", "s"]
    renamed = edits.add_layer(line, 0, DenseSpec("output", 3))
    assert [layer.id for layer in renamed.spec.model.layers] == ["hidden1", "output"]


def test_untouched_layers_keep_their_weights(two: Project) -> None:
    old = edits.parameters(two)
    after = edits.add_layer(two, 1)
    new = edits.parameters(after)
    np.testing.assert_array_equal(new["layers.0.weight"], old["layers.0.weight"])
    np.testing.assert_array_equal(new["layers.2.weight"], old["layers.1.weight"])
    assert after.state.epoch == 0
    np.testing.assert_array_equal(after.state.start, after.state.parameters)


def test_resizing_keeps_the_common_block(two: Project) -> None:
    old = edits.parameters(two)
    larger = edits.parameters(edits.resize_layer(two, 0, 20))
    np.testing.assert_array_equal(larger["layers.0.weight"][:16], old["layers.0.weight"])
    np.testing.assert_array_equal(larger["layers.1.weight"][:, :16], old["layers.1.weight"])
    smaller = edits.parameters(edits.resize_layer(two, 0, 4))
    np.testing.assert_array_equal(smaller["layers.0.bias"], old["layers.0.bias"][:4])


def test_an_untrained_network_equals_the_one_made_so_at_once() -> None:
    project = edits.add_layer(edits.reseed(edits.line_example(), 0), 0)
    resized = edits.resize_layer(edits.resize_layer(project, 0, 3), 0, 16)
    np.testing.assert_array_equal(resized.state.parameters, project.state.parameters)


def test_removing_and_duplicating(two: Project) -> None:
    assert len(edits.remove_layer(two, 0).spec.model.layers) == 1
    with pytest.raises(ShapeError, match="output layer"):
        edits.remove_layer(two, 1)
    twice = edits.duplicate_layer(two, 0)
    assert [layer.id for layer in twice.spec.model.layers] == ["hidden1", "hidden2", "output"]
    np.testing.assert_array_equal(edits.parameters(twice)["layers.1.bias"], edits.parameters(two)["layers.0.bias"])
    assert [layer.id for layer in edits.duplicate_layer(two, 1).spec.model.layers] == ["hidden1", "hidden2", "output"]


@pytest.mark.parametrize("units", [0, -1, 10**9, 10**30])
def test_impossible_sizes(two: Project, units: int) -> None:
    with pytest.raises(ShapeError, match=str(units)):
        edits.resize_layer(two, 0, units)


def test_wrong_places(two: Project) -> None:
    for edit in (lambda: edits.remove_layer(two, 7), lambda: edits.duplicate_layer(two, -1), lambda: edits.resize_layer(two, 9, 1)):
        with pytest.raises(SettingError, match="There is no layer"):
            edit()
    softmax = edits.add_layer(two, 99, SoftmaxSpec("s"))
    with pytest.raises(ShapeError, match="softmax"):
        edits.resize_layer(softmax, 2, 3)


def test_a_parameter_typed_before_training_is_the_start() -> None:
    project = edits.set_parameter(edits.line_example(), 1, 2.5)
    np.testing.assert_array_equal(project.state.start, np.array([0.9066542, 2.5], np.float32))
    assert project.state.parameters is project.state.start


def test_a_parameter_typed_in_a_run_is_an_event_of_it(two: Project) -> None:
    best = Best(2, 0.1, frozen(np.zeros(49, np.float32)), two.state.statistics)
    two = replace(two, state=replace(two.state, best=best, in_use="best", slots={"v": two.state.parameters}))
    after = edits.set_parameter(two, 0, 9.0).state
    assert after.epoch == 3
    assert after.best is None
    assert after.in_use == "last"
    assert after.slots == {}  # they belonged to the last parameters, not to the best
    assert after.parameters[0] == 9
    assert not after.parameters[1:].any()
    assert after.events[-1] == (3.0, "layers.0.weight set to 9")
    assert two.state.best is best


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e39, "5", True])
def test_impossible_parameters(value: Any) -> None:
    with pytest.raises(SettingError, match=r"layers\.0\.weight"):
        edits.set_parameter(edits.line_example(), 0, value)
    with pytest.raises(SettingError, match="no parameter 2"):
        edits.set_parameter(edits.line_example(), 2, 1.0)


def test_loading_parameters_starts_a_run(two: Project) -> None:
    arrays = edits.parameters(two)
    after = edits.load_parameters(edits.reset(two), {**arrays, "prepare.x": "ignored", "layers.0.activation": "relu"})
    np.testing.assert_array_equal(after.state.start, two.state.parameters)
    assert after.state.epoch == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"layers.0.weight": np.ones((1, 16))},
        {"layers.0.weight": np.full((16, 1), np.nan)},
        {"layers.0.weight": np.full((16, 1), 1e300)},
        {"layers.0.weight": np.array([["a"]] * 16)},
        {"layers.2.weight": np.ones((1, 1))},
    ],
)
def test_parameters_that_do_not_fit(two: Project, wrong: dict[str, Any]) -> None:
    with pytest.raises(ShapeError):
        edits.load_parameters(two, {**edits.parameters(two), **wrong})
    with pytest.raises(ShapeError, match="lack"):
        edits.load_parameters(two, {})


def test_reset_and_reseed(two: Project) -> None:
    reset = edits.reset(two)
    np.testing.assert_array_equal(reset.state.parameters, two.state.start)
    assert (reset.state.epoch, reset.state.step, reset.state.outcome) == (0, 0, "new")
    once, again = edits.reseed(two), edits.reseed(two, 1)
    assert once.spec.model.seed == again.spec.model.seed == 1
    np.testing.assert_array_equal(once.state.parameters, again.state.parameters)


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "duplicate", "resize", "move"]), st.integers(0, 3), st.integers(0, 12)), max_size=8
)


@settings(max_examples=40, deadline=None)
@given(ACTIONS)
def test_any_series_of_edits_leaves_a_sound_project(actions: list[tuple[str, int, int]]) -> None:
    project = edits.line_example()
    for name, index, units in actions:
        try:
            if name == "add":
                project = edits.add_layer(project, index)
            elif name == "remove":
                project = edits.remove_layer(project, index)
            elif name == "duplicate":
                project = edits.duplicate_layer(project, index)
            elif name == "resize":
                project = edits.resize_layer(project, index, units)
            else:
                project = moved(project)
        except FluxError:
            continue
        state = project.state
        assert state.parameters.shape == state.start.shape
        assert sum(array.size for array in edits.parameters(project).values()) == len(state.parameters)
        assert np.isfinite(state.parameters).all()
        assert len({layer.id for layer in project.spec.model.layers}) == len(project.spec.model.layers)
