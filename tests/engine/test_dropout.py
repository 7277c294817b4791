"""Tests of dropout: special probabilities, masks as functions of seed, node and step, modes."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError

X = np.full((100, 40), 3.0, np.float32)


@pytest.mark.parametrize("kind", [flux.Dropout, flux.AlphaDropout])
def test_outside_of_training_nothing_happens(kind: Any) -> None:
    assert kind(0.5)(X) is X
    assert kind(0.0)(X) is X
    zeros = flux.trainmode(kind(1))(np.array([[np.inf, np.nan, -1.0]]))
    np.testing.assert_array_equal(zeros, [[0, 0, 0]])
    for p in (-0.1, 1.1, float("nan"), True, "half"):
        with pytest.raises(SettingError, match="from 0 to 1"):
            kind(p)


def test_what_stays_is_scaled_and_slopes_too() -> None:
    layer = flux.Dropout(0.25)
    value, (slopes,) = flux.withgradient(lambda x: flux.sum(layer(x)), X)
    np.testing.assert_allclose(np.unique(slopes), [0, 4 / 3], rtol=1e-6)
    assert value == pytest.approx(float((slopes * X).sum()), rel=1e-4)
    assert (slopes == 0).mean() == pytest.approx(0.25, abs=0.03)


def losses(seed: int) -> list[float]:
    chain = flux.Chain(flux.Dense(40, 4, "tanh", seed=0), flux.Dropout(0.5), flux.Dense(4, 1, seed=1))
    chain._store.clock.seed = seed
    state = flux.setup(flux.Descent(0.0), chain)
    return [flux.trainstep(lambda m, x: flux.mean(m(x)), chain, (X[:4],), state) for _ in range(5)]


def test_masks_are_functions_of_seed_and_step() -> None:
    first = losses(1)
    assert first == losses(1)
    assert first != losses(2)
    assert len(set(first)) > 1


def test_all_inputs_dropped_give_zero_slopes() -> None:
    chain = flux.Chain(flux.Dense(40, 4, seed=0), flux.Dropout(1), flux.Dense(4, 1, seed=1))
    (tree,) = flux.gradient(lambda m: flux.sum(m(X)), chain)
    assert not tree[0].weight.any()
    assert tree[2].bias.tolist() == [100]


def test_mean_and_spread_stay_behind_alpha_dropout() -> None:
    x = np.random.default_rng(0).standard_normal((500, 50))
    y = flux.trainmode(flux.AlphaDropout(0.3, seed=1))(x)
    assert (y.mean(), y.std()) == pytest.approx((0, 1), abs=0.03)
    assert y.dtype == np.float64
