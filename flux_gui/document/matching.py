"""Which layers of one network are those of another: the ids, and with them the weights, that a retyped network keeps."""

from collections.abc import Sequence
from typing import Final

import msgspec

from flux_gui.document.nesting import groups, ids, kind_of, last_dense, with_groups, with_new_ids
from flux_gui.specs import DenseSpec, LayerSpec, ModelSpec

OUTPUT: Final = "output"
_ALONE: Final = 1.0  # what a layer without a partner costs


def with_known_ids(before: ModelSpec, after: ModelSpec) -> ModelSpec:
    """Return `after`, whose ids mean nothing, with those of the layers of `before` that it still has, and new ones for the others.

    Layers keep their order: of all ways to pair them the one that changes least is taken. The output layer keeps its id.
    """
    known = frozenset(ids(before))
    taken = set(known)
    layers = _paired(before.layers, after.layers, taken)
    end = last_dense(after)
    if end >= 0 and OUTPUT not in taken and layers[end].id not in known:
        layers[end] = msgspec.structs.replace(layers[end], id=OUTPUT)
    return msgspec.structs.replace(after, layers=tuple(layers))


def _paired(old: Sequence[LayerSpec], new: Sequence[LayerSpec], taken: set[str]) -> list[LayerSpec]:
    """Return the new layers with ids: those of their partners, inside them too, or free ones; `taken` grows."""
    partners = _partners(old, new)
    result: list[LayerSpec] = []
    for index, layer in enumerate(new):
        if index not in partners:
            result.append(with_new_ids(layer, taken))
            continue
        partner = old[partners[index]]
        insides = [*groups(partner), *([()] * len(groups(layer)))]
        inner = [_paired(insides[number], group, taken) for number, group in enumerate(groups(layer))]
        result.append(with_groups(msgspec.structs.replace(layer, id=partner.id), inner))
    return result


def _partners(old: Sequence[LayerSpec], new: Sequence[LayerSpec]) -> dict[int, int]:
    """Return new index -> old index of the pairing that costs least, both in order (the distance of two lists)."""
    one, other = [_bare(layer) for layer in old], [_bare(layer) for layer in new]
    begin = _alike(one, other)
    found = {index: index for index in range(begin)}
    shift = len(old) - len(new)
    end = _alike(one[begin:][::-1], other[begin:][::-1])
    found |= {index: index + shift for index in range(len(new) - end, len(new))}
    rows, columns = range(begin, len(old) - end), range(begin, len(new) - end)
    differences = {(i, j): _difference((old[i], one[i]), (new[j], other[j])) for i in rows for j in columns}
    cost: dict[tuple[int, int], float] = {}
    for i in range(rows.stop, begin - 1, -1):
        for j in range(columns.stop, begin - 1, -1):
            ways = [_ALONE + cost[i + 1, j]] if i < rows.stop else []
            ways += [_ALONE + cost[i, j + 1]] if j < columns.stop else []
            ways += [differences[i, j] + cost[i + 1, j + 1]] if i < rows.stop and j < columns.stop else []
            cost[i, j] = min(ways, default=0.0)
    i = j = begin
    while i < rows.stop and j < columns.stop:
        if cost[i, j] == differences[i, j] + cost[i + 1, j + 1]:
            found[j] = i
            i, j = i + 1, j + 1
        elif cost[i, j] == _ALONE + cost[i + 1, j]:
            i += 1
        else:
            j += 1
    return found


def _alike(one: Sequence[LayerSpec], other: Sequence[LayerSpec]) -> int:
    """Return how many layers at the beginning of two lists are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _difference(one: tuple[LayerSpec, LayerSpec], other: tuple[LayerSpec, LayerSpec]) -> float:
    """Return how much two layers, each with its bare self, differ: 0 the same, below 2 of one kind, far above for different kinds."""
    if kind_of(one[0]) != kind_of(other[0]):
        return 4.0
    if one[1] == other[1]:
        return 0.0
    if groups(one[0]):
        return 0.6
    named = bool(one[0].name) and one[0].name == other[0].name
    resized = isinstance(one[0], DenseSpec) and isinstance(other[0], DenseSpec) and one[0].units != other[0].units
    return (0.9 if resized else 0.3) - 0.2 * named


def _bare(layer: LayerSpec) -> LayerSpec:
    """Return a layer without what says nothing about its computation: ids and names."""
    inner = [[_bare(child) for child in group] for group in groups(layer)]
    bare: LayerSpec = with_groups(msgspec.structs.replace(layer, id="", name=""), inner)
    return bare
