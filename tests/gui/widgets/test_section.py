"""A section folds and tells its summary."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import Section


def test_section_folds(qtbot: QtBot) -> None:
    section, seen = Section(1, "Data", summary="6 rows"), []
    qtbot.addWidget(section)
    section.addWidget(QPushButton("inside"))
    section.show()
    section.expandedChanged.connect(seen.append)
    qtbot.mouseClick(section.header, Qt.MouseButton.LeftButton)
    assert not section.content.isVisible()
    section.setExpanded(True)
    assert section.content.isVisible()
    assert seen == [False, True]
    assert section.summary() == "6 rows"
    assert section.header.accessibleName() == "Data: 6 rows"
    assert "6 rows" in section.header.toolTip()
    section.grab()
