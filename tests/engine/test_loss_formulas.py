"""Tests of the losses as library functions: Flux's golden numbers, kinks, label smoothing, what they refuse."""

import math
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError
from flux_gui.engine import loss_formulas
from flux_gui.engine.graph import Graph, tracing

L = flux.losses
V = np.log(1 / 9)
TWO = [[0.1, 0.9], [0.9, 0.1], [0.9, 0.1], [0.1, 0.9]]
TWO_Y = [[0, 1], [0, 1], [1, 0], [1, 0]]
SCORES = [[-9, -8, -7], [-6, -5, -4], [-3, -2, -1], [0, 0, 1], [2, 3, 4], [5, 6, 7], [8, 9, 7.5]]
SOFT = np.asarray(flux.softmax(np.arange(-7.0, 8.0).reshape(5, 3)))
SOFT_Y = np.eye(3)[[0, 1, 2, 1, 0]]
BINARY = [[0.268941, 0.731059], [0.5, 0.5], [0.268941, 0.731059]]
PAIR, PAIR_Y = [[0.4, 0.5, 0.1], [0.2, 0.5, 0.3]], [[1, 0, 0], [0, 0, 1]]
DICE, DICE_Y = [0, 1.4, 0.5, 1.2], [1, 0.5, 0.3, 2.4]
COUNTS, COUNTS_Y = [0.4, 0.5, 0.6], [0.1, 0.2, 0.3]

GOLDEN: list[tuple[str, Any, Any, dict[str, Any], float]] = [
    ("mse", [0.9, 0.1, 0.1, 0.9], [1, 1, 0, 0], {}, 0.41),
    ("mse", [1.0, 2.0], 0.0, {}, 2.5),
    ("mae", [0.9, 0.1, 0.1, 0.9], [1, 1, 0, 0], {}, 0.5),
    ("huber_loss", [0.9, 0.1, 0.1, 0.9], [1, 1, 0, 0], {}, 0.20500000000000002),
    ("huber_loss", [1.1, 2.1, 3.1], [1, 2, 3], {"delta": 1}, 0.005000000000000009),
    ("huber_loss", [1.1, 2.1, 3.1], [1, 2, 3], {"delta": 0.05}, 0.003750000000000005),
    ("msle", [345, 332, 789], [123, 456, 789], {}, 0.38813985859136585),
    ("crossentropy", TWO, TWO_Y, {}, 1.203972804325936),
    ("crossentropy", TWO, L.label_smoothing(np.array(TWO_Y), 0.1), {}, 1.2039728043259348),
    ("crossentropy", TWO, TWO_Y, {"smoothing": 0.1}, 1.2039728043259348),
    ("crossentropy", SOFT, SOFT_Y, {}, 1.6076059644443792),
    ("crossentropy", SOFT, SOFT_Y, {"smoothing": 0.15}, 1.5776059644443792),
    ("logitcrossentropy", [[V, 0], [0, V], [0, V], [V, 0]], TWO_Y, {}, 1.203972804325936),
    ("logitcrossentropy", SCORES, np.eye(3)[[0, 1, 2, 0, 1, 0, 0]], {}, 1.5791204743231284),
    ("binarycrossentropy", [0.731059, 0.5, 0.731059], [1, 0, 1], {}, 0.43988980094333874),
    ("binarycrossentropy", [0.1, 0.2, 0.9], 1, {}, 1.3391278403619904),
    ("logitbinarycrossentropy", [2, -1, np.pi], [1, 0, 1], {}, 0.160831984185466),
    ("logitbinarycrossentropy", [1e4, -1e4], [1, 0], {}, 0.0),
    ("logitbinarycrossentropy", [-1e4], [1], {}, 1e4),
    ("kldivergence", [[4], [5], [6]], [[1], [2], [3]], {}, -1.7661057888493457),
    ("kldivergence", [[0.5, 0.5], [0.5, 0.5]], np.eye(2), {}, math.log(2)),
    ("kldivergence", [[0.5, 0.5], [0.5, 0.5]], np.eye(2), {"agg": "sum"}, 2 * math.log(2)),
    ("hinge_loss", [1, 2, 3, 4], [0.5, 1, 1.5, 2], {}, 0.125),
    ("squared_hinge_loss", [1, 2, 3, 4], [0.5, 1, 1.5, 2], {}, 0.0625),
    ("hinge_loss", [0.1, 0.3, 1, 1.5], [1, -1, 1, 1], {}, 0.55),
    ("squared_hinge_loss", [0.1, 0.3, 1, 1.5], [1, -1, 1, 1], {}, 0.625),
    ("poisson_loss", COUNTS, COUNTS_Y, {}, 0.6278353988097339),
    ("poisson_loss", COUNTS_Y, COUNTS_Y, {}, 0.5044459776946685),
    ("poisson_loss", [1, 3, 3], [1, 2, 3], {}, 0.5023128522198171),
    ("dice_coeff_loss", DICE, DICE_Y, {}, 0.2799999999999999),
    ("dice_coeff_loss", [1.1, 2.1, 3.1], [1, 2, 3], {}, 0.000992391663909964),
    ("tversky_loss", DICE, DICE_Y, {}, -0.06772009029345383),
    ("tversky_loss", DICE, DICE_Y, {"beta": 0.8}, -0.09490740740740744),
    ("tversky_loss", DICE_Y, DICE_Y, {}, -0.5576923076923075),
    ("binary_focal_loss", BINARY, [[0, 1], [1, 0], [0, 1]], {}, 0.0728675615927385),
    ("binary_focal_loss", [[0.6, 0.3], [0.4, 0.7]], np.eye(2), {}, 0.05691642237852222),
    ("focal_loss", SOFT, SOFT_Y, {}, 1.1277565033706847),
    ("focal_loss", PAIR, PAIR_Y, {}, 0.45990566879720157),
    ("siamese_contrastive_loss", PAIR, PAIR_Y, {}, 0.2333333333333333),
    ("siamese_contrastive_loss", PAIR, PAIR_Y, {"margin": 0.5}, 0.1),
    ("siamese_contrastive_loss", PAIR, PAIR_Y, {"margin": 1.5}, 0.5333333333333333),
    ("siamese_contrastive_loss", PAIR, PAIR_Y, {"margin": 0}, 0.09166666666666667),
    ("siamese_contrastive_loss", [0.6, 0.4, 0.1, 0.2, 0.7], [1, 0, 0, 1, 1], {}, 0.212),
    ("siamese_contrastive_loss", [0.5, 1.5, 2.5], [1, 2, 3], {}, -4.833333333333333),
    ("siamese_contrastive_loss", [0.5, 1.5, 2.5], [1, 2, 3], {"margin": 2}, -4.0),
    ("custom", [1.0, 3.0], [0.0, 1.0], {"formula": "abs(yhat - y)"}, 1.5),
]


@pytest.mark.parametrize(("name", "yhat", "y", "settings", "expected"), GOLDEN, ids=lambda v: v if isinstance(v, str) else "")
def test_golden_numbers(name: str, yhat: Any, y: Any, settings: dict[str, Any], expected: float) -> None:
    function = getattr(L, name)
    assert function(np.array(yhat, np.float64), np.array(y), **settings) == pytest.approx(expected, rel=1e-13)
    single = function(np.array(yhat, np.float32), np.array(y), **settings)
    assert single.dtype == np.float32
    assert single == pytest.approx(expected, rel=1e-4)


def test_single_precision_numbers_of_flux() -> None:
    y = np.array([1, 2, 3], np.float32)
    assert L.msle(np.array([1.1, 2.2, 3.3], np.float32), y) == pytest.approx(0.009084041, rel=1e-5)
    assert L.msle(np.array([0.9, 1.8, 2.7], np.float32), y) == pytest.approx(0.011100831, rel=1e-5)
    assert L.crossentropy(SOFT.astype(np.float32), SOFT_Y) == pytest.approx(1.6076053, rel=1e-6)
    assert L.logitcrossentropy(np.array(SCORES, np.float32), np.eye(3)[[0, 1, 2, 0, 1, 0, 0]]) == pytest.approx(1.5791205, rel=1e-7)


def test_targets_of_zero_cost_nothing() -> None:
    three, two = np.array([0.1, 0.0, 0.9]), np.array([0.1, 0.9])
    assert L.crossentropy(three, three) == pytest.approx(L.crossentropy(two, two), rel=1e-15)
    assert L.poisson_loss(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == 0.5
    (slope,) = flux.gradient(lambda p: L.poisson_loss(p, np.array([0.0, 1.0])), np.array([0.0, 1.0]))
    np.testing.assert_array_equal(slope, [0.5, 0])


def test_focal_losses_without_focus_are_crossentropies() -> None:
    assert L.focal_loss(SOFT, SOFT_Y, gamma=0) == pytest.approx(L.crossentropy(SOFT, SOFT_Y), rel=1e-13)
    yhat, y = np.array(BINARY), np.array([[0, 1], [1, 0], [0, 1]])
    assert L.binary_focal_loss(yhat, y, gamma=0) == pytest.approx(L.binarycrossentropy(yhat, y), rel=1e-13)


@pytest.mark.parametrize("name", ["focal_loss", "binary_focal_loss"])
@pytest.mark.parametrize("gamma", [0.5, 1.5, 2.0, 3.0])
def test_certain_answers_have_finite_focal_losses(name: str, gamma: float) -> None:
    yhat = np.array([[1.0, 0.0], [0.0, 1.0]])
    value, (slope,) = flux.withgradient(lambda p: getattr(L, name)(p, np.eye(2), gamma=gamma), yhat)
    assert abs(value) < 1e-6
    assert np.isfinite(slope).all()


def test_kinks() -> None:
    (slope,) = flux.gradient(lambda p: L.mae(p, np.array([1.0, 2.0])), np.array([1.0, 3.0]))
    np.testing.assert_array_equal(slope, [0, 0.5])
    (slope,) = flux.gradient(lambda p: L.huber_loss(p, 0.0, agg="sum"), np.array([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0]))
    np.testing.assert_array_equal(slope, [-1, -1, 0, 0.5, 1, 1])
    (slope,) = flux.gradient(lambda p: L.hinge_loss(p, 1.0, agg="sum"), np.array([0.0, 1.0, 2.0]))
    np.testing.assert_array_equal(slope, [-1, 0, 0])


def test_label_smoothing() -> None:
    one_hot = np.array([[1, 0], [0, 1]], np.float32)
    smooth = L.label_smoothing(one_hot, 0.2)
    np.testing.assert_allclose(smooth, [[0.9, 0.1], [0.1, 0.9]], rtol=1e-6)
    assert smooth.dtype == np.float32
    np.testing.assert_allclose(L.label_smoothing(np.array([1.0, 0.0]), 0.2, axis=None), [0.9, 0.1])
    np.testing.assert_allclose(L.label_smoothing(np.eye(3)[:2], 0.3, axis=0)[0], [0.85, 0.15, 0.15])
    with tracing(Graph(np.float32)) as graph:
        assert L.label_smoothing(graph.input("y", (4, 3)), 0.1).shape == (4, 3)
    for alpha in (0.0, 1.0, -0.1, 2.0, math.nan):
        with pytest.raises(SettingError, match="alpha must lie between 0 and 1"):
            L.label_smoothing(one_hot, alpha)
    with pytest.raises(SettingError, match="smoothing must be"):
        L.crossentropy(one_hot, one_hot, smoothing=1.0)
    scores = np.array([2.0, -1.0])
    expected = L.logitbinarycrossentropy(scores, L.label_smoothing(np.array([1.0, 0.0]), 0.2, axis=None))
    assert L.logitbinarycrossentropy(scores, np.array([1.0, 0.0]), smoothing=0.2) == pytest.approx(expected)
    assert L.binarycrossentropy(flux.sigmoid(scores), np.array([1.0, 0.0]), smoothing=0.2) == pytest.approx(expected)


def test_negative_margins_are_refused() -> None:
    with pytest.raises(SettingError, match="margin must be non-negative"):
        L.siamese_contrastive_loss(np.ones(2), np.ones(2), margin=-0.5)


def test_formulas_are_read_once() -> None:
    assert loss_formulas.written("") is loss_formulas.written("")
    assert loss_formulas.written("")(3.0, 1.0) == 4.0


def test_weights_and_settings_that_mean_nothing_are_refused() -> None:
    one = np.ones(3)
    with pytest.raises(SettingError, match=r"agg.*weights"):
        L.mse(one, one, agg=np.max, weights=one)
    for weights in ([1, -1, 1], [0, 0, 0], [1, np.nan, 1]):
        with pytest.raises(SettingError, match="Row weights"):
            L.mse(one, 2 * one, weights=np.array(weights))
        with pytest.raises(SettingError, match="Row weights"):
            L.dice_coeff_loss(one, one, weights=np.array(weights))
    for delta in (-1.0, 0.0, math.nan):
        with pytest.raises(SettingError, match="huber_loss: delta must be"):
            L.huber_loss(one, one, delta=delta)
