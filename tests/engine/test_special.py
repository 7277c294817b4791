"""Tests of the special functions: exact to the last places in both number formats, safe slopes, texts of the quantile."""

import math
import statistics
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine import special
from flux_gui.engine.backend import STRICT
from flux_gui.engine.steps import compile_forward

WIDE = np.concatenate([np.linspace(-7, 7, 20001), np.logspace(-30, 1, 300), -np.logspace(-30, 1, 300)])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_erf_is_exact_to_the_last_places(dtype: Any) -> None:
    x = WIDE.astype(dtype)
    found = special.erf(x)
    assert found.dtype == dtype
    expected = np.array([math.erf(v) for v in x.astype(np.float64)])
    np.testing.assert_allclose(found, expected, rtol=3 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_far_and_special_values(dtype: Any) -> None:
    x = np.array([0.0, -1e4, 1e4, -np.inf, np.inf, np.nan], dtype)
    np.testing.assert_array_equal(special.erf(x), np.array([0, -1, 1, -1, 1, np.nan], dtype))
    np.testing.assert_array_equal(special.normal_cdf(x), np.array([0.5, 0, 1, 0, 1, np.nan], dtype))


def test_the_lower_tail_of_the_normal_distribution_keeps_its_digits() -> None:
    x = np.linspace(-11, 8, 4001)
    expected = np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in x])
    np.testing.assert_allclose(special.normal_cdf(x), expected, rtol=5e-14)
    np.testing.assert_allclose(special.normal_cdf(x), expected, rtol=0, atol=3e-16)


def test_quantiles() -> None:
    shares = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 999), 10.0 ** -np.arange(1, 300)])
    normal = statistics.NormalDist()
    np.testing.assert_allclose(special.normal_quantile(shares), [normal.inv_cdf(p) for p in shares], rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(special.normal_quantile(np.array([0.0, 0.5, 1.0])), [-np.inf, 0, np.inf])


@pytest.mark.parametrize("function", [special.erf, special.normal_cdf, special.expm1])
def test_slopes_equal_finite_differences(function: Any) -> None:
    x = np.linspace(-3, 3, 41) + 0.013
    assert flux.check_gradient(lambda x: flux.sum(function(x) * np.linspace(1, 2, 41)), x) < 1e-8


def test_x_log_y() -> None:
    x, y = np.array([0.0, 2.0, 0.0, 1.5]), np.array([0.0, 3.0, -1.0, 0.4])
    np.testing.assert_allclose(special.xlogy(x, y), [0, 2 * math.log(3), 0, 1.5 * math.log(0.4)])
    (slope,) = flux.gradient(lambda y: flux.sum(special.xlogy(x, y)), y)
    np.testing.assert_allclose(slope, [0, 2 / 3, 0, 1.5 / 0.4])
    assert flux.check_gradient(lambda x, y: flux.sum(special.xlogy(x, y)), x[1::2], y[1::2]) < 1e-8
    assert special.xlogy(1.0, np.array([math.e, 1.0], np.float32)).dtype == np.float32


def test_clamp_and_huber_have_the_slopes_of_the_table_at_their_kinks() -> None:
    (slope,) = flux.gradient(lambda x: flux.sum(special.clamp(x, -1, 2)), np.array([-2, -1, 0, 2, 3.0]))
    np.testing.assert_array_equal(slope, [0, 0, 1, 0, 0])
    x = np.array([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0])
    np.testing.assert_array_equal(special.huber(x, 0.0, 1.0), [2.5, 0.5, 0.125, 0, 0.125, 0.5, 2.5])
    (slope,) = flux.gradient(lambda x: flux.sum(special.huber(x, 0.0, 1.0)), x)
    np.testing.assert_array_equal(slope, [-1, -1, -0.5, 0, 0.5, 1, 1])


def test_expm1_near_zero() -> None:
    x = np.array([1e-12, -1e-12])
    np.testing.assert_allclose(special.expm1(x), x, rtol=1e-11)


def test_polynomial() -> None:
    assert special.polynomial(2.0, (3.0, 0.0, 1.0)) == 13.0
    assert special.polynomial(2.0, (1.0, 5.0)) == 7.0


def test_only_functions_that_every_device_has() -> None:
    x = np.linspace(-3, 3, 8).astype(np.float32)[:, None]
    forward = compile_forward(lambda x: special.erf(x) + special.normal_cdf(x), [STRICT.asarray(x)], np.float32, STRICT)
    np.testing.assert_allclose(STRICT.to_host(forward.run()), special.erf(x) + special.normal_cdf(x), rtol=1e-6)
