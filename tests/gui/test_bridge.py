"""The bridge: stretches of training as signals, pacing of frames."""

import pytest
from pytestqt.qtbot import QtBot

from flux_gui.document import edits
from flux_gui.gui.bridge import FRAME_MS, Bridge, rest_after
from flux_gui.runtime.explain import Neuron
from flux_gui.runtime.maths_probe import Maths, MathsWish
from flux_gui.runtime.session import Status


def test_a_stretch_ends_with_its_project(qtbot: QtBot) -> None:
    bridge, before = Bridge(), edits.line_example()
    with qtbot.waitSignal(bridge.ended, timeout=10_000) as ended:
        bridge.start(before)
        assert bridge.running
    assert not bridge.running
    assert ended.args[0] is before
    assert ended.args[1].state.epoch == 201
    assert ended.args[2] is Status.FINISHED
    bridge.close()


def test_frames_arrive_and_a_pause_is_quick(qtbot: QtBot) -> None:
    bridge = Bridge()
    endless = edits.set_value(edits.line_example(), "training.epochs", 2_000_000_000)
    bridge.start(endless)
    qtbot.waitUntil(lambda: bridge.frames > 3)
    bridge.adjust("eta", 0.01)
    with qtbot.waitSignal(bridge.ended, timeout=1000) as ended:
        bridge.pause()
    assert ended.args[2] is Status.PAUSED
    assert ended.args[1].spec.training.optimiser.values["eta"] == pytest.approx(0.01)
    frames = bridge.frames
    with qtbot.waitSignal(bridge.ended, timeout=10_000):
        bridge.step_epochs(ended.args[1], 2)
    assert bridge.frames <= frames + 1
    bridge.close()


def test_closing_joins_the_thread(qtbot: QtBot) -> None:
    bridge = Bridge()
    bridge.start(edits.set_value(edits.line_example(), "training.epochs", 2_000_000_000))
    bridge.close()
    assert not bridge.running


def test_pacing_never_takes_more_than_a_quarter() -> None:
    assert rest_after(0.0) == FRAME_MS
    for cost in (1, 3, 5, 8, 12, 50, 200):
        rest = rest_after(cost)
        assert cost / (cost + rest) <= 0.25 + 1e-9
    assert 1000 / (8 + rest_after(8)) >= 20


def test_frames_bring_the_maths_that_was_asked_for(qtbot: QtBot) -> None:
    bridge = Bridge()
    found: list[Maths] = []
    bridge.frame.connect(lambda frame: found.append(frame.maths) if frame.maths is not None else None)
    project = edits.set_value(edits.project_from_sample("iris"), "training.epochs", 2_000_000_000)
    question = MathsWish(Neuron(0, 2, "train", 1), step=True)
    bridge.ask(question)
    bridge.start(project)
    qtbot.waitUntil(lambda: len(found) > 1)
    assert all(one.wish == question and one.step is not None and one.neuron is not None for one in found)
    bridge.ask(None)
    bridge.close()
