"""Tests of sources: every kind of source is checked, has a title and begins with a table that can be prepared."""

import pytest

from flux_gui.core.errors import FluxError
from flux_gui.data import sources
from flux_gui.data.prepare import default_data_spec, prepare
from flux_gui.specs.data import ColumnSpec, FileData, FormulaData, GeneratedData, PaintedData
from flux_gui.specs.model import Choice

MADE = [FormulaData(), GeneratedData(), GeneratedData(Choice("hills")), PaintedData(), PaintedData(())]


@pytest.mark.parametrize("source", MADE)
def test_titles_and_tables(source: FormulaData | GeneratedData | PaintedData) -> None:
    sources.check(source)
    assert sources.title(source)
    assert bool(sources.made(source).rows) != isinstance(source, PaintedData)


@pytest.mark.parametrize("source", MADE)
def test_the_table_has_the_columns(source: FormulaData | GeneratedData | PaintedData) -> None:
    table = sources.made(source)
    assert tuple((c.name, c.kind) for c in table.columns) == tuple((c.name, c.kind) for c in sources.columns(source))
    assert [c.role for c in sources.columns(source)].count("target") == 1


def test_tasks() -> None:
    assert [sources.task(source) for source in MADE] == ["regression", "", "regression", "binary", "regression"]


def test_a_file_says_for_itself() -> None:
    file = FileData("a.csv", (ColumnSpec("x", "number", "input"), ColumnSpec("y", "number", "target")), "regression")
    assert (sources.columns(file), sources.task(file)) == (file.columns, "regression")


@pytest.mark.parametrize(("source", "task"), list(zip(MADE[:3], ["regression", "binary", "regression"], strict=True)))
def test_what_is_made_can_be_prepared(source: FormulaData | GeneratedData, task: str) -> None:
    assert prepare(sources.made(source), default_data_spec(source)).task == task


def test_a_file_is_checked_when_it_is_read() -> None:
    sources.check(FileData("nowhere.csv"))


@pytest.mark.parametrize("source", [FormulaData(seed=-1), GeneratedData(rows=0), GeneratedData(Choice("?")), PaintedData(("a",))])
def test_what_is_refused(source: FormulaData | GeneratedData | PaintedData) -> None:
    with pytest.raises(FluxError):
        sources.check(source)
