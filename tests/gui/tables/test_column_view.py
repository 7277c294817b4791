"""Statistics and picture of the chosen column."""

import numpy as np
import pyqtgraph as pg
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.data.table import Column
from flux_gui.document import edits
from flux_gui.gui.tables.column_facts import column_facts
from flux_gui.gui.tables.column_view import ROWS, SEALED, ColumnView, figures
from flux_gui.gui.tables.facts_keeper import FactsKeeper


def test_figures() -> None:
    told = dict(figures(column_facts(Column("x", "number", np.array([1.0, 2.0, 4.0, np.nan])))))
    assert (told["cells"], told["missing"], told["smallest"], told["median"], told["largest"]) == ("3", "1 (25%)", "1", "2", "4")
    words = dict(figures(column_facts(Column("x", "category", np.array(["a", "b", "a", ""])))))
    assert (words["different"], words["most frequent"]) == ("2", "67%")
    assert dict(figures(column_facts(Column("x", "number", np.array([np.nan]))))) == {"cells": "0", "missing": "1 (100%)"}


def test_alone_against_another_and_the_target(qtbot: QtBot) -> None:
    view = ColumnView(FactsKeeper())
    qtbot.addWidget(view)
    project = edits.project_from_file(resource("samples", "iris.csv"))
    view.show_project(project)
    plot = view.plot.plot.getPlotItem()
    assert view.name.text() == "species"
    assert sum(isinstance(item, pg.BarGraphItem) for item in plot.items) == 3  # the balance of classes
    view.show_column(project.table.columns[0])
    assert sum(isinstance(item, pg.BarGraphItem) for item in plot.items) == 1
    view.against.setCurrentIndex(view.against.findData("petal_width"))
    qtbot.waitUntil(lambda: any(isinstance(item, pg.ScatterPlotItem) for item in plot.items))
    view.show_column(None)
    assert not view.against.isEnabled()
    view.show_project(edits.line_example())
    assert view.against.value() == ROWS
    assert view.name.text() == "y"


def test_the_rows_of_one_part_and_sealed_test_rows(qtbot: QtBot) -> None:
    view = ColumnView(FactsKeeper())
    qtbot.addWidget(view)
    project = edits.project_from_file(resource("samples", "iris.csv"))
    view.show_project(project)
    view.show_column(project.table.columns[0])

    def told() -> dict[str, str]:
        rows = (view.table.itemAt(i, view.table.ItemRole.FieldRole).widget().text() for i in range(view.table.rowCount()))
        names = (view.table.itemAt(i, view.table.ItemRole.LabelRole).widget().text() for i in range(view.table.rowCount()))
        return dict(zip(names, rows, strict=True))

    assert told()["cells"] == "150"
    for part in ("train", "validation"):
        view.part.setCurrentIndex(view.part.findData(part))
        assert told()["cells"] == str(len(project.dataset.parts[part]))
    view.against.setCurrentIndex(view.against.findData("petal_width"))
    view.part.setCurrentIndex(view.part.findData("test"))
    assert told() == {}
    assert view.plot.note.text() == SEALED
    view.seal(False)
    assert told()["cells"] == str(len(project.dataset.parts["test"]))
    view.seal(True)
    assert told() == {}
    view.show_column(None)
    assert not view.part.isEnabled()
