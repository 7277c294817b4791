"""Tests of the layers of typed networks: every kind has a reader, and sizes are compared only where they must fit."""

import pytest

from flux_gui.core.errors import TextError
from flux_gui.document.text_layers import _READERS, HEADS, Reader
from flux_gui.document.text_syntax import parse
from flux_gui.engine.kinds import LAYERS
from flux_gui.specs import DenseSpec, ParallelSpec


def test_every_kind_of_layer_can_be_typed() -> None:
    assert set(_READERS) == set(HEADS.values()) == set(LAYERS.names())


def test_sizes_need_not_fit_where_they_are_not_checked() -> None:
    text = "Chain(Dense(4 => 16), Dense(9 => 3))"
    assert [getattr(layer, "units", 0) for layer in Reader(text, checked=False).network(parse(text), 7)] == [16, 3]
    with pytest.raises(TextError):
        Reader(text).network(parse(text), 7)


def test_without_sizes_only_units_are_told() -> None:
    text = "Chain(BatchNorm(), Parallel(vcat, Dense(2), Chain(Dense(3), Scale())), Dense(4))"
    _, parallel, last = Reader(text).network(parse(text), None)
    assert isinstance(parallel, ParallelSpec)
    assert [len(branch) for branch in parallel.branches] == [1, 2]
    assert isinstance(last, DenseSpec)
    assert last.activation.name == "identity"


def test_what_leaves_branches_is_known() -> None:
    for text, width in (
        ("Parallel(vcat, Dense(2), Dense(3))", 5),
        ("Parallel(+, Dense(2), Dense(2))", 2),
        ("SkipConnection(Dense(2), vcat)", 6),
    ):
        whole = f"Chain(Dense(4), {text}, Dense({width} => 1))"
        assert len(Reader(whole).network(parse(whole), None)) == 3
        with pytest.raises(TextError, match="arrive"):
            Reader(f"Chain(Dense(4), {text}, Dense(9 => 1))").network(parse(f"Chain(Dense(4), {text}, Dense(9 => 1))"), None)
