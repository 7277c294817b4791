"""One reading of a file, as the window sees it: how far it is, and a way to stop it. The reader calls it from its own thread."""

from threading import Event

from PySide6.QtCore import QObject, Signal

from flux_gui.core.errors import Cancelled


class Loading(QObject):
    """Signal: progressed(share, text), share -1.0 while it is unknown; it arrives on the thread of the receiver."""

    progressed = Signal(float, str)

    def __init__(self, name: str, parent: QObject | None = None, verb: str = "Reading") -> None:
        super().__init__(parent)
        self.name, self.title = name, f"{verb} {name}"
        self._stop = Event()

    def tell(self, share: float | None, text: str) -> None:
        """Report progress; raises Cancelled once somebody has stopped it."""
        if self._stop.is_set():
            raise Cancelled(f"{self.title} was stopped.", "Nothing has changed.")
        self.progressed.emit(-1.0 if share is None else share, text)

    def cancel(self) -> None:
        """Stop at the next report."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody has stopped it."""
        return self._stop.is_set()
