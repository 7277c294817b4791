"""Tests of the check of gradients: it passes what is right and finds what is wrong."""

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError
from flux_gui.engine.gradcheck import finite_differences
from flux_gui.engine.graph import OPS as TABLE
from flux_gui.engine.graph import Op, Traced, apply


def test_right_gradients_pass() -> None:
    x, y = np.linspace(-1, 1, 6).reshape(2, 3), np.ones((3, 2))
    assert flux.check_gradient(lambda x, y: flux.sum(flux.tanh(x @ y)), x, y) < 1e-8
    np.testing.assert_allclose(finite_differences(lambda x: float(np.sum(x**3)), [1.0, 2.0])[0], [3.0, 12.0], rtol=1e-8)


def test_wrong_gradients_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(node: Traced, dy: Traced) -> tuple[Traced]:
        return (dy * 1.01,)

    monkeypatch.setitem(TABLE, "wrong", Op("wrong", TABLE["exp"].shape, TABLE["exp"].kernel, wrong))
    assert flux.check_gradient(lambda x: flux.sum(apply("wrong", x)), np.array([0.5])) > 1e-2
    monkeypatch.setitem(TABLE, "worse", Op("worse", TABLE["exp"].shape, TABLE["exp"].kernel, lambda n, dy: (dy * float("nan"),)))
    assert flux.check_gradient(lambda x: flux.sum(apply("worse", x)), np.array([0.5])) == np.inf


def test_without_arrays_there_is_nothing_to_check() -> None:
    with pytest.raises(FluxError):
        flux.check_gradient(lambda: 1.0)
