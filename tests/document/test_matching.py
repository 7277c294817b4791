"""Tests of matching: which layers a retyped network keeps."""

import time

from flux_gui.document.matching import with_known_ids
from flux_gui.specs import Choice, DenseSpec, DropoutSpec, ModelSpec, ParallelSpec, SkipConnectionSpec, SoftmaxSpec


def dense(id: str, units: int, activation: str = "relu", name: str = "") -> DenseSpec:
    return DenseSpec(id, units, Choice(activation), name=name)


def matched(before: tuple, after: tuple) -> list[str]:
    return [layer.id for layer in with_known_ids(ModelSpec(before), ModelSpec(after)).layers]


BEFORE = (dense("a", 16), dense("b", 8, "tanh"), dense("output", 3, "identity"))


def test_layers_keep_their_ids_around_what_comes_and_goes() -> None:
    assert matched(BEFORE, BEFORE) == ["a", "b", "output"]
    assert matched(BEFORE, (BEFORE[0], DropoutSpec("x"), *BEFORE[1:])) == ["a", "dropout1", "b", "output"]
    assert matched(BEFORE, (dense("", 4), *BEFORE)) == ["hidden1", "a", "b", "output"]
    assert matched(BEFORE, (BEFORE[1], BEFORE[2])) == ["b", "output"]
    assert matched(BEFORE, (BEFORE[0], BEFORE[2])) == ["a", "output"]
    assert matched(BEFORE, (BEFORE[0], dense("", 20, "tanh"), BEFORE[2])) == ["a", "b", "output"]
    assert matched(BEFORE, (BEFORE[0], dense("", 8, "relu"), BEFORE[2], SoftmaxSpec(""))) == ["a", "b", "output", "softmax1"]


def test_a_name_decides_between_equals() -> None:
    before = (dense("a", 4, name="left"), dense("b", 4, name="right"), dense("output", 1))
    assert matched(before, (dense("", 5, name="right"), dense("", 1))) == ["b", "output"]


def test_layers_inside_others_are_matched_too() -> None:
    skip = SkipConnectionSpec("skip", (dense("in", 16),))
    changed = SkipConnectionSpec("", (dense("", 4), dense("", 16)))
    result = with_known_ids(ModelSpec((BEFORE[0], skip)), ModelSpec((BEFORE[0], changed))).layers[1]
    assert isinstance(result, SkipConnectionSpec)
    assert (result.id, [layer.id for layer in result.layers]) == ("skip", ["hidden1", "in"])
    two = ParallelSpec("p", ((dense("l", 2),), (dense("r", 3),)))
    more = ParallelSpec("", ((dense("", 2),), (dense("", 3),), (dense("", 4),)))
    found = with_known_ids(ModelSpec((two,)), ModelSpec((more,))).layers[0]
    assert isinstance(found, ParallelSpec)
    assert [branch[0].id for branch in found.branches] == ["l", "r", "hidden1"]


def test_a_network_from_nothing_has_an_output() -> None:
    assert matched((), (dense("", 4), dense("", 1), SoftmaxSpec(""))) == ["hidden1", "output", "softmax1"]


def test_long_networks_take_little_time() -> None:
    before = tuple(dense(f"l{i}", 3 + i % 5) for i in range(200))
    after = tuple(dense("", 4 + i % 7, "tanh") for i in range(200))
    begin = time.perf_counter()
    assert len(set(matched(before, after))) == 200
    assert time.perf_counter() - begin < 5.0
