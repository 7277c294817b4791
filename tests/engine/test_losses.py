"""Tests of every loss: texts, gradients through every activation, number format, row weights, aggregation, errors."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FormulaError, SettingError, ShapeError
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.losses import LOSSES, LossEntry, resolve

ENTRIES = list(LOSSES)
WHOLE = ("dice_coeff_loss", "tversky_loss")  # one number for all rows together
OTHER = {"eps": 1e-3, "smoothing": 0.15, "delta": 0.4, "gamma": 1.5, "smooth": 0.6, "beta": 0.8, "margin": 0.7}
FIXED = [name for name in ACTIVATIONS.names() if name != "rrelu"]  # rrelu draws its slope


def names(entry: LossEntry) -> str:
    return entry.name


def other(entry: LossEntry) -> dict[str, float]:
    return {hyper.name: OTHER[hyper.name] for hyper in entry.hypers}


def targets(entry: LossEntry, rows: int = 5, outputs: int = 3) -> np.ndarray:
    rng = np.random.default_rng(1)
    if entry.name == "kldivergence":
        return np.asarray(flux.softmax(rng.standard_normal((rows, outputs))))
    if entry.by_row:
        return np.eye(outputs)[rng.integers(0, outputs, rows)]
    if "margin" in entry.tasks:
        return np.where(rng.random((rows, outputs)) > 0.5, 1.0, -1.0)
    if entry.tasks == ("binary",):
        return (rng.random((rows, outputs)) > 0.5) * 1.0
    return rng.random((rows, outputs)) + 0.2 if entry.output == "softplus" else rng.standard_normal((rows, outputs))


def scores(rows: int = 5, outputs: int = 3, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((rows, outputs))


def last(entry: LossEntry) -> Any:
    return getattr(flux, entry.output)


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_texts(entry: LossEntry) -> None:
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert entry.unit
    assert entry.tasks
    assert all(hyper.doc.endswith(".") for hyper in entry.hypers)
    assert entry.names["flux"] == entry.name
    assert entry.function.__doc__
    assert entry.function.__name__ == entry.name
    assert getattr(flux.losses, entry.name).__doc__ == entry.function.__doc__


def test_which_losses_serve_a_task() -> None:
    def serving(task: str) -> set[str]:
        return {entry.name for entry in LOSSES.in_window() if task in entry.tasks}

    assert serving("regression") == {"mse", "mae", "msle", "huber_loss", "poisson_loss", "custom"}
    binary = "logitbinarycrossentropy binarycrossentropy binary_focal_loss hinge_loss squared_hinge_loss mse custom"
    assert serving("binary") == set(binary.split())
    assert serving("classes") == {"logitcrossentropy", "crossentropy", "focal_loss", "kldivergence", "mse", "custom"}
    assert serving("margin") == {"hinge_loss", "squared_hinge_loss"}
    assert {entry.name for entry in ENTRIES if not entry.in_window} == {"siamese_contrastive_loss", *WHOLE}
    expected = {"crossentropy": "softmax", "binarycrossentropy": "sigmoid", "logitcrossentropy": "identity", "poisson_loss": "softplus"}
    assert {name: LOSSES.get(name).output for name in expected} == expected


@pytest.mark.parametrize("activation", FIXED)
@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_gradients_through_layers_and_activations(entry: LossEntry, activation: str) -> None:
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((4, 4)), targets(entry, 4)
    w1, b1, w2, b2 = (0.7 * rng.standard_normal(s) for s in ((2, 4), (2,), (3, 2), (3,)))
    act, output = ACTIVATIONS.get(activation).function, last(entry)

    def loss(w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        return entry.function(output(act(x @ w1.T + b1) @ w2.T + b2), y)

    assert flux.check_gradient(loss, w1, b1, w2, b2) < 1e-6
    chain = flux.Chain(flux.Dense(w1, b1, activation), flux.Dense(w2, b2))
    value, (tree,) = flux.withgradient(lambda m: entry.function(output(m(x)), y), chain)
    expected = flux.gradient(loss, w1, b1, w2, b2)
    assert value == pytest.approx(float(loss(w1, b1, w2, b2)), rel=1e-13)
    for found, wanted in zip((tree[0].weight, tree[0].bias, tree[1].weight, tree[1].bias), expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("usual", [True, False], ids=["defaults", "others"])
@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_gradients_by_input_and_target(entry: LossEntry, usual: bool) -> None:
    output, values = last(entry), {} if usual else other(entry)
    y = targets(entry)
    if entry.by_row or entry.output == "sigmoid":
        y = 0.9 * y + 0.03  # away from 0, where the slope of y log y has no end
    assert flux.check_gradient(lambda yhat, y: entry.function(output(yhat), y, **values), scores(seed=3), y) < 1e-6


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_single_precision_stays_single(entry: LossEntry) -> None:
    chain = flux.Chain(flux.Dense(4, 3, "tanh", seed=0))
    x, y, output = np.ones((5, 4), np.float32), targets(entry).astype(np.float32), last(entry)
    for values in ({}, other(entry)):
        slopes = flux.gradient(lambda m, x, v=values: entry.function(output(m(x)), y, **v), chain, x)
        assert slopes[0].flat.dtype == slopes[1].dtype == np.float32
        yhat = output(scores().astype(np.float32))
        single = entry.function(yhat, y, **values)
        assert single.dtype == np.float32
        exact = {"eps": float(np.finfo(np.float32).eps)} if "eps" in OTHER.keys() & {h.name for h in entry.hypers} else {}
        assert single == pytest.approx(entry.function(yhat.astype(np.float64), y.astype(np.float64), **(exact | values)), rel=1e-5)
        assert entry.function(yhat, y, weights=np.ones(5), **values).dtype == np.float32
    assert entry.function(output(scores().astype(np.float32)), (y > 0).astype(int)).dtype == np.float32


@pytest.mark.parametrize("agg", ["mean", "sum"])
@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_row_weights_equal_repeated_rows(entry: LossEntry, agg: str) -> None:
    counts = np.array([1, 3, 0, 2, 1])
    yhat, y = np.asarray(last(entry)(scores(seed=4))), targets(entry)
    repeated = entry.function(np.repeat(yhat, counts, axis=0), np.repeat(y, counts, axis=0), agg=agg)
    assert entry.function(yhat, y, agg=agg, weights=counts * 1.0) == pytest.approx(repeated, rel=1e-13)
    if agg == "mean" and entry.name not in WHOLE:
        assert entry.function(yhat, y, weights=counts * 10.0) == pytest.approx(repeated, rel=1e-13)
        assert entry.function(yhat, y, weights=np.ones(5)) == pytest.approx(entry.function(yhat, y), rel=1e-13)
    assert flux.check_gradient(lambda p, w: entry.function(p, y, weights=w, agg=agg), yhat, counts + 0.5) < 1e-6


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_aggregation(entry: LossEntry) -> None:
    yhat, y = np.asarray(last(entry)(scores(seed=5))), targets(entry)
    each = entry.function(yhat, y, agg=lambda losses: losses)
    assert each.shape == (() if entry.name in WHOLE else (5,) if entry.by_row else (5, 3))
    assert entry.function(yhat, y) == pytest.approx(each.mean())
    assert entry.function(yhat, y, agg="sum") == pytest.approx(each.sum())
    if entry.by_row:
        assert entry.function(yhat.T, y.T, axis=0) == pytest.approx(each.mean())
        with pytest.raises(ShapeError, match="axis must be"):
            entry.function(yhat, y, axis=2)
    with pytest.raises(SettingError, match="agg"):
        entry.function(yhat, y, agg="median")


@pytest.mark.parametrize("entry", ENTRIES, ids=names)
def test_single_numbers_as_targets_and_other_shapes(entry: LossEntry) -> None:
    yhat = np.asarray(last(entry)(scores()))
    assert entry.function(yhat, 1.0) == pytest.approx(entry.function(yhat, np.ones((5, 3))), rel=1e-13)
    assert flux.check_gradient(lambda yhat: entry.function(yhat, 1.0), yhat) < 1e-6
    with pytest.raises(ShapeError, match=rf"{entry.name} expects .* \(5, 3\) and \(5, 1\)"):
        entry.function(np.ones((5, 3)), np.ones((5, 1)))


def test_row_weights_of_another_length_are_refused() -> None:
    for weights in (np.ones(4), np.ones((5, 1)), 2.0):
        with pytest.raises(ShapeError, match=r"Row weights must have the shape \(5,\)"):
            flux.losses.mse(np.ones((5, 3)), np.zeros((5, 3)), weights=weights)


def test_resolved_losses_have_their_values_set() -> None:
    yhat, y = np.array([[3.0]]), np.array([[0.0]])
    assert resolve("huber_loss", {"delta": 0.5})(yhat, y) == 1.375
    assert resolve("custom", None, "abs(yhat - y)^3")(yhat, y) == 27.0
    assert resolve("custom")(yhat, y) == 9.0
    assert resolve("mse")(np.array([[3.0], [1.0]]), np.zeros((2, 1)), np.array([1.0, 0.0])) == 9.0
    perfect, certain = np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]])
    assert resolve("crossentropy", {"eps": 0.0})(perfect, certain) == pytest.approx(0, abs=3e-16)  # 0 means automatic
    with pytest.raises(SettingError, match="delta"):
        resolve("huber_loss", {"delta": 0.0})
    with pytest.raises(FormulaError, match="does not use y"):
        resolve("custom", None, "yhat^2")(yhat, y)
    with pytest.raises(SettingError, match="loss called 'mss'"):
        resolve("mss")
