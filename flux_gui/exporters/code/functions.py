"""Activation functions as source text: for NumPy a definition each, for PyTorch an expression."""

from dataclasses import dataclass
from typing import Final

from flux_gui.core.errors import FormatError
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.exporters.code import formulas
from flux_gui.specs import Choice


@dataclass(frozen=True)
class Definition:
    """A function of NumPy: its arguments behind x with their defaults, what it returns, and the other definitions it calls."""

    body: str
    arguments: str = ""
    needs: tuple[str, ...] = ()

    def lines(self, name: str) -> list[str]:
        """Return the definition as source text."""
        return [f"def {name}(x{self.arguments and ', ' + self.arguments}):", f"    return {self.body}"]


NUMPY: Final[dict[str, Definition]] = {
    "sigmoid": Definition("0.5 * (1 + np.tanh(0.5 * x))"),
    "relu": Definition("np.maximum(x, 0)"),
    "softplus": Definition("np.logaddexp(0, x)"),
    "erf": Definition("np.vectorize(math.erf, otypes=[np.float64])(x).astype(np.asarray(x).dtype)"),
    "leakyrelu": Definition("np.where(x > 0, x, a * x)", "a=0.01"),
    "relu6": Definition("np.clip(x, 0, 6)"),
    "elu": Definition("np.where(x >= 0, x, alpha * np.expm1(np.minimum(x, 0)))", "alpha=1.0"),
    "selu": Definition(
        "lambd * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))", "lambd=1.0507009873554805, alpha=1.6732632423543772"
    ),
    "celu": Definition("np.where(x >= 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))", "alpha=1.0"),
    "gelu_tanh": Definition("0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x**3)))"),
    "gelu_erf": Definition("0.5 * x * (1 + erf(x * 0.7071067811865476))", needs=("erf",)),
    "swish": Definition("x * sigmoid(x)", needs=("sigmoid",)),
    "mish": Definition("x * np.tanh(softplus(x))", needs=("softplus",)),
    "softsign": Definition("x / (1 + np.abs(x))"),
    "hardsigmoid": Definition("np.clip((x + 3) / 6, 0, 1)"),
    "hardtanh": Definition("np.clip(x, -1, 1)"),
    "hardswish": Definition("x * np.clip((x + 3) / 6, 0, 1)"),
    "logsigmoid": Definition("-np.logaddexp(0, -x)"),
    "lisht": Definition("x * np.tanh(x)"),
    "logcosh": Definition("np.logaddexp(x, -x) - 0.6931471805599453"),
    "tanhshrink": Definition("x - np.tanh(x)"),
    "softshrink": Definition("x - np.clip(x, -lambd, lambd)", "lambd=0.5"),
    "trelu": Definition("np.where(x > theta, x, 0)", "theta=1.0"),
    "softmax": Definition("exps / exps.sum(axis=1, keepdims=True)"),
    "logsoftmax": Definition("x - np.log(np.exp(x).sum(axis=1, keepdims=True))"),
}
"""By name; `softmax` and `logsoftmax` take whole rows, see `definition`."""

TORCH: Final[dict[str, str]] = {
    "sigmoid": "torch.sigmoid({x})",
    "tanh": "torch.tanh({x})",
    "relu": "torch.relu({x})",
    "leakyrelu": "F.leaky_relu({x}, {a})",
    "relu6": "F.relu6({x})",
    "elu": "F.elu({x}, {alpha})",
    "selu": "F.selu({x})",
    "celu": "F.celu({x}, {alpha})",
    "gelu_tanh": 'F.gelu({x}, approximate="tanh")',
    "gelu_erf": "F.gelu({x})",
    "swish": "F.silu({x})",
    "mish": "F.mish({x})",
    "softplus": "F.softplus({x})",
    "softsign": "F.softsign({x})",
    "hardsigmoid": "F.hardsigmoid({x})",
    "hardtanh": "F.hardtanh({x})",
    "hardswish": "F.hardswish({x})",
    "logsigmoid": "F.logsigmoid({x})",
    "lisht": "lisht({x})",
    "logcosh": "logcosh({x})",
    "tanhshrink": "F.tanhshrink({x})",
    "softshrink": "F.softshrink({x}, {lambd})",
    "trelu": "F.threshold({x}, {theta}, 0.0)",
}
"""By name: an expression of the array {x} and of its numbers."""

_TORCH_OWN: Final = {
    "lisht": "x * torch.tanh(x)",
    "logcosh": "x + F.softplus(-2 * x) - math.log(2)",
    "selu": "lambd * torch.where(x > 0, x, alpha * torch.expm1(x.clamp(max=0.0)))",
}
_STABLE: Final = "    x = x - x.max(axis=1, keepdims=True)"


def numpy_call(choice: Choice, x: str) -> str:
    """Return the activation of the array called `x`: `leakyrelu(x, 0.2)`."""
    entry = ACTIVATIONS.get(choice.name)
    if entry.custom:
        return formulas.python(choice.formula or entry.formula, formulas.NUMPY, {"x": x})
    if entry.name == "identity":
        return x
    values = entry.values(choice.values)
    if entry.name == "tanh":
        return f"np.tanh({x})"
    if entry.name not in NUMPY:
        raise _missing(entry.name, "NumPy")
    told = any(values[hyper.name] != hyper.default for hyper in entry.hypers)
    return f"{entry.name}({', '.join([x, *map(repr, values.values())] if told else [x])})"


def torch_call(choice: Choice, x: str) -> str:
    """Return the activation of the tensor called `x`: `F.leaky_relu(x, 0.2)`."""
    entry = ACTIVATIONS.get(choice.name)
    if entry.custom:
        return formulas.python(choice.formula or entry.formula, formulas.TORCH, {"x": x})
    if entry.name == "identity":
        return x
    values = entry.values(choice.values)
    if entry.name == "selu" and any(values[hyper.name] != hyper.default for hyper in entry.hypers):
        return f"selu({x}, {values['lambd']!r}, {values['alpha']!r})"
    if entry.name not in TORCH:
        raise _missing(entry.name, "PyTorch")
    return TORCH[entry.name].format(x=x, **{name: repr(value) for name, value in values.items()})


def _missing(name: str, language: str) -> FormatError:
    return FormatError(f"The activation {name} cannot be written for {language}.", "Choose another language, or another activation.")


def definitions(names: set[str]) -> list[str]:
    """Return the definitions for NumPy of the functions called `names` and of all that these need, each with two blank lines behind."""
    wanted = names | {need for name in names if name in NUMPY for need in NUMPY[name].needs}
    lines: list[str] = []
    for name, definition in NUMPY.items():
        if name in wanted:
            lines += [*definition.lines(name), "", ""]
            if name in ("softmax", "logsoftmax"):
                lines.insert(-3, _STABLE)
            if name == "softmax":
                lines.insert(-3, "    exps = np.exp(x)")
    return lines


def torch_definitions(source: str) -> list[str]:
    """Return the definitions for PyTorch of those functions in `source` that it lacks."""
    lines: list[str] = []
    for name, body in _TORCH_OWN.items():
        if f" {name}(" in source or f"({name}(" in source:
            lines += [f"def {name}(x{', lambd, alpha' * (name == 'selu')}):", f"    return {body}", "", ""]
    return lines
