"""Keeps the pictures of neurons true: asks for those that can be seen, of the project at rest or of the running training."""

from PySide6.QtCore import QObject, QTimer

from flux_gui.document.project import Project
from flux_gui.gui.bridge import Bridge
from flux_gui.gui.chosen_row import ChosenRow
from flux_gui.gui.panels.network_stage import NetworkStage
from flux_gui.gui.unit_worker import UnitWorker
from flux_gui.runtime.unit_inputs import UnitWish
from flux_gui.runtime.unit_probe import UnitPictures


class LiveUnits(QObject):
    """Between stage, training and worker: `show_project` and `show` tell what is new, everything else is listened to."""

    def __init__(self, stage: NetworkStage, bridge: Bridge, row: ChosenRow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage, self._bridge, self._row = stage, bridge, row
        self._project: Project | None = None
        self._kept: UnitPictures | None = None  # of the running training, not shown yet
        self._soon = QTimer(self)  # several changes at once are one wish, and a run that ends has ended by then
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._ask)
        self.worker = UnitWorker(self)
        self.worker.ready.connect(self._made)
        for signal in (stage.lens.changed, stage.wishChanged, row.changed):
            signal.connect(self._soon.start)
        bridge.started.connect(self.worker.forget)

    def show_project(self, project: Project) -> None:
        """Picture the neurons of `project`."""
        self._project = project
        self._soon.start()

    def keep(self, units: UnitPictures | None) -> None:
        """Take pictures that came with a frame of the training, if it has any."""
        self._kept = units or self._kept

    def show(self) -> None:
        """Show the newest pictures of the training, when it is the network's turn to be painted."""
        if self._kept is not None:
            self._stage.show_units(self._kept)
            self._kept = None

    def _ask(self) -> None:
        if self._project is None:
            return
        wish = UnitWish(self._stage.lens.seen, self._stage.axes.wish, (self._row.part, self._row.row), self._stage.gradients)
        self._bridge.look(wish)
        if not self._bridge.running and wish.units:
            self._kept = None
            self.worker.ask(self._project, wish)

    def _made(self, found: UnitPictures | None) -> None:
        if not self._bridge.running:
            self._stage.show_units(found)
