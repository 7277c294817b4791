"""The page of the rows costs nothing while it is hidden."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.panels.data_table import RowsPage
from flux_gui.gui.tables.row_table import RowTable


def test_it_is_filled_when_it_is_opened(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    page = RowsPage(RowTable(), window)
    page.show_project(edits.line_example())
    assert page.table.rows.rowCount() == 0
    window.show()
    assert page.table.rows.rowCount() == 11
    page.table.choose(1)
    assert page.view.name.text() == "x"
