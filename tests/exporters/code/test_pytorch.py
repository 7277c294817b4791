"""Tests of the program for PyTorch: it predicts what the engine predicts, and each of its rules makes the engine's steps."""

import sys
from pathlib import Path

import numpy as np
import pytest

import coded
from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.document.registries import CHAIN, MAIN
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.losses import LOSSES
from flux_gui.exporters.code import source
from flux_gui.specs import Choice, GeneratedData, Stage

IRIS = resource("samples", "iris.csv")


def test_every_kind_of_layer_every_loss_and_rule_is_valid_python() -> None:
    """What needs PyTorch to run is at least compiled here."""
    project = coded.everything(coded.sample("iris"))
    compile(source(project, "pytorch"), "program.py", "exec")
    for entry in MAIN:
        compile(source(edits.set_value(project, "training.optimiser", entry.name), "pytorch", weights=False), "program.py", "exec")
    for entry in CHAIN:
        compile(source(edits.set_value(project, f"training.chain.{entry.name}", True), "pytorch"), "program.py", "exec")
    for entry in INITIALISERS:
        text = f"Chain(Dense(5, tanh; init={entry.name}), Dense(3))"
        assert "nn.init." in source(edits.replace_text(project, text), "pytorch", weights=False)


@pytest.mark.peers
def test_it_predicts_what_the_app_predicts(tmp_path: Path) -> None:
    binary = edits.project_from_generator(GeneratedData(rows=50))
    projects = (
        coded.everything(coded.sample("iris")),
        coded.every_activation(coded.sample("iris")),
        coded.sample("penguins"),
        coded.shaken(binary),
    )
    for number, project in enumerate(projects):
        folder = tmp_path / str(number)
        folder.mkdir()
        coded.agree(project, source(project, "pytorch"), "pytorch", coded.table(project, folder), folder)


@pytest.mark.peers
def test_double_precision(tmp_path: Path) -> None:
    project = edits.set_value(coded.everything(coded.sample("iris")), "model.dtype", "float64")
    coded.agree(project, source(project, "pytorch"), "pytorch", IRIS, tmp_path)


@pytest.mark.peers
def test_it_learns_the_line(tmp_path: Path) -> None:
    (tmp_path / "line.py").write_text(source(edits.line_example(), "pytorch", weights=False), encoding="utf-8")
    assert eval(coded.started(tmp_path, ["line.py"], "pytorch")) == pytest.approx([2, 6, 10, 14, 18], abs=0.2)


def trained(project: Project, folder: Path, name: str) -> np.ndarray:
    """The parameters after training in PyTorch, in the order of the engine's flat array."""
    import importlib.util

    import torch

    path = folder / f"{name}.py"
    path.write_text(source(project, "pytorch"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    sys.modules[name] = program
    spec.loader.exec_module(program)
    names = project.table.names
    rows = [dict(zip(names, row, strict=True)) for row in zip(*(c.labels().tolist() for c in project.table.columns), strict=True)]
    program.train([rows[i] for i in project.dataset.parts["train"].rows])
    del sys.modules[name]
    assert torch.is_grad_enabled()
    return np.concatenate([p.detach().numpy().ravel() for p in program.model.parameters()])


def engine_trained(project: Project) -> np.ndarray:
    """The same after training in the app, arrays in the same order."""
    from flux_gui.document.migrate import named
    from flux_gui.runtime.session import Session

    done = Session(project, threads=1).run()
    arrays = named(done.state.parameters, done.spec.model, done.dataset.inputs)
    return np.concatenate([array.ravel() for array in arrays.values()])


def small(task: str = "classes") -> Project:
    """A project whose training is the same everywhere: all rows in one batch, few epochs, no best epoch."""
    project = coded.sample("iris")
    if task == "regression":
        project = edits.set_value(project, "data.source.target", "petal_length")
    if task == "binary":
        project = edits.project_from_generator(GeneratedData(rows=40))
    project = edits.replace_text(project, f"Chain(Dense(6, tanh), Dense({project.dataset.outputs}))")
    for path, value in (("training.batch", 0), ("training.epochs", 5), ("training.shuffle", False), ("training.keep_best", False)):
        project = edits.set_value(project, path, value)
    return project


def same_steps(project: Project, folder: Path, name: str, tolerance: float = 2e-4) -> None:
    ours, theirs = engine_trained(project), trained(project, folder, name)
    assert np.abs(ours - project.state.parameters).max() > 1e-6
    np.testing.assert_allclose(theirs, ours, rtol=tolerance, atol=tolerance)


@pytest.mark.peers
@pytest.mark.parametrize("name", MAIN.names())
def test_every_optimiser_makes_the_same_steps(tmp_path: Path, name: str) -> None:
    project = edits.set_value(small(), "training.optimiser", name)
    if name == "AdamW":
        project = edits.set_value(project, "training.optimiser.lambd", 0.1)
    if name in ("RMSProp", "AdaGrad", "AdaDelta"):  # their first steps depend on how epsilon is added
        project = edits.set_value(project, "training.optimiser.epsilon", 1e-4)
    same_steps(project, tmp_path, f"optimiser_{name}")


@pytest.mark.peers
@pytest.mark.parametrize("name", [entry.name for entry in LOSSES.in_window()])
def test_every_loss_is_the_same(tmp_path: Path, name: str) -> None:
    entry = LOSSES.get(name)
    project = small(entry.tasks[0])
    ends = {"softplus": ", softplus", "sigmoid": ", sigmoid", "softmax": "), softmax"}
    end = ends.get(entry.output, "")
    outputs = project.dataset.outputs
    project = edits.replace_text(project, f"Chain(Dense(6, tanh), Dense({outputs}{end if end else ''}{'' if end.startswith(')') else ')'})")
    if entry.output == "softplus":
        project = edits.set_value(project, "data.prepare.scale_target", "minmax")
    project = edits.set_value(coded.shaken(project), "training.loss", name)
    if any(hyper.name == "smoothing" for hyper in entry.hypers):
        project = edits.set_value(project, "training.loss.smoothing", 0.1)
    if entry.custom:
        project = edits.set_value(project, "training.loss.formula", "abs(yhat - y)^1.5 + max(y, 0)")
    same_steps(project, tmp_path, f"loss_{name}", 1e-3)


@pytest.mark.peers
@pytest.mark.parametrize("names", [("WeightDecay", "SignDecay", "ClipNorm"), ("AccumGrad", "ClipGrad"), ()])
@pytest.mark.parametrize("unit", ["epoch", "step"])
def test_rules_schedules_and_frozen_layers(tmp_path: Path, names: tuple[str, ...], unit: str) -> None:
    project = edits.set_value(small(), "training.frozen.output", True)
    for name in names:
        project = edits.set_value(project, f"training.chain.{name}", True)
    if "ClipGrad" in names:
        project = edits.set_value(project, "training.chain.ClipGrad.delta", 0.01)
    stages = (Stage(Choice("WarmUp", {"steps": 2}), 2), Stage(Choice("OneCycle", {"n": 3}), 2), Stage(Choice("CosAnneal", {"period": 2})))
    project = edits.set_value(edits.set_value(project, "training.schedule", stages), "training.schedule_unit", unit)
    same_steps(project, tmp_path, f"rules_{unit}_{len(names)}")
