"""Export of the picture in the window."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QPushButton

from flux_gui.document import edits
from flux_gui.document.states import Best
from flux_gui.gui.dialogs.picture import PictureDialog
from flux_gui.gui.picture_desk import told
from person import Person


def test_every_format_is_written(person: Person, tmp_path: Path) -> None:
    for name, begin in (("a.svg", b"<?xml"), ("a.pdf", b"%PDF"), ("a.PNG", b"\x89PNG")):
        person.dialogs.files.append(tmp_path / name)
        person.window.actions_table["export.picture"].trigger()
        person.window.findChild(QPushButton, "picture.save").click()
        assert (tmp_path / name).read_bytes().startswith(begin)
        assert name in person.notice
        dialog = person.window.findChild(PictureDialog)
        if dialog is not None:
            dialog.deleteLater()
            person.bot.waitUntil(lambda: person.window.findChild(PictureDialog) is None)


def test_what_cannot_be_written_is_said(person: Person, tmp_path: Path) -> None:
    for name, word in (("a.gif", "SVG, a PDF or a PNG"), ("none/a.svg", "")):
        person.dialogs.files.append(tmp_path / name)
        person.window.actions_table["export.picture"].trigger()
        person.window.findChild(QPushButton, "picture.save").click()
        assert word in person.notice
        assert not (tmp_path / name).exists()
        person.bot.waitUntil(lambda: person.window.findChild(PictureDialog) is None)


def test_the_line_below_the_title() -> None:
    project = edits.line_example()
    assert told(project) == "Chain(Dense(1 => 1)) \u00b7 untrained"
    best = Best(7, 0.25, project.state.parameters, project.state.statistics)
    trained = replace(project, state=replace(project.state, epoch=9, best=best))
    assert told(trained) == "Chain(Dense(1 => 1)) \u00b7 epoch 9"
    assert told(edits.use(trained, "best")) == "Chain(Dense(1 => 1)) \u00b7 epoch 7, training loss 0.25"


def test_neurons_that_the_window_does_not_show_are_pictured_too(person: Person) -> None:
    text = f"Chain({', '.join(['Dense(3, tanh)'] * 30)}, Dense(1))"
    person.controller.edit(lambda project: edits.replace_text(project, text), "Many layers")
    person.window.actions_table["export.picture"].trigger()
    dialog = person.window.findChild(PictureDialog)
    person.bot.waitUntil(lambda: all(node.thumb is not None for nodes in dialog.sheet.scene.nodes for node in nodes))
    dialog.reject()
