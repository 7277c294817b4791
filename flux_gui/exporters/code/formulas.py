"""Formulas of this program as source text of Python, for NumPy, PyTorch or this library; constants are worked out beforehand."""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flux_gui.engine.expressions import FUNCTIONS, parse

_SIGNS: Final = (("^", "**"), ("×", "*"), ("·", "*"), ("÷", "/"), ("−", "-"))
_ZEROS: Final = re.compile(r"(?<![\w.])0+(?=\d)")


@dataclass(frozen=True)
class Dialect:
    """How functions and constants are called; `extreme(kind, parts, constants)` writes min and max of parts that are arrays."""

    names: Mapping[str, str]
    extreme: Callable[[str, Sequence[str], Sequence[float]], str]
    constants: Mapping[str, str]


def _pairs(prefix: str, ends: tuple[str, str]) -> Callable[[str, Sequence[str], Sequence[float]], str]:
    """Return min and max as functions of two arrays, one inside the other."""

    def extreme(kind: str, parts: Sequence[str], constants: Sequence[float]) -> str:
        end = ends[kind == "max"]
        written = [*parts, *(f"{number!r}" for number in constants)]
        text = written[0]
        for other in written[1:]:
            text = f"{prefix}.{end}({text}, {other})"
        return text

    return extreme


def _clamped(kind: str, parts: Sequence[str], constants: Sequence[float]) -> str:
    text = _pairs("torch", ("minimum", "maximum"))(kind, parts, ())
    if not constants:
        return text
    limit = f"max={min(constants)!r}" if kind == "min" else f"min={max(constants)!r}"
    return f"torch.clamp({text}, {limit})"


def _same(prefix: str, **others: str) -> dict[str, str]:
    usual = {"ln": "log", "min": "minimum", "max": "maximum"}
    return {name: others.get(name, f"{prefix}.{usual.get(name, name)}") for name in FUNCTIONS}


NUMPY: Final = Dialect(
    _same("np", sigmoid="sigmoid", relu="relu", softplus="softplus", erf="erf"),
    _pairs("np", ("minimum", "maximum")),
    {"pi": "np.pi", "e": "np.e"},
)
TORCH: Final = Dialect(_same("torch", softplus="F.softplus"), _clamped, {"pi": "math.pi", "e": "math.e"})
FLUX: Final = Dialect(
    _same("np", sigmoid="flux.sigmoid", relu="flux.relu", softplus="flux.softplus", erf="flux.erf"),
    _pairs("flux", ("minimum", "maximum")),
    {"pi": "np.pi", "e": "np.e"},
)


def python(text: str, dialect: Dialect, variables: Mapping[str, str]) -> str:
    """Return a formula that is known to be right as source text; `variables` says what each of its variables is called there."""
    for sign, plain in _SIGNS:
        text = text.replace(sign, plain)
    tree = ast.parse(_ZEROS.sub("", text.strip()), mode="eval").body
    return ast.unparse(_Writer(dialect, variables).visit(tree))


def used(text: str) -> set[str]:
    """Return the functions that a formula calls."""
    return {name for name in re.findall(r"(?<![\w.])[A-Za-z_]\w*(?=\s*\()", text) if name in FUNCTIONS}


class _Writer(ast.NodeTransformer):
    """Renames what a formula calls; a part without variables that calls something becomes its number."""

    def __init__(self, dialect: Dialect, variables: Mapping[str, str]) -> None:
        self.dialect, self.variables = dialect, variables

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Return a variable or constant by its name in the program."""
        return ast.Name(self.variables.get(node.id) or self.dialect.constants.get(node.id, node.id))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Return a call by the name of its function in the program."""
        assert isinstance(node.func, ast.Name)
        if self._constant(node):
            return ast.Constant(_value(node))
        name = node.func.id
        if name not in ("min", "max"):
            inner = [ast.unparse(self.visit(part)) for part in node.args]
            return ast.Name(f"{self.dialect.names[name]}({', '.join(inner)})")
        constants = [_value(part) for part in node.args if self._constant(part)]
        parts = [ast.unparse(self.visit(part)) for part in node.args if not self._constant(part)]
        return ast.Name(self.dialect.extreme(name, parts, constants))

    def _constant(self, node: ast.AST) -> bool:
        return not any(isinstance(part, ast.Name) and part.id in self.variables for part in ast.walk(node))


def _value(node: ast.expr) -> float:
    return float(parse(ast.unparse(node), ())())
