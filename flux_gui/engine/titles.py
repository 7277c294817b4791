"""Layers in one line, character by character as Flux writes them: `Dense(4 => 16, tanh)`, `Dropout(0.4, active=true)`.

Built layers and specifications are both written by these functions, so that they never differ.
"""

from collections.abc import Sequence

_SIGNS = {"add": "+", "multiply": ".*", "mul": ".*", "concatenate": "vcat"}


def activation(name: str) -> str:
    """Return how an activation stands behind the sizes: nothing for identity."""
    return "" if name == "identity" else f", {'σ' if name == 'sigmoid' else name}"


def connection(name: str) -> str:
    """Return how Flux writes a connection: `+`, `.*` or `vcat`; any other function by its name."""
    return _SIGNS.get(name, name)


def number(value: float) -> str:
    """Return a number as Julia writes it: 0.4, 1.0e-5."""
    text = repr(float(value))
    if "e" not in text:
        return text
    digits, _, power = text.partition("e")
    return f"{digits if '.' in digits else digits + '.0'}e{int(power)}"


def _active(active: bool | None) -> str:
    return "" if active is None else f", active={str(active).lower()}"


def dense(inputs: int, outputs: int, name: str, bias: bool, kind: str = "Dense") -> str:
    """Return `Dense(2 => 3, tanh; bias=false)`."""
    return f"{kind}({inputs} => {outputs}{activation(name)}{'' if bias else '; bias=false'})"


def bilinear(inputs: tuple[int, int], outputs: int, name: str, bias: bool) -> str:
    """Return `Bilinear((2, 3) => 4)`, with a single size where both are equal."""
    left = str(inputs[0]) if inputs[0] == inputs[1] else f"({inputs[0]}, {inputs[1]})"
    return f"Bilinear({left} => {outputs}{activation(name)}{'' if bias else '; bias=false'})"


def embedding(inputs: int, outputs: int) -> str:
    """Return `Embedding(26 => 4)`."""
    return f"Embedding({inputs} => {outputs})"


def scale(size: int, name: str, bias: bool) -> str:
    """Return `Scale(3, tanh; bias=false)`."""
    return f"Scale({size}{activation(name)}{'' if bias else '; bias=false'})"


def norm(kind: str, size: int, name: str, affine: bool, active: bool | None = None) -> str:
    """Return `BatchNorm(3, relu)` or `LayerNorm(3, affine=false)`."""
    return f"{kind}({size}{activation(name)}{'' if affine else ', affine=false'}{_active(active)})"


def dropout(p: float, active: bool | None = None, kind: str = "Dropout") -> str:
    """Return `Dropout(0.4)`, with `active=true` where the mode is forced."""
    return f"{kind}({number(p)}{_active(active)})"


def container(kind: str, inside: Sequence[str]) -> str:
    """Return `Chain(Dense(2 => 3), softmax)`."""
    return f"{kind}({', '.join(inside)})"
