"""How the file of a project was read and why, found out in the background from its first rows, and remembered."""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from flux_gui.core.errors import FluxError
from flux_gui.data import files
from flux_gui.gui.worker import Worker
from flux_gui.specs import FileData, ReadSpec

KEPT = 30  # files remembered


@dataclass(frozen=True)
class HowRead:
    """`reading` is what was used, `reasons` say why; `options` are the settings that matter for the format; `trouble` is an error."""

    reading: ReadSpec = field(default_factory=ReadSpec)
    reasons: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    trouble: str = ""


def how_read(source: FileData) -> HowRead:
    """Return how a file is read; a file that is gone gives its trouble."""
    try:
        loaded = files.preview(source.path, source.reading)
        return HowRead(loaded.reading, loaded.reasons, files.reader_of(source.path).options, files.sheets(source.path))
    except FluxError as error:
        return HowRead(source.reading, trouble=str(error))


class ReadingKeeper(QObject):
    """Signal: found() when what was asked for has become known."""

    found = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worker = Worker(self)
        self._known: dict[tuple[str, str, ReadSpec], HowRead] = {}
        self._asked: set[tuple[str, str, ReadSpec]] = set()

    def how(self, source: FileData) -> HowRead | None:
        """Return how the file was read, or None while that is being found out."""
        key = (source.path, source.sha256, source.reading)
        known = self._known.get(key)
        if known is None and key not in self._asked:
            self._asked.add(key)
            self.worker.submit(lambda: how_read(source), lambda found: self._remember(key, found), lambda _error: None)
        return known

    def _remember(self, key: tuple[str, str, ReadSpec], found: HowRead) -> None:
        self._asked.discard(key)
        while len(self._known) >= KEPT:
            del self._known[next(iter(self._known))]
        self._known[key] = found
        self.found.emit()
