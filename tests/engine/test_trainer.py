"""Tests of the training loop: batches, order, resuming bit for bit, divergence, other devices."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_gui import engine as flux
from flux_gui.core.errors import ShapeError
from flux_gui.engine.backend import STRICT, permutation
from flux_gui.engine.evaluation import Evaluator, predict
from flux_gui.engine.trainer import Trainer, batch_bounds
from runs import CHAINS, RULES, X, Y, objective, trainer


def line(eta: float, dtype: Any = np.float32, **options: Any) -> Trainer:
    model = flux.Chain(flux.Dense(np.array([[0.9066542]], dtype), True))
    x = np.arange(6, dtype=dtype)[:, None]
    return Trainer(model, objective(), flux.setup(flux.Descent(eta), model), x, 4 * x + 2, **options)


def test_batches_of_an_epoch() -> None:
    assert batch_bounds(5, 0, False) == batch_bounds(5, 9, False) == [(0, 5)]
    assert batch_bounds(5, 2, False) == [(0, 2), (2, 4), (4, 5)]
    assert batch_bounds(5, 2, True) == [(0, 2), (2, 5)]
    assert batch_bounds(1, 1, True) == [(0, 1)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_batch_is_gradient_descent(dtype: Any) -> None:
    run = line(0.1, dtype)
    assert run.advance(1) == 1
    assert run.losses[0] == pytest.approx(122.64735018512836, rel=1e-6 if dtype == np.float32 else 1e-14)
    np.testing.assert_allclose(run.model.flat, [7.577788, 1.9466728], rtol=1e-6)
    assert run.advance(200) == 200
    np.testing.assert_allclose(run.model.flat, [4.0178537, 2.0050256], rtol=1e-5)
    assert (run.epoch, run.position, run.step, run.batches) == (201, 0, 201, 1)
    assert run.operations > 0


def test_shuffled_batches_visit_every_row_once_per_epoch() -> None:
    seen: list[np.ndarray] = []
    run = trainer("Descent", batch=4, seed=5)
    for position in range(6):
        step = run._steps[run.bounds[run.position][1] - run.bounds[run.position][0]][0]
        run.advance(1)
        seen.append(step.data[0].copy())
        assert run.epoch == (position + 1) // 3
    for epoch in (0, 1):
        rows = np.concatenate(seen[3 * epoch : 3 * epoch + 3])
        np.testing.assert_array_equal(rows, X[permutation(5, epoch, 11)])
    plain = trainer("Descent", batch=4, shuffle=False)
    plain.advance(1)
    np.testing.assert_array_equal(plain._steps[4][0].data[0], X[:4])


def test_one_plan_per_row_count_over_one_arena() -> None:
    run = trainer(batch=4)
    assert sorted(run._steps) == [3, 4]
    largest = max(step.nbytes for step, _ in run._steps.values())
    assert run.arena.memory.nbytes <= largest + 64


@settings(max_examples=12, deadline=None)
@given(
    rule=st.sampled_from(RULES),
    batch=st.sampled_from([0, 1, 4, 11]),
    total=st.integers(2, 14),
    part=st.integers(1, 13),
    shuffle=st.booleans(),
    noisy=st.booleans(),
)
def test_a_run_split_anywhere_gives_the_same_bits(rule: str, batch: int, total: int, part: int, shuffle: bool, noisy: bool) -> None:
    whole = trainer(rule, batch=batch, shuffle=shuffle, seed=3, noisy=noisy)
    whole.advance(total)
    first = trainer(rule, batch=batch, shuffle=shuffle, seed=3, noisy=noisy)
    first.advance(min(part, total))
    saved = first.snapshot()
    second = trainer(rule, batch=batch, shuffle=shuffle, seed=3, noisy=noisy)
    second.model.load_flat(saved.flat, saved.statistics)
    second.state.load(saved.optimiser)
    second.place(saved.epoch, saved.position, saved.step)
    second.advance(total - min(part, total))
    np.testing.assert_array_equal(second.model.flat, whole.model.flat)
    np.testing.assert_array_equal(second.model.statistics, whole.model.statistics)
    assert (second.epoch, second.position, second.step) == (whole.epoch, whole.position, whole.step)


def test_statistics_and_masks_go_back_with_a_snapshot() -> None:
    run = trainer(noisy=True, batch=4)
    run.advance(3)
    saved = run.snapshot()
    run.advance(4)
    after = run.model.flat.copy()
    assert run.model.statistics[0] == 7
    run.restore(saved)
    assert run.model.statistics[0] == 3
    run.advance(4)
    np.testing.assert_array_equal(run.model.flat, after)
    Evaluator(run.model, run.objective, X, Y)()
    predict(run.model, X)
    assert run.model.statistics[0] == 7


def test_adjusting_keeps_momentum_and_recompiles_nothing() -> None:
    run = trainer("Momentum")
    run.advance(5)
    compiled, velocity = run._steps[11], run.state.slots["Momentum.velocity"].copy()
    run.adjust(eta=0.0)
    before = run.model.flat.copy()
    run.advance(1)
    np.testing.assert_allclose(before - run.model.flat, 0.9 * velocity, rtol=1e-4, atol=1e-7)
    assert run._steps[11] is compiled


def test_row_weights_equal_repeated_rows() -> None:
    counts = np.random.default_rng(3).integers(0, 3, 11)
    weighted = trainer("Descent", weights=counts.astype(np.float32))
    model = flux.Chain(flux.Dense(3, 4, "tanh", seed=0), flux.Dense(4, 2, seed=1))
    rows = np.repeat(np.arange(11), counts)
    repeated = Trainer(model, objective(), flux.setup(flux.Descent(), model), X[rows], Y[rows])
    for run in (weighted, repeated):
        run.advance(5)
    np.testing.assert_allclose(weighted.model.flat, model.flat, rtol=1e-5)
    np.testing.assert_allclose(weighted.losses[:5], repeated.losses[:5], rtol=1e-6)
    evaluator = Evaluator(model, objective(), X, Y, counts.astype(np.float32))
    assert evaluator() == pytest.approx(Evaluator(model, objective(), X[rows], Y[rows])(), rel=1e-6)


@pytest.mark.parametrize("batch", [0, 4])
@pytest.mark.parametrize(("rule", "loss"), [("Adam", loss) for loss in flux.LOSSES.names()] + [(rule, "mse") for rule in CHAINS])
def test_whole_runs_on_the_strict_stand_in(rule: str, loss: str, batch: int) -> None:
    host, device = (trainer(rule, backend, loss, noisy=True, batch=batch, seed=2) for backend in (None, STRICT))
    for run in (host, device):
        assert run.advance(9) == 9
        assert run.check()
    np.testing.assert_allclose(device.losses[:9], host.losses[:9], rtol=1e-5)
    np.testing.assert_allclose(device.snapshot().flat, host.model.flat, rtol=1e-4, atol=1e-6)
    assert device.snapshot().statistics[0] == 9
    losses = [Evaluator(run.model, run.objective, X, Y)() for run in (host, device)]
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)
    np.testing.assert_allclose(predict(device.model, X, 4), predict(host.model, X), rtol=1e-4, atol=1e-6)
    device.restore(device.snapshot())


@pytest.mark.parametrize(("batch", "epoch"), [(0, 9), (2, 4)])
def test_a_diverging_run_keeps_the_last_finite_parameters(batch: int, epoch: int) -> None:
    run, replay = line(10.0, batch=batch), line(10.0, batch=batch)
    total = 0
    for _ in range(100):
        total += run.advance(1000)
        if run.failure is not None:
            break
    failure = run.failure
    assert failure is not None
    assert failure.epoch == epoch  # in one batch the error grows 183 times per step
    assert 1 <= failure.batch <= len(run.bounds)
    assert not np.isfinite(failure.loss) or failure.what == "parameters"
    assert np.isfinite(run.model.flat).all()
    assert run.step == total == (failure.epoch - 1) * run.batches + failure.batch - 1
    assert np.isfinite(run.losses[:total]).all()
    assert run.advance(5) == 0
    assert replay.advance(total) == total
    np.testing.assert_array_equal(replay.model.flat, run.model.flat)


def test_parameters_that_overflow_are_found_by_a_check() -> None:
    run = line(10.0)
    while run.failure is None and np.isfinite(run.model.flat).all():
        run.advance(1)
    if run.failure is None:
        assert not run.check()
    assert run.failure is not None
    assert np.isfinite(run.model.flat).all()
    assert not run.check()


def overflown(**options: Any) -> Trainer:
    """A run whose parameters overflow in a step with a finite loss."""
    run = line(0.1, **options)
    run.advance(1)
    run.adjust(eta=1e6)
    run.state.groups[0].live[0][0] = np.float32(3e38)
    run.advance(1)
    assert not np.isfinite(run.model.flat).all()
    return run


def test_overflow_is_told_even_when_the_rate_changes_at_once() -> None:
    run = overflown()
    run.adjust(eta=0.1)
    assert run.failure is not None
    assert (run.failure.what, run.failure.epoch) == ("parameters", 2)
    assert run.failure.loss == pytest.approx(116.38745, rel=1e-5)
    np.testing.assert_allclose(run.model.flat, [7.577788, 1.9466728], rtol=1e-6)


def test_a_start_that_is_not_finite_fails_at_once() -> None:
    run = line(0.1)
    run.model.flat[0] = np.inf
    assert run.advance(5) == 0
    assert run.failure is not None
    assert (run.failure.what, run.failure.epoch, run.failure.batch) == ("parameters", 1, 1)


def test_restoring_an_earlier_point_forgets_a_failure() -> None:
    run = line(0.1)
    early = run.snapshot()
    run.advance(3)
    run.restore(early)
    run.state.adjust(1e6)
    run.advance(50)
    assert run.failure is not None
    run.restore(early)
    run.adjust(eta=0.1)
    assert run.check()
    assert run.advance(3) == 3


def test_the_deadline_ends_a_burst() -> None:
    run = trainer(batch=4)
    assert run.advance(1000, seconds=0.0) == 1
    assert trainer().advance(1000, seconds=0.0) == 1
    assert run.advance(0) == 0


def test_rows_and_targets_must_fit() -> None:
    model = flux.Dense(3, 2)
    for x, y in ((X[:0], Y[:0]), (X, Y[:3])):
        with pytest.raises(ShapeError, match="as many targets as rows"):
            Trainer(model, objective(), flux.setup(flux.Descent(), model), x, y)


def test_running_statistics_that_overflow_end_a_run() -> None:
    model = flux.Chain(flux.Dense(np.full((2, 1), 1e19, np.float32), False), flux.BatchNorm(2), flux.Dense(2, 1, seed=0))
    x = np.linspace(-1e3, 1e3, 8, dtype=np.float32)[:, None]
    run = Trainer(model, objective(), flux.setup(flux.Descent(0.0), model), x, x)
    run.advance(1)
    assert np.isfinite(run.losses[0])
    assert not run.check()
    assert run.failure is not None
    assert (run.failure.what, run.failure.epoch) == ("statistics", 1)
    np.testing.assert_array_equal(model[1].variance, [1, 1])
    assert run.advance(5) == 0
