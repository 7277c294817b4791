"""Functions on arrays, plain or traced: what layers, activations and losses are written with."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from flux_gui.core.errors import ShapeError
from flux_gui.engine import ops, special  # noqa: F401  (fill the table of primitives)
from flux_gui.engine import softmax as _softmax  # noqa: F401
from flux_gui.engine.graph import Traced, Value, apply, current
from flux_gui.engine.shaping import concatenate as _concatenate
from flux_gui.engine.shaping import part_of  # noqa: F401  (what x[...] of a traced array calls)

Axis = int | tuple[int, ...] | None


def _axes(value: Value, axis: Axis) -> tuple[int, ...]:
    ndim = value.ndim
    given = range(ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    return tuple(sorted(a % ndim for a in given)) if ndim else ()


def _array(value: Value) -> Value:
    return value if isinstance(value, Traced | np.ndarray) else np.asarray(value)


def sum(x: Value, axis: Axis = None, keepdims: bool = False) -> Any:
    """Sum of `x` over `axis`, over all axes when None."""
    x = _array(x)
    return apply("sum", x, attrs=(_axes(x, axis), keepdims, 1.0))


def mean(x: Value, axis: Axis = None, keepdims: bool = False) -> Any:
    """Mean of `x` over `axis`, over all axes when None."""
    x = _array(x)
    axes = _axes(x, axis)
    terms = int(np.prod([x.shape[a] for a in axes], dtype=np.int64))
    if terms == 0:
        raise ShapeError(f"The mean of an array of shape {x.shape} is not defined.", "There are no rows.")
    return apply("sum", x, attrs=(axes, keepdims, 1.0 / terms))


def reshape(x: Value, shape: Sequence[int]) -> Any:
    """The elements of `x` in another shape; one size may be -1."""
    x = _array(x)
    sizes = list(shape)
    if -1 in sizes:
        known = int(np.prod([n for n in sizes if n != -1], dtype=np.int64))
        sizes[sizes.index(-1)] = x.size // max(known, 1)
    if int(np.prod(sizes, dtype=np.int64)) != x.size:
        raise ShapeError(f"An array of shape {x.shape} cannot take the shape {tuple(shape)}.", "The number of elements must stay the same.")
    return apply("reshape", x, attrs=(tuple(int(n) for n in sizes),))


def concatenate(arrays: Sequence[Any], axis: int = 0) -> Any:
    """What `np.concatenate` does with traced arrays: NumPy joins rows where nothing else is said, `flux.concatenate` columns."""
    return _concatenate(list(arrays), axis=axis)


def where(condition: Value, yes: Value, no: Value) -> Any:
    """`yes` where `condition` holds, `no` elsewhere."""
    if not isinstance(condition, Traced):
        condition = np.asarray(condition) != 0
    return apply("where", condition, yes, no)


def matmul(a: Value, b: Value) -> Any:
    """Matrix product of two matrices."""
    return apply("matmul", a, b)


def transpose(x: Value) -> Any:
    """The transpose of a matrix."""
    return apply("transpose", x)


def exp(x: Value) -> Any:
    """e to the power x."""
    return apply("exp", x)


def log(x: Value) -> Any:
    """Natural logarithm."""
    return apply("log", x)


def sqrt(x: Value) -> Any:
    """Square root."""
    return apply("sqrt", x)


def square(x: Value) -> Any:
    """x * x."""
    return apply("square", x)


def absolute(x: Value) -> Any:
    """Absolute value; slope 0 at 0."""
    return apply("absolute", x)


abs = absolute


def sign(x: Value) -> Any:
    """-1, 0 or 1."""
    return apply("sign", x)


def maximum(a: Value, b: Value) -> Any:
    """The larger of each pair; the slope at a tie belongs to `b`."""
    return apply("maximum", a, b)


def minimum(a: Value, b: Value) -> Any:
    """The smaller of each pair; the slope at a tie belongs to `a`."""
    return apply("minimum", a, b)


def tanh(x: Value) -> Any:
    """Hyperbolic tangent."""
    return apply("tanh", x)


def sigmoid(x: Value) -> Any:
    """1 / (1 + exp(-x))."""
    return apply("sigmoid", x)


def relu(x: Value) -> Any:
    """x where positive, else 0."""
    return apply("relu", x)


def softplus(x: Value) -> Any:
    """log(1 + exp(x)), without overflow."""
    return apply("softplus", x)


def softmax(x: Value) -> Any:
    """exp(x) / sum(exp(x)) along the last axis, without overflow. Flux: `softmax(x; dims=1)`."""
    return apply("softmax", x)


def logsoftmax(x: Value) -> Any:
    """log(softmax(x)) along the last axis, without loss of digits. Flux: `logsoftmax(x; dims=1)`."""
    return apply("logsoftmax", x)


def is_training() -> bool:
    """Whether a training step is being recorded: layers that behave differently in training ask this in `forward`."""
    graph = current()
    return graph is not None and graph.training


def random_uniform(shape: tuple[int, ...]) -> Any:
    """Uniform numbers in [0, 1): while tracing a node whose numbers depend on (seed, node, step) alone."""
    graph = current()
    if graph is not None:
        return graph.random(shape)
    return np.random.default_rng().random(shape)
