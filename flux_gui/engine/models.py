"""From a model specification to a Chain: sizes without building, start parameters, statistics, and the network in one line.

Keys of arrays: `layers.<i>.weight`, inside a skip connection `layers.<i>.layers.<j>.weight`, inside parallel branches
`layers.<i>.branches.<b>.layers.<j>.weight`; a norm has `scale`, `bias` and the statistics `mean` and `variance`.
"""

from collections.abc import Iterator

import numpy as np

from flux_gui.core.errors import ShapeError
from flux_gui.engine import titles
from flux_gui.engine.backend import key
from flux_gui.engine.kinds import LAYERS, LayerEntry, entry_of, passed
from flux_gui.engine.layers import Chain, Layer
from flux_gui.engine.norms import STARTS
from flux_gui.engine.parameters import Slot
from flux_gui.specs import LayerSpec, ModelSpec, ParallelSpec, SkipConnectionSpec

__all__ = [
    "LAYERS",
    "LayerEntry",
    "build",
    "describe",
    "entry_of",
    "initial",
    "initial_statistics",
    "iterate",
    "layout",
    "new",
    "sizes",
    "statistics_layout",
]


def iterate(model: ModelSpec) -> Iterator[tuple[str, LayerSpec]]:
    """Yield (how keys of its arrays begin without the last point, layer) of all layers, an outer one before those inside it."""
    yield from _below(model.layers, "layers")


def _below(layers: tuple[LayerSpec, ...], prefix: str) -> Iterator[tuple[str, LayerSpec]]:
    for index, layer in enumerate(layers):
        here = f"{prefix}.{index}"
        yield here, layer
        if isinstance(layer, SkipConnectionSpec):
            yield from _below(layer.layers, f"{here}.layers")
        elif isinstance(layer, ParallelSpec):
            for number, branch in enumerate(layer.branches):
                yield from _below(branch, f"{here}.branches.{number}.layers")


def layout(model: ModelSpec, inputs: int) -> tuple[Slot, ...]:
    """Return where each parameter will lie in the flat array, without building the model."""
    return _slots(model, inputs)


def statistics_layout(model: ModelSpec, inputs: int) -> tuple[Slot, ...]:
    """Return where each running statistic will lie in the flat array of statistics, without building the model."""
    return _slots(model, inputs, statistics=True)


def _slots(model: ModelSpec, inputs: int, statistics: bool = False) -> tuple[Slot, ...]:
    result: list[Slot] = []
    position = 0
    for index, spec in enumerate(model.layers):
        found = entry_of(spec).shapes(spec, inputs)
        for name, shape in (found[1] if statistics else found[0]).items():
            size = int(np.prod(shape, dtype=np.int64))
            result.append(Slot(f"layers.{index}.{name}", shape, position, position + size, index, name.rpartition(".")[2]))
            position += size
        inputs = found[2]
    return tuple(result)


def sizes(model: ModelSpec, inputs: int) -> tuple[tuple[int, int], ...]:
    """Return (inputs, outputs) of every layer."""
    result: list[tuple[int, int]] = []
    for spec in model.layers:
        outputs = passed((spec,), inputs)
        result.append((inputs, outputs))
        inputs = outputs
    return tuple(result)


def describe(model: ModelSpec, inputs: int) -> str:
    """Return the model in one line, without building it: `Chain(Dense(4 => 8, relu), Dense(8 => 3; bias=false), softmax)`."""
    lines = [entry_of(layer).title(layer, width) for layer, (width, _) in zip(model.layers, sizes(model, inputs), strict=True)]
    return titles.container("Chain", lines)


def new(kind: str, id: str, inputs: int) -> LayerSpec:
    """Return a layer of a kind with sensible defaults for so many input columns, such as a Dense inside a skip connection."""
    spec: LayerSpec = LAYERS.get(kind).start(id, inputs)
    return spec


def build(model: ModelSpec, inputs: int) -> Chain:
    """Return the Chain of a specification with its start parameters: a function of the seed, layer by layer."""
    if not model.layers:
        raise ShapeError("The network has no layers.", "Add a Dense layer.")
    layers: list[Layer] = []
    for index, spec in enumerate(model.layers):
        rng = np.random.Generator(np.random.Philox(key=key(model.seed, index)))
        layers.append(entry_of(spec).function(spec, inputs, rng, np.dtype(model.dtype)))
        inputs = passed((spec,), inputs)
    return Chain(*layers, dtype=np.dtype(model.dtype))


def initial(model: ModelSpec, inputs: int) -> np.ndarray:
    """Return the flat start parameters of a specification."""
    return build(model, inputs).flat.copy()


def initial_statistics(model: ModelSpec, inputs: int) -> np.ndarray:
    """Return the flat running statistics of an untrained model: mean 0, variance 1."""
    slots = statistics_layout(model, inputs)
    flat = np.empty(slots[-1].stop if slots else 0, model.dtype)
    for slot in slots:
        flat[slot.start : slot.stop] = STARTS[slot.name]
    return flat
