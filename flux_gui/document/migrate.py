"""What an edit keeps of a trained state: parameters follow their layers by id, and the run starts anew from them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from flux_gui.document.states import Array, ModelState, frozen
from flux_gui.engine import models
from flux_gui.specs import DenseSpec, ModelSpec


def initial_state(model: ModelSpec, inputs: int) -> ModelState:
    """Return the untrained state of `model`: start parameters drawn from its seed."""
    return started_from(models.initial(model, inputs), np.empty(0, model.dtype))


def started_from(parameters: Array, statistics: Array) -> ModelState:
    """Return the state at the beginning of a run that starts from `parameters`."""
    start = frozen(parameters)
    return ModelState(parameters=start, statistics=frozen(statistics), start=start)


def cleared(state: ModelState) -> ModelState:
    """Return the state at the beginning of the run that `state` belongs to: its start parameters, nothing learned."""
    return started_from(state.start, state.statistics)


def restarted(state: ModelState) -> ModelState:
    """Return the beginning of a new run whose start is what `state` has learned."""
    return started_from(state.parameters_in_use, state.statistics_in_use)


def is_untouched(state: ModelState, model: ModelSpec, inputs: int) -> bool:
    """Return whether `state` holds just the start parameters drawn from the seed of `model`."""
    return state.epoch == 0 and np.array_equal(state.parameters, models.initial(model, inputs))


def migrated(
    state: ModelState,
    before: tuple[ModelSpec, int],
    after: tuple[ModelSpec, int],
    redraw: frozenset[str] = frozenset(),
    sources: Mapping[str, str] | None = None,
) -> ModelState:
    """Return the start of a new run of model `after` (with its number of inputs) from a state of model `before`.

    Layers are matched by id (`sources` maps a new id to the old layer it copies): equal shapes are copied, resized layers keep
    the overlapping block, new layers and those in `redraw` get their start values. A state that was only just drawn is drawn again.
    """
    if before == after and not redraw:
        return restarted(state)
    if is_untouched(state, *before):
        return initial_state(*after)
    old = _by_layer(state.parameters_in_use, *before)
    flat = models.initial(*after).copy()
    for slot in models.layout(*after):
        name = after[0].layers[slot.layer].id
        source = None if name in redraw else old.get(((sources or {}).get(name, name), slot.name))
        if source is not None:
            target = slot.view(flat)
            block = tuple(slice(0, min(a, b)) for a, b in zip(source.shape, target.shape, strict=True))
            target[block] = source[block]
    return started_from(flat, np.empty(0, flat.dtype))


def named(flat: Array, model: ModelSpec, inputs: int) -> dict[str, Array]:
    """Return the parameters in `flat` by their keys `layers.<i>.weight` (out, in) and `layers.<i>.bias`."""
    return {slot.key: slot.view(flat) for slot in models.layout(model, inputs)}


def flattened(arrays: Mapping[str, Array], model: ModelSpec, inputs: int) -> Array:
    """Return the flat array of named parameters whose keys and shapes are known to fit `model`."""
    slots = models.layout(model, inputs)
    flat = np.zeros(sum(slot.stop - slot.start for slot in slots), model.dtype)
    for slot in slots:
        slot.view(flat)[...] = arrays[slot.key]
    return flat


def with_event(state: ModelState, text: str) -> ModelState:
    """Return `state` with a mark at its present epoch; before the first epoch there is nothing to mark."""
    return state if state.epoch == 0 else replace(state, events=(*state.events, (float(state.epoch), text)))


def last_dense(model: ModelSpec) -> int:
    """Return the index of the output layer, the last Dense; -1 when there is none."""
    return max((i for i, layer in enumerate(model.layers) if isinstance(layer, DenseSpec)), default=-1)


def _by_layer(flat: Array, model: ModelSpec, inputs: int) -> dict[tuple[str, str], Array]:
    return {(model.layers[slot.layer].id, slot.name): slot.view(flat) for slot in models.layout(model, inputs)}
