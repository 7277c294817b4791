"""Tests of every initialiser: range or spread of the draw, Flux's numbers, determinism, texts, library functions."""

import math

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.core.registry import Entry
from flux_gui.engine.initialisers import INITIALISERS, draw

ENTRIES = list(INITIALISERS)


def drawn(name: str, outputs: int, inputs: int, **values: float) -> np.ndarray:
    return draw(name, values, np.random.default_rng(0), outputs, inputs)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_every_entry(entry: Entry) -> None:
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert entry.names["flux"] == entry.name
    assert all(hyper.doc.endswith(".") for hyper in entry.hypers)
    for sizes in ((3, 5), (5, 3), (1, 1)):
        values = drawn(entry.name, *sizes)
        assert values.shape == sizes
        assert values.dtype == np.float64
        assert np.isfinite(values).all()
        np.testing.assert_array_equal(values, drawn(entry.name, *sizes))


@pytest.mark.parametrize("entry", [e for e in ENTRIES if e.hypers and e.hypers[0].name == "gain"], ids=lambda e: e.name)
def test_gains_multiply(entry: Entry) -> None:
    np.testing.assert_allclose(drawn(entry.name, 3, 500, gain=2.0), 2 * drawn(entry.name, 3, 500, gain=1.0))


def test_the_table_is_complete() -> None:
    table = """glorot_uniform glorot_normal kaiming_uniform kaiming_normal truncated_normal lecun_normal orthogonal sparse_init
    identity_init ones32 zeros32 rand32 randn32"""
    assert set(INITIALISERS.names()) == set(table.split())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_library_functions(entry: Entry) -> None:
    function = getattr(flux, entry.name)
    values = function(4, 3, rng=np.random.default_rng(0))
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, drawn(entry.name, 4, 3).astype(np.float32))
    assert entry.doc in function.__doc__
    assert repr(function) == f"flux.{entry.name}"
    assert flux.Dense(3, 4, init=function).weight.shape == (4, 3)
    with pytest.raises(ShapeError, match=f"{entry.name} needs whole numbers"):
        function(4, 0)
    with pytest.raises(ShapeError, match="got None"):
        function(4)


def test_settings_first_and_sizes_later() -> None:
    init = flux.glorot_uniform(gain=2.0, rng=np.random.default_rng(0))
    np.testing.assert_allclose(init(5, 7), drawn("glorot_uniform", 5, 7, gain=2.0), rtol=1e-6)
    assert flux.Dense(3, 2, init=flux.identity_init(gain=4.0)).weight[1, 1] == 4.0
    with pytest.raises(SettingError, match="has no setting 'width'"):
        flux.glorot_uniform(width=2.0)


@pytest.mark.parametrize(
    ("name", "outputs", "inputs", "largest"),
    [
        ("glorot_uniform", 100, 100, 0.173),
        ("glorot_uniform", 10, 100, 0.233),
        ("kaiming_uniform", 100, 100, 0.245),
        ("kaiming_uniform", 100, 10, 0.774),
    ],
)
def test_ranges_of_flux(name: str, outputs: int, inputs: int, largest: float) -> None:
    values = drawn(name, outputs, inputs)
    assert np.abs(values).max() == pytest.approx(largest, rel=0.02)
    assert abs(values.mean()) < 0.05 * largest + 0.02


@pytest.mark.parametrize(
    ("name", "inputs", "spread"), [("glorot_normal", 1000, 0.032), ("kaiming_normal", 1000, 0.045), ("lecun_normal", 1000, 0.032)]
)
def test_spreads_of_flux(name: str, inputs: int, spread: float) -> None:
    assert drawn(name, 1000, inputs).std() == pytest.approx(spread, abs=5e-4)


def test_truncated_normal() -> None:
    values = drawn("truncated_normal", 200, 500)
    assert -2 <= values.min() < -1.99
    assert 1.99 < values.max() <= 2
    assert values.std() == pytest.approx(0.8796, abs=0.005)  # of a standard normal distribution cut at 2
    low = drawn("truncated_normal", 200, 500, mean=1.0, std=3.0, lo=-1.0, hi=0.5)
    assert -1 <= low.min() < -0.99
    assert 0.49 < low.max() <= 0.5
    upper, lower = (drawn("truncated_normal", 50, 50, mean=0.0, std=1.0, lo=lo, hi=hi) for lo, hi in ((9.0, 12.0), (-12.0, -9.0)))
    assert 9 <= upper.min() < upper.max() < 11
    np.testing.assert_allclose(upper.mean(), -lower.mean(), rtol=1e-3)
    assert len(np.unique(upper)) == upper.size  # the far end keeps its digits
    np.testing.assert_array_equal(drawn("truncated_normal", 2, 2, std=0.01, lo=50.0, hi=60.0), np.full((2, 2), 50.0))
    with pytest.raises(SettingError, match="lo must be below hi"):
        drawn("truncated_normal", 2, 2, lo=2.0, hi=2.0)


@pytest.mark.parametrize(("outputs", "inputs"), [(6, 4), (4, 6), (5, 5)])
def test_orthogonal(outputs: int, inputs: int) -> None:
    w = drawn("orthogonal", outputs, inputs, gain=3.0)
    product = w.T @ w if outputs >= inputs else w @ w.T
    np.testing.assert_allclose(product, 9 * np.eye(min(outputs, inputs)), atol=1e-13)


def test_sparse() -> None:
    values = drawn("sparse_init", 10, 400, sparsity=0.25, std=2.0)
    np.testing.assert_array_equal((values == 0).sum(axis=0), math.ceil(2.5))
    assert ((values == 0).sum(axis=1) > 80).all()  # the zeros are everywhere in a column
    assert values[values != 0].std() == pytest.approx(2.0, rel=0.05)


def test_identity() -> None:
    np.testing.assert_array_equal(drawn("identity_init", 2, 3, gain=2.0), [[2, 0, 0], [0, 2, 0]])
    np.testing.assert_array_equal(drawn("identity_init", 3, 3, shift=1), np.roll(np.eye(3), 1, axis=0))
    dense = flux.Dense(5, 3, "relu", init=flux.identity_init)
    np.testing.assert_array_equal(dense(np.array([[1, -2, 3, -4, 5]], np.float32)), [[1, 0, 3]])


def test_constants_and_plain_draws() -> None:
    assert not drawn("zeros32", 4, 4).any()
    assert (drawn("ones32", 4, 4) == 1).all()
    assert 0 <= drawn("rand32", 100, 100).min() < 0.01
    assert drawn("randn32", 300, 300).std() == pytest.approx(1, abs=0.01)
    assert flux.Dense(10, 1, init=flux.ones32)(np.ones((1, 10), np.float32)) == 10
    with pytest.raises(SettingError, match="gain"):
        drawn("glorot_uniform", 2, 2, gain=0.0)
