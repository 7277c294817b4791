"""The about dialog names the versions."""

from pytestqt.qtbot import QtBot

from flux_gui.gui.dialogs.about import AboutDialog, versions


def test_versions(qtbot: QtBot) -> None:
    assert any(text.startswith("numpy 2") for text in versions())
    assert any(text.startswith("pyarrow ") and text.endswith("(Apache-2.0)") for text in versions())
    assert any(text.startswith("python-calamine ") and text.endswith("(MIT)") for text in versions())
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    assert dialog.windowTitle() == "About Flux"
