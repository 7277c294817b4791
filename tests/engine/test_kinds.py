"""Tests of the kinds of layers: every one, alone and inside others, against finite differences, in both number formats."""

from typing import Any

import numpy as np
import pytest

from flux_gui import engine as flux
from flux_gui.core.errors import FormulaError, SettingError, ShapeError
from flux_gui.engine import models
from flux_gui.engine.backend import NUMPY, STRICT, Backend
from flux_gui.engine.kinds import LAYERS, LayerEntry, entry_of, passed
from flux_gui.engine.trainer import Trainer
from flux_gui.specs import (
    Choice,
    DenseSpec,
    DropoutSpec,
    FormulaParameter,
    FormulaSpec,
    LayerSpec,
    ModelSpec,
    ParallelSpec,
    SkipConnectionSpec,
)

KINDS = [entry for entry in LAYERS]  # noqa: C416  (a registry is no list)
X = np.random.default_rng(1).standard_normal((5, 3))


def spec_of(kind: str, id: str = "x") -> LayerSpec:
    """The kind's start for three columns, without the kinks of relu."""
    spec: Any = models.new(kind, id, 3)
    text = flux.build(ModelSpec((spec,)), 3)  # every start can be built
    assert len(text) == 1
    tanh = Choice("tanh")
    if kind == "dense":
        return DenseSpec(id, 3, tanh)
    if kind == "skipconnection":
        return SkipConnectionSpec(id, (DenseSpec(f"{id}1", 3, tanh),))
    if kind == "parallel":
        return ParallelSpec(id, ((DenseSpec(f"{id}1", 2, tanh),), (DenseSpec(f"{id}2", 1, tanh), DropoutSpec(f"{id}3"))))
    return spec  # type: ignore[no-any-return]


ALL = tuple(spec_of(entry.name, entry.name) for entry in KINDS)
COMPOSITIONS: dict[str, tuple[LayerSpec, ...]] = {
    **{entry.name: (spec_of(entry.name),) for entry in KINDS},
    "chain of all kinds": ALL,
    "skip around a chain": (SkipConnectionSpec("s", ALL, "multiply"),),
    "skip around skips": (SkipConnectionSpec("s", (SkipConnectionSpec("t", ALL[:2], "concatenate"), DenseSpec("d", 3, Choice("tanh")))),),
    "parallel of chains": (ParallelSpec("p", (ALL[:4], (), ALL[4:])),),
    "parallel added": (ParallelSpec("p", (ALL[4:7], ALL[7:]), "add"),),
}


def objective(model: Any, x: Any) -> Any:
    y = model(x)
    return flux.sum(flux.square(y) * np.linspace(0.5, 1.5, y.shape[-1]))


@pytest.mark.parametrize("name", COMPOSITIONS)
@pytest.mark.parametrize("mode", ["test", "training"])
def test_gradients_by_parameters_and_input_equal_finite_differences(name: str, mode: str) -> None:
    if mode == "training" and any(isinstance(spec, DropoutSpec) for _, spec in models.iterate(ModelSpec(COMPOSITIONS[name]))):
        mode = "norms only"
    chain = models.build(ModelSpec(COMPOSITIONS[name], "float64", 3), 3)
    chain.load_flat(chain.flat + np.random.default_rng(0).uniform(0.1, 0.3, chain.flat.size))
    for layer in chain.walk():
        layer.active = mode != "test" and not isinstance(layer, flux.Dropout)
    flat, rebuild = flux.destructure(chain)
    assert not flat.size or flux.check_gradient(lambda v: objective(rebuild(v), X), flat) < 2e-7
    assert flux.check_gradient(lambda x: objective(chain, x), X) < 2e-7
    (tree,) = flux.gradient(lambda m: objective(m, X), chain)
    assert not flat.size or np.allclose(tree.flat, flux.gradient(lambda v: objective(rebuild(v), X), flat)[0], atol=1e-10)


@pytest.mark.parametrize("name", COMPOSITIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_number_formats_are_kept(name: str, dtype: Any) -> None:
    chain = models.build(ModelSpec(COMPOSITIONS[name], dtype), 3)
    x = X.astype(dtype)
    assert chain(x).dtype == dtype
    assert flux.trainmode(chain)(x).dtype == dtype
    flux.testmode(chain, "auto")
    _, (tree, slopes) = flux.withgradient(objective, chain, x)
    assert {chain.flat.dtype, chain.statistics.dtype, tree.flat.dtype, slopes.dtype} == {np.dtype(dtype)}


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_what_is_known_without_building_is_what_is_built(name: str) -> None:
    model = ModelSpec(COMPOSITIONS[name], "float64", 5)
    chain = models.build(model, 3)
    assert models.layout(model, 3) == chain.layout
    assert models.statistics_layout(model, 3) == tuple(chain.slots(statistic=True))
    np.testing.assert_array_equal(models.initial_statistics(model, 3), chain.statistics)
    assert models.describe(model, 3) == chain.describe()
    assert models.sizes(model, 3)[-1][1] == flux.outputsize(chain, 3)
    np.testing.assert_array_equal(models.initial(model, 3), chain.flat)
    keys = [key for key, _ in models.iterate(model)]
    assert len(keys) == len(set(keys))
    assert all(slot.key.rpartition(".")[0] in keys for slot in chain.layout)


@pytest.mark.parametrize("entry", KINDS, ids=lambda entry: entry.name)
def test_every_kind_describes_itself(entry: LayerEntry) -> None:
    assert entry.label
    assert entry.doc.endswith(".")
    assert entry.formula
    assert set(entry.names) >= {"flux", "pytorch", "onnx"}
    spec = models.new(entry.name, "x", 3)
    assert (spec.id, entry_of(spec)) == ("x", entry)
    for setting in entry.settings:
        assert hasattr(spec, setting.name)
        value = getattr(spec, setting.name)
        assert setting.doc.endswith(".")
        assert (value.name if isinstance(value, Choice) else value) == setting.default or setting.name == "units"
    assert passed((spec,), 3) == flux.outputsize(entry.function(spec, 3, np.random.default_rng(0), np.float32), 3)


def test_widths_that_do_not_fit_name_the_layer() -> None:
    with pytest.raises(ShapeError, match="The skip connection 's' cannot add parts of 2 and 3 columns"):
        models.sizes(ModelSpec((SkipConnectionSpec("s", (DenseSpec("a", 2),)),)), 3)
    with pytest.raises(ShapeError, match="The parallel layer 'p' has no branches"):
        models.layout(ModelSpec((ParallelSpec("p"),)), 3)
    with pytest.raises(ShapeError, match="cannot multiply parts of 1 and 3"):
        models.sizes(ModelSpec((ParallelSpec("p", ((DenseSpec("a", 1),), ()), "multiply"),)), 3)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(SettingError, match="from 0 to 1"):
        models.build(ModelSpec((DropoutSpec("d", 1.5),)), 3)
    with pytest.raises(FormulaError, match="'x' cannot be the name"):
        models.layout(ModelSpec((FormulaSpec("f", parameters=(FormulaParameter("x"),)),)), 3)


def test_formula_parameters_per_column_or_layer() -> None:
    spec = FormulaSpec("f", "a*x + b*x^2", (FormulaParameter("a", 2.0), FormulaParameter("b", 0.5, "layer")))
    chain = models.build(ModelSpec((spec,)), 3)
    assert [(slot.key, slot.shape) for slot in chain.layout] == [("layers.0.a", (3,)), ("layers.0.b", (1,))]
    np.testing.assert_allclose(chain(np.ones((1, 3), np.float32)), [[2.5, 2.5, 2.5]])


def test_custom_activations_reach_the_layer() -> None:
    spec = DenseSpec("a", 2, Choice("custom", formula="x * sigmoid(1.702*x)"))
    chain = models.build(ModelSpec((spec,)), 3)
    z = X.astype(np.float32) @ chain[0].weight.T
    np.testing.assert_allclose(chain(X.astype(np.float32)), z / (1 + np.exp(-1.702 * z)), rtol=1e-5)


def run_on(backend: Backend, layers: tuple[LayerSpec, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Parameters and statistics after three steps on a device."""
    chain = models.build(ModelSpec(layers, "float64", 3), 3)
    chain._store.move(backend)
    state = flux.setup(flux.Adam(0.01), chain)
    trainer = Trainer(chain, lambda yhat, y, weights: flux.mean(flux.square(yhat - y[:, :1])), state, X, X, batch=3, seed=2)
    assert trainer.advance(3) == 3
    return backend.to_host(chain.flat), backend.to_host(chain.statistics)


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_training_is_the_same_on_every_device(name: str) -> None:
    layers = (DenseSpec("in", 3, Choice("tanh")), *COMPOSITIONS[name])
    for mine, other in zip(run_on(STRICT, layers), run_on(NUMPY, layers), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)
