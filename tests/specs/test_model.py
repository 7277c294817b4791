"""Tests of the specification of networks."""

from flux_gui.engine import ACTIVATIONS, INITIALISERS, LAYERS
from flux_gui.specs import (
    BatchNormSpec,
    Choice,
    DenseSpec,
    DropoutSpec,
    FormulaParameter,
    FormulaSpec,
    LayerNormSpec,
    LogSoftmaxSpec,
    ModelSpec,
    ParallelSpec,
    ScaleSpec,
    SkipConnectionSpec,
    SoftmaxSpec,
    codec,
)


def test_the_default_is_one_output() -> None:
    assert ModelSpec().layers == (DenseSpec("output", 1, Choice("identity")),)
    assert (ModelSpec().dtype, ModelSpec().seed) == ("float32", 0)


def test_defaults_are_names_that_exist() -> None:
    dense = DenseSpec("a", 3)
    assert dense.activation.name in ACTIVATIONS
    assert dense.initialiser.name in INITIALISERS


def test_every_kind_of_layer_survives_json() -> None:
    dense = DenseSpec("a", 2, Choice("tanh"), False, Choice("glorot_normal", {"gain": 2.0}), "first")
    kinds = {
        DenseSpec: dense,
        SoftmaxSpec: SoftmaxSpec("b"),
        LogSoftmaxSpec: LogSoftmaxSpec("c"),
        DropoutSpec: DropoutSpec("d", 0.2),
        BatchNormSpec: BatchNormSpec("e", Choice("relu"), False, 0.2, 1e-4),
        LayerNormSpec: LayerNormSpec("f", eps=1e-6),
        ScaleSpec: ScaleSpec("g", bias=False),
        SkipConnectionSpec: SkipConnectionSpec("h", (dense, SoftmaxSpec("i")), "multiply"),
        ParallelSpec: ParallelSpec("j", ((dense,), (SkipConnectionSpec("k"),)), "add", "branches"),
        FormulaSpec: FormulaSpec("l", "a*x", (FormulaParameter("a", 0.5, "layer"),)),
    }
    assert {entry.spec for entry in LAYERS} == set(kinds)
    model = ModelSpec(tuple(kinds.values()), "float64", 9)
    assert codec.decode(codec.encode(model), ModelSpec, "here") == model
