"""Traced arrays, the graph they record, and reverse-mode differentiation: graph in, graph out.

Calling a function on `Traced` arrays records one node per primitive operation. `differentiate` appends the
nodes of the reverse pass, built from the derivative that each primitive states in `ops.py`.
"""

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError, ShapeError
from flux_gui.engine.backend import NUMPY, Backend, Call

Shape = tuple[int, ...]
Value = Any  # a Traced array, or anything numpy can make an array of


@dataclass(frozen=True)
class Op:
    """One primitive. `shape(shapes, attrs)` is its shape rule; `kernel(backend, attrs, inputs, out)` returns in-place calls.

    `derivative(node, dy)` returns one traced gradient (or None) per input. A composite has `expand(*inputs, **attrs)` instead
    of a kernel: its forward maths in other primitives, with its own, numerically safe derivative. A `view` returns an
    array that shares memory with its input and costs nothing at run time. `simplify(graph, inputs, attrs)` may return a cheaper equal node.
    """

    name: str
    shape: Callable[[tuple[Shape, ...], tuple[Any, ...]], Shape]
    kernel: Callable[[Backend, tuple[Any, ...], Sequence[Any], Any], list[Call]] | None = None
    derivative: Callable[["Traced", "Traced"], tuple["Traced | None", ...]] | None = None
    expand: Callable[..., Value] | None = None
    view: Callable[[Backend, Any, tuple[Any, ...]], Any] | None = None
    simplify: Callable[["Graph", tuple["Traced", ...], tuple[Any, ...]], "Traced | None"] | None = None
    elementwise: bool = False  # may write over an input of the same shape that nobody needs any more
    boolean: bool = False  # the result is a mask
    masks: bool = False  # takes masks as they are; for any other primitive they become 0 and 1


OPS: dict[str, Op] = {}


def register(op: Op) -> Op:
    """Add `op` to the table of primitives; a second one of the same name is a programming error."""
    if op.name in OPS:
        raise ValueError(f"primitive '{op.name}' is registered twice")
    OPS[op.name] = op
    return op


def _leaf(name: str) -> Op:
    return register(Op(name, lambda shapes, attrs: attrs[-1]))


# Leaves. Their last attribute is the shape.
INPUT = _leaf("input")  # (name, shape): bound to a batch buffer
PARAMETER = _leaf("parameter")  # (store key, start, shape): a slice of a flat parameter array
STATISTIC = _leaf("statistic")  # (store key, start, shape): a slice of a flat array of running statistics
CONSTANT = _leaf("constant")  # (index, shape): a value captured when tracing
REFERENCE = _leaf("reference")  # (index, shape): an array read anew at every step
RANDOM = _leaf("random")  # (node number, shape): uniform in [0, 1), a function of (seed, node number, step)


def _operator(name: str) -> Callable[["Traced", Value], "Traced"]:
    return lambda self, other: record(name, self, other)


def _reversed(name: str) -> Callable[["Traced", Value], "Traced"]:
    return lambda self, other: record(name, other, self)


class Traced:
    """A symbolic array: one node of a graph. Supports arithmetic, comparison, numpy's functions and `.T`."""

    __hash__ = object.__hash__  # nodes are keys by identity although == compares element by element
    __slots__ = ("attrs", "dtype", "graph", "index", "inputs", "op", "shape")

    def __init__(
        self, graph: "Graph", op: Op, inputs: tuple["Traced", ...], attrs: tuple[Any, ...], shape: Shape, dtype: Any, index: int
    ) -> None:
        self.graph, self.op, self.inputs, self.attrs = graph, op, inputs, attrs
        self.shape, self.dtype, self.index = shape, dtype, index

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def T(self) -> "Traced":  # noqa: N802
        """The transpose."""
        return record("transpose", self) if self.ndim >= 2 else self

    def __repr__(self) -> str:
        return f"Traced({self.op.name}, shape={self.shape})"

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator["Traced"]:
        return (self[row] for row in range(self.shape[0]))

    __add__, __radd__ = _operator("add"), _reversed("add")
    __sub__, __rsub__ = _operator("subtract"), _reversed("subtract")
    __mul__, __rmul__ = _operator("multiply"), _reversed("multiply")
    __truediv__, __rtruediv__ = _operator("divide"), _reversed("divide")
    __pow__, __rpow__ = _operator("power"), _reversed("power")
    __matmul__, __rmatmul__ = _operator("matmul"), _reversed("matmul")
    __and__, __rand__ = _operator("logical_and"), _reversed("logical_and")
    __or__, __ror__ = _operator("logical_or"), _reversed("logical_or")
    __gt__, __lt__ = _operator("greater"), _reversed("greater")
    __ge__, __le__ = _operator("greater_equal"), _reversed("greater_equal")

    def __eq__(self, other: Value) -> "Traced":  # type: ignore[override]
        return record("equal", self, other)

    def __ne__(self, other: Value) -> "Traced":  # type: ignore[override]
        return ~record("equal", self, other)

    def __mod__(self, other: Value) -> "Traced":
        return record("remainder", self, other)

    def __getitem__(self, key: object) -> Any:
        return _functions().part_of(self, key)

    def __neg__(self) -> "Traced":
        return record("negative", self)

    def __abs__(self) -> "Traced":
        return record("absolute", self)

    def __invert__(self) -> "Traced":
        return record("logical_not", self)

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        raise FluxError(
            f"{frame.f_code.co_filename}, line {frame.f_lineno}: a traced array has no truth value, because its numbers are not known yet.",
            "Use flux.where(condition, a, b) instead of if, and & instead of and.",
        )

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise FluxError(
            "A traced array cannot become a NumPy array, because its numbers are not known yet.",
            "Use operators, NumPy ufuncs or the functions of flux_gui.engine inside a loss or layer.",
        )

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Value, **kwargs: Any) -> "Traced":
        name = _UFUNC_NAMES.get(ufunc.__name__, ufunc.__name__)
        if ufunc.__name__ in ("less", "less_equal"):
            inputs = inputs[::-1]
        if method != "__call__" or kwargs or name not in OPS:
            raise FluxError(
                f"np.{ufunc.__name__} cannot be differentiated here.", f"Differentiable operations: {', '.join(sorted(_public_names()))}."
            )
        return record(name, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        own = getattr(_functions(), function.__name__, None)
        if own is None:
            raise FluxError(f"np.{function.__name__} cannot be differentiated here.", "Use the functions of flux_gui.engine instead.")
        return own(*args, **kwargs)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Sum over `axis` (all axes when None)."""
        return _functions().sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Mean over `axis` (all axes when None)."""
        return _functions().mean(self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape: Any) -> Any:
        """The same elements in another shape; one size may be -1."""
        return _functions().reshape(self, shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape)


def _functions() -> Any:
    from flux_gui.engine import functions

    return functions


_UFUNC_NAMES = {
    "true_divide": "divide",
    "abs": "absolute",
    "less": "greater",
    "less_equal": "greater_equal",
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "invert": "logical_not",
}


def _public_names() -> list[str]:
    return [op.name for op in OPS.values() if op.derivative is not None]


class Graph:
    """A recording: nodes in order of creation, equal ones recorded once; `training` says which mode the layers are in."""

    def __init__(self, dtype: Any, training: bool = False) -> None:
        self.dtype = np.dtype(dtype)
        self.training = training
        self.nodes: list[Traced] = []
        self.constants: list[np.ndarray] = []
        self.references: list[Any] = []
        self.stores: dict[int, Any] = {}  # parameter stores met while tracing, by key
        self.effects: list[tuple[Traced, Traced]] = []  # (statistic, its new value): never dropped
        self._known: dict[tuple[Any, ...], Traced] = {}
        self._random = 0

    def node(self, op: Op, inputs: tuple[Traced, ...], attrs: tuple[Any, ...] = ()) -> Traced:
        """Return the node for `op` on `inputs`: a simplified, an already recorded or a new one."""
        if not op.masks:
            inputs = tuple(self.node(OPS["number"], (i,)) if i.dtype == bool else i for i in inputs)
        if op.simplify is not None:
            simpler = op.simplify(self, inputs, attrs)
            if simpler is not None:
                return simpler
        key = (op.name, tuple(n.index for n in inputs), attrs)
        found = self._known.get(key)
        if found is None:
            shape = op.shape(tuple(n.shape for n in inputs), attrs)
            dtype = np.dtype(bool) if op.boolean else self.dtype
            found = Traced(self, op, inputs, attrs, shape, dtype, len(self.nodes))
            self.nodes.append(found)
            self._known[key] = found
        return found

    def input(self, name: str, shape: Shape) -> Traced:
        """Return the leaf that is bound to the buffer called `name`."""
        return self.node(INPUT, (), (name, shape))

    def parameter(self, store: Any, start: int, shape: Shape) -> Traced:
        """Return the leaf for a slice of the flat parameters of `store`."""
        self.stores[store.key] = store
        return self.node(PARAMETER, (), (store.key, start, shape))

    def statistic(self, store: Any, start: int, shape: Shape) -> Traced:
        """Return the leaf for a slice of the running statistics of `store`."""
        self.stores[store.key] = store
        return self.node(STATISTIC, (), (store.key, start, shape))

    def constant(self, value: Any) -> Traced:
        """Return the leaf for a value that stays as it is now."""
        array = np.array(value, dtype=self.dtype)
        key = ("constant bytes", array.shape, array.tobytes())
        found = self._known.get(key)
        if found is None:
            array.flags.writeable = False
            self.constants.append(array)
            found = self.node(CONSTANT, (), (len(self.constants) - 1, array.shape))
            self._known[key] = found
        return found

    def reference(self, array: Any) -> Traced:
        """Return the leaf for an array that is read anew at every step."""
        for index, known in enumerate(self.references):
            if known is array:
                return self.node(REFERENCE, (), (index, tuple(array.shape)))
        self.references.append(array)
        return self.node(REFERENCE, (), (len(self.references) - 1, tuple(array.shape)))

    def random(self, shape: Shape) -> Traced:
        """Return a fresh uniform random node in [0, 1); two calls never share numbers."""
        self._random += 1
        return self.node(RANDOM, (), (self._random, shape))

    def lift(self, value: Value) -> Traced:
        """Return `value` as a node of this graph."""
        if isinstance(value, Traced):
            if value.graph is not self:
                raise FluxError("An array of one trace is used in another.", "Compute it inside the function that is being differentiated.")
            return value
        if value is None:
            raise FluxError("The function returned nothing where a number was expected.", "Did it forget to return its result?")
        return self.constant(value)

    def value(self, node: Traced) -> np.ndarray | None:
        """Return the numbers of a constant node, None for any other."""
        return self.constants[node.attrs[0]] if node.op is CONSTANT else None


_current: ContextVar[Graph | None] = ContextVar("current trace", default=None)


def current() -> Graph | None:
    """Return the graph that is being recorded, None outside a trace."""
    return _current.get()


@contextmanager
def tracing(graph: Graph) -> Iterator[Graph]:
    """Record into `graph` inside the block."""
    token = _current.set(graph)
    try:
        yield graph
    finally:
        _current.reset(token)


def record(name: str, *inputs: Value, attrs: tuple[Any, ...] = ()) -> Traced:
    """Record the primitive `name` on inputs of which at least one is traced."""
    graph = next(v.graph for v in inputs if isinstance(v, Traced))
    return graph.node(OPS[name], tuple(graph.lift(v) for v in inputs), attrs)


def apply(name: str, *inputs: Value, attrs: tuple[Any, ...] = ()) -> Any:
    """Apply the primitive `name`: recorded when any input is traced, computed at once with numpy otherwise."""
    op = OPS[name]
    graph = next((v.graph for v in inputs if isinstance(v, Traced)), None)
    if graph is not None:
        return graph.node(op, tuple(graph.lift(v) for v in inputs), attrs)
    arrays = [_as_float(v) for v in inputs]
    formats = [a.dtype for a, v in zip(arrays, inputs, strict=True) if type(v) not in (int, float) and a.dtype != bool]
    if formats and len(formats) < len(arrays):  # a Python number takes on the format of the others, as in numpy
        kept = np.result_type(*formats)
        arrays = [a.astype(kept) if type(v) in (int, float) else a for a, v in zip(arrays, inputs, strict=True)]
    return evaluate(op, tuple(arrays), attrs)


def _as_float(value: Value) -> np.ndarray:
    array = np.asarray(value)
    return array if array.dtype.kind == "f" or array.dtype == bool else array.astype(np.float64)


def evaluate(op: Op, arrays: tuple[np.ndarray, ...], attrs: tuple[Any, ...]) -> Any:
    """Compute one primitive on numpy arrays; scalars do not promote float32 arrays."""
    if op.view is not None:
        return op.view(NUMPY, arrays[0], attrs)
    if op.expand is not None:
        with np.errstate(all="ignore"):
            return op.expand(*arrays, *attrs)
    floats = [a.dtype for a in arrays if a.dtype != bool]
    sized = [a.dtype for a in arrays if a.dtype != bool and a.ndim] or floats
    dtype = np.dtype(bool) if op.boolean else np.result_type(*sized) if sized else np.dtype(np.float64)
    out = np.empty(op.shape(tuple(a.shape for a in arrays), attrs), dtype)
    assert op.kernel is not None
    cast = [a if op.boolean or (op.masks and a.dtype == bool) else a.astype(dtype, copy=False) for a in arrays]
    with np.errstate(all="ignore"):
        for function, arguments in op.kernel(NUMPY, attrs, cast, out):
            function(*arguments)
    return out[()]  # a 0-d result becomes a number


def differentiate(output: Traced, wanted: Sequence[Traced]) -> list[Traced]:
    """Return d(output)/d(w) for each w in `wanted`, as nodes appended to the same graph; `output` must be a scalar."""
    if output.shape != ():
        raise ShapeError(f"A gradient needs a single number, got an array of shape {output.shape}.", "Take its sum or mean.")
    graph = output.graph
    needed = _depends_on(output, set(wanted))
    gradients: dict[Traced, Traced] = {output: graph.constant(1.0)}
    for node in sorted(needed, key=lambda n: n.index, reverse=True):
        dy = gradients.get(node)
        if dy is None or node.op.derivative is None:
            continue
        for source, part in zip(node.inputs, node.op.derivative(node, dy), strict=True):
            if part is None or source not in needed:
                continue
            fitted, known = _reduce_to(part, source.shape), gradients.get(source)
            gradients[source] = fitted if known is None else known + fitted
    zero = graph.constant(0.0)
    return [gradients[w] if w in gradients else apply("broadcast_to", zero, attrs=(w.shape,)) for w in wanted]


def _depends_on(output: Traced, wanted: set[Traced]) -> set[Traced]:
    """Return the nodes on some path from `wanted` to `output`."""
    reachable: dict[Traced, bool] = {}
    stack = [output]
    seen: set[Traced] = set()
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(node.inputs)
    for node in sorted(seen, key=lambda n: n.index):
        reachable[node] = node in wanted or any(reachable[i] for i in node.inputs)
    return {node for node, yes in reachable.items() if yes}


def _reduce_to(value: Traced, shape: Shape) -> Traced:
    """Sum `value` over the axes along which an array of `shape` was repeated to get its shape."""
    if value.shape == shape:
        return value
    extra = value.ndim - len(shape)
    if extra < 0 or any(have != want for have, want in zip(value.shape[extra:], shape, strict=True) if want != 1):
        return record("broadcast_to", value, attrs=(shape,))
    axes = tuple(range(extra)) + tuple(i + extra for i, want in enumerate(shape) if want == 1 and value.shape[i + extra] != 1)
    summed = record("sum", value, attrs=(axes, False, 1.0))
    return record("reshape", summed, attrs=(shape,)) if summed.shape != shape else summed
