"""Tests of every initialiser: range or spread of the draw, Flux's numbers, determinism, texts."""

import numpy as np
import pytest

from flux_gui.core.errors import SettingError
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
    values = drawn(entry.name, 3, 5)
    assert values.shape == (3, 5)
    assert np.isfinite(values).all()
    np.testing.assert_array_equal(values, drawn(entry.name, 3, 5))
    for hyper in entry.hypers:
        np.testing.assert_allclose(drawn(entry.name, 3, 5, **{hyper.name: 2 * hyper.default}), 2 * values)


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


@pytest.mark.parametrize(("name", "spread"), [("glorot_normal", 0.032), ("kaiming_normal", 0.045)])
def test_spreads_of_flux(name: str, spread: float) -> None:
    assert drawn(name, 1000, 1000).std() == pytest.approx(spread, abs=5e-4)


def test_zeros_and_wrong_gains() -> None:
    assert not drawn("zeros32", 4, 4).any()
    with pytest.raises(SettingError, match="gain"):
        drawn("glorot_uniform", 2, 2, gain=0.0)
