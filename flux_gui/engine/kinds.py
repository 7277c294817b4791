"""The kinds of layers: one registry table from a layer's specification to the layer, its sizes, its line and its form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flux_gui.core.errors import ShapeError
from flux_gui.core.registry import Entry, Hyper, Option, Registry, Setting, Switch, Text
from flux_gui.engine import initialisers, titles
from flux_gui.engine.combine import Parallel, SkipConnection, combined
from flux_gui.engine.dropout import Dropout
from flux_gui.engine.formula import Formula, check_names
from flux_gui.engine.layers import Chain, Dense, Layer, LogSoftmax, Softmax
from flux_gui.engine.norms import BatchNorm, LayerNorm, Scale
from flux_gui.specs import (
    BatchNormSpec,
    Choice,
    DenseSpec,
    DropoutSpec,
    FormulaSpec,
    LayerNormSpec,
    LayerSpec,
    LogSoftmaxSpec,
    ParallelSpec,
    ScaleSpec,
    SkipConnectionSpec,
    SoftmaxSpec,
)

Named = dict[str, tuple[int, ...]]  # shapes by name, dotted for nested layers
Shapes = tuple[Named, Named, int]  # parameters, statistics, number of output columns


@dataclass(frozen=True)
class LayerEntry(Entry):
    """A kind of layer: `function(spec, inputs, rng, dtype) -> Layer`.

    `shapes(spec, inputs)` is (parameter shapes, statistic shapes, outputs), `title(spec, inputs)` its line as Flux writes it,
    `start(id, inputs)` a specification to begin with, `settings` what a form asks for.
    """

    spec: type[Any] = DenseSpec
    shapes: Callable[[Any, int], Shapes] = lambda spec, inputs: ({}, {}, inputs)
    title: Callable[[Any, int], str] = lambda spec, inputs: ""
    start: Callable[[str, int], LayerSpec] = lambda id, inputs: SoftmaxSpec(id)
    settings: tuple[Setting, ...] = ()


LAYERS: Registry[LayerEntry] = Registry("layer")


def entry_of(spec: Any) -> LayerEntry:
    """Return the registry entry for a layer's specification."""
    return LAYERS.get(type(spec).__struct_config__.tag)


def passed(layers: Sequence[LayerSpec], inputs: int) -> int:
    """Return the number of columns that leave the last of `layers`."""
    for spec in layers:
        inputs = entry_of(spec).shapes(spec, inputs)[2]
    return inputs


_ACTIVATION = Option("activation", "identity", "Function applied to every output of the layer.", "Activation", registry="activation")
_AFFINE = Switch("affine", True, "Lets every column learn a factor and a shift behind the standardising.", "Learn scale and shift")
_EPS = Hyper("eps", 1e-5, 0.0, 1.0, "Added to the variance, so that constant columns do not divide by 0.", "Epsilon", "log", advanced=True)


def _activation(choice: Choice) -> dict[str, Any]:
    return {"activation": choice.name, "activation_values": choice.values, "activation_formula": choice.formula}


def _per_column(bias: bool, inputs: int) -> Named:
    return {"scale": (inputs,), "bias": (inputs,)} if bias else {"scale": (inputs,)}


# ------------------------------------------------------------------------------------------------------------ Dense


def _dense(spec: DenseSpec, inputs: int, rng: np.random.Generator, dtype: Any) -> Layer:
    weight = initialisers.draw(spec.initialiser.name, spec.initialiser.values, rng, spec.units, inputs)
    return Dense(weight, spec.bias, dtype=dtype, **_activation(spec.activation))


def _dense_shapes(spec: DenseSpec, inputs: int) -> Shapes:
    shapes: Named = {"weight": (spec.units, inputs)}
    return (shapes | {"bias": (spec.units,)} if spec.bias else shapes), {}, spec.units


LAYERS.add(
    LayerEntry(
        "dense",
        _dense,
        "Dense",
        "Every neuron takes a weighted sum of all inputs, adds its bias and applies the activation.",
        "activation(x Wᵀ + b)",
        spec=DenseSpec,
        shapes=_dense_shapes,
        title=lambda spec, inputs: titles.dense(inputs, spec.units, spec.activation.name, spec.bias),
        start=lambda id, inputs: DenseSpec(id, 16),
        settings=(
            Hyper("units", 16, 1, 1e6, "Number of neurons, which is the number of outputs.", "Units", integer=True),
            Option("activation", "relu", "Function applied to every output of the layer.", "Activation", registry="activation"),
            Switch("bias", True, "Adds a number of its own to every neuron.", "Bias"),
            Option(
                "initialiser", "glorot_uniform", "How the start weights are drawn.", "Start weights", registry="initialiser", advanced=True
            ),
        ),
        names={"flux": "Dense", "pytorch": "nn.Linear", "onnx": "Gemm"},
    )
)

# ------------------------------------------------------------------------------------------------ without parameters

LAYERS.add(
    LayerEntry(
        "softmax",
        lambda spec, inputs, rng, dtype: Softmax(dtype),
        "softmax",
        "Turns scores into probabilities that sum to one. Not needed in front of a loss that takes scores.",
        "eˣⁱ / Σ eˣʲ",
        spec=SoftmaxSpec,
        title=lambda spec, inputs: "softmax",
        start=lambda id, inputs: SoftmaxSpec(id),
        names={"flux": "softmax", "pytorch": "nn.Softmax(dim=-1)", "onnx": "Softmax"},
    )
)
LAYERS.add(
    LayerEntry(
        "logsoftmax",
        lambda spec, inputs, rng, dtype: LogSoftmax(dtype),
        "logsoftmax",
        "Turns scores into logarithms of probabilities. Not needed in front of a loss that takes scores.",
        "xᵢ - log Σ eˣʲ",
        spec=LogSoftmaxSpec,
        title=lambda spec, inputs: "logsoftmax",
        start=lambda id, inputs: LogSoftmaxSpec(id),
        names={"flux": "logsoftmax", "pytorch": "nn.LogSoftmax(dim=-1)", "onnx": "LogSoftmax"},
    )
)
LAYERS.add(
    LayerEntry(
        "dropout",
        lambda spec, inputs, rng, dtype: Dropout(spec.p, dtype=dtype),
        "Dropout",
        "Switches inputs off at random while training, so that no neuron relies on a single one; less overfitting.",
        "x / (1 - p) with probability 1 - p, else 0",
        spec=DropoutSpec,
        title=lambda spec, inputs: titles.dropout(spec.p),
        start=lambda id, inputs: DropoutSpec(id),
        settings=(Hyper("p", 0.5, 0.0, 1.0, "Probability that an input is switched off.", "Probability"),),
        names={"flux": "Dropout", "pytorch": "nn.Dropout", "onnx": "Dropout"},
    )
)

# ------------------------------------------------------------------------------------------------------------ norms

LAYERS.add(
    LayerEntry(
        "batchnorm",
        lambda spec, inputs, rng, dtype: BatchNorm(
            inputs, affine=spec.affine, momentum=spec.momentum, eps=spec.eps, dtype=dtype, **_activation(spec.activation)
        ),
        "BatchNorm",
        "Standardises every column over the batch; evaluation uses running means and variances. Needs batches of two rows or more.",
        "activation(γ (x - μ) / √(σ² + ε) + β)",
        spec=BatchNormSpec,
        shapes=lambda spec, inputs: (_per_column(True, inputs) if spec.affine else {}, {"mean": (inputs,), "variance": (inputs,)}, inputs),
        title=lambda spec, inputs: titles.norm("BatchNorm", inputs, spec.activation.name, spec.affine),
        start=lambda id, inputs: BatchNormSpec(id),
        settings=(
            _ACTIVATION,
            _AFFINE,
            Hyper("momentum", 0.1, 0.0, 1.0, "Share of the newest batch in the running mean and variance.", "Momentum", advanced=True),
            _EPS,
        ),
        names={"flux": "BatchNorm", "pytorch": "nn.BatchNorm1d", "onnx": "BatchNormalization"},
    )
)
LAYERS.add(
    LayerEntry(
        "layernorm",
        lambda spec, inputs, rng, dtype: LayerNorm(inputs, affine=spec.affine, eps=spec.eps, dtype=dtype, **_activation(spec.activation)),
        "LayerNorm",
        "Standardises every row over its columns; works for batches of any size.",
        "activation(γ (x - μ) / √(σ² + ε) + β)",
        spec=LayerNormSpec,
        shapes=lambda spec, inputs: (_per_column(True, inputs) if spec.affine else {}, {}, inputs),
        title=lambda spec, inputs: titles.norm("LayerNorm", inputs, spec.activation.name, spec.affine),
        start=lambda id, inputs: LayerNormSpec(id),
        settings=(_ACTIVATION, _AFFINE, _EPS),
        names={"flux": "LayerNorm", "pytorch": "nn.LayerNorm", "onnx": "LayerNormalization"},
    )
)
LAYERS.add(
    LayerEntry(
        "scale",
        lambda spec, inputs, rng, dtype: Scale(inputs, bias=spec.bias, dtype=dtype, **_activation(spec.activation)),
        "Scale",
        "Multiplies every column by a number of its own and adds another; both are learned.",
        "activation(s x + b)",
        spec=ScaleSpec,
        shapes=lambda spec, inputs: (_per_column(spec.bias, inputs), {}, inputs),
        title=lambda spec, inputs: titles.scale(inputs, spec.activation.name, spec.bias),
        start=lambda id, inputs: ScaleSpec(id),
        settings=(_ACTIVATION, Switch("bias", True, "Adds a number of its own to every column.", "Bias")),
        names={"flux": "Scale", "pytorch": "x * scale + bias", "onnx": "Mul, Add"},
    )
)

# ----------------------------------------------------------------------------------------------- layers in layers

_COMBINE = (
    ("add", "Add", "Sum; all parts must be equally wide."),
    ("multiply", "Multiply", "Product, element by element; all parts must be equally wide."),
    ("concatenate", "Concatenate", "Side by side: the columns of one behind those of the other."),
)


def _chain(layers: Sequence[LayerSpec], inputs: int, rng: np.random.Generator, dtype: Any) -> Chain:
    built = []
    for spec in layers:
        built.append(entry_of(spec).function(spec, inputs, rng, dtype))
        inputs = passed((spec,), inputs)
    return Chain(*built, dtype=dtype)


def _inside(layers: Sequence[LayerSpec], inputs: int, prefix: str) -> Shapes:
    """Return the shapes of a chain, with names that begin with `prefix` and the layer's index."""
    parameters: Named = {}
    statistics: Named = {}
    for index, spec in enumerate(layers):
        mine, running, inputs = entry_of(spec).shapes(spec, inputs)
        parameters |= {f"{prefix}{index}.{name}": shape for name, shape in mine.items()}
        statistics |= {f"{prefix}{index}.{name}": shape for name, shape in running.items()}
    return parameters, statistics, inputs


def _chain_title(layers: Sequence[LayerSpec], inputs: int) -> str:
    lines = []
    for spec in layers:
        lines.append(entry_of(spec).title(spec, inputs))
        inputs = passed((spec,), inputs)
    return titles.container("Chain", lines)


def _skip_shapes(spec: SkipConnectionSpec, inputs: int) -> Shapes:
    parameters, statistics, outputs = _inside(spec.layers, inputs, "layers.")
    return parameters, statistics, combined(spec.combine, (outputs, inputs), f"The skip connection '{spec.name or spec.id}'")


def _parallel_shapes(spec: ParallelSpec, inputs: int) -> Shapes:
    owner = f"The parallel layer '{spec.name or spec.id}'"
    if not spec.branches:
        raise ShapeError(f"{owner} has no branches.", "Add a branch, or remove the layer.")
    found = [_inside(branch, inputs, f"branches.{index}.layers.") for index, branch in enumerate(spec.branches)]
    parameters = {name: shape for mine, _, _ in found for name, shape in mine.items()}
    statistics = {name: shape for _, running, _ in found for name, shape in running.items()}
    return parameters, statistics, combined(spec.combine, [outputs for _, _, outputs in found], owner)


LAYERS.add(
    LayerEntry(
        "skipconnection",
        lambda spec, inputs, rng, dtype: SkipConnection(_chain(spec.layers, inputs, rng, dtype), spec.combine, dtype=dtype),
        "Skip connection",
        "Combines what the layers inside make of the input with the input itself; eases learning in deep networks.",
        "f(x) + x",
        spec=SkipConnectionSpec,
        shapes=_skip_shapes,
        title=lambda spec, inputs: titles.container("SkipConnection", [_chain_title(spec.layers, inputs), titles.connection(spec.combine)]),
        start=lambda id, inputs: SkipConnectionSpec(id, (DenseSpec(f"{id}a", inputs),)),
        settings=(Option("combine", "add", "How the output of the layers inside and the input become one.", "Combine", options=_COMBINE),),
        names={"flux": "SkipConnection", "pytorch": "f(x) + x", "onnx": "Add"},
    )
)
LAYERS.add(
    LayerEntry(
        "parallel",
        lambda spec, inputs, rng, dtype: Parallel(
            spec.combine, *(_chain(branch, inputs, rng, dtype) for branch in spec.branches), dtype=dtype
        ),
        "Parallel branches",
        "Sends the input through several branches side by side and combines their outputs.",
        "f(x) ⊕ g(x)",
        spec=ParallelSpec,
        shapes=_parallel_shapes,
        title=lambda spec, inputs: titles.container(
            "Parallel", [titles.connection(spec.combine), *(_chain_title(branch, inputs) for branch in spec.branches)]
        ),
        start=lambda id, inputs: ParallelSpec(id, ((DenseSpec(f"{id}a", 4),), (DenseSpec(f"{id}b", 4, Choice("tanh")),))),
        settings=(Option("combine", "concatenate", "How the outputs of the branches become one.", "Combine", options=_COMBINE),),
        names={"flux": "Parallel", "pytorch": "torch.cat", "onnx": "Concat"},
    )
)

# ---------------------------------------------------------------------------------------------------------- formula


def _formula(spec: FormulaSpec, inputs: int, rng: np.random.Generator, dtype: Any) -> Layer:
    starts = {p.name: np.full(shape, p.start) for p, shape in zip(spec.parameters, _formula_shapes(spec, inputs)[0].values(), strict=True)}
    return Formula(spec.formula, starts, dtype=dtype)


def _formula_shapes(spec: FormulaSpec, inputs: int) -> Shapes:
    check_names(tuple(p.name for p in spec.parameters))
    return {p.name: (inputs,) if p.per == "column" else (1,) for p in spec.parameters}, {}, inputs


LAYERS.add(
    LayerEntry(
        "formula",
        _formula,
        "Formula",
        "A layer of your own: a formula in x with parameters that learn, computed for every number of the input.",
        "a x + b",
        spec=FormulaSpec,
        shapes=_formula_shapes,
        title=lambda spec, inputs: f"Formula({spec.formula.strip()})",
        start=lambda id, inputs: FormulaSpec(id),
        settings=(Text("formula", "a*x + b", "Written in x and the names of the parameters, such as a*x + b.", "Formula"),),
        names={"flux": "x -> a .* x .+ b", "pytorch": "a * x + b", "onnx": "Mul, Add"},
    )
)
