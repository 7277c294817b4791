"""Activation functions: one registry table. Each is written once, as forward maths on plain or traced arrays.

Formulas and slopes at kinks are those of NNlib `src/activations.jl`.
"""

from collections.abc import Callable
from typing import Any

from flux_gui.core.registry import Entry, Registry
from flux_gui.engine import functions as f

ACTIVATIONS: Registry[Entry] = Registry("activation")


def identity(x: Any) -> Any:
    """x itself."""
    return x


ACTIVATIONS.add(
    Entry(
        "identity",
        identity,
        "identity",
        "Passes the weighted sum on unchanged; right for the last layer.",
        "x",
        names={"flux": "identity", "pytorch": "nn.Identity()", "onnx": "Identity"},
    )
)
ACTIVATIONS.add(
    Entry(
        "sigmoid",
        f.sigmoid,
        "sigmoid",
        "Squeezes any number into 0 ... 1; flat at both ends, where learning slows down.",
        "1 / (1 + e⁻ˣ)",
        aliases=("σ",),
        names={"flux": "sigmoid", "pytorch": "nn.Sigmoid()", "onnx": "Sigmoid"},
    )
)
ACTIVATIONS.add(
    Entry(
        "tanh",
        f.tanh,
        "tanh",
        "Squeezes any number into -1 ... 1, centred on zero; smooth, good for small nets.",
        "tanh x",
        names={"flux": "tanh", "pytorch": "nn.Tanh()", "onnx": "Tanh"},
    )
)
ACTIVATIONS.add(
    Entry(
        "relu",
        f.relu,
        "relu",
        "Keeps positive numbers and turns negative ones into zero; fast, the usual choice for hidden layers.",
        "max(0, x)",
        names={"flux": "relu", "pytorch": "nn.ReLU()", "onnx": "Relu"},
    )
)


def resolve(activation: str | Callable[..., Any], values: dict[str, float] | None = None) -> Callable[[Any], Any]:
    """Return the function of one argument for a name (with hyper-parameter values) or a function of one's own."""
    if callable(activation):
        return activation
    entry = ACTIVATIONS.get(activation)
    given = entry.values(values)
    function: Callable[..., Any] = entry.function
    return (lambda x: function(x, **given)) if given else function


def name_of(function: Callable[..., Any]) -> str:
    """Return the registered name of an activation function, or its Python name."""
    for entry in ACTIVATIONS:
        if entry.function is function:
            return entry.name
    return getattr(function, "__name__", "custom")
