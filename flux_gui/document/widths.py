"""Widths that depend on each other: what is added to an input must be as wide as it, so the layer that decides it follows."""

from collections.abc import Sequence
from typing import Any

import msgspec

from flux_gui.core.errors import ShapeError
from flux_gui.document.nesting import groups, iterate, with_groups
from flux_gui.specs import DenseSpec, LayerSpec, ModelSpec, ParallelSpec, SkipConnectionSpec
from flux_gui.specs.codec import get_path


def width(layer: LayerSpec, inputs: int) -> int:
    """Return the number of columns that leave a layer that `inputs` columns enter."""
    if isinstance(layer, DenseSpec):
        return layer.units
    ends = [passed(group, inputs) for group in groups(layer)]
    if isinstance(layer, SkipConnectionSpec):
        ends.append(inputs)
    if not ends:
        return inputs
    combine = getattr(layer, "combine", "concatenate")
    return sum(ends) if combine == "concatenate" else ends[0]


def passed(layers: Sequence[LayerSpec], inputs: int) -> int:
    """Return the number of columns that leave the last of `layers`."""
    for layer in layers:
        inputs = width(layer, inputs)
    return inputs


def following(model: ModelSpec, inputs: int, typed: str = "") -> ModelSpec:
    """Return `model` with every width that others decide made to fit.

    The last Dense inside a skip connection that adds or multiplies gets as many units as the input has columns; branches whose
    outputs are added or multiplied get the width of the branch that `typed` (a path such as model.layers.1.branches.0.2.units)
    lies in, or of the first. Raises ShapeError when the layer at `typed` could not keep its units.
    """
    layers = _followed(model.layers, inputs, typed, "model.layers.")
    changed = model if layers == model.layers else msgspec.structs.replace(model, layers=layers)
    if typed.endswith(".units"):
        place = typed.removeprefix("model.")
        before, after = get_path(model, place), get_path(changed, place)
        if before != after:
            raise ShapeError(
                f"{typed} must be {after}, got {before}: a skip connection adds the output of its layers to their input, which has "
                f"{after} columns.",
                "Put another Dense layer before it for other widths inside, or let it concatenate.",
            )
    return changed


def widest(model: ModelSpec) -> int:
    """Return the most units that a Dense layer of the network has, nested layers included."""
    return max((layer.units for _, layer in iterate(model.layers) if isinstance(layer, DenseSpec)), default=0)


def _followed(layers: tuple[LayerSpec, ...], inputs: int, typed: str, prefix: str) -> tuple[LayerSpec, ...]:
    result = []
    for index, layer in enumerate(layers):
        path = f"{prefix}{index}"
        inner = [_followed(group, inputs, typed, _inside(layer, path, n)) for n, group in enumerate(groups(layer))]
        adds = getattr(layer, "combine", "concatenate") != "concatenate"
        if isinstance(layer, SkipConnectionSpec) and adds:
            inner = [_ending(inner[0], inputs, inputs)]
        elif isinstance(layer, ParallelSpec) and adds and inner:
            leader = next((n for n in range(len(inner)) if typed.startswith(_inside(layer, path, n))), 0)
            wanted = passed(inner[leader], inputs)
            inner = [_ending(group, inputs, wanted) for group in inner]
        fitted: Any = with_groups(layer, inner) if inner else layer
        result.append(layer if fitted == layer else fitted)
        inputs = width(result[-1], inputs)
    return tuple(result)


def _inside(layer: LayerSpec, path: str, number: int) -> str:
    return f"{path}.layers." if isinstance(layer, SkipConnectionSpec) else f"{path}.branches.{number}."


def _ending(layers: tuple[LayerSpec, ...], inputs: int, wanted: int) -> tuple[LayerSpec, ...]:
    """Return `layers` with the size of the last Dense changed so that `wanted` columns leave, if that Dense decides it."""
    if passed(layers, inputs) == wanted:
        return layers
    last = max((i for i, layer in enumerate(layers) if isinstance(layer, DenseSpec)), default=-1)
    if last < 0:
        return layers
    changed = (*layers[:last], msgspec.structs.replace(layers[last], units=wanted), *layers[last + 1 :])
    return changed if passed(changed, inputs) == wanted else layers
