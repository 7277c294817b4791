"""The table of rows: cells, parts, row numbers, and the menu of a column."""

from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from flux_gui.data.prepare import default_data_spec
from flux_gui.data.table import Column, Table
from flux_gui.document import edits
from flux_gui.gui.tables.row_table import RowTable, fitting
from flux_gui.gui.theme import base_font
from flux_gui.specs import ColumnSpec, FileData
from person import Person

HORIZONTAL, VERTICAL = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
TABLE = "patient_id,side,y\n" + "".join(f"{1000 + i},{'north' if i % 2 else ''},{i * 1.5}\n\n" for i in range(20))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "patients.csv"
    path.write_text(TABLE.replace(",,", ",south,"))
    return path


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu cannot take the keyboard
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
    menu = table.findChild(QMenu, "column.menu")
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == [
        "Sort upwards",
        "Sort downwards",
        "As the rows come",
    ]
    menu.actions()[1].trigger()
    assert table.rows.sorted == (1, True)
    menu.close()


def test_headers_tell_roles_and_rows_the_numbers_of_the_file(qtbot: QtBot, file: Path) -> None:
    table = RowTable()
    qtbot.addWidget(table)
    table.rows.show_project(edits.project_from_file(file))
    model = table.model()
    assert model.headerData(1, HORIZONTAL) == "patient_id\nnot used \u00b7 number"
    assert model.headerData(2, HORIZONTAL) == "side\ninput \u00b7 category"
    assert "numbers the rows" in model.headerData(1, HORIZONTAL, Qt.ItemDataRole.ToolTipRole)
    assert [model.headerData(i, VERTICAL) for i in range(3)] == [2, 4, 6]  # every second row of the file is blank


def opened(person: Person, file: Path) -> RowTable:
    person.window.files.open_path(file)
    person.until(lambda: person.project.spec.name == "patients")
    person.click("drawer.rows")
    return person.window.rows


def header_at(person: Person, section: int, x: int = 20, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    header = person.window.rows.header
    person.bot.mouseClick(header.viewport(), button, pos=QPoint(header.sectionViewportPosition(section) + x, 12))


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu cannot take the keyboard
@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton])
def test_the_triangle_of_a_header_changes_the_column(person: Person, file: Path, button: Qt.MouseButton) -> None:
    table = opened(person, file)
    left = button == Qt.MouseButton.LeftButton
    header_at(person, 1, table.header.sectionSize(1) - 10 if left else 20, button)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    before = person.project
    next(action for action in menu.actions() if action.objectName() == "data.source.columns.0.role.input").trigger()
    menu.close()
    person.until(lambda: "patient_id" in person.project.dataset.input_names)
    assert person.controller.stack.undoText() == "Change the column patient_id"
    person.controller.undo()
    assert person.project is before


def test_a_click_on_a_header_sorts_and_shows_the_column(person: Person, file: Path) -> None:
    table = opened(person, file)
    header_at(person, 3)
    assert [table.rows.text(row, 3) for row in (0, 19)] == ["0", "28.5"]
    header_at(person, 3)
    assert [table.rows.text(row, 3) for row in (0, 19)] == ["28.5", "0"]
    assert table.rows.headerData(0, VERTICAL) == 40  # the number of the row in the file goes with it
    header_at(person, 3)
    assert table.rows.sorted is None
    assert person.window.rows_page.view.name.text() == "y"


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu cannot take the keyboard
def test_the_keyboard_sorts_and_opens_the_menu(person: Person, file: Path) -> None:
    table = opened(person, file)
    table.setFocus()
    table.setCurrentIndex(table.rows.index(3, 3))
    for wanted in ((3, False), (3, True), None):
        person.bot.keyClick(table, Qt.Key.Key_S)
        assert table.rows.sorted == wanted
    assert table.currentIndex().column() == 3
    person.bot.keyClick(table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    menu = table.findChild(QMenu, "column.menu")
    assert menu.actions()[2].isChecked()
    assert any(action.objectName().endswith(".role.ignore") for action in menu.actions())
    menu.close()


def test_what_is_too_wide_loses_digits_or_its_end(qtbot: QtBot) -> None:
    metrics = QFontMetrics(base_font(12))
    room = metrics.horizontalAdvance("-1234.56")
    assert fitting("-1234.5678901", metrics, room, number=True) in ("-1234.57", "-1234.6")
    assert fitting("12", metrics, room, number=True) == "12"
    assert fitting("-1234.5678901", metrics, 3, number=True) == "\u2026"
    assert fitting("a long word without an end", metrics, room, number=False).endswith("\u2026")


def test_another_role_keeps_the_order(person: Person, file: Path) -> None:
    table = opened(person, file)
    header_at(person, 3)
    header_at(person, 3)
    person.controller.set_value("data.source.columns.0.role", "input")
    person.until(lambda: "patient_id" in person.project.dataset.input_names)
    assert table.rows.sorted == (3, True)
    assert table.rows.text(0, 3) == "28.5"


@pytest.mark.bench
def test_a_million_rows_scroll_at_thirty_frames_a_second(qtbot: QtBot) -> None:
    numbers = np.random.default_rng(0).normal(size=1_000_000).astype(np.float32)
    table = RowTable()
    qtbot.addWidget(table)
    columns = [Column(f"x{i}", "number", numbers) for i in range(20)]
    specs = [ColumnSpec(column.name, "number", "input" if column is not columns[-1] else "target") for column in columns]
    table.rows.show_project(edits.defaults(default_data_spec(FileData("/a.csv", tuple(specs))), Table(tuple(columns))))
    table.resize(1800, 600)
    table.show()
    qtbot.waitUntil(lambda: not table.keeper.worker.busy, timeout=30_000)
    spent = []
    for view in range(60):
        table.verticalScrollBar().setValue(view * 15_013)
        begin = perf_counter()
        table.viewport().repaint()
        spent.append(perf_counter() - begin)
    assert median(spent) < 0.033


def test_other_rows_of_the_same_columns_move_nothing(qtbot: QtBot) -> None:
    table, project = RowTable(), edits.line_example()
    qtbot.addWidget(table)
    table.show()
    table.rows.show_project(project)
    table.setColumnWidth(1, 222)
    table.choose(1)
    table.rows.show_project(edits.set_value(project, "data.source.noise", 0.5))
    assert table.columnWidth(1) == 222
    assert table.header.chosen == 1
