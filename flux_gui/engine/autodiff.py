"""Gradients of any function of arrays and models. Flux: `gradient`, `withgradient`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError
from flux_gui.engine.backend import NUMPY
from flux_gui.engine.graph import PARAMETER, STATISTIC, Graph, Traced, differentiate, tracing
from flux_gui.engine.layers import Chain, Layer
from flux_gui.engine.parameters import ParameterStore
from flux_gui.engine.plan import compile_plan


class Gradient:
    """The gradient of a model, built like the model: `g.weight`, `g.bias` for a layer, `g[0].weight` or `g.layers[0]` for a Chain."""

    def __init__(self, model: Layer, flat: np.ndarray) -> None:
        self.flat = flat
        self.layers: tuple[Gradient | None, ...] = ()
        if isinstance(model, Chain):
            self.layers = tuple(Gradient(child, flat) if isinstance(child, Layer) else None for child in model.layers)
        else:
            for slot in model.slots():
                setattr(self, slot.name, slot.view(flat))

    def __getitem__(self, index: int) -> "Gradient | None":
        return self.layers[index]

    def __repr__(self) -> str:
        if self.layers:
            return f"Gradient({', '.join(map(repr, self.layers))})"
        arrays = {name: value for name, value in vars(self).items() if name not in ("flat", "layers")}
        return f"Gradient({', '.join(f'{k}={v.tolist()}' for k, v in arrays.items())})"


def bind_store(store: ParameterStore, node: Traced) -> Any:
    """Return the array of a parameter or statistic leaf."""
    _, start, shape = node.attrs
    flat = store.flat if node.op is PARAMETER else store.statistics
    return flat[start : start + int(np.prod(shape, dtype=np.int64))].reshape(shape)


def parameter_leaves(graph: Graph, store: ParameterStore) -> list[Traced]:
    """Return the parameter leaves of `store` that the graph reads."""
    return [n for n in graph.nodes if n.op is PARAMETER and n.attrs[0] == store.key]


def statistics(graph: Graph) -> list[tuple[Any, Traced, Traced]]:
    """Return (array, leaf that reads it, new value) of every running statistic that the graph sets, in stored shape."""
    pairs = [(leaf.inputs[0], new.T) if leaf.op.name == "transpose" else (leaf, new) for leaf, new in graph.effects]
    return [(bind_store(graph.stores[leaf.attrs[0]], leaf), leaf, new) for leaf, new in pairs]


def withgradient(function: Callable[..., Any], *arguments: Any) -> tuple[float, tuple[Any, ...]]:
    """Return (value, gradients) of `function(*arguments)`: one gradient per argument, arrays for arrays, Gradient for models.

    The function must return a single number. Layers are in training mode: running statistics take their new values. Traces at
    every call.
    """
    arrays = {i: np.asarray(a, dtype=None) for i, a in enumerate(arguments) if not isinstance(a, Layer)}
    dtype = _dtype(arguments, list(arrays.values()))
    graph = Graph(dtype, training=True)
    leaves = {i: graph.input(str(i), a.shape) for i, a in arrays.items()}
    with tracing(graph):
        value = graph.lift(function(*(leaves.get(i, a) for i, a in enumerate(arguments))))
    stores = {i: a._store for i, a in enumerate(arguments) if isinstance(a, Layer)}
    backend = next((store.backend for store in stores.values()), NUMPY)
    clock = next((store.clock for store in stores.values()), None)
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
