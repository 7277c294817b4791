"""Which weights an edit of the network left as they were: told layer by layer, found by looking at the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flux_gui.document.project import Project
from flux_gui.document.states import Array
from flux_gui.engine import models

SHOWN = 3  # layers named in a sentence


@dataclass(frozen=True)
class Survivors:
    """Ids of layers with parameters, in the order of the network after an edit: all weights kept, the block that fits, drawn anew."""

    kept: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether something of what was learned is still there."""
        return bool(self.kept or self.partly)


def survivors(before: Project, after: Project) -> Survivors:
    """Return which layers of `after` have the weights that they had in `before`."""
    old, new = _by_layer(before), _by_layer(after)
    kept: list[str] = []
    partly: list[str] = []
    fresh: list[str] = []
    for name, arrays in new.items():
        was = old.get(name)
        if was is None or set(was) != set(arrays):
            fresh.append(name)
        elif all(was[key].shape == array.shape and np.array_equal(was[key], array) for key, array in arrays.items()):
            kept.append(name)
        elif all(_shares_block(was[key], array) for key, array in arrays.items()):
            partly.append(name)
        else:
            fresh.append(name)
    return Survivors(tuple(kept), tuple(partly), tuple(fresh))


def sentence(found: Survivors, after: Project) -> str:
    """Return what was kept and what begins anew, in one line; "" if nothing was kept."""
    if not found.any:
        return ""
    titles = {layer.id: str(place) for place, layer in enumerate(after.spec.model.layers)}
    parts = [
        _told("Weights kept in", found.kept, titles),
        _told("the part that fits in", found.partly, titles),
        _told("drawn anew in", found.new, titles),
    ]
    text = ", ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:]}."


def _told(words: str, names: Sequence[str], titles: dict[str, str]) -> str:
    if not names:
        return ""
    if len(names) > SHOWN:
        return f"{words} {len(names)} layers"
    places = [titles[name] for name in names]
    last = f" and {places[-1]}" if len(places) > 1 else ""
    return f"{words} layer{'s' if last else ''} {', '.join(places[:-1]) if last else places[0]}{last}"


def _shares_block(old: Array, new: Array) -> bool:
    if old.ndim != new.ndim:
        return False
    block = tuple(slice(0, min(a, b)) for a, b in zip(old.shape, new.shape, strict=True))
    return np.array_equal(old[block], new[block])


def _by_layer(project: Project) -> dict[str, dict[str, Array]]:
    """Return the parameters in use by layer of the Chain and, with those of the layers inside, by their key within it."""
    layers, found = project.spec.model.layers, dict[str, dict[str, Array]]()
    for slot in models.layout(project.spec.model, project.dataset.inputs):
        inside = slot.key.removeprefix(f"layers.{slot.layer}.")
        found.setdefault(layers[slot.layer].id, {})[inside] = slot.view(project.state.parameters_in_use)
    return found
