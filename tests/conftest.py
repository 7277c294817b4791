"""What every test gets: no display, a home of its own, blocking dialogs forbidden, and an audit of what it leaves behind."""

import gc
import locale
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # numbers with a point; Qt warns about a locale that is not UTF-8


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, logs and recovery files go to a fresh folder; the user's are never touched."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    for name in ("APPDATA", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    return home


@pytest.fixture(autouse=True)
def restored_interpreter() -> Iterator[None]:
    """Exception hooks, switch interval and locale are as before, whatever a test does."""
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    interval = sys.getswitchinterval()
    locale.setlocale(locale.LC_ALL, "C")
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    sys.setswitchinterval(interval)


def _forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QMessageBox

    def blocked(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a dialog that blocks the event loop was opened; use the dialog service")

    monkeypatch.setattr(QDialog, "exec", blocked)
    for name in ("information", "question", "warning", "critical", "about"):
        monkeypatch.setattr(QMessageBox, name, blocked)
    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, name, blocked)
    for name in ("getText", "getInt", "getDouble", "getItem"):
        monkeypatch.setattr(QInputDialog, name, blocked)


@pytest.fixture(autouse=True)
def qt_audit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test with Qt leaves no top-level widget, no running timer and no thread behind, and opens nothing that blocks."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    _forbid(monkeypatch)
    threads = set(threading.enumerate())
    request.getfixturevalue("qapp")
    yield
    _audit(threads)


def _audit(threads: set[threading.Thread]) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    for last in (False, False, True):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        left = _left(threads)
        if not left:
            return
        assert not last, left
        gc.collect()


def _left(threads: set[threading.Thread]) -> str:
    """Return what a test has left behind, "" for nothing."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    widgets = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    timers = [timer for timer in gc.get_objects() if type(timer) is QTimer and _active(timer)]
    running = [thread for thread in threading.enumerate() if thread not in threads and not thread.daemon]
    found = {"visible top-level widgets": widgets, "running timers": timers, "threads": running}
    return "; ".join(f"{what}: {things}" for what, things in found.items() if things)


def _active(timer: object) -> bool:
    from shiboken6 import isValid

    return bool(isValid(timer) and timer.isActive())  # type: ignore[attr-defined]
