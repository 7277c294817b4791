"""The table of rows."""

from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.panels.data_table import RowTable


def test_cells_and_parts(qtbot: QtBot) -> None:
    table = RowTable()
    qtbot.addWidget(table)
    table.rows.show_project(edits.line_example())
    model = table.model()
    assert model.rowCount() == 11
    assert [model.headerData(i, table.horizontalHeader().orientation()) for i in range(3)] == ["used for", "x", "y"]
    assert [model.index(7, column).data() for column in range(3)] == ["test", "7", "30"]
