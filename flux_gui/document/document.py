"""The open document: the current project value, where it is stored, whether it changed, and who wants to know. No Qt."""

from collections.abc import Callable
from pathlib import Path

from flux_gui.document.project import Project

Listener = Callable[[Project, Project], None]


class Document:
    """Holds one Project at a time; every change goes through `apply` or `replace` and reaches the listeners as (before, after)."""

    def __init__(self, project: Project, path: Path | None = None) -> None:
        self._project = project
        self._saved = project
        self._listeners: list[Listener] = []
        self.path = path
        self.fresh = True  # whether the last change opened this project, instead of editing the one before
        self.text = ""  # what the last change was, for menus and the journal

    @property
    def project(self) -> Project:
        """The current project value."""
        return self._project

    @property
    def dirty(self) -> bool:
        """Whether the project differs from what was last saved or opened; undoing back to it makes this False again."""
        return self._project is not self._saved

    def apply(self, project: Project, text: str = "") -> None:
        """Make `project` the current one; `text` says what was done, such as "Resize layer 0 to 8"."""
        self.fresh = False
        self._change(project, text)

    def replace(self, project: Project, path: Path | None = None) -> None:
        """Open another project: it is clean, and `path` is where Save writes it."""
        self.path = path
        self._saved = project
        self.fresh = True
        self._change(project, "")

    def mark_saved(self, path: Path, project: Project | None = None) -> None:
        """Remember that `path` holds the current project, or `project`, which was the current one when it was written."""
        self.path = path
        self._saved = self._project if project is None else project

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(before, after)` after every change; returns the function that ends this."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def _change(self, project: Project, text: str) -> None:
        before, self._project, self.text = self._project, project, text
        for listener in tuple(self._listeners):
            listener(before, project)
