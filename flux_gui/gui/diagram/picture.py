"""What the diagram draws, as plain values: the shell makes a NetworkPicture from a project, the view shows it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Choices = tuple[tuple[str, str, str], ...]  # (key, label, tooltip)


@dataclass(frozen=True, eq=False)
class LayerPicture:
    """One layer: `index` is its place in model.layers; `weight` (units, inputs) and `bias` (units,) are None when it has none."""

    id: str
    index: int
    title: str
    units: int
    activation: str = ""  # key into NetworkPicture.activations; "" when the layer has none to choose
    weight: Array | None = None
    bias: Array | None = None
    trainable: bool = True
    fixed_units: bool = False  # the output layer: its size comes from the data
    removable: bool = True


@dataclass(frozen=True, eq=False)
class NetworkPicture:
    """The whole network: names of inputs and outputs, layers in order, the activations to choose from, a word under the inputs."""

    inputs: tuple[str, ...]
    layers: tuple[LayerPicture, ...]
    outputs: tuple[str, ...] = ()
    activations: Choices = ()
    input_note: str = ""

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        return sum(part.size for layer in self.layers for part in (layer.weight, layer.bias) if part is not None)

    @property
    def units(self) -> tuple[int, ...]:
        """The number of nodes in every column, inputs first."""
        return (len(self.inputs), *(layer.units for layer in self.layers))
