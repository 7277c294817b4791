"""Which layer of a built model belongs to which layer of its specification."""

from typing import Any

from flux_gui.engine import models
from flux_gui.engine.layers import Chain, Layer
from flux_gui.specs import ModelSpec


def by_id(spec: ModelSpec, model: Chain) -> dict[str, Layer]:
    """Return the built layers by the ids of their specifications, nested ones too."""
    built: dict[str, Layer] = {}
    _gather(model, "", built)
    return {layer.id: built[f"{key}."] for key, layer in models.iterate(spec) if f"{key}." in built}


def _gather(layer: Any, prefix: str, found: dict[str, Layer]) -> None:
    """Add `layer` and all layers in it by how the keys of their arrays begin; an outer layer goes before one of the same key."""
    if isinstance(layer, Layer):
        found.setdefault(prefix, layer)
        for name, child in layer.children():
            _gather(child, prefix + name, found)
