"""The table of actions: promised ids, unique keys, icons, menus."""

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from flux_gui.gui import icons
from flux_gui.gui.actions import ACTIONS, MENUS, Actions
from person import Person

PROMISED = [
    "project.new",
    "project.open",
    "project.save",
    "project.save_as",
    "data.use_sample",
    "data.open",
    "model.add_layer",
    "model.remove_layer",
    "model.duplicate_layer",
    "train.toggle",
    "train.step_epoch",
    "train.step_batch",
    "train.reset",
    "train.reseed",
    "verify.run",
    "export.parameters",
    "export.picture",
    "edit.undo",
    "edit.redo",
    "view.theme",
    "help.guide",
]


def test_promised_ids_exist_and_are_unique() -> None:
    ids = [spec.id for spec in ACTIONS]
    assert set(PROMISED) <= set(ids)
    assert len(set(ids)) == len(ids)


def test_keys_are_unique_and_understood() -> None:
    keys = [key for spec in ACTIONS for key in spec.keys]
    assert len(set(keys)) == len(keys)
    assert all(not QKeySequence(key).isEmpty() for key in keys)


@pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.id)
def test_every_action_is_described(spec: object) -> None:
    assert spec.text and spec.tip and spec.menu in MENUS  # noqa: PT018
    assert not spec.icon or spec.icon in icons.names()
    assert not spec.keys or f"({spec.keys[0]})" in spec.tooltip


def test_every_action_of_the_window_does_something(person: Person) -> None:
    for spec in ACTIONS:
        action = person.window.findChild(QAction, spec.id)
        assert action is person.window.actions_table[spec.id]
        assert action.receivers("2triggered(bool)") > 0


def test_a_missing_handler_is_an_error(qtbot: object) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    with pytest.raises(KeyError, match=r"project\.new"):
        Actions(owner).connect({})
