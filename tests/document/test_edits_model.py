"""Edits of layers and parameters."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui.core.errors import FluxError, SettingError, ShapeError
from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.nesting import ids
from flux_gui.document.project import Project
from flux_gui.document.states import Best, frozen
from flux_gui.engine import models
from flux_gui.engine.models import LAYERS
from flux_gui.specs import DenseSpec, ModelSpec, SoftmaxSpec
from flux_gui.specs.codec import get_path


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
    with_softmax = edits.add_layer(line, 99, spec=SoftmaxSpec("s"))
    assert [layer.id for layer in with_softmax.spec.model.layers] == ["output", "s"]
    renamed = edits.add_layer(line, 0, spec=DenseSpec("output", 3))
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
    softmax = edits.add_layer(two, 99, spec=SoftmaxSpec("s"))
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


KINDS = [entry.name for entry in LAYERS]


@pytest.fixture(scope="module")
def iris() -> Project:
    return edits.project_from_file(resource("samples", "iris.csv"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_comes_goes_and_keeps_its_arrays(iris: Project, kind: str) -> None:
    project = edits.add_layer(iris, 1, kind=kind.upper())
    model, inputs = project.spec.model, project.dataset.inputs
    assert len(set(ids(model))) == len(ids(model))
    assert models.sizes(model, inputs)[-1][1] == 3
    project = touched(project)
    twice = edits.duplicate_layer(project, 1)
    assert len(set(ids(twice.spec.model))) == len(ids(twice.spec.model))
    for flat, layout in (("parameters", models.layout), ("statistics", models.statistics_layout)):
        for slot in layout(twice.spec.model, inputs):
            if not slot.key.startswith("layers.2."):
                continue
            first = next(s for s in layout(twice.spec.model, inputs) if s.key == slot.key.replace("layers.2.", "layers.1.", 1))
            copy, original = slot.view(getattr(twice.state, flat)), first.view(getattr(twice.state, flat))
            shared = tuple(slice(0, min(a, b)) for a, b in zip(copy.shape, original.shape, strict=True))  # branches side by side widen
            np.testing.assert_array_equal(copy[shared], original[shared])
    moved_down = edits.add_layer(project, 0, kind="dropout")
    np.testing.assert_array_equal(moved_down.state.parameters, project.state.parameters)
    np.testing.assert_array_equal(moved_down.state.statistics, project.state.statistics)
    back = edits.remove_layer(edits.remove_layer(twice, 1), 1)
    assert [layer.id for layer in back.spec.model.layers] == [layer.id for layer in iris.spec.model.layers]
    wide = edits.resize_layer(project, 0, 20)
    assert models.sizes(wide.spec.model, inputs)[-1][1] == 3


def touched(project: Project) -> Project:
    """Return the project with parameters and statistics that no start has."""
    state = project.state
    values = {"parameters": frozen(state.parameters + 1), "statistics": frozen(state.statistics + 1), "epoch": 5}
    return replace(project, state=replace(state, **values))


def test_only_what_keeps_the_answer_goes_behind_the_output(iris: Project) -> None:
    for kind in KINDS:
        layers = edits.add_layer(iris, 99, kind=kind).spec.model.layers
        assert (kind in edits.BEHIND_OUTPUT) == (layers[-1].id != "output")
    with pytest.raises(SettingError):
        edits.add_layer(iris, 0, kind="convolution")
    behind = (*iris.spec.model.layers, models.new("parallel", "p", 3))
    with pytest.raises(ShapeError, match="8 columns leave"):
        edits.with_model(iris, ModelSpec(behind))


def test_what_is_added_follows_the_width(iris: Project) -> None:
    project = edits.add_layer(iris, 1, kind="skipconnection")
    wide = edits.resize_layer(project, 0, 30)
    assert get_path(wide.spec, "model.layers.1.layers.0.units") == 30
    with pytest.raises(ShapeError, match="must be 30"):
        edits.set_value(wide, "model.layers.1.layers.0.units", 7)
    free = edits.set_value(wide, "model.layers.1.combine", "concatenate")
    narrow = edits.set_value(free, "model.layers.1.layers.0.units", 7)
    assert models.sizes(narrow.spec.model, 4)[1] == (30, 37)
    both = edits.set_value(edits.add_layer(iris, 1, kind="parallel"), "model.layers.1.combine", "add")
    both = edits.set_value(both, "model.layers.1.branches.1.0.units", 9)
    assert get_path(both.spec, "model.layers.1.branches.0.0.units") == 9


def test_frozen_layers_are_forgotten_with_the_layer(iris: Project) -> None:
    project = edits.add_layer(iris, 1, kind="skipconnection")
    inner = get_path(project.spec, "model.layers.1.layers.0.id")
    project = edits.set_value(project, f"training.frozen.{inner}", True)
    assert edits.remove_layer(project, 1).spec.training.frozen == ()
    assert edits.add_layer(project, 0).spec.training.frozen == (inner,)


def test_a_formula_layer_in_a_project(iris: Project) -> None:
    project = touched(edits.add_layer(iris, 1, kind="formula"))
    before = edits.parameters(project)
    changed = edits.set_value(project, "model.layers.1.formula", "a*x + c*tanh(x)")
    assert set(edits.parameters(changed)) == set(before) - {"layers.1.b"} | {"layers.1.c"}
    np.testing.assert_array_equal(edits.parameters(changed)["layers.0.weight"], before["layers.0.weight"])
    shared = edits.set_value(project, "model.layers.1.parameters.a.per", "layer")
    assert edits.parameters(shared)["layers.1.a"].shape == (1,)
    start = edits.set_value(iris, "model.layers.0.bias", True)
    start = edits.set_value(edits.add_layer(start, 1, kind="formula"), "model.layers.1.parameters.a.start", 0.25)
    assert (edits.parameters(start)["layers.1.a"] == 0.25).all()


def test_reset_takes_the_statistics_back_too(iris: Project) -> None:
    project = edits.add_layer(iris, 1, kind="batchnorm")
    reset = edits.reset(touched(project))
    np.testing.assert_array_equal(reset.state.statistics, project.state.statistics)


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
                project = edits.add_layer(project, index, kind=KINDS[units % len(KINDS)])
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
        assert len(set(ids(project.spec.model))) == len(ids(project.spec.model))
        assert models.sizes(project.spec.model, 1)[-1][1] == 1
        assert state.statistics.shape == models.initial_statistics(project.spec.model, 1).shape


def test_a_typed_parameter_keeps_the_statistics_that_are_in_use(iris: Project) -> None:
    project = edits.add_layer(iris, 1, "batchnorm")
    state = project.state
    best = Best(2, 0.1, frozen(state.parameters * 2), frozen(state.statistics + 7))
    trained = replace(project, state=replace(state, epoch=5, step=9, best=best, in_use="best"))
    typed = edits.set_parameter(trained, 0, 1.5).state
    np.testing.assert_array_equal(typed.statistics, best.statistics)
    np.testing.assert_array_equal(typed.parameters[1:], best.parameters[1:])
