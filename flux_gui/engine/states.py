"""Looking into models and taking them apart: sizes, outputs of every layer, flat parameters, nested states, copies."""

import copy
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError, ShapeError
from flux_gui.engine.graph import Graph, Traced, tracing
from flux_gui.engine.layers import Chain
from flux_gui.engine.ownership import Layer
from flux_gui.engine.parameters import ParameterStore, check_shape


def outputsize(model: Layer, inputs: int | tuple[int, ...], *, padbatch: bool = False) -> Any:
    """Return the size of what `model` makes of an input, without computing. Flux: `outputsize(model, size; padbatch)`.

    A number of columns gives a number of columns; a shape (rows, columns) gives a shape; `padbatch=True` puts one row before a shape.
    Raises ShapeError, naming the layer, where sizes do not fit.

    >>> flux.outputsize(flux.Dense(10, 4), 10)
    4
    """
    columns = not isinstance(inputs, tuple)
    shape: tuple[int, ...] = (1, inputs) if not isinstance(inputs, tuple) else (1, *inputs) if padbatch else inputs
    graph = Graph(model._store.dtype)
    with tracing(graph):
        found = tuple(graph.lift(model(graph.input("x", tuple(int(n) for n in shape)))).shape)
    return found[-1] if columns else found


def activations(model: Layer, x: Any) -> list[Any]:
    """Return the outputs of all layers of a chain for `x`, one after another; of any other model its output. Flux: `activations`."""
    if not isinstance(model, Chain):
        return [model(x)]
    outputs = []
    x = model._accept(x)
    for layer in model.layers:
        x = layer(x)
        outputs.append(x)
    return outputs


def destructure(model: Layer) -> tuple[np.ndarray, Callable[[Any], Layer]]:
    """Return (a copy of the flat parameters, a function that builds the model anew from such an array). Flux: `destructure`.

    The bytes are those of Flux. The function may be called inside a gradient with a traced array.
    """
    template = copy.deepcopy(model)
    flat = np.array(template._store.backend.to_host(template.flat))

    def rebuild(parameters: Any) -> Layer:
        built = copy.deepcopy(template)
        check_shape(parameters if isinstance(parameters, Traced) else np.asarray(parameters), flat.shape, "The flat parameter array")
        if isinstance(parameters, Traced):
            built._store.traced = parameters
        else:
            built.load_flat(parameters)
        return built

    return flat, rebuild


# ---------------------------------------------------------------------------------------------------- nested states


def state(model: Any) -> Any:
    """Return the arrays of `model` as copies in nested dicts and tuples: what to save. Flux: `Flux.state(model)`.

    A function is (); the bias of a layer without one is False. Settings such as activations, p or eps are not part of it.
    """
    if isinstance(model, dict):
        return {name: state(part) for name, part in model.items()}
    if isinstance(model, tuple):
        return tuple(state(part) for part in model)
    if not isinstance(model, Layer):
        return ()
    result: dict[str, Any] = {name: np.array(model._store.backend.to_host(getattr(model, name))) for name in model._own}
    if getattr(model, "has_bias", True) is False:
        result["bias"] = False
    return result | {name: state(part) for name, part in model.tree().items()}


def loadmodel(model: Layer, source: Any) -> Layer:
    """Copy the arrays of `source`, a model or what `state` returned, into `model`, and return it. Flux: `loadmodel!(model, source)`.

    All or nothing: FluxError when they are built differently, ShapeError when sizes differ. A missing bias counts as zero: it may be
    loaded into a bias, and a bias of zeros into none.
    """
    found: list[tuple[Layer, str, Any]] = []
    _match(model, state(source) if isinstance(source, Layer) else source, "model", found)
    for layer, name, value in found:
        setattr(layer, name, value)
    return model


def _match(target: Any, source: Any, where: str, found: list[tuple[Layer, str, Any]]) -> None:
    """Collect what to copy; raise where `target` and `source` differ."""
    if isinstance(target, tuple | list):
        if not isinstance(source, tuple | list) or len(source) != len(target):
            count = len(source) if isinstance(source, tuple | list) else "none"
            raise _different(where, f"{len(target)} layers", f"{count}")
        for index, (mine, other) in enumerate(zip(target, source, strict=True)):
            _match(mine, other, f"{where}[{index}]", found)
        return
    if not isinstance(target, Layer | dict):
        if isinstance(source, dict) and source:
            raise _different(where, "a function", "a layer with arrays")
        return
    mine = target if isinstance(target, dict) else _contents(target)
    other = source if isinstance(source, dict) else {}
    if set(mine) != set(other):
        raise _different(where, ", ".join(mine) or "nothing", ", ".join(other) or "nothing")
    for name, part in mine.items():
        if isinstance(target, Layer) and (name in target._own or part is False):
            _match_array(target, name, other[name], f"{where}.{name}", found)
        else:
            _match(part, other[name], f"{where}.{name}", found)


def _contents(layer: Layer) -> dict[str, Any]:
    absent = {"bias": False} if getattr(layer, "has_bias", True) is False else {}
    return {**dict.fromkeys(layer._own), **absent, **layer.tree()}


def _match_array(layer: Layer, name: str, value: Any, where: str, found: list[tuple[Layer, str, Any]]) -> None:
    if name not in layer._own:  # no bias here
        if value is not False and np.any(_numbers(value, where) != 0):
            raise FluxError(f"{where}: the layer has no bias, but the saved one is not zero.", "Build the layer with a bias.")
        return
    shape = layer._own[name].shape
    array = np.zeros(shape) if value is False else _numbers(value, where)
    if tuple(array.shape) != shape:
        raise ShapeError(f"{where} has the shape {shape} in the model and {tuple(array.shape)} in what is loaded.", "The sizes must agree.")
    found.append((layer, name, array))


def _numbers(value: Any, where: str) -> np.ndarray:
    """Return `value` as an array of real numbers, or raise FluxError."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.empty(0, object)
    if array.dtype.kind not in "fiub":
        raise FluxError(
            f"{where} needs an array of real numbers, got {type(value).__name__} of {array.dtype}.", "Load what state returned."
        )
    return array


def _different(where: str, mine: str, other: str) -> FluxError:
    return FluxError(f"{where}: the model has {mine}, what is loaded has {other}.", "Build the model as it was when it was saved.")


# ----------------------------------------------------------------------------------------------------------- copies


def copied(layer: Layer, memo: dict[int, Any]) -> Layer:
    """Return a deep copy of `layer` with a flat array of its own: what `copy.deepcopy` gives."""
    outermost = id(layer._store) not in memo
    twin = type(layer).__new__(type(layer))
    memo[id(layer)] = twin
    for name, value in layer.__dict__.items():
        if name == "_store":
            own: Any = _store_copy(value, memo)
        elif name == "_owner":
            owner = None if value is None else value()
            own = weakref.ref(memo[id(owner)]) if owner is not None and id(owner) in memo else None
        else:
            own = copy.deepcopy(value, memo)
        object.__setattr__(twin, name, own)
    if outermost:
        twin._gather(layer._store.dtype)
    return twin


def _store_copy(store: ParameterStore, memo: dict[int, Any]) -> ParameterStore:
    if id(store) not in memo:
        new = ParameterStore(store.flat.size, store.statistics.size, store.dtype)
        new.flat[:] = store.backend.to_host(store.flat)
        new.statistics[:] = store.backend.to_host(store.statistics)
        new.clock.seed, new.clock.step = store.clock.seed, store.clock.step
        memo[id(store)] = new
    return memo[id(store)]  # type: ignore[no-any-return]
