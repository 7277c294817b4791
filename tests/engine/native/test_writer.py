"""Tests of the writer: names are new, addresses are loaded once, loops close where they began."""

import numpy as np

from flux_gui.engine.native.statements import View
from flux_gui.engine.native.writer import Writer


def view(address: int) -> View:
    return View(address, "float", (4,), (4,))


def test_an_address_is_loaded_from_the_table_once() -> None:
    writer = Writer([], set())
    writer.load(view(100), "0")
    writer.load(view(200), "4")
    writer.load(view(100), "8")
    assert list(writer.addresses) == [100, 200]
    assert len(writer.pointers) == 4


def test_loops_close_where_they_began() -> None:
    writer = Writer([], set())
    outer = writer.open(3)
    inner = writer.open(5)
    writer.close(inner)
    writer.close(outer)
    heads = [line for line in writer.lines if "phi" in line]
    assert f"%{inner.label} ]" in heads[1]
    assert f"%{inner.label}out ]" in heads[0]
    assert writer.label == f"{outer.label}out"


def test_offsets_leave_out_what_is_nothing() -> None:
    writer = Writer([], set())
    assert writer.offset((0,), ("%i",)) == "0"
    assert writer.plus("0", "%a") == "%a"
    assert not writer.lines
    assert writer.plus("%a", "%b") == "%v1"


def test_each_loop_has_notes_of_its_own() -> None:
    writer = Writer([], set())
    assert writer.parallel() != writer.parallel()
    assert len(writer.notes) == 6
    assert np.all(["distinct" in note or "parallel_accesses" in note for note in writer.notes])
