"""Projects to write code of, and programs that run alone: what the tests of every language share."""

import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from flux_gui import engine
from flux_gui.core.paths import resource
from flux_gui.data.outputs import output_kind
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.document.states import frozen
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.specs import Choice, DenseSpec, ModelSpec

EVERYTHING = """Chain(
    first = Dense({inputs} => 9, x -> leakyrelu(x, 0.3)), Dropout(0.4),
    BatchNorm(9, x -> x*tanh(x) + min(x, 1, 2); eps=1e-3), Scale(9; bias=false),
    SkipConnection(Chain(LayerNorm(9, tanh, affine=false),
        Dense(9 => 9, gelu_erf; bias=false), SkipConnection(Dense(9 => 2, σ), vcat)), vcat),
    Parallel(.*, Chain(Dense(20 => 4, tanh), BatchNorm(4, affine=false)), Chain(Dense(20 => 7), Dense(7 => 4, mish))),
    Parallel(+, Dense(4 => 5), Chain(Parallel(vcat, Dense(4 => 2), Dense(4 => 3, softplus)))),
    Formula(a*x + max(b, 0.1) - k*sin(2)*erf(x)/pi; k=layer(0.5)), LayerNorm(5), Dense(5 => {outputs}{end}))"""
"""Every kind of layer, and layers inside layers inside layers."""


def shaken(project: Project, seed: int = 0) -> Project:
    """The project with parameters and statistics that no start gives."""
    state, draw = project.state, np.random.default_rng(seed)
    values = draw.normal(0, 0.6, len(state.parameters)).astype(state.parameters.dtype)
    statistics = draw.uniform(0.5, 2.0, len(state.statistics)).astype(state.parameters.dtype)
    return replace(project, state=replace(state, parameters=frozen(values), statistics=frozen(statistics)))


def everything(project: Project, end: str = "") -> Project:
    """The project with every kind of layer, shaken."""
    text = EVERYTHING.format(inputs=project.dataset.inputs, outputs=project.dataset.outputs, end=end)
    return shaken(edits.replace_text(project, text))


def sample(name: str) -> Project:
    """A table of the samples with the default network, shaken."""
    return shaken(edits.project_from_file(resource("samples", f"{name}.csv")))


def every_activation(project: Project) -> Project:
    """The project with one layer for every activation in a row, with other numbers than the defaults."""
    layers = []
    for index, entry in enumerate(ACTIVATIONS.in_window()):
        values = {hyper.name: round(hyper.default * 0.8 + 0.05, 3) for hyper in entry.hypers}
        layers.append(DenseSpec(str(index), 3, Choice(entry.name, values, "x/(1 + x^2)" if entry.custom else "")))
    output = DenseSpec("output", project.dataset.outputs, Choice("identity"))
    return shaken(edits.replace_model(project, ModelSpec((*layers, output))), 1)


def outputs(project: Project, table: Path) -> tuple[np.ndarray, list[Any]]:
    """What the engine computes for the raw rows of a table: the network's outputs and the answers."""
    from flux_gui.data.files import load

    preparation = project.dataset.preparation
    chain = engine.build(project.spec.model, project.dataset.inputs)
    chain.load_flat(project.state.parameters_in_use, project.state.statistics_in_use)
    rows = load(table, preparation.target, None).table
    y = np.asarray(chain(preparation.apply(rows, project.spec.model.dtype)))
    kind = output_kind(project.spec.model, project.spec.training) if project.dataset.task != "regression" else "identity"
    return y, preparation.decode(y, kind).prediction.tolist()


RUN = """
import csv, json, sys
import numpy as np
import program
with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:
    rows = list(csv.DictReader(file))
{body}
print("RESULT" + json.dumps([np.asarray(y, float).tolist(), program.predict(rows)]))
assert {free} or not any(name.startswith("flux_gui") for name in sys.modules)
"""
BODIES = {
    "numpy": "y = program.network(program.prepare(rows))",
    "flux_py": "y = program.model(program.prepare(rows))",
    "pytorch": "import torch\nprogram.model.eval()\nwith torch.no_grad():\n"
    "    y = program.model(torch.from_numpy(program.prepare(rows))).numpy()",
}


def run(source: str, language: str, table: Path, folder: Path) -> tuple[np.ndarray, list[Any]]:
    """What a program computes for the rows of a table, in an interpreter of its own."""
    (folder / "program.py").write_text(source, encoding="utf-8")
    (folder / "run.py").write_text(RUN.format(body=BODIES[language], free=language == "flux_py"), encoding="utf-8")
    said = started(folder, ["run.py", str(table)], language)
    y, answers = json.loads(said.rpartition("RESULT")[2])
    return np.array(y), answers


def started(folder: Path, arguments: list[str], language: str) -> str:
    """What a program says, whose warnings are errors; only those in the language of this library find it."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if language == "flux_py":
        environment["PYTHONPATH"] = str(Path(engine.__file__).parents[2])
    command = [sys.executable, "-W", "error::RuntimeWarning", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    return done.stdout


def agree(project: Project, source: str, language: str, table: Path, folder: Path) -> None:
    """Compare a program with the engine: outputs to 1e-5 (1 + |y|), answers exactly where they are labels."""
    y, answers = run(source, language, table, folder)
    expected, labels = outputs(project, table)
    np.testing.assert_array_less(np.abs(y - expected), 1e-5 * (1 + np.abs(expected)))
    if project.dataset.task == "regression":
        np.testing.assert_allclose(answers, labels, rtol=1e-4, atol=1e-4 * np.abs(labels).max())
    else:
        assert answers == labels


def table(project: Project, folder: Path) -> Path:
    """The rows of a project as a CSV file."""
    path = folder / "rows.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(project.table.names)
        writer.writerows(zip(*(column.labels().tolist() for column in project.table.columns), strict=True))
    return path
