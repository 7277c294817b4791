"""From the tree of a typed network to the specifications of its layers: sizes checked against each other, every error at its place."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import msgspec

from flux_gui.core.errors import FormulaError
from flux_gui.core.registry import Hyper
from flux_gui.document.text_choices import Choices
from flux_gui.document.text_syntax import Argument, Node, positional
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.formula import check_names, names_in
from flux_gui.engine.kinds import LAYERS
from flux_gui.engine.notation import UNNAMED
from flux_gui.specs import (
    BatchNormSpec,
    Choice,
    DenseSpec,
    DropoutSpec,
    FormulaParameter,
    FormulaSpec,
    LayerNormSpec,
    LayerSpec,
    LogSoftmaxSpec,
    ParallelSpec,
    ScaleSpec,
    SkipConnectionSpec,
    SoftmaxSpec,
)
from flux_gui.specs.model import Combine

HEADS: Final = {
    "dense": "dense",
    "softmax": "softmax",
    "logsoftmax": "logsoftmax",
    "dropout": "dropout",
    "batchnorm": "batchnorm",
    "layernorm": "layernorm",
    "scale": "scale",
    "skipconnection": "skipconnection",
    "parallel": "parallel",
    "formula": "formula",
}
"""What is called in the text, in lower case, to the kind of layer that it makes."""

SIGNS: Final[dict[str, Combine]] = {
    "+": "add",
    "add": "add",
    "*": "multiply",
    ".*": "multiply",
    "mul": "multiply",
    "multiply": "multiply",
    "vcat": "concatenate",
    "hcat": "concatenate",
    "cat": "concatenate",
    "concatenate": "concatenate",
}
_IGNORED: Final = ("active", "dtype", "seed")
_SPELLINGS: Final = {"ϵ": "eps", "epsilon": "eps", "initialiser": "init", "w0": "init"}

Made = tuple[LayerSpec, int | None]  # a layer, and how many columns leave it; None where that is not known


@dataclass
class Reader:
    """Makes layers of nodes. `checked` says whether stated input sizes must fit what arrives; ids are those of `number`."""

    text: str
    checked: bool = True
    number: int = 0
    values: Choices = field(init=False)

    def __post_init__(self) -> None:
        self.values = Choices(self.text)

    def network(self, node: Node, inputs: int | None) -> list[LayerSpec]:
        """Return the layers of a Chain, or of a single layer."""
        return self._row([Argument(node)] if node.text.lower() != "chain" else node.parts, node, inputs)[0]

    def _row(self, arguments: Sequence[Argument], node: Node, inputs: int | None) -> tuple[list[LayerSpec], int | None]:
        """Return the layers one after another, and the columns that leave the last; a Chain among them is opened."""
        layers: list[LayerSpec] = []
        if not arguments:
            self.values.fail(node, "There is no layer inside.", "Put one in, such as Dense(4 => 16, tanh).")
        for argument in arguments:
            value = argument.value
            if value.kind == "call" and value.text.lower() == "chain":
                more, inputs = self._row(value.parts, value, inputs)
                layers += more
                continue
            if self._is_function(value) and layers:
                layers[-1] = self._activated(layers[-1], value)
                continue
            layer, inputs = self._layer(value, inputs)
            name = argument.name or ""
            if name and (argument.quoted or not UNNAMED.match(name)):
                layer = msgspec.structs.replace(layer, name=name)
            layers.append(layer)
        return layers, inputs

    def _is_function(self, node: Node) -> bool:
        """Whether a step of a chain is an activation function by itself."""
        known = node.text in ACTIVATIONS and node.text.lower() not in HEADS
        return node.kind == "function" or (node.kind in ("name", "call") and known)

    def _activated(self, layer: LayerSpec, node: Node) -> LayerSpec:
        before: Choice | None = getattr(layer, "activation", None)
        if before is None or before.name != "identity":
            hint = "Write it inside the layer, as in Dense(4 => 16, tanh), or put a Scale layer in front of it."
            self.values.fail(node, f"The function {self.values.shown(node)} cannot stand behind this layer.", hint)
        changed: LayerSpec = msgspec.structs.replace(layer, activation=self.values.activation(node))
        return changed

    def _layer(self, node: Node, inputs: int | None) -> Made:
        kind = HEADS.get(node.text.lower()) if node.kind in ("call", "name") else None
        if kind is None:
            self._unknown(node)
        if node.kind == "name" and kind not in ("softmax", "logsoftmax"):
            self.values.fail(node, f"{node.text} lacks its parentheses.", f"Write it as in {_EXAMPLES.get(kind, 'Dense(4 => 16, tanh)')}.")
        self.number += 1
        return _READERS[kind](self, node, f"layer{self.number}", inputs)

    def _unknown(self, node: Node) -> NoReturn:
        if node.kind in ("name", "call"):
            if node.text in ACTIVATIONS:
                self.values.fail(node, f"The activation {node.text} cannot come first.", "Write it inside a layer: Dense(4 => 16, tanh).")
            near = difflib.get_close_matches(node.text.lower(), [*HEADS, "chain"], n=1, cutoff=0.6)
            known = "Chain, " + ", ".join(_title(kind) for kind in HEADS.values())
            hint = f"Did you mean {_title(near[0])}?" if near else f"Layers: {known}."
            self.values.fail(node, f"There is no layer called '{node.text}'.", hint)
        self.values.fail(node, f"A layer was expected, got '{self.values.shown(node)}'.", "Write layers such as Dense(4 => 16, tanh).")

    # ----------------------------------------------------------------------------------------------- parts of layers

    def settings(self, node: Node, places: int, allowed: Sequence[str]) -> tuple[list[Node], dict[str, Node]]:
        """Return the arguments in order, at most `places`, and those by name, each of which must be allowed."""
        plain = list(positional(node))
        if len(plain) > places:
            self.values.fail(plain[places], f"{node.text} takes no such argument: '{self.values.shown(plain[places])}'.", "Remove it.")
        found: dict[str, Node] = {}
        for part in node.parts:
            if part.name is None:
                continue
            name = _SPELLINGS.get(part.name, part.name)
            if name not in allowed and name not in _IGNORED:
                hint = f"Its settings: {', '.join(allowed)}." if allowed else "It has none."
                self.values.fail(part.value, f"{node.text} has no setting '{part.name}'.", hint)
            if name in found:
                self.values.fail(part.value, f"{part.name} stands twice.", "Leave one of them out.")
            found[name] = part.value
        return plain, found

    def entering(self, node: Node, stated: Node | None, inputs: int | None, owner: Node) -> int | None:
        """Return how many columns enter a layer, after comparing what is stated with what arrives."""
        if stated is None or (stated.kind == "name" and stated.text == "_"):
            return inputs
        size = self.values.size(stated, f"The number of inputs of {owner.text}")
        if self.checked and inputs is not None and size != inputs:
            arrive = f"{inputs} arrive" if inputs != 1 else "1 arrives"
            self.values.fail(stated, f"{self.values.shown(owner)} takes {size}, but {arrive}.", f"Write {inputs} there, or leave it out.")
        return size if inputs is None or self.checked else inputs

    def numbers(self, kind: str, found: dict[str, Node]) -> dict[str, Any]:
        """Return the numbers and switches of a kind of layer among its settings."""
        entry = LAYERS.get(kind)
        result: dict[str, Any] = {}
        for setting in entry.settings:
            if setting.name not in found or setting.name == "units":
                continue
            node = found[setting.name]
            if isinstance(setting, Hyper):
                result[setting.name] = self.values.hyper(node, setting, entry.label)
            elif setting.name in ("bias", "affine"):
                result[setting.name] = self.values.truth(node, f"{setting.name} of {entry.label}")
        return result


def _title(kind: str) -> str:
    return {"softmax": "softmax", "logsoftmax": "logsoftmax", "chain": "Chain", "formula": "Formula"}.get(kind) or LAYERS.get(kind).names[
        "flux"
    ]


# -------------------------------------------------------------------------------------------------- one for each kind


def _dense(reader: Reader, node: Node, id: str, inputs: int | None) -> Made:
    plain, found = reader.settings(node, 3, ("bias", "init", "activation"))
    stated: Node | None = None
    if plain and plain[0].kind == "pair":
        stated, size = plain[0].parts[0].value, plain[0].parts[1].value
        rest = plain[1:]
    elif len(plain) > 1 and plain[0].kind == "number" and plain[1].kind == "number":
        stated, size, rest = plain[0], plain[1], plain[2:]
    elif plain and plain[0].kind == "number":
        size, rest = plain[0], plain[1:]
    else:
        wrong = plain[0] if plain else node
        reader.values.fail(wrong, "The size of the Dense layer was expected.", "Write inputs and outputs: Dense(4 => 16, tanh).")
    if len(rest) > 1:
        reader.values.fail(rest[1], f"Dense takes no such argument: '{reader.values.shown(rest[1])}'.", "Remove it.")
    reader.entering(node, stated, inputs, node)
    units = reader.values.size(size, "The number of units")
    chosen = rest[0] if rest else found.get("activation")
    activation = Choice("identity") if chosen is None else reader.values.activation(chosen)
    layer = DenseSpec(id, units, activation, **reader.numbers("dense", found))
    if "init" in found:
        layer = msgspec.structs.replace(layer, initialiser=reader.values.initialiser(found["init"]))
    return layer, units


def _step(kind: type[Any]) -> Callable[[Reader, Node, str, int | None], Made]:
    def read(reader: Reader, node: Node, id: str, inputs: int | None) -> Made:
        reader.settings(node, 0, ("dims",))
        return kind(id), inputs

    return read


def _dropout(reader: Reader, node: Node, id: str, inputs: int | None) -> Made:
    plain, found = reader.settings(node, 1, ("p",))
    if plain:
        found["p"] = plain[0]
    return DropoutSpec(id, **reader.numbers("dropout", found)), inputs


def _columns(kind: str, made: type[Any], *names: str) -> Callable[[Reader, Node, str, int | None], Made]:
    """Return the reader of layers that have a number for each column: an optional size, then the activation."""

    def read(reader: Reader, node: Node, id: str, inputs: int | None) -> Made:
        plain, found = reader.settings(node, 2, (*names, "activation"))
        stated = plain.pop(0) if plain and (plain[0].kind == "number" or plain[0].text == "_") else None
        if len(plain) > 1:
            reader.values.fail(plain[1], f"{node.text} takes no such argument: '{reader.values.shown(plain[1])}'.", "Remove it.")
        width = reader.entering(node, stated, inputs, node)
        chosen = plain[0] if plain else found.get("activation")
        activation = Choice("identity") if chosen is None else reader.values.activation(chosen)
        return made(id, activation=activation, **reader.numbers(kind, found)), width

    return read


def _combine(reader: Reader, node: Node) -> Combine:
    name = node.text if node.kind in ("name", "sign", "word") else ""
    if name not in SIGNS:
        reader.values.fail(node, f"A connection was expected, got '{reader.values.shown(node)}'.", "Use +, .* or vcat.")
    return SIGNS[name]


def _inside(reader: Reader, argument: Argument, inputs: int | None) -> tuple[tuple[LayerSpec, ...], int | None]:
    value = argument.value
    bare = not (value.kind == "call" and value.text.lower() == "chain")
    layers, width = reader._row([argument] if bare else value.parts, value, inputs)
    return tuple(layers), width


def _joined(reader: Reader, node: Node, sign: Node, combine: Combine, widths: list[int | None]) -> int | None:
    """Return how many columns a connection makes of parts that wide; unequal parts that are added are an error at its place."""
    known = [width for width in widths if width is not None]
    if combine == "concatenate":
        return sum(known) if len(known) == len(widths) else None
    if reader.checked and len(set(known)) > 1:
        problem = f"{node.text} cannot {combine} {' and '.join(map(str, known))} columns: they must be equally many."
        reader.values.fail(sign, problem, "Change the size of the last layer inside, or write vcat.")
    return known[0] if known else None


def _skip(reader: Reader, node: Node, id: str, inputs: int | None) -> Made:
    if len(node.parts) not in (1, 2):
        reader.values.fail(node, "A SkipConnection takes layers and a connection.", "Write SkipConnection(Chain(...), +).")
    layers, width = _inside(reader, node.parts[0], inputs)
    sign = node.parts[1].value if len(node.parts) == 2 else node
    combine = _combine(reader, sign) if len(node.parts) == 2 else "add"
    return SkipConnectionSpec(id, layers, combine), _joined(reader, node, sign, combine, [width, inputs])


def _parallel(reader: Reader, node: Node, id: str, inputs: int | None) -> Made:
    if len(node.parts) < 2:
        reader.values.fail(node, "Parallel takes a connection and layers.", "Write Parallel(vcat, Chain(...), Chain(...)).")
    sign = node.parts[0].value
    combine = _combine(reader, sign)
    found = [_inside(reader, part, inputs) for part in node.parts[1:]]
    return ParallelSpec(id, tuple(layers for layers, _ in found), combine), _joined(reader, node, sign, combine, [w for _, w in found])


def _formula(reader: Reader, node: Node, id: str, inputs: int | None) -> Made:
    first = node.parts[0].value
    if first.kind == "function":
        return _formula_of_function(reader, node, first, id, inputs), inputs
    text = reader.values.formula(first)
    given = {part.name: _start(reader, part) for part in node.parts[1:] if part.name is not None}
    if len(given) < len(node.parts) - 1:
        reader.values.fail(node, "Start values of a formula need names.", "Write Formula(a*x + b; b=0.0).")
    names = names_in(text)
    order = list(given) + [name for name in names if name not in given] if set(given) >= set(names) else list(names)
    return _formula_layer(reader, first, id, text, [given.get(name) or FormulaParameter(name) for name in order]), inputs


def _start(reader: Reader, part: Argument) -> FormulaParameter:
    """Return a parameter: `a=1.0` for each column, `a=layer(1.0)` or `a=[1.0]` one for the layer."""
    node, name = part.value, part.name or ""
    if (node.kind == "call" and node.text == "layer") or node.kind == "list":
        if len(node.parts) != 1:
            reader.values.fail(node, f"One number was expected for {name}.", f"Write {name}=layer(1.0).")
        return FormulaParameter(name, reader.values.number(node.parts[0].value, name), "layer")
    return FormulaParameter(name, reader.values.number(node, f"The start of {name}"))


def _formula_of_function(reader: Reader, node: Node, first: Node, id: str, inputs: int | None) -> LayerSpec:
    """Return `Formula((x, a, b) -> a*x + b, fill(1f0, 16), [0f0])` as a layer."""
    starts = node.parts[1:]
    if len(first.names) != len(starts) + 1:
        reader.values.fail(node, f"The function takes {len(first.names) - 1} parameters, got {len(starts)}.", "Give a start for each.")
    parameters = []
    for name, part in zip(first.names[1:], starts, strict=True):
        value = part.value
        if value.kind == "call" and value.text == "fill" and len(value.parts) == 2:
            parameters.append(FormulaParameter(name, reader.values.number(value.parts[0].value, f"The start of {name}")))
        else:
            parameters.append(_start(reader, Argument(value, name)))
    return _formula_layer(reader, first, id, reader.values.formula(first, first.names[0]), parameters)


def _formula_layer(reader: Reader, node: Node, id: str, text: str, parameters: list[FormulaParameter]) -> FormulaSpec:
    names = tuple(parameter.name for parameter in parameters)
    with reader.values.at(node):
        if "kind" in names:
            raise FormulaError("A parameter of a formula layer cannot be called 'kind'.", "Use a letter such as k.")
        check_names(names)
    reader.values.parsed(node, text, ("x", *names))
    return FormulaSpec(id, text, tuple(parameters))


_READERS: Final[dict[str, Callable[[Reader, Node, str, int | None], Made]]] = {
    "dense": _dense,
    "softmax": _step(SoftmaxSpec),
    "logsoftmax": _step(LogSoftmaxSpec),
    "dropout": _dropout,
    "batchnorm": _columns("batchnorm", BatchNormSpec, "affine", "momentum", "eps"),
    "layernorm": _columns("layernorm", LayerNormSpec, "affine", "eps"),
    "scale": _columns("scale", ScaleSpec, "bias"),
    "skipconnection": _skip,
    "parallel": _parallel,
    "formula": _formula,
}
"""By kind of layer: (reader, node, id, columns that arrive) -> the layer and the columns that leave."""

_EXAMPLES: Final = {"dropout": "Dropout(0.5)", "batchnorm": "BatchNorm(16)", "layernorm": "LayerNorm(16)", "scale": "Scale(16)"}
