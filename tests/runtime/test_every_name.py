"""Every name of every registry in a project: set by its path, trained, saved, loaded, gone on with, the same bits as in one go."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flux_gui.core.paths import resource
from flux_gui.core.registry import Entry
from flux_gui.document import edits, store
from flux_gui.document.project import Project
from flux_gui.document.registries import CHAIN, MAIN, REGISTRIES, SCHEDULES, STOPPING
from flux_gui.document.states import ModelState
from flux_gui.document.validate import problems
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.models import LAYERS
from flux_gui.runtime import verify
from flux_gui.runtime.session import Session

IRIS = resource("samples", "iris.csv")
EPOCHS = 6


@pytest.fixture(scope="module")
def iris() -> Project:
    """Three classes, four inputs, five hidden units, several batches."""
    return edits.project_from_file(IRIS, wishes=edits.Wishes(hidden=(5,), activation="tanh", epochs=EPOCHS))


@pytest.fixture(scope="module")
def tasks(iris: Project, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Project]:
    """A project of each task."""
    path = tmp_path_factory.mktemp("data") / "two.csv"
    rows = [line for line in IRIS.read_text().splitlines() if "virginica" not in line]
    path.write_text("\n".join(rows) + "\n")
    positive = edits.set_value(edits.set_value(iris, "data.source.target", "petal_length"), "data.prepare.scale_target", "none")
    binary = edits.project_from_file(path, wishes=edits.Wishes(hidden=(5,), epochs=EPOCHS))
    return {"classes": iris, "binary": binary, "regression": positive}


def trained(project: Project, epochs: int) -> Project:
    return Session(edits.set_value(project, "training.epochs", epochs)).run()


def check(project: Project, folder: Path) -> ModelState:
    """Train to `EPOCHS` in one go and in two with a file between; returns the state, which is the same."""
    whole = trained(project, EPOCHS)
    session = Session(edits.set_value(project, "training.epochs", EPOCHS))
    session.step_batches(7)  # in the middle of the second epoch
    session.wait()
    store.save(session.project, folder / "a.flux")
    again = trained(store.load(folder / "a.flux"), EPOCHS)
    same(whole.state, again.state)
    store.save(again, folder / "a.flux")
    same(again.state, store.load(folder / "a.flux").state)
    assert np.isfinite(whole.state.parameters).all()
    return whole.state


def same(one: ModelState, other: ModelState) -> None:
    assert (one.epoch, one.step, one.outcome, one.message) == (other.epoch, other.step, other.outcome, other.message)
    np.testing.assert_array_equal(one.parameters, other.parameters)
    np.testing.assert_array_equal(one.statistics, other.statistics)
    np.testing.assert_array_equal(one.start_statistics, other.start_statistics)
    assert one.watch == other.watch
    assert one.slots.keys() == other.slots.keys()
    for name, array in one.slots.items():
        if name != "groups":
            np.testing.assert_array_equal(array, other.slots[name])


def of(registry: Any) -> list[Any]:
    return [pytest.param(entry, id=entry.name) for entry in registry.in_window()]


@pytest.mark.parametrize("entry", of(ACTIVATIONS))
def test_activations(iris: Project, tmp_path: Path, entry: Entry) -> None:
    project = edits.set_value(iris, "model.layers.0.activation", entry.name)
    for hyper in entry.hypers:
        project = edits.set_value(project, f"model.layers.0.activation.{hyper.name}", hyper.default * 0.9)
    if entry.custom:
        project = edits.set_value(project, "model.layers.0.activation.formula", "x*erf(x)")
    state = check(project, tmp_path)
    assert not np.array_equal(state.parameters, state.start)


@pytest.mark.parametrize("entry", of(LOSSES))
def test_losses(tasks: dict[str, Project], tmp_path: Path, entry: Any) -> None:
    for task in entry.tasks:
        if task == "margin":
            continue
        project = edits.set_value(tasks[task], "training.loss", entry.name)
        for hyper in entry.hypers:
            project = edits.set_value(project, f"training.loss.{hyper.name}", hyper.default or hyper.high * 0.01)
        if entry.custom:
            project = edits.set_value(project, "training.loss.formula", "abs(yhat - y)^1.5")
        for _ in range(3):  # one click mends what does not go together
            mends = [problem.mend for problem in problems(project) if problem.mend is not None]
            project = mends[0].edit(project) if mends else project
        assert not [problem for problem in problems(project) if problem.mend is not None]
        state = check(project, tmp_path)
        assert state.curves["train"].last[-1] < state.curves["train"].last[0]
        if task != "regression":  # outputs are read as what the loss made of them: scores, margins or probabilities
            assert verify.evaluate(trained(project, 40))["train"]["accuracy"] > 0.6


@pytest.mark.parametrize("entry", of(MAIN))
def test_optimisers(iris: Project, tmp_path: Path, entry: Any) -> None:
    project = edits.set_value(iris, "training.optimiser", entry.name)
    for hyper in entry.hypers:
        project = edits.set_value(project, f"training.optimiser.{hyper.name}", bool(hyper.default) if hyper.boolean else hyper.default)
    state = check(project, tmp_path)
    assert all(key == "groups" or key.startswith(f"{entry.name}.") for key in state.slots)


@pytest.mark.parametrize("entry", of(CHAIN))
def test_rules_before_the_optimiser(iris: Project, tmp_path: Path, entry: Any) -> None:
    project = edits.set_value(iris, f"training.chain.{entry.name}", True)
    check(project, tmp_path)
    check(edits.set_value(project, f"training.chain.{entry.name}.{entry.hypers[0].name}", 2.0), tmp_path)


@pytest.mark.parametrize("unit", ["epoch", "step"])
@pytest.mark.parametrize("entry", of(SCHEDULES))
def test_schedules(iris: Project, tmp_path: Path, entry: Any, unit: str) -> None:
    project = edits.set_value(iris, "training.schedule.0.rule", entry.name)
    if entry.name == "Plateau":
        project = edits.set_value(edits.set_value(project, "training.schedule.0.rule.patience", 1), "training.optimiser.eta", 0.5)
    project = edits.set_value(project, "training.schedule_unit", unit)
    state = check(project, tmp_path)
    assert ("rate" in state.curves) == (entry.name != "constant")
    two = edits.set_value(edits.set_value(project, "training.schedule.0.length", 3), "training.schedule.1.rule", "Exp")
    check(two, tmp_path)


@pytest.mark.parametrize("entry", of(STOPPING))
def test_stop_rules(iris: Project, tmp_path: Path, entry: Any) -> None:
    project = edits.set_value(iris, f"training.stop.{entry.name}", True)
    check(project, tmp_path)
    tight = {"patience": 1, "min_delta": 1e6, "width": 1, "seconds": 1e-9, "loss": 100.0}
    for hyper in entry.hypers:
        project = edits.set_value(project, f"training.stop.{entry.name}.{hyper.name}", tight[hyper.name])
    stopped = trained(project, EPOCHS)
    store.save(stopped, tmp_path / "a.flux")
    same(stopped.state, store.load(tmp_path / "a.flux").state)
    assert (stopped.state.outcome, stopped.state.in_use) == ("stopped", "best")
    assert 0 < stopped.state.epoch < EPOCHS
    assert stopped.state.message.endswith(".")
    assert trained(stopped, EPOCHS).state.epoch > stopped.state.epoch  # whoever goes on gets further


@pytest.mark.parametrize("entry", of(INITIALISERS))
def test_initialisers(iris: Project, tmp_path: Path, entry: Any) -> None:
    project = edits.set_value(iris, "model.layers.0.initialiser", entry.name)
    for hyper in entry.hypers:
        project = edits.set_value(project, f"model.layers.0.initialiser.{hyper.name}", hyper.default)
    check(project, tmp_path)


@pytest.mark.parametrize("entry", of(LAYERS))
def test_layers(iris: Project, tmp_path: Path, entry: Any) -> None:
    project = edits.add_layer(iris, 1, kind=entry.name)
    assert len({layer.id for layer in project.spec.model.layers}) == 3
    assert not [problem for problem in problems(project) if problem.severity == "error"]
    check(project, tmp_path)
    twice = edits.duplicate_layer(project, 1)
    check(edits.remove_layer(twice, 0), tmp_path)


def test_every_registry_was_here() -> None:
    assert set(REGISTRIES) == {"activation", "loss", "optimiser", "schedule", "stop", "initialiser", "layer"}
