"""Gestures: many changes, one step of undo, also while training runs."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.document.document import Document
from flux_gui.gui.bridge import Bridge
from flux_gui.gui.changes import Change
from flux_gui.gui.controller import Controller
from flux_gui.gui.gestures import Gesture
from flux_gui.specs import Choice, GeneratedData


@pytest.fixture
def verbs(qtbot: QtBot) -> Iterator[Controller]:
    made = Controller(Document(edits.project_from_generator(GeneratedData(Choice("circle"), rows=40))), Bridge())
    yield made
    made.close()


def noise(value: float) -> Change:
    return lambda project: edits.set_value(project, "data.source.noise", value)


def noise_of(verbs: Controller) -> float:
    return float(verbs.project.spec.data.source.noise)  # type: ignore[union-attr]


def test_many_changes_are_one_step(qtbot: QtBot, verbs: Controller) -> None:
    gesture, seen = Gesture(verbs), []
    verbs.projectChanged.connect(lambda _before, after: seen.append(after))
    for step in range(50):
        gesture.move(noise(0.2 + step / 100), "Change the noise")
    assert gesture.active
    assert len(seen) < 10  # the others gave way
    gesture.finish()
    assert noise_of(verbs) == pytest.approx(0.69)
    assert (verbs.stack.count(), verbs.stack.undoText()) == (1, "Change the noise")
    gesture.move(noise(0.9), "Change the noise")
    gesture.finish()
    assert verbs.stack.count() == 2
    verbs.undo()
    assert noise_of(verbs) == pytest.approx(0.69)
    verbs.undo()
    assert noise_of(verbs) == pytest.approx(0.1)


def test_training_in_between_belongs_to_the_step(qtbot: QtBot, verbs: Controller) -> None:
    verbs.set_value("training.epochs", 1_000_000)
    verbs.stack.clear()
    verbs.toggle()
    qtbot.waitUntil(lambda: verbs.bridge.frames > 1, timeout=20_000)
    for step in range(6):
        verbs.slide("data.source.noise", 0.2 + step / 20)
        qtbot.wait(60)
    verbs.set_value("data.source.noise", 0.6)
    qtbot.waitUntil(lambda: noise_of(verbs) == 0.6 and verbs.bridge.running and not verbs.is_pausing, timeout=20_000)
    frames = verbs.bridge.frames
    qtbot.waitUntil(lambda: verbs.bridge.frames > frames + 1, timeout=20_000)
    verbs.toggle()
    qtbot.waitUntil(lambda: not verbs.bridge.running, timeout=20_000)
    texts = [verbs.stack.text(index).partition(" ")[0] for index in range(verbs.stack.count())]
    assert texts == ["Trained", "Change", "Trained"]
    assert [text for _epoch, text in verbs.project.state.events] == ["noise"]
