"""Networks of every kind of layer at random, as property-based tests of text and code need them."""

from hypothesis import strategies as st

from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.formula import names_in
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.models import passed
from flux_gui.specs import (
    BatchNormSpec,
    Choice,
    DenseSpec,
    DropoutSpec,
    FormulaParameter,
    FormulaSpec,
    LayerNormSpec,
    LayerSpec,
    LogSoftmaxSpec,
    ModelSpec,
    ParallelSpec,
    ScaleSpec,
    SkipConnectionSpec,
    SoftmaxSpec,
)

FORMULAS = ("a*x + b", "x*sigmoid(rate*x)", "x", "max(x, 0)^2 + c*tanh(x)/2", "b_1 + x*a", "exp(-x^2)*1.5e-3 + pi*k")
CURVES = ("x*sigmoid(1.702*x)", "x + exp(-x^2)", "min(max(x, -1), 2.5e0)", "tanh(x)", "x/(1 + abs(x))")
_KINDS = ("dense", "dense", "dense", "softmax", "logsoftmax", "dropout", "batchnorm", "layernorm", "scale", "formula", "skip", "parallel")


def _choice(entry: object, draw: st.DrawFn) -> Choice:
    """A name with some of its numbers, those that differ from the defaults."""
    values = {}
    for hyper in getattr(entry, "hypers", ()):
        if hyper.integer:
            number = float(draw(st.integers(0, 3)))
        else:
            low, high = max(hyper.low, 1e-3 if hyper.open_low else -3.0), min(hyper.high, 3.0)
            number = draw(st.floats(low, high, allow_subnormal=False).map(lambda x: round(x, 4)))
        if number != hyper.default and (number > hyper.low or not hyper.open_low):
            values[hyper.name] = number
    return Choice(entry.name, values if draw(st.booleans()) else {})


@st.composite
def activations(draw: st.DrawFn) -> Choice:
    entry = draw(st.sampled_from(ACTIVATIONS.in_window()))
    return Choice("custom", formula=draw(st.sampled_from(CURVES))) if entry.custom else _choice(entry, draw)


@st.composite
def _starts(draw: st.DrawFn, formula: str) -> tuple[FormulaParameter, ...]:
    names = draw(st.permutations(names_in(formula)))
    number = st.floats(-2, 2).map(lambda x: round(x, 3) + 0.0)
    return tuple(
        FormulaParameter(name, draw(st.one_of(st.just(1.0), number)), draw(st.sampled_from(("column", "layer")))) for name in names
    )


@st.composite
def layers(draw: st.DrawFn, inputs: int, names: st.SearchStrategy[str], depth: int = 0) -> LayerSpec:
    kinds = _KINDS if depth < 2 else _KINDS[:-2]
    kind, name = draw(st.sampled_from(kinds)), draw(names)
    if kind == "dense":
        start = draw(st.sampled_from([entry for entry in INITIALISERS if entry.name not in ("truncated_normal",)]))
        return DenseSpec("", draw(st.integers(1, 9)), draw(activations()), draw(st.booleans()), _choice(start, draw), name)
    if kind == "dropout":
        return DropoutSpec("", draw(st.sampled_from((0.0, 0.25, 0.5, 1e-5))), name)
    if kind == "batchnorm":
        eps = draw(st.sampled_from((1e-5, 1e-3)))
        return BatchNormSpec("", draw(activations()), draw(st.booleans()), draw(st.sampled_from((0.1, 0.3))), eps, name)
    if kind == "layernorm":
        return LayerNormSpec("", draw(activations()), draw(st.booleans()), draw(st.sampled_from((1e-5, 2e-4))), name)
    if kind == "scale":
        return ScaleSpec("", draw(activations()), draw(st.booleans()), name)
    if kind == "formula":
        formula = draw(st.sampled_from(FORMULAS))
        return FormulaSpec("", formula, draw(_starts(formula)), name)
    combine = draw(st.sampled_from(("add", "multiply", "concatenate")))
    if kind == "skip":
        inner = draw(rows(inputs, names, depth + 1, None if combine == "concatenate" else inputs))
        return SkipConnectionSpec("", inner, combine, name)
    if kind == "parallel":
        width = None if combine == "concatenate" else draw(st.integers(1, 4))
        branches = [draw(rows(inputs, names, depth + 1, width)) for _ in range(draw(st.integers(1, 3)))]
        return ParallelSpec("", tuple(branches), combine, name)
    return SoftmaxSpec("", name) if kind == "softmax" else LogSoftmaxSpec("", name)


@st.composite
def rows(draw: st.DrawFn, inputs: int, names: st.SearchStrategy[str], depth: int = 0, outputs: int | None = None) -> tuple[LayerSpec, ...]:
    """Layers in a row, with a Dense of `outputs` units at the end where that is given."""
    found: list[LayerSpec] = []
    width = inputs
    for _ in range(draw(st.integers(1, 4 if depth == 0 else 2))):
        layer = draw(layers(width, names, depth))
        found.append(layer)
        width = passed((layer,), width)
    if outputs is not None and width != outputs:
        found.append(DenseSpec("", outputs, draw(activations())))
    return tuple(found)


@st.composite
def models(draw: st.DrawFn, inputs: int = 3, names: st.SearchStrategy[str] | None = None) -> ModelSpec:
    """A network with a Dense somewhere; ids are all "", since a text has none."""
    row = draw(rows(inputs, st.sampled_from(("", "", "hidden", "two words", 'a "b"\\', "_3", "σ", "for")) if names is None else names))
    return ModelSpec((*row, DenseSpec("", draw(st.integers(1, 4)), Choice("identity"))))
