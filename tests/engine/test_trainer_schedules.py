"""Tests of whole runs with every optimiser, chain and schedule: paused and whole give the same bits, layers that rest."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import SettingError
from flux_gui.engine.backend import STRICT
from flux_gui.engine.schedules import build
from flux_gui.engine.trainer import Trainer
from flux_gui.specs.model import Choice
from flux_gui.specs.training import Stage
from runs import CHAINS, STAGES, X, Y, objective, trainer


def prepared(name: str, schedule: str, frozen: bool, batch: int) -> Trainer:
    run = trainer(name, noisy=True, batch=batch, seed=4)
    if frozen:
        flux.freeze(run.state, run.model.layers[0])
        flux.adjust(run.state, layer=run.model.layers[2], **{run.state.rule.entry.hypers[0].name: 0.003})
    if schedule and "eta" in run.state.values:
        run.schedule(build(STAGES, run.state.values["eta"]), schedule)
    return run


def epochs(run: Trainer, count: int) -> None:
    for _ in range(count):
        assert run.advance(run.batches) == run.batches
        if run.epoch % 5 == 0:
            run.observe(1.0)


@pytest.mark.parametrize(("schedule", "frozen", "batch"), [("", False, 4), ("epoch", True, 4), ("step", False, 0)])
@pytest.mark.parametrize("name", CHAINS)
def test_two_hundred_epochs_equal_a_paused_run(name: str, schedule: str, frozen: bool, batch: int) -> None:
    whole, first, second = (prepared(name, schedule, frozen, batch) for _ in range(3))
    start = whole.model.flat.copy()
    epochs(whole, 200)
    epochs(first, 77)
    saved = first.snapshot()
    second.restore(saved)
    epochs(second, 123)
    np.testing.assert_array_equal(second.model.flat, whole.model.flat)
    np.testing.assert_array_equal(second.model.statistics, whole.model.statistics)
    for key, array in whole.state.export().items():
        np.testing.assert_array_equal(second.state.export()[key], array)
    assert second.rate == whole.rate
    first_layer = slice(0, first.model.layers[0].layout[-1].stop)
    assert (whole.model.flat[first_layer] == start[first_layer]).all() == frozen
    assert (whole.model.flat != start).any()


def test_the_rate_follows_epochs_or_steps() -> None:
    by_epoch, by_step = trainer("Descent", batch=4), trainer("Descent", batch=4)
    by_epoch.schedule(flux.schedules.Exp(0.1, 0.5))
    by_step.schedule(flux.schedules.Exp(0.1, 0.5), "step")
    seen = []
    for _ in range(7):
        seen.append((by_epoch.rate, by_step.rate))
        assert by_epoch.advance(1) == by_step.advance(1) == 1
        assert by_epoch.state.groups[0].live[0][0] == np.float32(seen[-1][0])
        assert by_step.state.groups[0].live[0][0] == np.float32(seen[-1][1])
    assert seen == [(0.1 * 0.5 ** (i // 3), 0.1 * 0.5**i) for i in range(7)]
    assert by_epoch.state.values["eta"] == 0.1


def test_a_new_rate_scales_the_schedule_and_none_ends_it() -> None:
    run = trainer("Descent")
    run.schedule(lambda t: 0.1 / t)
    run.advance(3)
    assert run.rate == 0.1 / 4
    run.adjust(eta=0.2)
    assert run.rate == 0.1 / 4 * 2
    run.advance(1)
    assert run.state.groups[0].live[0][0] == np.float32(0.05)
    run.schedule(None)
    assert run.rate == 0.2
    assert run.state.groups[0].live[0][0] == np.float32(0.2)
    with pytest.raises(SettingError, match="AdaDelta has no rate"):
        trainer("AdaDelta").schedule(lambda t: 1.0)


def test_bursts_of_a_schedule_equal_single_steps() -> None:
    runs = [prepared("Adam", "epoch", False, 4) for _ in range(2)]
    assert runs[0].advance(50) == 50
    losses = []
    for _ in range(50):
        runs[1].advance(1)
        losses.append(runs[1].losses[0])
    np.testing.assert_array_equal(runs[0].losses[:50], losses)
    np.testing.assert_array_equal(runs[0].model.flat, runs[1].model.flat)
    assert runs[0].advance(1000, seconds=0.0) == 1


def test_a_plateau_lowers_the_rate_of_a_run() -> None:
    run = trainer("Descent")
    assert not run.observe(1.0)
    run.schedule(build((Stage(Choice("Plateau", {"patience": 1})),), 0.1))
    run.advance(1)
    assert [run.observe(loss) for loss in (1.0, 0.5, 0.5)] == [False, False, True]
    saved = run.snapshot()
    assert run.rate == 0.05
    run.observe(0.5)
    assert run.rate == 0.025
    run.restore(saved)
    assert run.rate == 0.05


@pytest.mark.parametrize("backend", [None, STRICT], ids=["numpy", "strict"])
def test_a_refused_gradient_is_a_failure(backend: Any) -> None:
    model = flux.Chain(flux.Dense(np.ones((1, 1), np.float32), False))
    if backend is not None:
        model._store.move(backend)
    x = np.array([1, 1, np.inf, 1], np.float32)[:, None]
    state = flux.setup(flux.OptimiserChain(flux.ClipNorm(), flux.Momentum(0.01)), model)
    run = Trainer(model, lambda yhat, y, w: flux.minimum(flux.mean(yhat), 1.0), state, x, x, batch=1, shuffle=False)
    assert run.advance(10) == 2
    assert run.failure is not None
    assert (run.failure.epoch, run.failure.batch, run.failure.what) == (1, 3, "gradient")
    assert run.step == 2
    assert run.advance(1) == 0


def test_a_layer_frozen_in_the_middle_of_a_run_rests() -> None:
    run = trainer("Adam")
    run.advance(3)
    flux.freeze(run.state, run.model.layers[0])
    before = run.model.flat.copy()
    run.advance(3)
    assert ((run.model.flat == before) == (np.arange(before.size) < 16)).all()
    flux.thaw(run.state, run.model.layers[0])
    run.advance(1)
    assert (run.model.flat[:16] != before[:16]).all()


class Partial(flux.Layer):
    """A layer with a parameter that its output does not depend on."""

    def __init__(self) -> None:
        super().__init__()
        self.parameter("unused", np.ones(3))

    def forward(self, x: Any) -> Any:
        return x


def test_parameters_that_the_loss_does_not_read_rest() -> None:
    model = flux.Chain(flux.Dense(3, 4, seed=0), Partial(), flux.Dense(4, 2, seed=1))
    state = flux.setup(flux.OptimiserChain(flux.WeightDecay(0.1), flux.Adam()), model)
    run = Trainer(model, objective(), state, X, Y)
    run.advance(5)
    assert model.layers[1].unused.tolist() == [1, 1, 1]
    assert state.export()["Adam.scalars"][1].tolist() == np.array([0.9, 0.999], np.float32).tolist()
    assert (model.layers[2].weight != flux.Dense(4, 2, seed=1).weight).all()
