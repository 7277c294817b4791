"""Features: formulas of columns, with names of any kind, and one sentence for everything that cannot be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.core.errors import FormulaError
from flux_gui.data.features import MAX_FEATURES, can_read, check_list, compiled, feature, split_text, written

NAMES = ("x1", "x2", "petal length", "class", "min", "größe", "a,b", "q00")


@pytest.mark.parametrize(
    ("text", "columns", "canonical", "value"),
    [
        ("x1^2", ("x1",), "v0**2", 4.0),
        ("sin(x1)*0 + x2", ("x1", "x2"), "sin(v0)*0 + v1", 3.0),
        ("x2*x1", ("x2", "x1"), "v0*v1", 6.0),
        ("`petal length` / x1", ("petal length", "x1"), "v0 / v1", 2.0),
        ("class + `class`", ("class", "class"), "v0 + v1", 10.0),
        ("min(`min`, x1)", ("min", "x1"), "min(v0, v1)", 2.0),
        ("`größe` − 1", ("größe",), "v0 - 1", 6.0),
        ("`a,b` × `a,b`", ("a,b",), "v0 * v0", 64.0),
        ("q00 + `größe`", ("q00", "größe"), "v0 + v1", 16.0),
    ],
)
def test_names(text: str, columns: tuple[str, ...], canonical: str, value: float) -> None:
    found = feature(text, NAMES)
    assert (found.columns, found.canonical) == (columns, canonical)
    values = dict(zip(NAMES, (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0), strict=True))
    assert found([np.array([values[name]]) for name in columns]).tolist() == [value]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "is empty", "Write one"),
        ("3 + 4", "uses no column", "x1^2"),
        ("x3", "'x3' is unknown at column 1 of the feature 'x3'", ""),
        ("petal length^2", "is unknown at column 1", "`petal length`"),
        ("größe", "is unknown", "`größe`"),
        ("`petal lenght`", "which is no number column", "Did you mean `petal length`?"),
        ("`petal", "backtick is not closed", "`petal length`"),
        ("log(`petal length`) +", "Something is missing after '+' at column 21 of the feature 'log(`petal length`) +'", ""),
        ("x1.real", "cannot be used", "Attributes"),
        ("__import__('os')", "is unknown", ""),
        ("x1 = 2", "'=' cannot be used", "right-hand side"),
    ],
)
def test_mistakes(text: str, message: str, hint: str) -> None:
    with pytest.raises(FormulaError) as caught:
        feature(text, NAMES)
    assert message in caught.value.message, caught.value.message
    assert caught.value.message.endswith(".")
    assert hint in caught.value.hint, caught.value.hint
    assert caught.value.hint


def test_text_with_several_formulas() -> None:
    assert split_text("x1^2, sin(x1);min(x1, 2)\n`a,b`*2,") == ("x1^2", "sin(x1)", "min(x1, 2)", "`a,b`*2")
    assert split_text(" ") == ()


def test_lists() -> None:
    assert [found.text for found in compiled(("x1^2", "x1*x2"), NAMES)] == ["x1^2", "x1*x2"]
    for texts, message in ((("x1^2", "x1^2"), "stands twice"), ((" ",), "is empty"), (("x1",) * (MAX_FEATURES + 1), "at most")):
        with pytest.raises(FormulaError, match=message):
            check_list(texts)


@given(st.text(st.characters(exclude_characters="`", exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_any_name_can_be_written(name: str) -> None:
    found = feature(f"{written(name)} + 1", ("x1", name) if name != "x1" else (name,))
    assert found.columns == (name,)
    assert found([np.array([41.0])]).tolist() == [42.0]


@given(st.text("x12`+-*/^() ,sin.", max_size=20))
def test_any_text_is_a_feature_or_a_sentence(text: str) -> None:
    said, used = ".", set()
    try:
        used = set(feature(text, ("x1", "x2", "sin")).columns)
    except FormulaError as error:
        said = error.message
    assert said.endswith(".")
    assert "\n" not in said
    assert used <= {"x1", "x2", "sin"}


def test_whether_a_feature_can_be() -> None:
    assert can_read("x1 + `a,b`", NAMES)
    assert not can_read("x7", NAMES)
