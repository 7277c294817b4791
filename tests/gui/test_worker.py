"""The background lane: results and errors come back on the GUI thread."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from flux_gui.core.errors import DataError
from flux_gui.gui.worker import Worker


def test_results_and_errors_come_back_here(qtbot: QtBot) -> None:
    worker, here = Worker(), threading.current_thread()
    told: list[object] = []

    def fail() -> None:
        raise DataError("No.", "Yes.")

    def came_back(thread: threading.Thread) -> None:
        told.append((thread is not here, threading.current_thread() is here))

    worker.submit(threading.current_thread, came_back, told.append)
    worker.submit(fail, told.append, told.append)
    assert worker.busy
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0] == (True, True)
    assert isinstance(told[1], DataError)
    assert not worker.busy


def test_other_errors_are_not_hidden(qtbot: QtBot) -> None:
    worker = Worker()
    with qtbot.captureExceptions() as caught:
        worker.submit(lambda: 1 / 0, pytest.fail, pytest.fail)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_a_stopped_lane_forgets_what_waits(qtbot: QtBot) -> None:
    worker, told, began = Worker(), list[object](), list[str]()
    begun, gate = threading.Event(), threading.Event()

    def first() -> None:
        began.append("first")
        begun.set()
        gate.wait(0.05)

    worker.submit(first, told.append, told.append)
    worker.submit(lambda: began.append("second"), told.append, told.append)
    assert begun.wait(5)
    worker.stop()
    qtbot.wait(20)
    assert began == ["first"]
    assert told == []
    assert not worker.busy


@pytest.mark.parametrize("end", ["wait", "stop"])
def test_a_lane_that_has_ended_takes_nothing_more(qtbot: QtBot, end: str) -> None:
    worker, told = Worker(), list[object]()
    getattr(worker, end)()
    worker.submit(lambda: told.append("ran"), told.append, told.append)
    assert not worker.busy
    qtbot.wait(20)
    assert told == []
