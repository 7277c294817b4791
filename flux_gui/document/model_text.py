"""The network as text and back: `Chain(Dense(4 => 16, tanh), Dense(16 => 3))`. Writing is `engine/notation.py`; nothing read is run.

Understood are Flux's own print, scripts of Flux and of this library, and what a person types: `Chain(Dense(16, tanh), Dense(3))`.
"""

from collections.abc import Sequence

import msgspec

from flux_gui.document.matching import with_known_ids
from flux_gui.document.nesting import last_dense, with_new_ids
from flux_gui.document.text_layers import Reader
from flux_gui.document.text_syntax import Node, fault, parse
from flux_gui.engine import notation
from flux_gui.specs import LayerSpec, ModelSpec

__all__ = ["check_output", "from_text", "layers_from_text", "layers_to_text", "lines_of", "to_text"]


def to_text(model: ModelSpec, inputs: int) -> str:
    """Return the network on one line; `from_text` gives its layers back exactly. `inputs` is the number of its input columns."""
    return notation.line(model.layers, inputs)


def lines_of(model: ModelSpec, inputs: int) -> str:
    """Return the network with a line for each layer, indented as Flux prints it."""
    return "\n".join(notation.lines(model.layers, inputs))


def from_text(text: str, inputs: int | None = None, before: ModelSpec | None = None) -> ModelSpec:
    """Return the network in `text`; its number format, its seed and the ids of layers that are still there come from `before`.

    `inputs` is the number of columns that enter; sizes in the text must fit it and each other. Raises TextError with the place of the
    wrong part, what was found and what was expected.
    """
    layers = tuple(Reader(text).network(parse(text), inputs))
    known = before or ModelSpec(layers=())
    return with_known_ids(known, msgspec.structs.replace(known, layers=layers))


def layers_to_text(layers: Sequence[LayerSpec], inputs: int) -> str:
    """Return some layers of a network as a Chain, for the clipboard; `inputs` is the number of columns that enter the first."""
    return notation.line(layers, inputs)


def layers_from_text(text: str, taken: Sequence[str] = ()) -> tuple[LayerSpec, ...]:
    """Return the layers in `text` with new ids that are not in `taken`; stated input sizes need not fit. Raises TextError."""
    used = set(taken)
    return tuple(with_new_ids(layer, used) for layer in Reader(text, checked=False).network(parse(text), None))


def check_output(text: str, model: ModelSpec, outputs: int) -> None:
    """Raise TextError at the last Dense of `text`, which `model` was read from, unless it has `outputs` units."""
    index = last_dense(model)
    node = parse(text)
    if index < 0:
        raise fault(text, "There is no Dense layer.", "The last Dense layer is the output.", node.start, node.stop)
    units = getattr(model.layers[index], "units", outputs)
    if units != outputs:
        last = _last(node)
        problem = f"The output layer must have {outputs} unit{'s' * (outputs != 1)}, one for each answer, got {units}."
        raise fault(text, problem, f"Its size follows from the target: write {outputs}.", last.start, last.stop)


def _last(node: Node) -> Node:
    """Return the last Dense among the parts of a chain, the chain itself if there is none."""
    if node.text.lower() != "chain":
        return node
    found = [_last(part.value) for part in node.parts if part.value.text.lower() in ("dense", "chain")]
    return found[-1] if found else node
