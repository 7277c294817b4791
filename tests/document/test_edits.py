"""Settings changed by path: what each kind of edit keeps of the state."""

from dataclasses import replace

import numpy as np
import pytest

from flux_gui.core.errors import FluxError, SettingError, ShapeError
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.document.states import Best, Curve, frozen


def trained(project: Project) -> Project:
    """Return the project as a run of 7 epochs would leave it, without running one."""
    state = project.state
    ones = np.ones(3)
    after = replace(
        state,
        parameters=frozen(state.parameters + 1),
        slots={"velocity": frozen(state.parameters)},
        epoch=7,
        step=7,
        seconds=0.5,
        curves={"train": Curve(ones, ones, ones, ones)},
        outcome="paused",
    )
    return replace(project, state=after)


@pytest.fixture
def line() -> Project:
    return edits.line_example()


def test_training_edits_keep_the_state(line: Project) -> None:
    project = trained(line)
    for path, value in (("training.epochs", 9), ("training.batch", 2), ("training.optimiser.eta", 0.2), ("training.loss", "mae")):
        assert edits.set_value(project, path, value).state is project.state


def test_another_optimiser_drops_the_slots(line: Project) -> None:
    project = trained(line)
    after = edits.set_value(project, "training.optimiser", "Momentum").state
    assert after.slots == {}
    assert after.epoch == 7
    assert after.events[-1][0] == 7
    assert after.parameters is project.state.parameters


def test_a_loss_that_does_not_fit_is_refused(line: Project) -> None:
    with pytest.raises(SettingError, match="does not fit"):
        edits.set_value(line, "training.loss", "logitcrossentropy")


def test_data_edits_prepare_again_and_restart(line: Project) -> None:
    project = trained(line)
    after = edits.set_value(project, "data.source.formula", "x*x")
    np.testing.assert_array_equal(after.dataset.parts["train"].y.ravel(), [0, 1, 4, 9, 16, 25])
    assert after.state.epoch == 0
    assert after.state.curves == {}
    np.testing.assert_array_equal(after.state.start, project.state.parameters)
    assert project.dataset.parts["train"].y[2, 0] == 10  # the old value is untouched
    after = edits.set_value(project, "data.source.train", "0:1:0.5")
    assert len(after.dataset.parts["train"].x) == 3
    assert len(edits.set_value(project, "data.prepare.scale_inputs", "standard").dataset.parts["train"].x) == 6


def test_the_same_value_changes_nothing(line: Project) -> None:
    project = trained(line)
    assert edits.set_value(project, "data.source.formula", "4*x + 2") is project
    assert edits.set_value(project, "model.layers.0.activation", "identity") is project


def test_seed_draws_again_and_names_cost_nothing(line: Project) -> None:
    project = trained(line)
    reseeded = edits.set_value(project, "model.seed", 5)
    assert reseeded.state.epoch == 0
    assert not np.array_equal(reseeded.state.parameters, project.state.parameters)
    assert edits.set_value(project, "model.layers.0.name", "out").state is project.state
    assert edits.set_value(project, "name", "two").state is project.state


def test_number_format_converts_everything(line: Project) -> None:
    project = edits.set_value(trained(line), "model.dtype", "float64")
    assert project.state.parameters.dtype == project.dataset.parts["train"].x.dtype == np.float64
    np.testing.assert_allclose(project.state.parameters, [1.9066542, 1.0], rtol=1e-6)


def test_another_initialiser_draws_that_layer_again(line: Project) -> None:
    project = trained(edits.add_layer(line, 0))
    after = edits.set_value(project, "model.layers.0.initialiser", "kaiming_uniform")
    before_arrays, arrays = edits.parameters(project), edits.parameters(after)
    assert not np.array_equal(arrays["layers.0.weight"], before_arrays["layers.0.weight"])
    np.testing.assert_array_equal(arrays["layers.1.weight"], before_arrays["layers.1.weight"])


def test_use_best(line: Project) -> None:
    project = trained(line)
    best = Best(3, 0.1, frozen(np.zeros(2, np.float32)), project.state.statistics)
    project = replace(project, state=replace(project.state, best=best))
    assert edits.use(project, "best").state.parameters_in_use is best.parameters
    assert edits.use(line, "best").state.in_use == "last"


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("model.layers.0.units", 2, ShapeError),
        ("model.layers.0.units", 10**9, ShapeError),
        ("training.epochs", -1, SettingError),
        ("training.optimiser.eta", float("nan"), SettingError),
        ("data.source.formula", "1/x", FluxError),
    ],
)
def test_a_refused_edit_leaves_the_project_alone(line: Project, path: str, value: object, error: type[FluxError]) -> None:
    spec, state = line.spec, line.state
    with pytest.raises(error):
        edits.set_value(line, path, value)
    assert line.spec is spec
    assert line.state is state


def test_a_rule_before_the_optimiser_keeps_its_momentum(line: Project) -> None:
    line = edits.set_value(line, "training.optimiser", "Momentum")
    state = trained(line).state
    slots = {"Momentum.velocity": state.parameters, "groups": frozen(np.array([[0, 2]]))}
    project = replace(line, state=replace(state, slots=slots))
    after = edits.set_value(project, "training.chain.ClipGrad", True)
    assert set(after.state.slots) == set(slots)
    assert after.state.events[-1] == (7.0, "ClipGrad on")
    numbers = edits.set_value(after, "training.chain.ClipGrad.delta", 2.0)
    assert numbers.state is after.state
    off = edits.set_value(numbers, "training.chain.ClipGrad", False)
    assert off.state.events[-1] == (7.0, "ClipGrad off")
    other = edits.set_value(off, "training.optimiser", "Adam")
    assert other.state.slots == {}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.stop.plateau", True),
        ("training.schedule.0.rule", "Exp"),
        ("training.frozen.output", True),
        ("training.schedule_unit", "step"),
    ],
)
def test_other_training_edits_keep_the_state(line: Project, path: str, value: object) -> None:
    project = trained(line)
    assert edits.set_value(project, path, value).state is project.state


def test_what_rules_remember_goes_with_them(line: Project) -> None:
    project = edits.set_value(edits.set_value(line, "training.stop.plateau", True), "training.schedule.0.rule", "Plateau")
    watch = {"plateau.last": 1.0, "schedule.0.scale": 0.5, "time.since": 2.0}
    project = replace(project, state=replace(project.state, watch=watch))
    assert edits.set_value(project, "training.epochs", 9).state.watch == watch
    assert edits.set_value(project, "training.stop.plateau", False).state.watch == {"schedule.0.scale": 0.5, "time.since": 2.0}
    assert edits.set_value(project, "training.schedule.0.rule", "Exp").state.watch == {"plateau.last": 1.0, "time.since": 2.0}
