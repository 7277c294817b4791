"""Scalers: compared with scikit-learn, and harmless where numbers are all the same or huge."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from flux_gui.core.errors import SettingError
from flux_gui.data import scaling
from flux_gui.data.scaling import SCALERS

PEERS = {"none": None, "standard": "StandardScaler", "minmax": "MinMaxScaler", "robust": "RobustScaler"}

numbers = arrays(np.float64, st.integers(2, 40), elements=st.floats(-1e6, 1e6, width=32))


def peer(name: str) -> Any:
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    return getattr(preprocessing, PEERS[name])()


def test_every_scaler_has_a_peer() -> None:
    assert set(PEERS) == set(SCALERS.names())
    assert all(entry.label and entry.doc and entry.formula for entry in SCALERS)


@pytest.mark.parametrize("name", [name for name, other in PEERS.items() if other])
@pytest.mark.parametrize("seed", range(4))
def test_as_scikit_learn(name: str, seed: int) -> None:
    draw = np.random.default_rng(seed)
    train, other = draw.normal(3, 10, 101) * 10.0**seed, draw.normal(0, 30, 20)
    center, scale = scaling.fit(name, train)
    expected = peer(name).fit(train[:, None]).transform(other[:, None])[:, 0]
    np.testing.assert_allclose((other - center) / scale, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("entry", list(SCALERS), ids=lambda entry: entry.name)
@given(values=numbers)
def test_any_numbers_become_finite_ones_and_come_back(entry: Any, values: np.ndarray) -> None:
    center, scale = entry.function(values)
    scaled = (values - center) / scale
    assert scale > 0
    assert np.isfinite(scaled).all()
    np.testing.assert_allclose(scaled * scale + center, values, rtol=1e-9, atol=1e-9 * (1 + np.abs(values).max()))


@pytest.mark.parametrize("name", SCALERS.names())
def test_constants_and_extremes_are_harmless(name: str) -> None:
    for values in ([0.1] * 7, [5.0], [0.0, 0.0]):
        center, scale = scaling.fit(name, np.array(values))
        assert scale == 1.0
        assert (name == "none") == (center == 0.0) or values[0] == 0
    for values in ([1e308, -1e308], [5e-324, 0.0], [0.0] * 9 + [1.0]):
        center, scale = scaling.fit(name, np.array(values))
        assert np.isfinite([center, scale]).all()
        assert scale > 0


def test_robust_where_the_middle_half_is_constant() -> None:
    values = np.array([0.0] * 9 + [100.0])
    assert scaling.robust(values) == (0.0, scaling.standard(values)[1])


def test_float32_is_fitted_in_float64() -> None:
    values = np.full(1000, 16_777_217.0, np.float32)
    values[0] = 0
    assert scaling.fit("standard", values) == scaling.standard(values.astype(np.float64))


def test_an_unknown_scaler() -> None:
    with pytest.raises(SettingError, match="no scaling called 'standart'"):
        scaling.fit("standart", np.ones(2))
