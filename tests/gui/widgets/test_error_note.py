"""The note at a field with an error."""

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.widgets import ErrorNote, NumberField
from flux_gui.gui.widgets.error_note import beside


def test_the_note_stands_at_the_field_as_long_as_it_is_wrong(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(500, 300)
    field = NumberField(window)
    note = ErrorNote(field)
    field.move(300, 20)
    with qtbot.waitExposed(window):
        window.show()
    assert note.isHidden()
    field.setError("Too large. Choose a smaller one.")
    assert note.isVisible()
    assert note.text() == field.error()
    assert window.rect().contains(note.geometry())
    assert note.y() > field.geometry().bottom()
    field.hide()
    assert note.isHidden()
    field.show()
    field.setError("")
    assert note.isHidden()


def test_it_stands_above_where_the_window_ends() -> None:
    room, size = QRect(0, 0, 400, 300), QSize(200, 40)
    assert beside(QRect(10, 10, 80, 20), size, room) == QPoint(10, 32)
    above = beside(QRect(350, 280, 50, 20), size, room)
    assert above.y() + size.height() < 280
    assert above.x() + size.width() < 400


def test_it_goes_with_its_field(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field = NumberField(window)
    note = ErrorNote(field)
    with qtbot.waitExposed(window):
        window.show()
    field.setError("No.")
    assert note.parentWidget() is window
    with qtbot.waitSignal(note.destroyed):
        field.deleteLater()
