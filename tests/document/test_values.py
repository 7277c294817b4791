"""Typed values at dotted paths."""

from typing import Any

import pytest

from flux_gui.core.errors import FluxError, FormulaError, SettingError
from flux_gui.document.values import parse_text, paths, value_at, with_value
from flux_gui.engine.formula import names_in
from flux_gui.specs import (
    Choice,
    ColumnSpec,
    DataSpec,
    DenseSpec,
    FileData,
    FormulaParameter,
    FormulaSpec,
    GeneratedData,
    ModelSpec,
    ParallelSpec,
    ProjectSpec,
    Range,
    SkipConnectionSpec,
)
from flux_gui.specs.codec import get_path

LINE = ProjectSpec()
FILE = ProjectSpec(
    data=DataSpec(
        FileData("a.csv", (ColumnSpec("a", "number", "input"), ColumnSpec("b", "text", "ignore"), ColumnSpec("y", "number", "target")))
    )
)


@pytest.mark.parametrize(
    ("path", "given", "stored"),
    [
        ("training.epochs", 5.0, 5),
        ("training.optimiser.eta", 1, 1.0),
        ("training.optimiser", "adam", Choice("Adam")),
        ("training.shuffle", False, False),
        ("model.layers.0.activation", "TANH", Choice("tanh")),
        ("data.source.train", "0:1:0.5", Range(0, 1, 0.5)),
        ("data.source.noise", 1, 1.0),
        ("model.dtype", "float64", "float64"),
        ("name", "new", "new"),
        ("training.loss", "custom", Choice("custom", formula="(yhat - y)^2")),
        ("training.class_weights", "balanced", "balanced"),
        ("training.optimiser.name", "momentum", Choice("Momentum")),
    ],
)
def test_values_become_what_belongs_there(path: str, given: Any, stored: Any) -> None:
    assert get_path(with_value(LINE, path, given), path.removesuffix(".name") if "optimiser" in path else path) == stored


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("nothing", 1),
        ("training.nothing", 1),
        ("training.optimiser.nothing", 1),
        ("model.layers.7.units", 1),
        ("model.layers.x.units", 1),
        ("training.epochs", "many"),
        ("training.epochs", 2.5),
        ("training.optimiser", "Adamm"),
        ("training.optimiser.eta", "fast"),
        ("training.optimiser.eta", True),
        ("model.dtype", "float16"),
        ("training.shuffle", "yes"),
        ("data.source.target", "y"),
        ("", 1),
        ("training.loss.formula", "x"),
        ("training.optimiser.values", {}),
        ("training.optimiser", "ClipNorm"),
        ("model.layers.0.activation.a", 0.1),
    ],
)
def test_wrong_paths_and_types_are_refused(path: str, value: Any) -> None:
    with pytest.raises(FluxError) as caught:
        with_value(LINE, path, value)
    assert caught.value.message.endswith(".")


def test_choosing_the_same_entry_again_keeps_its_settings() -> None:
    spec = with_value(LINE, "training.optimiser.eta", 0.5)
    assert with_value(spec, "training.optimiser", "descent").training.optimiser == Choice("Descent", {"eta": 0.5})


def test_split_fractions_stay_balanced() -> None:
    split = with_value(FILE, "data.split.validation", 0.3).data.split
    assert (split.train, split.validation, split.test) == (0.55, 0.3, 0.15)
    split = with_value(FILE, "data.split.train", 0.5).data.split
    assert (split.train, split.validation, split.test) == (0.5, 0.15, 0.35)
    split = with_value(FILE, "data.split.train", 0.95).data.split
    assert (split.train, split.validation, split.test) == (0.95, 0.05, 0.0)


def test_there_is_one_target() -> None:
    for path, value in (("data.source.target", "a"), ("data.source.columns.0.role", "target")):
        columns = with_value(FILE, path, value).data.source.columns  # type: ignore[union-attr]
        assert [c.role for c in columns] == ["target", "ignore", "input"]
    with pytest.raises(SettingError, match="no column 'c'"):
        with_value(FILE, "data.source.target", "c")


def test_roles_and_kinds_of_columns() -> None:
    left_out = with_value(FILE, "data.source.columns.0.role", "ignore")
    assert get_path(left_out, "data.source.columns.0") == ColumnSpec("a", "number", "ignore", "chosen")
    as_text = with_value(FILE, "data.source.columns.0.kind", "text")
    assert get_path(as_text, "data.source.columns.0").role == "ignore"
    assert with_value(FILE, "data.source.columns.0.role", "input") is FILE
    with_task = with_value(FILE, "data.source.task", "regression")
    assert get_path(with_value(with_task, "data.source.columns.2.kind", "category"), "data.source.task") == ""
    with pytest.raises(SettingError):
        with_value(FILE, "data.source.columns.0.kind", "colour")


NESTED = ProjectSpec(
    model=ModelSpec(
        (
            SkipConnectionSpec("s", (DenseSpec("a", 1),)),
            ParallelSpec("p", ((DenseSpec("b", 2),), (DenseSpec("c", 3), DenseSpec("d", 4)))),
            FormulaSpec("f"),
            DenseSpec("output", 1),
        )
    )
)


def test_numbers_of_choices_and_formulas_of_one_s_own() -> None:
    spec = with_value(with_value(LINE, "training.loss", "huber_loss"), "training.loss.delta", 2)
    assert spec.training.loss == Choice("huber_loss", {"delta": 2.0})
    spec = with_value(with_value(LINE, "model.layers.0.activation", "custom"), "model.layers.0.activation.formula", " x^2 ")
    assert get_path(spec, "model.layers.0.activation") == Choice("custom", formula="x^2")
    spec = with_value(with_value(LINE, "model.layers.0.initialiser", "orthogonal"), "model.layers.0.initialiser.gain", 2.0)
    assert value_at(spec, "model.layers.0.initialiser.gain") == 2.0
    spec = with_value(with_value(LINE, "training.optimiser", "RMSProp"), "training.optimiser.centred", True)
    assert spec.training.optimiser.values == {"centred": 1.0}
    assert value_at(LINE, "training.optimiser.eta") == 0.1


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("model.layers.0.layers.0.units", 5),
        ("model.layers.0.combine", "concatenate"),
        ("model.layers.1.branches.1.1.units", 9),
        ("model.layers.1.branches.0.0.bias", False),
        ("model.layers.2.parameters.a.start", 2.5),
        ("model.layers.2.parameters.b.per", "layer"),
        ("model.layers.0.layers.0.name", "inside"),
    ],
)
def test_layers_inside_layers(path: str, given: Any) -> None:
    assert value_at(with_value(NESTED, path, given), path) == given
    with pytest.raises(FluxError):
        with_value(NESTED, path, ())


def test_a_formula_brings_its_parameters() -> None:
    spec = with_value(NESTED, "model.layers.2.parameters.a.start", 3.0)
    layer = get_path(with_value(spec, "model.layers.2.formula", "a*x + sigmoid(rate*x) + pi"), "model.layers.2")
    assert layer.parameters == (FormulaParameter("a", 3.0), FormulaParameter("rate"))
    assert names_in("2*x + max(x, b_1) + e^c + 1e3") == ("b_1", "c")
    for wrong in ("a*x +", "relo(x)", "a(x)", "import*x.real", "+".join(f"p{i}*x" for i in range(30))):
        with pytest.raises(FormulaError):
            with_value(NESTED, "model.layers.2.formula", wrong)


def test_text_of_a_terminal() -> None:
    assert parse_text(LINE, "training.shuffle", "No") is False
    assert parse_text(LINE, "training.chain.ClipGrad", "1") is True
    assert parse_text(LINE, "training.epochs", "12") == 12
    assert parse_text(LINE, "training.optimiser.eta", "1e-3") == 1e-3
    assert parse_text(LINE, "training.optimiser", "Adam") == "Adam"
    rms = with_value(LINE, "training.optimiser", "RMSProp")
    assert with_value(rms, "training.optimiser.centred", parse_text(rms, "training.optimiser.centred", "yes"))
    for path, text in (("training.shuffle", "maybe"), ("training.epochs", "many"), ("training.nothing", "1")):
        with pytest.raises(SettingError):
            parse_text(LINE, path, text)


def test_the_nearest_path_is_told() -> None:
    known = list(paths(NESTED))
    assert len(set(known)) == len(known)
    for path in known:
        value_at(NESTED, path)
    for wrong, right in (("training.epoch", "training.epochs"), ("model.layers.1.branches.0.0.unit", "model.layers.1.branches.0.0.units")):
        with pytest.raises(SettingError) as caught:
            value_at(NESTED, wrong)
        assert right in caught.value.hint


@pytest.mark.parametrize("value", ["x^2, min(x, 2)", ("x^2", "min(x, 2)"), [" x^2 ", "min(x, 2)"]])
def test_features_are_a_text_or_a_list(value: object) -> None:
    spec = with_value(ProjectSpec(), "data.prepare.features", value)
    assert spec.data.prepare.features == ("x^2", "min(x, 2)")
    assert with_value(spec, "data.prepare.features", "").data.prepare.features == ()


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("data.prepare.features", 3, "must be formulas"),
        ("data.prepare.scale_inputs", "standart", "Did you mean 'standard'?"),
        ("data.prepare.missing", "average", "no treatment of missing cells called"),
        ("data.split.method", "chance", "no split called"),
        ("data.split.method", "files", "must be one of random, order; got"),
        ("data.split.stratified", 3, "must be yes or no"),
        ("data.source.generator", "xr", "Did you mean 'xor'?"),
        ("data.source.generator.turn", 1, "no setting 'turn'"),
        ("data.source.rows", "many", "must be a whole number"),
    ],
)
def test_values_of_data_that_cannot_be(path: str, value: object, words: str) -> None:
    spec = ProjectSpec(data=DataSpec(GeneratedData()))
    with pytest.raises(FluxError) as caught:
        with_value(spec, path, value)
    assert words in str(caught.value)
    assert caught.value.hint


def test_paths_of_made_and_read_data() -> None:
    made = ProjectSpec(data=DataSpec(GeneratedData()))
    assert {"data.source.generator", "data.source.generator.turns", "data.source.rows", "data.split.method"} <= set(paths(made))
    read = ProjectSpec(data=DataSpec(FileData("a.csv")))
    assert {"data.source.reading.delimiter", "data.source.reading.sheet", "data.source.test"} <= set(paths(read))
    for spec in (made, read):
        for path in paths(spec):
            value_at(spec, path)
    assert with_value(read, "data.source.reading.sheet", "Table 2").data.source.reading.sheet == "Table 2"
    assert with_value(made, "data.source.generator.turns", 2).data.source.generator.values == {"turns": 2.0}
    with pytest.raises(SettingError, match="There is no column 'x3'"):
        with_value(made, "data.source.target", "x3")


@pytest.mark.parametrize("path", ["model.layers.0.id", "model.layers.1.branches.0.0.id"])
def test_ids_stay(path: str) -> None:
    with pytest.raises(SettingError, match="id of a layer"):
        with_value(NESTED, path, "other")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("model.layers.0.layers.0.units", 5.5, "must be a whole number, got 5.5"),
        ("model.dtype", "float16", "must be one of float32, float64; got 'float16'"),
        ("model.layers.0.combine", "subtract", "must be one of add, multiply, concatenate"),
        ("model.layers.1.branches.0.0.bias", "maybe", "must be yes or no"),
        ("training", 3, "is made of several settings"),
        ("training.chain", "x", "such as training.chain.WeightDecay=yes"),
        ("data.split.validation", 2, "The validation part of the split must be a number from 0 to 1, got 2."),
        ("model.layers.1.branches.0.0.activation", "softmax", "softmax is not an activation"),
        ("data.source.sha256", "ab", "There is no setting"),
        ("name", 3, "name must be a text, got 3"),
    ],
)
def test_refusals_need_no_python(path: str, value: Any, words: str) -> None:
    with pytest.raises(FluxError) as caught:
        with_value(NESTED, path, value)
    assert words in str(caught.value)
    assert "`" not in str(caught.value)


def test_the_target_is_a_setting_like_others() -> None:
    assert value_at(FILE, "data.source.target") == "y"
    assert parse_text(FILE, "data.source.target", "a") == "a"
    assert "data.source.target" in paths(FILE)
    assert not [path for path in paths(FILE) if "sha256" in path]
    with pytest.raises(SettingError, match="no setting: it tells"):
        with_value(FILE, "data.source.sha256_test", "ab")
    with pytest.raises(SettingError, match="a whole number, got 'many'"):
        parse_text(FILE, "training.epochs", "many")
