"""The handlers of actions that are not simply the controller's."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog

from flux_gui.gui.theme import theme
from person import Person


def test_the_theme_switches_and_is_remembered(person: Person) -> None:
    actions = person.window.actions_table
    actions["view.theme.dark"].trigger()
    assert theme().colours.dark
    assert actions["view.theme.dark"].isChecked()
    assert not actions["view.theme.light"].isChecked()
    assert person.window.settings.theme == "dark"
    actions["view.theme"].trigger()
    assert not theme().colours.dark


def test_a_picture_of_the_network(person: Person, tmp_path: Path) -> None:
    person.dialogs.files.append(tmp_path / "net.png")
    person.window.actions_table["export.picture"].trigger()
    assert QImage(str(tmp_path / "net.png")).width() > 600
    assert "net.png" in person.notice


def test_the_drawer_opens_and_closes(person: Person) -> None:
    action = person.window.actions_table["view.drawer"]
    action.trigger()
    assert person.window.drawer.is_open()
    assert action.isChecked()
    action.trigger()
    assert not person.window.drawer.is_open()


@pytest.mark.parametrize(("id", "name"), [("help.guide", "guide"), ("help.about", "about")])
def test_dialogs_open_without_blocking(person: Person, id: str, name: str) -> None:
    person.window.actions_table[id].trigger()
    dialog = person.window.findChild(QDialog, name)
    assert dialog.isVisible()
    dialog.reject()


def test_layer_actions_need_a_layer(person: Person) -> None:
    actions = person.window.actions_table
    actions["model.add_layer"].trigger()
    actions["model.remove_layer"].trigger()
    assert "selected" in person.notice
    person.window.stage.view.selectLayer(person.project.spec.model.layers[0].id)
    actions["model.duplicate_layer"].trigger()
    assert len(person.project.spec.model.layers) == 3


def test_recent_files(person: Person, tmp_path: Path) -> None:
    person.dialogs.files.append(tmp_path / "a.flux")
    person.window.actions_table["project.save_as"].trigger()
    person.until((tmp_path / "a.flux").is_file)
    menu = person.window.menus["Recent"]
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["a.flux"]


def test_zoom(person: Person) -> None:
    view = person.window.stage.view
    person.window.actions_table["view.zoom_in"].trigger()
    assert view.transform().m11() > 1
    person.window.actions_table["view.fit"].trigger()
    assert view.transform().m11() == pytest.approx(1)
