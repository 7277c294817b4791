"""The picture of columns: every kind is drawn, in both themes, and one takes the place of the other."""

import numpy as np
import pyqtgraph as pg
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.data.table import Column
from flux_gui.document import edits
from flux_gui.gui.tables.column_facts import column_facts
from flux_gui.gui.tables.column_pictures import balance, points
from flux_gui.gui.tables.column_plot import ColumnPlot


def items(plot: ColumnPlot, kind: type) -> int:
    return sum(isinstance(item, kind) for item in plot.plot.getPlotItem().items)


def test_every_picture(qtbot: QtBot) -> None:
    plot = ColumnPlot()
    qtbot.addWidget(plot)
    project = edits.project_from_file(resource("samples", "iris.csv"))
    x, y, kind = (project.table.columns[i] for i in (0, 1, 4))
    plot.show_facts(column_facts(x), x.name)
    assert items(plot, pg.BarGraphItem) == 1
    plot.show_balance(balance(project), kind.name)
    assert items(plot, pg.BarGraphItem) == 3
    plot.show_points(points(x, y, kind, project.dataset.labels), x.name, y.name)
    assert (items(plot, pg.BarGraphItem), items(plot, pg.ScatterPlotItem)) == (0, 3)
    plot.show_points(points(kind, y, None, ()), kind.name, y.name)
    assert items(plot, pg.ScatterPlotItem) == 1
    plot.show_facts(column_facts(kind), kind.name)
    plot.restyle()
    plot.show_nothing("nothing")
    assert plot.note.text() == "nothing"


def test_columns_without_cells(qtbot: QtBot) -> None:
    plot = ColumnPlot()
    qtbot.addWidget(plot)
    empty = Column("x", "number", np.full(4, np.nan))
    plot.show_facts(column_facts(empty), "x")
    assert "missing" in plot.note.text()
    plot.show_points(points(empty, empty, None, ()), "x", "x")
    assert "No row" in plot.note.text()
