"""Tests of the values inside typed layers."""

import pytest

from flux_gui.core.errors import TextError
from flux_gui.document.text_choices import Choices, spelled
from flux_gui.document.text_syntax import parse
from flux_gui.specs import Choice


def chosen(text: str) -> Choice:
    whole = f"f({text})"
    return Choices(whole).activation(parse(whole).parts[0].value)


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("tanh", Choice("tanh")),
        ("σ", Choice("sigmoid")),
        ('"relu"', Choice("relu")),
        ("NNlib.gelu", Choice("gelu_tanh")),
        ("leakyrelu(0.01)", Choice("leakyrelu")),
        ("leakyrelu(a=0.2)", Choice("leakyrelu", {"a": 0.2})),
        ("x -> leakyrelu(x, 0.2f0)", Choice("leakyrelu", {"a": 0.2})),
        ("lambda x: flux.elu(x, alpha=2.0)", Choice("elu", {"alpha": 2.0})),
        ("y -> y .* tanh.(y)", Choice("custom", formula="x * tanh(x)")),
        ("x -> tanh(x)", Choice("custom", formula="tanh(x)")),
        ("custom", Choice("custom", formula="x*sigmoid(1.702*x)")),
    ],
)
def test_activations(text: str, choice: Choice) -> None:
    assert chosen(text) == choice


@pytest.mark.parametrize(
    "text", ["3", "tnah", "leakyrelu(0.1, 0.2)", "leakyrelu(b=1)", "x -> 3", "(x, y) -> x", "x -> elu(x, z)", "tanh_fast"]
)
def test_what_is_no_activation(text: str) -> None:
    with pytest.raises(TextError, match="Column"):
        chosen(text)


def test_formulas_of_other_languages() -> None:
    assert spelled("1.702f0 * z + ℯ^-z + 1.5f-3", "z") == "1.702 * x + e^-x + 1.5e-3"
    assert spelled("flux.exp(x)*np.sin(x) + .5") == "exp(x)*sin(x) + .5"
    assert spelled("2 .* x .+ 1") == "2 * x + 1"


def test_start_values() -> None:
    whole = "f(Flux.kaiming_normal(gain=2))"
    assert Choices(whole).initialiser(parse(whole).parts[0].value) == Choice("kaiming_normal", {"gain": 2.0})
    with pytest.raises(TextError, match="start values"):
        Choices("f(3)").initialiser(parse("f(3)").parts[0].value)
