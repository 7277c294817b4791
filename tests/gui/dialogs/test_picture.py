"""The dialog of the exported picture."""

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from flux_gui.gui.diagram import NetworkView
from flux_gui.gui.diagram.scene import NetworkScene
from flux_gui.gui.dialogs.picture import PREVIEW, PictureDialog
from flux_gui.gui.picture_export import Sheet, Wish
from networks import network


def test_choices_are_seen_at_once_and_written(qtbot: QtBot) -> None:
    view = NetworkView()
    qtbot.addWidget(view)
    view.setNetwork(network((3, 5, 2)))
    scene = view.scene()
    assert isinstance(scene, NetworkScene)
    dialog = PictureDialog(lambda wish: Sheet(scene, ("name", "Chain"), wish), view)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.preview.pixmap().isNull())
    assert dialog.preview.pixmap().width() <= PREVIEW.width()
    first = dialog.preview.pixmap().toImage()
    dialog.background.button("dark").click()
    assert dialog.preview.pixmap().toImage() != first
    for box in dialog.parts.values():
        box.click()
    assert dialog.wish() == Wish("dark", False, False, False, True)
    assert dialog.sheet.wish == dialog.wish()
    assert "pixels" in dialog.size_label.text()
    with qtbot.waitSignal(dialog.wanted) as caught:
        dialog.findChild(QPushButton, "picture.save").click()
    assert caught.args[0] is dialog.sheet
