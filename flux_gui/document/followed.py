"""Columns followed through an edit of the data: which inputs stayed, and which layers hold a number for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flux_gui.document.nesting import groups
from flux_gui.document.states import Array
from flux_gui.specs import DenseSpec, LayerSpec, ModelSpec


@dataclass(frozen=True, eq=False)
class Followed:
    """Input `old[i]` became input `new[i]`. `dense` and `others` are the ids of layers that see the inputs themselves.

    What `lost` layers had of their inputs cannot be followed: they are drawn again.
    """

    old: NDArray[np.intp]
    new: NDArray[np.intp]
    sizes: tuple[int, int]
    dense: frozenset[str]
    others: frozenset[str]
    lost: frozenset[str]

    def sees(self, layer: str) -> bool:
        """Return whether a layer sees the inputs themselves."""
        return layer in self.dense or layer in self.others

    def applies(self, layer: str, name: str, source: Array, target: Array) -> bool:
        """Return whether the last axis of an array of `layer` goes by inputs: of a Dense its weight, else whatever is as wide."""
        if (source.shape[-1:], target.shape[-1:]) != ((self.sizes[0],), (self.sizes[1],)):
            return False
        if source.shape[:-1] != target.shape[:-1]:
            return False
        return (layer in self.dense and name == "weight") or layer in self.others


def columns_followed(model: ModelSpec, before: Sequence[str], after: Sequence[str]) -> Followed:
    """Return where the inputs called `before` are among those called `after`, and which layers of `model` see them."""
    places = {name: index for index, name in enumerate(before)}
    pairs = [(places[name], index) for index, name in enumerate(after) if name in places]
    dense: set[str] = set()
    others: set[str] = set()
    lost: set[str] = set()
    _look(model.layers, dense, others, lost)
    old, new = (np.array([pair[i] for pair in pairs], dtype=np.intp) for i in (0, 1))
    return Followed(old, new, (len(before), len(after)), frozenset(dense), frozenset(others), frozenset(lost))


def _look(layers: Sequence[LayerSpec], dense: set[str], others: set[str], lost: set[str]) -> None:
    """Gather the layers that see the inputs: all up to the first Dense; behind a layer of layers nothing can be followed."""
    for index, layer in enumerate(layers):
        if isinstance(layer, DenseSpec):
            dense.add(layer.id)
            return
        inner = groups(layer)
        if not inner:
            others.add(layer.id)
            continue
        for group in inner:
            _look(group, dense, others, lost)
        for behind in layers[index + 1 :]:
            lost.add(behind.id)
            if isinstance(behind, DenseSpec):
                return
        return
