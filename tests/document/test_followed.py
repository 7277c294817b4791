"""Columns followed through edits of the data: kept inputs keep their weights wherever they go."""

from dataclasses import replace

import numpy as np
import pytest

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.followed import columns_followed
from flux_gui.document.migrate import named
from flux_gui.document.project import Project

IRIS = resource("samples", "iris.csv")
FEATURES = "data.prepare.features"


def trained(project: Project) -> Project:
    draw = np.random.default_rng(0)
    state = project.state
    flat = draw.normal(size=len(state.parameters)).astype(np.float32)
    statistics = draw.uniform(1, 2, len(state.statistics)).astype(np.float32)
    return replace(project, state=replace(state, parameters=flat, statistics=statistics, epoch=3, step=9))


def arrays(project: Project) -> dict[str, np.ndarray]:
    return named(project.state.parameters_in_use, project.spec.model, project.dataset.inputs)


def test_features_come_and_go_and_the_other_weights_stay() -> None:
    before = trained(edits.project_from_file(IRIS))
    after = edits.set_value(before, FEATURES, "sepal_length^2, sin(petal_width)")
    assert after.dataset.input_names[4:] == ("sepal_length^2", "sin(petal_width)")
    old, new = arrays(before), arrays(after)
    np.testing.assert_array_equal(new["layers.0.weight"][:, :4], old["layers.0.weight"])
    assert np.abs(new["layers.0.weight"][:, 4:]).max() < 1
    for key in ("layers.0.bias", "layers.1.weight", "layers.1.bias"):
        np.testing.assert_array_equal(new[key], old[key])
    fewer = edits.set_value(after, FEATURES, ["sin(petal_width)"])
    np.testing.assert_array_equal(arrays(fewer)["layers.0.weight"][:, 4], new["layers.0.weight"][:, 5])
    back = edits.set_value(fewer, FEATURES, ())
    np.testing.assert_array_equal(arrays(back)["layers.0.weight"], old["layers.0.weight"])


def test_an_input_left_out_takes_only_its_own_weights_along() -> None:
    before = trained(edits.project_from_file(IRIS))
    after = edits.set_value(before, "data.source.columns.1.role", "ignore")
    old, new = arrays(before)["layers.0.weight"], arrays(after)["layers.0.weight"]
    np.testing.assert_array_equal(new, old[:, [0, 2, 3]])
    again = arrays(edits.set_value(after, "data.source.columns.1.role", "input"))["layers.0.weight"]
    np.testing.assert_array_equal(again[:, [0, 2, 3]], old[:, [0, 2, 3]])


@pytest.mark.parametrize("kind", ["batchnorm", "scale", "dropout", "formula"])
def test_layers_before_the_first_dense_follow_too(kind: str) -> None:
    before = trained(edits.add_layer(edits.project_from_file(IRIS), 0, kind=kind))
    after = edits.set_value(before, "data.source.columns.0.role", "ignore")
    old, new = arrays(before), arrays(after)
    for key in old:
        if key.startswith("layers.0.") or key == "layers.1.weight":
            np.testing.assert_array_equal(new[key], old[key][..., 1:])
    if kind == "batchnorm":
        statistics = [state.statistics.reshape(2, -1) for state in (before.state, after.state)]
        np.testing.assert_array_equal(statistics[1], statistics[0][:, 1:])


def test_inside_branches() -> None:
    before = trained(edits.add_layer(edits.project_from_file(IRIS), 0, kind="parallel"))
    after = edits.set_value(before, FEATURES, "petal_width^2")
    old, new = arrays(before), arrays(after)
    for branch in (0, 1):
        key = f"layers.0.branches.{branch}.layers.0.weight"
        np.testing.assert_array_equal(new[key][:, :4], old[key])
    np.testing.assert_array_equal(new["layers.2.weight"], old["layers.2.weight"])
    followed = columns_followed(before.spec.model, ("a", "b"), ("b", "c"))
    assert (followed.old.tolist(), followed.new.tolist()) == ([1], [0])
    assert before.spec.model.layers[1].id in followed.lost


def test_inside_a_skip_connection_nothing_goes_to_the_wrong_place() -> None:
    before = trained(edits.add_layer(edits.project_from_file(IRIS), 0, kind="skipconnection"))
    after = edits.set_value(before, "data.source.columns.1.role", "ignore")
    old, new = arrays(before)["layers.0.layers.0.weight"], arrays(after)["layers.0.layers.0.weight"]
    assert (old.shape, new.shape) == ((4, 4), (3, 3))
    assert not np.isin(new, old).any()
