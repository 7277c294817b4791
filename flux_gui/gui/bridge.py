"""The only place where the training thread and the window meet: a Session as Qt signals, and the one display timer."""

from collections.abc import Callable
from time import thread_time

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from flux_gui.document.project import Project
from flux_gui.runtime.maths_probe import MathsWish
from flux_gui.runtime.session import Session, Status
from flux_gui.runtime.unit_inputs import UnitWish

FRAME_MS = 20  # as often as the screen is worth repainting
PAINT_ROUNDS = 3  # a scene hands its changes to its view, the view to the window, the window paints
SMOOTH_MS = 36  # a pause between frames that still looks smooth


class Bridge(QObject):
    """Drives one Session at a time.

    Signals: started(), frame(Frame) on the display timer while running, ended(before, after, Status) when a stretch of
    training is over, with the project before and after it.
    """

    started = Signal()
    frame = Signal(object)
    ended = Signal(object, object, object)
    _status = Signal(object, object)

    def __init__(self, threads: int = 1, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frames = 0
        self.threads = threads
        self._session: Session | None = None
        self._wish: UnitWish | None = None
        self._question: MathsWish | None = None
        self._before: Project | None = None
        self._cost = 0.0
        self._running = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self._status.connect(self._on_status, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether a stretch of training is going on; False only once its result has been handed over."""
        return self._running

    def start(self, project: Project) -> None:
        """Train `project` from where it is to its number of epochs."""
        self._begin(project, lambda session: session.start())

    def step_epochs(self, project: Project, count: int) -> None:
        """Train `project` for `count` epochs."""
        self._begin(project, lambda session: session.step_epochs(count))

    def step_batches(self, project: Project, count: int) -> None:
        """Train `project` on its next `count` batches."""
        self._begin(project, lambda session: session.step_batches(count))

    def pause(self) -> None:
        """Ask the running session to stop after the current step; `ended` follows."""
        if self._session is not None and self._running:
            self._session.pause()

    def look(self, wish: UnitWish | None) -> None:
        """Say which neurons the frames of a running training should picture."""
        self._wish = wish
        if self._session is not None:
            self._session.wish = wish

    def ask(self, question: MathsWish | None) -> None:
        """Say of what the frames of a running training should bring the maths."""
        self._question = question
        if self._session is not None:
            self._session.question = question

    def adjust(self, name: str, value: float) -> None:
        """Change a live value of the running optimiser; the next step uses it."""
        if self._session is not None:
            self._session.adjust(name, value)

    def take_adjustments(self) -> list[tuple[str, float]]:
        """Return, and forget, the live changes that came after the last step of the stretch."""
        return self._session.take_adjustments() if self._session is not None else []

    def close(self) -> None:
        """Stop training and wait for its thread."""
        self._timer.stop()
        self._running = False
        if self._session is not None:
            self._session.close()
            self._session = None

    def painted(self, seconds: float) -> None:
        """Count time that painting took on the GUI thread since the last frame; the next frame waits accordingly."""
        self._cost += seconds

    def _begin(self, project: Project, go: Callable[[Session], object]) -> None:
        if self._running:
            return
        session = self._session
        if session is None or session.project is not project:
            if session is not None:
                session.close()
            session = self._session = Session(project, threads=self.threads)
            session.wish, session.question = self._wish, self._question
            session.on_status = lambda status, source=session: self._status.emit(source, status)
        self._before = project
        self._running = True
        self._timer.start(FRAME_MS)
        self.started.emit()
        go(session)

    @Slot()
    def _tick(self) -> None:
        session = self._session
        if session is None or not self._running:
            return
        since, begin = self._cost, thread_time()
        frame = session.mailbox.take()
        if frame is not None:
            self.frames += 1
            session.hold()
            self.frame.emit(frame)
            for _ in range(PAINT_ROUNDS):
                QCoreApplication.sendPostedEvents()
            session.release()
        spent, self._cost = since + thread_time() - begin, 0.0
        self._timer.start(rest_after(1000 * spent, session.lock_free))

    @Slot(object, object)
    def _on_status(self, source: Session, status: Status) -> None:
        if source is not self._session or not self._running or status in (Status.IDLE, Status.RUNNING):
            return
        self._running = False
        self._timer.stop()
        before = self._before
        assert before is not None
        self.ended.emit(before, source.project, status)


def rest_after(cost: float, beside: bool = False) -> int:
    """Return the pause after a frame that cost so many milliseconds.

    An eighth of the time goes to painting where that still looks smooth, else up to a quarter, never more; up to a third where
    the training goes on `beside` the painting.
    """
    if beside:
        return int(max(FRAME_MS, min(7 * cost, SMOOTH_MS), 2 * cost))
    return int(max(FRAME_MS, min(7 * cost, SMOOTH_MS), 3 * cost))
