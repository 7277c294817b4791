"""The model of the rows: nothing is copied, large tables are sorted in the background."""

import numpy as np
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.data.prepare import default_data_spec
from flux_gui.data.table import Column, Table
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.gui.tables.row_model import AT_ONCE, MISSING, RowModel
from flux_gui.specs import ColumnSpec, FileData


def large(rows: int) -> Project:
    """A project whose table would take long to copy."""
    x = np.random.default_rng(0).permutation(rows).astype(np.float32)
    table = Table((Column("x", "number", x), Column("y", "number", x * 2)))
    source = FileData("/large.csv", (ColumnSpec("x", "number", "input"), ColumnSpec("y", "number", "target")))
    return edits.defaults(default_data_spec(source), table)


def test_qt_finds_nothing_wrong(qtbot: QtBot) -> None:
    model = RowModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_project(edits.project_from_file(resource("samples", "penguins.csv")))
    model.sort_by(3)
    model.show_project(edits.line_example())
    assert isinstance(tester.model(), QAbstractItemModel)
    assert model.sorted is None


def test_cells_are_texts_only_when_asked(qtbot: QtBot) -> None:
    model = RowModel()
    project = large(AT_ONCE + 10)
    model.show_project(project)
    assert model.rowCount() == AT_ONCE + 10
    assert model.column(1) is project.table.columns[0]
    assert model.text(5, 2) == f"{project.table.columns[1].values[5]:.7g}"
    assert model.index(0, 1).data(Qt.ItemDataRole.FontRole) is None


def test_a_large_table_is_sorted_in_the_background(qtbot: QtBot) -> None:
    model = RowModel()
    model.show_project(large(AT_ONCE + 10))
    model.sort_by(1)
    assert model.sorting
    qtbot.waitUntil(lambda: not model.sorting and model.text(0, 1) == "0")
    assert model.row_name(0) == model.row(0) + 2
    model.sort_by(0)
    qtbot.waitUntil(lambda: not model.sorting and model.text(0, 0) == "training")


def test_an_order_that_comes_too_late_is_dropped(qtbot: QtBot) -> None:
    model = RowModel()
    model.show_project(large(AT_ONCE + 10))
    model.sort_by(1)
    model.show_project(edits.line_example())
    qtbot.waitUntil(lambda: not model.sorting)
    assert [model.row(i) for i in range(3)] == [0, 1, 2]


def test_missing_cells(qtbot: QtBot) -> None:
    model = RowModel()
    model.show_project(edits.project_from_file(resource("samples", "penguins.csv")))
    assert model.text(3, 3) == ""
    assert model.index(3, 3).data() == MISSING
