"""A model built in Python taken into a project, so that it can be saved: layers become specifications, Python code is refused."""

from collections.abc import Callable
from dataclasses import replace
from types import FunctionType
from typing import Any

import msgspec

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.document.edits_model import with_model
from flux_gui.document.migrate import started_from
from flux_gui.document.project import Project
from flux_gui.engine import models
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.combine import Parallel, SkipConnection
from flux_gui.engine.dropout import Dropout
from flux_gui.engine.formula import Formula
from flux_gui.engine.functions import logsoftmax, softmax
from flux_gui.engine.layers import Activated, Chain, Dense, Layer, LogSoftmax, Softmax, describe
from flux_gui.engine.norms import BatchNorm, LayerNorm, Scale
from flux_gui.specs import (
    BatchNormSpec,
    Choice,
    DenseSpec,
    DropoutSpec,
    FormulaParameter,
    FormulaSpec,
    LayerNormSpec,
    LayerSpec,
    LogSoftmaxSpec,
    ModelSpec,
    ParallelSpec,
    ScaleSpec,
    SkipConnectionSpec,
    SoftmaxSpec,
)


def adopted(project: Project, model: Layer) -> Project:
    """Return the project with the network and the parameters of `model`, at the start of a run, ready for `store.save`.

    Raises SettingError naming the first layer that is Python code, since files never hold code, or that only the library has;
    ShapeError where the model does not fit the project's data.
    """
    spec = msgspec.structs.replace(specification(model), seed=project.spec.model.seed)
    changed = with_model(project, spec)
    shapes = [slot.shape for slot in models.layout(spec, project.dataset.inputs)]
    if changed.spec.model != spec or shapes != [slot.shape for slot in model.layout]:
        inputs, outputs = project.dataset.inputs, project.dataset.outputs
        raise ShapeError(
            f"The model does not fit the data, which have {inputs} inputs and {outputs} output{'s' * (outputs != 1)}.",
            f"It is {describe(model)}.",
        )
    state = started_from(model.flat.astype(spec.dtype), model.statistics.astype(spec.dtype))
    return replace(changed, state=state)


def specification(model: Layer) -> ModelSpec:
    """Return the specification of a model built in Python; SettingError naming the layer that cannot be in a file."""
    layers = _inside(model if isinstance(model, Chain) else (model,), "layers")
    return ModelSpec(layers, "float64" if model.flat.dtype.itemsize == 8 else "float32")


def _inside(layers: Any, place: str) -> tuple[LayerSpec, ...]:
    return tuple(_one(layer, f"{place}.{index}") for index, layer in enumerate(layers))


def _one(layer: Any, place: str) -> LayerSpec:
    make = _MAKERS.get(_STEPS.get(layer, FunctionType) if isinstance(layer, FunctionType) else type(layer))
    if make is None:
        what = "is Python code" if not type(layer).__module__.startswith("flux_gui.") else "only exists in the library"
        raise SettingError(
            f"The model cannot be saved: {place} ({describe(layer)}) {what}, which no file can hold.",
            "Use a formula layer (flux.Formula) for maths of your own.",
        )
    made: LayerSpec = make(layer, place.replace("layers.", "layer").replace("branches.", "b").replace(".", "_"), place)
    return made


def _activation(layer: Activated, place: str) -> Choice:
    if layer.activation_name not in ACTIVATIONS:
        raise SettingError(
            f"The model cannot be saved: the activation of {place} ({describe(layer)}) is Python code, which no file can hold.",
            "Use a registered name, or 'custom' with a formula.",
        )
    entry = ACTIVATIONS.get(layer.activation_name)
    return Choice(entry.name, dict(layer.activation_values), layer.activation_formula)


def _combine(layer: SkipConnection | Parallel, place: str) -> Any:
    if not isinstance(layer.connection, str):
        raise SettingError(
            f"The model cannot be saved: the connection of {place} ({describe(layer)}) is Python code, which no file can hold.",
            "Use 'add', 'multiply' or 'concatenate'.",
        )
    return layer.connection


def _several(layer: Any) -> Any:
    return layer if isinstance(layer, Chain) else (layer,)


def _batchnorm(layer: BatchNorm, id: str, place: str) -> LayerSpec:
    if not layer.track_stats:
        raise SettingError(
            f"The model cannot be saved: {place} ({describe(layer)}) keeps no running statistics, which only the library has.",
            "Use BatchNorm with track_stats=True.",
        )
    return BatchNormSpec(id, _activation(layer, place), layer.affine, layer.momentum, layer.eps)


def _skip(layer: SkipConnection, id: str, place: str) -> LayerSpec:
    return SkipConnectionSpec(id, _inside(_several(layer.layers), f"{place}.layers"), _combine(layer, place))


def _parallel(layer: Parallel, id: str, place: str) -> LayerSpec:
    branches = tuple(_inside(_several(branch), f"{place}.branches.{n}.layers") for n, branch in enumerate(layer.layers))
    return ParallelSpec(id, branches, _combine(layer, place))


def _formula(layer: Formula, id: str, place: str) -> LayerSpec:
    shapes = {slot.name: slot.shape for slot in layer.slots()}
    parameters = tuple(FormulaParameter(name, per="layer" if shape == (1,) else "column") for name, shape in shapes.items())
    return FormulaSpec(id, layer.formula, parameters)


_MAKERS: dict[type, Callable[[Any, str, str], LayerSpec]] = {
    Dense: lambda layer, id, place: DenseSpec(id, layer.sizes[1], _activation(layer, place), layer.has_bias),
    Softmax: lambda layer, id, place: SoftmaxSpec(id),
    LogSoftmax: lambda layer, id, place: LogSoftmaxSpec(id),
    Dropout: lambda layer, id, place: DropoutSpec(id, layer.p),
    BatchNorm: _batchnorm,
    LayerNorm: lambda layer, id, place: LayerNormSpec(id, _activation(layer, place), layer.affine, layer.eps),
    Scale: lambda layer, id, place: ScaleSpec(id, _activation(layer, place), layer.has_bias),
    SkipConnection: _skip,
    Parallel: _parallel,
    Formula: _formula,
}

_STEPS: dict[Any, type] = {softmax: Softmax, logsoftmax: LogSoftmax}
"""Functions that a chain may hold in place of a layer."""
