"""Tests of what the code of a model is made of."""

import numpy as np
import pytest

import coded
from flux_gui.core.errors import FormatError
from flux_gui.document import edits
from flux_gui.exporters.code.facts import WIDTH, Facts, array_lines, blank_lines, identifier, number, plain


def test_names_and_texts() -> None:
    assert identifier("layers.0.weight") == "W0"
    assert identifier("layers.2.branches.1.layers.0.bias") == "b2_1_0"
    assert identifier("layers.3.mean") == "mean_3"
    assert plain('a "b"\n"""c""" \\d') == "a 'b' '''c''' /d"
    facts = Facts(edits.set_value(coded.sample("penguins"), "name", "a/b c"))
    assert (facts.file, facts.table, facts.inputs, facts.outputs, facts.task) == ("a_b_c", "penguins.csv", 10, 3, "classes")
    assert facts.title == "species from island, bill_length_mm, bill_depth_mm, flipper_length_mm and 3 more"
    assert Facts(edits.line_example()).table == "line.csv"


def test_arrays_keep_every_bit_and_short_lines() -> None:
    draw = np.random.default_rng(0)
    for array in (draw.normal(size=(3, 40)).astype(np.float32), draw.normal(size=7), np.float32([1e-30, 3e30, np.nan, -np.inf])):
        lines = array_lines("x", array, "np.array(", f", dtype=np.{array.dtype})")
        assert max(map(len, lines)) <= WIDTH + 12
        found: dict[str, object] = {"np": np}
        exec("\n".join(lines), found)
        back = found["x"]
        assert isinstance(back, np.ndarray)
        np.testing.assert_array_equal(back, array)
    assert number(np.float32(0.1)) == "0.1"


def test_too_many_parameters() -> None:
    project = edits.replace_text(edits.line_example(), "Chain(Dense(300), Dense(300), Dense(1))")
    with pytest.raises(FormatError, match="too many"):
        Facts(project).check()
    Facts(project, weights=False).check()


def test_blocks() -> None:
    assert blank_lines([["a"], [], ["b", "c"]], 2) == ["a", "", "", "b", "c"]
