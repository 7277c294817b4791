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
    name: str = ""  # what somebody has called it; `usual` is the title without
    usual: str = ""
    tip: str = ""  # what it is and what it costs, in some lines
    parameters: int = 0


@dataclass(frozen=True)
class StepPicture:
    """A layer that works on what passes, without neurons of its own; it stands behind column `after`, counting the inputs as 0."""

    id: str
    index: int
    title: str
    after: int
    tip: str = ""
    name: str = ""
    usual: str = ""


@dataclass(frozen=True, eq=False)
class NetworkPicture:
    """The whole network: names of inputs and outputs, layers with neurons in order, the activations to choose from, a word under the
    inputs, and the steps between the columns.
    """

    inputs: tuple[str, ...]
    layers: tuple[LayerPicture, ...]
    outputs: tuple[str, ...] = ()
    activations: Choices = ()
    input_note: str = ""
    steps: tuple[StepPicture, ...] = ()

    @property
    def parameters(self) -> int:
        """The number of weights and biases."""
        return sum(part.size for layer in self.layers for part in (layer.weight, layer.bias) if part is not None)

    @property
    def units(self) -> tuple[int, ...]:
        """The number of nodes in every column, inputs first."""
        return (len(self.inputs), *(layer.units for layer in self.layers))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all layers and steps, from input to output."""
        places = {**{layer.index: layer.id for layer in self.layers}, **{step.index: step.id for step in self.steps}}
        return tuple(places[index] for index in sorted(places))

    @property
    def output(self) -> str:
        """The id of the output layer, whose size comes from the data; "" if there is none."""
        return next((layer.id for layer in self.layers if layer.fixed_units), "")

    def index_of(self, id: str) -> int:
        """Return the place in the model of a layer or step; KeyError for one that is not there."""
        return {**{layer.id: layer.index for layer in self.layers}, **{step.id: step.index for step in self.steps}}[id]

    def name_of(self, id: str) -> tuple[str, str]:
        """Return what a layer or step was called, "" for nothing, and its usual title."""
        every: tuple[LayerPicture | StepPicture, ...] = (*self.layers, *self.steps)
        one = next(one for one in every if one.id == id)
        return one.name, one.usual or one.title

    def steps_after(self, column: int) -> tuple[StepPicture, ...]:
        """Return the steps between a column and the next."""
        return tuple(step for step in self.steps if step.after == column)
