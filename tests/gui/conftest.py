"""What the tests of the window share: somebody in front of the line example."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from person import Person, open_window


@pytest.fixture
def person(qtbot: QtBot) -> Iterator[Person]:
    """A person in front of the window with the line example."""
    with open_window(qtbot) as somebody:
        yield somebody
