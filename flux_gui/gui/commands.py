"""Gives every action of the table something to do."""

from collections.abc import Callable
from typing import cast

from PySide6.QtWidgets import QApplication

from flux_gui.gui.actions import ACTIONS, RECENT, THEME_MODES, only_in
from flux_gui.gui.dialogs.about import AboutDialog
from flux_gui.gui.dialogs.guide import GuideDialog
from flux_gui.gui.main_window import MainWindow
from flux_gui.gui.picture_desk import PictureDesk
from flux_gui.gui.theme import Mode, theme


class Commands:
    """The handlers of one window's actions."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.controller = window.controller
        self.picture = PictureDesk(window.stage, window.chosen_row, window.files, window)
        window.closed.connect(self.picture.worker.stop)
        window.actions_table.connect(self._table())
        for spec in ACTIONS:
            if spec.place == "picture":
                only_in(window.stage.view, window, window.actions_table[spec.id])
        window.menus[RECENT].aboutToShow.connect(self._fill_recent)
        window.drawer.openChanged.connect(window.actions_table["view.drawer"].setChecked)
        for mode in THEME_MODES:
            window.actions_table[f"view.theme.{mode}"].setChecked(mode == theme().mode)

    def _table(self) -> dict[str, Callable[[], object]]:
        window, controller, files = self.window, self.controller, self.window.files
        view = window.stage.view
        return {
            "project.new": files.new,
            "project.open": files.open,
            "project.save": files.save,
            "project.save_as": files.save_as,
            "data.open": files.open_data,
            "data.samples": files.choose_sample,
            "data.use_sample": files.use_sample,
            "import.parameters": files.import_parameters,
            "export.parameters": files.export_parameters,
            "export.picture": self.picture.open,
            "app.quit": window.close,
            "edit.undo": controller.undo,
            "edit.redo": controller.redo,
            **window.assembling.handlers(),
            "view.theme": lambda: self.set_theme("light" if theme().colours.dark else "dark"),
            "view.theme.light": lambda: self.set_theme("light"),
            "view.theme.dark": lambda: self.set_theme("dark"),
            "view.theme.system": lambda: self.set_theme("system"),
            "view.zoom_in": view.zoomIn,
            "view.zoom_out": view.zoomOut,
            "view.fit": view.fit,
            "view.drawer": window.drawer.toggle,
            "view.maths": lambda: window.drawer.toggle_titled("Maths"),
            "view.code": lambda: window.drawer.toggle_titled("Code"),
            "view.pin": window.stage.strip.pin.click,
            "view.full_screen": self._full_screen,
            "train.toggle": lambda: self._if_valid(controller.toggle),
            "train.step_epoch": lambda: self._if_valid(controller.step_epoch),
            "train.step_batch": lambda: self._if_valid(controller.step_batch),
            "train.reset": controller.reset,
            "train.reseed": controller.reseed,
            "train.use_best": lambda: controller.use_best(window.actions_table["train.use_best"].isChecked()),
            "verify.run": controller.verify,
            "help.guide": lambda: GuideDialog(window).open(),
            "help.about": lambda: AboutDialog(window).open(),
        }

    def set_theme(self, mode: Mode) -> None:
        """Show the program in a theme and remember it."""
        theme().apply(cast(QApplication, QApplication.instance()), mode)
        self.window.settings.theme = mode
        for name in THEME_MODES:
            self.window.actions_table[f"view.theme.{name}"].setChecked(name == mode)

    def welcome(self) -> None:
        """Show somebody who starts the program for the first time how to begin; whatever they do next ends it."""
        window = self.window
        if window.settings.recent or window.settings.blob("geometry") is not None:
            return
        text = "Press Train: the network learns the line 4x + 2."
        window.show_notice("info", text)
        offers = (("Samples", window.files.choose_sample), ("Paint data", window.controller.use_painted))
        window.notice.show_message("info", text, "Or begin with data of another kind; a file can be dropped on the window.", offers)

    def _if_valid(self, train: Callable[[], object]) -> None:
        """Train when every field is right; pausing waits for nothing."""
        if self.controller.bridge.running or self.window.all_valid():
            train()

    def _full_screen(self) -> None:
        window = self.window
        if window.isFullScreen():
            window.showNormal()
        else:
            window.showFullScreen()

    def _fill_recent(self) -> None:
        menu = self.window.menus[RECENT]
        menu.clear()
        recent = self.window.settings.recent
        for path in recent:
            action = menu.addAction(path.name)
            action.setToolTip(str(path))
            action.setEnabled(path.is_file())
            action.triggered.connect(lambda _on=False, file=path: self.window.files.open_dropped(file))
        if not recent:
            menu.addAction("No project saved yet").setEnabled(False)
