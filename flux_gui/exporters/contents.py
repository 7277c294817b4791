"""What every export holds: parameters, activations and the preparation of the data, as named arrays and texts."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from flux_gui import __version__
from flux_gui.data.prepare import Dataset
from flux_gui.engine.models import describe, layout
from flux_gui.specs import DenseSpec, ProjectSpec

Value = NDArray[Any] | str


class TrainedState(Protocol):
    """The part of a model's state that an export takes."""

    @property
    def parameters_in_use(self) -> NDArray[np.floating]:
        """The flat parameters that predict, evaluate and export take."""


class Exportable(Protocol):
    """What is exported: a project, seen from here."""

    @property
    def spec(self) -> ProjectSpec:
        """All settings."""

    @property
    def dataset(self) -> Dataset:
        """The prepared data, which hold the preparation."""

    @property
    def state(self) -> TrainedState:
        """The trained state."""


def parameters(project: Exportable) -> dict[str, NDArray[np.floating]]:
    """Return the parameters in use by key: `layers.<i>.weight` (out, in) and `layers.<i>.bias`."""
    flat = project.state.parameters_in_use
    return {slot.key: np.ascontiguousarray(slot.view(flat)) for slot in layout(project.spec.model, project.dataset.inputs)}


def contents(project: Exportable) -> dict[str, Value]:
    """Return everything that recomputing a prediction from raw rows needs: parameters, `layers.<i>.activation`, `prepare.*`."""
    result: dict[str, Value] = {"program": f"flux-gui {__version__}", "model": describe(project.spec.model, project.dataset.inputs)}
    result |= parameters(project)
    for index, layer in enumerate(project.spec.model.layers):
        result[f"layers.{index}.activation"] = layer.activation.name if isinstance(layer, DenseSpec) else "softmax"
        for name, number in layer.activation.values.items() if isinstance(layer, DenseSpec) else ():
            result[f"layers.{index}.activation.{name}"] = np.array(number)
    return result | project.dataset.preparation.export()
