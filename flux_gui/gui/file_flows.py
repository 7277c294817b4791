"""Conversations about files: which one to open or write, and what happens to unsaved changes. No blocking dialog anywhere."""

from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from PySide6.QtWidgets import QWidget

from flux_gui.core.paths import resource
from flux_gui.data.files import READERS
from flux_gui.exporters import EXPORTERS, IMPORTERS
from flux_gui.gui.controller import Controller
from flux_gui.gui.dialogs.samples import SamplesDialog
from flux_gui.gui.dialogs.service import Dialogs
from flux_gui.gui.picture_export import FORMATS
from flux_gui.gui.settings import Settings

PARAMETERS = "layers."  # how the names of exported arrays begin
PEEK = 65_536  # bytes of a JSON file that are looked at
PROJECTS = "Flux projects (*.flux)"
TABLES = f"Tables ({' '.join(f'*{name}' for entry in READERS for name in (entry.name, *entry.aliases))})"


class FileFlows:
    """The file commands of one window."""

    def __init__(self, window: QWidget, controller: Controller, settings: Settings, dialogs: Dialogs) -> None:
        self.window = window
        self.controller = controller
        self.settings = settings
        self.dialogs = dialogs
        for signal in (controller.saved, controller.replaced):
            signal.connect(self._remember)

    def new(self) -> None:
        """Start again, after asking about unsaved changes."""
        self.after_saving("Start a new project?", self.controller.new_project)

    def open(self) -> None:
        """Choose a project and open it, after asking about unsaved changes."""

        def choose() -> None:
            self.dialogs.open_file(self.window, "Open a project", self.settings.folder, PROJECTS, self.open_path)

        self.after_saving("Open another project?", choose)

    def open_path(self, path: Path) -> None:
        """Open a project, a table or parameters by the extension."""
        path = path.absolute()
        self.settings.folder = str(path.parent)
        if path.suffix.lower() == ".flux":
            self.controller.open(path)
        elif holds_parameters(path):
            self.controller.load_parameters(path)
        else:
            self.controller.open_data(path)

    def promise(self, path: Path) -> str:
        """Return what dropping a file will do, in a few words."""
        suffix = path.suffix.lower()
        if suffix == ".flux":
            return f"Drop to open the project {path.stem}"
        if path.is_dir():
            return "Drop a file, not a folder"
        return f"Drop to load the parameters in {path.name}" if holds_parameters(path) else f"Drop to use {path.name} as data"

    def open_dropped(self, path: Path) -> None:
        """Open a dropped file; a project replaces the present one only after asking."""
        if path.suffix.lower() == ".flux":
            self.after_saving("Open another project?", lambda: self.open_path(path))
        else:
            self.open_path(path)

    def open_data(self) -> None:
        """Choose a table and use it as data."""
        self.dialogs.open_file(self.window, "Open data", self.settings.folder, TABLES, self.open_path)

    def choose_part(self, setting: str) -> None:
        """Choose the file whose rows make up a part of their own, for the setting at `setting`."""
        part = setting.rpartition(".")[2]

        def use(path: Path) -> None:
            self.settings.folder = str(path.parent)
            self.controller.set_value(setting, str(path.absolute()))

        self.dialogs.open_file(self.window, f"Choose the {part} rows", self.settings.folder, TABLES, use)

    def use_sample(self) -> None:
        """Use the Iris sample as data."""
        self.controller.open_data(resource("samples", "iris.csv"))

    def choose_sample(self) -> None:
        """Show the samples; the chosen one becomes the data, with its first network."""
        dialog = SamplesDialog(self.window)
        dialog.chosen.connect(self.controller.use_sample)
        dialog.open()

    def import_parameters(self) -> None:
        """Choose a file of parameters and load them into the network."""
        patterns = " ".join(f"*{entry.extension}" for entry in IMPORTERS)
        self.dialogs.open_file(self.window, "Import parameters", self.settings.folder, f"Parameters ({patterns})", self.open_path)

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save where the project was opened or saved last, or ask where."""
        path = self.controller.document.path
        if path is None:
            self.save_as(then)
        else:
            self._save(path, then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask where to save, and save there."""
        self.dialogs.save_file(self.window, "Save the project", self._start(".flux"), [PROJECTS], lambda path: self._save(path, then))

    def export_parameters(self) -> None:
        """Ask for a file and write the parameters in the format of its extension."""
        patterns = [f"{entry.label} (*{entry.extension})" for entry in EXPORTERS]
        start = self._start(next(iter(EXPORTERS)).extension)

        def write(path: Path) -> None:
            self.settings.folder = str(path.parent)
            self.controller.export_parameters(path)

        self.dialogs.save_file(self.window, "Export parameters", start, patterns, write)

    def export_picture(self, write: Callable[[Path], object]) -> None:
        """Ask for a file and let `write` paint the network into it, in the format of its extension."""

        def checked(path: Path) -> None:
            self.settings.folder = str(path.parent)
            if path.suffix.lower() in FORMATS:
                write(path)
            else:
                hint = f"Choose a name that ends in {', '.join(FORMATS)}, such as {path.stem}.svg."
                self.controller.failed.emit("", f"{path.name} was not written: a picture is an SVG, a PDF or a PNG file.", hint)

        patterns = [f"{label} (*{extension})" for extension, (label, _write) in FORMATS.items()]
        self.dialogs.save_file(self.window, "Export a picture of the network", self._start(next(iter(FORMATS))), patterns, checked)

    def after_saving(self, question: str, go_on: Callable[[], object]) -> None:
        """Run `go_on`, after offering to save what would be lost."""
        if not self.controller.unsaved:
            go_on()
            return

        def answer(choice: str) -> None:
            if choice == "Save":
                self.save(go_on)
            else:
                go_on()

        name = self.controller.name
        self.dialogs.ask(self.window, question, f"The changes in '{name}' are not saved.", ["Save", "Do not save"], answer)

    def _start(self, extension: str) -> str:
        return str(Path(self.settings.folder) / f"{self.controller.name}{extension}")

    def _save(self, path: Path, then: Callable[[], object] | None) -> None:
        self.settings.folder = str(path.parent)
        self.controller.save(path, then)

    def _remember(self) -> None:
        """Put the file of the open project in front of the recent ones."""
        if self.controller.document.path is not None:
            self.settings.add_recent(self.controller.document.path)


def holds_parameters(path: Path) -> bool:
    """Return whether a file holds exported parameters; NPZ and JSON files that do not are tables."""
    suffix = path.suffix.lower()
    if suffix.removeprefix(".") not in IMPORTERS:
        return False
    if suffix not in READERS:
        return True
    try:
        if suffix == ".npz":
            with ZipFile(path) as archive:
                return any(name.startswith(PARAMETERS) for name in archive.namelist()[:100])
        with path.open("rb") as file:
            return f'"{PARAMETERS}'.encode() in file.read(PEEK)
    except (OSError, BadZipFile, ValueError):
        return False
