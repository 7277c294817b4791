"""Tests of the data of a model as source text; that it prepares as the app does is tested with the programs."""

import numpy as np
import pytest

import coded
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.exporters.code.facts import Facts
from flux_gui.exporters.code.python_data import answer_lines, functions_of_data, imports, main_lines, table_lines
from flux_gui.specs import GeneratedData


def prepared(project: Project, rows: list[dict[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    found: dict[str, object] = {"np": np}
    exec("\n".join(table_lines(Facts(project), targets=True)), found)
    prepare, targets = found["prepare"], found["targets"]
    assert callable(prepare)
    assert callable(targets)
    return prepare(rows), targets(rows)


def rows_of(project: Project) -> list[dict[str, str]]:
    columns = [column.labels().tolist() for column in project.table.columns]
    return [dict(zip(project.table.names, cells, strict=True)) for cells in zip(*columns, strict=True)]


@pytest.mark.parametrize("target", ["species", "body_mass_g", "sex", "year"])
def test_rows_are_prepared_as_in_the_app(target: str) -> None:
    project = edits.set_value(coded.sample("penguins"), "data.source.target", target)
    part = project.dataset.parts["train"]
    rows = rows_of(project)
    x, y = prepared(project, [rows[i] for i in part.rows])
    assert x.dtype == y.dtype == np.float32
    np.testing.assert_allclose(x, part.x, atol=1e-6)
    np.testing.assert_allclose(y, part.y, atol=1e-6)


def test_answers_of_a_margin_are_signs() -> None:
    project = edits.set_value(edits.project_from_generator(GeneratedData(rows=30)), "training.loss", "hinge_loss")
    part = project.dataset.parts["train"]
    rows = rows_of(project)
    y = prepared(project, [rows[i] for i in part.rows])[1]
    assert set(y.ravel()) == {-1.0, 1.0}
    assert answer_lines(Facts(project)) == ["return [LABELS[int(score > 0)] for score in y[:, 0]]"]


def test_where_the_rows_come_from() -> None:
    assert "open('iris.csv'" in "\n".join(main_lines(Facts(coded.sample("iris"))))
    line = "\n".join(main_lines(Facts(edits.line_example(), weights=False)))
    assert "answers = 4 * values + 2 + 0 * values" in line
    assert "    train(rows)\n" in line


def test_what_formulas_of_the_data_need() -> None:
    project = edits.set_value(edits.line_example(), "data.source.formula", "erf(x) + sigmoid(x)")
    project = edits.set_value(project, "data.prepare.features", "softplus(x)")
    assert functions_of_data(Facts(project), targets=True) == {"erf", "sigmoid", "softplus"}
    assert functions_of_data(Facts(project), targets=False) == {"softplus"}
    assert imports("x = math.erf(csv.reader())", "import numpy") == ["import csv", "import math", "", "import numpy"]
    assert imports("x.math.erf", "import numpy") == ["import numpy"]
