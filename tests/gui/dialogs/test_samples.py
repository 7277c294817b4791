"""The gallery: a card for every sample with all that must be said, pictures from the background, one click to use it."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from flux_gui.data.samples import SAMPLES
from flux_gui.gui.dialogs.samples import SamplesDialog, card_text, look_of, network_text
from flux_gui.gui.thumbnails import Dots
from person import Person


@pytest.mark.parametrize("name", SAMPLES.names())
def test_a_card_says_everything(qtbot: QtBot, name: str) -> None:
    entry = SAMPLES.get(name)
    text = card_text(entry)
    for part in (entry.label, entry.licence, network_text(entry), entry.origin.partition("//")[2], str(entry.rows)[-3:]):
        assert part.replace("\u2192", "") == "" or part in text
    look = look_of(entry)
    if name == "digits":
        assert isinstance(look, np.ndarray)
        assert look.shape == (32, 32)
    else:
        assert isinstance(look, Dots)
        assert len(look.places) >= 10
        assert look.classes == {"line": 2, "iris": 3, "wine": 3, "penguins": 0}.get(name, 2)


def test_the_gallery(qtbot: QtBot) -> None:
    dialog = SamplesDialog()
    qtbot.addWidget(dialog)
    chosen: list[str] = []
    dialog.chosen.connect(chosen.append)
    dialog.show()
    assert list(dialog.cards) == [entry.name for entry in SAMPLES.in_window()]
    qtbot.waitUntil(lambda: not dialog._lane.busy, timeout=20_000)
    assert all(card.picture._look is not None for card in dialog.cards.values())
    assert not dialog.grab().isNull()
    qtbot.mouseClick(dialog.cards["wine"].use, Qt.MouseButton.LeftButton)
    assert chosen == ["wine"]
    assert not dialog.isVisible()


def test_from_the_menu(person: Person) -> None:
    person.window.actions_table["data.samples"].trigger()
    dialog = person.window.findChild(SamplesDialog)
    person.bot.mouseClick(dialog.cards["spiral"].use, Qt.MouseButton.LeftButton)
    person.until(lambda: person.project.dataset.inputs == 2)
    assert person.window.data_panel.source.value() == "generated"
