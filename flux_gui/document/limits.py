"""How much memory a network needs to train, and how much it may have: asked before anything is allocated."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flux_gui.core.errors import ShapeError
from flux_gui.document.nesting import groups
from flux_gui.document.widths import widest, width
from flux_gui.specs import DenseSpec, FormulaSpec, LayerSpec, ModelSpec, ScaleSpec

MAX_LAYERS: Final = 200
MAX_BYTES: Final = 32 * 2**30
_FALLBACK_BYTES: Final = 4 * 2**30
_COPIES: Final = 7  # weights, gradients, two optimiser slots, start, best, rollback
_ACTIVATIONS: Final = 3  # value, derivative and one intermediate result per unit and row


@dataclass(frozen=True)
class Estimate:
    """The number of parameters of a model and the bytes that training it takes."""

    parameters: int
    bytes: int


def estimate(model: ModelSpec, inputs: int, rows: int) -> Estimate:
    """Return what training `model` on batches of `rows` rows of `inputs` numbers takes."""
    itemsize = 4 if model.dtype == "float32" else 8
    parameters, activations = _counts(model.layers, inputs)
    return Estimate(parameters, itemsize * (_COPIES * parameters + _ACTIVATIONS * rows * activations))


def _counts(layers: Sequence[LayerSpec], inputs: int) -> tuple[int, int]:
    """Return how many parameters the layers have and how many numbers per row they put out, those inside other layers included."""
    parameters = activations = 0
    for layer in layers:
        parameters += _own(layer, inputs)
        for group in groups(layer):
            inner = _counts(group, inputs)
            parameters, activations = parameters + inner[0], activations + inner[1]
        inputs = width(layer, inputs)
        activations += inputs
    return parameters, activations


def _own(layer: LayerSpec, inputs: int) -> int:
    """Return the number of a layer's own parameters, in exact whole numbers of any size."""
    if isinstance(layer, DenseSpec):
        return layer.units * (inputs + layer.bias)
    if isinstance(layer, FormulaSpec):
        return sum(inputs if parameter.per == "column" else 1 for parameter in layer.parameters)
    if isinstance(layer, ScaleSpec):
        return inputs * (1 + layer.bias)
    return 2 * inputs if getattr(layer, "affine", False) else 0


def memory_limit() -> int:
    """Return the bytes one project may need: half of the machine's memory, at most 32 GiB."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on this system
        total = 2 * _FALLBACK_BYTES
    return min(total // 2, MAX_BYTES)


def check_memory(model: ModelSpec, inputs: int, rows: int) -> None:
    """Raise ShapeError with the numbers if training `model` would not fit into memory."""
    need, limit = estimate(model, inputs, rows), memory_limit()
    if need.bytes > limit:
        raise ShapeError(
            f"The network with a layer of {widest(model)} units has {need.parameters} parameters and needs about "
            f"{need.bytes / 2**30:.1f} GiB to train, more than the {limit / 2**30:.1f} GiB allowed on this machine.",
            "Choose a smaller layer, or smaller batches.",
        )
