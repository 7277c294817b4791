"""Exports and imports: every format, and predictions recomputed from raw rows by a program that knows nothing of ours."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flux_gui import engine, exporters
from flux_gui.core.errors import FormatError
from flux_gui.core.paths import resource
from flux_gui.data.missing import IMPUTERS
from flux_gui.data.scaling import SCALERS
from flux_gui.document import edits
from flux_gui.document.project import Project

IRIS = resource("samples", "iris.csv")

ALONE = """
import csv, json, sys
import numpy as np

path, rows = sys.argv[1:]
if path.endswith(".npz"):
    file = {key: value for key, value in np.load(path, allow_pickle=False).items()}
else:
    with open(path) as stream:
        file = {key: np.array(value) for key, value in json.load(stream).items()}
with open(rows) as stream:
    table = list(csv.DictReader(stream))
blocks = []
FUNCTIONS = {"sin": np.sin, "log": np.log, "abs": np.abs, "max": np.maximum}


def numbers(name, fill):
    return np.array([float(row[str(name)]) if row[str(name)] else float(fill) for row in table])


for i, (name, kind) in enumerate(zip(file["prepare.inputs"], file["prepare.kinds"])):
    if kind == "formula":
        columns = zip(file[f"prepare.{i}.columns"], file[f"prepare.{i}.fills"])
        known = {f"v{j}": numbers(column, fill) for j, (column, fill) in enumerate(columns)}
        values = eval(str(file[f"prepare.{i}.formula"]), {"__builtins__": {}, **FUNCTIONS, **known})
        blocks.append(((values - file[f"prepare.{i}.center"]) / file[f"prepare.{i}.scale"])[:, None])
        continue
    cells = [row[str(name)] for row in table]
    if kind == "number":
        values = numbers(name, file[f"prepare.{i}.fill"])
        blocks.append(((values - file[f"prepare.{i}.center"]) / file[f"prepare.{i}.scale"])[:, None])
    else:
        words = np.array([cell or str(file[f"prepare.{i}.fill"]) for cell in cells])
        blocks.append((words[:, None] == file[f"prepare.{i}.categories"][None, :]).astype(float))
    if file[f"prepare.{i}.indicator"]:
        blocks.append(np.array([[cell == ""] for cell in cells], dtype=float))
x = np.concatenate(blocks, axis=1)
assert x.shape[1] == len(file["prepare.feature_columns"])
ACTIVATIONS = {
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "leakyrelu": lambda x, a: np.where(x > 0, x, a * x),
    "softmax": lambda x: np.exp(x - x.max(axis=1, keepdims=True)) / np.exp(x - x.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True),
    "custom": lambda x, formula: {"x*tanh(x)": x * np.tanh(x)}[str(formula)],
}


def activate(x, key):
    start = key + ".activation."
    settings = {name[len(start) :]: value for name, value in file.items() if name.startswith(start)}
    return ACTIVATIONS[str(file[key + ".activation"])](x, **settings)


def standardised(x, mean, variance, key):
    x = (x - mean) / np.sqrt(variance + file[key + ".eps"])
    return x * file[key + ".scale"] + file[key + ".bias"] if key + ".scale" in file else x


def combine(parts, key):
    how = str(file[key + ".combine"])
    return np.concatenate(parts, axis=1) if how == "concatenate" else {"add": sum, "multiply": np.multiply.reduce}[how](parts)


def layer(x, key):
    kind = str(file[key + ".kind"])
    if kind == "dropout":
        return x
    if kind == "skipconnection":
        return combine([chain(x, key), x], key)
    if kind == "parallel":
        count = len({name.split(".")[key.count(".") + 2] for name in file if name.startswith(key + ".branches.")})
        return combine([chain(x, f"{key}.branches.{i}") for i in range(count)], key)
    if kind == "formula":
        assert str(file[key + ".formula"]) == "a*x + b", file[key + ".formula"]
        return file[key + ".a"] * x + file[key + ".b"]
    if kind == "dense":
        x = x @ file[key + ".weight"].T + (file[key + ".bias"] if key + ".bias" in file else 0)
    if kind == "batchnorm":
        x = standardised(x, file[key + ".mean"], file[key + ".variance"], key)
    if kind == "layernorm":
        x = standardised(x, x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True), key)
    if kind == "scale":
        x = x * file[key + ".scale"] + (file[key + ".bias"] if key + ".bias" in file else 0)
    return activate(x, key)


def chain(x, key):
    i, key = 0, key + ".layers" if key else "layers"
    while f"{key}.{i}.kind" in file:
        x = layer(x, f"{key}.{i}")
        i += 1
    return x


x = chain(x, "")
if str(file["prepare.task"]) == "regression":
    print(json.dumps((x[:, 0] * file["prepare.target_scale"] + file["prepare.target_center"]).tolist()))
else:
    print(json.dumps(file["prepare.labels"][x.argmax(axis=1)].tolist()))
assert not any(name.startswith("flux_gui") for name in sys.modules)
"""


@pytest.fixture(scope="module")
def iris() -> Project:
    return edits.project_from_file(IRIS)


@pytest.fixture(scope="module")
def petal(iris: Project) -> Project:
    """A regression with a categorical input and two hidden layers."""
    project = edits.set_value(iris, "data.source.target", "petal_length")
    return edits.set_value(edits.add_layer(project, 1), "model.layers.0.activation", "tanh")


KINDS = ("dropout", "batchnorm", "layernorm", "scale", "skipconnection", "parallel", "formula")


@pytest.fixture(scope="module")
def everything(petal: Project) -> Project:
    """The same with every kind of layer in a row, trained a little so that statistics and parameters are not those of the start."""
    project = petal
    for place, kind in enumerate(KINDS, start=1):
        project = edits.add_layer(project, place, kind=kind)
    for path, value in (
        ("model.layers.0.activation", "leakyrelu"),
        ("model.layers.0.activation.a", 0.3),
        ("model.layers.2.activation", "custom"),
        ("model.layers.2.activation.formula", "x*tanh(x)"),
        ("model.layers.3.affine", False),
        ("model.layers.4.bias", False),
        ("model.layers.5.combine", "concatenate"),
        ("model.layers.6.branches.1.0.activation", "tanh"),
    ):
        project = edits.set_value(project, path, value)
    state, draw = project.state, np.random.default_rng(0)
    values = draw.normal(0, 0.5, len(state.parameters)).astype(np.float32)
    statistics = draw.uniform(0.5, 2.0, len(state.statistics)).astype(np.float32)
    return replace(project, state=replace(state, parameters=values, statistics=statistics))


def expected(project: Project) -> list[object]:
    chain = engine.build(project.spec.model, project.dataset.inputs)
    chain.load_flat(project.state.parameters_in_use, project.state.statistics_in_use)
    preparation = project.dataset.preparation
    decoded = preparation.decode(np.asarray(chain(preparation.apply(project.table, np.float32))))
    return list(decoded.prediction.tolist())


@pytest.mark.parametrize("extension", ["npz", "json"])
@pytest.mark.parametrize("which", ["iris", "petal", "everything"])
def test_a_file_alone_reproduces_predictions(tmp_path: Path, request: pytest.FixtureRequest, extension: str, which: str) -> None:
    project: Project = request.getfixturevalue(which)
    answers = alone(project, tmp_path, extension, IRIS)
    if which == "iris":
        assert answers == expected(project)
    else:
        np.testing.assert_allclose(answers, expected(project), rtol=1e-5)


def alone(project: Project, folder: Path, extension: str, rows: Path) -> list[object]:
    """Return the predictions that a program without ours computes from the exported file and the raw rows."""
    path, script = folder / f"a.{extension}", folder / "alone.py"
    exporters.export(project, path)
    script.write_text(ALONE)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, str(script), str(path), str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout)
    return found


def gaps(folder: Path) -> Path:
    """Return a table with missing numbers and words, and a name that no formula can hold without backticks."""
    lines = ["width,petal length,colour,y"]
    for i in range(40):
        width, length, colour = ("" if i % 7 == 3 else str(i * 0.5 - 9)), ("" if i % 11 == 5 else str(i % 9)), ("red", "", "blue")[i % 3]
        lines.append(f"{width},{length},{colour},{i * 1.5 - 3}")
    path = folder / "gaps.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("indicator", [False, True])
@pytest.mark.parametrize("imputer", IMPUTERS.names())
@pytest.mark.parametrize("scaler", SCALERS.names())
def test_every_preparation_travels_with_the_file(tmp_path: Path, scaler: str, imputer: str, indicator: bool) -> None:
    rows = gaps(tmp_path)
    project = edits.project_from_file(rows)
    for path, value in (
        ("data.prepare.scale_inputs", scaler),
        ("data.prepare.scale_target", scaler),
        ("data.prepare.missing", imputer),
        ("data.prepare.missing_constant", 3.5),
        ("data.prepare.missing_indicator", indicator),
        ("data.prepare.features", "sin(width)*`petal length`^2, log(abs(width) + 1), max(width, 2)"),
    ):
        project = edits.set_value(project, path, value)
    blanks = {"width missing", "petal length missing", "colour missing"} if indicator and imputer != "drop" else set()
    assert blanks <= set(project.dataset.input_names)
    assert project.dataset.input_names[-1] == "max(width, 2)"
    answers = alone(project, tmp_path, "npz" if indicator else "json", rows)
    np.testing.assert_allclose(answers, expected(project), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("entry", list(exporters.EXPORTERS), ids=lambda entry: entry.name)
def test_every_format_writes_what_can_be_read_back(tmp_path: Path, iris: Project, entry: exporters.FileFormat) -> None:
    path = tmp_path / f"a{entry.extension.upper()}"
    exporters.export(iris, path)
    assert path.stat().st_size > 100
    assert entry.doc
    if entry.name in exporters.IMPORTERS:
        back = exporters.read_parameters(path)
        for key, array in exporters.parameters(iris).items():
            np.testing.assert_array_equal(back[key], array)
        assert np.array_equal(edits.load_parameters(edits.reseed(iris), back).state.parameters, iris.state.parameters)


@pytest.mark.parametrize("extension", ["npz", "json"])
def test_statistics_come_back(tmp_path: Path, everything: Project, extension: str) -> None:
    path = tmp_path / f"a.{extension}"
    exporters.export(everything, path)
    back = edits.load_parameters(edits.reseed(everything), exporters.read_parameters(path)).state
    np.testing.assert_array_equal(back.parameters, everything.state.parameters)
    np.testing.assert_array_equal(back.statistics, everything.state.statistics)


def test_unknown_extensions_and_places(tmp_path: Path, iris: Project) -> None:
    for path in (tmp_path / "a.xyz", tmp_path / "a", tmp_path / "none" / "a.npz"):
        with pytest.raises(FormatError) as caught:
            exporters.export(iris, path)
        assert caught.value.hint
    for path in (tmp_path / "a.csv", tmp_path / "none.npz", tmp_path / "none.json"):
        with pytest.raises(FormatError):
            exporters.read_parameters(path)
    assert list(tmp_path.iterdir()) == []
