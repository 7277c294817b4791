"""Gradients of any function of arrays and models. Flux: `gradient`, `withgradient`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError
from flux_gui.engine.backend import NUMPY
from flux_gui.engine.graph import PARAMETER, STATISTIC, Graph, Traced, differentiate, tracing
from flux_gui.engine.layers import Layer
from flux_gui.engine.parameters import ParameterStore
from flux_gui.engine.plan import compile_plan

Ranges = tuple[tuple[int, int], ...]


class Gradient:
    """The gradient of a model, built like the model: `g.weight`, `g.bias` for a layer, `g[0].weight` or `g.layers[0]` for a Chain.

    A function inside a container has None; the layer of a SkipConnection is `g.layers`; named layers are found by name, `g["out"]`.
    """

    unread: Ranges = ()  # stretches of `flat` that the function did not read

    def __init__(self, model: Layer, flat: np.ndarray) -> None:
        self.flat = flat
        self.layers: Any = ()
        for slot in model.slots():
            if slot.key == slot.name and slot.name in model._own:
                setattr(self, slot.name, slot.view(flat))
        for name, part in model.tree().items():
            setattr(self, name, _tree(part, flat))

    def __getitem__(self, index: Any) -> Any:
        return list(self.layers.values())[index] if isinstance(self.layers, dict) and isinstance(index, int) else self.layers[index]

    def __repr__(self) -> str:
        parts = {name: value for name, value in vars(self).items() if name not in ("flat", "layers") and value is not None}
        named = [f"{k}={v.tolist()}" if isinstance(v, np.ndarray) else f"{k}={v!r}" for k, v in parts.items()]
        layers = self.layers.values() if isinstance(self.layers, dict) else self.layers
        inside = [repr(layer) for layer in (layers if not isinstance(layers, Gradient) else (layers,))]
        return f"Gradient({', '.join(inside + named)})"


def _tree(part: Any, flat: np.ndarray) -> Any:
    if isinstance(part, dict):
        return {name: _tree(one, flat) for name, one in part.items()}
    if isinstance(part, tuple):
        return tuple(_tree(one, flat) for one in part)
    return Gradient(part, flat) if isinstance(part, Layer) else None


def bind_store(store: ParameterStore, node: Traced) -> Any:
    """Return the array of a parameter or statistic leaf."""
    _, start, shape = node.attrs
    flat = store.flat if node.op is PARAMETER else store.statistics
    return flat[start : start + int(np.prod(shape, dtype=np.int64))].reshape(shape)


def parameter_leaves(graph: Graph, store: ParameterStore) -> list[Traced]:
    """Return the parameter leaves of `store` that the graph reads."""
    return [n for n in graph.nodes if n.op is PARAMETER and n.attrs[0] == store.key]


def unread(store: ParameterStore, leaves: list[Traced]) -> Ranges:
    """Return the stretches of the flat array that none of `leaves` reads."""
    result: list[tuple[int, int]] = []
    position = 0
    for leaf in sorted(leaves, key=lambda n: int(n.attrs[1])):
        start = int(leaf.attrs[1])
        if start > position:
            result.append((position, start))
        position = max(position, start + leaf.size)
    return (*result, (position, store.flat.size)) if position < store.flat.size else tuple(result)


def statistics(graph: Graph) -> list[tuple[Any, Traced, Traced]]:
    """Return (array, leaf that reads it, new value) of every running statistic that the graph sets, in stored shape."""
    pairs = [(leaf.inputs[0], new.T) if leaf.op.name == "transpose" else (leaf, new) for leaf, new in graph.effects]
    return [(bind_store(graph.stores[leaf.attrs[0]], leaf), leaf, new) for leaf, new in pairs]


def withgradient(function: Callable[..., Any], *arguments: Any) -> tuple[float, tuple[Any, ...]]:
    """Return (value, gradients) of `function(*arguments)`: one gradient per argument, arrays for arrays, Gradient for models.

    The function must return a single number. Layers are in training mode: running statistics take their new values. Traces at
    every call.
    """
    arrays = {i: np.asarray(a) for i, a in enumerate(arguments) if not isinstance(a, Layer)}
    dtype = _dtype(arguments, list(arrays.values()))
    graph = Graph(dtype, training=True)
    leaves = {i: graph.input(str(i), a.shape) for i, a in arrays.items()}
    with tracing(graph):
        value = graph.lift(function(*(leaves.get(i, a) for i, a in enumerate(arguments))))
    stores = {i: a._store for i, a in enumerate(arguments) if isinstance(a, Layer)}
    backend = next((store.backend for store in stores.values()), NUMPY)
    clock = next((store.clock.aside() for store in stores.values()), None)
    flats = {i: backend.flat(store.flat.size, dtype) for i, store in stores.items()}
    owned = [(i, leaf) for i, store in stores.items() for leaf in parameter_leaves(graph, store)]
    gradients = differentiate(value, [*leaves.values(), *(leaf for _, leaf in owned)])
    results = {i: backend.zeros(a.shape, dtype) for i, a in arrays.items()}
    total = backend.zeros((), dtype)
    targets = [results[i] for i in leaves] + [_slice(flats[i], leaf) for i, leaf in owned]
    assigns = [(total, None, value), *((t, None, g) for t, g in zip(targets, gradients, strict=True)), *statistics(graph)]

    def bind(node: Traced) -> Any:
        if node.op in (PARAMETER, STATISTIC):
            return bind_store(graph.stores[node.attrs[0]], node)
        return backend.asarray(arrays[int(node.attrs[0])], dtype)

    with np.errstate(all="ignore"):
        compile_plan(graph, {}, assigns, bind, backend, clock=clock).step()
    host = backend.to_host
    trees = {i: Gradient(a, host(flats[i])) for i, a in enumerate(arguments) if isinstance(a, Layer)}
    for i, tree in trees.items():
        tree.unread = unread(stores[i], [leaf for owner, leaf in owned if owner == i])
    return float(host(total)), tuple(trees[i] if i in trees else host(results[i])[()] for i in range(len(arguments)))


def gradient(function: Callable[..., Any], *arguments: Any) -> tuple[Any, ...]:
    """Return the gradients of `function(*arguments)`, one per argument. Flux: `gradient(f, args...)`."""
    return withgradient(function, *arguments)[1]


def _slice(flat: Any, leaf: Traced) -> Any:
    _, start, shape = leaf.attrs
    return flat[start : start + int(np.prod(shape, dtype=np.int64))].reshape(shape)


def _dtype(arguments: tuple[Any, ...], arrays: list[np.ndarray]) -> Any:
    models = [a._store.dtype for a in arguments if isinstance(a, Layer)]
    floats = [a.dtype for a in arrays if a.dtype.kind == "f"]
    if models:
        return models[0]
    if not arguments:
        raise FluxError("A gradient needs something to differentiate by.", "Pass the arguments after the function.")
    return np.result_type(*floats) if floats else np.dtype(np.float64)
