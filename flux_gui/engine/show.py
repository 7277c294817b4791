"""Models printed as Flux prints them. Source: Flux `src/layers/show.jl`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from flux_gui.engine.combine import Maxout, Parallel, SkipConnection
from flux_gui.engine.layers import Chain, LogSoftmax, Softmax, describe
from flux_gui.engine.ownership import Layer
from flux_gui.engine.parameters import Slot

_TOP, _INSIDE = 20, 40  # columns where the comments start
_OPENED = (Chain, SkipConnection, Parallel, Maxout)


def show(layer: Layer) -> str:
    """Return the layer with its parameter counts, in Flux's columns."""
    if not _is_opened(layer):
        return _line(layer, 0, "")
    return "\n".join([f"{_kind(layer)}(", *_lines_inside(layer, 2), _total(layer)])


def _kind(layer: Layer) -> str:
    return "Chain" if isinstance(layer, Chain) else type(layer).__name__


def _is_opened(layer: Any) -> bool:
    """Whether an entry is written on several lines: a container that holds more than functions."""
    return isinstance(layer, _OPENED) and any(isinstance(e, Layer) and not isinstance(e, Softmax | LogSoftmax) for _, e in layer.children())


def _entries(layer: Layer) -> list[tuple[str, Any]]:
    """Return (name or "", entry) of a container's lines; a text is a connection."""
    if isinstance(layer, SkipConnection):
        return [("", layer.layers), ("", _connection(layer))]
    assert isinstance(layer, _OPENED)
    names = getattr(layer, "names", ()) or [""] * len(layer.layers)
    inside = list(zip(names, layer.layers, strict=True))
    return [("", _connection(layer)), *inside] if isinstance(layer, Parallel) else inside


def _connection(layer: SkipConnection | Parallel) -> Any:
    return layer.connection if isinstance(layer.connection, Layer) else layer.connection_title


def _lines_inside(layer: Layer, indent: int) -> list[str]:
    """Return the lines of the entries of a container; one that it contains is opened as well."""
    lines: list[str] = []
    for name, entry in _entries(layer):
        title = f"{name} = " if name else ""
        if _is_opened(entry):
            blank = " " * indent
            lines += [f"{blank}{title}{_kind(entry)}(", *_lines_inside(entry, indent + 2), f"{blank}),"]
        else:
            lines.append(_line(entry, indent, title))
    return lines


def _line(entry: Any, indent: int, title: str) -> str:
    """Return one entry on one line, with the numbers of its parameters and of those that are not trained."""
    text = f"{' ' * indent}{title}{entry if isinstance(entry, str) else describe(entry)}{',' * (indent > 0)}"
    if not isinstance(entry, Layer):
        return text
    parameters, others = entry._size()
    if not parameters:
        return text
    pad = max((_INSIDE if indent else _TOP) - len(text), 2)
    plus = f", plus {others:_}{'' if indent else ' non-trainable'}" if others else ""
    return f"{text}{' ' * pad}# {parameters:_} parameters{plus}{_remark(entry)}"


def _arrays(layer: Layer, slots: list[Slot], flat: Any) -> list[np.ndarray]:
    host = layer._store.backend.to_host(flat)
    return [slot.view(host) for slot in slots]


def _remark(layer: Layer) -> str:
    arrays = _arrays(layer, layer.slots(), layer.flat)
    tests: tuple[tuple[str, Callable[[list[np.ndarray]], bool]], ...] = (
        ("  (all zero)", lambda found: all(not a.any() for a in found)),
        ("  (some NaN)", lambda found: any(np.isnan(a).any() for a in found)),
        ("  (some Inf)", lambda found: any(np.isinf(a).any() for a in found)),
    )
    return next((text for text, holds in tests if holds(arrays)), "")


def _total(layer: Layer) -> str:
    trainable, others = layer.slots(), layer.slots(statistic=True)
    if len(trainable) <= 2:
        return ")"
    parameters, statistics = layer._size()
    size = _bytes((parameters + statistics) * layer.flat.itemsize)
    if not others:
        return f"{')':<{_TOP}}# Total: {len(trainable)} arrays, {parameters:_} parameters, {size}."
    return (
        f")         # Total: {len(trainable)} trainable arrays, {parameters:_} parameters,\n"
        f"          # plus {len(others)} non-trainable, {statistics:_} parameters, summarysize {size}."
    )


def _bytes(nbytes: int) -> str:
    if nbytes < 1024:
        return f"{nbytes} bytes"
    return f"{nbytes / 1024:.3f} KiB" if nbytes < 1024**2 else f"{nbytes / 1024**2:.3f} MiB"
