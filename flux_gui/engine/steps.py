"""Compiled training steps and evaluations: forward, reverse pass and update as one list of bound calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flux_gui.core.errors import FluxError
from flux_gui.engine.autodiff import bind_store, parameter_leaves, statistics
from flux_gui.engine.backend import NUMPY, Backend, Call, Clock
from flux_gui.engine.graph import PARAMETER, STATISTIC, Graph, Traced, differentiate, tracing
from flux_gui.engine.parameters import ParameterStore, Slot
from flux_gui.engine.plan import Arena, compile_plan, signature


@dataclass
class Step:
    """Loss and gradient for one batch shape: fill `inputs`, run, read `loss` (0-d array) and the store's flat gradient."""

    calls: list[Call]  # loss and gradient, without the update
    inputs: list[Any]
    loss: Any
    operations: int
    nbytes: int

    def run(self) -> None:
        """Run every call once."""
        for function, arguments in self.calls:
            function(*arguments)


def trace(
    function: Callable[..., Any], shapes: Sequence[tuple[int, ...]], dtype: Any, training: bool
) -> tuple[Graph, list[Traced], Traced]:
    """Trace `function` on inputs of the given shapes; returns the graph, its inputs and the result."""
    graph = Graph(dtype, training)
    leaves = [graph.input(str(i), tuple(shape)) for i, shape in enumerate(shapes)]
    with tracing(graph):
        result = graph.lift(function(*leaves))
    return graph, leaves, result


def _binder(graph: Graph, buffers: Sequence[Any]) -> Callable[[Traced], Any]:
    def bind(node: Traced) -> Any:
        if node.op in (PARAMETER, STATISTIC):
            return bind_store(graph.stores[node.attrs[0]], node)
        return buffers[int(node.attrs[0])]

    return bind


def compile_step(
    objective: Callable[..., Any],
    buffers: Sequence[Any],
    store: ParameterStore,
    arena: Arena | None = None,
    clock: Clock | None = None,
    slots: Sequence[Slot] | None = None,
) -> Step:
    """Return the compiled gradient of `objective(*buffers)`, a single number, by the parameters of `store`, on its device.

    With `slots` the gradient is that of these arrays alone and zero elsewhere.

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
    value = backend.zeros((), store.dtype)
    assigns: list[tuple[Any, Traced | None, Traced]] = [(value, None, loss)]
    for leaf, gradient in zip(leaves, gradients, strict=True):
        _, start, shape = leaf.attrs
        assigns.append((store.gradient[start : start + leaf.size].reshape(shape), None, gradient))
    # effects read the old statistics in the whole step, so they are written last
    assigns += statistics(graph)
    own = [backend.buffer(b.shape, store.dtype) for b in buffers] if arena is None else list(buffers)
    plan = compile_plan(graph, {}, assigns, _binder(graph, own), backend, arena or Arena(backend), clock or store.clock)
    calls = plan.calls + [(store.gradient[start:stop].fill, (0,)) for start, stop in _unread(store, leaves)]
    step = Step(calls, own, value, plan.operations + store.flat.size, plan.nbytes)
    if key is not None:
        store.remember(key, step)
    return step


def _unread(store: ParameterStore, leaves: list[Traced]) -> list[tuple[int, int]]:
    """Return the stretches of the flat array whose gradient the step does not write: it is zero."""
    result: list[tuple[int, int]] = []
    position = 0
    for leaf in sorted(leaves, key=lambda n: int(n.attrs[1])):
        start = int(leaf.attrs[1])
        if start > position:
            result.append((position, start))
        position = max(position, start + leaf.size)
    return [*result, (position, store.flat.size)] if position < store.flat.size else result


@dataclass
class Forward:
    """A compiled evaluation: fill `inputs`, run, read `outputs`; nothing is changed."""

    calls: list[Call]
    inputs: list[Any]
    output: Any
    operations: int

    def run(self) -> Any:
        """Run every call once and return the output array (valid until the next run)."""
        for function, arguments in self.calls:
            function(*arguments)
        return self.output


def compile_forward(function: Callable[..., Any], buffers: Sequence[Any], dtype: Any, backend: Backend = NUMPY) -> Forward:
    """Return the compiled `function(*buffers)` in test mode, bound to these buffers and to the live parameters it reads."""
    graph, _, result = trace(function, [b.shape for b in buffers], dtype, training=False)
    if not isinstance(result, Traced):
        raise FluxError("The function to evaluate does not depend on its inputs.", "Let it use its arguments.")
    output = backend.zeros(result.shape, dtype)
    plan = compile_plan(graph, {}, [(output, None, result)], _binder(graph, buffers), backend, Arena(backend))
    return Forward(plan.calls, list(buffers), output, plan.operations)
