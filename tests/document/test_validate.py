"""Checks of whole specifications, and problems of a project."""

import msgspec
import pytest

from flux_gui.core.errors import FluxError
from flux_gui.data.generators import generate
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.document.validate import check_spec, check_value, problems
from flux_gui.specs import Choice, DenseSpec, FormulaData, ModelSpec, ProjectSpec, Range, SoftmaxSpec, SplitSpec

NAN = float("nan")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.optimiser.eta", -0.1),
        ("training.optimiser.eta", NAN),
        ("training.optimiser.eta", float("inf")),
        ("training.epochs", 0),
        ("training.epochs", -1),
        ("training.epochs", 10**30),
        ("training.batch", -1),
        ("training.evaluate_every", -1),
        ("training.loss", "msee"),
        ("model.layers.0.units", 0),
        ("model.layers.0.units", -3),
        ("model.layers.0.activation", "rellu"),
        ("model.layers.0.initialiser", "zero_ish"),
        ("model.seed", -1),
        ("model.seed", 2**64),
        ("data.source.formula", ""),
        ("data.source.formula", "4*x +"),
        ("data.source.formula", '__import__("os")'),
        ("data.source.formula", "x.__class__"),
        ("data.source.formula", "9**9**9**9*x"),
        ("data.source.noise", -1.0),
        ("data.source.noise", NAN),
        ("data.source.train.step", 0.0),
        ("data.split.validation", 0.9),
        ("data.split.train", NAN),
        ("name", " "),
    ],
)
def test_values_that_no_project_may_have(path: str, value: object) -> None:
    with pytest.raises(FluxError) as caught:
        check_value(path, value)
    assert caught.value.message.endswith(".")
    assert "\n" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "model",
    [
        ModelSpec(()),
        ModelSpec((SoftmaxSpec("s"),)),
        ModelSpec((DenseSpec("a", 1), DenseSpec("a", 1))),
        ModelSpec(tuple(DenseSpec(f"l{i}", 1) for i in range(1000))),
    ],
)
def test_impossible_networks(model: ModelSpec) -> None:
    with pytest.raises(FluxError):
        check_spec(ProjectSpec(model=model))


def test_split_must_sum_to_one() -> None:
    data = msgspec.structs.replace(ProjectSpec().data, split=SplitSpec(0.5, 0.1, 0.1))
    with pytest.raises(FluxError, match=r"sums to 0\.7"):
        check_spec(ProjectSpec(data=data))


def test_the_data_layer_says_what_is_wrong_with_data() -> None:
    source = FormulaData(train=Range(5.0, 0.0))
    with pytest.raises(FluxError) as early:
        check_spec(ProjectSpec(data=msgspec.structs.replace(ProjectSpec().data, source=source)))
    with pytest.raises(FluxError) as late:
        generate(source)
    assert str(early.value) == str(late.value)


def test_the_line_example_has_no_problems() -> None:
    assert problems(edits.line_example()) == []


def test_problems_name_their_place() -> None:
    project = edits.set_value(edits.line_example(), "model.layers.0.activation", "relu")
    assert [(p.path, p.severity) for p in problems(project)] == [("model.layers.0.activation", "warning")]
    spec = msgspec.structs.replace(project.spec.training, loss=Choice("logitcrossentropy"))
    wrong = Project(msgspec.structs.replace(project.spec, training=spec), project.table, project.dataset, project.state)
    assert problems(wrong)[0].path == "training.loss"
    assert problems(wrong)[0].severity == "error"
