"""The middle column: the network as a picture, its formula above, the selected parameter below."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from flux_gui.document.model_costs import costs
from flux_gui.document.nesting import last_dense
from flux_gui.document.project import Project
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.models import entry_of, sizes
from flux_gui.engine.parameters import Slot
from flux_gui.gui.addresses import addresses, arrays
from flux_gui.gui.axes_button import AxesButton
from flux_gui.gui.chain_field import ChainField
from flux_gui.gui.diagram import LayerPicture, NetworkPicture, NetworkView, StepPicture
from flux_gui.gui.diagram.tips import HOW
from flux_gui.gui.forms import choices
from flux_gui.gui.layer_facts import layer_tips, usual_titles
from flux_gui.gui.selection_strip import SelectionStrip
from flux_gui.gui.view import ARROW, layer_titles
from flux_gui.gui.widgets import ProblemLine
from flux_gui.gui.widgets.segmented import Segmented
from flux_gui.runtime.unit_probe import UnitPictures
from flux_gui.specs import DenseSpec

COLOURING = (
    ("weights", "Weights", "Colour lines by weight and small squares by bias"),
    ("gradients", "Gradients", "Colour lines and small squares by how the training loss changes with them"),
)


class NetworkStage(QFrame):
    """Holds the NetworkView and what belongs to it. Signals: `wishChanged()` when other pictures of neurons are wanted."""

    wishChanged = Signal()

    def __init__(self, strip: SelectionStrip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = strip
        self.view = NetworkView()
        self.view.setObjectName("network")
        self.lens = self.view.lens
        self.axes = AxesButton()
        self.axes.axesChanged.connect(self.wishChanged)
        self.lens.inputClicked.connect(self.axes.click_input)
        self.problem = ProblemLine(self.view.viewport(), free=self.view.key.width() + 24)
        self.formula = ChainField()
        self._slots: tuple[Slot, ...] = ()
        self._picture: NetworkPicture | None = None
        self._flat: NDArray[np.floating] = np.empty(0)
        self.units: UnitPictures | None = None
        self.strip.selected.connect(self.view.selectParameter)
        self.view.parameterPicked.connect(self._picked)
        self.view.layerSelected.connect(self.strip.show_layer)
        self.view.layerClicked.connect(self.strip.show_layer)
        self.view.neuronPicked.connect(self.strip.pick_neuron)
        self.colouring = Segmented(COLOURING)
        self.colouring.setObjectName("network.colouring")
        self.colouring.setAccessibleName("Colour of the lines")
        self.colouring.valueChanged.connect(self._recolour)
        title = QLabel("Network")
        title.setProperty("title", True)
        self.head = QWidget()
        head = QHBoxLayout(self.head)
        head.setContentsMargins(12, 6, 12, 2)
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self.formula, 1)
        head.addWidget(self.axes)
        head.addWidget(self.colouring)
        line = QFrame()
        line.setProperty("line", True)
        line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.view, 1)
        column.addWidget(line)
        column.addWidget(self.strip)

    def show_project(self, project: Project) -> None:
        """Show the network of `project` with the parameters in use."""
        self._slots = addresses(project).slots
        self.formula.show_project(project)
        self._flat = project.state.parameters_in_use
        self._picture = network_picture(project)
        self.view.setNetwork(self._picture)
        self.axes.show_project(project)
        self.strip.show_project(project)

    def show_frame(self, flat: NDArray[np.floating]) -> None:
        """Show live parameters."""
        if not self._slots or len(flat) != self._slots[-1].stop or self._picture is None or np.array_equal(flat, self._flat):
            return
        self._flat = flat
        self.view.setWeights(self._by_layer(flat))
        self.strip.show_frame(flat)

    def show_units(self, units: UnitPictures | None) -> None:
        """Show what neurons compute, None: nothing can be said."""
        self.view.setUnits(units)
        self._show_gradient(units)

    @property
    def gradients(self) -> bool:
        """Whether lines are coloured by gradients."""
        return self.colouring.value() == "gradients"

    def _recolour(self) -> None:
        self._show_gradient(self.units)
        self.wishChanged.emit()

    def _show_gradient(self, units: UnitPictures | None) -> None:
        """Colour by the gradient that came with `units`, if that is wanted; without one, lines are plain."""
        self.units = units
        flat = units.gradient if units is not None and self.gradients else None
        if self._slots and flat is not None and len(flat) == self._slots[-1].stop:
            self.view.setGradient(self._by_layer(flat), True)
        elif self.gradients or self.view.shows_gradient:
            self.view.setGradient(None, self.gradients)

    def _by_layer(self, flat: NDArray[np.floating]) -> list[tuple[NDArray[np.floating] | None, NDArray[np.floating] | None]]:
        found = {layer: (weight, bias) for layer, weight, bias in arrays(self._slots, flat)}
        return [found.get(layer.index, (None, None)) for layer in self._picture.layers] if self._picture is not None else []

    def selected_layer(self) -> str | None:
        """Return the id of the layer that edits act on: the one clicked, or the only one there is."""
        ids = self._picture.ids if self._picture is not None else ()
        chosen = self.view.selectedLayer()
        if chosen in ids:
            return chosen
        return ids[0] if len(ids) == 1 else None

    def _picked(self, layer: int, name: str, row: int, column: int) -> None:
        self.strip.pick_at(layer, name, row, column)
        self.strip.value.setFocus(Qt.FocusReason.MouseFocusReason)
        self.strip.value.selectAll()


def network_picture(project: Project) -> NetworkPicture:
    """Return what the diagram draws of `project`: a column for the inputs and for every layer that changes the width, steps between."""
    found = {layer: (weight, bias) for layer, weight, bias in arrays(addresses(project).slots, project.state.parameters_in_use)}
    titles, dataset, model = layer_titles(project), project.dataset, project.spec.model
    last, rest = last_dense(model), project.spec.training.frozen
    tips, usual, counts = layer_tips(project), usual_titles(project), costs(model, dataset.inputs)
    layers: list[LayerPicture] = []
    steps: list[StepPicture] = []
    for i, (spec, (inputs, units)) in enumerate(zip(model.layers, sizes(model, dataset.inputs), strict=True)):
        if not isinstance(spec, DenseSpec) and inputs == units:
            title = f"{titles[i]} (frozen)" if spec.id in rest else titles[i]
            steps.append(StepPicture(spec.id, i, title, len(layers), f"{tips[i]}\n{HOW}", spec.name, usual[i]))
            continue
        weight, bias = found.get(i, (None, None)) if isinstance(spec, DenseSpec) else (None, None)
        activation = spec.activation.name if isinstance(spec, DenseSpec) else ""
        title = titles[i] if isinstance(spec, DenseSpec) else f"{spec.name or entry_of(spec).label.split()[0]} {ARROW} {units}"
        look: dict[str, Any] = {"trainable": spec.id not in rest, "fixed_units": i == last, "removable": i != last}
        look |= {"name": spec.name, "usual": usual[i], "tip": tips[i], "parameters": counts[i].parameters}
        layers.append(LayerPicture(spec.id, i, title, units, activation, weight, bias, **look))
    note = "not scaled" if project.spec.data.prepare.scale_inputs == "none" else "standardised"
    options = tuple((key, key, tip) for key, _label, tip in choices(ACTIVATIONS.in_window()))
    return NetworkPicture(tuple(dataset.input_names), tuple(layers), tuple(dataset.output_names), options, note, tuple(steps))
