"""Long menus: everything can be reached, and no menu is longer than a screen."""

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from flux_gui.gui.long_menu import MOST, add_in_parts


def reached(menu: QMenu) -> list[str]:
    """Open everything below `menu` and return what can be chosen."""
    found = []
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            below.aboutToShow.emit()
            below.aboutToShow.emit()  # a second look adds nothing
            found += reached(below)
        elif not action.isSeparator():
            found.append(action.text())
    assert len(menu.actions()) <= 2 * MOST + 2
    return found


@pytest.mark.parametrize("count", [0, 1, MOST, MOST + 1, 3 * MOST, 10_000])
def test_everything_can_be_chosen(qtbot: QtBot, count: int) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.setObjectName("long")
    names = [f"c&{i}" for i in range(count)]

    def add(place: QMenu, some: object) -> None:
        for name in some:
            place.addAction(name)

    add_in_parts(menu, names, add, str)
    assert reached(menu) == names
    if count > MOST:
        assert menu.actions()[MOST + 1].text().startswith("31")
        assert "c&&30" in menu.actions()[MOST + 1].text()
