"""One flat array of parameters per model, with named views per layer, and a second one for running statistics.

A weight is stored C-order as (inputs, outputs), any array with its axes reversed; `layer.weight` is its transposed live view
(outputs, inputs), as in Flux and PyTorch, and the bytes are those of Flux's `destructure`.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from flux_gui.core.errors import ShapeError
from flux_gui.engine.backend import NUMPY, Backend, Clock

_keys = itertools.count(1)


@dataclass(frozen=True)
class Slot:
    """Where one named array lies in a flat array: key such as "layers.0.weight", public shape, start and stop, layer index."""

    key: str
    shape: tuple[int, ...]
    start: int
    stop: int
    layer: int
    name: str

    def view(self, flat: Any) -> Any:
        """Return the array of public shape that shares memory with `flat` (a weight is the transpose of what is stored)."""
        return flat[self.start : self.stop].reshape(self.shape[::-1]).T


class ParameterStore:
    """The flat arrays of one model. A layer that joins a model moves from its own store into the model's."""

    def __init__(self, parameters: int, statistics: int, dtype: Any) -> None:
        self.key = next(_keys)  # identifies the store in traced graphs
        self.backend = NUMPY
        self.dtype = np.dtype(dtype)
        self.flat: Any = NUMPY.flat(parameters, dtype)
        self.statistics: Any = NUMPY.flat(statistics, dtype)
        self.clock = Clock()  # what random nodes depend on, outside of a Trainer
        self.plans: dict[Any, Any] = {}  # compiled plans by signature
        self.traced: Any = None  # a traced array that stands for the parameters, see `destructure`
        self._gradient: Any = None

    @property
    def gradient(self) -> Any:
        """The flat array that training steps write gradients to; same layout as `flat`."""
        if self._gradient is None:
            self._gradient = self.backend.flat(self.flat.size, self.dtype)
        return self._gradient

    def move(self, backend: Backend) -> None:
        """Keep all arrays on another device from now on; what was compiled before is forgotten."""
        self.flat, self.statistics = (backend.asarray(self.backend.to_host(a)) for a in (self.flat, self.statistics))
        self.backend, self._gradient = backend, None
        self.plans.clear()

    def remember(self, key: Any, plan: Any, limit: int = 16) -> Any:
        """Keep `plan` for `key`, forgetting the oldest beyond `limit`."""
        while len(self.plans) >= limit:
            self.plans.pop(next(iter(self.plans)))
        self.plans[key] = plan
        return plan


class Parameters:
    """The live parameters of a model or layer: iterates over its arrays, `weight in parameters` compares by memory.

    Flux: `Flux.trainables(model)`, formerly `Flux.params(model)`.
    """

    def __init__(self, store: ParameterStore, slots: tuple[Slot, ...]) -> None:
        self.store = store
        self.slots = slots

    def __iter__(self) -> Iterator[np.ndarray]:
        return (slot.view(self.store.flat) for slot in self.slots)

    def __len__(self) -> int:
        return len(self.slots)

    def __getitem__(self, index: int) -> np.ndarray:
        return self.slots[index].view(self.store.flat)  # type: ignore[no-any-return]

    def __contains__(self, array: object) -> bool:
        if not isinstance(array, np.ndarray):
            return False
        return any(_same_memory(array, mine) for mine in self)

    def __repr__(self) -> str:
        rows = "\n".join(f"  {slot.key}: {np.array2string(array, threshold=12)}" for slot, array in zip(self.slots, self, strict=True))
        return f"Parameters(\n{rows}\n)"


def _same_memory(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and a.strides == b.strides and a.ctypes.data == b.ctypes.data and a.dtype == b.dtype


def check_shape(given: Any, expected: tuple[int, ...], what: str) -> None:
    """Raise ShapeError unless `given` has the shape `expected`."""
    if tuple(given.shape) != tuple(expected):
        raise ShapeError(f"{what} must have the shape {tuple(expected)}, got {tuple(given.shape)}.", "Check the sizes of the layers.")
