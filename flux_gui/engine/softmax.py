"""Scores of classes: softmax, its logarithm and the cross-entropies of scores, as primitives with derivatives that are safe.

Each is composed of the primitives of `ops.py`; its own derivative avoids the overflow and the loss of digits of the composed one.
Source: NNlib `src/softmax.jl`.
"""

from flux_gui.engine import ops
from flux_gui.engine.graph import Op, Shape, Traced, Value, apply, register


def _rows(shapes: tuple[Shape, ...], attrs: ops.Attrs) -> Shape:
    return ops.broadcast(shapes, ())[:-1]


def _keep(value: Value, axis: int = -1) -> Value:
    return apply("sum", value, attrs=((value.ndim + axis,), True, 1.0))


def _below_largest(x: Value) -> Value:
    """x less the largest of its row; the largest become 0 even when they are infinite, as in NNlib."""
    largest = apply("largest", x, attrs=((x.ndim - 1,), True))
    return apply("where", x == largest, 0.0, x - largest)


def _logsoftmax(x: Value) -> Value:
    shifted = _below_largest(x)
    return shifted - apply("log", _keep(apply("exp", shifted)))


def _logsoftmax_finite(x: Value) -> Value:
    shifted = x - apply("largest", x, attrs=((x.ndim - 1,), True))
    return shifted - apply("log", _keep(apply("exp", shifted)))


def _softmax(x: Value) -> Value:
    raised = apply("exp", _below_largest(x))
    return raised / _keep(raised)


def _softmax_crossentropy(x: Value, y: Value) -> Value:
    return apply("sum", y * apply("logsoftmax_finite", x), attrs=((x.ndim - 1,), False, -1.0))


def _softmax_crossentropy_derivative(n: Traced, dy: Traced) -> ops.Gradients:
    x, y = n.inputs
    column = apply("reshape", dy, attrs=((*dy.shape, 1),)) if dy.shape else dy
    logs = apply("logsoftmax_finite", x)
    return (apply("exp", logs) * _keep(y) - y) * column, -(logs * column)


def _sigmoid_crossentropy(x: Value, y: Value) -> Value:
    wrong = x * y  # log(exp(-xy) + exp(x - xy)): no digits are lost however sure the score is
    return apply("logaddexp", -wrong, x - wrong)


def _sigmoid_crossentropy_derivative(n: Traced, dy: Traced) -> ops.Gradients:
    x, y = n.inputs
    return (apply("sigmoid", x) - y) * dy, -(x * dy)


register(Op("logsoftmax", ops.same, expand=_logsoftmax, derivative=lambda n, dy: (dy - apply("exp", n) * _keep(dy),)))
register(Op("logsoftmax_finite", ops.same, expand=_logsoftmax_finite))  # the loss of infinite scores may be NaN: a run tells it
register(Op("softmax", ops.same, expand=_softmax, derivative=lambda n, dy: (n * (dy - _keep(dy * n)),)))
register(Op("softmax_crossentropy", _rows, expand=_softmax_crossentropy, derivative=_softmax_crossentropy_derivative))
register(Op("logaddexp", ops.broadcast, ops.call("logaddexp"), elementwise=True))  # only in a composite with its own derivative
register(Op("sigmoid_crossentropy", ops.broadcast, expand=_sigmoid_crossentropy, derivative=_sigmoid_crossentropy_derivative))
