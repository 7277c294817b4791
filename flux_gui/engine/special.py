"""Special functions that NumPy lacks, as primitives: erf, the normal distribution, x log y, clamp, Huber; with safe derivatives.

The error function is that of Cephes (S. L. Moshier, `ndtr.c`): rational functions with positive coefficients only, so that
they are as exact in float32 as in float64; float32 has shorter ones. The normal quantile is algorithm AS 241 (M. J. Wichura, 1988).
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.engine import ops
from flux_gui.engine.graph import Op, Traced, Value, apply, register

# erf(x) = x T(x²) / U(x²) for |x| < 1, and erfc(x) = exp(-x²) P(x) / Q(x) for x >= 1; highest power first
_T = (9.60497373987051638749e0, 9.00260197203842689217e1, 2.23200534594684319226e3, 7.00332514112805075473e3, 5.55923013010394962768e4)
_U = (
    1.0,
    *(3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3, 2.26290000613890934246e4, 4.92673942608635921086e4),
)
_P = (
    *(2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687e0, 4.86371970985681366614e1, 1.96520832956077098242e2),
    *(5.26445194995477358631e2, 9.34528527171957607540e2, 1.02755188689515710272e3, 5.57535335369399327526e2),
)
_Q = (
    1.0,
    *(1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2, 9.75708501743205489753e2),
    *(1.82390916687909736289e3, 2.24633760818710981792e3, 1.65666309194161350182e3, 5.57535340817727675546e2),
)
# The same in single precision: erf(x) = x T(x²) and erfc(x) = exp(-x²) P(x) / Q(x), fitted to relative errors of 1e-9 and 7e-9
_T32 = (7.85386122e-05, -8.01019359e-04, 5.18832768e-03, -2.68538119e-02, 1.12835851e-01, -3.76126258e-01, 1.12837917e00)
_P32 = (0.14669836, 0.58856769, 1.14632618, 0.9991637)
_Q32 = (0.2600227, 1.04299682, 2.16474993, 2.26952385, 1.0)
_LARGEST = 8.0  # beyond it erfc is below 1e-29 and the exponential alone decides


def polynomial(x: Value, coefficients: Sequence[float]) -> Value:
    """Return the polynomial with these coefficients, highest power first, by Horner's rule."""
    result: Value = x if coefficients[0] == 1.0 else x * coefficients[0]
    for coefficient in coefficients[1:-1]:
        result = (result + coefficient) * x
    return result + coefficients[-1]


def _tail(z: Value, square: Value) -> Value:
    """erfc(z) for z >= 1, given z²."""
    bounded = apply("minimum", z, _LARGEST)
    above, below = (_P32, _Q32) if z.dtype == np.float32 else (_P, _Q)
    return apply("exp", -square) * (polynomial(bounded, above) / polynomial(bounded, below))


def _middle(x: Value, square: Value) -> Value:
    """erf(x) for |x| < 1, given x²."""
    if x.dtype == np.float32:
        return x * polynomial(square, _T32)
    return x * (polynomial(square, _T) / polynomial(square, _U))


def _erf(x: Value) -> Value:
    z, square = apply("absolute", x), apply("square", x)
    return apply("where", z < 1.0, _middle(x, square), apply("sign", x) * (1.0 - _tail(z, square)))


def _normal_cdf(x: Value) -> Value:
    scaled = x * math.sqrt(0.5)
    z, square = apply("absolute", scaled), apply("square", scaled)
    tail = _tail(z, square) * 0.5
    outer = apply("where", x > 0.0, 1.0 - tail, tail)
    return apply("where", z < 1.0, _middle(scaled, square) * 0.5 + 0.5, outer)


def _counted(x: Value, y: Value) -> Value:
    """`y` where it counts, 1 where `x` is 0: its logarithm and its inverse are finite there."""
    return apply("where", x == 0.0, 1.0, y)


def _xlogy(x: Value, y: Value) -> Value:
    return x * apply("log", _counted(x, y))


def _xlogy_derivative(n: Traced, dy: Traced) -> ops.Gradients:
    x, y = n.inputs
    return dy * apply("log", y), dy * x / _counted(x, y)


def _clamp(x: Value, low: float, high: float) -> Value:
    return apply("minimum", apply("maximum", x, low), high)


def _huber(yhat: Value, y: Value, delta: float) -> Value:
    error = apply("absolute", yhat - y)
    bounded = apply("minimum", error, delta)
    return bounded * (error - bounded * 0.5)


def _huber_derivative(n: Traced, dy: Traced) -> ops.Gradients:
    slope = _clamp(n.inputs[0] - n.inputs[1], -n.attrs[0], n.attrs[0]) * dy
    return slope, -slope


def _gaussian(x: Value, factor: float) -> Value:
    return apply("exp", apply("square", x) * factor)


_TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)

register(Op("expm1", ops.same, ops.call("expm1"), lambda n, dy: (dy * (n + 1.0),), elementwise=True))
register(Op("erf", ops.same, expand=_erf, derivative=lambda n, dy: (dy * (_gaussian(n.inputs[0], -1.0) * _TWO_OVER_ROOT_PI),)))
register(Op("normal_cdf", ops.same, expand=_normal_cdf, derivative=lambda n, dy: (dy * normal_density(n.inputs[0]),)))
register(Op("xlogy", ops.broadcast, expand=_xlogy, derivative=_xlogy_derivative))
register(Op("clamp", ops.same, expand=_clamp, derivative=lambda n, dy: (dy * ((n > n.attrs[0]) & (n < n.attrs[1])),)))
register(Op("huber", ops.broadcast, expand=_huber, derivative=_huber_derivative))


def expm1(x: Value) -> Any:
    """exp(x) - 1 without loss of digits near 0; shape and number format of `x`."""
    return apply("expm1", x)


def erf(x: Value) -> Any:
    """Error function 2/√π ∫₀ˣ exp(-t²) dt, within a few units in the last place; shape and number format of `x`.

    >>> round(float(erf(1.0)), 9)
    0.842700793
    """
    return apply("erf", x)


def normal_cdf(x: Value) -> Any:
    """Share of a standard normal distribution below `x`, (1 + erf(x/√2)) / 2; the lower tail keeps its digits."""
    return apply("normal_cdf", x)


def normal_density(x: Value) -> Any:
    """Density of a standard normal distribution at `x`, exp(-x²/2) / √(2π)."""
    return _gaussian(x, -0.5) / _ROOT_TWO_PI


def xlogy(x: Value, y: Value) -> Any:
    """x log y, and 0 where x is 0, whatever y is. Flux: `xlogy`."""
    return apply("xlogy", x, y)


def clamp(x: Value, low: float, high: float) -> Any:
    """`x` held within `low` ... `high`; slope 0 at both ends and beyond, as NNlib's hardtanh and relu6 have it."""
    return apply("clamp", x, attrs=(float(low), float(high)))


def huber(yhat: Value, y: Value, delta: float) -> Any:
    """Half the squared difference where it is below `delta`, else delta (|difference| - delta/2)."""
    return apply("huber", yhat, y, attrs=(float(delta),))


# AS 241: the quantile is a ratio of polynomials in r, in three ranges of the probability; highest power first
_CENTRE = (
    (
        *(2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457),
        *(13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    ),
    (
        *(5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867),
        *(5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
    ),
)
_NEAR = (
    (
        *(7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258),
        *(3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    ),
    (
        *(1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459),
        *(0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
    ),
)
_FAR = (
    (
        *(2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093),
        *(0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    ),
    (
        *(2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4),
        *(0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
    ),
)


def normal_quantile(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the x below which the share `p` of a standard normal distribution lies; -inf at 0, inf at 1."""
    p = np.asarray(p, np.float64)
    centred = p - 0.5
    with np.errstate(all="ignore"):
        inner = 0.180625 - centred * centred
        centre = centred * _ratio(inner, _CENTRE)
        root = np.sqrt(-np.log(np.minimum(p, 1.0 - p)))
        outer = np.where(root <= 5.0, _ratio(root - 1.6, _NEAR), _ratio(root - 5.0, _FAR))
        outer = np.where(np.isinf(root), root, outer)
    return np.where(np.abs(centred) <= 0.425, centre, np.copysign(outer, centred))


def _ratio(r: NDArray[np.float64], parts: tuple[tuple[float, ...], tuple[float, ...]]) -> NDArray[np.float64]:
    ratio: NDArray[np.float64] = polynomial(r, parts[0]) / polynomial(r, parts[1])
    return ratio
