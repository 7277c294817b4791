"""A network built by hand from an empty canvas: in at most six clicks, and by the keyboard alone."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.edits_layers import with_hidden
from flux_gui.specs import DenseSpec
from person import Person, open_window

WANTED = [4, 16, 16, 3]
ALT, CTRL, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Clicks(QObject):
    """Counts the presses of mouse buttons that reach any widget of the window."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._last = -1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress and watched.isWidgetType():
            self.count += event.timestamp() != self._last  # one press goes from a widget to those below it
            self._last = event.timestamp()
        return False


@pytest.fixture
def person(qtbot: QtBot) -> Iterator[Person]:
    """Somebody in front of the Iris flowers with nothing between the inputs and the output."""
    with open_window(qtbot, with_hidden(edits.project_from_file(resource("samples", "iris.csv")), ())) as somebody:
        yield somebody


@pytest.fixture
def clicks(qapp: QApplication) -> Iterator[Clicks]:
    """The clicks of the test."""
    counter = Clicks()
    qapp.installEventFilter(counter)
    yield counter
    qapp.removeEventFilter(counter)


def sizes(person: Person) -> list[int]:
    """The number of inputs and of neurons in every layer."""
    return [person.project.dataset.inputs, *(layer.units for layer in person.project.spec.model.layers if isinstance(layer, DenseSpec))]


def ids(person: Person) -> list[str]:
    """The layers from input to output."""
    return [layer.id for layer in person.project.spec.model.layers]


def keys(person: Person, text: str) -> None:
    """Type where the focus is."""
    person.bot.keyClicks(person.window.focusWidget(), text)


def key(person: Person, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    person.bot.keyClick(person.window.focusWidget(), key, modifier)


def test_six_clicks(person: Person, clicks: Clicks) -> None:
    assert sizes(person) == [4, 3]
    person.click("diagram.add_layer.0")
    keys(person, "16")
    person.click("diagram.add_layer.1")
    keys(person, "16")
    key(person, Qt.Key.Key_Return)
    assert sizes(person) == WANTED
    assert clicks.count <= 6


def test_the_keyboard_alone(person: Person, clicks: Clicks) -> None:
    for _ in range(200):
        if person.window.focusWidget() is person.window.stage.view:
            break
        person.bot.keyClick(person.window.focusWidget() or person.window, Qt.Key.Key_Tab)
    assert person.window.focusWidget() is person.window.stage.view
    for _ in range(2):
        key(person, Qt.Key.Key_Insert)
        keys(person, "16")
        key(person, Qt.Key.Key_Return)
    assert sizes(person) == WANTED
    assert person.window.focusWidget() is person.window.stage.view
    assert clicks.count == 0


def test_a_shortcut_works_from_anywhere(person: Person) -> None:
    for size in ("8", "4"):
        person.press(Qt.Key.Key_L, CTRL)
        keys(person, size)
        key(person, Qt.Key.Key_Return)
    assert sizes(person) == [4, 8, 4, 3]


def test_every_edit_has_a_key(person: Person) -> None:
    view = person.window.stage.view
    view.setFocus()
    key(person, Qt.Key.Key_Insert)
    key(person, Qt.Key.Key_Escape)
    keys(person, "1")
    keys(person, "2")
    key(person, Qt.Key.Key_Return)
    assert sizes(person) == [4, 12, 3]
    keys(person, "+")
    assert sizes(person) == [4, 13, 3]
    keys(person, "-")
    key(person, Qt.Key.Key_Insert, SHIFT)  # the palette: the second kind is dropout
    key(person, Qt.Key.Key_Right)
    key(person, Qt.Key.Key_Return)
    assert ids(person) == ["hidden1", "dropout1", "output"]
    assert view.selectedLayer() == "dropout1"
    key(person, Qt.Key.Key_Left, ALT)
    assert ids(person) == ["dropout1", "hidden1", "output"]
    key(person, Qt.Key.Key_Right, ALT)
    key(person, Qt.Key.Key_Left, SHIFT)
    assert view.hands.chosen == ("hidden1", "dropout1")
    key(person, Qt.Key.Key_C, CTRL)
    key(person, Qt.Key.Key_End)
    key(person, Qt.Key.Key_V, CTRL)
    assert ids(person) == ["hidden1", "dropout1", "hidden2", "dropout2", "output"]
    key(person, Qt.Key.Key_D, CTRL)
    assert len(ids(person)) == 7
    key(person, Qt.Key.Key_Delete)
    key(person, Qt.Key.Key_Home)
    key(person, Qt.Key.Key_F2)
    keys(person, "encoder")
    key(person, Qt.Key.Key_Return)
    assert person.project.spec.model.layers[0].name == "encoder"
    key(person, Qt.Key.Key_L, CTRL | SHIFT)
    assert person.project.spec.training.frozen == ("hidden1",)
    key(person, Qt.Key.Key_A, CTRL)
    key(person, Qt.Key.Key_X, CTRL)
    assert ids(person) == ["output"]
    while person.controller.stack.canUndo():
        key(person, Qt.Key.Key_Z, CTRL)
    assert sizes(person) == [4, 3]
