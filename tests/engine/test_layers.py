"""Tests of layers: their maths, ownership of parameters, running statistics, errors that name the layer."""

import copy
import warnings
from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, SettingError, ShapeError
from flux_gui.engine.evaluation import Evaluator, predict
from flux_gui.engine.steps import trace
from flux_gui.engine.trainer import Trainer

X = np.random.default_rng(0).standard_normal((5, 3))


class Centre(flux.Layer):
    """Subtracts the mean of the rows in training, a running mean otherwise."""

    def __init__(self, size: int, dtype: Any = np.float32) -> None:
        super().__init__(dtype)
        self.parameter("shift", np.zeros(size))
        self.statistic("mean", np.zeros(size))

    def forward(self, x: Any) -> Any:
        if not flux.is_training():
            return x - self.mean + self.shift
        now = flux.mean(x, axis=0)
        self.update_statistic("mean", 0.5 * self.mean + 0.5 * now)
        return x - now + self.shift


class Thinned(flux.Layer):
    """Drops half of the numbers in training."""

    def forward(self, x: Any) -> Any:
        return x * (flux.random_uniform(x.shape) > 0.5) * 2.0 if flux.is_training() else x


def test_dense_is_activation_of_weighted_sums() -> None:
    dense = flux.Dense(3, 2, "tanh", dtype=np.float64, seed=0)
    np.testing.assert_allclose(dense(X), np.tanh(X @ dense.weight.T + dense.bias))
    np.testing.assert_allclose(dense(X[0]), dense(X)[0])
    assert dense(X.reshape(1, 5, 3)).shape == (1, 5, 2)
    assert dense.sizes == (3, 2)
    assert not dense.bias.any()


def test_dense_forms_of_flux() -> None:
    assert flux.Dense(10, 1, init=lambda o, i: np.ones((o, i)))(np.ones(10)[None].astype(np.float32)) == 10
    tanh = flux.Dense(np.ones((2, 5)), False, "tanh")
    np.testing.assert_allclose(tanh(np.ones((1, 5))), 0.9999092042625951, rtol=1e-15)
    assert tanh.flat.size == 10
    with_bias = flux.Dense(np.eye(2), np.array([1.0, 2.0]))
    np.testing.assert_array_equal(with_bias(np.zeros((1, 2))), [[1, 2]])
    own = flux.Dense(2, 2, lambda x: x * x, bias=False)
    np.testing.assert_allclose(own(np.ones((1, 2), np.float32)), (np.ones((1, 2)) @ own.weight.T) ** 2, rtol=1e-6)
    assert np.array_equal(flux.Dense(4, 4, seed=3).weight, flux.Dense(4, 4, seed=3).weight)


@pytest.mark.parametrize("activation", flux.ACTIVATIONS.names())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_activation_keeps_the_number_format(activation: str, dtype: Any) -> None:
    chain = flux.Chain(flux.Dense(3, 4, activation, seed=0, dtype=dtype), flux.Softmax(dtype))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert chain(X.astype(dtype)).dtype == dtype
    np.testing.assert_allclose(chain(X.astype(dtype)).sum(axis=1), 1, rtol=1e-6)


def test_whole_numbers_convert_silently_and_wide_numbers_warn() -> None:
    dense = flux.Dense(3, 2)
    assert dense(np.ones((2, 3), int)).dtype == np.float32
    assert dense([[1.0, 2.0, 3.0]]).dtype == np.float32
    with pytest.warns(UserWarning, match="float64 input is converted to float32"):
        assert dense(X).dtype == np.float32


@pytest.mark.parametrize("shape", [(5, 4), (2,), ()])
def test_wrong_input_names_layer_and_shapes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError) as caught:
        flux.Dense(3, 2, "sigmoid")(np.ones(shape, np.float32))
    assert "Dense(3 => 2, σ) expects 3 input columns" in caught.value.message
    assert str(shape) in caught.value.message


@pytest.mark.parametrize("size", [0, -1, 1.5, True, "2"])
def test_impossible_sizes_are_refused(size: Any) -> None:
    with pytest.raises(ShapeError, match="inputs"):
        flux.Dense(size, 1)
    with pytest.raises(ShapeError, match="outputs"):
        flux.Dense(1, size)


def test_wrong_arrays_are_refused() -> None:
    with pytest.raises(ShapeError, match="weight matrix"):
        flux.Dense(np.ones(3))
    with pytest.raises(ShapeError, match="bias"):
        flux.Dense(3, 2, bias=np.ones(3))
    with pytest.raises(ShapeError, match="weight"):
        flux.Dense(3, 2).weight = np.ones((3, 2))
    with pytest.raises(ShapeError, match="flat"):
        flux.Chain(flux.Dense(3, 2)).load_flat(np.ones(3))
    with pytest.raises(AttributeError, match="no attribute 'depth'"):
        _ = flux.Dense(1, 1).depth
    with pytest.raises(NotImplementedError, match="Layer"):
        flux.Layer()(1.0)


def test_a_chain_moves_its_layers_into_one_array() -> None:
    first, second = flux.Dense(3, 4, "relu", seed=0), flux.Dense(4, 2, seed=1)
    weights = first.weight.copy(), second.weight.copy()
    chain = flux.Chain(first, second)
    np.testing.assert_array_equal(first.weight, weights[0])
    np.testing.assert_array_equal(second.weight, weights[1])
    for layer in (first, second):
        assert np.shares_memory(layer.weight, chain.flat)
    assert chain.flat.size == 26
    assert chain[0] is first
    assert len(chain) == 2
    assert list(chain) == [first, second]
    np.testing.assert_array_equal(chain[:1](X.astype(np.float32)), first(X.astype(np.float32)))


def test_a_nested_chain_stays_a_contiguous_slice() -> None:
    inner = flux.Chain(flux.Dense(4, 4), flux.Dense(4, 4))
    outer = flux.Chain(flux.Dense(3, 4), inner, flux.Dense(4, 1))
    slots = inner.slots()
    assert [slot.start for slot in slots] == [16, 32, 36, 52]
    assert slots[-1].stop == 56
    assert inner.flat is outer.flat
    assert [slot.key for slot in outer.layout][2] == "layers.1.layers.0.weight"
    assert inner[1].weight in flux.parameters(outer)


def test_tied_layers_appear_once_and_their_gradients_add_up() -> None:
    shared = flux.Dense(3, 3, "tanh", dtype=np.float64, seed=0)
    chain = flux.Chain(shared, shared)
    assert chain.flat.size == 12
    assert len(chain.layout) == 2
    weight = shared.weight.copy()

    def through(w: Any) -> Any:
        return flux.sum(flux.tanh(flux.tanh(X @ w.T) @ w.T))

    (expected,) = flux.gradient(through, weight)
    (found,) = flux.gradient(lambda m: flux.sum(m(X)), chain)
    np.testing.assert_allclose(found[0].weight, expected)
    np.testing.assert_allclose(found[1].weight, expected)


def test_a_layer_belongs_to_one_model() -> None:
    layer = flux.Dense(2, 2)
    model = flux.Chain(layer)
    with pytest.raises(FluxError, match=r"Dense\(2 => 2\) already belongs"):
        flux.Chain(layer, flux.Dense(2, 1))
    with pytest.raises(FluxError, match="already belongs"):
        layer.parameter("extra", np.ones(1))
    assert model[0] is layer


def test_functions_are_entries_of_a_chain() -> None:
    chain = flux.Chain(flux.Dense(3, 2, dtype=np.float64), flux.softmax, lambda x: 2.0 * x)
    np.testing.assert_allclose(chain(X).sum(axis=1), 2)
    assert flux.Chain().flat.size == 0


def test_statistics_are_updated_once_per_step_and_not_by_evaluation() -> None:
    chain = flux.Chain(Centre(3), flux.Dense(3, 1))
    x, y = X.astype(np.float32), X[:, :1].astype(np.float32)
    chain(x)
    assert not chain.statistics.any()
    state = flux.setup(flux.Descent(0.01), chain)
    for step in (1, 2):
        flux.train(lambda m, x, y: flux.losses.mse(m(x), y) + 0.0 * flux.sum(m(x)), chain, [(x, y)], state)
        np.testing.assert_allclose(chain[0].mean, x.mean(axis=0) * (1 - 0.5**step), rtol=1e-5)
    kept = chain.statistics.copy()
    chain(x)
    np.testing.assert_array_equal(chain.statistics, kept)
    assert chain[0].shift.any(), "the parameter of the layer learned too"
    flux.gradient(lambda m: flux.losses.mse(m(x), y), chain)
    np.testing.assert_allclose(chain[0].mean, x.mean(axis=0) * 0.875, rtol=1e-5)
    assert chain.slots(statistic=True)[0].key == "layers.0.mean"


def test_training_and_test_mode_are_two_traces() -> None:
    layer = Thinned()
    names = {mode: {n.op.name for n in trace(layer, [(4, 3)], np.float32, training=mode)[0].nodes} for mode in (True, False)}
    assert "random" in names[True]
    assert "random" not in names[False]
    np.testing.assert_array_equal(layer(X.astype(np.float32)), X.astype(np.float32))


def test_masks_change_from_step_to_step() -> None:
    chain = flux.Chain(flux.Dense(np.ones((1, 1), np.float32), False), Thinned(), Thinned())
    x = np.ones((64, 1), np.float32)
    seen: set[float] = set()
    state = flux.setup(flux.Descent(0.0), chain)
    seen = {flux.trainstep(lambda m, x: flux.mean(m(x)), chain, (x,), state) for _ in range(6)}
    assert len(seen) > 2
    assert all(0.1 < value < 2.5 for value in seen), "two masks that share numbers would give about 2"
    assert 0.4 < np.mean(list(seen)) < 1.6


def test_statistics_load_with_the_parameters() -> None:
    chain = flux.Chain(Centre(2), flux.Dense(2, 2))
    chain.load_flat(np.arange(8.0), np.array([3.0, 4.0]))
    np.testing.assert_array_equal(chain[0].mean, [3, 4])
    chain[0].mean = [5, 6]
    np.testing.assert_array_equal(chain.statistics, [5, 6])
    with pytest.raises(ShapeError, match="statistics"):
        chain.load_flat(np.arange(8.0), np.ones(3))


def test_logsoftmax_is_the_logarithm_of_softmax() -> None:
    np.testing.assert_allclose(flux.LogSoftmax()(X), np.log(flux.Softmax()(X)))
    assert flux.check_gradient(lambda x: flux.sum(flux.square(flux.LogSoftmax()(x))), X) < 1e-7
    assert flux.LogSoftmax().describe() == "logsoftmax"


def test_named_layers_are_found_by_name() -> None:
    chain = flux.Chain(hidden=flux.Dense(3, 4, "tanh", dtype=np.float64), out=flux.Dense(4, 1, dtype=np.float64), squash=flux.sigmoid)
    assert chain["hidden"] is chain[0]
    assert chain[1:].names == ("out", "squash")
    (tree,) = flux.gradient(lambda m: flux.sum(m(X)), chain)
    assert tree["hidden"].weight is not None
    np.testing.assert_array_equal(tree[0].weight, tree["hidden"].weight)
    assert tree["squash"] is None
    assert "None" in repr(tree)
    with pytest.raises(FluxError, match="no layer called 'output'"):
        _ = chain["output"]
    with pytest.raises(FluxError, match="cannot be called 'layers'"):
        flux.Chain(layers=flux.Dense(1, 1))
    with pytest.raises(FluxError, match="either named layers or"):
        flux.Chain(flux.relu, a=flux.relu)
    with pytest.raises(FluxError, match="made of layers and functions, got 3"):
        flux.Chain(3)


def test_runs_with_statistics_and_masks_repeat_from_a_snapshot() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((10, 3)).astype(np.float32), rng.standard_normal((10, 1)).astype(np.float32)

    def trainer() -> Trainer:
        layers = (flux.Dense(3, 4, "tanh", seed=0), flux.BatchNorm(4), flux.SkipConnection(flux.Dropout(0.3)), flux.Dense(4, 1, seed=1))
        model = flux.Chain(*layers)
        objective = lambda yhat, y, weights: flux.losses.mse(yhat, y)  # noqa: E731
        return Trainer(model, objective, flux.setup(flux.Adam(0.01), model), x, y, batch=3, seed=4)

    whole, halves, resumed = trainer(), trainer(), trainer()
    assert whole.bounds[-1] == (6, 10), "a last batch of one row joins the one before it"
    whole.advance(20)
    halves.advance(7)
    snapshot = halves.snapshot()
    assert snapshot.statistics.any()
    halves.advance(5)
    halves.restore(snapshot)
    resumed.restore(snapshot)
    for one in (halves, resumed):
        one.advance(13)
        np.testing.assert_array_equal(one.model.flat, whole.model.flat)
        np.testing.assert_array_equal(one.model.statistics, whole.model.statistics)
    kept = whole.model.statistics.copy()
    Evaluator(whole.model, whole.objective, x, y)()
    np.testing.assert_array_equal(whole.model.statistics, kept)
    quiet = predict(whole.model, x)
    np.testing.assert_array_equal(quiet, predict(whole.model, x))
    np.testing.assert_allclose(quiet, whole.model(x), rtol=1e-4, atol=1e-6)


def test_a_slice_of_a_chain_goes_with_the_chain() -> None:
    chain = flux.Chain(flux.Dense(3, 2, seed=0), flux.tanh, flux.Dense(2, 1, seed=1))
    part = chain[:2]
    model = flux.Chain(chain, flux.Dense(1, 1, seed=2))
    before = model.flat.copy()
    flux.train(lambda m, x: flux.sum(m(x)), part, [np.ones((2, 3), np.float32)], flux.Descent(0.1))
    assert (model.flat[:8] != before[:8]).all()
    np.testing.assert_array_equal(model.flat[8:], before[8:])
    assert part.flat is model.flat
    twin = copy.deepcopy(part[:1])
    assert twin.flat.size == 8
    assert twin.flat is not model.flat
    np.testing.assert_array_equal(twin[0].weight, chain[0].weight)
    with pytest.raises(FluxError, match="already belongs"):
        flux.Chain(part)


def test_number_formats_are_not_mixed_silently() -> None:
    with pytest.raises(SettingError, match=r"float64.*Dense\(3 => 2\).*float32.*Dense\(2 => 1\)"):
        flux.Chain(flux.Dense(3, 2, dtype=np.float64), flux.tanh, flux.Dense(2, 1))
    assert flux.Chain(flux.Dense(3, 2, dtype=np.float64), flux.Dense(2, 1), dtype=np.float32).flat.dtype == np.float32
