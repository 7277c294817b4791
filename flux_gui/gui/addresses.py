"""Where each parameter of a network stands: from its index in the flat array to its array, row and column, and back."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flux_gui.document.project import Project
from flux_gui.engine.models import layout
from flux_gui.engine.parameters import Slot

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Address:
    """One parameter: its index in the flat array and its place in the network; what has no columns has column 0.

    `layer` counts the layers of the Chain; `array` is the key of the array it is part of, which says where inside that layer.
    """

    index: int
    layer: int
    name: str
    row: int
    column: int
    array: str
    matrix: bool = False

    @property
    def key(self) -> str:
        """What the parameter is called on the screen, such as `layers.0.weight[2, 1]`."""
        return f"{self.array}[{self.row}, {self.column}]" if self.matrix else f"{self.array}[{self.row}]"

    @property
    def is_nested(self) -> bool:
        """Whether it belongs to a layer inside another one."""
        return self.array != f"layers.{self.layer}.{self.name}"

    @property
    def where(self) -> str:
        """The numbers of its layer from the outside in, such as 1 or 1.0."""
        return ".".join(part for part in self.array.split(".") if part.isdecimal())


class Addresses:
    """All parameters of a network, found by flat index or by place; nothing is listed in advance."""

    def __init__(self, slots: tuple[Slot, ...]) -> None:
        self.slots = slots
        self._starts = [slot.start for slot in slots]

    def __len__(self) -> int:
        return self.slots[-1].stop if self.slots else 0

    def at(self, index: int) -> Address:
        """Return the parameter at a flat index."""
        slot = self.slots[bisect_right(self._starts, index) - 1]
        offset = index - slot.start
        matrix = len(slot.shape) == 2
        row, column = (offset % slot.shape[0], offset // slot.shape[0]) if matrix else (offset, 0)
        return Address(index, slot.layer, slot.name, row, column, slot.key, matrix)

    def of_neuron(self, place: Address, most: int) -> list[Address]:
        """Return the parameters in the row of `place` of all arrays of its layer, at most `most`, always with `place` itself."""
        found = []
        home = place.array.rpartition(".")[0]
        for slot in self.slots:
            if slot.key.rpartition(".")[0] != home:
                continue
            if len(slot.shape) == 2 and place.row < slot.shape[0]:
                first = max(0, min(place.column - most // 2, slot.shape[1] - most + 1)) if place.matrix else 0
                columns = range(first, min(slot.shape[1], first + most - 1))
                found += [self.at(slot.start + c * slot.shape[0] + place.row) for c in columns]
            elif len(slot.shape) != 2 and place.row < slot.stop - slot.start:
                found.append(self.at(slot.start + place.row))
        return found

    def find(self, layer: int, name: str, row: int, column: int) -> Address | None:
        """Return the parameter at a place of the Chain, None if there is none."""
        return self.inside(f"layers.{layer}.{name}", row, column)

    def inside(self, array: str, row: int, column: int) -> Address | None:
        """Return the parameter at a place of the array with the key `array`, None if there is none."""
        for slot in self.slots:
            if slot.key == array:
                matrix = len(slot.shape) == 2
                fits = row < slot.shape[0] and column < slot.shape[1] if matrix else row < slot.stop - slot.start
                return self.at(slot.start + (column * slot.shape[0] + row if matrix else row)) if fits else None
        return None


def addresses(project: Project) -> Addresses:
    """Return the parameters of a project's network."""
    return Addresses(layout(project.spec.model, project.dataset.inputs))


def arrays(slots: tuple[Slot, ...], flat: Array) -> list[tuple[int, Array | None, Array | None]]:
    """Return (layer, weight (out, in), bias (out,)) for every layer of the Chain with such, as views of `flat`."""
    found: dict[int, dict[str, Array]] = {}
    for slot in slots:
        if slot.key == f"layers.{slot.layer}.{slot.name}":
            found.setdefault(slot.layer, {})[slot.name] = slot.view(flat)
    return [(layer, parts.get("weight"), parts.get("bias")) for layer, parts in found.items()]


def short_label(place: Address) -> str:
    """Return a short name for a curve: w0[0,0] or b0[0]."""
    inside = f"{place.row},{place.column}" if place.matrix else f"{place.row}"
    name = place.name if len(place.name) < 3 else place.name[0]
    return f"{name}{place.where}[{inside}]"
