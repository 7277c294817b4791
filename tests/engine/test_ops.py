"""Tests of the primitives: shape rule, kernel and derivative of every entry of the table, on numpy and on the strict stand-in."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import ShapeError
from flux_gui.engine import functions as f
from flux_gui.engine.backend import NUMPY, STRICT, Backend
from flux_gui.engine.graph import OPS, Graph, Op, apply
from flux_gui.engine.plan import compile_plan
from flux_gui.engine.steps import compile_forward

LEAVES = ("input", "parameter", "statistic", "constant", "reference", "random")
PRIMITIVES = [op for op in OPS.values() if op.name not in LEAVES]
DIFFERENTIABLE = [op for op in PRIMITIVES if op.derivative is not None]

ATTRS: dict[str, tuple[Any, ...]] = {
    "sum": ((1,), False, 1.0),
    "largest": ((1,), True),
    "broadcast_to": ((2, 3, 4),),
    "reshape": ((4, 3),),
    "slice": (((0, 3, 2), (2, None, -1)), (2, 3)),
    "pad": (((1, 4, 1), (0, 8, 2)), (5, 9)),
    "concatenate": (1,),
    "take_rows": (-1, "take_rows"),
    "standardise": (0, 1e-5),
    "clamp": (-1.1, 1.2),
    "huber": (0.7,),
    "leakyrelu": (0.1,),
    "elu": (1.3,),
    "selu": (1.05, 1.67),
    "celu": (1.3,),
    "softshrink": (0.2,),
    "trelu": (0.25,),
}
POSITIVE = ("sqrt", "log", "power")
BINARY = (
    "add",
    "subtract",
    "multiply",
    "divide",
    "maximum",
    "minimum",
    "floor_divide",
    "remainder",
    "power",
    "greater",
    "greater_equal",
    "equal",
    "xlogy",
    "huber",
    "logaddexp",
)
LOGICAL = ("logical_and", "logical_or")


def arrays(name: str) -> list[np.ndarray]:
    """Arguments away from kinks, (3, 4) or what the primitive needs."""
    rng = np.random.default_rng(7)
    x = rng.uniform(0.3, 2.0, (3, 4)) * (1.0 if name in POSITIVE else rng.choice([-1.0, 1.0], (3, 4)))
    if name in BINARY or name.endswith("crossentropy"):
        return [x, rng.uniform(0.4, 1.7, (3, 4))]
    if name in LOGICAL:
        return [x > 0, x.T.reshape(3, 4) > 0]
    if name in ("logical_not", "number"):
        return [x > 0]
    if name == "where":
        return [x > 0, x, x[::-1].copy()]
    if name == "take_rows":
        return [x, np.array([2.0, 0.0, 2.0, 1.0])]
    if name == "concatenate":
        return [x, x[:, :2].copy(), x]
    return [x, rng.standard_normal((4, 2))] if name == "matmul" else [x]


def compiled(name: str, given: list[np.ndarray], backend: Backend, dtype: Any) -> np.ndarray:
    """Run the primitive as a plan on a device and return the numbers."""
    graph = Graph(dtype)
    placed = [backend.asarray(a.astype(dtype)) for a in given]
    leaves = [graph.input(str(i), a.shape) for i, a in enumerate(given)]
    leaves_or_masks = [leaf > 0.0 if a.dtype == bool else leaf for leaf, a in zip(leaves, given, strict=True)]
    node = apply(name, *leaves_or_masks, attrs=ATTRS.get(name, ()))
    result = backend.zeros(node.shape, bool if node.dtype == bool else dtype)
    compile_plan(graph, {}, [(result, None, node)], lambda leaf: placed[int(leaf.attrs[0])], backend).step()
    return backend.to_host(result)


@pytest.mark.parametrize("op", PRIMITIVES, ids=lambda op: op.name)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_plan_computes_the_same_on_every_device_as_at_once(op: Op, dtype: Any) -> None:
    given = arrays(op.name)
    plain = apply(op.name, *(a if a.dtype == bool else a.astype(dtype) for a in given), attrs=ATTRS.get(op.name, ()))
    tolerance = 1e-6 if dtype == np.float32 else 1e-14
    for backend in (NUMPY, STRICT):
        result = compiled(op.name, given, backend, dtype)
        assert result.dtype == (bool if op.boolean else dtype)
        assert np.asarray(plain).dtype == result.dtype or op.name == "number"  # a mask alone has no number format
        np.testing.assert_allclose(result, plain, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("op", DIFFERENTIABLE, ids=lambda op: op.name)
def test_derivatives_equal_finite_differences(op: Op) -> None:
    given = arrays(op.name)
    weights = np.random.default_rng(3).standard_normal(np.shape(apply(op.name, *given, attrs=ATTRS.get(op.name, ()))))
    masks = {i: a for i, a in enumerate(given) if a.dtype == bool}
    smooth = [a for a in given if a.dtype != bool]

    def scalar(*numbers: Any) -> Any:
        rest = iter(numbers)
        full = [masks[i] if i in masks else next(rest) for i in range(len(given))]
        return f.sum(apply(op.name, *full, attrs=ATTRS.get(op.name, ())) * weights)

    if op.name == "take_rows":  # numbers of rows have no slope
        assert flux.check_gradient(lambda table: scalar(table, given[1]), given[0]) < 1e-7
    elif smooth and op.name not in ("sign", "floor_divide"):
        assert flux.check_gradient(scalar, *smooth) < 1e-7


@pytest.mark.parametrize(("name", "slopes"), [("relu", [0, 0, 1]), ("absolute", [-1, 0, 1]), ("sign", [0, 0, 0])])
def test_slopes_at_kinks_are_those_of_flux(name: str, slopes: list[float]) -> None:
    (slope,) = flux.gradient(lambda x: f.sum(apply(name, x)), np.array([-1.0, 0.0, 1.0]))
    np.testing.assert_array_equal(slope, slopes)


def test_a_tie_gives_its_slope_to_one_side() -> None:
    x = np.array([1.0, 2.0])
    for function in (f.maximum, f.minimum):
        a, b = flux.gradient(lambda a, b, function=function: f.sum(function(a, b)), x, x)
        np.testing.assert_array_equal(a + b, [1, 1])


@pytest.mark.parametrize("name", ["add", "multiply", "divide", "subtract"])
def test_small_arrays_are_repeated_and_their_slopes_summed(name: str) -> None:
    rng = np.random.default_rng(0)
    x, row, column = rng.uniform(1, 2, (3, 4)), rng.uniform(1, 2, 4), rng.uniform(1, 2, (3, 1))
    assert flux.check_gradient(lambda x, r, c: f.sum(apply(name, apply(name, x, r), c) * x), x, row, column) < 1e-7


def test_powers_with_a_variable_exponent() -> None:
    assert flux.check_gradient(lambda x, p: f.sum(x**p), np.array([0.5, 2.0]), np.array([1.5, -0.7])) < 1e-7
    np.testing.assert_array_equal(flux.gradient(lambda x: f.sum(x**0.0) + f.sum(x), np.array([0.0, 2.0]))[0], [1, 1])
    for exponent in (0, 1, 2, 0.5, -1, 3):
        assert flux.check_gradient(lambda x, p=exponent: f.sum(x**p), np.array([0.5, 2.0])) < 1e-7


def test_masks_count_as_zeros_and_ones() -> None:
    x = np.array([-1.0, 0.5, 2.0])

    def count(x: Any) -> Any:
        return f.sum(((x > 0.0) + (x > 1.0)) * 1.0) + f.sum(-(x > 0.0)) + 0.0 * f.sum(x)

    assert flux.withgradient(count, x)[0] == pytest.approx(3 - 2)
    np.testing.assert_array_equal(apply("add", x > 0, x > 1), [0, 1, 2])
    np.testing.assert_array_equal(apply("sum", x > 0, attrs=((0,), False, 1.0)), 2)


def test_delicate_pairs_stay_finite() -> None:
    big = np.array([[1e4, -1e4, 0.0]])
    one_hot = np.array([[0.0, 1.0, 0.0]])
    assert apply("softmax_crossentropy", big, one_hot) == pytest.approx(2e4)
    np.testing.assert_allclose(apply("softmax", big), [[1, 0, 0]])
    np.testing.assert_allclose(apply("sigmoid", big), [[1, 0, 0.5]])
    np.testing.assert_allclose(apply("softplus", big), [[1e4, 0, np.log(2)]])
    np.testing.assert_allclose(apply("sigmoid_crossentropy", big, one_hot), [[1e4, 1e4, np.log(2)]])
    np.testing.assert_allclose(apply("sigmoid_crossentropy", big, np.array([[1.0, 0.0, 1.0]])), [[0, 0, np.log(2)]])
    for name in ("softmax_crossentropy", "sigmoid_crossentropy"):
        slopes = flux.gradient(lambda x, y, name=name: f.sum(apply(name, x, y)), big, one_hot)
        assert np.isfinite(slopes[0]).all()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: apply("add", np.ones(3), np.ones(4)), "element by element"),
        (lambda: apply("matmul", np.ones((2, 3)), np.ones((2, 3))), "matrix product"),
        (lambda: apply("matmul", np.ones(3), np.ones((3, 1))), "matrix product"),
    ],
)
def test_shapes_that_do_not_fit_are_named(call: Any, text: str) -> None:
    with pytest.raises(ShapeError, match=text):
        call()


def test_constants_are_folded_and_neutral_elements_dropped() -> None:
    graph = Graph(np.float64)
    x = graph.input("x", (3,))
    assert x + 0.0 is x
    assert 0.0 + x is x
    assert x * 1.0 is x
    assert x / 1.0 is x
    assert x.T is x
    assert x**1.0 is x
    assert graph.value(graph.constant(2.0) * 3.0) == 6.0
    assert (2.0 * x) * 3.0 is x * 6.0
    assert x + 1.0 is x + 1.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_choosing_by_many_conditions_keeps_every_bit(dtype: Any) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 300, 241)).astype(dtype)
    x[0, :3] = np.nan, np.inf, -0.0
    for yes, no in ((x, y), (x, dtype(-1.5)), (dtype(0), y), (x.T.copy().T, y), (x[:1], y)):
        expected = np.where(y > 0, yes, no)
        found = flux.where(y > 0, yes, no)
        forward = compile_forward(lambda p, q: flux.where(q > 0, p, q), [x, y], dtype)
        assert found.dtype == dtype
        assert found.tobytes() == expected.tobytes()
    assert forward.run().tobytes() == np.where(y > 0, x, y).tobytes()
    assert all(call[0] is not np.copyto or call[1][0].dtype.kind == "i" for call in forward.calls)
