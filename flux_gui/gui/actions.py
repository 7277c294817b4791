"""The table of all actions: ids, texts, keys, icons and menus, and the QActions made from it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from flux_gui.gui import icons

MENUS = ("File", "Edit", "View", "Train", "Tools", "Help")
RECENT = "Open recent"
LATER = {"project.open": RECENT}  # action -> a menu behind it that is filled when it opens
THEME_MODES = ("light", "dark", "system")


@dataclass(frozen=True)
class ActionSpec:
    """One action: a stable id, what it is called, where it stands and which keys trigger it; `group` starts after a separator."""

    id: str
    text: str
    menu: str
    tip: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    group: int = 0
    submenu: str = ""
    checkable: bool = False
    place: str = ""  # "picture": the keys work only in the picture of the network, as elsewhere they are for texts and tables

    @property
    def tooltip(self) -> str:
        """The tip with the first key printed behind it."""
        return f"{self.tip} ({self.keys[0]})" if self.keys else self.tip


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("project.new", "New project", "File", "Start again with the line example", "new", ("Ctrl+N",)),
    ActionSpec("project.open", "Open project...", "File", "Open a .flux project", "open", ("Ctrl+O",)),
    ActionSpec("project.save", "Save", "File", "Save the project", "save", ("Ctrl+S",), group=1),
    ActionSpec("project.save_as", "Save as...", "File", "Save the project under another name", "save_as", ("Ctrl+Shift+S",), group=1),
    ActionSpec(
        "data.open", "Open data...", "File", "Read a table: CSV, Excel, Parquet, JSON lines, NumPy", "table", ("Ctrl+Shift+O",), group=2
    ),
    ActionSpec("data.samples", "Samples...", "File", "Choose ready-made data with a first network", "sample", (), group=2),
    ActionSpec("data.use_sample", "Use the Iris sample", "File", "150 flowers, 4 measurements, 3 kinds", "", (), group=2),
    ActionSpec(
        "export.parameters", "Export parameters...", "File", "Write weights and biases as NPZ, CSV or JSON", "export", ("Ctrl+E",), group=3
    ),
    ActionSpec(
        "import.parameters", "Import parameters...", "File", "Load weights and biases from NPZ, JSON or safetensors", "import", (), group=3
    ),
    ActionSpec(
        "export.picture", "Export picture...", "File", "Write the network as SVG, PDF or PNG", "picture", ("Ctrl+Shift+E",), group=3
    ),
    ActionSpec("app.quit", "Quit", "File", "Close the window", "quit", ("Ctrl+Q",), group=4),
    ActionSpec("edit.undo", "Undo", "Edit", "Take back the last edit or training stretch", "undo", ("Ctrl+Z",)),
    ActionSpec("edit.redo", "Redo", "Edit", "Do again what was taken back", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec(
        "model.add_layer",
        "Add layer",
        "Edit",
        "Insert a Dense layer behind the selected one, or before the output",
        "layer_add",
        ("Ctrl+L",),
        group=1,
    ),
    ActionSpec(
        "model.duplicate_layer", "Duplicate layer", "Edit", "Insert a copy of the selected layer", "duplicate", ("Ctrl+D",), group=1
    ),
    ActionSpec("model.remove_layer", "Remove layer", "Edit", "Remove the selected layers", "layer_remove", ("Del",), group=1),
    ActionSpec("model.rename_layer", "Rename layer", "Edit", "Give the selected layer a name", "", ("F2",), group=1, place="picture"),
    ActionSpec(
        "model.freeze_layers",
        "Freeze or thaw",
        "Edit",
        "Let training leave the selected layers as they are, or train them again",
        "",
        ("Ctrl+Shift+L",),
        group=1,
    ),
    ActionSpec("model.move_left", "Move to the left", "Edit", "Move the selected layers towards the inputs", "", ("Alt+Left",), group=1),
    ActionSpec("model.move_right", "Move to the right", "Edit", "Move the selected layers towards the output", "", ("Alt+Right",), group=1),
    ActionSpec("model.cut_layers", "Cut layers", "Edit", "Copy the selected layers and remove them", "", ("Ctrl+X",), 2, place="picture"),
    ActionSpec("model.copy_layers", "Copy layers", "Edit", "Copy the selected layers as text", "copy", ("Ctrl+C",), 2, place="picture"),
    ActionSpec(
        "model.paste_layers", "Paste layers", "Edit", "Insert copied layers behind the selected one", "", ("Ctrl+V",), 2, place="picture"
    ),
    ActionSpec("model.select_all", "Select all layers", "Edit", "Select every layer", "", ("Ctrl+A",), 2, place="picture"),
    ActionSpec("view.theme.light", "Light", "View", "Dark text on white", "", (), submenu="Theme", checkable=True),
    ActionSpec("view.theme.dark", "Dark", "View", "Light text on dark", "", (), submenu="Theme", checkable=True),
    ActionSpec("view.theme.system", "As the system", "View", "Follow the desktop's setting", "", (), submenu="Theme", checkable=True),
    ActionSpec("view.theme", "Switch light and dark", "View", "Switch between the light and the dark theme", "theme", ("F9",)),
    ActionSpec("view.zoom_in", "Zoom in", "View", "Show the network larger", "", ("Ctrl++", "Ctrl+="), group=1),
    ActionSpec("view.zoom_out", "Zoom out", "View", "Show the network smaller", "", ("Ctrl+-",), group=1),
    ActionSpec("view.fit", "Fit the network", "View", "Show the whole network", "fit", ("Ctrl+0",), group=1),
    ActionSpec("view.drawer", "Tables", "View", "Show or hide the tables of parameters and rows", "", ("F4",), group=2, checkable=True),
    ActionSpec("view.maths", "See the maths", "View", "One neuron and one row with all numbers", "formula", ("Ctrl+M",), group=2),
    ActionSpec("view.code", "Code of this model", "View", "The model as a program to copy or save", "", ("Ctrl+K",), group=2),
    ActionSpec(
        "view.pin", "Pin the parameter", "View", "Show the selected parameter in the live plot, or not", "pin", ("Ctrl+P",), group=2
    ),
    ActionSpec("view.full_screen", "Full screen", "View", "Use the whole screen", "", ("F11",), group=2, checkable=True),
    ActionSpec("train.toggle", "Train or pause", "Train", "Train, or pause the running training", "play", ("F5",)),
    ActionSpec("train.step_epoch", "One epoch", "Train", "Train for one epoch", "step", (".",)),
    ActionSpec("train.step_batch", "One batch", "Train", "Train on one batch", "step_batch", ("Shift+.", ">")),
    ActionSpec("train.reset", "Reset", "Train", "Back to the same start parameters", "reset", ("Ctrl+Backspace",), group=1),
    ActionSpec(
        "train.reseed",
        "New start parameters",
        "Train",
        "Draw new start parameters with the next seed",
        "reseed",
        ("Ctrl+Shift+Backspace",),
        group=1,
    ),
    ActionSpec(
        "train.use_best",
        "Use the best epoch",
        "Train",
        "Predict and export with the parameters of the best epoch",
        "",
        (),
        group=2,
        checkable=True,
    ),
    ActionSpec("verify.run", "Verify on test data", "Tools", "Predict the test rows and compare with the truth", "verify", ("Ctrl+R",)),
    ActionSpec("help.guide", "Guide and keys", "Help", "What to do, and every key", "help", ("F1",)),
    ActionSpec("help.about", "About", "Help", "Versions and licences", "info"),
)


class Actions:
    """The QActions of one window, by id; `connect` gives them something to do."""

    def __init__(self, owner: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(spec.text, owner)
            action.setObjectName(spec.id)
            action.setToolTip(spec.tooltip)
            action.setCheckable(spec.checkable)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            if spec.icon:
                icons.bind(action, spec.icon)
            action.setIconVisibleInMenu(False)
            owner.addAction(action)
            self._actions[spec.id] = action

    def __getitem__(self, id: str) -> QAction:
        return self._actions[id]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def connect(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Connect every action to its handler; a missing or surplus handler is a programming error (KeyError)."""
        if set(handlers) != set(self._actions):
            raise KeyError(f"actions without handler or the reverse: {sorted(set(handlers) ^ set(self._actions))}")
        for id, handler in handlers.items():
            self._actions[id].triggered.connect(lambda _checked=False, run=handler: run())

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Fill `bar` with the menus of the table and return every menu and submenu by title."""
        menus = {title: bar.addMenu(title) for title in MENUS}
        groups = dict.fromkeys(MENUS, 0)
        for spec in ACTIONS:
            menu = menus[spec.menu]
            if spec.group != groups[spec.menu]:
                menu.addSeparator()
                groups[spec.menu] = spec.group
            if spec.submenu:
                if spec.submenu not in menus:
                    menus[spec.submenu] = menu.addMenu(spec.submenu)
                menu = menus[spec.submenu]
            menu.addAction(self._actions[spec.id])
            if spec.id in LATER:
                menus[LATER[spec.id]] = menu.addMenu(LATER[spec.id])
        for menu in menus.values():
            menu.setToolTipsVisible(True)
        return menus


def only_in(widget: QWidget, window: QWidget, action: QAction) -> None:
    """Let the keys of an action of `window` work only while the focus is in `widget`."""
    window.removeAction(action)
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    widget.addAction(action)
