"""The about dialog names the versions."""

from pytestqt.qtbot import QtBot

from flux_gui.gui.dialogs.about import AboutDialog, versions


def test_versions(qtbot: QtBot) -> None:
    assert any(text.startswith("numpy 2") for text in versions())
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    assert dialog.windowTitle() == "About Flux"
