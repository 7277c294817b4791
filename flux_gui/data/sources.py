"""Sources: what the kinds of data source have in common, so that other modules need no cases: columns, task, check, first table."""

from typing import Literal

from flux_gui.data import generators, painted
from flux_gui.data.table import Table
from flux_gui.specs.data import ColumnSpec, FileData, FormulaData, GeneratedData, PaintedData, Task

Source = FormulaData | GeneratedData | PaintedData | FileData

FORMULA_COLUMNS = (ColumnSpec("x", "number", "input"), ColumnSpec("y", "number", "target"), ColumnSpec("part", "category", "split"))


def columns(source: Source) -> tuple[ColumnSpec, ...]:
    """Return name, kind and role of every column that a table of `source` has."""
    if isinstance(source, FormulaData):
        return FORMULA_COLUMNS
    if isinstance(source, GeneratedData):
        return generators.columns(source)
    return painted.columns(source) if isinstance(source, PaintedData) else source.columns


def task(source: Source) -> Task | Literal[""]:
    """Return the task that `source` declares, "" where the target column decides."""
    if isinstance(source, FileData):
        return source.task
    if isinstance(source, PaintedData) and source.classes:
        return "binary" if len(source.classes) == 2 else "classes"
    target = next(spec for spec in columns(source) if spec.role == "target")
    return "regression" if target.kind == "number" else ""


def check(source: Source) -> None:
    """Raise DataError or SettingError for settings of `source` that cannot be used; files are checked when they are read."""
    if isinstance(source, PaintedData):
        painted.check(source)
    elif not isinstance(source, FileData):
        generators.check(source)


def title(source: FormulaData | GeneratedData | PaintedData) -> str:
    """Return what a project with these data is called at first."""
    if isinstance(source, GeneratedData):
        return generators.GENERATORS.get(source.generator.name).name
    return "painting" if isinstance(source, PaintedData) else "formula"


def made(source: FormulaData | GeneratedData | PaintedData) -> Table:
    """Return the table that a source which is no file begins with: generated, or an empty painting."""
    return painted.empty(source) if isinstance(source, PaintedData) else generators.generate(source)
