"""Tests of verification against plain numpy formulas: regression in original units, classes by label, sealed test rows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import DataError
from flux_gui.core.paths import resource
from flux_gui.data.table import Column, Table
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.document.states import frozen
from flux_gui.runtime import verify
from flux_gui.specs import Choice, FormulaData, PrepareSpec, Range, SoftmaxSpec


def iris() -> Project:
    return edits.project_from_file(resource("samples", "iris.csv"), wishes=edits.Wishes(hidden=(), seed=4, dtype="float64"))


def scores(project: Project, x: np.ndarray) -> np.ndarray:
    flat = project.state.parameters
    return x @ flat[:12].reshape(4, 3) + flat[12:]


def test_the_line_example_by_hand() -> None:
    project = edits.line_example("float64")
    found = verify.verify(project)
    x = np.arange(6.0, 11.0)
    prediction, truth = 0.9066542 * x, 4 * x + 2
    np.testing.assert_allclose(found.truth, truth)
    np.testing.assert_allclose(found.prediction, prediction)
    np.testing.assert_array_equal(found.inputs["x"], x)
    np.testing.assert_array_equal(project.table.column("x").values[found.rows], x)
    assert found.probabilities is None
    assert found.metrics == pytest.approx(
        {
            "loss": np.mean((prediction - truth) ** 2),
            "r2": 1 - np.sum((prediction - truth) ** 2) / np.sum((truth - truth.mean()) ** 2),
            "mae": np.mean(np.abs(prediction - truth)),
            "rmse": np.sqrt(np.mean((prediction - truth) ** 2)),
            "mape": np.mean(np.abs(prediction - truth) / truth),
            "max_error": np.max(np.abs(prediction - truth)),
        }
    )


def test_scaled_targets_give_a_scaled_loss_and_metrics_in_original_units() -> None:
    project = edits.project_from_formula(FormulaData(), edits.Wishes(hidden=(), dtype="float64"))
    project = edits.set_value(project, "data.prepare", PrepareSpec("standard", "standard"))
    w, b = project.state.parameters
    z = (np.arange(6.0) - 2.5) / np.arange(6.0).std()
    found = verify.evaluate(project)["train"]
    assert found["loss"] == pytest.approx(np.mean((w * z + b - z) ** 2))
    assert found["mae"] == pytest.approx(np.mean(np.abs(w * z + b - z)) * 4 * np.arange(6.0).std())


def test_classes_by_hand() -> None:
    project = iris()
    part = project.dataset.parts["test"]
    raised = np.exp(scores(project, part.x))
    share = raised / raised.sum(axis=1, keepdims=True)
    found = verify.verify(project)
    np.testing.assert_allclose(found.probabilities, share)
    labels = np.array(project.dataset.labels)
    np.testing.assert_array_equal(found.prediction, labels[share.argmax(axis=1)])
    np.testing.assert_array_equal(found.truth, labels[part.y.argmax(axis=1)])
    assert found.metrics["accuracy"] == np.mean(found.truth == found.prediction)
    assert found.metrics["loss"] == pytest.approx(-np.mean(np.sum(part.y * np.log(share), axis=1)))
    assert found.metrics["log_loss"] == pytest.approx(found.metrics["loss"])
    assert 0 <= found.metrics["roc_auc"] <= 1
    each = verify.per_class(project, ("test",))["test"]
    assert list(each) == list(labels)
    assert np.mean([scores["f1"] for scores in each.values()]) == pytest.approx(found.metrics["f1"])
    assert sum(scores["rows"] for scores in each.values()) == len(part)
    assert verify.per_class_table(project, project.table)[labels[0]]["rows"] == 50


def test_a_softmax_at_the_end_gives_the_same_predictions() -> None:
    project = iris()
    ended = edits.add_layer(project, 1, spec=SoftmaxSpec("soft"))
    ended = replace(ended, state=replace(ended.state, parameters=project.state.parameters))
    assert (verify.output_kind(project), verify.output_kind(ended)) == ("identity", "probability")
    np.testing.assert_allclose(verify.verify(ended).probabilities, verify.verify(project).probabilities)
    sigmoid = edits.set_value(project, "model.layers.0.activation", Choice("sigmoid"))
    assert verify.output_kind(sigmoid) == "probability"


def test_test_rows_are_only_evaluated_when_asked() -> None:
    project = iris()
    assert set(verify.evaluate(project)) == {"train", "validation"}
    everything = verify.evaluate(project, ("train", "validation", "test"))
    assert everything["test"] == verify.verify(project).metrics
    assert set(verify.evaluate(edits.line_example())) == {"train"}


def test_predictions_for_new_rows() -> None:
    project = edits.line_example("float64")
    table = Table((Column("x", "number", np.array([0.0, 100.0])), Column("y", "number", np.array([2.0, np.nan]))))
    np.testing.assert_allclose(verify.predict(project, table).prediction, [0.0, 90.66542])
    assert verify.evaluate_table(project, table)["loss"] == pytest.approx(4.0)
    assert verify.per_class_table(project, table) == verify.per_class(project) == {}
    with pytest.raises(DataError, match="target column"):
        verify.evaluate_table(project, table.select(np.array([1])))


def test_without_test_rows_there_is_nothing_to_verify(tmp_path: Path) -> None:
    project = iris()
    parts = {**project.dataset.parts, "test": replace(project.dataset.parts["test"], rows=np.empty(0, int))}
    with pytest.raises(DataError, match="no test rows"):
        verify.verify(replace(project, dataset=replace(project.dataset, parts=parts)))


def test_the_parameters_in_use_are_verified() -> None:
    project = edits.line_example()
    right = frozen(np.array([4.0, 2.0], np.float32))
    assert verify.verify(replace(project, state=replace(project.state, parameters=right))).metrics["mae"] < 1e-5


def test_ranges_of_other_steps() -> None:
    project = edits.project_from_formula(FormulaData(test=Range(0.0, 1.0, 0.25)), edits.Wishes(hidden=()))
    assert len(verify.verify(project).truth) == 5


def test_the_truth_of_numbers_is_that_of_the_table() -> None:
    project = edits.project_from_sample("penguins")
    result = verify.verify(project)
    np.testing.assert_array_equal(result.truth, project.table.column("body_mass_g").values[result.rows])
