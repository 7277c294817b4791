"""The field over a title: Enter and leaving take the name, Esc does not, and nothing is told twice."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram.title_field import TitleField


@pytest.fixture
def field(qtbot: QtBot) -> TitleField:
    home = QWidget()
    qtbot.addWidget(home)
    home.resize(400, 200)
    home.show()
    made = TitleField(home)
    made.open("layer0", "old", "Dense 2 => 3", QPoint(5, 100))
    return made


def test_enter_takes_the_name(qtbot: QtBot, field: TitleField) -> None:
    assert field.geometry().left() >= 0
    assert field.selectedText() == "old"
    qtbot.keyClicks(field, " encoder ")
    with qtbot.waitSignal(field.renamed) as told:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told.args == ["layer0", "encoder"]
    assert not field.isVisible()


@pytest.mark.parametrize(("text", "key"), [("other", Qt.Key.Key_Escape), ("old", Qt.Key.Key_Return)])
def test_nothing_is_told(qtbot: QtBot, field: TitleField, text: str, key: Qt.Key) -> None:
    told: list[object] = []
    field.renamed.connect(lambda *args: told.append(args))
    qtbot.keyClicks(field, text)
    with qtbot.waitSignal(field.left):
        qtbot.keyClick(field, key)
    field.close_field(take=True)
    assert told == []
