"""The real dialogs: opened without blocking, answering by a callback."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from flux_gui.gui.dialogs.service import QtDialogs


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def answer(qtbot: QtBot, parent: QWidget, label: str) -> None:
    box = parent.findChild(QMessageBox)
    button = next(b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("label", "expected"), [("Save", ["Save"]), ("Do not save", ["Do not save"]), ("Cancel", [])])
def test_questions(qtbot: QtBot, parent: QWidget, label: str, expected: list[str]) -> None:
    answers: list[str] = []
    QtDialogs().ask(parent, "Close?", "Not saved.", ["Save", "Do not save"], answers.append)
    assert answers == []
    answer(qtbot, parent, label)
    assert answers == expected


@pytest.mark.parametrize("saving", [False, True])
def test_files(qtbot: QtBot, parent: QWidget, tmp_path: Path, saving: bool) -> None:
    chosen: list[Path] = []
    done: Callable[[Path], object] = chosen.append
    if saving:
        QtDialogs().save_file(parent, "Save", str(tmp_path / "a.npz"), ["NumPy (*.npz)", "CSV (*.csv)"], done)
    else:
        QtDialogs().open_file(parent, "Open", str(tmp_path), "Tables (*.csv *.tsv)", done)
    dialog = parent.findChild(QFileDialog)
    assert dialog.isVisible()
    if saving:
        assert dialog.defaultSuffix() == "npz"
        dialog.filterSelected.emit("CSV (*.csv)")
        assert dialog.defaultSuffix() == "csv"
    dialog.fileSelected.emit(str(tmp_path / "b.csv"))
    assert chosen == [tmp_path / "b.csv"]
    dialog.reject()
