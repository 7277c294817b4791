"""Networks to draw: pictures with random weights, as the tests of the diagram need them."""

import itertools
from collections.abc import Sequence

import numpy as np

from flux_gui.gui.diagram import LayerPicture, NetworkPicture

ACTIVATIONS = tuple((name, name, f"{name} of the sum") for name in ("identity", "relu", "tanh"))


def network(sizes: Sequence[int], seed: int = 0, inputs: tuple[str, ...] = (), outputs: tuple[str, ...] = ()) -> NetworkPicture:
    """Return a picture of Dense layers with these sizes."""
    generator = np.random.default_rng(seed)
    layers = []
    for i, (before, after) in enumerate(itertools.pairwise(sizes)):
        last = i == len(sizes) - 2
        weight, bias = generator.normal(size=(after, before)), generator.normal(size=after)
        title = f"Dense {before} => {after}"
        layers.append(LayerPicture(f"layer{i}", i, title, after, "identity" if last else "tanh", weight, bias, True, last, not last))
    names = inputs or tuple(f"x{i}" for i in range(sizes[0]))
    return NetworkPicture(names, tuple(layers), outputs, ACTIVATIONS, "scaled")
