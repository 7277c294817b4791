"""The tools beside the plot: one tool and one class at a time, names typed in place, classes added."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from flux_gui.gui.paint_tools import PaintTools
from flux_gui.gui.painting import TOOLS


@pytest.fixture
def tools(qtbot: QtBot) -> PaintTools:
    made = PaintTools("painting")
    qtbot.addWidget(made)
    made.show_classes(("a", "b"))
    made.show()
    return made


def test_tools(qtbot: QtBot, tools: PaintTools) -> None:
    seen: list[str] = []
    tools.toolChosen.connect(seen.append)
    assert tools.buttons["brush"].isChecked()
    for key, _label, _icon, letter, _doc in TOOLS:
        qtbot.mouseClick(tools.buttons[key], Qt.MouseButton.LeftButton)
        assert f"({letter})" in tools.buttons[key].toolTip()
    assert seen == [key for key, *_ in TOOLS]


def test_classes(qtbot: QtBot, tools: PaintTools) -> None:
    chosen: list[int] = []
    edited: list[tuple[object, str]] = []
    tools.classChosen.connect(chosen.append)
    tools.classesEdited.connect(lambda names, text: edited.append((names, text)))
    qtbot.mouseClick(tools.rows[1], Qt.MouseButton.LeftButton)
    assert (chosen, tools.chosen()) == ([1], 1)
    tools.choose(7)
    assert tools.chosen() == 1
    qtbot.mouseClick(tools.add, Qt.MouseButton.LeftButton)
    assert edited == [(("a", "b", "c"), "Add the class c")]
    tools.show_classes(("a", "b", "c"))
    assert tools.chosen() == 2  # the new one is what one wants to paint
    assert not tools.grab().isNull()
    tools.show_classes(())
    assert tools.rows == []
    assert not tools.add.isVisible()


def test_a_name_is_typed_in_place(qtbot: QtBot, tools: PaintTools) -> None:
    edited: list[tuple[object, str]] = []
    tools.classesEdited.connect(lambda names, text: edited.append((names, text)))
    qtbot.mouseDClick(tools.rows[0], Qt.MouseButton.LeftButton)
    field = tools.rows[0].findChild(QLineEdit)
    qtbot.keyClicks(field, "cats")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert edited == [(("cats", "b"), "Rename the class a")]
