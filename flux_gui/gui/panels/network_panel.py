"""Section 2: the hidden layers with their sizes, start values, number format and seed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from flux_gui.document.project import Project
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.gui.actions import Actions
from flux_gui.gui.forms import FieldSpec, Form, choices
from flux_gui.gui.view import grouped
from flux_gui.gui.widgets import Section
from flux_gui.specs import DenseSpec, ModelSpec

MAX_ROWS = 8  # hidden layers listed by size; the picture shows all
FORMATS = (("float32", "float32", "7 digits, fast"), ("float64", "float64", "16 digits, slower"))
UNITS = "Neurons in this hidden layer. More can learn finer shapes but need more data and time; typically 8 to 64."
START = "How the start weights of the layer selected in the picture are drawn; a change draws them again."
SEED = "Start parameters are drawn from it; the same seed gives the same start."


class NetworkPanel(Section):
    """Signal: edited(path, value)."""

    edited = Signal(str, object)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(2, "Network", parent, help_text="The layers between the inputs and the output.")
        self.form = Form()
        self._project: Project | None = None
        self._chosen = ""
        self.form.edited.connect(self.edited)
        self.add = QPushButton("Add a hidden layer")
        self.add.setObjectName("panel.model.add_layer")
        self.add.setToolTip(actions["model.add_layer"].toolTip())
        self.add.clicked.connect(actions["model.add_layer"].trigger)
        self.addWidget(self.form)
        self.body.addSpacing(4)
        self.addWidget(self.add)

    def forms(self) -> list[Form]:
        """Return the forms, to show errors at their fields."""
        return [self.form]

    def show_project(self, project: Project) -> None:
        """Show the network settings of `project`."""
        self._project = project
        model = project.spec.model
        count = len(project.state.parameters)
        self.setSummary(f"{grouped(count)} parameter{'s' if count != 1 else ''}")
        dense = [(i, layer) for i, layer in enumerate(model.layers) if isinstance(layer, DenseSpec)]
        places = [i for i, _layer in dense]
        chosen = next((i for i, layer in dense if layer.id == self._chosen), places[-1])
        self.form.setFields(_fields(places, chosen))
        self.form.setValues(_values(model, dense))

    def show_layer(self, id: str) -> None:
        """Show the start values of the layer that was selected in the picture."""
        self._chosen = id
        if self._project is not None:
            self.show_project(self._project)


def _fields(places: list[int], chosen: int) -> list[FieldSpec]:
    hidden = places[:-1]
    fields = [FieldSpec(f"model.layers.{i}.units", f"Layer {i} units", "integer", low=1, high=1e6, help=UNITS) for i in hidden[:MAX_ROWS]]
    options = choices(INITIALISERS.in_window())
    fields.append(FieldSpec(f"model.layers.{chosen}.initialiser", "Start weights", "choice", options, help=START))
    fields.append(FieldSpec("model.dtype", "Precision", "choice", FORMATS, help="The number format of data and parameters."))
    fields.append(FieldSpec("model.seed", "Seed", "integer", low=0, high=2**31, help=SEED))
    return fields


def _values(model: ModelSpec, dense: list[tuple[int, DenseSpec]]) -> dict[str, object]:
    values: dict[str, object] = {"model.dtype": model.dtype, "model.seed": model.seed}
    for i, layer in dense:
        values[f"model.layers.{i}.units"] = layer.units
        values[f"model.layers.{i}.initialiser"] = layer.initialiser.name
    return values
