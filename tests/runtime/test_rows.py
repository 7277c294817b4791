"""Rows and their weights."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import DataError, SettingError
from flux_gui.core.paths import resource
from flux_gui.data.roles import obstacle
from flux_gui.document import edits, store
from flux_gui.document.project import Project
from flux_gui.runtime import probe, verify
from flux_gui.runtime.rows import class_weights, is_weighted, rows_of
from flux_gui.runtime.session import Session
from flux_gui.specs import FileData, SplitSpec


def table(folder: Path, weights: list[str]) -> Path:
    """Return a table of a target y, an input x and weights, whose first rows say another line than the rest."""
    path = folder / "w.csv"
    lines = [f"{i},{(10 if i < 5 else 2) * i},{weight}" for i, weight in enumerate(weights)]
    path.write_text("x,y,w\n" + "\n".join(lines) + "\n")
    return path


def weighted(folder: Path, weights: list[str]) -> Project:
    wishes = edits.Wishes(hidden=(), optimiser="Adam", rate=0.1, epochs=300)
    project = edits.project_from_file(table(folder, weights), "y", None, SplitSpec(1.0, 0.0, 0.0), wishes)
    return edits.set_value(project, "data.source.columns.2.role", "weight")


def test_a_column_weighs_the_rows(tmp_path: Path) -> None:
    project = weighted(tmp_path, ["0"] * 5 + ["1", "2.5"] * 5)
    assert project.dataset.input_names == ("x",)
    part = project.dataset.parts["train"]
    assert part.weights is not None
    assert part.weights.tolist() == [0.0] * 5 + [1.0, 2.5] * 5  # as they are, never scaled
    assert not part.weights.flags.writeable
    rows = rows_of(project, "train")
    assert len(rows) == 10
    trained = Session(project).run()
    assert verify.evaluate(trained)["train"]["loss"] == pytest.approx(trained.state.curves["train"].last[-1], rel=1e-5)
    ones = verify.predict(trained, project.table).prediction
    np.testing.assert_allclose(ones[5:], 2 * np.arange(5, 15), rtol=0.05)  # the rows without weight had no say
    path = tmp_path / "a.flux"
    store.save(trained, path)
    again = store.load(path).dataset.parts["train"]
    np.testing.assert_array_equal(again.weights, part.weights)


def test_a_weight_counts_as_that_many_rows(tmp_path: Path) -> None:
    project = weighted(tmp_path, ["1"] * 5 + ["3"] * 5)
    loss = probe.losses(project)["train"]
    rows = rows_of(project, "train")
    errors = (np.asarray(probe.model_of(project)(rows.x)) - rows.y)[:, 0] ** 2
    assert loss == pytest.approx(np.repeat(errors, [1] * 5 + [3] * 5).mean(), rel=1e-5)


@pytest.mark.parametrize(("weights", "said"), [(["1"] * 9 + ["-1"], "-1"), (["1"] * 9 + [""], "missing"), (["0"] * 10, "weight 0")])
def test_weights_that_cannot_be(tmp_path: Path, weights: list[str], said: str) -> None:
    with pytest.raises(DataError, match=said):
        weighted(tmp_path, weights)


def test_which_columns_can_weigh() -> None:
    iris = edits.project_from_file(resource("samples", "iris.csv"))
    source = iris.spec.data.source
    assert isinstance(source, FileData)
    reasons = {spec.name: obstacle(spec, iris.table.column(spec.name), "weight") for spec in source.columns}
    assert reasons["petal_width"] == ""
    assert reasons["species"]
    project = edits.set_value(iris, "data.source.columns.0.role", "weight")
    project = edits.set_value(project, "data.source.columns.1.role", "weight")  # there is one at a time
    source = project.spec.data.source
    assert isinstance(source, FileData)
    assert [column.role for column in source.columns] == ["ignore", "weight", "input", "input", "target"]


def test_balanced_classes(tmp_path: Path) -> None:
    path = tmp_path / "rare.csv"
    path.write_text("x,y\n" + "\n".join(f"{i},{'rare' if i % 10 == 0 else 'common'}" for i in range(40)) + "\n")
    project = edits.project_from_file(path, split=SplitSpec(1.0, 0.0, 0.0))
    assert rows_of(project, "train").weights is None
    balanced = edits.set_value(project, "training.class_weights", "balanced")
    np.testing.assert_allclose(class_weights(balanced), [40 / (2 * 36), 40 / (2 * 4)])
    assert is_weighted(balanced)
    assert is_weighted(balanced, elsewhere=True)
    assert not is_weighted(project)
    rows = rows_of(balanced, "train")
    assert rows.weights is not None
    assert rows.weights[rows.y[:, 0] > 0.5].sum() == pytest.approx(rows.weights[rows.y[:, 0] < 0.5].sum())
    assert rows.weights.dtype == np.float32
    assert probe.losses(balanced)["train"] != probe.losses(project)["train"]
    trained = Session(edits.set_value(balanced, "training.epochs", 3)).run()
    assert verify.evaluate(trained)["train"]["loss"] == pytest.approx(trained.state.curves["train"].last[-1], rel=1e-5)
    with pytest.raises(SettingError, match="no classes"):
        edits.set_value(edits.line_example(), "training.class_weights", "balanced")
    quantity = edits.set_value(balanced, "data.source.target", "x")
    assert quantity.spec.training.class_weights == "none"


def test_balanced_classes_take_the_weights_of_rows_into_account() -> None:
    iris = edits.set_value(edits.project_from_file(resource("samples", "iris.csv")), "training.class_weights", "balanced")
    part = iris.dataset.parts["train"]
    weights = np.arange(1, len(part) + 1, dtype=np.float32)
    project = replace(iris, dataset=replace(iris.dataset, parts={**iris.dataset.parts, "train": replace(part, weights=weights)}))
    rows = rows_of(project, "train")
    assert rows.weights is not None
    np.testing.assert_allclose(rows.weights @ rows.y, weights.sum() / 3, rtol=1e-5)
