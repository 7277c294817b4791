"""Compiled training steps and evaluations: forward, reverse pass and update as one list of bound calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError
from flux_gui.engine.autodiff import Ranges, bind_store, parameter_leaves, statistics, unread
from flux_gui.engine.backend import NUMPY, Backend, Call, Clock, run
from flux_gui.engine.bias_column import BiasColumn, find, merged
from flux_gui.engine.graph import PARAMETER, STATISTIC, Graph, Traced, differentiate, tracing
from flux_gui.engine.native import compiled
from flux_gui.engine.parameters import ParameterStore, Slot
from flux_gui.engine.plan import Arena, compile_plan, signature


@dataclass
class Step:
    """Loss and gradient for one batch shape: fill `inputs`, run, read `loss` (0-d array) and the store's flat gradient.

    With `ones` the first input has one column more than the data, and that column holds ones.
    """

    calls: list[Call]  # loss and gradient, without the update
    inputs: list[Any]
    loss: Any
    operations: int
    nbytes: int
    ones: bool = False
    unread: Ranges = ()  # stretches of the flat array that the loss does not read: no update for them

    @property
    def data(self) -> list[Any]:
        """The inputs without the column of ones: what a batch is copied into."""
        return [self.inputs[0][:, :-1], *self.inputs[1:]] if self.ones else self.inputs

    def run(self) -> None:
        """Run every call once."""
        run(self.calls)


def trace(
    function: Callable[..., Any], shapes: Sequence[tuple[int, ...]], dtype: Any, training: bool
) -> tuple[Graph, list[Traced], Traced]:
    """Trace `function` on inputs of the given shapes; returns the graph, its inputs and the result."""
    graph = Graph(dtype, training)
    leaves = [graph.input(str(i), tuple(shape)) for i, shape in enumerate(shapes)]
    with tracing(graph):
        result = graph.lift(function(*leaves))
    return graph, leaves, result


def _binder(graph: Graph, buffers: Sequence[Any], column: BiasColumn | None = None) -> Callable[[Traced], Any]:
    named = {str(i): buffer for i, buffer in enumerate(buffers)}
    if column is not None:
        named |= {column.name: named["0"], "0": named["0"][:, :-1]}

    def bind(node: Traced) -> Any:
        if node.op in (PARAMETER, STATISTIC):
            return bind_store(graph.stores[node.attrs[0]], node)
        return named[node.attrs[0]]

    return bind


def with_ones(x: Any, dtype: Any, backend: Backend) -> Any:
    """Return a copy of `x` (rows, columns) with a column of ones behind it, on the device."""
    rows, columns = x.shape
    wide = backend.buffer((rows, columns + 1), np.dtype(dtype))
    wide[:, :-1] = backend.asarray(x, dtype)
    wide[:, columns:] = 1
    return wide


def compile_step(
    objective: Callable[..., Any],
    buffers: Sequence[Any],
    store: ParameterStore,
    arena: Arena | None = None,
    clock: Clock | None = None,
    slots: Sequence[Slot] | None = None,
    ones: bool = True,
) -> Step:
    """Return the compiled gradient of `objective(*buffers)`, a single number, by the parameters of `store`, on its device.

    With `slots` the gradient is that of these arrays alone and zero elsewhere. With `ones` a small step whose first layer allows
    it takes its first input with a column of ones behind it, in a buffer of its own (see `Step.data`).

    Without an `arena` the step gets input buffers of its own and is compiled only once per model for identical graphs;
    with one it is bound to the given buffers.
    """
    backend = store.backend
    graph, _, loss = trace(objective, [b.shape for b in buffers], store.dtype, training=True)
    starts = None if slots is None else {slot.start for slot in slots}
    leaves = [leaf for leaf in parameter_leaves(graph, store) if starts is None or leaf.attrs[1] in starts]
    gradients = differentiate(loss, leaves)
    roots = [loss, *leaves, *gradients, *(node for effect in graph.effects for node in effect)]
    key = (signature(graph, roots), len(leaves)) if arena is None else None
    if key in store.plans:
        return store.plans[key]  # type: ignore[no-any-return]
    column = find(graph, "0") if ones else None
    value = backend.zeros((), store.dtype)
    assigns: list[tuple[Any, Traced | None, Traced]] = [(value, None, loss)]
    for start, gradient in merged(column, leaves, gradients):
        assigns.append((store.gradient[start : start + gradient.size].reshape(gradient.shape), None, gradient))
    # effects read the old statistics in the whole step, so they are written last
    assigns += statistics(graph)
    own = [backend.buffer(b.shape, store.dtype) for b in buffers] if arena is None else list(buffers)
    if column is not None:
        own[0] = with_ones(buffers[0], store.dtype, backend)
    bind = _binder(graph, own, column)
    replace = column.replace if column is not None else None
    plan = compile_plan(graph, {}, assigns, bind, backend, arena or Arena(backend), clock or store.clock, replace)
    rest = unread(store, leaves)
    calls = compiled(plan.calls, backend) + [(store.gradient[start:stop].fill, (0,)) for start, stop in rest]
    step = Step(calls, own, value, plan.operations + store.flat.size, plan.nbytes, column is not None, rest)
    if key is not None:
        store.remember(key, step)
    return step


@dataclass
class Forward:
    """A compiled evaluation: fill `inputs`, run, read `outputs`; nothing is changed."""

    calls: list[Call]
    inputs: list[Any]
    output: Any
    operations: int

    def run(self) -> Any:
        """Run every call once and return the output array (valid until the next run)."""
        run(self.calls)
        return self.output


def compile_forward(
    function: Callable[..., Any], buffers: Sequence[Any], dtype: Any, backend: Backend = NUMPY, arena: Arena | None = None
) -> Forward:
    """Return the compiled `function(*buffers)` in test mode, bound to these buffers and to the live parameters it reads.

    Its scratch memory may lie in the `arena` of steps that never run at the same time.
    """
    graph, _, result = trace(function, [b.shape for b in buffers], dtype, training=False)
    if not isinstance(result, Traced):
        raise FluxError("The function to evaluate does not depend on its inputs.", "Let it use its arguments.")
    output = backend.zeros(result.shape, dtype)
    plan = compile_plan(graph, {}, [(output, None, result)], _binder(graph, buffers), backend, arena or Arena(backend))
    return Forward(plan.calls, list(buffers), output, plan.operations)
