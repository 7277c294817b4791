"""Tests of slicing, joining and taking rows: as numpy does, on plain and traced arrays, with exact slopes."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, ShapeError

X = np.random.default_rng(0).standard_normal((4, 5))

KEYS: list[Any] = [
    0,
    -1,
    np.int64(2),
    slice(1, 3),
    (slice(None), 0),
    (slice(None), slice(1, None, 2)),
    (Ellipsis, slice(None, None, -2)),
    (1, 2),
    (None, 1),
    (slice(None), None, slice(2)),
    (slice(3, 1, -1), -2),
    slice(4, 9),
    Ellipsis,
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_basic_slices_are_those_of_numpy(key: Any) -> None:
    weights = np.random.default_rng(1).standard_normal(X[key].shape)
    value, (slopes,) = flux.withgradient(lambda x: flux.sum(flux.square(x)[key] * weights), X)
    assert value == pytest.approx((X[key] ** 2 * weights).sum())
    expected = np.zeros_like(X)
    expected[key] = 2 * X[key] * weights
    np.testing.assert_allclose(slopes, expected, atol=1e-12)
    assert flux.check_gradient(lambda x: flux.sum(flux.tanh(x[key]) * weights), X) < 1e-7


def test_slices_feed_everything_else() -> None:
    def function(x: Any) -> Any:
        left, right = x[:, :2], x[:, ::-2]
        mixed = flux.reshape(right, (2, 6)) @ flux.reshape(x.T[:3], (6, 2))
        return flux.sum(mixed) + flux.sum(left @ left.T) + flux.sum(list(x)[1] * x[2])

    assert flux.check_gradient(function, X) < 1e-7
    assert flux.withgradient(function, X)[0] == pytest.approx(function(X))


@pytest.mark.parametrize("key", [np.array([0, 1]), [0, 1], X > 0, True, "a", (..., ...)])
def test_other_indices_are_refused_with_a_way_out(key: Any) -> None:
    with pytest.raises(FluxError, match="whole numbers and slices"):
        flux.gradient(lambda x: flux.sum(x[key]), X)


def test_indices_outside_are_named() -> None:
    with pytest.raises(ShapeError, match="Index 5 is outside axis 1, which has 5 entries"):
        flux.gradient(lambda x: x[0, 5], X)
    with pytest.raises(ShapeError, match="2 axes, got 3 indices"):
        flux.gradient(lambda x: x[0, 0, 0], X)


def test_concatenate() -> None:
    np.testing.assert_array_equal(flux.concatenate(X, X[:, :1]), np.hstack([X, X[:, :1]]))
    np.testing.assert_array_equal(flux.concatenate([X, X], axis=0), np.vstack([X, X]))
    np.testing.assert_array_equal(flux.concatenate(X), X)
    assert flux.check_gradient(lambda x: flux.sum(flux.square(flux.concatenate(x, flux.tanh(x), x[:, 1:2])) * 0.5), X) < 1e-7
    slopes = flux.gradient(lambda x: flux.sum(flux.square(np.concatenate([x, 2.0 * x]))), X)[0]  # numpy joins rows
    np.testing.assert_allclose(slopes, 10 * X)
    single = X.astype(np.float32)
    assert flux.concatenate(single, single).dtype == np.float32
    with pytest.raises(ShapeError, match="cannot be joined"):
        flux.concatenate(X, X[:2])
    with pytest.raises(ShapeError, match="no axis 3"):
        flux.concatenate(X, X, axis=3)
    with pytest.raises(ShapeError, match="nothing to join"):
        flux.concatenate([])


def test_flatten() -> None:
    cube = X.reshape(2, 2, 5)
    np.testing.assert_array_equal(flux.flatten(cube), X.reshape(2, 10))
    assert flux.flatten(X) is X


def test_rows_of_a_table() -> None:
    index = np.array([[0.0, 3.0], [3.0, 1.0]])
    np.testing.assert_array_equal(flux.take_rows(X, index), X[[[0, 3], [3, 1]]])
    assert flux.check_gradient(lambda t: flux.sum(flux.square(flux.take_rows(t, index))), X) < 1e-7
    slopes = flux.gradient(lambda t: flux.sum(flux.take_rows(t, index, padding=3)), X)[0]
    np.testing.assert_array_equal(slopes[:, 0], [1, 1, 0, 0])
    for wrong in (4.0, -1.0, 0.5, np.nan):
        with pytest.raises(ShapeError, match=r"whole numbers 0 ... 3, got (4|-1|0.5|nan)"):
            flux.take_rows(X, np.array([0.0, wrong]))
