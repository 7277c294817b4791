"""The layers of a network as a tree: which layer a path or a key means, every layer inside another, ids that are unique over all."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from flux_gui.engine import models
from flux_gui.specs import DenseSpec, LayerSpec, ModelSpec, ParallelSpec, SkipConnectionSpec

PREFIXES: Final = {"dense": "hidden", "skipconnection": "skip"}
"""How the ids of a kind begin where that is not its name."""


def kind_of(layer: LayerSpec) -> str:
    """Return the name of a layer's kind, such as "dense", as files and `add_layer` call it."""
    return models.entry_of(layer).name


def groups(layer: LayerSpec) -> tuple[tuple[LayerSpec, ...], ...]:
    """Return the lists of layers inside `layer`: one for a skip connection, one per branch for parallel branches, else none."""
    if isinstance(layer, SkipConnectionSpec):
        return (layer.layers,)
    return layer.branches if isinstance(layer, ParallelSpec) else ()


def with_groups(layer: Any, inner: Sequence[Sequence[LayerSpec]]) -> Any:
    """Return `layer` with other lists of layers inside; a layer that holds none stays as it is."""
    if isinstance(layer, SkipConnectionSpec):
        return msgspec.structs.replace(layer, layers=tuple(inner[0]))
    if isinstance(layer, ParallelSpec):
        return msgspec.structs.replace(layer, branches=tuple(tuple(branch) for branch in inner))
    return layer


def iterate(layers: Sequence[LayerSpec], prefix: str = "model.layers.") -> Iterator[tuple[str, LayerSpec]]:
    """Yield (path, layer) of all layers in the order of computing, an outer layer before those inside it."""
    for index, layer in enumerate(layers):
        path = f"{prefix}{index}"
        yield path, layer
        for number, inner in enumerate(groups(layer)):
            branch = f"{path}.layers." if isinstance(layer, SkipConnectionSpec) else f"{path}.branches.{number}."
            yield from iterate(inner, branch)


def ids(model: ModelSpec) -> list[str]:
    """Return the ids of all layers, nested ones too, with repetitions if there are any."""
    return [layer.id for _, layer in iterate(model.layers)]


def find(model: ModelSpec, name: str) -> LayerSpec | None:
    """Return the layer with the id `name`, nested or not, None if there is none."""
    return next((layer for _, layer in iterate(model.layers) if layer.id == name), None)


def owners(model: ModelSpec) -> dict[str, str]:
    """Return the ids of all layers by how the keys of their arrays begin: `layers.2.layers.0` of `layers.2.layers.0.weight`."""
    return {key: layer.id for key, layer in models.iterate(model)}


def owner(model: ModelSpec, key: str) -> str:
    """Return the id of the layer that a parameter such as `layers.2.layers.0.weight` belongs to."""
    return owners(model)[key.rpartition(".")[0]]


def free_id(kind: str, taken: set[str]) -> str:
    """Return an id for a layer of this kind that is not in `taken`."""
    prefix = PREFIXES.get(kind, kind)
    return next(name for i in range(1, len(taken) + 2) if (name := f"{prefix}{i}") not in taken)


def with_new_ids(layer: LayerSpec, taken: set[str], sources: dict[str, str] | None = None) -> LayerSpec:
    """Return `layer` and all layers in it with ids that are not in `taken`, which grows; `sources` gets new id -> old id."""
    name = free_id(kind_of(layer), taken)
    taken.add(name)
    if sources is not None:
        sources[name] = layer.id
    inner = [[with_new_ids(child, taken, sources) for child in group] for group in groups(layer)]
    renamed: LayerSpec = with_groups(msgspec.structs.replace(layer, id=name), inner)
    return renamed


def with_inner_ids(layer: LayerSpec, taken: set[str]) -> LayerSpec:
    """Return `layer`, whose own id is free, with ids of their own for all layers in it; `taken` grows."""
    taken.add(layer.id)
    inner = [[with_new_ids(child, taken) for child in group] for group in groups(layer)]
    renamed: LayerSpec = with_groups(layer, inner) if inner else layer
    return renamed


def last_dense(model: ModelSpec) -> int:
    """Return the index of the output layer, the last Dense that is not inside another layer; -1 when there is none."""
    return max((i for i, layer in enumerate(model.layers) if isinstance(layer, DenseSpec)), default=-1)
