"""The middle column: the network as a picture, its formula above, the selected parameter below."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_gui.document.nesting import last_dense
from flux_gui.document.project import Project
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.models import entry_of, sizes
from flux_gui.engine.parameters import Slot
from flux_gui.gui.addresses import addresses, arrays
from flux_gui.gui.diagram import LayerPicture, NetworkPicture, NetworkView, StepPicture
from flux_gui.gui.forms import choices
from flux_gui.gui.selection_strip import SelectionStrip
from flux_gui.gui.view import ARROW, chain_text, layer_titles
from flux_gui.gui.widgets import ElidedLabel, ProblemLine
from flux_gui.specs import DenseSpec

PICTURE_RATIO = 2.0  # of an exported picture to the screen


class NetworkStage(QFrame):
    """Holds the NetworkView and what belongs to it."""

    def __init__(self, strip: SelectionStrip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = strip
        self.view = NetworkView()
        self.view.setObjectName("network")
        self.problem = ProblemLine(self.view.viewport(), free=self.view.key.width() + 24)
        self.formula = ElidedLabel()
        self.formula.setProperty("muted", True)
        self._slots: tuple[Slot, ...] = ()
        self._picture: NetworkPicture | None = None
        self._flat: NDArray[np.floating] = np.empty(0)
        self.strip.selected.connect(self.view.selectParameter)
        self.view.parameterPicked.connect(self._picked)
        title = QLabel("Network")
        title.setProperty("title", True)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 4)
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self.formula, 1)
        line = QFrame()
        line.setProperty("line", True)
        line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(line)
        column.addWidget(self.strip)

    def show_project(self, project: Project) -> None:
        """Show the network of `project` with the parameters in use."""
        self._slots = addresses(project).slots
        self.formula.setText(chain_text(project))
        self._flat = project.state.parameters_in_use
        self._picture = network_picture(project)
        self.view.setNetwork(self._picture)
        self.strip.show_project(project)

    def show_frame(self, flat: NDArray[np.floating]) -> None:
        """Show live parameters."""
        if not self._slots or len(flat) != self._slots[-1].stop or self._picture is None or np.array_equal(flat, self._flat):
            return
        self._flat = flat
        found = {layer: (weight, bias) for layer, weight, bias in arrays(self._slots, flat)}
        self.view.setWeights([found.get(layer.index, (None, None)) for layer in self._picture.layers])
        self.strip.show_frame(flat)

    def selected_layer(self) -> str | None:
        """Return the id of the layer that edits act on: the one clicked, or the only one there is."""
        ids = self._picture.ids if self._picture is not None else ()
        chosen = self.view.selectedLayer()
        if chosen in ids:
            return chosen
        return ids[0] if len(ids) == 1 else None

    def picture(self) -> QImage:
        """Return the network without its controls, in twice the size of the screen."""
        return self.view.exported(PICTURE_RATIO)

    def _picked(self, layer: int, name: str, row: int, column: int) -> None:
        self.strip.pick_at(layer, name, row, column)
        self.strip.value.setFocus(Qt.FocusReason.MouseFocusReason)
        self.strip.value.selectAll()


def network_picture(project: Project) -> NetworkPicture:
    """Return what the diagram draws of `project`: a column for the inputs and for every layer that changes the width, steps between."""
    found = {layer: (weight, bias) for layer, weight, bias in arrays(addresses(project).slots, project.state.parameters_in_use)}
    titles, dataset, model = layer_titles(project), project.dataset, project.spec.model
    last, rest = last_dense(model), project.spec.training.frozen
    layers: list[LayerPicture] = []
    steps: list[StepPicture] = []
    for i, (spec, (inputs, units)) in enumerate(zip(model.layers, sizes(model, dataset.inputs), strict=True)):
        if not isinstance(spec, DenseSpec) and inputs == units:
            title = f"{titles[i]} (frozen)" if spec.id in rest else titles[i]
            steps.append(StepPicture(spec.id, i, title, len(layers), f"{title}: {entry_of(spec).doc}\nClick to select it."))
            continue
        weight, bias = found.get(i, (None, None)) if isinstance(spec, DenseSpec) else (None, None)
        activation = spec.activation.name if isinstance(spec, DenseSpec) else ""
        title = titles[i] if isinstance(spec, DenseSpec) else f"{entry_of(spec).label.split()[0]} {ARROW} {units}"
        look = {"trainable": spec.id not in rest, "fixed_units": i == last, "removable": i != last}
        layers.append(LayerPicture(spec.id, i, title, units, activation, weight, bias, **look))
    note = "not scaled" if project.spec.data.prepare.scale_inputs == "none" else "standardised"
    options = tuple((key, key, tip) for key, _label, tip in choices(ACTIVATIONS.in_window()))
    return NetworkPicture(tuple(dataset.input_names), tuple(layers), tuple(dataset.output_names), options, note, tuple(steps))
