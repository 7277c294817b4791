"""The network assembled by hand: what palette, picture, keys and panel ask for becomes edits, and what the document says comes back."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QMenu, QWidget

from flux_gui.core.errors import FluxError
from flux_gui.document import edits_layers
from flux_gui.document.model_text import layers_from_text, layers_to_text
from flux_gui.document.nesting import ids as all_ids
from flux_gui.document.nesting import kind_of, last_dense
from flux_gui.document.problems import Problem, problems
from flux_gui.document.project import Project
from flux_gui.engine.models import LAYERS, sizes
from flux_gui.gui.actions import Actions
from flux_gui.gui.controller import Controller
from flux_gui.gui.diagram.carrying import Load
from flux_gui.gui.diagram.palette import Kind, Palette
from flux_gui.gui.diagram.remarks import Remark
from flux_gui.gui.layer_menu import layer_menu, open_below
from flux_gui.gui.panels.network_panel import NetworkPanel
from flux_gui.gui.panels.network_stage import NetworkStage
from flux_gui.gui.setting_fields import about

ORDER = ("dense", "dropout", "batchnorm", "layernorm", "skipconnection", "parallel", "softmax", "scale", "formula", "logsoftmax")
SHORT = {"skipconnection": "Skip", "softmax": "Softmax", "logsoftmax": "LogSoftmax"}
NONE = "No layer is selected."
MENU = (
    ("rename_layer", "freeze_layers"),
    ("cut_layers", "copy_layers", "paste_layers", "duplicate_layer"),
    ("move_left", "move_right", "add_layer"),
    ("remove_layer",),
)
NO_LAYERS = "Copy layers with Ctrl+C, or a text such as Dense(16, tanh)."
NONE_HINT = "Click a layer in the picture of the network first."


class Assembling(QObject):
    """Stands between the picture with its palette, the Network section, and the controller."""

    def __init__(self, controller: Controller, stage: NetworkStage, panel: NetworkPanel, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self.controller, self._actions = controller, actions
        self.stage, self.panel = stage, panel
        self.view, self.hands = stage.view, stage.view.hands
        self.hands.landing = self._landing
        self.palette = Palette(kinds(), self.hands.carrier, stage)
        column = stage.layout()
        assert isinstance(column, QBoxLayout)
        column.insertWidget(column.indexOf(stage.view) + 1, self.palette)
        self._route()

    def _route(self) -> None:
        view, hands, panel, controller = self.view, self.hands, self.panel, self.controller
        view.addLayerRequested.connect(self.add)
        view.kindMenuRequested.connect(self._choose_kind)
        view.removeLayerRequested.connect(lambda id: self.remove((id,)))
        view.unitsRequested.connect(controller.resize_layer)
        view.activationRequested.connect(controller.set_activation)
        view.layerSelected.connect(panel.show_layer)
        hands.insertWanted.connect(self.add)
        hands.paletteWanted.connect(lambda: self.palette.tiles[0].setFocus(Qt.FocusReason.OtherFocusReason))
        hands.settingsWanted.connect(panel.focus_settings)
        hands.dropped.connect(self._dropped)
        hands.renamed.connect(self._renamed)
        hands.menuWanted.connect(self._open_menu)
        self.palette.kindChosen.connect(lambda kind: self.add(hands.behind(), kind))
        panel.layerChosen.connect(view.selectLayer)
        panel.addRequested.connect(lambda kind: self.add(-1, kind))
        panel.duplicateRequested.connect(lambda id: self.duplicate((id,)))
        panel.removeRequested.connect(lambda id: self.remove((id,)))
        panel.presetChosen.connect(self.use_preset)
        controller.failed.connect(lambda *_why: hands.forget_expected())

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions on layers do, by id."""
        return {
            "model.add_layer": lambda: self.add(self.hands.behind()),
            "model.duplicate_layer": lambda: self._on_chosen(self.duplicate),
            "model.remove_layer": lambda: self._on_chosen(self.remove),
            "model.copy_layers": lambda: self._on_chosen(self.copy),
            "model.cut_layers": lambda: self._on_chosen(self.cut),
            "model.paste_layers": self.paste,
            "model.select_all": self._select_all,
            "model.rename_layer": lambda: self._on_chosen(lambda ids: self.hands.rename(ids[0] if len(ids) == 1 else "")),
            "model.freeze_layers": lambda: self._on_chosen(self.freeze),
            "model.move_left": lambda: self._on_chosen(lambda ids: self.shift(ids, -1)),
            "model.move_right": lambda: self._on_chosen(lambda ids: self.shift(ids, 1)),
        }

    def show_project(self, project: Project) -> None:
        """Show every problem of a layer beside it; tell again which new layer is selected, for those that did not know it before."""
        if self.hands.take_new():
            self.view.layerSelected.emit(self.view.selectedLayer())
        found: dict[str, list[Remark]] = {}
        for problem in problems(project):
            place = layer_of(project, problem)
            if place:
                label = problem.mend.label if problem.mend is not None else ""
                remark = Remark(problem.severity, problem.text, problem.hint, label, partial(self.controller.mend, problem))
                found.setdefault(place, []).append(remark)
        self.view.remarks.set_remarks(found)

    # --- edits ---------------------------------------------------------------------------------------------------

    def add(self, index: int, kind: str = "dense") -> None:
        """Insert a layer before layer `index`, or where its kind belongs with -1; the size of a Dense can be typed at once."""
        self.hands.expect()
        self.controller.add_layer(None if index < 0 else index, kind)

    def remove(self, ids: Sequence[str]) -> None:
        """Remove these layers."""
        self._edit(lambda project: edits_layers.remove_layers(project, ids), _verb("Remove", ids))

    def duplicate(self, ids: Sequence[str]) -> None:
        """Insert copies of these layers behind them, with their weights."""
        self.hands.expect(size=False)
        self._edit(lambda project: edits_layers.duplicate_layers(project, ids), _verb("Duplicate", ids))

    def copy(self, ids: Sequence[str]) -> None:
        """Put these layers on the clipboard of the system, as the text of a Chain."""
        project = self.controller.project
        widths = sizes(project.spec.model, project.dataset.inputs)
        chosen = [(layer, inputs) for layer, (inputs, _) in zip(project.spec.model.layers, widths, strict=True) if layer.id in ids]
        QGuiApplication.clipboard().setText(layers_to_text([layer for layer, _ in chosen], chosen[0][1]))

    def cut(self, ids: Sequence[str]) -> None:
        """Put these layers on the clipboard and remove them."""
        self.copy(ids)
        self.remove(ids)

    def paste(self) -> None:
        """Insert what lies on the clipboard behind the selected layer."""
        try:
            layers = layers_from_text(QGuiApplication.clipboard().text(), all_ids(self.controller.project.spec.model))
        except FluxError:
            self.controller.notice.emit("info", "The clipboard holds no layers.", NO_LAYERS)
            return
        index = self.hands.behind()
        self.hands.expect(size=False)
        self._edit(lambda project: edits_layers.paste_layers(project, layers, _or_output(project, index)), _verb("Paste", layers))

    def freeze(self, ids: Sequence[str]) -> None:
        """Let training leave these layers as they are; if it does so already, train them again."""
        project = self.controller.project
        on = not all(id in project.spec.training.frozen for id in edits_layers.trained(project, ids))
        self._edit(lambda now: edits_layers.freeze_layers(now, ids, on), _verb("Freeze" if on else "Thaw", ids))

    def shift(self, ids: Sequence[str], by: int) -> None:
        """Move these layers one place to the left or to the right."""
        layers = self.controller.project.spec.model.layers
        places = [i for i, layer in enumerate(layers) if layer.id in ids]
        index = max(0, places[0] - 1) if by < 0 else places[-1] + 2
        self._move(ids, index)

    def use_preset(self, name: str) -> None:
        """Replace the hidden layers by those of a preset."""
        self._edit(lambda project: edits_layers.use_preset(project, name), f"Use the preset {name}")

    def _move(self, ids: Sequence[str], index: int) -> None:
        self._edit(lambda project: edits_layers.move_layers(project, ids, index), _verb("Move", ids))

    def _renamed(self, id: str, text: str) -> None:
        self._edit(lambda project: edits_layers.rename_layer(project, id, text), "Rename layer")

    def _edit(self, change: Callable[[Project], Project], text: str) -> None:
        self.controller.edit(change, text)

    def menu(self) -> QMenu:
        """Return the menu of what can be done with the selected layers."""
        menu = QMenu(self.view)
        menu.setObjectName("menu.layers")
        for group in MENU:
            for name in group:
                menu.addAction(self._actions[f"model.{name}"])
            menu.addSeparator()
        return menu

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    # --- requests ------------------------------------------------------------------------------------------------

    def _on_chosen(self, act: Callable[[tuple[str, ...]], object]) -> None:
        """Act on the selected layers, or on the only one there is."""
        alone = self.stage.selected_layer()
        ids = self.hands.chosen or ((alone,) if alone is not None else ())
        if ids:
            act(ids)
        else:
            self.controller.notice.emit("info", NONE, NONE_HINT)

    def _select_all(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hands.select_all()

    def _choose_kind(self, index: int, button: QWidget) -> None:
        open_below(layer_menu(button, lambda kind: self.add(index, kind), "menu.add_layer"), button)

    def _dropped(self, load: Load, index: int) -> None:
        if load.kind:
            self.add(index, load.kind)
        else:
            self._move(load.ids, index)

    def _landing(self, load: Load, index: int) -> int | None:
        """Return the place before which something carried would come to stand, None where nothing would change."""
        model = self.controller.project.spec.model
        if load.kind:
            return edits_layers.landing(model, (load.kind,), index)
        chosen = [layer for layer in model.layers if layer.id in load.ids]
        place = edits_layers.landing(model, [kind_of(layer) for layer in chosen], index, load.ids)
        rest = [layer for layer in model.layers if layer.id not in load.ids]
        if (*rest[:place], *chosen, *rest[place:]) == model.layers:
            return None
        return model.layers.index(rest[place]) if place < len(rest) else len(model.layers)


def kinds() -> list[Kind]:
    """Return the kinds of layers of the palette, the usual ones first."""
    entries = {entry.name: entry for entry in LAYERS.in_window()}
    names = [*(name for name in ORDER if name in entries), *(name for name in entries if name not in ORDER)]
    return [Kind(name, SHORT.get(name, entries[name].label.split()[0]), about(entries[name])) for name in names]


def layer_of(project: Project, problem: Problem) -> str:
    """Return the id of the layer that a problem is about, "" for none: what a loss expects is a matter of the output layer."""
    layers = project.spec.model.layers
    part, _, rest = problem.path.partition("model.layers.")
    place = rest.partition(".")[0]
    if not part and place.isdigit() and int(place) < len(layers):
        return layers[int(place)].id
    return layers[last_dense(project.spec.model)].id if problem.path == "training.loss" else ""


def _or_output(project: Project, index: int) -> int:
    return index if index >= 0 else last_dense(project.spec.model)


def _verb(verb: str, things: Sequence[object]) -> str:
    return f"{verb} layer" if len(things) == 1 else f"{verb} {len(things)} layers"
