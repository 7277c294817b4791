"""Edits of the network and its parameters: layers come and go, weights are typed, loaded, reset and drawn anew."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec
import numpy as np

from flux_gui.core.errors import SettingError, ShapeError
from flux_gui.document.checks import check_fit, check_model, check_spec, check_units
from flux_gui.document.migrate import cleared, initial_state, migrated, named, started_from, with_event
from flux_gui.document.nesting import find, free_id, ids, iterate, last_dense, with_inner_ids, with_new_ids
from flux_gui.document.project import Project
from flux_gui.document.states import Array, ModelState, frozen
from flux_gui.document.widths import following, passed
from flux_gui.engine import models
from flux_gui.engine.models import LAYERS, entry_of
from flux_gui.engine.parameters import Slot
from flux_gui.specs import DenseSpec, LayerSpec, ModelSpec, ProjectSpec, TrainingSpec

BEHIND_OUTPUT: Final = ("softmax", "logsoftmax", "scale", "formula")
"""Kinds of layers that may stand behind the output layer."""


def with_model(
    project: Project, model: ModelSpec, redraw: frozenset[str] = frozenset(), sources: Mapping[str, str] | None = None, typed: str = ""
) -> Project:
    """Return the project with another network: widths made to fit, checked, weights of untouched layers kept, run restarted.

    `typed` is the path of the setting that was changed, whose value stays as it is.
    """
    inputs = project.dataset.inputs
    check_model(model)
    model = following(model, inputs, typed)
    spec = msgspec.structs.replace(project.spec, model=model, training=_still_frozen(project.spec.training, model))
    check_spec(spec)
    _check_output(project, model)
    check_fit(spec, inputs, len(project.dataset.parts["train"].x))
    state = migrated(project.state, (project.spec.model, inputs), (model, inputs), redraw, sources)
    return replace(project, spec=spec, state=state)


def add_layer(project: Project, index: int, kind: str = "dense", spec: LayerSpec | None = None) -> Project:
    """Return the project with a layer inserted before layer `index`: a new one of this kind, or `spec`.

    The output layer is the last Dense; its size belongs to the target. Behind it go only layers that keep what it says (softmax,
    logsoftmax, scale, formula); others go before it. Raises SettingError for a kind that does not exist.
    """
    model = project.spec.model
    kind = (LAYERS.get(kind) if spec is None else entry_of(spec)).name
    end = len(model.layers) if kind in BEHIND_OUTPUT else last_dense(model)
    place = min(max(index, 0), end)
    taken = set(ids(model))
    if spec is None:
        spec = with_inner_ids(models.new(kind, free_id(kind, taken), passed(model.layers[:place], project.dataset.inputs)), taken)
    elif not spec.id or taken & {layer.id for _, layer in iterate((spec,))}:
        spec = with_new_ids(spec, taken)
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
    sources: dict[str, str] = {}
    copy = with_new_ids(model.layers[index], set(ids(model)), sources)
    place = index if index == last_dense(model) else index + 1
    return with_model(project, _with_layers(model, (*model.layers[:place], copy, *model.layers[place:])), sources=sources)


def resize_layer(project: Project, index: int, units: int) -> Project:
    """Return the project with `units` units in layer `index`; weights keep the block that both sizes share."""
    model = project.spec.model
    _check_index(model, index)
    layer = model.layers[index]
    if not isinstance(layer, DenseSpec):
        name = entry_of(layer).label
        raise ShapeError(f"Layer {index} ({name}) has no size of its own.", "Resize the Dense layer before it or inside it.")
    check_units(units, index)
    resized = msgspec.structs.replace(layer, units=units)
    changed = _with_layers(model, (*model.layers[:index], resized, *model.layers[index + 1 :]))
    return with_model(project, changed, typed=f"model.layers.{index}.units")


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
    """Return the project at the start of a new run from named parameters, `layers.<i>.weight` (out, in) and `layers.<i>.bias` ...

    Running statistics (`layers.<i>.mean`) are taken where they are given. Arrays `layers.*` that belong to nothing and wrong shapes
    raise ShapeError; other keys (`prepare.*`) are ignored.
    """
    model, inputs = project.spec.model, project.dataset.inputs
    slots = {slot.key: slot for slot in models.layout(model, inputs)}
    running = {slot.key: slot for slot in models.statistics_layout(model, inputs)}
    for key in slots:
        if key not in arrays:
            raise ShapeError(f"The parameters lack '{key}', which this network has.", f"Needed: {', '.join(slots)}.")
    for key, array in arrays.items():
        if key.startswith("layers.") and np.ndim(array) and key not in slots and key not in running:
            raise ShapeError(f"The parameters contain '{key}', which this network does not have.", f"Needed: {', '.join(slots)}.")
    flat = _loaded(arrays, slots, np.zeros(sum(slot.stop - slot.start for slot in slots.values()), model.dtype))
    statistics = _loaded(arrays, {key: running[key] for key in running if key in arrays}, models.initial_statistics(model, inputs))
    return replace(project, state=started_from(flat, statistics))


def _loaded(arrays: Mapping[str, Any], slots: Mapping[str, Slot], flat: Array) -> Array:
    """Return `flat` with named arrays written to their places, after checking that they are finite numbers of the right shape."""
    for key, slot in slots.items():
        array = np.asarray(arrays[key])
        if array.shape != slot.shape:
            raise ShapeError(f"'{key}' has the shape {array.shape}, the network needs {slot.shape}.", "Weights are (outputs, inputs).")
        if array.dtype.kind not in "fiu":
            raise ShapeError(f"'{key}' does not contain numbers.", "Use a file that was exported by this program.")
        with np.errstate(over="ignore"):
            slot.view(flat)[...] = array
    if not np.isfinite(flat).all():
        raise ShapeError(f"The parameters contain values that are not finite {flat.dtype} numbers.", "Use a file without them.")
    return flat


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


def changed_layers(before: ProjectSpec, after: ProjectSpec) -> frozenset[str]:
    """Return the ids of layers whose start values are set differently in two specifications: they are drawn again."""
    old, new = _starts(before.model), _starts(after.model)
    return frozenset(id for id in new if id in old and new[id] != old[id])


def _starts(model: ModelSpec) -> dict[str, Any]:
    """Return what the start values of each layer depend on, beside sizes and the seed, by id."""
    settings = ("initialiser", "parameters")
    return {layer.id: tuple(getattr(layer, name, None) for name in settings) for _, layer in iterate(model.layers)}


def _still_frozen(training: TrainingSpec, model: ModelSpec) -> TrainingSpec:
    """Return `training` without the frozen layers that `model` no longer has."""
    kept = tuple(name for name in training.frozen if find(model, name) is not None)
    return training if kept == training.frozen else msgspec.structs.replace(training, frozen=kept)


def _replaced(state: ModelState, flat: Array) -> ModelState:
    """Return `state` with other current parameters; slots stay only if they belong to the parameters that were changed."""
    slots = state.slots if state.parameters_in_use is state.parameters else {}
    outcome = "paused" if state.outcome == "diverged" else state.outcome
    parameters, statistics = frozen(flat), state.statistics_in_use
    return replace(state, parameters=parameters, statistics=statistics, slots=slots, best=None, in_use="last", outcome=outcome, message="")


def _check_output(project: Project, model: ModelSpec) -> None:
    index = last_dense(model)
    if index < 0:
        raise ShapeError("The network has no Dense layer.", "The output layer must stay.")
    layer, outputs = model.layers[index], project.dataset.outputs
    assert isinstance(layer, DenseSpec)
    ends = passed(model.layers[index + 1 :], layer.units)
    if layer.units == outputs != ends:
        raise ShapeError(
            f"{ends} columns leave the network, but the target needs {outputs}: a layer behind the output layer changes the width.",
            "Move it before the output layer.",
        )
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
