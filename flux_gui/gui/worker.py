"""Work off the GUI thread: a runnable whose result or error comes back as a queued signal."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRunnable, QThreadPool, Signal, Slot

from flux_gui.core.errors import FluxError


class _Report(QObject):
    done = Signal(object)
    failed = Signal(object)


class _Job(QRunnable):
    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self.work = work
        self.report = _Report()

    def run(self) -> None:
        try:
            result = self.work()
        except Exception as error:  # handed to the GUI thread, which shows or re-raises it
            self.report.failed.emit(error)
        else:
            self.report.done.emit((result,))


class Worker(QObject):
    """One background lane for loading, verifying and exporting: jobs run one after the other. Signal: busyChanged(bool)."""

    busyChanged = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._closed = False  # a job that began while the pool is being destroyed would wait for Python's lock for ever
        self._jobs: dict[_Report, tuple[_Job, Callable[[Any], object], Callable[[FluxError], None]]] = {}

    @property
    def busy(self) -> bool:
        """Whether a job is waiting or running."""
        return bool(self._jobs)

    def submit(self, work: Callable[[], Any], done: Callable[[Any], object], failed: Callable[[FluxError], None]) -> None:
        """Run `work` on the lane; `done(result)` or `failed(error)` is called here, on the GUI thread. None after `wait` or `stop`."""
        if self._closed:
            return
        job = _Job(work)
        job.setAutoDelete(False)
        self._jobs[job.report] = (job, done, failed)
        job.report.done.connect(self._finish)
        job.report.failed.connect(self._fail)
        if len(self._jobs) == 1:
            self.busyChanged.emit(True)
        self._pool.start(job)

    def wait(self) -> None:
        """Wait for the lane to become empty, and take nothing more; used when the window closes."""
        self._closed = True
        self._pool.waitForDone()

    def stop(self) -> None:
        """Forget jobs that have not begun and wait for the one that runs; nobody hears of any of them, and no other one is taken."""
        self._closed = True
        self._pool.clear()
        self._pool.waitForDone()
        QCoreApplication.removePostedEvents(self, QEvent.Type.MetaCall.value)
        self._jobs.clear()

    @Slot(object)
    def _finish(self, result: tuple[Any]) -> None:
        _job, done, _failed = self._take()
        done(result[0])

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        _job, _done, failed = self._take()
        if not isinstance(error, FluxError):
            raise error
        failed(error)

    def _take(self) -> tuple[_Job, Callable[[Any], object], Callable[[FluxError], None]]:
        report = self.sender()
        assert isinstance(report, _Report)
        entry = self._jobs.pop(report)
        if not self._jobs:
            self.busyChanged.emit(False)
        return entry
