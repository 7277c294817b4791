"""Section 2: the sizes of hidden layers, the settings of the selected layer, number format and seed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from flux_gui.document.edits_layers import PRESETS, preset_of
from flux_gui.document.model_costs import costs
from flux_gui.document.nesting import last_dense
from flux_gui.document.project import Project
from flux_gui.engine.models import entry_of, layout, sizes
from flux_gui.gui import icons
from flux_gui.gui.actions import Actions
from flux_gui.gui.forms import FieldSpec, Form
from flux_gui.gui.layer_facts import cost_line, network_cost
from flux_gui.gui.layer_form import LayerForm
from flux_gui.gui.layer_menu import layer_menu, open_below
from flux_gui.gui.setting_fields import about
from flux_gui.gui.view import grouped, layer_titles
from flux_gui.gui.widgets import ChoiceField, Section
from flux_gui.specs import DenseSpec

MAX_ROWS = 8  # hidden layers listed by size; the picture shows all
FORMATS = (("float32", "float32", "7 digits, fast"), ("float64", "float64", "16 digits, slower"))
UNITS = "Neurons in this hidden layer. More can learn finer shapes but need more data and time; typically 8 to 64."
SEED = "Start parameters are drawn from it; the same seed gives the same start."
FREEZE = "A frozen layer keeps its parameters: training changes only the others."
LAYER = "The layer whose settings stand below; a click in the picture chooses it too."
PRESET = "model.preset"
PRESETS_HELP = "Networks to begin with. Hidden layers that are there are reused, with their weights as far as they fit."
PRESET_ITEMS = tuple((one.name, one.label, one.doc) for one in PRESETS)
LAYER_COST = "Parameters, their memory, and multiplications with an addition for one row."
GENERAL = [
    FieldSpec("model.dtype", "Precision", "choice", FORMATS, help="The number format of data and parameters."),
    FieldSpec("model.seed", "Seed", "integer", low=0, high=2**31, help=SEED),
]


class NetworkPanel(Section):
    """Signals: edited(path, value), layerChosen(id), addRequested(kind), duplicateRequested(id), removeRequested(id),
    presetChosen(name).
    """

    edited = Signal(str, object)
    layerChosen = Signal(str)
    addRequested = Signal(str)
    duplicateRequested = Signal(str)
    removeRequested = Signal(str)
    presetChosen = Signal(str)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(2, "Network", parent, help_text="The layers between the inputs and the output.")
        self._project: Project | None = None
        self._chosen = ""
        self.units = Form()
        self.layer = LayerForm()
        self.general = Form(GENERAL)
        for source in (self.units, self.layer, self.general):
            source.edited.connect(self.edited)
        self.preset = Form([FieldSpec(PRESET, "Preset", "choice", help=PRESETS_HELP)])
        self.preset.edited.connect(lambda _path, name: self.presetChosen.emit(name) if name else None)
        self.cost = QLabel()
        self.cost.setProperty("hint", True)
        self.cost.setWordWrap(True)
        self.addWidget(self.preset)
        self.addWidget(self.units)
        self.addWidget(self._layer_row(actions))
        self.addWidget(self.layer)
        self.addWidget(self.cost)
        self.addWidget(self.general)
        self.body.addSpacing(4)
        self.addWidget(self._add_row(actions))

    def _layer_row(self, actions: Actions) -> QWidget:
        """Return the row that chooses a layer, with the buttons that copy and remove it."""
        row = QWidget()
        self.choice = ChoiceField(help_text=LAYER)
        self.choice.setObjectName("panel.model.layer")
        self.choice.setAccessibleName("Layer")
        self.choice.valueChanged.connect(self._choose)
        self.copy = _tool("duplicate", "panel.model.duplicate_layer", actions["model.duplicate_layer"].toolTip())
        self.copy.clicked.connect(lambda: self.duplicateRequested.emit(self.choice.value()))
        self.remove = _tool("layer_remove", "panel.model.remove_layer", actions["model.remove_layer"].toolTip())
        self.remove.clicked.connect(lambda: self.removeRequested.emit(self.choice.value()))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for widget, stretch in ((self.choice, 1), (self.copy, 0), (self.remove, 0)):
            line.addWidget(widget, stretch)
        return row

    def _add_row(self, actions: Actions) -> QWidget:
        """Return the row with the button for a Dense layer and the menu of all kinds."""
        row = QWidget()
        self.add = QPushButton("Add a hidden layer")
        self.add.setObjectName("panel.model.add_layer")
        self.add.setToolTip(actions["model.add_layer"].toolTip())
        self.add.clicked.connect(actions["model.add_layer"].trigger)
        self.kinds = _tool(
            "chevron_down", "panel.model.add_kind", "Add a layer of another kind: normalisation, dropout, a skip connection ..."
        )
        self.kinds.setProperty("framed", True)
        self.kinds.setFixedSize(30, 28)
        self.kinds.clicked.connect(lambda: open_below(layer_menu(self, self.addRequested.emit, "menu.add_layer"), self.kinds))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.add, 1)
        line.addWidget(self.kinds)
        return row

    def forms(self) -> list[Form]:
        """Return the forms, to show errors at their fields."""
        return [self.units, *self.layer.forms(), self.general]

    def show_project(self, project: Project) -> None:
        """Show the network settings of `project`."""
        self._project = project
        model = project.spec.model
        count = len(project.state.parameters)
        self.setSummary(f"{grouped(count)} parameter{'s' if count != 1 else ''}")
        self._show_preset(preset_of(model))
        hidden = [i for i, layer in enumerate(model.layers) if isinstance(layer, DenseSpec) and i != last_dense(model)][:MAX_ROWS]
        self.units.setFields([_units(i) for i in hidden])
        self.units.setValues({f"model.layers.{i}.units": getattr(model.layers[i], "units", 0) for i in hidden})
        self.units.setVisible(bool(hidden))
        self._show_chosen(project, hidden)
        self.general.setValues({"model.dtype": model.dtype, "model.seed": model.seed})

    def _show_chosen(self, project: Project, listed: list[int]) -> None:
        model, inputs = project.spec.model, project.dataset.inputs
        titles = [f"{i} \u00b7 {title}" for i, title in enumerate(layer_titles(project))]
        items = [(layer.id, title, about(entry_of(layer))) for layer, title in zip(model.layers, titles, strict=True)]
        if [item[:2] for item in items] != [(self.choice.itemData(i), self.choice.itemText(i)) for i in range(self.choice.count())]:
            self.choice.setItems(items)
        output = last_dense(model)
        place = next((i for i, layer in enumerate(model.layers) if layer.id == self._chosen), output)
        layer = model.layers[place]
        self.choice.setValue(layer.id)
        self.remove.setEnabled(place != output)
        self.cost.setText(cost_line(costs(model, inputs)[place]))
        self.cost.setToolTip(f"{LAYER_COST} The whole network: {cost_line(network_cost(project))}.")
        without = ("units",) if place in listed or place == output else ()
        trained = any(slot.layer == place for slot in layout(model, inputs))
        freeze = f"training.frozen.{layer.id}"
        extra = [FieldSpec(freeze, "Freeze", "toggle", help=FREEZE, advanced=True)] if trained else []
        width = sizes(model, inputs)[place][0]
        mirror = isinstance(layer, DenseSpec)
        self.layer.show_layer(layer, f"model.layers.{place}", width, without=without, extra=extra, mirror=mirror)
        if trained:
            self.layer.form.setValues({freeze: layer.id in project.spec.training.frozen})

    def _show_preset(self, name: str) -> None:
        """Show which preset the network is; an entry of its own says that it is none."""
        own = (("", "own", "The network has other layers than those of a preset."),) if not name else ()
        self.preset.setFields([FieldSpec(PRESET, "Preset", "choice", (*own, *PRESET_ITEMS), help=PRESETS_HELP)])
        self.preset.setValues({PRESET: name})

    def focus_settings(self, id: str) -> None:
        """Choose a layer and put the cursor into its first setting."""
        self._choose(id)
        fields = [one for one in self.layer.form.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible()]
        if fields:
            fields[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_layer(self, id: str) -> None:
        """Show the settings of the layer that was selected in the picture."""
        self._chosen = id
        if self._project is not None:
            self.show_project(self._project)

    def _choose(self, id: str) -> None:
        self.show_layer(id)
        self.layerChosen.emit(id)


def _units(place: int) -> FieldSpec:
    return FieldSpec(f"model.layers.{place}.units", f"Layer {place} units", "integer", low=1, high=1e6, help=UNITS)


def _tool(icon: str, name: str, tip: str) -> QToolButton:
    button = QToolButton()
    icons.bind(button, icon, "muted")
    button.setObjectName(name)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFixedSize(24, 26)
    return button
