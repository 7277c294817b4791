"""The composition root: a program on a project, threads, and errors that nobody caught."""

import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from flux_gui import app


def test_threads_leave_one_core_to_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, expected in ((1, 1), (2, 1), (8, 7), (None, 1)):
        monkeypatch.setattr(app.os, "cpu_count", lambda cores=cores: cores)
        assert app.blas_threads() == expected


def test_uncaught_errors_go_to_the_log_and_once_to_the_window(qtbot: QtBot, own_home: Path) -> None:
    shown: list[str] = []
    reporter = app.Reporter(lambda _kind, text, _hint: shown.append(text))
    before = sys.excepthook
    reporter.install()
    try:
        for _ in range(3):
            sys.excepthook(ValueError, ValueError("bad luck"), None)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: len(shown) == 2)
    finally:
        reporter.remove()
    assert sys.excepthook is before
    assert "ValueError: bad luck" in shown[0]
    assert "ZeroDivisionError" in shown[1]
    assert reporter.file.is_relative_to(own_home)
    assert reporter.file.read_text().count("bad luck") == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_an_interrupt_closes_the_window(qtbot: QtBot) -> None:
    closed: list[bool] = []
    before = signal.getsignal(signal.SIGINT)
    interrupt = app.Interrupt(lambda: closed.append(True))
    os.kill(os.getpid(), signal.SIGINT)
    qtbot.waitUntil(lambda: bool(closed))
    interrupt.remove()
    assert signal.getsignal(signal.SIGINT) is before
