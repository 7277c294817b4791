"""The network as a line of text: it reads, it says what is wrong, and it follows the picture."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.chain_field import ChainField
from person import Person


def test_a_network_is_typed_and_taken_back(person: Person) -> None:
    field = person.window.stage.formula
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Chain(Dense(3, tanh), Dense(1))")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert [layer.units for layer in person.project.spec.model.layers] == [3, 1]
    assert field.text() == "Chain(Dense(1 => 3, tanh), Dense(3 => 1))"
    assert person.controller.stack.undoText() == "Type the network"
    person.controller.undo()
    assert field.text() == "Chain(Dense(1 => 1))"


def test_what_is_wrong_is_marked_at_its_place(person: Person) -> None:
    field = person.window.stage.formula
    field.setFocus()
    field.setText("Chain(Dense(3, tnah), Dense(1))")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "Did you mean 'tanh'?" in field.error()
    assert field.selectedText() == "tnah"
    assert len(person.project.spec.model.layers) == 1
    assert person.window.first_error() is field
    QTest.keyClicks(field, "tanh")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert not field.error()
    assert len(person.project.spec.model.layers) == 2


def test_a_refused_edit_is_told_at_the_field(person: Person) -> None:
    field = person.window.stage.formula
    field.setText("Chain(Dense(900_000), Dense(900_000), Dense(1))")
    field.editingFinished.emit()
    assert "GiB" in field.error()
    person.controller.add_layer()
    assert not field.error()
    assert field.text().startswith("Chain(Dense(1 => 16")


def test_pasted_lines_are_joined(qtbot: QtBot) -> None:
    field = ChainField()
    qtbot.addWidget(field)
    field.show_project(edits.line_example())
    QGuiApplication.clipboard().setText("Chain(\n  Dense(1 => 4, tanh),   # 8 parameters\n  Dense(4 => 1),\n)")
    field.selectAll()
    field.paste()
    assert field.text() == "Chain(Dense(1 => 4, tanh), Dense(4 => 1))"
    model = field.read(field.text())
    assert model is not None
    assert len(model.layers) == 2


def test_typing_takes_the_whole_row_and_survives_an_edit_elsewhere(person: Person) -> None:
    field = person.window.stage.formula
    narrow = field.width()
    field.setFocus()
    assert field.width() > narrow
    assert not field.rests
    field.setText("Chain(Dense(")
    field.show_project(person.project)
    assert field.text() == "Chain(Dense("
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "Chain(Dense(1 => 1))"
    person.window.run_bar.train.setFocus()
    assert field.width() == narrow
    assert field.rests


def test_what_is_mended_is_no_longer_wrong(person: Person) -> None:
    field = person.window.stage.formula
    field.setFocus()
    field.setText("Chain(Dense(3, tnah), Dense(1))")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "tanh")
    person.bot.waitUntil(lambda: not field.error())
    assert len(person.project.spec.model.layers) == 1  # until Enter
    field.setText("Chain(Dense(")
    QTest.keyClicks(field, "3")
    field._rest.timeout.emit()
    assert not field.error()
