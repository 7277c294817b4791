"""Compiled looks inside a model."""

import numpy as np

from flux_gui import engine as flux
from flux_gui.engine.graph import differentiate
from flux_gui.engine.taps import compile_taps


def test_several_numbers_of_one_computation() -> None:
    model = flux.Chain(flux.Dense(3, 4, "tanh", seed=1), flux.Dense(4, 2, seed=2), dtype=np.float64)
    x = np.random.default_rng(0).standard_normal((5, 3))

    def look(rows: np.ndarray) -> dict[str, object]:
        hidden = model[0](rows)
        loss = flux.losses.mse(model[1](hidden), np.zeros((5, 2)))
        return {"hidden": hidden, "loss": loss, "error": differentiate(loss, [hidden])[0]}

    buffer = np.zeros_like(x)
    taps = compile_taps(look, [buffer], np.float64)
    buffer[...] = x
    found = taps.run()
    hidden = np.asarray(model[0](x))
    np.testing.assert_allclose(found["hidden"], hidden, rtol=1e-12)
    (expected,) = flux.gradient(lambda h: flux.losses.mse(model[1](h), np.zeros((5, 2))), hidden)
    np.testing.assert_allclose(found["error"], expected, rtol=1e-12)
    assert taps.operations > 0


def test_layers_are_in_test_mode_and_parameters_live() -> None:
    model = flux.Chain(flux.Dense(2, 2, seed=0), flux.Dropout(0.9), flux.BatchNorm(2))
    taps = compile_taps(lambda x: {"y": model(x)}, [np.ones((3, 2), np.float32)], np.float32)
    before, statistics = taps.run()["y"].copy(), model.statistics.copy()
    np.testing.assert_array_equal(taps.run()["y"], before)
    np.testing.assert_array_equal(model.statistics, statistics)
    model.layers[0].bias[:] = 5.0
    assert np.abs(taps.run()["y"] - before).min() > 1


def test_an_input_may_pass_as_it_is() -> None:
    x = np.array([[1.0, 2.0]], np.float32)
    found = compile_taps(lambda x: {"x": x, "twice": x * 2}, [x], np.float32).run()
    assert found["x"].tolist() == [[1.0, 2.0]]
    assert found["twice"].tolist() == [[2.0, 4.0]]
