"""Tests of the table of languages."""

import pytest

import coded
from flux_gui.document import edits
from flux_gui.exporters.code import CODES, MAX_WRITTEN, can_hold_weights, source


@pytest.mark.parametrize("entry", list(CODES), ids=lambda entry: entry.name)
def test_every_language_writes_every_project(entry) -> None:
    for project in (edits.line_example(), coded.everything(coded.sample("iris")), coded.every_activation(coded.sample("penguins"))):
        with_weights, without = source(project, entry.name), source(project, entry.name, weights=False)
        assert len(without) < len(with_weights)
        assert with_weights.endswith("\n")
        assert "\n\n\n\n" not in with_weights
        if entry.extension == ".py":
            compile(with_weights, "program.py", "exec")
            compile(without, "program.py", "exec")
    assert entry.doc
    assert entry.extension in (".py", ".jl")


def test_strange_names_stay_texts() -> None:
    """Names of projects, layers, columns and labels come from outside."""
    project = edits.set_value(coded.sample("iris"), "name", 'x"""\n\\ import os #')
    project = edits.set_value(project, "model.layers.0.name", 'b" -> """\n')
    for entry in CODES:
        text = source(project, entry.name)
        if entry.extension == ".py":
            compile(text, "program.py", "exec")


def test_large_networks_are_written_without_weights() -> None:
    assert can_hold_weights(edits.line_example())
    large = edits.replace_text(edits.line_example(), f"Chain(Dense({MAX_WRITTEN}), Dense(1))")
    assert not can_hold_weights(large)
    assert len(source(large, "numpy", weights=False)) < 5000
