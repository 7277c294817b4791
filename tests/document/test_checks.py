"""Checks of settings that came with nested layers, formulas and lists of rules."""

from typing import Any

import pytest

from flux_gui.core.errors import FluxError
from flux_gui.document.checks import check_class_weights, check_model, check_spec
from flux_gui.specs import (
    BatchNormSpec,
    Choice,
    DataSpec,
    DenseSpec,
    DropoutSpec,
    FormulaParameter,
    FormulaSpec,
    GeneratedData,
    LayerSpec,
    ModelSpec,
    PaintedData,
    ParallelSpec,
    PrepareSpec,
    ProjectSpec,
    SkipConnectionSpec,
    Stage,
    TrainingSpec,
)

OUTPUT = DenseSpec("output", 1, Choice("identity"))


def deep(levels: int) -> LayerSpec:
    layer: LayerSpec = DenseSpec("deepest", 1)
    for level in range(levels):
        layer = SkipConnectionSpec(f"level{level}", (layer,))
    return layer


@pytest.mark.parametrize(
    "layer",
    [
        DropoutSpec("d", 1.5),
        DropoutSpec("d", float("nan")),
        BatchNormSpec("b", momentum=-1.0),
        BatchNormSpec("b", Choice("tanhh")),
        SkipConnectionSpec("s"),
        ParallelSpec("p"),
        ParallelSpec("p", ((DenseSpec("a", 2),), ())),
        SkipConnectionSpec("s", (DenseSpec("output", 1),)),
        SkipConnectionSpec("s", (DenseSpec("a", 0),)),
        SkipConnectionSpec("s", (DenseSpec("a", 1, Choice("elu", {"alpha": -1.0})),)),
        FormulaSpec("f", "a*x + b", (FormulaParameter("a"),)),
        FormulaSpec("f", "a + b"),
        FormulaSpec("f", "a*x", (FormulaParameter("a"), FormulaParameter("a"))),
        FormulaSpec("f", "kind*x", (FormulaParameter("kind"),)),
        FormulaSpec("f", "a*x", (FormulaParameter("a", float("inf")),)),
        DenseSpec("a", 2, Choice("custom", formula="2*3")),
        DenseSpec("a", 2, Choice("custom", formula="x*")),
        DenseSpec("a", 2, Choice("relu", formula="x")),
        DenseSpec("a", 2, Choice("rrelu")),
        deep(9),
    ],
    ids=repr,
)
def test_layers_that_no_network_may_have(layer: LayerSpec) -> None:
    with pytest.raises(FluxError) as caught:
        check_model(ModelSpec((layer, OUTPUT)))
    assert caught.value.message.endswith(".")
    assert caught.value.hint


def test_what_a_network_may_have() -> None:
    check_model(ModelSpec((deep(4), FormulaSpec("f"), DenseSpec("c", 3, Choice("custom", formula="x*x")), OUTPUT)))


@pytest.mark.parametrize(
    "training",
    [
        {"loss": Choice("siamese_contrastive_loss")},
        {"loss": Choice("custom", formula="yhat^2")},
        {"optimiser": Choice("ClipNorm")},
        {"optimiser": Choice("Adam", {"beta1": 2.0})},
        {"chain": (Choice("Adam"),)},
        {"chain": (Choice("ClipGrad"), Choice("ClipGrad"))},
        {"chain": (Choice("AccumGrad", {"n": 1.5}),)},
        {"stop": (Choice("never"),)},
        {"schedule": (Stage(Choice("Exp"), -1),)},
        {"schedule": (Stage(Choice("Exp", {"decay": 7.0})),)},
    ],
    ids=repr,
)
def test_training_that_cannot_be(training: dict[str, Any]) -> None:
    with pytest.raises(FluxError) as caught:
        check_spec(ProjectSpec(training=TrainingSpec(**training)))
    assert caught.value.hint


def test_classes_are_balanced_only_where_there_are_some() -> None:
    balanced = TrainingSpec(class_weights="balanced")
    check_class_weights(balanced, "binary")
    with pytest.raises(FluxError, match="no classes"):
        check_class_weights(balanced, "regression")


@pytest.mark.parametrize(
    "data",
    [
        DataSpec(GeneratedData(Choice("spyral"))),
        DataSpec(GeneratedData(Choice("spiral", {"turns": 99}))),
        DataSpec(GeneratedData(rows=0)),
        DataSpec(GeneratedData(noise=-1)),
        DataSpec(GeneratedData(seed=2**64)),
        DataSpec(PaintedData(("a",))),
        DataSpec(PaintedData(("a", "a"))),
        DataSpec(prepare=PrepareSpec(features=("x", "x"))),
        DataSpec(prepare=PrepareSpec(features=("",))),
        DataSpec(prepare=PrepareSpec(missing_constant=float("inf"))),
    ],
)
def test_data_that_no_project_may_have(data: DataSpec) -> None:
    with pytest.raises(FluxError) as caught:
        check_spec(ProjectSpec(data=data))
    assert caught.value.hint
