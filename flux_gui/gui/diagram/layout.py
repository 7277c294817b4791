"""Where things stand in the diagram: columns, nodes, labels; and which nodes and edges are drawn when there are too many. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from flux_gui.gui.diagram.picture import NetworkPicture

MOST_NODES = 12
MOST_EDGES = 600
HEADER, PILL = 48.0, 26.0  # where the row of titles stands at the highest; how far below it the neuron counts are
FIRST = HEADER + PILL + 22.0  # the nodes begin here
FOOT, FOOT_LINE = 72.0, 34.0  # room under the nodes; where the row of activations stands at the lowest, from below
ABOVE, BELOW = 84.0, 74.0  # titles and activations stay this near to the nodes
NARROW = 134.0  # columns nearer than this get smaller titles
MIN_STEP, MAX_STEP = 94.0, 300.0
WIDE_STEP, FEW_STEP = 112.0, 134.0  # the least where counts have four digits, and where values are written on edges
LARGEST_PITCH, LARGEST, LARGEST_OUTPUT = 84.0, 48.0, 72.0  # of nodes where there is room: distance, side, and side in the last column
LEAST_PITCH = 16.0  # nodes stand no nearer, so that their names can be read; the view scrolls instead
SINGLE, SINGLE_STEP = 80.0, 380.0  # side and distance of nodes where every column has one: there is room
TAG = 84.0  # the room of a value on an edge
SLAB, SLAB_GAP, SLAB_ROOM = 20.0, 5.0, 12.0  # a step: its width, the distance of two, and that from the nodes before
SLAB_LEAST = 112.0  # its least height
Ints = NDArray[np.intp]
Units = Sequence[tuple[int, int]]  # (column, unit)


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its x, the side of its nodes, which units are drawn at which y, and how many are left out."""

    x: float
    side: float
    units: Ints
    ys: tuple[float, ...]
    hidden: int

    @property
    def bottom(self) -> float:
        """The lower end of the last node."""
        return (self.ys[-1] if self.ys else FIRST) + self.side / 2


@dataclass(frozen=True)
class Slab:
    """Where a step stands: its middle and its height."""

    id: str
    x: float
    y: float
    height: float


@dataclass(frozen=True, eq=False)
class Arrangement:
    """The columns and the size of the whole picture."""

    columns: tuple[Column, ...]
    width: float
    height: float
    header: float = HEADER
    foot: float = 0.0
    step: float = MAX_STEP
    slabs: tuple[Slab, ...] = ()

    @property
    def narrow(self) -> bool:
        """Whether the columns stand so near that titles must be small and buttons go elsewhere."""
        return self.step < NARROW

    @property
    def title_size(self) -> int:
        """The size of the titles in pixels."""
        return 12 if not self.narrow else 10 if self.step >= 112 else 9

    def draws(self, units: Units) -> bool:
        """Return whether all these units are drawn."""
        return all(unit in self.columns[column].units for column, unit in units if column < len(self.columns))

    @property
    def pill(self) -> float:
        """The height of the row of neuron counts."""
        return self.header + PILL


@dataclass(frozen=True, eq=False)
class Edges:
    """The drawn edges of one layer: target rows and source columns, strongest last so that they lie on top."""

    rows: Ints
    columns: Ints


def arrange(picture: NetworkPicture, width: float, height: float, left: float, right: float, keep: Units = ()) -> Arrangement:
    """Place the columns of `picture` in `width` x `height`, leaving `left` and `right` for names beside the outer columns.

    The units in `keep` (column, unit) are drawn even where others are stronger.
    """
    units = picture.units
    count = len(units)
    chosen = chosen_units(picture, keep)
    small = max(len(c) for c in chosen)
    single = small == 1
    extra = [0.0, *accumulate(slabs_width(picture, place) for place in range(count - 1))]  # what steps take before each column
    few = picture.parameters <= MOST_NODES
    least = FEW_STEP if few else WIDE_STEP if max(units) >= 1000 else MIN_STEP
    step = min(SINGLE_STEP if single else MAX_STEP, max(least, (width - left - right - extra[-1]) / max(1, count - 1)))
    span = step * (count - 1) + extra[-1]
    whole = max(width, left + right + span)
    start = left + (whole - left - right - span) / 2
    area = max(120.0, LEAST_PITCH * small, height - FIRST - FOOT)
    usual = _sizes(small, area, few)
    if few:  # values are written between the columns
        usual = usual[0], min(usual[1], max(28.0, step - TAG))
    columns = []
    for i, picked in enumerate(chosen):
        middle = FIRST + area / 2
        pitch, side = _of_outputs(len(picked), area, *usual) if i == count - 1 and not few and not single else usual
        ys = tuple(middle + (k - (len(picked) - 1) / 2) * pitch for k in range(len(picked)))
        columns.append(Column(start + i * step + extra[i], min(side, step * 0.4), picked, ys, units[i] - len(picked)))
    whole_height = max(height, FIRST + area + FOOT)
    top = min(column.ys[0] - side / 2 for column in columns)
    bottom = max(column.bottom for column in columns)
    header, foot = max(HEADER, top - ABOVE), min(whole_height - FOOT_LINE, bottom + BELOW)
    return Arrangement(tuple(columns), whole, whole_height, header, foot, step, _slabs(picture, columns, FIRST + area / 2, area))


def slabs_width(picture: NetworkPicture, column: int) -> float:
    """Return the room that the steps behind a column take."""
    count = len(picture.steps_after(column))
    return SLAB_ROOM + count * (SLAB + SLAB_GAP) if count else 0.0


def _slabs(picture: NetworkPicture, columns: list[Column], middle: float, area: float) -> tuple[Slab, ...]:
    """Return where the steps stand: upright, close behind the column whose outputs they take."""
    found = []
    for place, column in enumerate(columns):
        height = min(area + 20, max(SLAB_LEAST, column.ys[-1] - column.ys[0] + column.side + 16))
        first = column.x + column.side / 2 + SLAB_ROOM + SLAB / 2
        steps = picture.steps_after(place)
        found += [Slab(step.id, first + k * (SLAB + SLAB_GAP), middle, height) for k, step in enumerate(steps)]
    return tuple(found)


def _sizes(most: int, area: float, few: bool) -> tuple[float, float]:
    """Return the distance of nodes in a column and their side."""
    if most == 1:
        return area, min(SINGLE if few else SINGLE * 0.7, area - 22)
    if few and most <= 4:
        return min(104.0, area / most), min(60.0, area / most - 22)
    pitch = min(LARGEST_PITCH, area / most)
    return pitch, max(6.0, min(LARGEST, pitch - 4, 12 + pitch / 2))


def _of_outputs(count: int, area: float, pitch: float, side: float) -> tuple[float, float]:
    """Return the same for the last column, whose nodes are what all others work for: larger where there is room."""
    wide = min(1.4 * pitch, area / count)
    return wide, max(side, min(1.5 * side, LARGEST_OUTPUT, wide - 8))


def chosen_units(picture: NetworkPicture, keep: Units = ()) -> list[Ints]:
    """Return for every column the units drawn: all of them, or the twelve with the largest weights, in their own order."""
    result = []
    for place, count in enumerate(picture.units):
        if count <= MOST_NODES:
            result.append(np.arange(count))
        else:
            strength = _strength(picture, place, count)
            strength[[unit for column, unit in keep if column == place and unit < count]] = np.inf
            result.append(np.sort(np.argsort(-strength, kind="stable")[:MOST_NODES]))
    return result


def _strength(picture: NetworkPicture, place: int, count: int) -> NDArray[np.float64]:
    """Return how strongly each unit of a column is connected, to the left and to the right."""
    total = np.zeros(count)
    incoming = picture.layers[place - 1].weight if place else None
    outgoing = picture.layers[place].weight if place < len(picture.layers) else None
    if incoming is not None and incoming.shape[0] == count:
        total += np.linalg.norm(np.nan_to_num(incoming), axis=1)
    if outgoing is not None and outgoing.shape[1] == count:
        total += np.linalg.norm(np.nan_to_num(outgoing), axis=0)
    return total


def chosen_edges(picture: NetworkPicture, chosen: list[Ints], most: int = MOST_EDGES) -> list[Edges]:
    """Return for every layer the edges drawn: below `most` in all, weakest left out first, each layer measured by its own largest."""
    pairs, strengths = [], []
    for layer, (before, after) in zip(picture.layers, pairwise(chosen), strict=True):
        rows, columns = (a.ravel() for a in np.meshgrid(after, before, indexing="ij"))
        if layer.weight is None:
            alone = len(after) == len(before)  # a layer that works on each unit alone
            keep = rows == columns if alone else np.ones(len(rows), bool)
            rows, columns = rows[keep], columns[keep]
            strength = np.ones(len(rows))
        else:
            size = np.abs(np.nan_to_num(np.asarray(layer.weight[rows, columns], float)))
            strength = size / (size.max() or 1.0) if size.size else size
        order = np.argsort(strength, kind="stable")
        pairs.append(Edges(rows[order], columns[order]))
        strengths.append(strength[order])
    total = sum(len(s) for s in strengths)
    if total < most:
        return pairs
    limit = np.partition(np.concatenate(strengths), total - most + 1)[total - most + 1]
    kept = []
    for edges, strength in zip(pairs, strengths, strict=True):
        keep = strength >= limit
        kept.append(Edges(edges.rows[keep], edges.columns[keep]))
    return _cut(kept, most - 1)


def _cut(edges: list[Edges], most: int) -> list[Edges]:
    """Return `edges` without the weakest ones, where equal strengths have let too many through."""
    over = sum(len(e.rows) for e in edges) - most
    result = []
    for one in edges:
        drop = min(max(0, over), max(0, len(one.rows) - 1))
        over -= drop
        result.append(Edges(one.rows[drop:], one.columns[drop:]))
    return result
