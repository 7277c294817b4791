"""From a model specification to a Chain: one registry of layer kinds, sizes without building, start parameters."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from flux_gui.core.errors import ShapeError
from flux_gui.core.registry import Entry, Registry
from flux_gui.engine import initialisers
from flux_gui.engine.backend import key
from flux_gui.engine.layers import Chain, Dense, Layer, Softmax
from flux_gui.engine.parameters import Slot
from flux_gui.specs import DenseSpec, ModelSpec, SoftmaxSpec


@dataclass(frozen=True)
class LayerEntry(Entry):
    """A kind of layer: `function(spec, inputs, rng, dtype) -> Layer`; `shapes(spec, inputs) -> (named shapes, outputs)`."""

    spec: type[Any] = DenseSpec
    shapes: Any = None


LAYERS: Registry[LayerEntry] = Registry("layer")


def _dense(spec: DenseSpec, inputs: int, rng: np.random.Generator, dtype: Any) -> Layer:
    weight = initialisers.draw(spec.initialiser.name, spec.initialiser.values, rng, spec.units, inputs)
    return Dense(weight, spec.bias, spec.activation.name, dtype=dtype, activation_values=spec.activation.values)


def _dense_shapes(spec: DenseSpec, inputs: int) -> tuple[dict[str, tuple[int, ...]], int]:
    shapes: dict[str, tuple[int, ...]] = {"weight": (spec.units, inputs)}
    return (shapes | {"bias": (spec.units,)} if spec.bias else shapes), spec.units


LAYERS.add(
    LayerEntry(
        "dense",
        _dense,
        "Dense",
        "Every neuron takes a weighted sum of all inputs, adds its bias and applies the activation.",
        "activation(x Wᵀ + b)",
        spec=DenseSpec,
        shapes=_dense_shapes,
        names={"flux": "Dense", "pytorch": "nn.Linear", "onnx": "Gemm"},
    )
)
LAYERS.add(
    LayerEntry(
        "softmax",
        lambda spec, inputs, rng, dtype: Softmax(dtype),
        "softmax",
        "Turns scores into probabilities that sum to one. Not needed in front of a loss that takes scores.",
        "eˣⁱ / Σ eˣʲ",
        spec=SoftmaxSpec,
        shapes=lambda spec, inputs: ({}, inputs),
        names={"flux": "softmax", "pytorch": "nn.Softmax(dim=-1)", "onnx": "Softmax"},
    )
)


def entry_of(spec: Any) -> LayerEntry:
    """Return the registry entry for a layer's specification."""
    return next(entry for entry in LAYERS if isinstance(spec, entry.spec))


def layout(model: ModelSpec, inputs: int) -> tuple[Slot, ...]:
    """Return where each parameter will lie in the flat array, without building the model."""
    result: list[Slot] = []
    position = 0
    for index, spec in enumerate(model.layers):
        shapes, outputs = entry_of(spec).shapes(spec, inputs)
        for name, shape in shapes.items():
            size = int(np.prod(shape, dtype=np.int64))
            result.append(Slot(f"layers.{index}.{name}", shape, position, position + size, index, name))
            position += size
        inputs = outputs
    return tuple(result)


def sizes(model: ModelSpec, inputs: int) -> tuple[tuple[int, int], ...]:
    """Return (inputs, outputs) of every layer."""
    result: list[tuple[int, int]] = []
    for spec in model.layers:
        outputs = entry_of(spec).shapes(spec, inputs)[1]
        result.append((inputs, outputs))
        inputs = outputs
    return tuple(result)


def describe(model: ModelSpec, inputs: int) -> str:
    """Return the model in one line, without building it: `Chain(Dense(4 => 8, relu), Dense(8 => 3; bias=false), softmax)`."""
    lines = []
    for layer, (width, outputs) in zip(model.layers, sizes(model, inputs), strict=True):
        if isinstance(layer, DenseSpec):
            activation = "" if layer.activation.name == "identity" else f", {layer.activation.name}"
            lines.append(f"Dense({width} => {outputs}{activation}{'' if layer.bias else '; bias=false'})")
        else:
            lines.append(entry_of(layer).name)
    return f"Chain({', '.join(lines)})"


def build(model: ModelSpec, inputs: int) -> Chain:
    """Return the Chain of a specification with its start parameters: a function of the seed, layer by layer."""
    if not model.layers:
        raise ShapeError("The network has no layers.", "Add a Dense layer.")
    layers: list[Layer] = []
    for index, spec in enumerate(model.layers):
        entry = entry_of(spec)
        rng = np.random.Generator(np.random.Philox(key=key(model.seed, index)))
        layers.append(entry.function(spec, inputs, rng, np.dtype(model.dtype)))
        inputs = entry.shapes(spec, inputs)[1]
    return Chain(*layers, dtype=np.dtype(model.dtype))


def initial(model: ModelSpec, inputs: int) -> np.ndarray:
    """Return the flat start parameters of a specification."""
    return build(model, inputs).flat.copy()
