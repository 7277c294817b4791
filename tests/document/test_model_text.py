"""Tests of networks as text: what is written is read back exactly, and what is wrong is named at its place."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_layers import models as any_models
from flux_gui.core.errors import TextError
from flux_gui.document.model_text import check_output, from_text, layers_from_text, layers_to_text, lines_of, to_text
from flux_gui.document.nesting import groups, ids, iterate, with_groups
from flux_gui.document.text_syntax import on_one_line
from flux_gui.engine import models
from flux_gui.engine.kinds import LAYERS
from flux_gui.specs import BatchNormSpec, Choice, DenseSpec, FormulaParameter, FormulaSpec, LayerSpec, ModelSpec, SkipConnectionSpec


def bare(layers: tuple[LayerSpec, ...]) -> tuple[LayerSpec, ...]:
    """The layers without ids, which a text does not have."""
    return tuple(with_groups(msgspec.structs.replace(layer, id=""), [bare(group) for group in groups(layer)]) for layer in layers)


@settings(max_examples=150, deadline=None)
@given(any_models())
def test_every_network_comes_back_from_its_text(model: ModelSpec) -> None:
    for text in (to_text(model, 3), lines_of(model, 3)):
        again = from_text(text, 3)
        assert bare(again.layers) == model.layers
        assert len(set(ids(again))) == len(list(iterate(again.layers)))
        assert to_text(again, 3) == to_text(model, 3)


@settings(max_examples=60, deadline=None)
@given(any_models())
def test_flux_s_own_print_is_understood(model: ModelSpec) -> None:
    """The print of a built model says less (no start values, no numbers), so it is compared with its own description."""
    printed = repr(models.build(model, 3))
    assert models.describe(from_text(printed, 3), 3) == models.describe(model, 3)


def test_the_text_is_the_title_where_that_tells_all() -> None:
    width, layers = 4, []
    for entry in LAYERS:
        layers.append(models.new(entry.name, entry.name, width))
        width = models.passed(layers[-1:], width)
    text = to_text(ModelSpec(tuple(layers[:-1])), 4)
    assert text == models.describe(ModelSpec(tuple(layers[:-1])), 4)
    assert to_text(ModelSpec((FormulaSpec("a"),)), 2) == "Chain(Formula(a*x + b; b=0.0))"


IRIS = ModelSpec((DenseSpec("hidden1", 16, Choice("tanh")), DenseSpec("output", 3, Choice("identity"))))


@pytest.mark.parametrize(
    "text",
    [
        "Chain(Dense(4 => 16, tanh), Dense(16 => 3))",
        "Chain(Dense(16, tanh), Dense(3))",
        "Chain(Dense(4 ⇒ 16, tanh), Dense(16 ⇒ 3))",
        "chain(dense(4=>16,tanh),dense(16=>3),)",
        "Flux.Chain(Flux.Dense(4 => 16, Flux.tanh), Flux.Dense(16 => 3)) |> gpu",
        "model = Chain(\n  Dense(4 => 16, tanh),                 # 80 parameters\n  Dense(16 => 3),                       # 51 parameters\n"
        ")                   # Total: 4 arrays, 131 parameters, 524 bytes.",
        "Chain(Dense(4, 16, tanh), Dense(16, 3))",
        'import numpy as np\nfrom flux_gui import engine as flux\nmodel = flux.Chain(flux.Dense(4, 16, "tanh"), flux.Dense(16, 3))\nx = 3',
        "Chain(Chain(Dense(4 => 16), tanh), Dense(16 => 3; bias=true))",
        "Chain(Dense(_ => 16, tanh), #= a = b =# Dense(16 => 3, identity))",
    ],
)
def test_many_ways_to_write_one_network(text: str) -> None:
    assert from_text(text, 4, IRIS) == IRIS


def test_details_of_layers() -> None:
    text = """Chain(
        one = Dense(4 => 6, leakyrelu(a=0.2); bias=false, init=Flux.kaiming_normal(gain=2)),
        var"two words" = BatchNorm(6, x -> 2f0 .* σ(x); momentum=0.3f0, ϵ=1f-3),
        _3 = SkipConnection(Dense(6 => 6, lambda z: z*flux.sigmoid(z)), +),
        Formula((y, k, c) -> k*y + c, fill(1f0, 6), [2f0]),
        Dropout(p=0.25, active=true), softmax, Dense(6 => 1, gelu))"""
    layers = from_text(text, 4).layers
    dense, norm, skip, formula, dropout, _, last = layers
    assert isinstance(dense, DenseSpec)
    assert dense.activation == Choice("leakyrelu", {"a": 0.2})
    assert dense.initialiser == Choice("kaiming_normal", {"gain": 2.0})
    assert (dense.name, dense.bias) == ("one", False)
    assert norm == BatchNormSpec("batchnorm1", Choice("custom", formula="2 * sigmoid(x)"), True, 0.3, 1e-3, "two words")
    assert isinstance(skip, SkipConnectionSpec)
    assert skip.name == ""
    assert bare(skip.layers) == (DenseSpec("", 6, Choice("custom", formula="x*sigmoid(x)")),)
    assert isinstance(formula, FormulaSpec)
    assert (formula.formula, formula.parameters) == ("k*x + c", (FormulaParameter("k"), FormulaParameter("c", 2.0, "layer")))
    assert getattr(dropout, "p", 0) == 0.25
    assert last == DenseSpec("output", 1, Choice("gelu_tanh"))


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("Chain(Dense(4 => 16, tahn), Dense(16 => 3))", "tahn", "Did you mean 'tanh'?"),
        ("Chain(Dense(4 => 16), Dense(15 => 3))", "15", "takes 15, but 16 arrive"),
        ("Chain(Dense(2 => 3))", "2", "takes 2, but 4 arrive"),
        ("Chain(Dence(4 => 16))", "Dence(4 => 16)", "Did you mean Dense?"),
        ("Chain(Dense(4 => 16; biass=false))", "false", "no setting 'biass'"),
        ("Chain(Dense(4 => 0))", "0", "whole number from 1"),
        ("Chain(Dense(4 => 2.5))", "2.5", "whole number"),
        ("Chain(Dense())", "Dense()", "size of the Dense layer"),
        ("Chain(Dense(4 => 3, tanh, relu))", "relu", "no such argument"),
        ("Chain(Dense(4 => 3, x -> x*foo(x)))", "x*foo(x)", "'foo' is unknown"),
        ("Chain(Dense(4 => 3; init=glorot))", "glorot", "initialiser"),
        ("Chain(Dense(4 => 3; bias=maybe))", "maybe", "true or false"),
        ("Chain(Dense(4 => 3, leakyrelu(7)))", "7", "at most 1"),
        ("Chain(Dense(4 => 3, rrelu))", "rrelu", "library"),
        ("Chain(Dropout(2))", "2", "at most 1"),
        ("Chain(relu, Dense(4 => 3))", "relu", "cannot come first"),
        ("Chain(Dense(4 => 3, tanh), relu)", "relu", "cannot stand behind"),
        ("Chain(BatchNorm(3))", "3", "4 arrive"),
        ("Chain(BatchNorm)", "BatchNorm", "parentheses"),
        ("Chain(Formula(a*x +))", "a*x +", "missing after '+'"),
        ("Chain(Formula(x + 1; kind=2))", "x + 1", "'kind'"),
        ("Chain(SkipConnection(Dense(4 => 3), +))", "+", "cannot add 3 and 4"),
        ("Chain(Parallel(plus, Dense(2)))", "plus", "connection"),
        ("Chain(Parallel(+))", "Parallel(+)", "takes a connection and layers"),
        ("Chain()", "Chain()", "no layer inside"),
        ("Chain(Dense(4 => 3)", "(", "never closed"),
        ("Chain(Dense(4 => 3)) Dense(3 => 2)", "Dense", "behind the end"),
        ("Chain(Dense(4 => 3) Dense(3 => 2))", "Dense", "comma"),
        ("Chain(3)", "3", "layer was expected"),
        ("Chain(Dense(4 => 3x))", "3", "no number"),
        ("Maxout(3)", "Maxout(3)", "no layer called"),
        ("", "", "nothing here"),
        ("import this", "", "no Chain in this script"),
    ],
)
def test_errors_name_the_place(text: str, part: str, words: str) -> None:
    with pytest.raises(TextError) as caught:
        from_text(text, 4)
    error = caught.value
    assert words in str(error)
    assert text[error.start : error.stop] == part
    assert error.hint


def test_places_in_several_lines() -> None:
    with pytest.raises(TextError, match="Line 3, column 5"):
        from_text("Chain(\n    Dense(4 => 3),\n    Dens(3 => 3),\n)", 4)


def test_the_output_layer_must_fit_the_target() -> None:
    text = "Chain(Dense(4 => 16), Dense(16 => 5), softmax)"
    with pytest.raises(TextError, match="must have 3 units") as caught:
        check_output(text, from_text(text, 4), 3)
    assert text[caught.value.start : caught.value.stop] == "Dense(16 => 5)"
    check_output(text, from_text(text, 4), 5)
    with pytest.raises(TextError, match="no Dense"):
        check_output("Chain(softmax)", from_text("Chain(softmax)", 4), 3)


def test_layers_travel_over_the_clipboard() -> None:
    text = layers_to_text(IRIS.layers[:1], 4)
    assert text == "Chain(Dense(4 => 16, tanh))"
    pasted = layers_from_text(text, taken=ids(IRIS))
    assert pasted == (DenseSpec("hidden2", 16, Choice("tanh")),)
    assert len(layers_from_text("Chain(Dense(7 => 3), BatchNorm(4), SkipConnection(Dense(9 => 9), +))")) == 3


def test_absurd_texts_are_refused() -> None:
    for text in (
        "Chain(" * 200,
        "(" * 5000,
        "Dense(" + "9" * 5000 + ")",
        "[" * 100 + "]" * 100,
        "Chain(Dense(1e999))",
        "\0",
        "Chain(Dense(3), \ud800)",
    ):
        with pytest.raises(TextError):
            from_text(text)
    with pytest.raises(TextError, match="at most"):
        from_text(" " * 2_000_000)


WORDS = """=> -> |> .* Chain Dense Formula Parallel SkipConnection BatchNorm Dropout tanh x leakyrelu 4 16 0.5 1e400 1f-3 init bias false
    var" σ ² vcat #= layer( fill(1f0,3) a*x+b custom - Flux. lambda"""
PIECES = st.sampled_from([*"()[],;=+-*.:#\"'\\\n _", *WORDS.split(), "x -> ", "lambda x: ", "using Flux\n", "model = ", "9" * 400])


def read(text: str) -> ModelSpec | TextError:
    try:
        return from_text(text, 3)
    except TextError as error:
        return error


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25), any_models(), st.integers(0, 200), st.integers(0, 20))
def test_rubbish_is_refused_in_a_sentence(pieces: list[str], model: ModelSpec, place: int, length: int) -> None:
    """Texts of random pieces, and right ones with such a text in place of a part."""
    right = to_text(model, 3)
    place = min(place, len(right))
    for text in ("".join(pieces), right[:place] + "".join(pieces[:4]) + right[place + length :]):
        found = read(text)
        if isinstance(found, TextError):
            assert found.message.endswith(".")
            assert 0 <= found.start <= found.stop <= len(text)
        else:
            assert bare(from_text(to_text(found, 3), 3).layers) == bare(found.layers)
        on_one_line(text)
