"""Tests of the program for NumPy: run alone, it predicts from raw rows what the engine predicts."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings

import coded
from any_layers import models as any_models
from flux_gui import engine, exporters
from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.exporters.code import source
from flux_gui.specs import Choice, DenseSpec, GeneratedData, ModelSpec


@pytest.mark.parametrize("name", ["iris", "penguins"])
def test_it_predicts_from_raw_rows(tmp_path: Path, name: str) -> None:
    project = coded.sample(name)
    coded.agree(project, source(project, "numpy"), "numpy", resource("samples", f"{name}.csv"), tmp_path)


def test_every_kind_of_layer_and_of_column(tmp_path: Path) -> None:
    """A regression with numbers, words, missing cells, marks of missing cells, features and a scaled target."""
    penguins = resource("samples", "penguins.csv")
    project = edits.project_from_file(penguins, "body_mass_g")
    for path, value in (
        ("data.prepare.missing_indicator", True),
        (
            "data.prepare.features",
            "bill_length_mm^2/007, log(bill_depth_mm) + relu(year - 2008) + erf(year), max(bill_length_mm, 40, bill_depth_mm)",
        ),
    ):
        project = edits.set_value(project, path, value)
    project = coded.everything(project)
    coded.agree(project, source(project, "numpy"), "numpy", penguins, tmp_path)


def test_every_activation(tmp_path: Path) -> None:
    project = coded.every_activation(coded.sample("iris"))
    coded.agree(project, source(project, "numpy"), "numpy", resource("samples", "iris.csv"), tmp_path)


@pytest.mark.parametrize("ending", ["sigmoid", "identity"])
def test_yes_and_no(tmp_path: Path, ending: str) -> None:
    project = edits.project_from_generator(GeneratedData(rows=60))
    loss = "binarycrossentropy" if ending == "sigmoid" else "logitbinarycrossentropy"
    project = coded.shaken(
        edits.set_value(edits.replace_text(project, f"Chain(Dense(5, tanh), Dense(1, {ending}))"), "training.loss", loss)
    )
    coded.agree(project, source(project, "numpy"), "numpy", coded.table(project, tmp_path), tmp_path)


def test_double_precision_and_probabilities(tmp_path: Path) -> None:
    project = edits.set_value(coded.sample("iris"), "model.dtype", "float64")
    for ending in ("softmax", "logsoftmax"):
        other = coded.shaken(edits.replace_text(project, f"Chain(Dense(8, relu), Dense(3), {ending})"))
        coded.agree(other, source(other, "numpy"), "numpy", resource("samples", "iris.csv"), tmp_path)


def test_without_weights_it_reads_the_export(tmp_path: Path) -> None:
    project = coded.everything(coded.sample("iris"))
    exporters.export(project, tmp_path / "iris.npz")
    text = source(project, "numpy", weights=False)
    assert len(text) < 8000
    coded.agree(project, text, "numpy", resource("samples", "iris.csv"), tmp_path)


def test_it_runs_as_its_first_lines_say(tmp_path: Path) -> None:
    project: Project = edits.line_example()
    (tmp_path / "line.py").write_text(source(project, "numpy"), encoding="utf-8")
    (tmp_path / "table.csv").write_text("x\n0\n10\n")
    said = coded.started(tmp_path, ["line.py", "table.csv"], "numpy")
    assert [float(line) for line in said.split()] == pytest.approx([0.0, 9.066542])


IRIS = edits.project_from_file(resource("samples", "iris.csv"), wishes=edits.Wishes(dtype="float64"))


def computed(model: ModelSpec, language: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """What the program of a network and the engine make of the same inputs."""
    output = DenseSpec("", 3, Choice("identity"))
    project = coded.shaken(edits.replace_model(IRIS, msgspec.structs.replace(model, layers=(*model.layers, output))))
    x = np.random.default_rng(1).normal(0, 1, (7, 4))
    chain = engine.build(project.spec.model, 4)
    chain.load_flat(project.state.parameters_in_use, project.state.statistics_in_use)
    found: dict[str, Any] = {"__name__": "program"}
    with np.errstate(all="ignore"):
        exec(compile(source(project, language), name, "exec"), found)
        if language == "numpy":
            return found["network"](x), np.asarray(chain(x))
        if language == "flux_py":
            return np.asarray(found["model"](x)), np.asarray(chain(x))
        found["model"].eval()
        return found["model"](found["torch"].from_numpy(x)).detach().numpy(), np.asarray(chain(x))


@settings(max_examples=60, deadline=None)
@given(any_models(inputs=4))
def test_any_network(model: ModelSpec) -> None:
    y, expected = computed(model, "numpy", "program")
    np.testing.assert_allclose(y, expected, rtol=1e-6, atol=1e-6 * (1 + np.abs(expected[np.isfinite(expected)]).max(initial=0)))


@settings(max_examples=30, deadline=None)
@given(any_models(inputs=4))
def test_any_network_with_the_library(model: ModelSpec) -> None:
    y, expected = computed(model, "flux_py", "program")
    np.testing.assert_allclose(y, expected, rtol=1e-6, atol=1e-6 * (1 + np.abs(expected[np.isfinite(expected)]).max(initial=0)))


@pytest.mark.peers
@settings(max_examples=60, deadline=None)
@given(any_models(inputs=4))
def test_any_network_in_pytorch(model: ModelSpec) -> None:
    y, expected = computed(model, "pytorch", "program")
    np.testing.assert_allclose(y, expected, rtol=1e-6, atol=1e-6 * (1 + np.abs(expected[np.isfinite(expected)]).max(initial=0)))
