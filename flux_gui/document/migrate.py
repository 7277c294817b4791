"""What an edit keeps of a trained state: parameters follow their layers by id, and the run starts anew from them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from flux_gui.document.followed import Followed
from flux_gui.document.nesting import owners
from flux_gui.document.states import Array, ModelState, frozen
from flux_gui.engine import models
from flux_gui.engine.parameters import Slot
from flux_gui.specs import ModelSpec


def initial_state(model: ModelSpec, inputs: int) -> ModelState:
    """Return the untrained state of `model`: start parameters drawn from its seed, statistics as they begin."""
    return started_from(models.initial(model, inputs), models.initial_statistics(model, inputs))


def started_from(parameters: Array, statistics: Array) -> ModelState:
    """Return the state at the beginning of a run that starts from `parameters` and running `statistics`."""
    start, first = frozen(parameters), frozen(statistics)
    return ModelState(parameters=start, statistics=first, start=start, start_statistics=first)


def cleared(state: ModelState) -> ModelState:
    """Return the state at the beginning of the run that `state` belongs to: its start parameters, nothing learned."""
    return started_from(state.start, state.start_statistics)


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
    followed: Followed | None = None,
) -> ModelState:
    """Return the start of a new run of model `after` (with its number of inputs) from a state of model `before`.

    Layers are matched by id (`sources` maps a new id to the old layer it copies): equal shapes are copied, resized layers keep
    the overlapping block, new layers and those in `redraw` get their start values. `followed` says which columns of the data went
    where, for the layers that see them. A state that was only just drawn is drawn again.
    """
    if before == after and not redraw:
        return restarted(state)
    if is_untouched(state, *before):
        return initial_state(*after)
    old, new = before[0], after[0]

    def carried(old_flat: Array, old_slots: tuple[Slot, ...], flat: Array, slots: tuple[Slot, ...]) -> Array:
        return _carried(_by_layer(old_flat, old, old_slots), flat.copy(), new, slots, redraw, sources or {}, followed)

    parameters = carried(state.parameters_in_use, models.layout(*before), models.initial(*after), models.layout(*after))
    layouts = models.statistics_layout(*before), models.statistics_layout(*after)
    statistics = carried(state.statistics_in_use, layouts[0], models.initial_statistics(*after), layouts[1])
    return started_from(parameters, statistics)


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


def _carried(
    old: Mapping[tuple[str, str], Array],
    flat: Array,
    model: ModelSpec,
    slots: tuple[Slot, ...],
    redraw: frozenset[str],
    sources: Mapping[str, str],
    followed: Followed | None = None,
) -> Array:
    """Return `flat`, which starts with the new model's own values, after taking over what the old one had."""
    names = owners(model)
    for slot in slots:
        name = names[slot.key.rpartition(".")[0]]
        source = None if name in redraw else old.get((sources.get(name, name), slot.name))
        target = slot.view(flat)
        if followed is not None and name in followed.lost:
            continue
        if source is not None and followed is not None and followed.applies(name, slot.name, source, target):
            target[..., followed.new] = source[..., followed.old]
            continue
        if source is not None and followed is not None and followed.sees(name) and source.shape != target.shape:
            continue  # as wide as the inputs in another way: nothing says what belongs where
        if source is not None and source.ndim == target.ndim:
            block = tuple(slice(0, min(a, b)) for a, b in zip(source.shape, target.shape, strict=True))
            target[block] = source[block]
    return flat


def _by_layer(flat: Array, model: ModelSpec, slots: tuple[Slot, ...]) -> dict[tuple[str, str], Array]:
    names = owners(model)
    return {(names[slot.key.rpartition(".")[0]], slot.name): slot.view(flat) for slot in slots}
