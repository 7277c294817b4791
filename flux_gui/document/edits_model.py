"""Edits of the network and its parameters: layers come and go, weights are typed, loaded, reset and drawn anew."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.document.migrate import cleared, flattened, initial_state, last_dense, migrated, named, started_from, with_event
from flux_gui.document.project import Project
from flux_gui.document.states import Array, ModelState, frozen
from flux_gui.document.validate import check_fit, check_spec, check_units
from flux_gui.engine import models
from flux_gui.specs import Choice, DenseSpec, LayerSpec, ModelSpec, ProjectSpec

DEFAULT_UNITS = 16


def with_model(
    project: Project, model: ModelSpec, redraw: frozenset[str] = frozenset(), sources: Mapping[str, str] | None = None
) -> Project:
    """Return the project with another network: checked, weights of untouched layers kept, run restarted."""
    spec = msgspec.structs.replace(project.spec, model=model)
    check_spec(spec)
    _check_output(project, model)
    inputs = project.dataset.inputs
    check_fit(spec, inputs, len(project.dataset.parts["train"].x))
    state = migrated(project.state, (project.spec.model, inputs), (model, inputs), redraw, sources)
    return replace(project, spec=spec, state=state)


def add_layer(project: Project, index: int, spec: LayerSpec | None = None) -> Project:
    """Return the project with a layer inserted before layer `index`: `spec`, or a Dense of 16 relu units.

    A Dense never goes behind the output layer, whose size belongs to the target; there it goes before it.
    """
    model = project.spec.model
    if spec is None:
        spec = DenseSpec(new_id(model), DEFAULT_UNITS, Choice("relu"))
    elif spec.id in {layer.id for layer in model.layers} or not spec.id:
        spec = msgspec.structs.replace(spec, id=new_id(model))
    end = last_dense(model) if isinstance(spec, DenseSpec) else len(model.layers)
    place = min(max(index, 0), end)
    return with_model(project, _with_layers(model, (*model.layers[:place], spec, *model.layers[place:])))


def remove_layer(project: Project, index: int) -> Project:
    """Return the project without layer `index`; the output layer stays."""
    model = project.spec.model
    _check_index(model, index)
    if index == last_dense(model):
        raise ShapeError(f"Layer {index} is the output layer and cannot be removed.", "Its size follows from the target.")
    return with_model(project, _with_layers(model, model.layers[:index] + model.layers[index + 1 :]))


def duplicate_layer(project: Project, index: int) -> Project:
    """Return the project with a copy of layer `index` behind it (before it, for the output layer)."""
    model = project.spec.model
    _check_index(model, index)
    old = model.layers[index]
    copy = msgspec.structs.replace(old, id=new_id(model))
    place = index if index == last_dense(model) else index + 1
    return with_model(project, _with_layers(model, (*model.layers[:place], copy, *model.layers[place:])), sources={copy.id: old.id})


def resize_layer(project: Project, index: int, units: int) -> Project:
    """Return the project with `units` units in layer `index`; weights keep the block that both sizes share."""
    model = project.spec.model
    _check_index(model, index)
    layer = model.layers[index]
    if not isinstance(layer, DenseSpec):
        raise ShapeError(f"Layer {index} is a softmax, which has no size of its own.", "Resize the Dense layer before it.")
    check_units(units, index)
    resized = msgspec.structs.replace(layer, units=units)
    return with_model(project, _with_layers(model, (*model.layers[:index], resized, *model.layers[index + 1 :])))


def set_parameter(project: Project, index: int, value: float) -> Project:
    """Return the project with the parameter at `index` of the flat array in use set by hand.

    Before the first epoch this is the start of the run; later it is an event of the run, and the best epoch so far is forgotten.
    """
    state, model = project.state, project.spec.model
    flat = state.parameters_in_use.copy()
    if not 0 <= index < len(flat):
        raise SettingError(f"There is no parameter {index}; the network has {len(flat)}.", "Choose an existing weight or bias.")
    slot = next(s for s in models.layout(model, project.dataset.inputs) if s.start <= index < s.stop)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingError(f"{slot.key} must be a number, got {value!r}.", "Type digits, for example 0.5.")
    limit = float(np.finfo(flat.dtype).max)
    if not -limit <= value <= limit:  # also refuses NaN
        raise SettingError(f"{slot.key} must be a finite {flat.dtype} number, got {value:g}.", "Type a smaller number.")
    flat[index] = value
    if state.epoch == 0 and state.step == 0:
        return replace(project, state=started_from(flat, state.statistics))
    return replace(project, state=with_event(_replaced(state, flat), f"{slot.key} set to {value:g}"))


def load_parameters(project: Project, arrays: Mapping[str, Any]) -> Project:
    """Return the project at the start of a new run from named parameters, `layers.<i>.weight` (out, in) and `layers.<i>.bias`.

    Keys that belong to nothing in `layers.*` and wrong shapes raise ShapeError; other keys (`prepare.*`) are ignored.
    """
    model, inputs = project.spec.model, project.dataset.inputs
    slots = {slot.key: slot for slot in models.layout(model, inputs)}
    for key in slots:
        if key not in arrays:
            raise ShapeError(f"The parameters lack '{key}', which this network has.", f"Needed: {', '.join(slots)}.")
    for key in arrays:
        if key.startswith("layers.") and key.endswith((".weight", ".bias")) and key not in slots:
            raise ShapeError(f"The parameters contain '{key}', which this network does not have.", f"Needed: {', '.join(slots)}.")
    for key, slot in slots.items():
        array = np.asarray(arrays[key])
        if array.shape != slot.shape:
            raise ShapeError(f"'{key}' has the shape {array.shape}, the network needs {slot.shape}.", "Weights are (outputs, inputs).")
        if array.dtype.kind not in "fiu":
            raise ShapeError(f"'{key}' does not contain numbers.", "Use a file that was exported by this program.")
    with np.errstate(over="ignore"):
        flat = flattened({key: np.asarray(arrays[key], model.dtype) for key in slots}, model, inputs)
    if not np.isfinite(flat).all():
        raise ShapeError(f"The parameters contain values that are not finite {model.dtype} numbers.", "Use a file without them.")
    return replace(project, state=started_from(flat, np.empty(0, flat.dtype)))


def parameters(project: Project) -> dict[str, Array]:
    """Return the parameters in use by name, `layers.<i>.weight` (out, in) and `layers.<i>.bias`, as copies."""
    arrays = named(project.state.parameters_in_use, project.spec.model, project.dataset.inputs)
    return {key: np.array(array, order="C") for key, array in arrays.items()}


def reset(project: Project) -> Project:
    """Return the project at the start of its run: start parameters, epoch 0, no curves."""
    return replace(project, state=cleared(project.state))


def reseed(project: Project, seed: int | None = None) -> Project:
    """Return the project with new start parameters, drawn from `seed` (the next one if None)."""
    old = project.spec.model
    model = msgspec.structs.replace(old, seed=old.seed + 1 if seed is None else seed)
    spec = msgspec.structs.replace(project.spec, model=model)
    check_spec(spec)
    return replace(project, spec=spec, state=initial_state(model, project.dataset.inputs))


def new_id(model: ModelSpec) -> str:
    """Return an id that no layer of `model` has."""
    taken = {layer.id for layer in model.layers}
    return next(name for i in range(1, len(taken) + 2) if (name := f"hidden{i}") not in taken)


def changed_layers(before: ProjectSpec, after: ProjectSpec) -> frozenset[str]:
    """Return the ids of layers whose initialiser differs between two specifications: their weights are drawn again."""
    old = {layer.id: layer.initialiser for layer in before.model.layers if isinstance(layer, DenseSpec)}
    new = {layer.id: layer.initialiser for layer in after.model.layers if isinstance(layer, DenseSpec)}
    return frozenset(id for id in new if id in old and new[id] != old[id])


def _replaced(state: ModelState, flat: Array) -> ModelState:
    """Return `state` with other current parameters; slots stay only if they belong to the parameters that were changed."""
    slots = state.slots if state.parameters_in_use is state.parameters else {}
    outcome = "paused" if state.outcome == "diverged" else state.outcome
    return replace(state, parameters=frozen(flat), slots=slots, best=None, in_use="last", outcome=outcome, message="")


def _check_output(project: Project, model: ModelSpec) -> None:
    index = last_dense(model)
    if index < 0:
        raise ShapeError("The network has no Dense layer.", "The output layer must stay.")
    layer, outputs = model.layers[index], project.dataset.outputs
    assert isinstance(layer, DenseSpec)
    if layer.units != outputs:
        names = ", ".join(project.dataset.output_names[:5])
        raise ShapeError(
            f"The output layer (layer {index}) must have {outputs} unit{'s' if outputs != 1 else ''}, got {layer.units}.",
            f"Its size follows from the target ({names}); add or resize a layer before it.",
        )


def _check_index(model: ModelSpec, index: int) -> None:
    if not 0 <= index < len(model.layers):
        raise SettingError(f"There is no layer {index}; the network has layers 0 to {len(model.layers) - 1}.", "Choose one of them.")


def _with_layers(model: ModelSpec, changed: tuple[LayerSpec, ...]) -> ModelSpec:
    return msgspec.structs.replace(model, layers=changed)
