"""The network as text in the window: what is typed into its line becomes an edit, and its code is written to files."""

from pathlib import Path

from PySide6.QtCore import QObject

from flux_gui.core.atomic import write_atomically
from flux_gui.document import edits
from flux_gui.gui.chain_field import PATH, ChainField
from flux_gui.gui.controller import Controller
from flux_gui.gui.file_flows import FileFlows
from flux_gui.gui.panels.code_page import CodePage

LANGUAGES = {".jl": "Julia (*.jl)", ".py": "Python (*.py)"}


class CodeDesk(QObject):
    """Stands between the line of text, the page of code, the controller and the dialogs of one window."""

    def __init__(self, field: ChainField, page: CodePage, files: FileFlows, parent: QObject) -> None:
        super().__init__(parent)
        self.field, self.page, self.files = field, page, files
        self.controller: Controller = files.controller
        field.valueChanged.connect(self._typed)
        page.saveWanted.connect(self._save)
        page.copied.connect(lambda: self.controller.notice.emit("info", "The program lies on the clipboard.", ""))

    def _typed(self, text: str) -> None:
        """Put the typed network in place of the present one; what is wrong is said at its place."""
        model = self.field.read(text)
        if model is None:
            return
        self.controller.edit(lambda project: edits.replace_model(project, model), "Type the network", PATH)
        if not self.field.error():
            self.field.show_project(self.controller.project)

    def _save(self) -> None:
        page, files = self.page, self.files
        text = page.text.toPlainText()
        start = str(Path(files.settings.folder) / f"{self.controller.name}{page.extension}")

        def write(path: Path) -> None:
            files.settings.folder = str(path.parent)
            page.worker.submit(
                lambda: write_atomically(path, text.encode("utf-8")),
                lambda _none: self.controller.notice.emit("info", f"Wrote {path.name}.", str(path.parent)),
                lambda error: self.controller.failed.emit("", error.message, error.hint),
            )

        files.dialogs.save_file(files.window, "Save the program", start, [LANGUAGES[page.extension]], write)
