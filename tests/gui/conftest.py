"""What the tests of the window share: somebody in front of the line example, and a controller without a window."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.document.document import Document
from flux_gui.gui.bridge import Bridge
from flux_gui.gui.controller import Controller
from person import Person, open_window


@pytest.fixture
def person(qtbot: QtBot) -> Iterator[Person]:
    """A person in front of the window with the line example."""
    with open_window(qtbot) as somebody:
        yield somebody


@pytest.fixture
def controller(qtbot: QtBot) -> Iterator[Controller]:
    """The verbs on the line example, without a window."""
    made = Controller(Document(edits.line_example()), Bridge())
    yield made
    made.close()
