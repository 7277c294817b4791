"""The dialog service: file choosers and questions that answer by a callback; tests put their own in its place."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


class Dialogs(Protocol):
    """What the window asks of its dialogs."""

    def open_file(self, parent: QWidget, title: str, folder: str, pattern: str, done: Callable[[Path], object]) -> None:
        """Let the user choose an existing file; `done` is not called when they cancel."""

    def save_file(self, parent: QWidget, title: str, start: str, patterns: Sequence[str], done: Callable[[Path], object]) -> None:
        """Let the user choose a file to write; one of `patterns` decides a missing extension."""

    def ask(self, parent: QWidget, text: str, detail: str, choices: Sequence[str], done: Callable[[str], object]) -> None:
        """Ask a question with the buttons `choices` plus Cancel; `done` gets the chosen text, never on Cancel."""


class QtDialogs:
    """The real dialogs, window-modal and never blocking the event loop."""

    def open_file(self, parent: QWidget, title: str, folder: str, pattern: str, done: Callable[[Path], object]) -> None:
        """Open a chooser for one existing file."""
        dialog = QFileDialog(parent, title, folder, pattern)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        _show(dialog, lambda name: done(Path(name)))

    def save_file(self, parent: QWidget, title: str, start: str, patterns: Sequence[str], done: Callable[[Path], object]) -> None:
        """Open a chooser for a file to write; Qt itself asks before an existing file is replaced."""
        dialog = QFileDialog(parent, title, start)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(patterns))

        def keep_suffix(pattern: str) -> None:
            dialog.setDefaultSuffix(pattern.partition("*.")[2].partition(")")[0].partition(" ")[0])

        keep_suffix(patterns[0])
        dialog.filterSelected.connect(keep_suffix)
        dialog.selectFile(start)
        _show(dialog, lambda name: done(Path(name)))

    def ask(self, parent: QWidget, text: str, detail: str, choices: Sequence[str], done: Callable[[str], object]) -> None:
        """Open a question; the first choice is the default button."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Flux", text, QMessageBox.StandardButton.NoButton, parent)
        box.setInformativeText(detail)
        roles = [QMessageBox.ButtonRole.AcceptRole] + [QMessageBox.ButtonRole.DestructiveRole] * (len(choices) - 1)
        buttons = {box.addButton(choice, role): choice for choice, role in zip(choices, roles, strict=True)}
        box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.setDefaultButton(next(iter(buttons)))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def answer(button: object) -> None:
            for known, choice in buttons.items():
                if known is button:
                    done(choice)

        box.buttonClicked.connect(answer)
        box.open()


def _show(dialog: QFileDialog, chosen: Callable[[str], object]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    dialog.open()
