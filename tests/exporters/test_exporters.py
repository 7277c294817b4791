"""Exports and imports: every format, and predictions recomputed from raw rows by a program that knows nothing of ours."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from flux_gui import engine, exporters
from flux_gui.core.errors import FormatError
from flux_gui.core.paths import resource
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
for i, (name, kind) in enumerate(zip(file["prepare.inputs"], file["prepare.kinds"])):
    cells = [row[str(name)] for row in table]
    if kind == "number":
        values = np.array([float(cell) if cell else float(file[f"prepare.{i}.median"]) for cell in cells])
        blocks.append(((values - file[f"prepare.{i}.mean"]) / file[f"prepare.{i}.scale"])[:, None])
    else:
        words = np.array([cell or str(file[f"prepare.{i}.fill"]) for cell in cells])
        blocks.append((words[:, None] == file[f"prepare.{i}.categories"][None, :]).astype(float))
x = np.concatenate(blocks, axis=1)
layer = 0
while f"layers.{layer}.weight" in file:
    x = x @ file[f"layers.{layer}.weight"].T + file[f"layers.{layer}.bias"]
    x = {"identity": lambda x: x, "relu": lambda x: np.maximum(x, 0), "tanh": np.tanh}[str(file[f"layers.{layer}.activation"])](x)
    layer += 1
if str(file["prepare.task"]) == "regression":
    print(json.dumps((x[:, 0] * file["prepare.target_scale"] + file["prepare.target_mean"]).tolist()))
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


def expected(project: Project) -> list[object]:
    chain = engine.build(project.spec.model, project.dataset.inputs)
    chain.load_flat(project.state.parameters_in_use)
    preparation = project.dataset.preparation
    decoded = preparation.decode(np.asarray(chain(preparation.apply(project.table, np.float32))))
    return list(decoded.prediction.tolist())


@pytest.mark.parametrize("extension", ["npz", "json"])
@pytest.mark.parametrize("which", ["iris", "petal"])
def test_a_file_alone_reproduces_predictions(tmp_path: Path, request: pytest.FixtureRequest, extension: str, which: str) -> None:
    project: Project = request.getfixturevalue(which)
    path, script = tmp_path / f"a.{extension}", tmp_path / "alone.py"
    exporters.export(project, path)
    script.write_text(ALONE)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, str(script), str(path), str(IRIS)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    if which == "iris":
        assert answers == expected(project)
    else:
        np.testing.assert_allclose(answers, expected(project), rtol=1e-5)


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


def test_unknown_extensions_and_places(tmp_path: Path, iris: Project) -> None:
    for path in (tmp_path / "a.xyz", tmp_path / "a", tmp_path / "none" / "a.npz"):
        with pytest.raises(FormatError) as caught:
            exporters.export(iris, path)
        assert caught.value.hint
    for path in (tmp_path / "a.csv", tmp_path / "none.npz", tmp_path / "none.json"):
        with pytest.raises(FormatError):
            exporters.read_parameters(path)
    assert list(tmp_path.iterdir()) == []
