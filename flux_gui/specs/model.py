"""What the network is made of: a list of layers with stable ids."""

from typing import Literal

import msgspec


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A registry entry by name, with the hyper-parameter values that differ from its defaults."""

    name: str
    values: dict[str, float] = {}


class DenseSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="dense"):
    """A Dense layer with `units` outputs; the number of inputs follows from what stands before it."""

    id: str
    units: int
    activation: Choice = Choice("relu")
    bias: bool = True
    initialiser: Choice = Choice("glorot_uniform")
    name: str = ""


class SoftmaxSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="softmax"):
    """A softmax step: turns scores into probabilities that sum to one."""

    id: str
    name: str = ""


LayerSpec = DenseSpec | SoftmaxSpec


class ModelSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The layers from input to output, the number format and the seed of the start parameters."""

    layers: tuple[LayerSpec, ...] = (DenseSpec("output", 1, Choice("identity")),)
    dtype: Literal["float32", "float64"] = "float32"
    seed: int = 0
