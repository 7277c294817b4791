"""The composition root: builds document, bridge, controller and window, and keeps the program alive when something goes wrong."""

import faulthandler
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QSocketNotifier, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication
from threadpoolctl import threadpool_limits

import flux_gui
from flux_gui.core.paths import log_dir, resource
from flux_gui.document import edits
from flux_gui.document.document import Document
from flux_gui.document.project import Project
from flux_gui.gui.bridge import Bridge
from flux_gui.gui.commands import Commands
from flux_gui.gui.controller import Controller
from flux_gui.gui.dialogs.service import Dialogs, QtDialogs
from flux_gui.gui.main_window import MainWindow
from flux_gui.gui.presenter import Presenter
from flux_gui.gui.settings import Settings
from flux_gui.gui.theme import Mode, theme

log = logging.getLogger("flux_gui")
SWITCH_INTERVAL = 0.001  # seconds; lets the window answer while small networks train
LOG_BYTES = 1_000_000


@dataclass
class Program:
    """Everything that lives as long as one window."""

    document: Document
    controller: Controller
    window: MainWindow
    presenter: Presenter
    commands: Commands


def build(project: Project | None = None, settings: Settings | None = None, dialogs: Dialogs | None = None) -> Program:
    """Build a window on `project` (the line example by default); it is not shown yet."""
    settings = settings or Settings()
    document = Document(project or edits.line_example())
    controller = Controller(document, Bridge(threads=blas_threads()))
    theme().apply(cast(QApplication, QApplication.instance()), cast(Mode, settings.theme))
    window = MainWindow(controller, settings, dialogs or QtDialogs())
    presenter = Presenter(window)
    commands = Commands(window)
    window.restore_sizes()
    return Program(document, controller, window, presenter, commands)


def run(arguments: Sequence[str]) -> int:
    """Open the window, with a file if one is given, and return the exit status when it closes."""
    application = QApplication.instance() or QApplication([sys.argv[0]])
    name_application()
    program = build()
    reporter = Reporter(program.window.show_notice)
    reporter.install()
    window = program.window
    interrupt = Interrupt(window.close_now)
    window.show()
    window.run_bar.train.setFocus()
    if not arguments:
        program.commands.welcome()
    else:
        QTimer.singleShot(0, window, lambda: window.files.open_path(Path(arguments[0])))
    with threadpool_limits(limits=blas_threads(), user_api="blas"):
        sys.setswitchinterval(SWITCH_INTERVAL)
        status = cast(QApplication, application).exec()
    interrupt.remove()
    reporter.remove()
    return status


class Interrupt(QObject):
    """Closes the window at Ctrl+C in the terminal: a socket wakes Qt up, which otherwise would not let Python see the signal."""

    def __init__(self, close: Callable[[], object]) -> None:
        super().__init__()
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(lambda: self._reader.recv(64))
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before = signal.signal(signal.SIGINT, lambda _number, _frame: close())

    def remove(self) -> None:
        """Give the signal back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup)
        signal.signal(signal.SIGINT, self._before)
        self._reader.close()
        self._writer.close()


def name_application() -> None:
    """Tell Qt and the desktop who we are."""
    QCoreApplication.setApplicationName("flux-gui")
    QCoreApplication.setApplicationVersion(flux_gui.__version__)
    QLocale.setDefault(QLocale.c())
    QApplication.setApplicationDisplayName("Flux")
    QApplication.setDesktopFileName("flux-gui")
    QApplication.setWindowIcon(QIcon(str(resource("icons", "app.svg"))))


def blas_threads() -> int:
    """Return how many threads matrix products may use while a window is live: all cores but one."""
    return max(1, (os.cpu_count() or 1) - 1)


class Reporter(QObject):
    """Sends uncaught errors of every kind to the log file and, once each, as one line to the window."""

    reported = Signal(str)

    def __init__(self, show: Callable[[str, str, str], None]) -> None:
        super().__init__()
        self._seen: set[str] = set()
        self._handler: logging.Handler | None = None
        self._crashes: Any = None
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self.file = log_dir() / "flux-gui.log"
        self.reported.connect(lambda text: show("error", f"Something went wrong inside the program: {text}", f"Details: {self.file}"))

    def install(self) -> None:
        """Take over the hooks of the interpreter."""
        self._open_log()
        sys.excepthook = self._exception
        threading.excepthook = lambda given: self._exception(given.exc_type, given.exc_value, given.exc_traceback)
        sys.unraisablehook = lambda given: self._exception(given.exc_type, given.exc_value, given.exc_traceback)

    def remove(self) -> None:
        """Give the hooks back and close the files."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        if self._crashes is not None:
            faulthandler.disable()
            self._crashes.close()
        if self._handler is not None:
            log.removeHandler(self._handler)
            self._handler.close()

    def _open_log(self) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._handler = RotatingFileHandler(self.file, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True)
            self._crashes = (self.file.parent / "crash.log").open("w", encoding="utf-8")
        except OSError:  # a read-only home must not stop the program
            return
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(self._handler)
        faulthandler.enable(self._crashes)

    def _exception(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        log.error("uncaught", exc_info=(kind, error or kind(), trace))
        text = f"{kind.__name__}: {error}"
        if text not in self._seen:
            self._seen.add(text)
            self.reported.emit(text)
