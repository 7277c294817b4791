"""Tests of training in Flux's words: the forms of `train`, single steps, divergence, warnings, optimiser states."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import DivergedError, FluxError
from flux_gui.engine.backend import STRICT

X = np.arange(6, dtype=np.float32)[:, None]
Y = 4 * X + 2


def loss(model: Any, x: Any, y: Any) -> Any:
    return flux.losses.mse(model(x), y)


def line() -> flux.Dense:
    return flux.Dense(np.array([[0.5]], np.float32))


def test_one_call_is_one_pass_with_one_update_per_item() -> None:
    predict = line()
    flux.train(loss, predict, [(X, Y)] * 3, flux.Descent(0.01))
    w, b = 0.5, 0.0
    for _ in range(3):
        error = w * X + b - Y
        w, b = w - 0.01 * float(np.mean(2 * error * X)), b - 0.01 * float(np.mean(2 * error))
    np.testing.assert_allclose([predict.weight[0, 0], predict.bias[0]], [w, b], rtol=1e-5)


def test_batches_of_other_sizes_and_formats() -> None:
    predict, other = line(), line()
    flux.train(loss, predict, ((X[i : i + 4], Y[i : i + 4]) for i in (0, 4)), flux.Descent(0.01))
    flux.train(loss, other, [(X[:4].astype(int), Y[:4].astype(np.float64)), (X[4:], Y[4:])], flux.Descent(0.01))
    np.testing.assert_array_equal(predict.flat, other.flat)


def test_items_that_are_no_tuples_are_passed_whole() -> None:
    predict = line()
    flux.train(lambda m, x: flux.sum(m(x)), predict, [X, X], flux.Descent(0.1))
    assert predict.bias[0] == pytest.approx(-1.2)


def test_a_state_keeps_its_momentum_and_a_bare_rule_warns() -> None:
    kept, fresh = line(), line()
    state = flux.setup(flux.Momentum(0.001), kept)
    for _ in range(2):
        flux.train(loss, kept, [(X, Y)], state)
    with pytest.warns(UserWarning, match="Momentum starts without momentum") as caught:
        flux.train(loss, fresh, [(X, Y)], flux.Momentum(0.001))
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="Momentum"):
        flux.train(loss, fresh, [(X, Y)], flux.Momentum(0.001))
    assert kept.weight > fresh.weight


def test_changing_the_rate_in_between() -> None:
    predict = line()
    state = flux.setup(flux.Descent(0.01), predict)
    flux.train(loss, predict, [(X, Y)], state)
    after = predict.flat.copy()
    state.adjust(0.0)
    flux.train(loss, predict, [(X, Y)], state)
    np.testing.assert_array_equal(predict.flat, after)


def test_a_loss_that_is_not_finite_stops_before_the_update() -> None:
    predict = flux.Dense(np.zeros((1, 1), np.float32), False)
    calls = [np.ones((1, 1), np.float32)] * 50 + [np.full((1, 1), np.nan, np.float32)] * 2
    with pytest.raises(DivergedError, match="nan on data item 51"):
        flux.train(lambda m, x: flux.sum(m(x)), predict, calls, flux.Descent(0.1))
    assert predict.weight[0, 0] == pytest.approx(-5)


def test_single_steps_return_the_loss_before_them() -> None:
    predict = line()
    state = flux.setup(flux.Adam(), predict)
    first = flux.trainstep(loss, predict, (X, Y), state)
    assert first == pytest.approx(float(loss(line(), X, Y)), rel=1e-6)
    assert flux.trainstep(loss, predict, (X, Y), state) < first
    kept = predict.flat.copy()
    assert np.isnan(flux.trainstep(loss, predict, (X * np.nan, Y), state))
    np.testing.assert_array_equal(predict.flat, kept)


def test_the_explicit_loop_equals_train() -> None:
    one, other = line(), line()
    states = [flux.setup(flux.Adam(0.1), m) for m in (one, other)]
    for _ in range(3):
        flux.train(loss, one, [(X, Y)], states[0])
        value, grads = flux.withgradient(lambda m: loss(m, X, Y), other)
        flux.update(states[1], other, grads[0])
    np.testing.assert_allclose(one.flat, other.flat, rtol=1e-6)
    assert value > 0
    with pytest.raises(FluxError, match="another model"):
        flux.update(states[0], other, grads[0])


def test_parameters_of_one_layer_train_only_that_layer() -> None:
    chain = flux.Chain(flux.Dense(1, 3, "tanh", seed=0), flux.Dense(3, 1, seed=1))
    before = chain.flat.copy()
    flux.train(lambda x, y: flux.losses.mse(chain(x), y), flux.parameters(chain[1]), [(X, Y)], flux.Descent(0.01))
    np.testing.assert_array_equal(chain.flat[:6], before[:6])
    assert (chain.flat[6:] != before[6:]).all()


def test_changed_closures_and_second_losses_are_never_stale() -> None:
    predict, shift = line(), 0.0

    def shifted(m: Any, x: Any) -> Any:
        return flux.mean(m(x)) + shift

    state = flux.setup(flux.Descent(0.0), predict)
    first = flux.trainstep(shifted, predict, (X,), state)
    shift = 5.0
    assert flux.trainstep(shifted, predict, (X,), state) == pytest.approx(first + 5)
    assert flux.trainstep(lambda m, x: flux.sum(m(x)), predict, (X,), state) == pytest.approx(6 * first)


def test_training_on_the_strict_stand_in() -> None:
    predict, other = line(), line()
    other._store.move(STRICT)
    for model in (predict, other):
        flux.train(loss, model, [(X, Y)] * 5, flux.Descent(0.01))
    np.testing.assert_allclose(STRICT.to_host(other.flat), predict.flat, rtol=1e-6)


def test_wrong_optimisers_are_refused() -> None:
    predict = line()
    with pytest.raises(FluxError, match="expects an optimiser"):
        flux.train(loss, predict, [(X, Y)], 0.1)  # type: ignore[arg-type]
    with pytest.raises(FluxError, match="another model"):
        flux.train(loss, predict, [(X, Y)], flux.setup(flux.Adam(), line()))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_worked_example_of_flux(dtype: Any) -> None:
    """The doctest of Flux's `train!`: two steps of Momentum(0.1) on 100 Σ |m(x) - y|."""
    model = flux.Dense(np.ones((1, 2), dtype), np.zeros(1, dtype), "leakyrelu")
    x, y = np.array([[0.2, -0.3]], dtype), np.array([[0.4]], dtype)
    state = flux.setup(flux.Momentum(0.1), model)
    flux.train(lambda m, x, y: 100 * flux.sum(abs(m(x) - y)), model, [(x, y)] * 2, state)
    np.testing.assert_allclose(model.bias, [10.19], rtol=1e-6)
    np.testing.assert_allclose(model.weight, [[3.038, -2.057]], rtol=1e-6)
    np.testing.assert_allclose(state.slots["Momentum.velocity"], [-2.018, 3.027, -10.09], rtol=1e-6)


def test_chains_train_and_warn_when_they_forget() -> None:
    predict, other = line(), line()
    flux.train(loss, predict, [(X, Y)], flux.OptimiserChain(flux.ClipGrad(1), flux.Descent(0.01)))
    np.testing.assert_allclose([predict.weight[0, 0], predict.bias[0]], [0.51, 0.01], rtol=1e-6)
    with pytest.warns(UserWarning, match="Adam starts without momentum"):
        flux.train(loss, other, [(X, Y)], flux.OptimiserChain(flux.WeightDecay(), flux.Adam()))


def test_decay_at_the_front_of_a_chain_is_a_term_of_the_loss() -> None:
    one, other = (flux.Chain(flux.Dense(1, 3, "tanh", seed=0), flux.Dense(3, 1, seed=1), dtype=np.float64) for _ in range(2))
    states = [flux.setup(flux.OptimiserChain(flux.WeightDecay(0.33), flux.Adam(0.1)), one), flux.setup(flux.Adam(0.1), other)]

    def decayed(m: Any, x: Any, y: Any) -> Any:
        return loss(m, x, y) + 0.33 / 2 * sum(flux.sum(flux.square(part)) for layer in m for part in (layer.weight, layer.bias))

    for _ in range(5):
        flux.train(loss, one, [(X, Y)], states[0])
        flux.train(decayed, other, [(X, Y)], states[1])
    np.testing.assert_allclose(one.flat, other.flat, rtol=1e-6)


def test_layers_that_the_loss_does_not_read_rest() -> None:
    for explicit in (False, True):
        chain = flux.Chain(flux.Dense(1, 3, "tanh", seed=0), flux.Dense(3, 1, seed=1))
        before = chain.flat.copy()
        state = flux.setup(flux.OptimiserChain(flux.WeightDecay(0.1), flux.Adam()), chain)

        def first(m: Any, x: Any) -> Any:
            return flux.sum(m[0](x))

        if explicit:
            flux.update(state, chain, flux.gradient(lambda m: first(m, X), chain)[0])
        else:
            flux.train(first, chain, [X], state)
        np.testing.assert_array_equal(chain.flat[6:], before[6:])
        assert (chain.flat[:6] != before[:6]).all()
        assert not state.slots["Adam.m"][6:].any()
        assert state.export()["Adam.scalars"][1, 0] == np.float32(0.9)
        flux.train(loss, chain, [(X, Y)], state)
        assert (chain.flat[6:] != before[6:]).all()


def test_only_the_given_parameters_decay() -> None:
    chain = flux.Chain(flux.Dense(1, 3, "tanh", seed=0), flux.Dense(3, 1, seed=1))
    before = chain.flat.copy()
    rules = flux.OptimiserChain(flux.WeightDecay(0.1), flux.Descent(0.01))
    flux.train(lambda x, y: flux.losses.mse(chain(x), y), flux.parameters(chain[1]), [(X, Y)], rules)
    np.testing.assert_array_equal(chain.flat[:6], before[:6])
    assert (chain.flat[6:] != before[6:]).all()


def test_a_gradient_that_is_not_finite_stops_before_the_update() -> None:
    predict = line()
    before = predict.flat.copy()
    state = flux.setup(flux.OptimiserChain(flux.ClipNorm(), flux.Descent()), predict)
    with pytest.raises(DivergedError, match=r"gradient of (weight|bias) has the norm"):
        flux.train(lambda m, x: flux.sum(flux.sqrt(m(x))), predict, [np.zeros((1, 1), np.float32)], state)
    np.testing.assert_array_equal(predict.flat, before)


def test_training_leaves_no_mode_behind() -> None:
    predict = line()
    flux.train(loss, predict, [(X, Y)], flux.Descent(0.01))
    assert not flux.is_training()


def normed() -> flux.Chain:
    return flux.Chain(flux.Dense(1, 3, seed=0), flux.BatchNorm(3), flux.Dense(3, 1, seed=1))


def test_a_loss_that_is_not_finite_leaves_running_statistics_alone() -> None:
    bad = np.array([[1.0], [np.nan], [2.0]], np.float32)
    model = normed()
    with pytest.raises(DivergedError, match="data item 1"):
        flux.train(loss, model, [(bad, bad)], flux.Descent())
    assert np.isnan(flux.trainstep(loss, model, (bad, bad), flux.setup(flux.Descent(), model)))
    assert model.statistics.tolist() == [0, 0, 0, 1, 1, 1]
    flux.train(loss, model, [(X, Y)], flux.Descent(1e-3))
    assert model.statistics[0] != 0


@pytest.mark.parametrize("rules", [(flux.ClipNorm(), flux.Descent()), (flux.Momentum(), flux.ClipNorm())], ids=["first", "behind"])
@pytest.mark.parametrize("own", [False, True])
def test_a_refused_gradient_leaves_everything_alone(rules: Any, own: bool) -> None:
    model = normed()
    state = flux.setup(flux.OptimiserChain(*rules), model)
    if own:
        state.adjust(0.5, layer=model[2])  # a group of its own

    def steep(m: Any, x: Any) -> Any:  # finite, with an infinite slope in the last layer alone
        return flux.mean(m(x)) + flux.sum(flux.sqrt(flux.square(m[2].bias)))

    flux.trainstep(lambda m, x: flux.mean(flux.square(m(x))), model, (X,), state)
    model[2].bias = [0.0]
    flat, statistics, kept = model.flat.copy(), model.statistics.copy(), state.export()
    with pytest.raises(DivergedError, match=r"layers\.2\.bias"):
        flux.trainstep(steep, model, (X,), state)
    np.testing.assert_array_equal(model.flat, flat)
    np.testing.assert_array_equal(model.statistics, statistics)
    for name, array in state.export().items():
        np.testing.assert_array_equal(array, kept[name])
