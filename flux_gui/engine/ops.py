"""The primitive operations: shape rule, in-place kernel and derivative of each, in one table.

A layer, an activation or a loss never states a derivative; it is composed of these. Derivatives at kinks are Flux's
(NNlib `activations.jl`): relu has slope 0 at 0, abs has slope 0 at 0.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from flux_gui.core.errors import ShapeError
from flux_gui.engine.backend import Backend, Call, copy_where
from flux_gui.engine.graph import CONSTANT, OPS, Graph, Op, Shape, Traced, apply, register

Attrs = tuple[Any, ...]
Gradients = tuple[Traced | None, ...]
Derivative = Callable[[Traced, Traced], Gradients]

# ---------------------------------------------------------------------------------------------------- shapes


def broadcast(shapes: tuple[Shape, ...], attrs: Attrs) -> Shape:
    """The common shape of inputs that are combined element by element: a shape rule."""
    if len(shapes) == 1 or shapes[0] == shapes[1]:
        return shapes[0]
    try:
        return tuple(np.broadcast_shapes(*shapes))
    except ValueError:
        raise ShapeError(
            f"Arrays of shapes {shapes[0]} and {shapes[1]} cannot be combined element by element.",
            "Rows and columns must match, or one of them must be 1.",
        ) from None


def _matmul_shape(shapes: tuple[Shape, ...], attrs: Attrs) -> Shape:
    a, b = shapes
    if len(a) != 2 or len(b) != 2 or a[1] != b[0]:
        raise ShapeError(
            f"A matrix product of shapes {a} and {b} is not defined.", "The columns of the first must equal the rows of the second."
        )
    return (a[0], b[1])


def _reduced(shapes: tuple[Shape, ...], attrs: Attrs) -> Shape:
    axes, keepdims = attrs[0], attrs[1]
    return tuple(1 if i in axes else n for i, n in enumerate(shapes[0]) if keepdims or i not in axes)


def same(shapes: tuple[Shape, ...], attrs: Attrs) -> Shape:
    """The shape of the first input: a shape rule."""
    return shapes[0]


# --------------------------------------------------------------------------------------- element-wise primitives


def _scalar(graph: Graph, node: Traced) -> float | None:
    """Return the number of a constant scalar node, None for any other node."""
    return float(graph.constants[node.attrs[0]]) if node.op is CONSTANT and node.shape == () else None


def _without_repeat(graph: Graph, inputs: tuple[Traced, ...], op: Op) -> Traced | None:
    """Element-wise functions repeat small inputs by themselves: take the source of a broadcast where the shape stays."""
    sources = tuple(n.inputs[0] if n.op.name == "broadcast_to" else n for n in inputs)
    if all(n.op.name != "broadcast_to" for n in inputs):
        return None
    want = broadcast(tuple(n.shape for n in inputs), ())
    for i in range(len(inputs)):
        trial = (*inputs[:i], sources[i], *inputs[i + 1 :])
        if sources[i] is not inputs[i] and broadcast(tuple(n.shape for n in trial), ()) == want:
            return graph.node(op, trial)
    return None


def _simplify_binary(name: str) -> Callable[[Graph, tuple[Traced, ...], Attrs], Traced | None]:
    def simplify(graph: Graph, inputs: tuple[Traced, ...], attrs: Attrs) -> Traced | None:
        a, b = inputs
        left, right = _scalar(graph, a), _scalar(graph, b)
        if left is not None and right is not None:
            with np.errstate(all="ignore"):
                return graph.constant(getattr(np, name)(graph.dtype.type(left), graph.dtype.type(right)))
        if name == "multiply":
            if left is not None:
                return graph.node(OPS[name], (b, a))
            if right == 1.0 and a.dtype == graph.dtype:
                return a
            if right is not None and a.op.name == "multiply" and (inner := _scalar(graph, a.inputs[1])) is not None:
                return graph.node(OPS[name], (a.inputs[0], graph.constant(inner * right)))
        if name in ("subtract", "add") and right == 0.0:
            return a
        if name == "add" and left == 0.0:
            return b
        if name == "divide" and right == 1.0:
            return a
        return _without_repeat(graph, inputs, OPS[name])

    return simplify


def call(name: str) -> Callable[[Backend, Attrs, Sequence[Any], Any], list[Call]]:
    """Return the kernel that is one call of the array module's function `name`."""

    def kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
        return [(backend.function(name), (*inputs, out))]

    return kernel


def _unary(name: str, derivative: Derivative) -> None:
    register(Op(name, same, call(name), derivative, elementwise=True))


def _binary(name: str, derivative: Derivative | None, boolean: bool = False) -> None:
    simplify = None if boolean else _simplify_binary(name)
    masks = boolean or name == "multiply"
    register(Op(name, broadcast, call(name), derivative, elementwise=not boolean, boolean=boolean, masks=masks, simplify=simplify))


_binary("add", lambda n, dy: (dy, dy))
_binary("subtract", lambda n, dy: (dy, -dy))
_binary("multiply", lambda n, dy: (dy * n.inputs[1], dy * n.inputs[0]))
_binary("divide", lambda n, dy: (dy / n.inputs[1], -(dy * n / n.inputs[1])))
_binary("maximum", lambda n, dy: (dy * (n.inputs[0] > n.inputs[1]), dy * (n.inputs[1] >= n.inputs[0])))
_binary("minimum", lambda n, dy: (dy * (n.inputs[1] > n.inputs[0]), dy * (n.inputs[0] >= n.inputs[1])))
_binary("floor_divide", lambda n, dy: (None, None))
_binary("remainder", lambda n, dy: (dy, -(dy * apply("floor_divide", *n.inputs))))
_binary("greater", None, boolean=True)
_binary("greater_equal", None, boolean=True)
_binary("equal", None, boolean=True)
_binary("logical_and", None, boolean=True)
_binary("logical_or", None, boolean=True)
register(Op("logical_not", same, call("logical_not"), boolean=True, masks=True))


def _power_derivative(n: Traced, dy: Traced) -> Gradients:
    x, p = n.inputs
    base = dy * p * x ** (p - 1.0)
    if _scalar(n.graph, p) is not None:
        return base, None
    return base, dy * n * apply("log", x)


def _simplify_power(graph: Graph, inputs: tuple[Traced, ...], attrs: Attrs) -> Traced | None:
    p = _scalar(graph, inputs[1])
    special: dict[float, Callable[[], Traced]] = {
        0.0: lambda: apply("broadcast_to", graph.constant(1.0), attrs=(inputs[0].shape,)),
        1.0: lambda: inputs[0],
        2.0: lambda: graph.node(OPS["square"], (inputs[0],)),
        0.5: lambda: graph.node(OPS["sqrt"], (inputs[0],)),
        -1.0: lambda: graph.constant(1.0) / inputs[0],
    }
    return special[p]() if p in special else None


register(Op("power", broadcast, call("power"), _power_derivative, elementwise=True, simplify=_simplify_power))

_unary("negative", lambda n, dy: (-dy,))
_unary("square", lambda n, dy: (dy * (n.inputs[0] * 2.0),))
_unary("sqrt", lambda n, dy: (dy * 0.5 / n,))
_unary("exp", lambda n, dy: (dy * n,))
_unary("log", lambda n, dy: (dy / n.inputs[0],))
_unary("tanh", lambda n, dy: (dy * (1.0 - apply("square", n)),))
_unary("absolute", lambda n, dy: (dy * apply("sign", n.inputs[0]),))
_unary("sign", lambda n, dy: (None,))
_unary("sin", lambda n, dy: (dy * apply("cos", n.inputs[0]),))
_unary("cos", lambda n, dy: (-(dy * apply("sin", n.inputs[0])),))
_unary("tan", lambda n, dy: (dy * (1.0 + apply("square", n)),))
_unary("sinh", lambda n, dy: (dy * apply("cosh", n.inputs[0]),))
_unary("cosh", lambda n, dy: (dy * apply("sinh", n.inputs[0]),))


def _relu_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    return [(backend.function("maximum"), (inputs[0], _number(backend, 0.0, out), out))]


def _sigmoid_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    # exp(-x) may overflow to inf, which gives exactly 0: right to the last bit a float can hold
    one = _number(backend, 1.0, out)
    add, divide = backend.function("add"), backend.function("divide")
    return [
        (backend.function("negative"), (inputs[0], out)),
        (backend.function("exp"), (out, out)),
        (add, (out, one, out)),
        (divide, (one, out, out)),
    ]


_MANY = 64  # elements from which several fast calls beat one slow one


def _softplus_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    x, zero = inputs[0], _number(backend, 0.0, out)
    if out.size < _MANY:
        return [(backend.function("logaddexp"), (x, zero, out))]
    # log(1 + exp(x)), and x itself where the exponential would overflow: four fast calls, up to 20 times as fast
    return [
        (backend.function("minimum"), (x, _number(backend, 80.0, out), out)),
        (backend.function("exp"), (out, out)),
        (backend.function("log1p"), (out, out)),
        (backend.function("maximum"), (x, out, out)),
    ]


def _number(backend: Backend, value: float, like: Any) -> Any:
    return backend.asarray(np.asarray(value, dtype=like.dtype))


register(Op("relu", same, _relu_kernel, lambda n, dy: (dy * (n > 0.0),), elementwise=True))
register(Op("sigmoid", same, _sigmoid_kernel, lambda n, dy: (dy * (n * (1.0 - n)),), elementwise=True))
register(Op("softplus", same, _softplus_kernel, lambda n, dy: (dy * apply("sigmoid", n.inputs[0]),)))


_SELECTED = 4096  # elements from which bits are selected: a masked copy by a mask without a pattern is ten times slower
_BLOCK = 1 << 16  # elements selected at once, which stay in the cache


def _where_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    condition, yes, no = inputs
    copyto = backend.function("copyto")
    plain = all(_contiguous(a) and (a.size == 1 or a.shape == out.shape) for a in (*inputs, out))
    if out.size >= _SELECTED and plain and condition.dtype == bool and yes.dtype == no.dtype == out.dtype:
        return _select_calls(backend, condition, yes, no, out)
    return [(copyto, (out, no)), (copy_where, (copyto, out, yes, condition))]


def _select_calls(backend: Backend, condition: Any, yes: Any, no: Any, out: Any) -> list[Call]:
    """Return calls for no ^ ((no ^ yes) & mask) on the bits of the numbers, the mask all ones or all zeros."""
    xor, bits = backend.function("bitwise_xor"), np.dtype(f"i{out.dtype.itemsize}")
    scratch = backend.empty((_BLOCK,), bits)
    calls: list[Call] = []
    for start in range(0, out.size, _BLOCK):
        stop = min(start + _BLOCK, out.size)
        c, a, b, o = (x.reshape(()) if x.size == 1 else x.reshape(-1)[start:stop] for x in (condition, yes, no, out))
        a, b, o, mask = a.view(bits), b.view(bits), o.view(bits), scratch[: stop - start]
        calls += [(backend.function("copyto"), (mask, c)), (backend.function("negative"), (mask, mask)), (xor, (a, b, o))]
        calls += [(backend.function("bitwise_and"), (o, mask, o)), (xor, (o, b, o))]
    return calls


def _where_shape(shapes: tuple[Shape, ...], attrs: Attrs) -> Shape:
    return tuple(np.broadcast_shapes(*shapes))


def _where_derivative(n: Traced, dy: Traced) -> Gradients:
    condition = n.inputs[0]
    return None, apply("where", condition, dy, 0.0), apply("where", condition, 0.0, dy)


def _simplify_where(graph: Graph, inputs: tuple[Traced, ...], attrs: Attrs) -> Traced | None:
    condition, yes, no = inputs
    if condition.dtype == bool:
        return None
    return graph.node(OPS["where"], (graph.node(OPS["greater"], (abs(condition), graph.constant(0.0))), yes, no))


register(Op("where", _where_shape, _where_kernel, _where_derivative, simplify=_simplify_where, masks=True))

# -------------------------------------------------------------------------------------- matrices, sums, shapes


def _matmul_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    return [backend.dot(inputs[0], inputs[1], out)]


register(Op("matmul", _matmul_shape, _matmul_kernel, lambda n, dy: (dy @ n.inputs[1].T, n.inputs[0].T @ dy)))

_DOT_SUM_LIMIT = 4096  # beyond this many terms numpy's pairwise sum is the more exact one


def _sum_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    (array,), (axes, keepdims, scale) = inputs, attrs
    terms = math.prod(array.shape[a] for a in axes)
    leading = axes == tuple(range(len(axes))) and not keepdims  # a product with a vector of ones is the fastest sum
    if leading and 0 < terms <= _DOT_SUM_LIMIT and _contiguous(array):
        ones = backend.asarray(np.full(terms, scale, dtype=out.dtype))
        rest = array.shape[len(axes) :]
        flat = array.reshape(terms, *rest) if len(rest) == 1 else array.reshape(terms, -1) if rest else array.reshape(terms)
        return [backend.dot(ones, flat, out.reshape(flat.shape[1:]))]
    calls: list[Call] = [backend.reduce("add", array, axes, out, keepdims)] if axes else [(backend.function("copyto"), (out, array))]
    if scale != 1.0:
        calls.append((backend.function("multiply"), (out, _number(backend, scale, out), out)))
    return calls


def _contiguous(array: Any) -> bool:
    flags = getattr(array, "flags", None)
    return bool(flags.c_contiguous) if flags is not None else False


def _sum_derivative(n: Traced, dy: Traced) -> Gradients:
    axes, keepdims, scale = n.attrs
    source = n.inputs[0].shape
    kept = tuple(1 if i in axes else size for i, size in enumerate(source))
    spread = dy if keepdims or n.shape == () else apply("reshape", dy, attrs=(kept,))
    return (apply("broadcast_to", spread * scale, attrs=(source,)),)


register(Op("sum", _reduced, _sum_kernel, _sum_derivative))


def _largest_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    return [backend.reduce("maximum", inputs[0], attrs[0], out, attrs[1])]


# Only used inside composites with a derivative of their own, so it needs none.
register(Op("largest", _reduced, _largest_kernel))


def _simplify_broadcast(graph: Graph, inputs: tuple[Traced, ...], attrs: Attrs) -> Traced | None:
    source = inputs[0]
    if source.shape == attrs[0]:
        return source
    return graph.node(OPS["broadcast_to"], source.inputs, attrs) if source.op.name == "broadcast_to" else None


def _simplify_transpose(graph: Graph, inputs: tuple[Traced, ...], attrs: Attrs) -> Traced | None:
    return inputs[0].inputs[0] if inputs[0].op.name == "transpose" else None


def _simplify_reshape(graph: Graph, inputs: tuple[Traced, ...], attrs: Attrs) -> Traced | None:
    source = inputs[0]
    if source.shape == attrs[0]:
        return source
    if source.op.name == "broadcast_to" and source.inputs[0].shape == ():
        return graph.node(OPS["broadcast_to"], source.inputs, attrs)
    if source.op.name == "reshape":
        return graph.node(OPS["reshape"], source.inputs, attrs)
    if _scattered(source):  # such a view cannot be reshaped in place: its numbers are brought together first
        return graph.node(OPS["reshape"], (graph.node(OPS["copy"], (source,)),), attrs)
    return None


def _scattered(node: Traced) -> bool:
    """Whether `node` is a view whose numbers do not lie one after another."""
    if node.op.view is None:
        return False
    source = node.inputs[0]
    if node.op.name == "broadcast_to":
        return node.size != source.size or _scattered(source)
    if node.op.name == "transpose":
        return sum(n != 1 for n in node.shape) > 1 or _scattered(source)
    return node.size != source.size or node.op.name != "reshape" or _scattered(source)


register(
    Op(
        "broadcast_to",
        lambda shapes, attrs: attrs[0],
        view=lambda backend, array, attrs: backend.broadcast_to(array, attrs[0]),
        derivative=lambda n, dy: (dy,),
        simplify=_simplify_broadcast,
    )
)
register(
    Op(
        "transpose",
        lambda shapes, attrs: shapes[0][::-1],
        view=lambda backend, array, attrs: array.T,
        derivative=lambda n, dy: (dy.T,),
        simplify=_simplify_transpose,
    )
)
register(
    Op(
        "reshape",
        lambda shapes, attrs: attrs[0],
        view=lambda backend, array, attrs: array.reshape(attrs[0]),
        derivative=lambda n, dy: (apply("reshape", dy, attrs=(n.inputs[0].shape,)),),
        simplify=_simplify_reshape,
    )
)


def _copy_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    return [(backend.function("copyto"), (out, inputs[0]))]


register(Op("copy", same, _copy_kernel, lambda n, dy: (dy,)))
register(Op("number", same, _copy_kernel, lambda n, dy: (None,), masks=True))  # a mask as zeros and ones
