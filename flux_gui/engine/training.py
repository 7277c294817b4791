"""Training in Flux's words: `train`, `trainstep`, `update`, `parameters`. Source: Flux `src/train.jl`."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from flux_gui.core.errors import DivergedError, FluxError
from flux_gui.engine.autodiff import Gradient
from flux_gui.engine.layers import Layer
from flux_gui.engine.optimisers import OptimiserChain, Rule
from flux_gui.engine.parameters import Parameters, Slot
from flux_gui.engine.steps import Step, compile_step
from flux_gui.engine.update import OptimiserState

Optimiser = Rule | OptimiserChain | OptimiserState


def parameters(model: Layer) -> Parameters:
    """Return the live parameters of a model or layer. Flux: `Flux.trainables(model)`, formerly `params(model)`."""
    return Parameters(model._store, model.layout)


def train(loss: Callable[..., Any], model: Layer | Parameters, data: Iterable[Any], optimiser: Optimiser) -> None:
    """Make one pass over `data`, one update per item. Flux: `train!(loss, model, data, state)`.

    With a model, `loss(model, x, y)`; with `parameters(model)`, `loss(x, y)`. A tuple in `data` is spread over the arguments, anything
    else is passed whole. A bare rule starts with fresh state at each call. Raises DivergedError, model untouched, at the first
    loss that is not finite, naming the item (counted from 1).
    """
    state = _state(model, optimiser)
    objective = loss if isinstance(model, Parameters) else lambda *batch: loss(model, *batch)
    slots = model.slots if isinstance(model, Parameters) else model.layout
    steps: dict[Any, Step] = {}
    for number, item in enumerate(data, start=1):
        batch = [np.asarray(part) for part in (item if isinstance(item, tuple) else (item,))]
        value = _one(objective, batch, state, steps, slots)
        if not np.isfinite(value):
            raise DivergedError(
                f"The loss is {value:g} on data item {number}; training stopped before the update.",
                "Try a smaller learning rate, or scale the data.",
            )


def trainstep(loss: Callable[..., Any], model: Layer, batch: tuple[Any, ...], state: OptimiserState) -> float:
    """Make one update and return the loss measured before it; no update when that is not finite. Flux: `trainstep!`."""
    if not isinstance(state, OptimiserState) or state.store is not model._store:
        raise _foreign()
    return _one(lambda *parts: loss(model, *parts), [np.asarray(part) for part in batch], state, {}, model.layout)


def update(state: OptimiserState, model: Layer, gradient: Gradient) -> None:
    """Apply one update with a gradient from `gradient` or `withgradient`. Flux: `update!(state, model, grad)`.

    Arrays that the differentiated function did not read make no step and keep their state.
    """
    if model._store is not state.store:
        raise _foreign()
    state.backend.load(state.store.gradient, gradient.flat)
    state.run(gradient.unread)
    state.store.clock.step += 1


def _foreign() -> FluxError:
    return FluxError("This optimiser state belongs to another model.", "Call flux.setup(rule, model) again after building the model.")


def _state(model: Layer | Parameters, optimiser: Optimiser) -> OptimiserState:
    store = model.store if isinstance(model, Parameters) else model._store
    if isinstance(optimiser, OptimiserState):
        if optimiser.store is not store:
            raise _foreign()
        return optimiser
    if isinstance(optimiser, Rule | OptimiserChain):
        chain = (optimiser,) if isinstance(optimiser, Rule) else optimiser.rules
        forgetful = next((single.entry.name for single in chain if single.entry.slots), None)
        if forgetful is not None:
            warnings.warn(f"{forgetful} starts without momentum at each call of train; use setup to keep its state.", stacklevel=3)
        return OptimiserState(optimiser, store, model.slots if isinstance(model, Parameters) else model.layout)
    raise FluxError(f"train expects an optimiser such as Descent() or a state from setup, got {optimiser!r}.", "Pass flux.Descent().")


def _one(
    objective: Callable[..., Any], batch: list[np.ndarray], state: OptimiserState, steps: dict[Any, Step], slots: Sequence[Slot]
) -> float:
    key = tuple(part.shape for part in batch)
    step = steps.get(key)
    if step is None:
        step = steps[key] = compile_step(objective, batch, state.store, slots=slots)
    load = state.backend.load
    for own, part in zip(step.data, batch, strict=True):
        load(own, part)
    store = state.store
    statistics = np.array(state.backend.to_host(store.statistics)) if store.statistics.size else None
    done = False
    try:
        with np.errstate(all="ignore"):
            step.run()
            value = float(state.backend.to_host(step.loss))
            if np.isfinite(value):
                state.run(step.unread)
                store.clock.step += 1
                done = True
    finally:
        if statistics is not None and not done:  # the step moved them before its loss was known
            load(store.statistics, statistics)
    return value
