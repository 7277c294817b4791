"""The formulas of the activation functions, on plain or traced arrays: same shape and number format out as in.

Source: NNlib `src/activations.jl`. Where the table there states a derivative, a primitive of that name has it, so that the
slopes at kinks are NNlib's. Parameters (a, alpha, lambd, theta) are numbers, never trained. Not-a-number stays visible.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from flux_gui.core.errors import SettingError
from flux_gui.engine import expressions, ops
from flux_gui.engine import functions as f
from flux_gui.engine.graph import Op, Traced, Value, apply, register
from flux_gui.engine.special import clamp, expm1, normal_cdf, normal_density

SELU_LAMBDA = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772
DEFAULT_FORMULA = "x*sigmoid(1.702*x)"

_GELU = 2.0 * math.sqrt(2.0 / math.pi)
_CUBIC = 0.044715


def _primitive(name: str, expand: Callable[..., Value], derivative: Callable[[Traced, Traced], Value]) -> None:
    register(Op(name, ops.same, expand=expand, derivative=lambda n, dy: (derivative(n, dy),)))


def _constant(value: Any, name: str) -> float:
    if isinstance(value, Traced):
        hint = "In a layer of your own, write the formula with flux.where; a parameter in it is then trained."
        raise SettingError(f"{name} is a fixed number of the activation and cannot be trained.", hint)
    return float(value)


def _call(name: str, x: Value, **parameters: float) -> Any:
    return apply(name, x, attrs=tuple(_constant(value, key) for key, value in parameters.items()))


def _x(n: Traced) -> Traced:
    return n.inputs[0]


def identity(x: Any) -> Any:
    """x itself."""
    return x


def hardsigmoid(x: Value) -> Any:
    """clamp((x + 3) / 6, 0, 1); slope 0 at both kinks. Flux: `hardσ`."""
    return clamp((_floats(x) + 3.0) / 6.0, 0.0, 1.0)


def _floats(x: Value) -> Value:
    """`x` as an array of floats, so that operators keep its number format."""
    return x if isinstance(x, Traced) else np.asarray(x) if np.asarray(x).dtype.kind == "f" else np.asarray(x, np.float64)


def logsigmoid(x: Value) -> Any:
    """log(sigmoid(x)) = -softplus(-x), without overflow. Flux: `logσ`."""
    return _call("logsigmoid", x)


_primitive("logsigmoid", lambda x: -apply("softplus", -x), lambda n, dy: dy * apply("sigmoid", -_x(n)))


def hardtanh(x: Value) -> Any:
    """clamp(x, -1, 1); slope 0 at both kinks."""
    return clamp(x, -1.0, 1.0)


def tanh_fast(x: Value) -> Any:
    """The hyperbolic tangent: Flux's approximation has no advantage here, so this is `tanh`."""
    return f.tanh(x)


def sigmoid_fast(x: Value) -> Any:
    """sigmoid(x), exactly 1 for x > 40 and exactly 0 for x < -80."""
    return _call("sigmoid_fast", x)


_primitive("sigmoid_fast", lambda x: apply("where", x < -80.0, 0.0, apply("sigmoid", x)), lambda n, dy: dy * (n * (1.0 - n)))


def leakyrelu(x: Value, a: float = 0.01) -> Any:
    """x where positive, a x elsewhere; slope a at 0."""
    return _call("leakyrelu", x, a=a)


def _leakyrelu(x: Value, a: float) -> Value:
    return apply("maximum", x, x * a) if 0.0 <= a <= 1.0 else apply("where", x > 0.0, x, x * a)


_primitive("leakyrelu", _leakyrelu, lambda n, dy: apply("where", _x(n) > 0.0, dy, dy * n.attrs[0]))


def relu6(x: Value) -> Any:
    """clamp(x, 0, 6); slope 0 at both kinks."""
    return clamp(x, 0.0, 6.0)


def rrelu(x: Value, lo: float = 1 / 8, hi: float = 1 / 3) -> Any:
    """leakyrelu with a drawn between `lo` and `hi`: anew for every element at every call, in training and in testing."""
    low, high = _constant(lo, "lo"), _constant(hi, "hi")
    if low > high:
        raise SettingError(f"rrelu: lo must not be above hi, got lo={low:g} and hi={high:g}.", "The usual values are 1/8 and 1/3.")
    x = _floats(x)
    drawn = f.random_uniform(tuple(x.shape))
    drawn = drawn if isinstance(drawn, Traced) else np.asarray(drawn, x.dtype)
    return f.where(x > 0.0, x, x * (drawn * (high - low) + low))


def elu(x: Value, alpha: float = 1.0) -> Any:
    """x where x >= 0, alpha (exp(x) - 1) elsewhere; slope 1 at 0."""
    return _call("elu", x, alpha=alpha)


def _elu_derivative(n: Traced, dy: Traced) -> Value:
    (alpha,) = n.attrs
    if alpha == 1.0:
        return dy * (apply("minimum", n, 0.0) + 1.0)
    return apply("where", _x(n) >= 0.0, dy, dy * (n + alpha))


_primitive("elu", lambda x, alpha: apply("maximum", x, 0.0) + expm1(apply("minimum", x, 0.0)) * alpha, _elu_derivative)


def selu(x: Value, lambd: float = SELU_LAMBDA, alpha: float = SELU_ALPHA) -> Any:
    """lambd (x where positive, alpha (exp(x) - 1) elsewhere); slope lambd alpha at 0."""
    return _call("selu", x, lambd=lambd, alpha=alpha)


_primitive(
    "selu",
    lambda x, lambd, alpha: apply("maximum", x, 0.0) * lambd + expm1(apply("minimum", x, 0.0)) * (lambd * alpha),
    lambda n, dy: apply("where", _x(n) > 0.0, dy * n.attrs[0], dy * (n + n.attrs[0] * n.attrs[1])),
)


def celu(x: Value, alpha: float = 1.0) -> Any:
    """x where x >= 0, alpha (exp(x / alpha) - 1) elsewhere."""
    return _call("celu", x, alpha=alpha)


_primitive(
    "celu",
    lambda x, alpha: apply("maximum", x, 0.0) + expm1(apply("minimum", x, 0.0) / alpha) * alpha,
    lambda n, dy: dy * (apply("minimum", n / n.attrs[0], 0.0) + 1.0),
)


def gelu_tanh(x: Value) -> Any:
    """x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), computed as x sigmoid(2 ...), which keeps the digits of the left half. Flux: `gelu`."""
    return _call("gelu", x)


def gelu_sigmoid(x: Value) -> Any:
    """x sigmoid(√(8/π) x (1 + 0.044715 x²)): the same function as `gelu_tanh`."""
    return _call("gelu", x)


def _gelu_share(x: Value) -> Value:
    return apply("sigmoid", (apply("square", x) * (_GELU * _CUBIC) + _GELU) * x)


def _gelu_derivative(n: Traced, dy: Traced) -> Value:
    x, share = _x(n), _gelu_share(_x(n))
    return dy * (share + n * (1.0 - share) * (apply("square", x) * (3.0 * _GELU * _CUBIC) + _GELU))


_primitive("gelu", lambda x: x * _gelu_share(x), _gelu_derivative)


def gelu_erf(x: Value) -> Any:
    """x/2 (1 + erf(x/√2)): x times the share of a normal distribution below x."""
    return _call("gelu_erf", x)


def _gelu_erf_derivative(n: Traced, dy: Traced) -> Value:
    x = _x(n)
    return dy * (normal_cdf(x) + x * normal_density(x))


_primitive("gelu_erf", lambda x: x * normal_cdf(x), _gelu_erf_derivative)


def swish(x: Value) -> Any:
    """x sigmoid(x)."""
    return _call("swish", x)


def _swish_derivative(n: Traced, dy: Traced) -> Value:
    share = apply("sigmoid", _x(n))
    return dy * (share + n * (1.0 - share))  # Ω + σ (1 - Ω) is the same number but loses its digits for large x


_primitive("swish", lambda x: x * apply("sigmoid", x), _swish_derivative)


def hardswish(x: Value) -> Any:
    """x hardsigmoid(x); slope -0.5 at -3 and 1.5 at 3."""
    return _call("hardswish", x)


def _hardswish_derivative(n: Traced, dy: Traced) -> Value:
    x = _x(n)
    inner = apply("where", x < -3.0, 0.0, dy * (x / 3.0 + 0.5))
    return apply("where", x > 3.0, dy, inner)


_primitive("hardswish", lambda x: x * hardsigmoid(x), _hardswish_derivative)


def lisht(x: Value) -> Any:
    """x tanh(x)."""
    return _call("lisht", x)


def _lisht_derivative(n: Traced, dy: Traced) -> Value:
    bent = apply("tanh", _x(n))
    return dy * (bent + _x(n) * (1.0 - apply("square", bent)))


_primitive("lisht", lambda x: x * apply("tanh", x), _lisht_derivative)


def logcosh(x: Value) -> Any:
    """log(cosh(x)) = x + softplus(-2x) - log 2, without overflow; slope tanh(x)."""
    return _call("logcosh", x)


_primitive("logcosh", lambda x: x + apply("softplus", x * -2.0) - math.log(2.0), lambda n, dy: dy * apply("tanh", _x(n)))


def mish(x: Value) -> Any:
    """x tanh(softplus(x))."""
    return _call("mish", x)


def _mish_derivative(n: Traced, dy: Traced) -> Value:
    x = _x(n)
    bent = apply("tanh", apply("softplus", x))
    return dy * (bent + x * (1.0 - apply("square", bent)) * apply("sigmoid", x))


_primitive("mish", lambda x: x * apply("tanh", apply("softplus", x)), _mish_derivative)


def softsign(x: Value) -> Any:
    """x / (1 + |x|)."""
    return _call("softsign", x)


_primitive(
    "softsign",
    lambda x: x / (apply("absolute", x) + 1.0),
    lambda n, dy: dy / apply("square", apply("absolute", _x(n)) + 1.0),
)


def tanhshrink(x: Value) -> Any:
    """x - tanh(x)."""
    return _call("tanhshrink", x)


_primitive("tanhshrink", lambda x: x - apply("tanh", x), lambda n, dy: dy * apply("square", apply("tanh", _x(n))))


def softshrink(x: Value, lambd: float = 0.5) -> Any:
    """x moved towards 0 by lambd, and 0 within -lambd ... lambd, where the slope is 0 too."""
    return _call("softshrink", x, lambd=lambd)


_primitive("softshrink", lambda x, lambd: x - clamp(x, -lambd, lambd), lambda n, dy: dy * (n != 0.0))


def trelu(x: Value, theta: float = 1.0) -> Any:
    """x above theta, else 0; slope 0 at theta. Flux: `trelu`, `thresholdrelu`."""
    return _call("trelu", x, theta=theta)


_primitive("trelu", lambda x, theta: apply("where", x <= theta, 0.0, x), lambda n, dy: dy * (_x(n) > n.attrs[0]))


@lru_cache(maxsize=64)
def written(text: str) -> Callable[[Value], Any]:
    """Return the function that a formula in `x` spells, the default one for ""; FormulaError names what to change."""
    return expressions.function(text or DEFAULT_FORMULA, ("x",), DEFAULT_FORMULA)


def custom(x: Value, formula: str = DEFAULT_FORMULA) -> Any:
    """The formula in `x` that `formula` spells, element by element, with its exact derivative; FormulaError if it cannot be read.

    >>> float(custom(0.0, formula="x + exp(-x^2)"))
    1.0
    """
    return written(formula)(_floats(x))
