"""Tests of formulas: what they compute, what they refuse and how they say it; nothing typed is ever run."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui.core.errors import FormulaError
from flux_gui.engine.expressions import CONSTANTS, FUNCTIONS, MAX_DEPTH, parse

X = np.array([-1.5, 0.25, 2.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4*x + 2", 4 * X + 2),
        (" x ", X),
        ("x^2", X**2),
        ("-x**2", -(X**2)),
        ("2^-x", 2.0**-X),
        ("2^3^2", np.float64(512)),
        ("+x - -x", 2 * X),
        ("007*x + .5 + 1. + 1e-1", 7 * X + 1.6),
        ("x\n+ 1", X + 1),
        ("2×x − 6÷3·x", 2 * X - 2 * X),
        ("sin(pi*x)", np.sin(np.pi * X)),
        ("e**x", np.exp(X)),
        ("max(x, 0, 1)", np.maximum(X, 1)),
        ("min(x, 1)", np.minimum(X, 1)),
        ("x*sigmoid(1.702*x)", X / (1 + np.exp(-1.702 * X))),
        ("3", np.float64(3)),
    ],
)
def test_values(text: str, expected: np.ndarray) -> None:
    np.testing.assert_allclose(parse(text)(X), expected, rtol=1e-12, atol=1e-15)


REFERENCE = {
    "ln": math.log,
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "relu": lambda x: max(x, 0.0),
    "softplus": lambda x: math.log1p(math.exp(x)),
    "min": min,
    "max": max,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_against_plain_arithmetic(name: str) -> None:
    function = REFERENCE.get(name) or getattr(math, name)
    count = FUNCTIONS[name].least
    assert FUNCTIONS[name].doc
    for values in [(0.3, 1.7), (2.5, -0.5)]:
        variables = ("x", "y")[:count]
        found = parse(f"{name}({', '.join(variables)})", variables)(*values[:count])
        assert found == pytest.approx(function(*values[:count]), rel=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_stays_float32(name: str) -> None:
    x = np.array([0.5, 2.0], dtype=np.float32)
    arguments = ", ".join(["x", "2*pi"][: FUNCTIONS[name].least])
    assert parse(f"{name}({arguments}) * sin(2) + e").__call__(x).dtype == np.float32


def test_several_variables_and_numbers() -> None:
    formula = parse("a*x + b", ("x", "a", "b"))
    assert formula(2.0, 3, 1) == 7.0
    assert formula.variables == ("x", "a", "b")
    assert parse(" 4*x ").text == "4*x"
    assert parse("x") == parse("x")
    with pytest.raises(TypeError, match="takes 3 arguments"):
        formula(1.0)


def test_evaluate_gives_float64_rows_also_for_constants() -> None:
    assert parse("2").evaluate(x=[1, 2, 3]).tolist() == [2.0, 2.0, 2.0]
    assert parse("x*y", ("x", "y")).evaluate(x=[1, 2], y=[3, 4]).tolist() == [3.0, 8.0]


def test_values_that_are_not_finite_come_back_without_a_warning() -> None:
    assert parse("1/x")(0.0) == math.inf
    assert math.isnan(parse("x**0.5")(-4.0))
    assert parse("sigmoid(x)")(np.array([-1e9, 1e9])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "empty", "4*x + 2"),
        ("   ", "empty", ""),
        ("4*x +", "missing after '+' at column 5", "4*x + 2"),
        ("x**", "missing after '**' at column 2", ""),
        ('__import__("os")', "'__import__' is unknown at column 1", "Available"),
        ("x.__class__", "'.' cannot be used at column 2", "Attributes"),
        ("9**9**9**9*x", "no finite value (inf) at column 4", "too large"),
        ("9" * 400, "too large at column 1", ""),
        ("1e999", "too large", ""),
        ("1/0 + x", "no finite value", "division by 0"),
        ("x + log(-1)", "no finite value (nan) at column 5", ""),
        ("sinn(x)", "'sinn' is unknown at column 1", "Did you mean sin?"),
        ("2 + Sin(x)", "'Sin' is unknown at column 5", "Did you mean sin?"),
        ("4x", "'x' follows a number directly at column 2", "4*x"),
        ("2(x + 1)", "operator is missing before a parenthesis", "2*(x + 1)"),
        ("x(2)", "operator is missing", ""),
        ("(x)(x)", "operator is missing", ""),
        ("2,5*x", "comma can only separate arguments", "2.5"),
        ("y = 4*x", "'=' cannot be used at column 3", "right-hand side"),
        ("x = 4", "'=' cannot be used at column 3", "right-hand side"),
        ("x % 2", "'%' cannot be used", ""),
        ("x // 2", "cannot be understood", ""),
        ("x > 0", "'>' cannot be used", "max(x, 0)"),
        ("x²", "'²' cannot be used at column 2", "x**2"),
        ("2*π", "'π' cannot be used", "pi"),
        ("sin", "no argument", "sin(x)"),
        ("sin()", "takes 1 argument, got 0", "sine"),
        ("max(x)", "at least 2 arguments, got 1", ""),
        ("sin(x, x)", "takes 1 argument, got 2", ""),
        ("(x", "not closed at column 1", "')'"),
        ("x)", "never opened at column 2", ""),
        ("x x", "cannot be understood at column 3", ""),
        ("lambda: x", "'lambda' is unknown", ""),
        ("x if x else 1", "'if' is unknown", ""),
        ("True", "'True' is unknown", ""),
        ("'a'*10**10", "cannot be used at column 1", ""),
        ("[x for x in x]", "cannot be used at column 1", ""),
        ("max(x, *x)", "not available", ""),
        ("max(x, **x)", "takes at least 2", ""),
        ("x\0", "cannot be used at column 2", ""),
        ("+" * 300 + "x", "deep", ""),
        ("(" * 240 + "x" + ")" * 240, "", ""),
        ("x" + "+x" * (MAX_DEPTH + 1), "levels deep", ""),
        ("max(" + ",".join(["x"] * 200) + ")", "more than 200 parts", ""),
        ("x" * 501, "501 characters", "Shorten"),
    ],
)
def test_what_is_refused_says_where_and_what_to_do(text: str, message: str, hint: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.hint
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 200


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=40), st.text("x0123456789.+-*/^(), sincoexplgmaπ_e", max_size=60)))
def test_any_text_gives_a_formula_or_a_formula_error(text: str) -> None:
    try:
        formula = parse(text)
    except FormulaError:
        return
    np.asarray(formula(X), dtype=np.float64)


def trees(depth: int = 4) -> st.SearchStrategy[tuple[str, object]]:
    """Random formulas as text, together with the same computation written in numpy."""
    leaves = st.one_of(
        st.just(("x", lambda x: x)),
        st.floats(0, 9, width=32).map(lambda c: (repr(c), lambda x: np.full_like(x, c))),
        st.sampled_from(sorted(CONSTANTS)).map(lambda n: (n, lambda x: np.full_like(x, CONSTANTS[n]))),
    )

    def extend(inner: st.SearchStrategy[tuple[str, object]]) -> st.SearchStrategy[tuple[str, object]]:
        operators = {"+": np.add, "-": np.subtract, "*": np.multiply}
        binary = st.tuples(st.sampled_from(sorted(operators)), inner, inner).map(
            lambda t: (f"({t[1][0]} {t[0]} {t[2][0]})", lambda x: operators[t[0]](t[1][1](x), t[2][1](x)))
        )
        calls = st.tuples(st.sampled_from(["sin", "cos", "tanh", "abs"]), inner).map(
            lambda t: (f"{t[0]}({t[1][0]})", lambda x: getattr(np, t[0])(t[1][1](x)))
        )
        return st.one_of(binary, calls, inner.map(lambda t: (f"-{t[0]}", lambda x: -t[1](x))))

    return st.recursive(leaves, extend, max_leaves=2**depth)


@settings(max_examples=100, deadline=None)
@given(trees())
def test_random_formulas_agree_with_numpy(tree: tuple[str, object]) -> None:
    text, reference = tree
    try:
        formula = parse(text)
    except FormulaError as error:
        if "characters" in error.message or "deep" in error.message:
            return
        raise
    np.testing.assert_allclose(formula.evaluate(x=X), reference(X), rtol=1e-9, atol=1e-9)
