"""How much memory a network needs to train, and how much it may have: asked before anything is allocated."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

from flux_gui.core.errors import ShapeError
from flux_gui.document.nesting import groups
from flux_gui.document.widths import widest, width
from flux_gui.engine.models import entry_of
from flux_gui.specs import LayerSpec, ModelSpec

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
    parameters, activations = _parameters(model.layers, inputs), _outputs(model.layers, inputs)
    return Estimate(parameters, itemsize * (_COPIES * parameters + _ACTIVATIONS * rows * activations))


def _parameters(layers: Sequence[LayerSpec], inputs: int) -> int:
    """Return how many parameters the layers have, in exact whole numbers of any size."""
    count = 0
    for layer in layers:
        shapes, _, inputs = entry_of(layer).shapes(layer, inputs)
        count += sum(map(prod, shapes.values()))
    return count


def _outputs(layers: Sequence[LayerSpec], inputs: int) -> int:
    """Return how many numbers per row the layers put out, those inside other layers included."""
    count = 0
    for layer in layers:
        count += sum(_outputs(group, inputs) for group in groups(layer))
        inputs = width(layer, inputs)
        count += inputs
    return count


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
