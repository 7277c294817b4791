"""What every export holds: parameters, statistics, settings of layers and the preparation of the data, as named arrays and texts."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from flux_gui import __version__
from flux_gui.data.outputs import output_kind
from flux_gui.data.prepare import Dataset
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.models import describe, entry_of, iterate, layout, statistics_layout
from flux_gui.engine.parameters import Slot
from flux_gui.specs import Choice, LayerSpec, ProjectSpec

Value = NDArray[Any] | str


class TrainedState(Protocol):
    """The part of a model's state that an export takes."""

    @property
    def parameters_in_use(self) -> NDArray[np.floating]:
        """The flat parameters that predict, evaluate and export take."""

    @property
    def statistics_in_use(self) -> NDArray[np.floating]:
        """The running statistics that go with them."""


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
    """Return the parameters in use by key: `layers.<i>.weight` (out, in), `layers.<i>.bias`, `layers.<i>.layers.<j>.weight` ..."""
    return _named(layout(project.spec.model, project.dataset.inputs), project.state.parameters_in_use)


def statistics(project: Exportable) -> dict[str, NDArray[np.floating]]:
    """Return the running statistics that go with them by key: `layers.<i>.mean` and `layers.<i>.variance` of a BatchNorm."""
    return _named(statistics_layout(project.spec.model, project.dataset.inputs), project.state.statistics_in_use)


def contents(project: Exportable) -> dict[str, Value]:
    """Return everything that recomputing a prediction from raw rows needs.

    layers.<i>.kind            "dense", "softmax", "logsoftmax", "dropout" (does nothing), "batchnorm", "layernorm", "scale",
                               "skipconnection" (its layers are layers.<i>.layers.<j>), "parallel" (layers.<i>.branches.<b>.layers.<j>),
                               "formula"
    layers.<i>.activation      its name, with every number of it as layers.<i>.activation.<name>; a custom one has .formula
    layers.<i>.weight .bias    dense: activation(x weight' + bias)
    layers.<i>.scale .bias     scale: activation(scale x + bias); of a norm behind the standardising
    layers.<i>.mean .variance  batchnorm: (x - mean) / sqrt(variance + eps), by column; layernorm takes them from the row itself
    layers.<i>.eps .combine .formula   of norms; of skipconnection and parallel (add, multiply, concatenate); of a formula layer, whose
                               parameters are layers.<i>.<name>
    outputs                    what leaves the network: "identity" (numbers, or logits), "probability", "logprobability", "margin"
    prepare.*                  see `Preparation.export`
    """
    result: dict[str, Value] = {"program": f"flux-gui {__version__}", "model": describe(project.spec.model, project.dataset.inputs)}
    result |= parameters(project) | statistics(project)
    for key, layer in iterate(project.spec.model):
        result |= {f"{key}.{name}": value for name, value in _settings(layer).items()}
    result["outputs"] = "identity"
    if project.dataset.task != "regression":
        result["outputs"] = output_kind(project.spec.model, project.spec.training)
    return result | project.dataset.preparation.export()


def _named(slots: Sequence[Slot], flat: NDArray[np.floating]) -> dict[str, NDArray[np.floating]]:
    return {slot.key: np.ascontiguousarray(slot.view(flat)) for slot in slots}


def _settings(layer: LayerSpec) -> dict[str, Value]:
    """Return what a reader must know of a layer besides its arrays; a softmax is named as an activation too."""
    kind = entry_of(layer).name
    found: dict[str, Value] = {"kind": kind}
    if kind in ("softmax", "logsoftmax"):
        found["activation"] = kind
    for name in ("combine", "formula"):
        if hasattr(layer, name):
            found[name] = str(getattr(layer, name))
    for name in ("eps", "p"):
        if hasattr(layer, name):
            found[name] = np.array(getattr(layer, name))
    activation: Choice | None = getattr(layer, "activation", None)
    if activation is not None:
        entry = ACTIVATIONS.get(activation.name)
        found["activation"] = entry.name
        found |= {f"activation.{name}": np.array(number) for name, number in entry.values(activation.values).items()}
        if entry.custom:
            found["activation.formula"] = activation.formula or entry.formula
    return found
