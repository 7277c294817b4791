"""The network assembled in the real window: palette, drag and drop, clipboard, presets, problems with their mends."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.edits_layers import PRESETS, with_hidden
from flux_gui.document.problems import problems
from flux_gui.gui.assembling import kinds, layer_of
from flux_gui.specs import DenseSpec
from person import Person, open_window
from training import stop, train_endlessly

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def person(qtbot: QtBot) -> Iterator[Person]:
    with open_window(qtbot, with_hidden(edits.project_from_file(resource("samples", "iris.csv")), (8,))) as somebody:
        yield somebody


def ids(person: Person) -> list[str]:
    return [layer.id for layer in person.project.spec.model.layers]


def run(person: Person, action: str) -> None:
    person.window.actions_table[action].trigger()


def test_every_kind_is_dragged_to_its_place(person: Person) -> None:
    view, palette = person.window.stage.view, person.window.assembling.palette
    for kind, source in zip(kinds(), palette.tiles, strict=True):
        source.show()
        place = view.title_place("hidden1")
        assert place is not None
        to = source.mapFromGlobal(view.viewport().mapToGlobal(place + QPoint(40, 80)))
        person.bot.mousePress(source, LEFT, pos=QPoint(4, 4))
        person.bot.mouseMove(source, QPoint(30, -30))
        person.bot.mouseMove(source, to)
        assert view.hands.marks.gap() is not None
        person.bot.mouseRelease(source, LEFT, pos=to)
        assert len(ids(person)) == 3, kind.name
        assert (ids(person)[0], ids(person)[2]) == ("hidden1", "output")
        assert view.hands.chosen == (ids(person)[1],)
        person.controller.undo()
        assert ids(person) == ["hidden1", "output"]


def test_a_layer_is_dragged_by_its_title(person: Person) -> None:
    person.controller.add_layer(1, "dropout")
    view = person.window.stage.view
    start, end = view.title_place("hidden1"), view.title_place("output")
    assert start is not None
    assert end is not None
    port = view.viewport()
    person.bot.mousePress(port, LEFT, pos=start)
    person.bot.mouseMove(port, start + QPoint(20, 0))
    person.bot.mouseMove(port, end - QPoint(30, 0))
    person.bot.mouseRelease(port, LEFT, pos=end - QPoint(30, 0))
    assert ids(person) == ["dropout1", "hidden1", "output"]
    assert person.controller.stack.undoText() == "Move layer"


def test_layers_are_copied_as_text(person: Person) -> None:
    view = person.window.stage.view
    person.controller.add_layer(1, "dropout")
    view.hands.select_all()
    run(person, "model.copy_layers")
    text = QGuiApplication.clipboard().text()
    assert "Dense(4 => 8" in text
    assert "Dropout(0.5)" in text
    view.selectLayer("hidden1")
    QGuiApplication.clipboard().setText("Dense(12, tanh)")
    run(person, "model.paste_layers")
    assert ids(person) == ["hidden1", "hidden2", "dropout1", "output"]
    layer = person.project.spec.model.layers[1]
    assert isinstance(layer, DenseSpec)
    assert (layer.units, layer.activation.name) == (12, "tanh")
    assert view.hands.chosen == ("hidden2",)
    QGuiApplication.clipboard().setText("nothing of the kind")
    run(person, "model.paste_layers")
    assert "no layers" in person.notice
    view.selectLayer("dropout1")
    run(person, "model.cut_layers")
    assert ids(person) == ["hidden1", "hidden2", "output"]


def test_presets(person: Person) -> None:
    assert person.find("model.preset").value() == "small"
    for preset in reversed(PRESETS):
        person.choose("model.preset", preset.name)
        hidden = [layer.units for layer in person.project.spec.model.layers[:-1] if isinstance(layer, DenseSpec)]
        assert tuple(hidden) == preset.hidden
        assert person.find("model.preset").value() == preset.name
    person.controller.add_layer(0, "scale")
    assert person.find("model.preset").value() == ""


def test_problems_stand_at_their_layer_and_are_mended_there(person: Person) -> None:
    view = person.window.stage.view
    person.controller.set_value("model.layers.0.units", 1)
    person.controller.set_value("model.layers.1.activation", "sigmoid")
    assert set(view.remarks.signs) == {"hidden1", "output"}
    for id in ("output", "hidden1"):
        view.remarks.open(id)
        button = view.remarks.card.findChild(QPushButton, "remark.mend.0")
        person.bot.mouseClick(button, LEFT)
    assert problems(person.project) == []
    assert view.remarks.signs == {}
    person.controller.undo()
    assert set(view.remarks.signs) == {"hidden1"}


def test_what_a_loss_expects_is_shown_at_the_output(person: Person) -> None:
    project = edits.set_value(person.project, "training.loss", "crossentropy")
    found = problems(project)
    assert [layer_of(project, problem) for problem in found] == ["output"]
    narrow = edits.set_value(person.project, "training.batch", 1)
    assert [layer_of(narrow, problem) for problem in problems(edits.add_layer(narrow, 0, "batchnorm"))] == [""]


def test_layers_come_while_training(person: Person, qtbot: QtBot) -> None:
    train_endlessly(person.controller, qtbot)
    person.click("palette.dropout")
    person.until(lambda: len(ids(person)) == 3)
    assert person.window.stage.view.hands.chosen == ("dropout1",)
    stop(person.controller, qtbot)


def test_the_window_says_which_weights_were_kept(person: Person) -> None:
    person.controller.set_value("training.epochs", 2)
    person.trains()
    person.window.assembling.add(1)
    assert "Weights kept in layer 0" in person.notice
    assert "drawn anew in layer 1" in person.notice


def test_a_refused_layer_is_not_waited_for(person: Person) -> None:
    person.window.stage.view.hands.expect()
    person.controller.failed.emit("", "No.", "")
    person.controller.add_layer(0)
    assert person.window.stage.view.hands.chosen == ()


def test_a_new_layer_is_shown_everywhere(person: Person) -> None:
    person.click("diagram.add_layer.1")
    assert person.find("panel.model.layer").value() == "hidden2"
    assert "Layer 1" in person.window.stage.strip.title.text()


def test_freezing_and_thawing_what_is_selected(person: Person) -> None:
    view = person.window.stage.view
    view.hands.select_all()
    run(person, "model.freeze_layers")
    assert set(person.project.spec.training.frozen) == {"hidden1", "output"}
    assert "frozen" in view._controls["hidden1"].note.text()
    run(person, "model.freeze_layers")
    assert person.project.spec.training.frozen == ()


def test_the_menu_does_what_the_keys_do(person: Person) -> None:
    person.window.stage.view.selectLayer("hidden1")
    menu = person.window.assembling.menu()
    done = next(action for action in menu.actions() if action.objectName() == "model.duplicate_layer")
    done.trigger()
    assert ids(person) == ["hidden1", "hidden2", "output"]
    assert len([action for action in menu.actions() if not action.isSeparator()]) == 10
    menu.deleteLater()
