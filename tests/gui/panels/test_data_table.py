"""The table of rows: cells, parts, row numbers, and the menu of a column."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.panels.data_table import RowTable
from person import Person

HORIZONTAL, VERTICAL = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
TABLE = "patient_id,side,y\n" + "".join(f"{1000 + i},{'north' if i % 2 else ''},{i * 1.5}\n\n" for i in range(20))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "patients.csv"
    path.write_text(TABLE.replace(",,", ",south,"))
    return path


def test_cells_and_parts(qtbot: QtBot) -> None:
    table = RowTable()
    qtbot.addWidget(table)
    table.rows.show_project(edits.line_example())
    model = table.model()
    assert model.rowCount() == 11
    assert [model.headerData(i, HORIZONTAL) for i in range(3)] == ["used for", "x", "y"]
    assert [model.index(7, column).data() for column in range(3)] == ["test", "7", "30"]
    assert model.headerData(0, VERTICAL) == 1
    table.open_menu(1, QPoint(0, 0))  # a formula has no columns to change
    assert table.findChild(QMenu, "column.menu") is None


def test_headers_tell_roles_and_rows_the_numbers_of_the_file(qtbot: QtBot, file: Path) -> None:
    table = RowTable()
    qtbot.addWidget(table)
    table.rows.show_project(edits.project_from_file(file))
    model = table.model()
    assert model.headerData(1, HORIZONTAL) == "patient_id\nnot used \u00b7 number"
    assert model.headerData(2, HORIZONTAL) == "side\ninput \u00b7 category"
    assert "numbers the rows" in model.headerData(1, HORIZONTAL, Qt.ItemDataRole.ToolTipRole)
    assert [model.headerData(i, VERTICAL) for i in range(3)] == [2, 4, 6]  # every second row of the file is blank


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu cannot take the keyboard
def test_a_click_on_a_header_changes_the_column(person: Person, file: Path) -> None:
    person.window.files.open_path(file)
    person.until(lambda: person.project.spec.name == "patients")
    person.click("drawer.rows")
    header = person.window.rows.horizontalHeader()
    person.bot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(header.sectionViewportPosition(1) + 20, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    before = person.project
    next(action for action in menu.actions() if action.objectName() == "data.source.columns.0.role.input").trigger()
    menu.close()
    person.until(lambda: "patient_id" in person.project.dataset.input_names)
    assert person.controller.stack.undoText() == "Change the column patient_id"
    person.controller.undo()
    assert person.project is before
