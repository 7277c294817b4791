"""Tests of the syntax of typed networks: the tree, and the places of its parts."""

import pytest

from flux_gui.core.errors import TextError
from flux_gui.document.text_syntax import fault, on_one_line, parse, place, positional


def test_a_call_with_its_arguments() -> None:
    text = "Dense(4 => 16, tanh; bias=false)"
    node = parse(text)
    assert (node.kind, node.text, node.start, node.stop) == ("call", "Dense", 0, len(text))
    pair, activation = positional(node)
    assert [part.value.value for part in pair.parts] == [4.0, 16.0]
    assert (activation.kind, activation.text) == ("name", "tanh")
    assert [(part.name, part.value.text) for part in node.parts if part.name] == [("bias", "false")]


def test_functions_and_formulas_are_taken_as_typed() -> None:
    (first,) = positional(parse("f(x -> max(x, 0) + (x^2, 1); a=1)"))
    assert (first.kind, first.names, first.text) == ("function", ("x",), "max(x, 0) + (x^2, 1)")
    node = parse("Formula(a*x,\n b=2)")
    assert (node.parts[0].value.kind, node.parts[0].value.text) == ("formula", "a*x")
    assert parse("Formula((x, a) -> a*x, [1f0])").parts[0].value.names == ("x", "a")
    assert parse("g(lambda z: z + 1)").parts[0].value.names == ("z",)


def test_comments_prefixes_names_and_numbers() -> None:
    node = parse('m = Flux.Chain(  # "a" \n nn.relu, var"a \\"b\\"" = -1_000.5f-1, :symbol, "# text") |> gpu')
    assert node.text == "Chain"
    first, second, third, fourth = node.parts
    assert (first.value.text, second.name, second.quoted, second.value.value) == ("relu", 'a "b"', True, -100.05)
    assert (third.value.text, fourth.value.text) == ("symbol", "# text")


def test_a_script_gives_its_chain() -> None:
    assert len(parse("using Flux\n\nf(x) = 2x\nnet = Chain(Dense(1 => 2), softmax)\nx = [1, 2").parts) == 2


def test_places() -> None:
    assert place("abc", 1) == "Column 2"
    assert place("a\nbcd", 3) == "Line 2, column 2"
    error = fault("a\nbcd", "Wrong.", "Mend it.", 3, 4)
    assert (str(error), error.start, error.stop) == ("Line 2, column 2: Wrong. Mend it.", 3, 4)


@pytest.mark.parametrize("text", ["f(", "f(1,,2)", "f(a=)", "f(x ->)", "[1, 2", "f(1) g", "f(1 => )", "?"])
def test_what_is_no_tree(text: str) -> None:
    with pytest.raises(TextError, match="Column"):
        parse(text)


def test_several_lines_become_one() -> None:
    printed = "Chain(\n  Dense(4 => 16, tanh),   # 80 parameters\n  Dense(16 => 3),\n)     # Total: 4 arrays"
    assert on_one_line(printed) == "Chain(Dense(4 => 16, tanh), Dense(16 => 3))"
    assert on_one_line(f"using Flux\nmodel = {printed}\nx = 3") == "Chain(Dense(4 => 16, tanh), Dense(16 => 3))"
    assert on_one_line("using Flux\nx = 3") == "using Flux x = 3"
