"""Tests of forced modes: honoured in calls, gradients and evaluations, printed, and left as they are by training."""

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError
from flux_gui.engine.evaluation import predict

X = np.ones((50, 4), np.float32)


def test_modes() -> None:
    chain = flux.Chain(flux.SkipConnection(flux.Dropout(0.4)), flux.Dense(4, 2))
    inner = chain[0].layers
    quiet = chain(X)
    assert not inner.training()
    assert flux.trainmode(chain) is chain
    assert inner.training()
    assert not np.array_equal(chain(X), quiet)
    assert not np.array_equal(predict(chain, X), quiet)
    assert inner.describe() == "Dropout(0.4, active=true)"
    flux.trainmode(chain, False)
    assert inner.describe() == "Dropout(0.4, active=false)"
    assert flux.withgradient(lambda m: flux.sum(m(X)), chain)[0] == pytest.approx(float(quiet.sum()), rel=1e-5)
    flux.testmode(chain, False)
    assert inner.active is True
    flux.testmode(chain, "auto")
    assert inner.describe() == "Dropout(0.4)"
    np.testing.assert_array_equal(chain(X), quiet)
    flux.trainmode(chain, "auto")
    assert inner.active is None


def test_training_leaves_modes_as_they_were() -> None:
    for force in (lambda m: m, flux.testmode, flux.trainmode):
        chain = force(flux.Chain(flux.Dense(4, 4), flux.Dropout(0.5), flux.Dense(4, 1)))
        before = [layer.active for layer in chain.walk()]
        flux.train(lambda m, x: flux.sum(m(x)), chain, [X], flux.Descent(0.0))
        assert [layer.active for layer in chain.walk()] == before


@pytest.mark.parametrize("function", [flux.testmode, flux.trainmode])
def test_other_words_are_refused(function: object) -> None:
    with pytest.raises(SettingError, match="'auto'"):
        function(flux.Dense(1, 1), "on")  # type: ignore[operator]
