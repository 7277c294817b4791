"""Problems of hidden layers, and the click that mends each."""

from typing import Any

import pytest

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.edits_layers import with_hidden
from flux_gui.document.problems_model import model_problems
from flux_gui.document.project import Project

IRIS = resource("samples", "iris.csv")


@pytest.fixture(scope="module")
def iris() -> Project:
    return with_hidden(edits.project_from_file(IRIS), (8, 8))


def changed(project: Project, *settings: tuple[str, Any]) -> Project:
    for path, value in settings:
        project = edits.set_value(project, path, value)
    return project


@pytest.mark.parametrize(
    ("path", "value", "words", "label"),
    [
        ("model.layers.0.units", 1, "one neuron", "Use 4 neurons"),
        ("model.layers.1.units", 1, "one neuron", "Use 4 neurons"),
        ("model.layers.0.activation", "identity", "no activation", "Use relu"),
        ("model.layers.1.initialiser", "zeros32", "the same weights", "Draw them at random"),
        ("model.layers.1.units", 500, "by heart", "Use 31 neurons in layer 1"),
    ],
)
def test_each_is_found_and_mended(iris: Project, path: str, value: object, words: str, label: str) -> None:
    assert list(model_problems(iris)) == []
    found = list(model_problems(changed(iris, (path, value))))
    assert len(found) == 1
    assert words in found[0].text
    assert found[0].path.startswith(path.rpartition(".")[0])
    assert found[0].mend is not None
    assert found[0].mend.label == label
    assert list(model_problems(found[0].mend.edit(changed(iris, (path, value))))) == []


def test_a_softmax_inside(iris: Project) -> None:
    project = edits.add_layer(iris, 1, "softmax")
    [problem] = model_problems(project)
    assert problem.path == "model.layers.1"
    assert problem.mend is not None
    assert list(model_problems(problem.mend.edit(project))) == []


def test_what_calms_a_large_network(iris: Project) -> None:
    large = with_hidden(iris, (64, 64))
    assert len(list(model_problems(large))) == 1
    assert list(model_problems(edits.add_layer(large, 1, "dropout"))) == []
    assert list(model_problems(changed(large, ("training.chain.WeightDecay", True)))) == []


def test_without_hidden_layers_there_is_nothing_to_shrink(iris: Project) -> None:
    assert list(model_problems(with_hidden(iris, ()))) == []


def test_a_narrow_layer_where_little_passes_is_fine() -> None:
    project = with_hidden(edits.line_example(), (1, 4))
    assert list(model_problems(project)) == []
