"""The handlers of actions that are not simply the controller's."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QPushButton

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
    person.window.findChild(QPushButton, "picture.save").click()
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
    person.window.stage.view.selectLayer("")
    actions["model.remove_layer"].trigger()
    assert "selected" in person.notice
    person.window.stage.view.selectLayer(person.project.spec.model.layers[0].id)
    actions["model.duplicate_layer"].trigger()
    assert len(person.project.spec.model.layers) == 3


def test_recent_files(person: Person, tmp_path: Path) -> None:
    person.dialogs.files.append(tmp_path / "a.flux")
    person.window.actions_table["project.save_as"].trigger()
    person.until((tmp_path / "a.flux").is_file)
    menu = person.window.menus["Open recent"]
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["a.flux"]


def test_zoom(person: Person) -> None:
    view = person.window.stage.view
    person.window.actions_table["view.zoom_in"].trigger()
    assert view.transform().m11() > 1
    person.window.actions_table["view.fit"].trigger()
    assert view.transform().m11() == pytest.approx(1)


def test_training_waits_for_fields_that_are_right(person: Person) -> None:
    person.type("training.epochs", "-5")
    person.type("data.source.noise", "0.5")
    assert person.find("training.epochs").text() == "-5"
    person.click("run_bar.train.toggle")
    assert not person.running
    assert person.find("training.epochs").hasFocus()
    assert "Epochs" in person.notice
    assert "-5" in person.notice
    person.type("training.epochs", "5")
    assert person.notice == ""
    person.trains()
    assert person.project.state.epoch == 5


def test_an_error_in_a_folded_section_is_unfolded(person: Person) -> None:
    person.type("data.source.formula", "4*x +")
    person.window.data_panel.setExpanded(False)
    person.window.actions_table["train.step_epoch"].trigger()
    assert person.window.data_panel.isExpanded()
    assert person.find("data.source.formula").hasFocus()
    assert person.project.state.step == 0


def test_what_is_being_typed_counts_when_a_key_starts_training(person: Person) -> None:
    field = person.find("training.epochs")
    field.setFocus()
    field.selectAll()
    person.bot.keyClicks(field, "7")
    person.window.actions_table["train.toggle"].trigger()
    person.until(lambda: not person.running)
    assert person.project.state.epoch == 7


def test_a_first_start_offers_samples(person: Person) -> None:
    person.program.commands.welcome()
    assert "Train" in person.notice
    buttons = person.window.notice.findChildren(QPushButton)
    person.until(lambda: [button.text() for button in buttons if button.isVisible()] == ["Samples", "Paint data"])
    person.window.notice.hide()
    person.window.settings.add_recent(Path("work.flux"))
    person.program.commands.welcome()
    assert not person.notice
