"""Export of the picture in the window: from the dialog, over the choice of a file, to what is said about it."""

from pathlib import Path

from PySide6.QtCore import QObject
from shiboken6 import isValid

from flux_gui.core.errors import FluxError
from flux_gui.document.model_text import to_text
from flux_gui.document.project import Project
from flux_gui.gui.chosen_row import ChosenRow
from flux_gui.gui.diagram.scene import NetworkScene
from flux_gui.gui.dialogs.picture import PictureDialog
from flux_gui.gui.file_flows import FileFlows
from flux_gui.gui.panels.network_stage import NetworkStage
from flux_gui.gui.picture_export import Sheet, Wish, drawn_units, write
from flux_gui.gui.view import number
from flux_gui.gui.worker import Worker
from flux_gui.runtime.unit_inputs import UnitWish
from flux_gui.runtime.unit_probe import UnitPictures, unit_pictures


class PictureDesk(QObject):
    """Opens the dialog for the network that the window shows, and writes what was chosen."""

    def __init__(self, stage: NetworkStage, row: ChosenRow, files: FileFlows, parent: QObject) -> None:
        super().__init__(parent)
        self.stage, self.row, self.files = stage, row, files
        self.worker = Worker(self)
        self._units: UnitPictures | None = None

    def open(self) -> None:
        """Show the dialog; pictures of neurons that the window does not show are made meanwhile."""
        self._units = None
        dialog = PictureDialog(self.sheet, self.files.window)
        dialog.wanted.connect(lambda sheet: self.files.export_picture(lambda path: self._write(sheet, path)))
        dialog.open()
        project, controller = self.files.controller.project, self.files.controller
        wish = self._wish()
        if controller.bridge.running or wish is None:
            return

        def done(units: UnitPictures | None) -> None:
            self._units = units
            if isValid(dialog) and controller.project is project:
                dialog.renew()

        self.worker.submit(lambda: unit_pictures(project, wish), done, lambda _error: None)

    def sheet(self, wish: Wish) -> Sheet:
        """Return the picture of the network with the weights shown now."""
        controller = self.files.controller
        return Sheet(self._scene(), (controller.name, told(controller.project)), wish, self._units)

    def _scene(self) -> NetworkScene:
        scene = self.stage.view.scene()
        assert isinstance(scene, NetworkScene)
        return scene

    def _wish(self) -> UnitWish | None:
        picture = self._scene().picture
        if picture is None:
            return None
        return UnitWish(drawn_units(picture), self.stage.axes.wish, (self.row.part, self.row.row), self.stage.gradients)

    def _write(self, sheet: Sheet, path: Path) -> None:
        controller = self.files.controller
        try:
            write(sheet, path)
        except FluxError as error:
            controller.failed.emit("", error.message, error.hint)
        else:
            controller.notice.emit("info", f"Wrote {path.name}.", str(path.parent))


def told(project: Project) -> str:
    """Return the line below the title: the network in words, and how far it was trained."""
    state = project.state
    text = to_text(project.spec.model, project.dataset.inputs)
    if not state.epoch:
        return f"{text} \u00b7 untrained"
    best = state.in_use == "best" and state.best is not None
    epoch = state.best.epoch if best and state.best is not None else state.epoch
    curve = state.curves.get("validation") or state.curves.get("train")
    kind = "validation" if "validation" in state.curves else "training"
    loss = state.best.loss if best and state.best is not None else float(curve.last[-1]) if curve is not None and len(curve) else None
    return f"{text} \u00b7 epoch {epoch}" + (f", {kind} loss {number(loss)}" if loss is not None else "")
