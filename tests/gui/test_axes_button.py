"""The choice of what neurons are pictured over: only where data leave one, by menu and by clicks on inputs."""

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.gui.axes_button import AxesButton


@pytest.fixture
def button(qtbot: QtBot) -> AxesButton:
    found = AxesButton()
    qtbot.addWidget(found)
    found.show_project(edits.project_from_file(resource("samples", "iris.csv")))
    return found


def test_one_input_leaves_no_choice(qtbot: QtBot, button: AxesButton) -> None:
    assert button.wish == ()
    assert not button.isHidden()
    button.show_project(edits.line_example())
    assert button.wish is None
    assert button.isHidden()


def test_clicks_on_inputs_choose_the_last_two(qtbot: QtBot, button: AxesButton) -> None:
    for unit in (0, 1, 3):
        with qtbot.waitSignal(button.axesChanged):
            button.click_input(unit)
    assert button.wish == ("sepal_width", "petal_width")
    assert "maps" in button.text()
    button.click_input(1)
    assert button.wish == ("petal_width",)
    button.click_input(99)
    assert "curves" in button.text()


def test_the_menu_chooses_sides(qtbot: QtBot, button: AxesButton) -> None:
    menu = button.choices()

    def pick(name: str) -> None:
        action = next(a for a in button.choices().findChildren(QAction) if a.objectName() == name)
        action.trigger()

    assert menu.actions()[0].isChecked()
    pick("network.axes.0.petal_length")
    pick("network.axes.1.petal_width")
    assert button.axes == ("petal_length", "petal_width")
    pick("network.axes.0.petal_width")
    assert button.axes == ("petal_width", "petal_length")
    pick("network.axes.1.")
    assert button.axes == ("petal_width",)
    pick("network.axes.bars")
    assert button.axes == ()
