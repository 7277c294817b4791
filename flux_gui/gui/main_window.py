"""The main window: menu and title, run bar, three columns, drawer, status bar; it lays out the parts and wires them up."""

from pathlib import Path
from time import localtime, strftime, thread_time

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QMainWindow, QMenuBar, QSplitter, QVBoxLayout, QWidget

from flux_gui.gui.actions import Actions
from flux_gui.gui.assembling import Assembling
from flux_gui.gui.chosen_row import ChosenRow
from flux_gui.gui.code_desk import CodeDesk
from flux_gui.gui.controller import Controller
from flux_gui.gui.dialogs.service import Dialogs
from flux_gui.gui.file_flows import FileFlows
from flux_gui.gui.forms import Form
from flux_gui.gui.loading_card import DropPlace, LoadingCard
from flux_gui.gui.own_keys import OwnKeys
from flux_gui.gui.panels.code_page import CodePage
from flux_gui.gui.panels.data_panel import DataPanel
from flux_gui.gui.panels.data_table import RowsPage
from flux_gui.gui.panels.drawer import Drawer
from flux_gui.gui.panels.maths_page import MathsPage
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
from flux_gui.gui.tab_order import Part, by_column, by_line, neighbour, stops
from flux_gui.gui.tables.row_table import RowTable
from flux_gui.gui.widgets import ErrorNote, NoticeBar, OverlayScrollArea, Section

SIZE = (1280, 800)
LEAST = (1000, 620)
HANDLE = 3  # pixels of the line between two columns: one is seen, all light up under the pointer
COLUMNS = (235, 656, 387)
FRAME = QSize(16, 56)  # what a window manager puts around a window, generously


class MainWindow(QMainWindow):
    """The one window of the program. `presenter.Presenter` shows the project in it; `commands` gives its actions something to do.

    Signals: `closed()` when it is on its way out.
    """

    closed = Signal()

    def __init__(self, controller: Controller, settings: Settings, dialogs: Dialogs) -> None:
        super().__init__()
        self.controller = controller
        self.settings = settings
        self.closing = False  # True: unsaved changes were dealt with
        self._until = ""  # what ends the notice; "": whatever goes well next
        self.files = FileFlows(self, controller, settings, dialogs)
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setMinimumSize(*LEAST)
        self.actions_table = Actions(self)
        self.title = QLabel()
        self._make_parts()
        self._lay_out()
        self.assembling = Assembling(controller, self.stage, self.network_panel, self.actions_table, self)
        self.drawer.crowded.connect(lambda crowded: self.assembling.palette.setVisible(not crowded))
        self.code = CodeDesk(self.stage.formula, self.code_page, self.files, self)
        self.setWindowTitle("Flux")

    def _make_parts(self) -> None:
        actions = self.actions_table
        self.chosen_row = ChosenRow(self)
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
        self.rows_page = RowsPage(self.rows)
        self.maths = MathsPage(self.chosen_row)
        self.closed.connect(self.rows.stop)
        self.closed.connect(self.data_panel.reading.worker.stop)
        self.code_page = CodePage()
        self.closed.connect(self.code_page.worker.stop)
        self.drawer = Drawer(
            (
                ("Parameters", "Every weight and bias, to read or to type", self.parameters),
                ("Rows", "The data, row by row and column by column", self.rows_page),
                ("Maths", "One neuron and one row with all numbers, up to the next step of training", self.maths),
                ("Code", "The model as a program: Flux.jl, this library, PyTorch, NumPy", self.code_page),
            )
        )
        self.loading = LoadingCard(self.stage)
        self.drop_place = DropPlace(self)
        self.notice = NoticeBar()
        self.notice.hide()
        for field in (self.run_bar.rate, self.stage.strip.value, self.stage.formula):
            ErrorNote(field)
        self.rows.setTabKeyNavigation(False)
        self.state_label, self.best_label, self.saved_label, self.device_label = QLabel(), QLabel(), QLabel(), QLabel()

    def _lay_out(self) -> None:
        self.setMenuWidget(self._menu_row())
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setObjectName("columns")
        self.columns.setHandleWidth(HANDLE)
        self.columns.setChildrenCollapsible(False)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.stage, 1)
        for widget in (self._left(), middle, self.results):
            self.columns.addWidget(widget)
        for place, stretch in enumerate((0, 3, 2)):
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
        OwnKeys(self)
        self.resize(*SIZE)

    def _menu_row(self) -> QWidget:
        row = QWidget()
        bar = QMenuBar(row)
        self.menus = self.actions_table.fill(bar)
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
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumWidth(210)
        area.setWidget(inside)
        self.settings_area, self.settings_inside = area, inside
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

    def show_notice(self, kind: str, text: str, hint: str = "", until: str = "") -> None:
        """Show one line over the network until it is closed, another one comes, or what it is about is over (see `settle`)."""
        self.notice.show_message(kind, text, hint)
        self.notice.show()
        self._until = until

    def show_error(self, path: str, message: str, hint: str) -> None:
        """Show why an input was refused: at its field if it has one, else over the network."""
        if not self._set_error(path, f"{message} {hint}".strip()):
            self.show_notice("error", message, hint, until="project.save" if path == "project.save" else "")

    def settle(self, what: str) -> None:
        """Take back what was said about `what`, an input or a command that went well, and the notice that it ends.

        A notice ends with whatever goes well next; the one about a failed save only with a save or another project.
        """
        self._set_error(what, "")
        if self._until in ("", what) or what == "project":
            self.notice.hide()

    def _set_error(self, path: str, sentence: str) -> bool:
        shown = [form.setError(path, sentence) for form in self._forms()]
        if path == self.run_bar.rate.objectName().removeprefix("run_bar."):
            self.run_bar.rate.setError(sentence)
        if path == "parameter.value":
            self.stage.strip.setError(sentence)
            return True
        if path == self.stage.formula.objectName():
            self.stage.formula.setError(sentence)
            return True
        return any(shown)

    def _forms(self) -> list[Form]:
        return [form for panel in (self.data_panel, self.network_panel, self.training_panel) for form in panel.forms()]

    def forget_errors(self) -> None:
        """Drop everything that was refused, when another project is shown."""
        for form in self._forms():
            form.clearErrors()
        for field in (self.run_bar.rate, self.stage.strip.value):
            field.restore()

    def first_error(self) -> QWidget | None:
        """Return the first field, in the order of Tab, that holds something wrong; folded parts are unfolded for it."""
        for section in self.findChildren(Section):
            if any(_wrong(field) and field.isVisibleTo(section.content) for field in section.content.findChildren(QWidget)):
                section.setExpanded(True)
        return next((field for field in stops(self._parts()) if _wrong(field)), None)

    def all_valid(self) -> bool:
        """Take what is being typed; return whether every field is right, else lead to the first that is not and say so."""
        typing = self.focusWidget()
        if isinstance(typing, QLineEdit):
            typing.editingFinished.emit()
        field = self.first_error()
        if field is None:
            return True
        self._go_to(field)
        text = f"Training waits for a value that can be used: {field.accessibleName()}"
        self.show_notice("error", text, field.accessibleDescription())
        return False

    def show_title(self, name: str, dirty: bool) -> None:
        """Show what is open, with a star while something is not saved."""
        text = f"{name}{'*' if dirty else ''} \u2014 Flux"
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

    def _parts(self) -> list[Part]:
        """Return the parts of the window in the order of Tab."""
        return [
            (self.run_bar, by_line),
            (self.notice, by_line),
            (self.settings_inside, by_line),
            (self.stage.head, by_line),
            (self.stage.view, by_column),
            (self.assembling.palette, by_line),
            (self.stage.strip, by_line),
            (self.results, by_line),
            (self.drawer, by_line),
        ]

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus in reading order, whatever was added since the window opened."""
        found = neighbour(self._parts(), self.focusWidget(), forward)
        if found is not None:
            self._go_to(found, Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return found is not None

    def _go_to(self, widget: QWidget, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        widget.setFocus(reason)
        if self.settings_area.isAncestorOf(widget):
            self.settings_area.ensureWidgetVisible(widget)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Train or pause with Space, when no field or button took it."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.actions_table["train.toggle"].trigger()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file, and say what dropping it will do."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()
            self.drop_place.show_text(self.files.promise(Path(urls[0].toLocalFile())))

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Forget the file that was held over the window."""
        self.drop_place.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped file."""
        self.drop_place.hide()
        self.files.open_dropped(Path(event.mimeData().urls()[0].toLocalFile()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop training and go, after asking about unsaved changes."""
        if not self.closing and self.controller.unsaved and self.isVisible():
            event.ignore()
            self.files.after_saving("Close the window?", lambda: QTimer.singleShot(0, self, self.close_now))
            return
        self.settings.set_blob("columns", self.columns.saveState())
        self.settings.set_blob("geometry", self.saveGeometry())
        self.settings.save()
        self.controller.close()
        self.closed.emit()
        event.accept()

    def close_now(self) -> None:
        """Close without asking."""
        self.closing = True
        self.close()

    def restore_sizes(self) -> None:
        """Return to the sizes of the last session, as far as the screen has room for them."""
        geometry, columns = self.settings.blob("geometry"), self.settings.blob("columns")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if not self.isMaximized() and not self.isFullScreen():
            room = self.screen().availableGeometry()
            self.setMinimumSize(self.minimumSize().boundedTo(room.size() - FRAME))
            self.setGeometry(inside(self.geometry(), room))
        if columns is not None:
            self.columns.restoreState(columns)


def inside(window: QRect, room: QRect) -> QRect:
    """Return the geometry of `window` made to fit, with its frame, into the `room` of a screen."""
    size = window.size().boundedTo(room.size() - FRAME)
    left, top = room.left() + FRAME.width() // 2, room.top() + FRAME.height() - FRAME.width() // 2
    right, bottom = room.right() - FRAME.width() // 2 - size.width() + 1, room.bottom() - FRAME.width() // 2 - size.height() + 1
    return QRect(max(left, min(window.left(), right)), max(top, min(window.top(), bottom)), size.width(), size.height())


def _wrong(widget: QWidget) -> bool:
    return bool(widget.property("invalid"))


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("line", True)
    line.setFixedHeight(1)
    return line
