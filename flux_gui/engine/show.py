"""Models printed as Flux prints them. Source: Flux `src/layers/show.jl`."""

from typing import Any

from flux_gui.engine.layers import Chain, Layer, describe

_TOP, _INSIDE = 20, 40  # columns where the comments start


def show(layer: Layer) -> str:
    """Return the layer with its parameter counts, in Flux's columns."""
    if isinstance(layer, Chain):
        return "\n".join(["Chain(", *(line for child in layer.layers for line in _inside(child, 2)), _total(layer)])
    return _line(describe(layer), layer, _TOP)


def _inside(child: Any, indent: int) -> list[str]:
    """Return the lines of an entry of a chain; a chain inside is opened as well."""
    blank = " " * indent
    if not isinstance(child, Chain):
        return [_line(f"{blank}{describe(child)},", child, _INSIDE)]
    return [f"{blank}Chain(", *(line for layer in child.layers for line in _inside(layer, indent + 2)), f"{blank}),"]


def _line(text: str, layer: Any, column: int) -> str:
    parameters = layer._size()[0] if isinstance(layer, Layer) else 0
    if not parameters:
        return text
    pad = max(column - len(text), 2)
    return f"{text}{' ' * pad}# {parameters:_} parameters{_remark(layer)}"


def _remark(layer: Layer) -> str:
    arrays = [slot.view(layer.flat) for slot in layer.slots()]
    if all((a == 0).all() for a in arrays):
        return "  (all zero)"
    if any((a != a).any() for a in arrays):
        return "  (some NaN)"
    return "  (some Inf)" if any((abs(a) == float("inf")).any() for a in arrays) else ""


def _total(chain: Chain) -> str:
    arrays = len(chain.slots())
    if arrays <= 2:
        return ")"
    nbytes = sum(slot.stop - slot.start for slot in chain.slots()) * chain.flat.itemsize
    return f"{')':<{_TOP}}# Total: {arrays} arrays, {chain._size()[0]:_} parameters, {_size(nbytes)}."


def _size(nbytes: int) -> str:
    if nbytes < 1024:
        return f"{nbytes} bytes"
    return f"{nbytes / 1024:.3f} KiB" if nbytes < 1024**2 else f"{nbytes / 1024**2:.3f} MiB"
