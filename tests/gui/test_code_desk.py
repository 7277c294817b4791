"""The code of the model in the window: written to a file, copied, typed back."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from flux_gui.exporters.code import source
from person import Person


def test_a_program_is_saved_and_copied(person: Person, qtbot: QtBot, tmp_path: Path) -> None:
    window = person.window
    window.actions_table["view.code"].trigger()
    page = window.code_page
    qtbot.waitUntil(lambda: "Chain" in page.text.toPlainText())
    person.dialogs.files.append(tmp_path / "line.jl")
    window.findChild(QPushButton, "code.save").click()
    qtbot.waitUntil(lambda: (tmp_path / "line.jl").exists() and not page.worker.busy)
    assert (tmp_path / "line.jl").read_text(encoding="utf-8") == source(person.project, "flux_jl")
    assert "line.jl" in person.notice
    window.findChild(QPushButton, "code.copy").click()
    assert QGuiApplication.clipboard().text() == source(person.project, "flux_jl")
    assert "clipboard" in person.notice
    person.dialogs.files.append(tmp_path / "none" / "line.jl")
    window.findChild(QPushButton, "code.save").click()
    qtbot.waitUntil(lambda: "does not exist" in person.notice or "written" in person.notice)
