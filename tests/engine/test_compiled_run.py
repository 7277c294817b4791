"""Tests of steps that are machine code: many epochs in one call give the bits of single steps, wherever a call ends."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.engine import compiled_run
from flux_gui.engine.backend import Clock, permutation
from flux_gui.engine.compiled_run import CompiledRun
from flux_gui.engine.native import available
from flux_gui.engine.trainer import Trainer

pytestmark = pytest.mark.skipif(not available(), reason="llvmlite is not here")
RNG = np.random.default_rng(5)
X, Y = RNG.standard_normal((10, 2)).astype(np.float32), RNG.standard_normal((10, 1)).astype(np.float32)


def trainer(batch: int, shuffle: bool = True, **options: Any) -> Trainer:
    model = flux.Chain(flux.Dense(2, 5, "tanh", seed=1), flux.Dense(5, 1, seed=2))
    objective = lambda yhat, y, weights: flux.losses.mse(yhat, y, weights=weights)  # noqa: E731
    return Trainer(model, objective, flux.setup(flux.Adam(0.01), model), X, Y, batch=batch, shuffle=shuffle, seed=3, **options)


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("batch", [0, 3, 4, 5, 1], ids=["whole", "3 3 3 1", "4 4 2", "5 5", "single rows"])
@pytest.mark.parametrize("cuts", [[61], [1] * 61, [2, 30, 1, 7, 21]], ids=["at once", "one by one", "in pieces"])
def test_every_division_gives_the_same_bits(batch: int, shuffle: bool, cuts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    one = trainer(batch, shuffle)
    assert one.lock_free
    losses = np.concatenate([one.losses[: one.advance(count)].copy() for count in cuts])
    monkeypatch.setattr(compiled_run.CompiledRun, "of", classmethod(lambda cls, *arguments: None))
    other = trainer(batch, shuffle)
    assert not other.lock_free
    assert other.advance(61) == 61
    np.testing.assert_array_equal(one.model.flat, other.model.flat)
    np.testing.assert_array_equal(losses, other.losses[:61])
    assert (one.epoch, one.position, one.step) == (other.epoch, other.position, other.step)


def test_row_weights_go_with_their_rows() -> None:
    weights = np.arange(10, dtype=np.float32)
    one, other = trainer(4, weights=weights), trainer(4, weights=weights)
    one.advance(30)
    for _ in range(30):
        other.advance(1)
    np.testing.assert_array_equal(one.model.flat, other.model.flat)
    assert np.abs(one.model.flat - trainer(4).model.flat).max() > 0


def test_a_call_ends_after_one_step_when_it_is_late() -> None:
    run = trainer(3)
    assert run.advance(1000, seconds=0.0) == 1
    assert run.advance(1000) == 1000


def test_the_order_of_an_epoch_is_a_function_of_seed_and_epoch() -> None:
    clock = Clock(7)
    for epoch in (3, 0, 12, 3):
        np.testing.assert_array_equal(clock.order(epoch, 25), permutation(7, epoch, 25))
    clock.seed = 8
    np.testing.assert_array_equal(clock.order(3, 25), permutation(8, 3, 25))


def test_without_machine_code_there_is_none(numpy_only: None) -> None:
    run = trainer(3)
    assert CompiledRun.of(run._steps, run.data, run.bounds, run.clock, True) is None
    assert not run.lock_free
