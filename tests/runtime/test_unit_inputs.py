"""What networks are fed for pictures of their neurons: places along the axes, the rest held, rows behind."""

import numpy as np
import pytest

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.runtime.unit_inputs import POINTS, UnitWish, evenly, number_columns, unit_inputs, usual_axes
from flux_gui.specs import Choice, GeneratedData


@pytest.fixture(scope="module")
def iris() -> Project:
    return edits.project_from_file(resource("samples", "iris.csv"))


def test_the_data_suggest_the_axes(iris: Project) -> None:
    assert usual_axes(edits.line_example()) == ("x",)
    assert usual_axes(edits.project_from_generator(GeneratedData(Choice("circle"), rows=40))) == ("x1", "x2")
    assert usual_axes(iris) == ()
    assert number_columns(iris) == ("sepal_length", "sepal_width", "petal_length", "petal_width")


def test_a_curve_runs_along_the_only_input() -> None:
    made = unit_inputs(edits.line_example(), UnitWish(), 16, 100)
    assert (made.kind, made.points, made.side, made.held) == ("curve", POINTS, POINTS, "")
    assert np.all(np.diff(made.x[:POINTS, 0]) > 0)
    assert len(made.x) == made.points + made.rows


def test_a_map_starts_at_the_lower_left() -> None:
    project = edits.project_from_generator(GeneratedData(Choice("circle"), rows=40))
    made = unit_inputs(project, UnitWish(), 8, 100)
    assert (made.kind, made.points, made.side) == ("map", 64, 8)
    grid = made.x[:64].reshape(8, 8, 2)
    assert np.all(np.diff(grid[0, :, 0]) > 0)
    assert np.all(np.diff(grid[:, 0, 1]) > 0)
    np.testing.assert_array_equal(made.x[64:], project.dataset.parts["train"].x)


def test_other_columns_are_held_at_the_chosen_row(iris: Project) -> None:
    wish = UnitWish(axes=("petal_width", "sepal_width"), row=("validation", 3))
    made = unit_inputs(iris, wish, 6, 20)
    assert made.chosen
    assert made.held == "the chosen row"
    chosen = iris.dataset.parts["validation"].x[3]
    np.testing.assert_array_equal(made.x[-1], chosen)
    np.testing.assert_allclose(made.x[:36, [0, 2]], np.tile(chosen[[0, 2]], (36, 1)), rtol=1e-5)
    assert len(np.unique(made.x[:36, 3])) == 6
    middle = unit_inputs(iris, UnitWish(axes=("petal_width",)), 6, 20)
    assert (middle.kind, middle.held, middle.chosen) == ("curve", "their middle", False)


def test_words_are_held_at_the_most_frequent_one() -> None:
    project = edits.project_from_file(resource("samples", "penguins.csv"))
    first = number_columns(project)[0]
    made = unit_inputs(project, UnitWish(axes=(first,)), 6, 20)
    assert made.kind == "curve"
    assert np.all(made.x[:POINTS].std(axis=0) > 0) == (made.x.shape[1] == 1)


def test_rows_and_axes_that_are_not_there_do_no_harm(iris: Project) -> None:
    made = unit_inputs(iris, UnitWish(axes=("species", "nothing"), row=("validation", 10_000)), 6, 20)
    assert (made.kind, made.chosen, made.rows) == ("bar", False, 20)


def test_a_feature_without_a_value_everywhere_leaves_bars() -> None:
    project = edits.set_value(edits.line_example(), "data.source.train", "1:5")
    project = edits.set_value(edits.set_value(project, "data.source.test", "6:9"), "data.prepare.features", "log(x - 0.9)")
    assert unit_inputs(project, UnitWish(), 6, 20).kind == "bar"


def test_rows_are_spread_evenly() -> None:
    assert evenly(10, 3).tolist() == [0, 4, 9]
    assert evenly(3, 10).tolist() == [0, 1, 2]
    assert evenly(0, 10).tolist() == []
