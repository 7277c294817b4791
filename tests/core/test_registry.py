"""Tests of registries, entries and hyper-parameters."""

import math

import pytest

from flux_gui.core.errors import SettingError
from flux_gui.core.registry import Entry, Hyper, Registry

RATE = Hyper("rate", 0.1, 0.0, 10.0, "How far.", open_low=True)


def entry(name: str, **options: object) -> Entry:
    return Entry(name, lambda: name, name, "A doc.", **options)  # type: ignore[arg-type]


def table() -> Registry[Entry]:
    registry: Registry[Entry] = Registry("fruit")
    registry.add(entry("Apple", aliases=("pome",)))
    registry.add(entry("cherry", in_window=False, hypers=(RATE,)))
    return registry


def test_entries_are_found_by_name_and_alias_without_case() -> None:
    fruits = table()
    assert fruits.get(" aPPle ") is fruits.get("POME")
    assert "pome" in fruits
    assert "plum" not in fruits
    assert 3 not in fruits
    assert fruits.names() == [e.name for e in fruits] == ["Apple", "cherry"]
    assert len(fruits) == 2
    assert [e.name for e in fruits.in_window()] == ["Apple"]


def test_unknown_names_suggest_the_nearest_or_list_all() -> None:
    with pytest.raises(SettingError, match="no fruit called 'chery'") as near:
        table().get("chery")
    assert near.value.hint == "Did you mean 'cherry'?"
    with pytest.raises(SettingError) as far:
        table().get("zzz")
    assert far.value.hint == "Known: Apple, cherry."


@pytest.mark.parametrize("again", [entry("apple"), entry("POME"), entry("new", aliases=("Cherry",))])
def test_a_name_or_alias_is_registered_once(again: Entry) -> None:
    with pytest.raises(ValueError, match="twice"):
        table().add(again)


def test_values_are_defaults_overridden_and_checked() -> None:
    cherry = table().get("cherry")
    assert cherry.values() == {"rate": 0.1}
    assert cherry.values({"rate": 3}) == {"rate": 3.0}
    with pytest.raises(SettingError, match="cherry has no setting 'speed'") as caught:
        cherry.values({"speed": 1.0})
    assert caught.value.hint == "Its settings: rate."
    with pytest.raises(SettingError) as none:
        table().get("Apple").hyper("rate")
    assert none.value.hint == "Its settings: none."


@pytest.mark.parametrize("value", [0.0, -1.0, 10.1, math.nan, math.inf])
def test_values_outside_the_interval_are_refused(value: float) -> None:
    with pytest.raises(SettingError, match=r"cherry: rate must be a number above 0 and at most 10") as caught:
        RATE.check(value, "cherry")
    assert caught.value.hint == "The usual value is 0.1."


def test_the_ends_of_an_interval_belong_to_it_unless_open() -> None:
    closed = Hyper("a", 1, 0, 2, "doc")
    assert [closed.check(v, "x") for v in (0, 2)] == [0.0, 2.0]
    assert RATE.check(10, "x") == 10.0


def test_sentences_use_the_word_of_the_window() -> None:
    assert Hyper("eta", 0.1, 0.0, 1.0, "", "Rate").spoken == "rate (eta)"
    assert Hyper("epsilon", 0.1, 0.0, 1.0, "", "Epsilon").spoken == Hyper("epsilon", 0.1, 0.0, 1.0, "").spoken == "epsilon"


def test_whole_numbers_switches_and_things_that_are_no_numbers() -> None:
    count = Hyper("n", 2, 1, 9, "doc", integer=True)
    switch = Hyper("on", 0, 0, 1, "doc", boolean=True)
    assert [count.check(3, "x"), switch.check(True, "x"), switch.check(0, "x")] == [3.0, 1.0, 0.0]
    with pytest.raises(SettingError, match=r"x: n must be a whole number, got 2\.5"):
        count.check(2.5, "x")
    with pytest.raises(SettingError, match=r"x: on must be 0 \(no\) or 1 \(yes\), got 0\.5"):
        switch.check(0.5, "x")
    for wrong in (True, "0.1", None, (0.1, 0.2), 1j, 10**400):
        with pytest.raises(SettingError, match="cherry: rate must be a number") as caught:
            RATE.check(wrong, "cherry")
        assert caught.value.hint == "The usual value is 0.1."
