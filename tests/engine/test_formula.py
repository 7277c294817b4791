"""Tests of the formula layer: a formula with named trainable parameters."""

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FormulaError, ShapeError

X = np.random.default_rng(0).standard_normal((6, 3))


def test_a_formula_is_a_layer_with_exact_gradients() -> None:
    layer = flux.Formula("a*x*sigmoid(b*x) + c", {"a": 1.0, "b": np.array([1.0, 2.0, 3.0]), "c": 0.5}, 3, dtype=np.float64)
    assert [slot.shape for slot in layer.layout] == [(3,), (3,), (3,)]
    np.testing.assert_allclose(layer(X), X / (1 + np.exp(-layer.b * X)) + 0.5)
    flat, rebuild = flux.destructure(layer)
    assert flux.check_gradient(lambda v: flux.sum(flux.square(rebuild(v)(X))), flat) < 1e-7
    assert flux.check_gradient(lambda x: flux.sum(flux.square(layer(x))), X) < 1e-7
    assert layer.describe() == "Formula(a*x*sigmoid(b*x) + c)"


def test_a_number_without_inputs_is_one_parameter() -> None:
    layer = flux.Formula("x^2 * a", {"a": 2})
    assert layer.flat.tolist() == [2]
    y = layer(X.astype(np.float32))
    assert y.dtype == np.float32
    chain = flux.Chain(flux.Dense(3, 3), layer, flux.Dense(3, 1))
    flux.train(lambda m, x: flux.sum(flux.square(m(x))), chain, [X.astype(np.float32)], flux.Descent(0.01))
    assert chain[1].a != 2


@pytest.mark.parametrize("name", ["x", "exp", "pi", "1a", "a b", "", "forward", "flat", "_a", "active"])
def test_names_that_mean_something_else_are_refused(name: str) -> None:
    with pytest.raises(FormulaError, match="cannot be the name of a parameter"):
        flux.Formula("x", {name: 1.0})


def test_wrong_formulas() -> None:
    with pytest.raises(FormulaError, match="does not use x"):
        flux.Formula("a", {"a": 1.0})
    with pytest.raises(FormulaError, match="'c' is unknown"):
        flux.Formula("c*x", {"a": 1.0})
    with pytest.raises(ShapeError, match=r"Layer Formula\(a\*x\) expects 2 input columns"):
        flux.Formula("a*x", {"a": np.ones(2)})(X.astype(np.float32))
    with pytest.raises(ShapeError, match=r"\(1, 3\) into \(3, 3\)"):
        flux.Formula("a*x", {"a": np.ones((3, 1))})(X[:1].astype(np.float32))
