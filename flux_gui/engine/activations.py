"""Activation functions: one registry table of the formulas in `activation_formulas.py`, found by name.

Names, defaults and slopes at kinks are those of NNlib `src/activations.jl`.
"""

from collections.abc import Callable
from typing import Any

from flux_gui.core.errors import SettingError
from flux_gui.core.registry import Entry, Hyper, Registry
from flux_gui.engine import activation_formulas as a
from flux_gui.engine import functions as f

ACTIVATIONS: Registry[Entry] = Registry("activation")


def _add(
    name: str,
    function: Callable[..., Any],
    doc: str,
    formula: str,
    names: str,
    *hypers: Hyper,
    aliases: tuple[str, ...] = (),
    in_window: bool = True,
) -> None:
    """Register one row; `names` is its name in PyTorch and in ONNX, "-" where there is none."""
    words = zip(("flux", "pytorch", "onnx"), (name, *names.split(" / ")), strict=True)
    known = {key: word for key, word in words if word != "-"}
    ACTIVATIONS.add(Entry(name, function, name, doc, formula, hypers, aliases, known, in_window))


identity = a.identity

_SLOPE = Hyper("a", 0.01, 0.0, 1.0, "Slope of the left half.", "slope")
_ALPHA = Hyper("alpha", 1.0, 0.0, 100.0, "How far below zero the left end lies.", open_low=True)

_add("identity", a.identity, "Passes the weighted sum on unchanged; right for the last layer.", "x", "nn.Identity() / Identity")
_add(
    "sigmoid",
    f.sigmoid,
    "Squeezes any number into 0 ... 1; flat at both ends, where learning slows down.",
    "1 / (1 + e⁻ˣ)",
    "nn.Sigmoid() / Sigmoid",
    aliases=("σ",),
)
_add(
    "tanh",
    f.tanh,
    "Squeezes any number into -1 ... 1, centred on zero; smooth, good for small nets.",
    "tanh x",
    "nn.Tanh() / Tanh",
)
_add(
    "relu",
    f.relu,
    "Keeps positive numbers and turns negative ones into zero; fast, the usual choice for hidden layers.",
    "max(0, x)",
    "nn.ReLU() / Relu",
)
_add(
    "leakyrelu",
    a.leakyrelu,
    "As relu, but negative numbers keep a small slope, so that no neuron stops learning.",
    "x if x > 0, else a x",
    "nn.LeakyReLU(a) / LeakyRelu",
    _SLOPE,
)
_add("relu6", a.relu6, "As relu, but never above 6.", "min(max(0, x), 6)", "nn.ReLU6() / Clip")
_add(
    "elu",
    a.elu,
    "As relu on the right; on the left it bends smoothly towards -alpha.",
    "x if x ≥ 0, else α (eˣ - 1)",
    "nn.ELU(alpha) / Elu",
    _ALPHA,
)
_add(
    "selu",
    a.selu,
    "A scaled elu that keeps the spread of signals near 1 from layer to layer.",
    "λ (x if x > 0, else α (eˣ - 1))",
    "nn.SELU() / Selu",
    Hyper("lambd", a.SELU_LAMBDA, 0.0, 10.0, "Multiplies the whole function.", "lambda", open_low=True, advanced=True),
    Hyper("alpha", a.SELU_ALPHA, 0.0, 100.0, "How far below zero the left end lies.", open_low=True, advanced=True),
)
_add(
    "celu",
    a.celu,
    "An elu without a kink at 0, whatever alpha is.",
    "x if x ≥ 0, else α (e^(x/α) - 1)",
    "nn.CELU(alpha) / Celu",
    _ALPHA,
)
_add(
    "gelu_tanh",
    a.gelu_tanh,
    "A smooth relu with a small dip left of zero; common in large networks.",
    "x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))",
    "nn.GELU(approximate='tanh') / Gelu",
    aliases=("gelu",),
)
_add(
    "gelu_erf",
    a.gelu_erf,
    "The exact form of gelu_tanh, with the error function; slower and almost the same.",
    "x/2 (1 + erf(x/√2))",
    "nn.GELU() / Gelu",
)
_add("gelu_sigmoid", a.gelu_sigmoid, "The same function as gelu_tanh.", "x σ(√(8/π) x (1 + 0.044715 x²))", "- / -", in_window=False)
_add("swish", a.swish, "A smooth relu with a dip left of zero: x times sigmoid x.", "x σ(x)", "nn.SiLU() / Swish")
_add(
    "mish",
    a.mish,
    "A smooth relu with a dip left of zero, slightly deeper than that of swish.",
    "x tanh(softplus x)",
    "nn.Mish() / Mish",
)
_add(
    "softplus",
    f.softplus,
    "A smooth relu that is never zero; right where results must be positive.",
    "log(1 + eˣ)",
    "nn.Softplus() / Softplus",
)
_add("softsign", a.softsign, "Squeezes any number into -1 ... 1, more slowly than tanh.", "x / (1 + |x|)", "nn.Softsign() / Softsign")
_add(
    "hardsigmoid",
    a.hardsigmoid,
    "Sigmoid made of three straight lines; fast, but the outer lines do not learn.",
    "min(max(0, (x + 3)/6), 1)",
    "nn.Hardsigmoid() / HardSigmoid",
    aliases=("hardσ",),
)
_add(
    "hardtanh",
    a.hardtanh,
    "Tanh made of three straight lines; fast, but the outer lines do not learn.",
    "min(max(-1, x), 1)",
    "nn.Hardtanh() / Clip",
)
_add("hardswish", a.hardswish, "Swish made of simple pieces: x times hardsigmoid x.", "x hardσ(x)", "nn.Hardswish() / HardSwish")
_add(
    "logsigmoid",
    a.logsigmoid,
    "The logarithm of sigmoid: always below zero, straight on the left.",
    "log σ(x)",
    "nn.LogSigmoid() / -",
    aliases=("logσ",),
)
_add("lisht", a.lisht, "Like |x|, but round at zero: x times tanh x.", "x tanh x", "- / -")
_add("logcosh", a.logcosh, "Like |x|, but round at zero; its slope is tanh x.", "log(cosh x)", "- / -")
_add("tanhshrink", a.tanhshrink, "Almost flat around zero, nearly straight outside.", "x - tanh x", "nn.Tanhshrink() / -")
_add(
    "softshrink",
    a.softshrink,
    "Moves numbers towards zero; small ones become zero.",
    "x - λ if x > λ, x + λ if x < -λ, else 0",
    "nn.Softshrink(lambd) / Shrink",
    Hyper("lambd", 0.5, 0.0, 100.0, "Numbers up to this size become zero.", "lambda"),
)
_add(
    "trelu",
    a.trelu,
    "Passes only numbers above a threshold.",
    "x if x > θ, else 0",
    "nn.Threshold(theta, 0) / ThresholdedRelu",
    Hyper("theta", 1.0, 0.0, 100.0, "Numbers up to this threshold become zero."),
    aliases=("thresholdrelu",),
)
_add(
    "rrelu",
    a.rrelu,
    "As leakyrelu, with a slope drawn anew for every number at every call, also outside of training.",
    "x if x > 0, else a x with a between lo and hi",
    "- / -",
    Hyper("lo", 1 / 8, 0.0, 1.0, "Smallest slope of the left half."),
    Hyper("hi", 1 / 3, 0.0, 1.0, "Largest slope of the left half."),
    in_window=False,
)
_add("tanh_fast", a.tanh_fast, "The same function as tanh.", "tanh x", "nn.Tanh() / Tanh", in_window=False)
_add("sigmoid_fast", a.sigmoid_fast, "Sigmoid, exactly 0 or 1 far from zero.", "1 / (1 + e⁻ˣ)", "- / -", in_window=False)
ACTIVATIONS.add(
    Entry(
        "custom",
        a.custom,
        "custom formula",
        "A formula of your own in x; its derivative is worked out for you.",
        a.DEFAULT_FORMULA,
        custom=True,
    )
)

_STEPS = {"softmax": f.softmax, "logsoftmax": f.logsoftmax}


def resolve(activation: str | Callable[..., Any], values: dict[str, float] | None = None, formula: str = "") -> Callable[[Any], Any]:
    """Return the function of one argument for a name (with hyper-parameter values or formula) or a function of one's own.

    softmax and logsoftmax raise SettingError: they look at a whole row and are steps of a Chain.
    """
    for name, step in _STEPS.items():
        if activation is step or (isinstance(activation, str) and activation.strip().lower() == name):
            raise SettingError(
                f"{name} is not an activation: it looks at all outputs of a layer together.",
                f"Put {name} behind the layer, as a step of its own: Chain(Dense(...), {name}).",
            )
    if callable(activation):
        return activation
    entry = ACTIVATIONS.get(activation)
    if entry.custom:
        return a.written(formula)
    given = entry.values(values)
    function: Callable[..., Any] = entry.function
    return (lambda x: function(x, **given)) if given else function


def name_of(function: Callable[..., Any]) -> str:
    """Return the registered name of an activation function, or its Python name."""
    for entry in ACTIVATIONS:
        if entry.function is function:
            return entry.name
    return getattr(function, "__name__", "custom")
