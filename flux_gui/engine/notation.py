"""Networks as one types them: `Chain(Dense(4 => 16, tanh), Dense(16 => 3))`, on one line or on several, complete and valid Julia.

Unlike the titles of layers this tells everything a specification says, so that it can be read back: start values, numbers of
activations, formulas, names. With `program` the text is for a Julia script: numbers are Float32, formulas are functions.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flux_gui.core.registry import Entry
from flux_gui.engine import titles
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.formula import names_in
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.kinds import entry_of, passed
from flux_gui.specs import Choice, DenseSpec, FormulaParameter, FormulaSpec, LayerSpec, ParallelSpec, SkipConnectionSpec

UNNAMED: Final = re.compile(r"_\d+\Z")
"""What a layer is called that has no name, where all layers around it need one."""

_IDENTIFIER: Final = re.compile(r"[^\W\d]\w*\Z")
_RESERVED: Final = (
    *("baremodule", "begin", "break", "catch", "const", "continue", "do", "else", "elseif", "end", "export", "false", "finally", "for"),
    *(
        "function",
        "global",
        "if",
        "import",
        "let",
        "local",
        "macro",
        "module",
        "quote",
        "return",
        "struct",
        "true",
        "try",
        "using",
        "while",
    ),
    *("while", "layers", "connection"),  # names that containers of Flux use themselves
)
_FLOAT: Final = re.compile(r"(?<![\w.])(\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE]([+-]?\d+))?(?![\w.])")
_JULIA: Final = (("**", "^"), ("×", "*"), ("·", "*"), ("÷", "/"), ("−", "-"))


@dataclass(frozen=True)
class Style:
    """How networks are written: `program` for a Julia script that uses Flux, else to be read; `single` for Float32 numbers."""

    program: bool = False
    single: bool = True


PLAIN: Final = Style()


def line(layers: Sequence[LayerSpec], inputs: int, style: Style = PLAIN) -> str:
    """Return the layers on one line: `Chain(Dense(4 => 16, tanh), Dense(16 => 3))`."""
    return titles.container("Chain", [text for text, _ in _entries(layers, inputs, style)])


def lines(layers: Sequence[LayerSpec], inputs: int, style: Style = PLAIN, indent: int = 0, step: int = 2) -> list[str]:
    """Return the layers on several lines, one for each, the way Flux prints a model; layers inside others are indented by `step`."""
    return _spread(f"{' ' * indent}Chain(", layers, inputs, style, indent, step, ")")


def activation(choice: Choice, style: Style = PLAIN) -> str:
    """Return an activation as it stands behind the sizes: `tanh`, `x -> leakyrelu(x, 0.2)`, `x -> x*sigmoid(1.702*x)`."""
    entry = ACTIVATIONS.get(choice.name)
    if entry.custom:
        return f"x -> {formula(choice.formula or entry.formula, style)}"
    values = entry.values(choice.values)
    if any(values[hyper.name] != hyper.default for hyper in entry.hypers):
        return f"x -> {entry.name}(x, {', '.join(number(value, style) for value in values.values())})"
    return "σ" if entry.name == "sigmoid" else entry.name


def formula(text: str, style: Style = PLAIN) -> str:
    """Return a formula as it is, or for a program as Julia: other signs, e as ℯ, numbers in single precision."""
    if not style.program:
        return text.strip()
    for sign, plain in _JULIA:
        text = text.replace(sign, plain)
    text = re.sub(r"(?<![\w.])ln(?=\s*\()", "log", re.sub(r"(?<![\w.])e(?!\w)", "ℯ", text.strip()))
    return _FLOAT.sub(lambda found: _single(found.group()), text) if style.single else text


def number(value: float, style: Style = PLAIN) -> str:
    """Return a number as Julia writes it: 0.4, 1.0e-5; in a program of single precision 0.4f0, 1.0f-5."""
    text = titles.number(value)
    return _single(text) if style.program and style.single else text


def _single(text: str) -> str:
    digits, _, power = text.lower().partition("e")
    return f"{digits}f{int(power or 0)}"


def starts(layer: FormulaSpec) -> list[FormulaParameter]:
    """Return the parameters of a formula layer that its formula alone does not tell."""
    names = names_in(layer.formula)
    if tuple(parameter.name for parameter in layer.parameters) != names:
        return list(layer.parameters)
    return [parameter for parameter in layer.parameters if parameter != FormulaParameter(parameter.name)]


# ------------------------------------------------------------------------------------------------- layers by kind


def _dense(layer: DenseSpec, inputs: int, style: Style) -> str:
    options = ["bias=false"] * (not layer.bias)
    entry = INITIALISERS.get(layer.initialiser.name)
    start = _initialiser(entry, layer.initialiser, style)
    if start != "glorot_uniform":
        options.append(f"init={'Flux.' * style.program}{start}")
    return f"Dense({inputs} => {layer.units}{_behind(layer.activation, style)}{_options(options)})"


def _initialiser(entry: Entry, choice: Choice, style: Style) -> str:
    values = entry.values(choice.values)
    told = [hyper for hyper in entry.hypers if values[hyper.name] != hyper.default]
    if style.program and entry.name == "sparse_init":
        told = list(entry.hypers)  # Flux has no default for the share of zeros
    given = ", ".join(f"{h.name}={int(values[h.name]) if h.integer else number(values[h.name], style)}" for h in told)
    return f"{entry.name}({given})" if given else entry.name


def _norm(layer: Any, inputs: int, style: Style) -> str:
    entry = entry_of(layer)
    options = [] if layer.affine else ["affine=false"]
    for name in ("momentum", "eps"):
        default = next((setting.default for setting in entry.settings if setting.name == name), None)
        if default is not None and getattr(layer, name) != default:
            options.append(f"{name}={number(getattr(layer, name), style)}")
    return f"{entry.names['flux']}({inputs}{_behind(layer.activation, style)}{''.join(f', {option}' for option in options)})"


def _formula(layer: FormulaSpec, inputs: int, style: Style) -> str:
    if style.program:
        arguments = ", ".join(["x", *(parameter.name for parameter in layer.parameters)])
        values = [
            f"fill({number(p.start, style)}, {inputs})" if p.per == "column" else f"[{number(p.start, style)}]" for p in layer.parameters
        ]
        return titles.container("Formula", [f"({arguments}) -> {formula(layer.formula, style)}", *values])
    values = [f"{p.name}={number(p.start) if p.per == 'column' else f'layer({number(p.start)})'}" for p in starts(layer)]
    return f"Formula({formula(layer.formula)}{_options(values)})"


_WRITERS: Final[dict[str, Callable[[Any, int, Style], str]]] = {
    "dense": _dense,
    "softmax": lambda layer, inputs, style: "softmax",
    "logsoftmax": lambda layer, inputs, style: "logsoftmax",
    "dropout": lambda layer, inputs, style: titles.dropout(layer.p),
    "batchnorm": _norm,
    "layernorm": _norm,
    "scale": lambda layer, inputs, style: f"Scale({inputs}{_behind(layer.activation, style)}{'' if layer.bias else '; bias=false'})",
    "skipconnection": lambda layer, inputs, style: titles.container("SkipConnection", [text for text, _ in _inside(layer, inputs, style)]),
    "parallel": lambda layer, inputs, style: titles.container("Parallel", [text for text, _ in _inside(layer, inputs, style)]),
    "formula": _formula,
}
"""By kind of layer: (layer, columns that enter, style) -> its line."""


def _behind(choice: Choice, style: Style) -> str:
    text = activation(choice, style)
    return "" if text == "identity" else f", {text}"


def _options(options: Sequence[str]) -> str:
    return f"; {', '.join(options)}" if options else ""


# ---------------------------------------------------------------------------------------- layers in a row, and inside


def _entries(layers: Sequence[LayerSpec], inputs: int, style: Style) -> list[tuple[str, LayerSpec]]:
    """Return (line with its name, layer) of layers in a row."""
    names = _names(layers, style)
    result: list[tuple[str, LayerSpec]] = []
    for name, layer in zip(names, layers, strict=True):
        result.append((name + _WRITERS[entry_of(layer).name](layer, inputs, style), layer))
        inputs = passed((layer,), inputs)
    return result


def _names(layers: Sequence[LayerSpec], style: Style) -> list[str]:
    """Return how each line begins: `name = `, or nothing; a script names all layers of a chain or none, each differently."""
    names = [layer.name for layer in layers]
    if not style.program:
        return [f"{_spelled(name)} = " if name else "" for name in names]
    usable = [name if name and name not in ("layers", *names[:i]) else "" for i, name in enumerate(names)]
    if not any(usable):
        return [""] * len(usable)
    return [f"{_spelled(name) if name else f'_{i}'} = " for i, name in enumerate(usable)]


def _spelled(name: str) -> str:
    """Return a name as an identifier of Julia."""
    if _IDENTIFIER.match(name) and name not in _RESERVED and not UNNAMED.match(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'var"{escaped}"'


def _inside(layer: SkipConnectionSpec | ParallelSpec, inputs: int, style: Style) -> list[tuple[str, tuple[LayerSpec, ...] | None]]:
    """Return (line, its layers) of what stands inside a layer: chains, and the connection, which has no layers."""
    sign = (titles.connection(layer.combine), None)
    if isinstance(layer, SkipConnectionSpec):
        return [(line(layer.layers, inputs, style), layer.layers), sign]
    return [sign, *((line(branch, inputs, style), branch) for branch in layer.branches)]


def _spread(head: str, layers: Sequence[LayerSpec], inputs: int, style: Style, indent: int, step: int, tail: str) -> list[str]:
    blank = " " * (indent + step)
    result = [head]
    for (text, layer), name in zip(_entries(layers, inputs, style), _names(layers, style), strict=True):
        if isinstance(layer, SkipConnectionSpec | ParallelSpec):
            result.append(f"{blank}{name}{entry_of(layer).names['flux']}(")
            for inner, chain in _inside(layer, inputs, style):
                deeper = " " * (indent + 2 * step)
                if chain is None:
                    result.append(f"{deeper}{inner},")
                else:
                    result += _spread(f"{deeper}Chain(", chain, inputs, style, indent + 2 * step, step, "),")
            result.append(f"{blank}),")
        else:
            result.append(f"{blank}{text},")
        inputs = passed((layer,), inputs)
    return [*result, f"{' ' * indent}{tail}"]
