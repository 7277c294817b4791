"""The menu of layers offers every kind of the registry, with what it is."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from flux_gui.engine.models import LAYERS
from flux_gui.gui.layer_menu import layer_menu


def test_every_kind_is_offered(qtbot: QtBot) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    chosen: list[str] = []
    menu = layer_menu(home, chosen.append, "menu.add_layer", without=("dense",))
    wanted = [entry for entry in LAYERS.in_window() if entry.name != "dense"]
    assert [action.text() for action in menu.actions()] == [entry.label for entry in wanted]
    for action, entry in zip(menu.actions(), wanted, strict=True):
        assert entry.doc in action.toolTip()
        assert action.objectName() == f"menu.add_layer.{entry.name}"
        action.trigger()
    assert chosen == [entry.name for entry in wanted]
