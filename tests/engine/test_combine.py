"""Tests of layers made of layers: SkipConnection, Parallel, Maxout, and what they do with shapes and ownership."""

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FluxError, SettingError, ShapeError
from flux_gui.engine.combine import combined

X = np.random.default_rng(0).standard_normal((4, 3))


def dense(inputs: int, outputs: int, seed: int = 0) -> flux.Dense:
    return flux.Dense(inputs, outputs, "tanh", seed=seed, dtype=np.float64)


def test_connections() -> None:
    for name, function in (("add", np.add), ("multiply", np.multiply)):
        layer = dense(3, 3)
        skip = flux.SkipConnection(layer, name)
        np.testing.assert_allclose(skip(X), function(layer(X), X))
    assert flux.SkipConnection(dense(3, 2), "concatenate")(X).shape == (4, 5)
    assert flux.Parallel("concatenate", dense(3, 2), np.tanh, dense(3, 1))(X).shape == (4, 6)
    assert flux.Parallel("add", dense(3, 2), dense(3, 2), dense(3, 2))(X).shape == (4, 2)
    own = flux.Parallel(lambda a, b: a - b, dense(3, 2), dense(3, 2))
    np.testing.assert_allclose(own(X), 0)


def test_inputs_of_parallel() -> None:
    add = flux.Parallel("add", lambda x: x * x, flux.sqrt)
    assert add(np.array(3.0), np.array(4.0)) == 11
    assert add((np.array(3.0), np.array(4.0))) == 11
    assert flux.Parallel("add", flux.square)(np.array(3.0), np.array(4.0)) == 25
    with pytest.raises(ShapeError, match="2 layers but got 3 inputs"):
        add(1.0, 2.0, 3.0)
    with pytest.raises(FluxError, match="needs layers"):
        flux.Parallel("add")


def test_parts_must_be_equally_wide() -> None:
    with pytest.raises(ShapeError, match=r"SkipConnection\(Dense\(3 => 1, tanh\), \+\) cannot add parts of 1 and 3 columns"):
        flux.SkipConnection(dense(3, 1))(X)
    assert combined("concatenate", (2, 3), "it") == 5
    assert combined("add", (3, 3), "it") == 3
    with pytest.raises(SettingError, match="no connection called 'plus'"):
        flux.SkipConnection(dense(3, 3), "plus")
    with pytest.raises(SettingError, match="name or a function"):
        flux.SkipConnection(dense(3, 3), 3)  # type: ignore[arg-type]


def test_nested_models_own_one_flat_array() -> None:
    inner = flux.Chain(dense(3, 3), flux.BatchNorm(3, dtype=np.float64))
    model = flux.Chain(dense(3, 3), flux.SkipConnection(inner), flux.Parallel("concatenate", dense(3, 2), flux.Chain(dense(3, 1))))
    keys = [slot.key for slot in model.layout]
    assert "layers.1.layers.0.weight" in keys
    assert "layers.2.branches.1.layers.0.bias" in keys
    assert [slot.layer for slot in model.layout] == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    assert [slot.key for slot in model.slots(statistic=True)] == ["layers.1.layers.1.mean", "layers.1.layers.1.variance"]
    assert [slot.stop for slot in model.layout][:-1] == [slot.start for slot in model.layout][1:], "contiguous"
    assert inner.flat is model.flat
    assert model.needs_two_rows


def test_tied_layers_across_containers_appear_once() -> None:
    shared = dense(3, 3)
    model = flux.Chain(shared, flux.SkipConnection(flux.Chain(shared, flux.square, dense(3, 3, 1))), shared)
    assert model.flat.size == 24
    assert len(model.layout) == 4
    weight, other = shared.weight.copy(), model[1].layers[2].weight.copy()
    (tree,) = flux.gradient(lambda m: flux.sum(m(X)), model)

    def by_hand(w):  # type: ignore[no-untyped-def]
        def once(x):  # type: ignore[no-untyped-def]
            return flux.tanh(x @ w.T)

        y = once(X)
        return flux.sum(once(flux.tanh(flux.square(once(y)) @ other.T) + y))

    np.testing.assert_allclose(tree[0].weight, flux.gradient(by_hand, weight)[0], rtol=1e-10)
    np.testing.assert_allclose(tree[1].layers[0].weight, tree[0].weight)
    with pytest.raises(FluxError, match="already belongs"):
        flux.Chain(shared)


def test_maxout() -> None:
    maxout = flux.Maxout(lambda x: x * x, lambda x: 3.0 * x)
    np.testing.assert_array_equal(maxout(np.array([[-2.0, -1, 0, 1, 2]])), [[4, 1, 0, 3, 6]])
    assert flux.Maxout(lambda: flux.Dense(3, 2), 4).flat.size == 32
    assert flux.check_gradient(lambda x: flux.sum(maxout(x)), np.array([[-2.0, 1.0]])) < 1e-7
    with pytest.raises(ShapeError, match=r"Maxout.*cannot compare parts of 2 and 1 columns"):
        flux.Maxout(dense(3, 2), dense(3, 1))(X)
    with pytest.raises(FluxError, match="at least one"):
        flux.Maxout()


def test_branches_are_found_by_name() -> None:
    parallel = flux.Parallel("add", a=dense(3, 2), b=dense(3, 2))
    assert parallel["b"] is parallel[1]
    with pytest.raises(FluxError, match="no layer called 'c'") as caught:
        _ = parallel["c"]
    assert caught.value.hint == "The names: a, b."
