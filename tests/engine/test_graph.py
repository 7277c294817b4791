"""Tests of tracing and of reverse-mode differentiation on graphs."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, ShapeError
from flux_gui.engine.graph import Graph, Op, Traced, differentiate, register, tracing

X = np.array([[1.0, -2.0], [0.5, 3.0]])


def test_operators_record_what_numpy_would_compute() -> None:
    def function(x: Any) -> Any:
        y = 2.0 - x * 3.0 + (1.0 / (x * x + 1.0)) - x / 4.0 + abs(x) - (-x) + 2.0**x
        return (y @ x.T + np.ones((2, 2)) @ x).sum()

    y = 2.0 - X * 3.0 + (1.0 / (X * X + 1.0)) - X / 4.0 + abs(X) + X + 2.0**X
    assert flux.withgradient(function, X)[0] == pytest.approx((y @ X.T + np.ones((2, 2)) @ X).sum(), rel=1e-14)
    assert flux.check_gradient(function, X) < 1e-7


def test_numpy_functions_on_traced_arrays() -> None:
    def function(x: Any) -> Any:
        part = np.where(x > 0, np.exp(x), np.tanh(x)) + np.maximum(x, np.float64(0.1)) + np.sum(x, axis=0) + np.reshape(x, (2, 2))
        return np.mean(part * np.array([[1.0, 2.0], [3.0, 4.0]]))

    assert flux.check_gradient(function, X) < 1e-7


def test_comparisons_and_masks() -> None:
    def function(x: Any) -> Any:
        inside = (x > -1.0) & (x < 2.0) | (x >= 3.0)
        return flux.sum(flux.where(~inside, 0.0, x * x)) + flux.sum(flux.where((np.zeros((2, 2)) < x) & (x <= 1.0), x, 1.0))

    (slope,) = flux.gradient(lambda x: flux.sum(flux.where((x == 1.0) | (x != 0.5) & (x == X), 3.0 * x, x)), X)
    np.testing.assert_array_equal(slope, np.where(X == 0.5, 1.0, 3.0))
    inside = (X > -1) & (X < 2) | (X >= 3)
    expected = np.where(~inside, 0, X * X).sum() + np.where((X > 0) & (X <= 1), X, 1.0).sum()
    assert flux.withgradient(function, X)[0] == pytest.approx(expected)


def test_a_mask_of_plain_numbers_chooses_as_well() -> None:
    mask = np.array([[True, False], [False, True]])
    (slope,) = flux.gradient(lambda x: flux.sum(flux.where(mask, x, 2.0 * x)), X)
    np.testing.assert_array_equal(slope, np.where(mask, 1.0, 2.0))
    np.testing.assert_array_equal(flux.where([1, 0], [3.0, 4.0], [5.0, 6.0]), [3.0, 6.0])


def test_truth_of_a_traced_array_names_file_and_line() -> None:
    def function(x: Any) -> Any:
        return x if x > 0 else -x

    line = function.__code__.co_firstlineno + 1
    with pytest.raises(FluxError) as caught:
        flux.gradient(function, np.float64(1.0))
    assert f"{__file__}, line {line}" in caught.value.message
    assert "flux.where" in caught.value.hint


@pytest.mark.parametrize("function", [np.asarray, np.linalg.norm, np.arctan, np.add.reduce, lambda x: np.exp(x, where=True)])
def test_numpy_functions_without_a_derivative_are_refused(function: Any) -> None:
    with pytest.raises(FluxError):
        flux.gradient(lambda x: flux.sum(function(x)), X)


def test_equal_nodes_are_recorded_once_and_random_ones_never() -> None:
    graph = Graph(np.float32)
    x = graph.input("x", (2,))
    assert flux.exp(x) is flux.exp(x)
    assert graph.constant(3.0) is graph.constant(np.float32(3.0))
    assert graph.random((2,)) is not graph.random((2,))
    array = np.ones(2)
    assert graph.reference(array) is graph.reference(array)
    assert graph.reference(array) is not graph.reference(np.ones(2))
    assert len(x) == 2
    assert repr(x) == "Traced(input, shape=(2,))"


def test_gradient_of_what_is_not_used_is_zero_and_shared_use_adds_up() -> None:
    a, b = flux.gradient(lambda x, y: flux.sum(x * x) + flux.sum(x), X, X)
    np.testing.assert_allclose(a, 2 * X + 1)
    np.testing.assert_array_equal(b, np.zeros((2, 2)))


def test_a_gradient_needs_one_number() -> None:
    with pytest.raises(ShapeError, match=r"\(2, 2\)"):
        flux.gradient(lambda x: x * x, X)


def test_second_derivatives_come_from_differentiating_again() -> None:
    graph = Graph(np.float64)
    x = graph.input("x", ())
    (first,) = differentiate(flux.exp(x) * x, [x])
    (second,) = differentiate(first, [x])
    from flux_gui.engine.plan import compile_plan

    plan = compile_plan(graph, {"second": second}, bind=lambda node: np.array(0.5))
    plan.step()
    assert plan.outputs["second"] == pytest.approx(np.exp(0.5) * 2.5)


def test_an_array_of_one_trace_does_not_enter_another() -> None:
    kept: list[Traced] = []
    flux.gradient(lambda x: kept.append(x) or flux.sum(x), X)
    with pytest.raises(FluxError, match="another"):
        flux.gradient(lambda x: flux.sum(x * kept[0]), X)


def test_the_table_refuses_duplicates() -> None:
    with pytest.raises(ValueError, match="twice"):
        register(Op("add", lambda shapes, attrs: ()))


def test_traces_are_closed_after_an_error() -> None:
    from flux_gui.engine.graph import current

    with pytest.raises(RuntimeError), tracing(Graph(np.float32)):
        raise RuntimeError
    assert current() is None


def test_what_cannot_be_traced_says_so() -> None:
    with pytest.raises(FluxError, match="forget to return"):
        flux.withgradient(lambda m: None, flux.Dense(1, 1))
    with pytest.raises(FluxError, match="whole numbers and slices"):
        flux.gradient(lambda x: x[np.array([0, 2])], np.ones(3))
    np.testing.assert_allclose(flux.gradient(lambda x: flux.sum(x % 2.0), np.array([1.5, 3.5]))[0], [1.0, 1.0])
