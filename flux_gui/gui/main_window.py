"""The main window: menu and title, run bar, three columns, drawer, status bar; it lays out the parts and wires them up."""

from pathlib import Path
from time import localtime, strftime, thread_time

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QMenuBar, QSplitter, QVBoxLayout, QWidget

from flux_gui.document.project import Project
from flux_gui.gui.actions import Actions
from flux_gui.gui.controller import Controller
from flux_gui.gui.dialogs.service import Dialogs
from flux_gui.gui.file_flows import FileFlows
from flux_gui.gui.panels.data_panel import DataPanel
from flux_gui.gui.panels.data_table import RowTable
from flux_gui.gui.panels.drawer import Drawer
from flux_gui.gui.panels.network_panel import NetworkPanel
from flux_gui.gui.panels.network_stage import NetworkStage
from flux_gui.gui.panels.parameter_table import ParameterTable
from flux_gui.gui.panels.results_panel import ResultsPanel
from flux_gui.gui.panels.training_panel import TrainingPanel
from flux_gui.gui.panels.verification_view import VerificationView
from flux_gui.gui.panels.verify_panel import VerifyPanel
from flux_gui.gui.run_bar import RunBar
from flux_gui.gui.selection_strip import SelectionStrip
from flux_gui.gui.settings import Settings
from flux_gui.gui.widgets import NoticeBar, OverlayScrollArea

SIZE = (1280, 800)
LEAST = (1000, 620)
COLUMNS = (235, 656, 387)


class MainWindow(QMainWindow):
    """The one window of the program. `presenter.Presenter` shows the project in it; `commands` gives its actions something to do."""

    def __init__(self, controller: Controller, settings: Settings, dialogs: Dialogs) -> None:
        super().__init__()
        self.controller = controller
        self.settings = settings
        self.closing = False  # True: unsaved changes were dealt with
        self.files = FileFlows(self, controller, settings, dialogs)
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setMinimumSize(*LEAST)
        self.actions_table = Actions(self)
        self.title = QLabel()
        self._make_parts()
        self._lay_out()
        self.setWindowTitle("Flux")

    def _make_parts(self) -> None:
        actions = self.actions_table
        self.run_bar = RunBar(actions)
        self.data_panel = DataPanel(actions)
        self.network_panel = NetworkPanel(actions)
        self.training_panel = TrainingPanel()
        self.verify_panel = VerifyPanel(actions)
        self.stage = NetworkStage(SelectionStrip())
        self.verification = VerificationView()
        self.results = ResultsPanel(self.verification)
        self.parameters = ParameterTable()
        self.rows = RowTable()
        self.drawer = Drawer(
            (
                ("Parameters", "Every weight and bias, to read or to type", self.parameters),
                ("Rows", "The data, row by row", self.rows),
            )
        )
        self.notice = NoticeBar()
        self.notice.hide()
        self.state_label, self.best_label, self.saved_label, self.device_label = QLabel(), QLabel(), QLabel(), QLabel()

    def _lay_out(self) -> None:
        self.setMenuWidget(self._menu_row())
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setObjectName("columns")
        self.columns.setHandleWidth(1)
        self.columns.setChildrenCollapsible(False)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.stage, 1)
        for widget in (self._left(), middle, self.results):
            self.columns.addWidget(widget)
        for place, stretch in enumerate((0, 1, 0)):
            self.columns.setStretchFactor(place, stretch)
        self.columns.setSizes(list(COLUMNS))
        central = QWidget()
        rows = QVBoxLayout(central)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for part in (_line(), self.run_bar, _line(), self.columns, _line(), self.drawer):
            rows.addWidget(part, int(part is self.columns))
        self.setCentralWidget(central)
        self._status_row()
        self.resize(*SIZE)

    def _menu_row(self) -> QWidget:
        row = QWidget()
        bar = QMenuBar(row)
        self.menus = self.actions_table.fill(bar)
        self.menus["Recent"] = self.menus["File"].addMenu("Open recent")
        self.title.setProperty("muted", True)
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(bar)
        box.addWidget(self.title, 1)
        row.setFixedHeight(26)
        return row

    def _left(self) -> OverlayScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for panel in (self.data_panel, self.network_panel, self.training_panel, self.verify_panel):
            column.addWidget(panel)
        column.addStretch(1)
        area = OverlayScrollArea()
        area.setObjectName("settings")
        area.setMinimumWidth(210)
        area.setWidget(inside)
        self.settings_area = area
        return area

    def _status_row(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.setFixedHeight(22)
        bar.setContentsMargins(8, 0, 8, 0)
        for label in (self.state_label, self.best_label):
            label.setContentsMargins(4, 0, 10, 0)
            bar.addWidget(label)
        for label in (self.saved_label, self.device_label):
            label.setContentsMargins(10, 0, 4, 0)
            bar.addPermanentWidget(label)

    # --- what others show here -----------------------------------------------------------------------------------

    def show_notice(self, kind: str, text: str, hint: str = "") -> None:
        """Show one line over the network until it is closed or another one comes."""
        self.notice.show_message(kind, text, hint)
        self.notice.show()

    def show_error(self, path: str, message: str, hint: str) -> None:
        """Show why an input was refused: at its field if it has one, else over the network."""
        sentence = f"{message} {hint}".strip()
        if path == "parameter.value":
            self.stage.strip.setError(sentence)
            return
        forms = [form for panel in (self.data_panel, self.network_panel, self.training_panel) for form in panel.forms()]
        shown = [form.setError(path, sentence) for form in forms]
        if not any(shown):
            self.show_notice("error", message, hint)
        if path == self.run_bar.rate.objectName().removeprefix("run_bar."):
            self.run_bar.rate.setError(sentence)

    def show_title(self, project: Project, dirty: bool) -> None:
        """Show the project's name, with a star while something is not saved."""
        text = f"{project.spec.name}{'*' if dirty else ''} \u2014 Flux"
        self.title.setText(text)
        self.setWindowTitle(text)

    def show_saved(self) -> None:
        """Tell in the status bar when the project was saved."""
        self.saved_label.setText(f"saved {strftime('%H:%M', localtime())}")

    # --- events --------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Measure what painting costs, so that the display timer can keep to its share."""
        if event.type() != QEvent.Type.UpdateRequest:
            return super().event(event)
        begin = thread_time()
        done = super().event(event)
        self.controller.bridge.painted(thread_time() - begin)
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Train or pause with Space, when no field or button took it."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.actions_table["train.toggle"].trigger()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped file."""
        self.files.open_dropped(Path(event.mimeData().urls()[0].toLocalFile()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop training and go, after asking about unsaved changes."""
        if not self.closing and self.controller.document.dirty and self.isVisible():
            event.ignore()
            self.files.after_saving("Close the window?", lambda: QTimer.singleShot(0, self, self.close_now))
            return
        self.settings.set_blob("columns", self.columns.saveState())
        self.settings.set_blob("geometry", self.saveGeometry())
        self.settings.save()
        self.controller.close()
        event.accept()

    def close_now(self) -> None:
        """Close without asking."""
        self.closing = True
        self.close()

    def restore_sizes(self) -> None:
        """Return to the sizes of the last session."""
        geometry, columns = self.settings.blob("geometry"), self.settings.blob("columns")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if columns is not None:
            self.columns.restoreState(columns)


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("line", True)
    line.setFixedHeight(1)
    return line
