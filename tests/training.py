"""What tests of the controller share: training that goes on until it is stopped, and a slow step that they let go."""

from threading import Event
from typing import Any

from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.editor import Editor

ENDLESS = 2_000_000_000
PATIENCE = 10  # seconds


def train_endlessly(editor: Editor, qtbot: QtBot) -> None:
    """Train the project, with a number of epochs that is never reached, until a few frames were seen."""
    editor.edit(lambda project: edits.set_value(project, "training.epochs", ENDLESS), "Train for ever")
    frames = editor.bridge.frames
    editor.toggle()
    qtbot.waitUntil(lambda: editor.bridge.frames > frames + 1)


def stop(editor: Editor, qtbot: QtBot) -> None:
    """Pause, and wait for it."""
    editor.toggle()
    qtbot.waitUntil(lambda: not editor.bridge.running)


class Gate:
    """A function that waits until it is let through: `Gate(work)` in the place of `work`."""

    def __init__(self, work: Any) -> None:
        self._work = work
        self._open = Event()
        self.calls = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        assert self._open.wait(PATIENCE)
        return self._work(*args, **kwargs)

    def let_through(self) -> None:
        """Let the waiting call and all later ones go on."""
        self._open.set()
