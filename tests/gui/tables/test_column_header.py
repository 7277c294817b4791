"""The header over the columns: it paints everything it knows, and tells clicks apart."""

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.gui.tables.column_header import HEIGHT
from flux_gui.gui.tables.row_table import RowTable
from flux_gui.gui.theme import theme


def shown(qtbot: QtBot) -> RowTable:
    table = RowTable()
    qtbot.addWidget(table)
    table.resize(1200, 300)
    table.show()
    table.rows.show_project(edits.project_from_file(resource("samples", "penguins.csv")))
    return table


def test_it_shows_role_missing_cells_and_bars(qtbot: QtBot) -> None:
    table = shown(qtbot)
    header = table.header
    assert header.height() == HEIGHT
    assert header.sectionSize(3) >= header.wanted_width(3)  # name, role, and how many cells are missing
    picture = header.grab().toImage()
    accent = theme().colours.accent
    ratio = picture.devicePixelRatio()
    x = int((header.sectionViewportPosition(1) + 14) * ratio)
    assert any(picture.pixelColor(x, int(y * ratio)).name() == accent for y in range(40, 62))


def test_clicks(qtbot: QtBot) -> None:
    table, asked = shown(qtbot), []
    table.header.menuRequested.disconnect()
    table.header.menuRequested.connect(lambda section, _place: asked.append(section))
    left = table.header.sectionViewportPosition(2)
    end = left + table.header.sectionSize(2)
    qtbot.mouseClick(table.header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(end - 10, 12))
    qtbot.mouseClick(table.header.viewport(), Qt.MouseButton.RightButton, pos=QPoint(left + 9, 50))
    assert asked == [2, 2]
    assert table.rows.sorted is None
    qtbot.mouseClick(table.header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(left + 9, 50))
    assert table.rows.sorted == (2, False)
    assert table.header.chosen == 2


def test_made_rows_have_no_menus(qtbot: QtBot) -> None:
    table = shown(qtbot)
    table.rows.show_project(edits.line_example())
    table.header.grab()
    assert [table.rows.place(section) for section in range(3)] == [None, None, None]
