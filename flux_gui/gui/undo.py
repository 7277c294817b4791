"""The single undo command: the project before and after, with merging of moves of the same control."""

from collections.abc import Callable
from time import monotonic
from zlib import crc32

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from flux_gui.document.project import Project

LIMIT = 1000
LEAST, MEMORY = 200, 2**30  # as many steps are kept in any case; beyond them the oldest go when all take more bytes than this
PAUSE = 0.8  # seconds without a move after which the next one is a step of its own
GESTURE = "gesture "  # merge keys that begin so have no such pause: the hand may rest
Apply = Callable[[Project, str], None]


class ProjectCommand(QUndoCommand):
    """One step from a project to the next; commands with the same non-empty `merge` key in quick succession become one."""

    def __init__(self, before: Project, after: Project, text: str, apply: Apply, merge: str = "") -> None:
        super().__init__(text)
        self.before = before
        self.after = after
        self.merge = merge
        self.made = monotonic()
        self.apply = apply

    def id(self) -> int:
        """Return the number by which Qt finds mergeable neighbours; -1 for none."""
        return crc32(self.merge.encode()) & 0x7FFFFFFF if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the end of `other`, keeping our beginning."""
        if not isinstance(other, ProjectCommand) or other.merge != self.merge:
            return False
        gesture = self.merge.startswith(GESTURE)
        if other.made - self.made > PAUSE and not gesture:
            return False
        self.made = other.made
        self.after = other.after
        if not gesture:
            self.setText(other.text())
        return True

    def undo(self) -> None:
        """Return to the project before."""
        self.apply(self.before, f"Undo: {self.text()}")

    def redo(self) -> None:
        """Go (again) to the project after."""
        self.apply(self.after, self.text())


class UndoStack(QUndoStack):
    """The undo stack of a window: at most 1000 steps, and at least 200 however large the network is."""

    def __init__(self, apply: Apply, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setUndoLimit(LIMIT)
        self._apply_project = apply

    def record(self, before: Project, after: Project, text: str, merge: str = "") -> None:
        """Push the step from `before` to `after`, which applies it; the same object twice is no step."""
        if before is after:
            return
        self.push(ProjectCommand(before, after, text, self._apply_project, merge))
        if self.count() > LEAST and self.nbytes() > MEMORY:
            self._forget(self.count() // 4)

    def nbytes(self) -> int:
        """Return the memory of all states that can be returned to; what steps share counts once."""
        states = {id(project.state): project.state.nbytes() for step in self._steps() for project in (step.before, step.after)}
        return sum(states.values())

    def _steps(self) -> list[ProjectCommand]:
        return [step for i in range(self.count()) if isinstance(step := self.command(i), ProjectCommand)]

    def _forget(self, count: int) -> None:
        """Drop the oldest steps: the others are laid down anew, which a stack can only do from the beginning."""
        kept = [(step.before, step.after, step.text(), step.merge) for step in self._steps()[count:]]
        self.blockSignals(True)
        self.clear()
        for before, after, text, merge in kept:
            step = ProjectCommand(before, after, text, lambda _project, _text: None)
            self.push(step)
            step.merge, step.apply = merge, self._apply_project
        self.blockSignals(False)
        self.indexChanged.emit(self.index())
