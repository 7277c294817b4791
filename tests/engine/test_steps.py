"""Tests of compiled steps and evaluations: reuse of plans, no stale plan, no allocation, whole steps on the strict stand-in."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.backend import NUMPY, STRICT
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.engine.plan import Arena
from flux_gui.engine.steps import compile_forward, compile_step

X = np.random.default_rng(0).standard_normal((6, 3)).astype(np.float32)
Y = np.eye(2, dtype=np.float32)[[0, 1, 1, 0, 1, 0]]


def model(activation: str = "tanh", dtype: Any = np.float32) -> flux.Chain:
    return flux.Chain(flux.Dense(3, 8, activation, seed=0), flux.Dense(8, 2, seed=1), dtype=dtype)


def filled(step: Any, backend: Any = NUMPY) -> Any:
    for own, part in zip(step.data, (X, Y), strict=True):
        backend.load(own, part)
    step.run()
    return step


def objective_of(loss: str) -> Any:
    """Return the loss behind the activation that it expects of the last layer."""
    entry = LOSSES.get(loss)
    output = getattr(flux, entry.output)
    return lambda yhat, y: entry.function(output(yhat), y)


@pytest.mark.parametrize("loss", LOSSES.names())
@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS.names() if name != "rrelu"])  # rrelu draws its slope
def test_a_step_gives_loss_and_gradient(loss: str, activation: str) -> None:
    chain, function = model(activation), objective_of(loss)
    step = filled(compile_step(lambda x, y: function(chain(x), y), [X, Y], chain._store))
    value, (tree,) = flux.withgradient(lambda m: function(m(X), Y), chain)
    assert step.loss.dtype == np.float32
    assert float(step.loss) == pytest.approx(value, rel=1e-6)
    np.testing.assert_allclose(chain._store.gradient, tree.flat, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("loss", "rule"), [(loss, "Adam") for loss in LOSSES.names()] + [("mse", rule) for rule in OPTIMISERS.names()])
def test_whole_steps_run_on_the_strict_stand_in(loss: str, rule: str) -> None:
    """Nothing that only numpy has is part of a step."""

    def trained(backend: Any) -> tuple[float, np.ndarray]:
        chain, function = model(dtype=np.float64), objective_of(loss)
        chain._store.move(backend)
        state = flux.setup(flux.rule(rule), chain)
        step = compile_step(lambda x, y: function(chain(x), y), [X, Y], chain._store)
        for _ in range(3):
            filled(step, backend)
            for call, arguments in state.calls():
                call(*arguments)
        return float(backend.to_host(step.loss)), np.array(backend.to_host(chain.flat))

    (value, flat), (strict_value, strict_flat) = trained(NUMPY), trained(STRICT)
    assert strict_value == pytest.approx(value, rel=1e-13)
    np.testing.assert_allclose(strict_flat, flat, rtol=1e-12, atol=1e-14)


def test_identical_graphs_reuse_the_plan_and_others_do_not() -> None:
    chain = model()
    factor = 1.0

    def objective(x: Any, y: Any) -> Any:
        return factor * flux.losses.mse(chain(x), y)

    first = compile_step(objective, [X, Y], chain._store)
    assert compile_step(objective, [X, Y], chain._store) is first
    assert compile_step(lambda x, y: flux.losses.mse(chain(x), y), [X, Y], chain._store) is first
    factor = 3.0
    changed = compile_step(objective, [X, Y], chain._store)
    assert changed is not first
    assert float(filled(changed).loss) == pytest.approx(3 * float(filled(first).loss), rel=1e-6)
    assert compile_step(lambda x, y: flux.losses.mae(chain(x), y), [X, Y], chain._store) is not first
    assert compile_step(objective, [X[:2], Y[:2]], chain._store) is not changed
    assert compile_step(objective, [X, Y], chain._store, slots=chain[0].layout) is not changed


def test_effects_on_other_statistics_are_other_plans() -> None:
    class Two(flux.Layer):
        def __init__(self, swap: bool) -> None:
            super().__init__()
            self.parameter("w", np.ones(1))
            self.statistic("a", np.zeros(1))
            self.statistic("b", np.zeros(1))
            self.swap = swap

        def forward(self, x: Any) -> Any:
            self.update_statistic("b" if self.swap else "a", flux.mean(x, axis=0))
            return x * self.w

    layer = Two(False)
    x = np.full((2, 1), 4.0, np.float32)
    flux.train(lambda m, x: flux.mean(m(x)), layer, [x], flux.Descent())
    layer.swap = True
    flux.train(lambda m, x: flux.mean(m(x)), layer, [x], flux.Descent())
    assert layer.a == layer.b == 4.0


def test_slots_limit_the_gradient() -> None:
    chain = model()
    filled(compile_step(lambda x, y: flux.losses.mse(chain(x), y), [X, Y], chain._store))
    whole = chain._store.gradient.copy()
    filled(compile_step(lambda x, y: flux.losses.mse(chain(x), y), [X, Y], chain._store, slots=chain[1].layout))
    np.testing.assert_array_equal(chain._store.gradient[32:], whole[32:])
    assert not chain._store.gradient[:32].any()


def test_unused_parameters_have_gradient_zero() -> None:
    chain = model()
    chain._store.gradient[:] = 9
    filled(compile_step(lambda x, y: flux.losses.mse(chain[1](flux.tanh(x @ np.ones((3, 8)))), y), [X, Y], chain._store))
    assert not chain._store.gradient[:32].any()
    assert chain._store.gradient[32:].all()


def test_later_steps_allocate_no_array() -> None:
    chain = flux.Chain(flux.Dense(3, 256, "tanh"), flux.Dense(256, 2))
    state = flux.setup(flux.Adam(), chain)
    x, y = np.ones((512, 3), np.float32), np.ones((512, 2), np.float32)
    step = compile_step(lambda x, y: flux.losses.logitcrossentropy(chain(x), y), [x, y], chain._store)
    calls = step.calls + state.calls()
    for part, own in zip((x, y), step.data, strict=True):
        own[...] = part
    for _ in range(2):
        for function, arguments in calls:
            function(*arguments)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        for function, arguments in calls:
            function(*arguments)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 40_000, f"{peak} bytes were allocated; an activation has {512 * 256 * 4}, numpy's own iteration buffer 32768"


def test_steps_of_other_row_counts_share_scratch_memory(numpy_only: None) -> None:
    chain, arena = model(), Arena()
    steps = []
    for rows in (6, 2):
        buffers = [NUMPY.buffer((rows, 3), np.float32), NUMPY.buffer((rows, 2), np.float32)]
        steps.append(compile_step(lambda x, y: flux.losses.mse(chain(x), y), buffers, chain._store, arena))
        assert steps[-1].inputs[1] is buffers[1]
    assert arena.memory.nbytes < steps[0].nbytes + steps[1].nbytes + 64
    scratch = [a for step in steps for _, arguments in step.calls for a in arguments if isinstance(a, np.ndarray)]
    assert sum(np.shares_memory(a, arena.memory) for a in scratch) > 4


@pytest.mark.parametrize("backend", [NUMPY, STRICT], ids=["numpy", "strict"])
def test_evaluations_read_live_parameters_and_change_nothing(backend: Any) -> None:
    chain = model()
    chain._store.move(backend)
    forward = compile_forward(chain, [backend.asarray(X)], np.float32, backend)
    first = np.array(backend.to_host(forward.run()))
    chain.load_flat(2 * np.array(backend.to_host(chain.flat)))
    second = np.array(backend.to_host(forward.run()))
    chain._store.move(NUMPY)
    np.testing.assert_allclose(second, chain(X), rtol=1e-6)
    assert not np.array_equal(first, second)
    assert forward.operations > 0


def test_an_evaluation_of_nothing_is_refused() -> None:
    forward = compile_forward(lambda x: 3.0, [X], np.float32)
    assert float(forward.run()) == 3.0
    with pytest.raises(FluxError):
        compile_forward(lambda x: bool(x > 0), [X], np.float32)
