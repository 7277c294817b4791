"""Flux's numbers for losses: all golden values, the traps of its text, sizes, formats, agreement of special cases."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, ShapeError
from flux_gui.engine.losses import LOSSES, LossEntry

ENTRIES = list(LOSSES)
NAMES = [
    "mae",
    "mse",
    "msle",
    "huber_loss",
    "crossentropy",
    "logitcrossentropy",
    "binarycrossentropy",
    "logitbinarycrossentropy",
    "kldivergence",
    "poisson_loss",
    "hinge_loss",
    "squared_hinge_loss",
    "dice_coeff_loss",
    "tversky_loss",
    "binary_focal_loss",
    "focal_loss",
    "siamese_contrastive_loss",
    "custom",
]
WHOLE = ("dice_coeff_loss", "tversky_loss")  # ratios of sums over everything: no aggregation
V, LN2 = float(np.log(1 / 9)), float(np.log(2))


def a(*values: Any) -> np.ndarray:
    """Flux's matrix rows, given one by one, as (rows, features) here."""
    return np.array(values, dtype=np.float64).T if len(values) > 1 else np.array(values[0], dtype=np.float64)


def loss(name: str, yhat: Any, y: Any, **options: Any) -> Any:
    return getattr(flux.losses, name)(yhat, y, **options)


PROBABLE, ONEHOT = a([0.1, 0.9, 0.9, 0.1], [0.9, 0.1, 0.1, 0.9]), a([0, 0, 1, 1], [1, 1, 0, 0])
SCORES = np.array([[-9, -8, -7], [-6, -5, -4], [-3, -2, -1], [0, 0, 1], [2, 3, 4], [5, 6, 7], [8, 9, 7.5]])
STEPS = np.arange(-7.0, 8.0).reshape(5, 3)
S = np.exp(STEPS - STEPS.max(axis=1, keepdims=True))
S /= S.sum(axis=1, keepdims=True)
LABELS = np.eye(3)[[0, 1, 2, 1, 0]]
DICE, DICE_Y = a([0, 1.4, 0.5, 1.2]), a([1, 0.5, 0.3, 2.4])
THREE, THREE_Y = a([0.4, 0.2], [0.5, 0.5], [0.1, 0.3]), a([1, 0], [0, 0], [0, 1])
P = a([0.1, 0.2, 0.3])

GOLDEN: list[tuple[str, str, Any, Any, dict[str, Any], float]] = [
    ("1", "mse", a([0.9, 0.1, 0.1, 0.9]), a([1, 1, 0, 0]), {}, 0.41),
    ("2", "mae", a([0.9, 0.1, 0.1, 0.9]), a([1, 1, 0, 0]), {}, 0.5),
    ("3", "huber_loss", a([0.9, 0.1, 0.1, 0.9]), a([1, 1, 0, 0]), {}, 0.20500000000000002),
    ("4a", "huber_loss", a([1.1, 2.1, 3.1]), a([1, 2, 3]), {"delta": 1}, 0.005000000000000009),
    ("4b", "huber_loss", a([1.1, 2.1, 3.1]), a([1, 2, 3]), {"delta": 0.05}, 0.003750000000000005),
    ("5", "msle", a([345, 332, 789]), a([123, 456, 789]), {}, 0.38813985859136585),
    ("7", "crossentropy", PROBABLE, ONEHOT, {}, 1.203972804325936),
    ("9", "logitcrossentropy", a([V, 0, 0, V], [0, V, V, 0]), ONEHOT, {}, 1.203972804325936),
    ("10", "logitcrossentropy", SCORES, np.eye(3)[[0, 1, 2, 0, 1, 0, 0]], {}, 1.5791204743231284),
    ("11", "crossentropy", S, LABELS, {}, 1.6076059644443792),
    ("13", "binarycrossentropy", a([0.731059, 0.5, 0.731059]), a([1, 0, 1]), {}, 0.43988980094333874),
    ("14", "logitbinarycrossentropy", a([2, -1, np.pi]), a([1, 0, 1]), {}, 0.160831984185466),
    ("15", "binarycrossentropy", a([0.1, 0.2, 0.9]), 1.0, {}, 1.3391278403619904),
    ("16", "kldivergence", a([4, 5, 6])[:, None], a([1, 2, 3])[:, None], {}, -1.7661057888493457),
    ("17a", "kldivergence", np.full((2, 2), 0.5), np.eye(2), {}, LN2),
    ("17b", "kldivergence", np.full((2, 2), 0.5), np.eye(2), {"agg": "sum"}, 2 * LN2),
    ("18a", "hinge_loss", a([1, 2, 3, 4]), a([0.5, 1, 1.5, 2]), {}, 0.125),
    ("18b", "squared_hinge_loss", a([1, 2, 3, 4]), a([0.5, 1, 1.5, 2]), {}, 0.0625),
    ("19a", "hinge_loss", a([0.1, 0.3, 1, 1.5]), a([1, -1, 1, 1]), {}, 0.55),
    ("19b", "squared_hinge_loss", a([0.1, 0.3, 1, 1.5]), a([1, -1, 1, 1]), {}, 0.625),
    ("20a", "poisson_loss", a([0.4, 0.5, 0.6]), P, {}, 0.6278353988097339),
    ("20b", "poisson_loss", P, P, {}, 0.5044459776946685),
    ("20c", "poisson_loss", a([1, 3, 3]), a([1, 2, 3]), {}, 0.5023128522198171),
    ("21a", "dice_coeff_loss", DICE, DICE_Y, {}, 0.2799999999999999),
    ("21b", "dice_coeff_loss", a([1.1, 2.1, 3.1]), a([1, 2, 3]), {}, 0.000992391663909964),
    ("22a", "tversky_loss", DICE, DICE_Y, {}, -0.06772009029345383),
    ("22b", "tversky_loss", DICE, DICE_Y, {"beta": 0.8}, -0.09490740740740744),
    ("22c", "tversky_loss", DICE_Y, DICE_Y, {}, -0.5576923076923075),
    (
        "23a",
        "binary_focal_loss",
        a([0.268941, 0.5, 0.268941], [0.731059, 0.5, 0.731059]),
        a([0, 1, 0], [1, 0, 1]),
        {},
        0.0728675615927385,
    ),
    ("23b", "binary_focal_loss", a([0.6, 0.3], [0.4, 0.7]), np.eye(2), {}, 0.05691642237852222),
    ("24a", "focal_loss", S, LABELS, {}, 1.1277565033706847),
    ("24b", "focal_loss", THREE, THREE_Y, {}, 0.45990566879720157),
    ("25a", "siamese_contrastive_loss", THREE, THREE_Y, {}, 0.2333333333333333),
    ("25b", "siamese_contrastive_loss", THREE, THREE_Y, {"margin": 0.5}, 0.1),
    ("25c", "siamese_contrastive_loss", THREE, THREE_Y, {"margin": 1.5}, 0.5333333333333333),
    ("25d", "siamese_contrastive_loss", THREE, THREE_Y, {"margin": 0}, 0.09166666666666667),
    ("26a", "siamese_contrastive_loss", a([0.6, 0.4, 0.1, 0.2, 0.7]), a([1, 0, 0, 1, 1]), {}, 0.212),
    ("26b", "siamese_contrastive_loss", a([0.5, 1.5, 2.5]), a([1, 2, 3]), {"margin": 1}, -4.833333333333333),
    ("26c", "siamese_contrastive_loss", a([0.5, 1.5, 2.5]), a([1, 2, 3]), {"margin": 2}, -4.0),
]


@pytest.mark.parametrize(("number", "name", "yhat", "y", "options", "expected"), GOLDEN, ids=[g[0] for g in GOLDEN])
def test_golden_values(number: str, name: str, yhat: Any, y: Any, options: dict[str, Any], expected: float) -> None:
    assert float(loss(name, yhat, y, **options)) == pytest.approx(expected, rel=2e-14, abs=1e-16)
    single = loss(name, np.float32(yhat), np.float32(y), **options)
    assert single.dtype == np.float32
    assert float(single) == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_golden_values_with_smoothed_labels() -> None:
    assert float(loss("crossentropy", PROBABLE, flux.losses.label_smoothing(ONEHOT, 0.1))) == pytest.approx(1.2039728043259348, rel=1e-14)
    assert float(loss("crossentropy", S, flux.losses.label_smoothing(LABELS, 0.15))) == pytest.approx(1.5776059644443792, rel=1e-14)
    two = np.array([[1.0, 0.0], [0.0, 1.0]])
    for axis in (-1, None):
        np.testing.assert_allclose(flux.losses.label_smoothing(two, 0.2, axis=axis), [[0.9, 0.1], [0.1, 0.9]], rtol=1e-15)
    three = flux.losses.label_smoothing(LABELS.astype(np.float32), 0.3)
    assert three.dtype == np.float32
    np.testing.assert_allclose(three[0], [0.8, 0.1, 0.1], rtol=1e-6)
    np.testing.assert_allclose(flux.losses.label_smoothing(np.array([1.0, 0.0]), 0.2, axis=None), [0.9, 0.1], rtol=1e-15)
    for wrong in (0.0, 1.0, -0.1, 1.5, float("nan")):
        with pytest.raises(FluxError):
            flux.losses.label_smoothing(two, wrong)


@pytest.mark.parametrize(
    ("name", "yhat", "y", "expected"),
    [
        ("msle", [1.1, 2.2, 3.3], [1, 2, 3], 0.009084041),
        ("msle", [0.9, 1.8, 2.7], [1, 2, 3], 0.011100831),
        ("logitcrossentropy", SCORES, np.eye(3)[[0, 1, 2, 0, 1, 0, 0]], 1.5791205),
        ("crossentropy", S, LABELS, 1.6076053),
        ("crossentropy", S, LABELS * 0.85 + 0.05, 1.5776052),
        ("binarycrossentropy", [0.731059, 0.5, 0.731059], [1, 0, 1], 0.43989),
        ("logitbinarycrossentropy", [2, -1, np.pi], [1, 0, 1], 0.160832),
        ("focal_loss", S, LABELS, 1.1277571935622628),
    ],
)
def test_golden_values_in_single_precision(name: str, yhat: Any, y: Any, expected: float) -> None:
    found = loss(name, np.array(yhat, np.float32), np.array(y, np.float32))
    assert found.dtype == np.float32
    # the epsilon of single precision lowers focal_loss by 7e-7 in exact arithmetic; Flux's literal holds its own rounding
    assert float(found) == pytest.approx(expected, rel=1.5e-6 if name == "focal_loss" else 1e-6)


def test_every_loss_of_the_table_is_there() -> None:
    assert set(NAMES) <= set(LOSSES.names())
    assert {entry.name for entry in ENTRIES if not entry.in_window} == {"siamese_contrastive_loss", *WHOLE}
    for entry in ENTRIES:
        assert entry.function.__name__ == getattr(flux.losses, entry.name).__name__ == entry.name


def test_zero_targets_cost_nothing() -> None:
    full, short = np.array([[0.1, 0.0, 0.9]]), np.array([[0.1, 0.9]])
    for name in ("crossentropy", "kldivergence"):
        assert float(loss(name, full, full)) == pytest.approx(float(loss(name, short, short)), rel=1e-14)
        (slopes,) = flux.gradient(lambda p, name=name: loss(name, p, full), full)
        assert np.isfinite(slopes).all()
        assert slopes[0, 1] == 0
    assert float(loss("poisson_loss", np.array([0.0, 2.0]), np.array([0.0, 0.0]))) == 1.0
    assert float(loss("binarycrossentropy", np.array([0.0, 1.0]), np.array([0.0, 1.0]))) == pytest.approx(0, abs=1e-15)


def test_crossentropy_may_be_slightly_negative() -> None:
    sure = np.array([[1.0, 0.0]], np.float32)
    assert float(loss("crossentropy", sure, sure)) == pytest.approx(-np.log1p(np.finfo(np.float32).eps), rel=1e-3)
    assert float(loss("crossentropy", sure, sure)) < 0


def test_gamma_zero_is_crossentropy() -> None:
    assert float(loss("focal_loss", S, LABELS, gamma=0)) == pytest.approx(float(loss("crossentropy", S, LABELS)), rel=1e-14)
    p, y = np.array([0.2, 0.9, 0.6]), np.array([0.0, 1.0, 1.0])
    assert float(loss("binary_focal_loss", p, y, gamma=0)) == pytest.approx(float(loss("binarycrossentropy", p, y)), rel=1e-14)


def test_tversky_weighs_false_positives_with_beta() -> None:
    """As in the code and the tests of Flux; its docstring exchanges beta and 1 - beta."""
    zeros, ones = np.zeros(10), np.ones(10)
    positives = [float(loss("tversky_loss", ones, zeros, beta=beta)) for beta in (0.3, 0.7)]
    np.testing.assert_allclose(positives, [1 - 1 / (0.3 * 10 + 1), 1 - 1 / (0.7 * 10 + 1)], rtol=1e-14)


def test_eps_and_smooth_are_settings() -> None:
    p, y = np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])
    assert float(loss("crossentropy", p, y, eps=0.5)) == pytest.approx(0, abs=1e-15)
    assert float(loss("msle", np.array([1.0]), np.array([0.0]), eps=1.0)) == pytest.approx(LN2**2, rel=1e-14)
    assert float(loss("binarycrossentropy", np.array([0.5]), np.array([1.0]), eps=0.5)) == pytest.approx(0, abs=1e-15)
    assert float(loss("dice_coeff_loss", DICE, DICE_Y, smooth=0)) == pytest.approx(1 - 2 * 3.73 / (7.1 + 3.65), rel=1e-14)


@pytest.mark.parametrize("margin", [-0.1, -1])
def test_a_negative_margin_is_refused(margin: float) -> None:
    with pytest.raises(FluxError, match="margin"):
        loss("siamese_contrastive_loss", P, P, margin=margin)


@pytest.mark.parametrize(("name", "axis"), [("crossentropy", -1), ("binarycrossentropy", None)])
def test_smoothing_is_a_setting_too(name: str, axis: int | None) -> None:
    y = flux.losses.label_smoothing(ONEHOT, 0.1, axis=axis)
    assert float(loss(name, PROBABLE, ONEHOT, smoothing=0.1)) == pytest.approx(float(loss(name, PROBABLE, y)), rel=1e-14)
    assert float(loss(f"logit{name}", PROBABLE, ONEHOT, smoothing=0.1)) == pytest.approx(
        float(loss(f"logit{name}", PROBABLE, y)), rel=1e-14
    )


def test_logit_losses_equal_their_plain_forms() -> None:
    assert float(loss("logitcrossentropy", STEPS, LABELS)) == pytest.approx(float(loss("crossentropy", S, LABELS, eps=1e-300)), rel=1e-12)
    z, y = np.array([2.0, -1.0, 0.5]), np.array([1.0, 0.0, 0.0])
    p = 1 / (1 + np.exp(-z))
    assert float(loss("logitbinarycrossentropy", z, y)) == pytest.approx(float(loss("binarycrossentropy", p, y, eps=1e-300)), rel=1e-12)


def sample(entry: LossEntry, dtype: Any) -> tuple[np.ndarray, np.ndarray]:
    """Predictions and targets inside every loss's domain."""
    rng = np.random.default_rng(3)
    yhat = rng.uniform(0.1, 0.9, (6, 3))
    yhat /= yhat.sum(axis=1, keepdims=True)
    y = np.eye(3)[rng.integers(0, 3, 6)] if entry.name != "msle" else rng.uniform(0.1, 2, (6, 3))  # its eps depends on the format
    return yhat.astype(dtype), (2 * y - 1 if "hinge" in entry.name else y).astype(dtype)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_single_precision_stays_single(entry: LossEntry) -> None:
    yhat, y = sample(entry, np.float32)
    assert np.asarray(entry.function(yhat, y)).dtype == np.float32
    value, (slopes,) = flux.withgradient(lambda p: entry.function(p, y), yhat)
    assert slopes.dtype == np.float32
    wide = flux.gradient(lambda p: entry.function(p, y.astype(np.float64)), yhat.astype(np.float64))[0]
    np.testing.assert_allclose(slopes, wide, rtol=1e-4, atol=1e-6)
    assert np.isfinite(value)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_sizes_must_match(entry: LossEntry) -> None:
    yhat, y = sample(entry, np.float64)
    for other in (y[:, :1], y[:5], y[:, 0], y.T):
        with pytest.raises(ShapeError) as caught:
            entry.function(yhat, other)
        assert str(yhat.shape).strip("()") in str(caught.value)
    if entry.name not in WHOLE:
        for count in (5, 7):
            with pytest.raises(ShapeError):
                entry.function(yhat, y, weights=np.ones(count))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_aggregation_and_equal_weights(entry: LossEntry) -> None:
    yhat, y = sample(entry, np.float64)
    mean = float(entry.function(yhat, y))
    if entry.name in WHOLE:
        return
    rowwise = entry.name in ("crossentropy", "logitcrossentropy", "kldivergence", "focal_loss")
    count = 6 if rowwise else 18
    assert float(entry.function(yhat, y, agg="mean")) == mean
    assert float(entry.function(yhat, y, agg="sum")) == pytest.approx(count * mean, rel=1e-13)
    assert float(entry.function(yhat, y, agg=lambda losses: 2.0 * flux.mean(losses))) == pytest.approx(2 * mean, rel=1e-13)
    assert float(entry.function(yhat, y, weights=np.full(6, 0.5))) == pytest.approx(mean, rel=1e-13)
    w = np.array([1.0, 0, 2, 0, 0, 1])
    parts = [float(entry.function(yhat[i : i + 1], y[i : i + 1])) for i in range(6)]
    assert float(entry.function(yhat, y, weights=w)) == pytest.approx(np.dot(w, parts) / w.sum(), rel=1e-12)


def test_the_slope_of_an_absolute_value_at_zero_is_zero() -> None:
    (slopes,) = flux.gradient(lambda p: loss("mae", p, np.array([1.0, 2.0])), np.array([1.0, 3.0]))
    np.testing.assert_array_equal(slopes, [0, 0.5])
    (slopes,) = flux.gradient(lambda p: loss("huber_loss", p, np.zeros(3), agg="sum"), np.array([0.0, 0.5, -2.0]))
    np.testing.assert_array_equal(slopes, [0, 0.5, -1])


def test_a_formula_of_ones_own() -> None:
    yhat, y = np.array([[1.0], [3.0]]), np.array([[0.5], [1.0]])
    assert float(loss("custom", yhat, y)) == pytest.approx(float(loss("mse", yhat, y)), rel=1e-15)
    assert float(loss("custom", yhat, y, formula="abs(yhat - y) + 1")) == pytest.approx(2.25, rel=1e-15)
    assert flux.check_gradient(lambda p: loss("custom", p, y, formula="log(1 + (yhat - y)^2)"), yhat) < 1e-7
    for wrong in ("1 + 2", "yhat*z", "yhat -"):
        with pytest.raises(FluxError):
            loss("custom", yhat, y, formula=wrong)


@pytest.mark.parametrize("name", ["logitcrossentropy", "logitbinarycrossentropy"])
def test_logit_losses_are_stable_far_out(name: str) -> None:
    z, y = np.array([[1e4, -1e4], [-1e4, 1e4]], np.float32), np.array([[1, 0], [1, 0]], np.float32)
    assert float(loss(name, z, y)) == pytest.approx(1e4 if name == "logitcrossentropy" else 5e3, rel=1e-6)
    (slopes,) = flux.gradient(lambda z: loss(name, z, y), z)
    assert np.isfinite(slopes).all()
