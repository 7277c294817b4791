"""The drawer: a second click on a tab closes it."""

from PySide6.QtCore import QPoint, Qt

from flux_gui.gui.panels.drawer import LEAST
from person import Person


def test_tabs(person: Person) -> None:
    drawer = person.window.drawer
    assert not drawer.is_open()
    person.click("drawer.rows")
    assert person.window.rows.isVisible()
    person.click("drawer.parameters")
    assert person.window.parameters.isVisible()
    person.click("drawer.parameters")
    assert not drawer.is_open()


def test_its_edge_can_be_dragged_within_reason(person: Person) -> None:
    drawer = person.window.drawer
    person.click("drawer.rows")
    before = drawer.stack.height()
    grip = drawer.grip
    person.bot.mousePress(grip, Qt.MouseButton.LeftButton, pos=QPoint(50, 2))
    person.bot.mouseMove(grip, QPoint(50, -38))
    person.bot.mouseRelease(grip, Qt.MouseButton.LeftButton)
    assert drawer.stack.height() > before
    grip.moved.emit(10_000.0)
    assert person.window.stage.height() >= person.window.stage.minimumSizeHint().height()  # nothing overlaps
    grip.moved.emit(-10_000.0)
    assert drawer.stack.height() == LEAST


def test_a_page_is_opened_by_its_title(person: Person) -> None:
    drawer = person.window.drawer
    person.window.actions_table["view.maths"].trigger()
    assert person.window.maths.isVisible()
    drawer.toggle_titled("Rows")
    assert person.window.rows.isVisible()
    drawer.toggle_titled("Rows")
    assert not drawer.is_open()
