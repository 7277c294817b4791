"""Compiled looks inside a model: several named numbers of one computation, gradients of the way among them, all in test mode."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flux_gui.engine.autodiff import bind_store
from flux_gui.engine.backend import NUMPY, Backend, Call, run
from flux_gui.engine.graph import PARAMETER, STATISTIC, Graph, Traced, tracing
from flux_gui.engine.plan import Arena, compile_plan


@dataclass
class Taps:
    """A compiled look: fill `inputs`, run, read `outputs` by name (valid until the next run); nothing else is changed."""

    calls: list[Call]
    inputs: list[Any]
    outputs: dict[str, Any]
    operations: int

    def run(self) -> dict[str, Any]:
        """Run every call once and return the outputs."""
        with np.errstate(all="ignore"):
            run(self.calls)
        return self.outputs


def compile_taps(
    function: Callable[..., Mapping[str, Any]], buffers: Sequence[Any], dtype: Any, backend: Backend = NUMPY, arena: Arena | None = None
) -> Taps:
    """Return the compiled `function(*buffers)`, which returns traced arrays by name, bound to these buffers and the live parameters.

    What the function returns may be made with `graph.differentiate`: the gradient of a number by anything computed on the way.

    >>> taps = compile_taps(lambda x: {"double": 2 * x, "square": x * x}, [np.ones((1, 3), np.float32)], np.float32)
    >>> taps.run()["double"]
    array([[2., 2., 2.]], dtype=float32)
    """
    graph = Graph(dtype, training=False)
    leaves = [graph.input(str(i), tuple(buffer.shape)) for i, buffer in enumerate(buffers)]
    with tracing(graph):
        found = {name: graph.lift(node) for name, node in function(*leaves).items()}
    outputs = {name: backend.zeros(node.shape, dtype) for name, node in found.items()}

    def bind(node: Traced) -> Any:
        if node.op in (PARAMETER, STATISTIC):
            return bind_store(graph.stores[node.attrs[0]], node)
        return buffers[int(node.attrs[0])]

    assigns = [(outputs[name], None, node) for name, node in found.items()]
    plan = compile_plan(graph, {}, assigns, bind, backend, arena or Arena(backend))
    return Taps(plan.calls, list(buffers), outputs, plan.operations)
