"""A person in front of the real window: finds things by name, clicks and types, waits for what the screen says."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from flux_gui import app
from flux_gui.document.project import Project
from flux_gui.gui.widgets import ChoiceField, NumberField, TextField

PATIENCE = 20_000  # milliseconds


@dataclass
class PreparedDialogs:
    """Answers dialogs at once with what a test has prepared, and remembers what was asked."""

    files: list[Path] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open_file(self, parent: QWidget, title: str, folder: str, pattern: str, done: Callable[[Path], object]) -> None:
        self._file(title, done)

    def save_file(self, parent: QWidget, title: str, start: str, patterns: Sequence[str], done: Callable[[Path], object]) -> None:
        self._file(title, done)

    def ask(self, parent: QWidget, text: str, detail: str, choices: Sequence[str], done: Callable[[str], object]) -> None:
        self.asked.append(text)
        if self.answers:
            done(self.answers.pop(0))

    def _file(self, title: str, done: Callable[[Path], object]) -> None:
        self.asked.append(title)
        if self.files:
            done(self.files.pop(0))


class Person:
    """Drives one window through mouse and keyboard."""

    def __init__(self, bot: Any, program: app.Program, dialogs: PreparedDialogs) -> None:
        self.bot = bot
        self.program = program
        self.dialogs = dialogs
        self.window = program.window
        self.controller = program.controller

    @property
    def project(self) -> Project:
        return self.controller.project

    @property
    def running(self) -> bool:
        return self.controller.bridge.running

    def find(self, name: str) -> Any:
        """The one visible widget called `name`; scrolls to it like a person would."""
        found: list[QWidget] = []

        def look() -> bool:
            found[:] = [w for w in self.window.findChildren(QWidget, name) if w.isVisibleTo(self.window)]
            return len(found) == 1

        with suppress(self.bot.TimeoutError):
            self.bot.waitUntil(look, timeout=2000)
        assert len(found) == 1, f"{len(found)} visible widgets are called {name}"
        area = self.window.findChild(QWidget, "settings")
        if area.isAncestorOf(found[0]):
            area.ensureWidgetVisible(found[0])
        return found[0]

    def click(self, name: str) -> None:
        widget = self.find(name)
        assert isinstance(widget, QAbstractButton)
        assert widget.isEnabled(), f"{name} cannot be clicked"
        self.bot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        """Click into a field, replace its text, press Enter."""
        widget = self.find(name)
        assert isinstance(widget, QLineEdit)
        self.bot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(8, widget.height() // 2))
        self.bot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.bot.keyClick(widget, Qt.Key.Key_Delete)
        self.bot.keyClicks(widget, text)
        self.bot.keyClick(widget, Qt.Key.Key_Return)

    def choose(self, name: str, key: str) -> None:
        """Choose an entry of a combo box with the keyboard."""
        widget = self.find(name)
        assert isinstance(widget, QComboBox)
        widget.setFocus()
        place = widget.findData(key)
        assert place >= 0, f"{name} does not offer {key}"
        while widget.currentIndex() != place:
            down = widget.currentIndex() < place
            self.bot.keyClick(widget, Qt.Key.Key_Down if down else Qt.Key.Key_Up)

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        combined = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            combined |= modifier
        self.bot.keyClick(self.window, key, combined)

    def until(self, condition: Callable[[], bool]) -> None:
        self.bot.waitUntil(condition, timeout=PATIENCE)

    def trains(self) -> None:
        """Click Train and wait until the run is over."""
        self.click("run_bar.train.toggle")
        self.until(lambda: not self.running)

    def error_at(self, name: str) -> str:
        widget = self.find(name)
        assert isinstance(widget, NumberField | TextField | ChoiceField)
        return widget.error()

    @property
    def notice(self) -> str:
        """What the notice bar says, "" while it is hidden."""
        return self.window.notice.accessibleName() if self.window.notice.isVisible() else ""

    @property
    def parameters(self) -> "np.ndarray[Any, Any]":
        return self.project.state.parameters_in_use


@contextmanager
def open_window(bot: Any, project: Project | None = None) -> Iterator[Person]:
    """The real window, shown; closed at the end with its thread joined."""
    dialogs = PreparedDialogs()
    program = app.build(project, dialogs=dialogs)
    program.window.resize(1280, 800)  # the screen of the tests is smaller
    bot.addWidget(program.window, before_close_func=lambda window: setattr(window, "closing", True))
    with bot.waitExposed(program.window):
        program.window.show()
    yield Person(bot, program, dialogs)
    program.window.close_now()
