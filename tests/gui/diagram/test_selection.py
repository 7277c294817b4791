"""Selections of layers: one, several, a range, all; and what stays of them."""

import pytest

from flux_gui.gui.diagram.selection import Selection

ORDER = ("a", "b", "c", "d")


def test_one_and_none() -> None:
    assert Selection().only("b").ids == {"b"}
    assert Selection("b", frozenset("ac")).only("").ids == frozenset()


def test_adding_and_taking_out() -> None:
    both = Selection().only("a").toggled("c")
    assert (both.current, both.ids) == ("c", {"a", "c"})
    assert both.toggled("c") == Selection().only("a")
    assert both.toggled("a") == Selection("c", frozenset(), "c")
    assert both.toggled("a").toggled("c").ids == frozenset()


def test_ranges_begin_at_the_anchor() -> None:
    start = Selection().only("b")
    assert start.up_to("d", ORDER).ids == {"b", "c", "d"}
    assert start.up_to("d", ORDER).up_to("a", ORDER).ids == {"a", "b"}
    assert Selection().up_to("c", ORDER) == Selection().only("c")


@pytest.mark.parametrize(("now", "move", "then"), [("", 1, "a"), ("", -1, "d"), ("a", -1, "a"), ("a", 1, "b"), ("d", 1, "d")])
def test_arrow_keys(now: str, move: int, then: str) -> None:
    assert Selection().only(now).stepped(move, ORDER).current == then
    assert Selection().stepped(1, ()) == Selection()


def test_an_arrow_key_with_shift_extends() -> None:
    two = Selection().only("b").stepped(1, ORDER, extend=True)
    assert two.ids == {"b", "c"}
    assert two.stepped(-1, ORDER, extend=True).ids == {"b"}


def test_all_and_those_that_are_left() -> None:
    every = Selection().only("c").all(ORDER)
    assert (every.current, every.ids) == ("c", set(ORDER))
    assert every.among(("a", "c")).ids == {"a", "c"}
    assert every.among(("a", "b")).current == "a"
    assert every.among(()) == Selection()
    assert Selection().of(["b", "c"]) == Selection("b", frozenset("c"), "b")
