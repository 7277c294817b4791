"""The gaps between layers in the picture: which one a point lies in, and where a gap is. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from flux_gui.gui.diagram.layout import Arrangement
from flux_gui.gui.diagram.picture import NetworkPicture

BEHIND = 64.0  # how far behind the last layer its gap is marked


@dataclass(frozen=True)
class Station:
    """A layer or step in the picture: its place in the model, its id, where it stands."""

    index: int
    id: str
    x: float


def stations(picture: NetworkPicture, plan: Arrangement) -> tuple[Station, ...]:
    """Return all layers and steps in the order of the model."""
    steps = {step.id: step.index for step in picture.steps}
    found = [Station(layer.index, layer.id, column.x) for layer, column in zip(picture.layers, plan.columns[1:], strict=False)]
    found += [Station(steps[slab.id], slab.id, slab.x) for slab in plan.slabs if slab.id in steps]
    return tuple(sorted(found, key=lambda one: one.index))


def gap_at(places: Sequence[Station], x: float) -> int:
    """Return the model index of the layer that what is dropped at `x` comes before."""
    return next((one.index for one in places if one.x > x), places[-1].index + 1 if places else 0)


def gap_x(places: Sequence[Station], first: float, index: int) -> float:
    """Return where the gap before layer `index` is; `first` is where the inputs stand."""
    before = [one.x for one in places if one.index < index]
    left = before[-1] if before else first
    right = next((one.x for one in places if one.index >= index), None)
    return left + BEHIND if right is None else (left + right) / 2
