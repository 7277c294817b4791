"""Tests of networks as one types them; that they are read back exactly is tested with the reader."""

import pytest

from flux_gui.engine import notation
from flux_gui.engine.kinds import LAYERS
from flux_gui.specs import Choice, DenseSpec, DropoutSpec, FormulaParameter, FormulaSpec, LayerNormSpec, ParallelSpec, SkipConnectionSpec

PROGRAM = notation.Style(program=True)
LEAKY = DenseSpec("a", 3, Choice("leakyrelu", {"a": 0.2}), bias=False, initialiser=Choice("kaiming_uniform", {"gain": 1.5}))


def test_every_kind_of_layer_can_be_written() -> None:
    assert set(notation._WRITERS) == set(LAYERS.names())


def test_on_one_line() -> None:
    layers = (LEAKY, DropoutSpec("d", 1e-5), DenseSpec("o", 1, Choice("sigmoid"), name="out"))
    assert notation.line(layers, 2) == (
        "Chain(Dense(2 => 3, x -> leakyrelu(x, 0.2); bias=false, init=kaiming_uniform(gain=1.5)), Dropout(1.0e-5), out = Dense(3 => 1, σ))"
    )


def test_for_a_program() -> None:
    layers = (LEAKY, FormulaSpec("f", "a*x**2 + 1.5*e", (FormulaParameter("a", 2.0, "layer"),)))
    assert notation.line(layers, 2, PROGRAM) == (
        "Chain(Dense(2 => 3, x -> leakyrelu(x, 0.2f0); bias=false, init=Flux.kaiming_uniform(gain=1.5f0)), "
        "Formula((x, a) -> a*x^2 + 1.5f0*ℯ, [2.0f0]))"
    )
    double = notation.Style(program=True, single=False)
    assert notation.activation(Choice("elu", {"alpha": 1.5}), double) == "x -> elu(x, 1.5)"


def test_on_several_lines() -> None:
    inner = (DenseSpec("i", 2, Choice("tanh"), name="inside"), LayerNormSpec("n", eps=1e-3))
    layers = (SkipConnectionSpec("s", inner, name="skip"), ParallelSpec("p", ((DenseSpec("l", 1),), (DenseSpec("r", 2),))))
    assert "\n".join(notation.lines(layers, 2)) == (
        "Chain(\n  skip = SkipConnection(\n    Chain(\n      inside = Dense(2 => 2, tanh),\n"
        "      LayerNorm(2, eps=0.001),\n    ),\n    +,\n  ),\n"
        "  Parallel(\n    vcat,\n    Chain(\n      Dense(2 => 1, relu),\n    ),\n    Chain(\n      Dense(2 => 2, relu),\n    ),\n  ),\n)"
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("", ""), ("", "")),
        (("a", ""), ("a = ", "_1 = ")),
        (("a", "a"), ("a = ", "_1 = ")),
        (("two words", "layers"), ('var"two words" = ', "_1 = ")),
    ],
)
def test_a_program_names_all_layers_or_none(names: tuple[str, ...], expected: tuple[str, ...]) -> None:
    layers = tuple(DropoutSpec(str(i), name=name) for i, name in enumerate(names))
    text = notation.line(layers, 1, PROGRAM)
    assert text == f"Chain({', '.join(begin + 'Dropout(0.5)' for begin in expected)})"


def test_names_that_julia_keeps_for_itself_are_quoted() -> None:
    for name, written in (("for", 'var"for"'), ("_3", 'var"_3"'), ('a"\\', 'var"a\\"\\\\"'), ("σ1", "σ1")):
        assert notation.line((DropoutSpec("d", name=name),), 1) == f"Chain({written} = Dropout(0.5))"
