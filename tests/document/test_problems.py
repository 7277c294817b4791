"""Problems of a project, and the one click that mends them."""

import time
from pathlib import Path
from typing import Any

import pytest

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.problems import Problem
from flux_gui.document.project import Project
from flux_gui.document.validate import problems
from flux_gui.specs import Choice

IRIS = resource("samples", "iris.csv")


@pytest.fixture(scope="module")
def iris() -> Project:
    return edits.project_from_file(IRIS)


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Project:
    path = tmp_path_factory.mktemp("data") / "two.csv"
    path.write_text("\n".join(line for line in IRIS.read_text().splitlines() if "virginica" not in line) + "\n")
    return edits.project_from_file(path)


def changed(project: Project, *settings: tuple[str, Any]) -> Project:
    for path, value in settings:
        project = edits.add_layer(project, 99, kind=value) if path == "add" else edits.set_value(project, path, value)
    return project


def only(project: Project) -> Problem:
    found = problems(project)
    assert len(found) == 1, found
    return found[0]


def mended(project: Project) -> Project:
    problem = only(project)
    assert problem.mend is not None
    assert problem.mend.label
    assert problem.text.endswith(".")
    after = problem.mend.edit(project)
    assert problems(after) == []
    return after


def test_nothing_is_wrong_with_what_begins(iris: Project, binary: Project) -> None:
    assert problems(iris) == problems(binary) == problems(edits.line_example()) == []


def test_softmax_before_a_loss_that_contains_it(iris: Project) -> None:
    for kind in ("softmax", "logsoftmax"):
        project = changed(iris, ("add", kind))
        assert (only(project).path, only(project).severity) == ("model.layers.2", "warning")
        assert kind in only(project).text
        assert mended(project).spec == iris.spec


def test_sigmoid_before_a_loss_that_contains_it(binary: Project) -> None:
    project = changed(binary, ("model.layers.1.activation", "sigmoid"))
    assert "applies sigmoid itself" in only(project).text
    assert mended(project).spec == binary.spec


@pytest.mark.parametrize(("loss", "ends"), [("crossentropy", "softmax"), ("focal_loss", "softmax"), ("kldivergence", "softmax")])
def test_losses_of_probabilities_need_a_softmax(iris: Project, loss: str, ends: str) -> None:
    project = changed(iris, ("training.loss", loss))
    assert only(project).severity == "error"
    assert mended(project).spec.model.layers[-1].id == f"{ends}1"


@pytest.mark.parametrize("loss", ["binarycrossentropy", "binary_focal_loss"])
def test_losses_of_a_probability_need_a_sigmoid(binary: Project, loss: str) -> None:
    after = mended(changed(binary, ("training.loss", loss)))
    assert after.spec.model.layers[1].activation == Choice("sigmoid")  # type: ignore[union-attr]


@pytest.mark.parametrize("loss", ["hinge_loss", "squared_hinge_loss"])
def test_margins_are_scores(binary: Project, loss: str) -> None:
    assert problems(changed(binary, ("training.loss", loss))) == []
    mended(changed(binary, ("training.loss", loss), ("model.layers.1.activation", "sigmoid")))


def test_squared_error_of_probabilities_is_fine(iris: Project, binary: Project) -> None:
    assert problems(changed(iris, ("training.loss", "mse"), ("add", "softmax"))) == []
    assert problems(changed(binary, ("training.loss", "mse"), ("model.layers.1.activation", "sigmoid"))) == []
    assert problems(changed(binary, ("training.loss", "custom"), ("model.layers.1.activation", "relu"))) == []


def test_an_activation_before_softmax(iris: Project) -> None:
    mended(changed(iris, ("training.loss", "crossentropy"), ("add", "softmax"), ("model.layers.1.activation", "relu")))


def test_positive_targets(iris: Project) -> None:
    petal = changed(iris, ("data.source.target", "petal_length"), ("training.loss", "poisson_loss"))
    for _ in range(2):  # the output first, then the scaling of the target
        found = problems(petal)
        assert {problem.severity for problem in found} == {"error"}
        assert found[0].mend is not None
        petal = found[0].mend.edit(petal)
    assert problems(petal) == []
    negative = changed(edits.line_example(), ("training.loss", "msle"), ("model.layers.0.activation", "softplus"))
    assert problems(negative) == []
    negative = changed(negative, ("data.source.formula", "4*x - 2"))
    mend = only(negative).mend
    assert mend is not None
    assert mend.edit(negative).spec.training.loss.name == "mse"


def test_layers_behind_the_output(iris: Project) -> None:
    dropout = edits.add_layer(iris, 1, kind="dropout")
    layers = (dropout.spec.model.layers[0], dropout.spec.model.layers[2], dropout.spec.model.layers[1])
    behind = edits.with_model(iris, type(iris.spec.model)(layers))
    assert "behind the output layer" in only(behind).text
    assert mended(behind).spec.model == iris.spec.model


def test_batches_of_one_row(iris: Project) -> None:
    project = changed(edits.add_layer(iris, 1, kind="batchnorm"), ("training.batch", 1))
    assert only(project).severity == "error"
    assert mended(project).spec.training.batch == 32
    inside = changed(edits.add_layer(iris, 1, kind="skipconnection"), ("training.batch", 1))
    assert problems(inside) == []


def test_everything_frozen(iris: Project) -> None:
    project = changed(iris, ("training.frozen.hidden1", True))
    assert problems(project) == []
    mended(changed(project, ("training.frozen.output", True)))
    nested = changed(edits.add_layer(iris, 1, kind="parallel"), *((f"training.frozen.{name}", True) for name in ("hidden1", "output")))
    assert problems(nested) == []
    assert "frozen" in only(changed(nested, ("training.frozen.parallel1", True))).text


def test_a_schedule_without_a_rate(iris: Project) -> None:
    project = changed(iris, ("training.optimiser", "AdaDelta"), ("training.schedule.0.rule", "Exp"))
    assert mended(project).spec.training.schedule == ()


def test_notices_and_missing_test_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,y\n1,2\n2,3.5\n3,\n4,7.25\n")
    found = problems(edits.project_from_file(path))
    assert {problem.path for problem in found} == {"data.source", "data.split.test"}


def test_it_is_quick(iris: Project) -> None:
    project = changed(edits.add_layer(iris, 1, kind="parallel"), ("training.loss", "crossentropy"))
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        problems(project)
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.005
