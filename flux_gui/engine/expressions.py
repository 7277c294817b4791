"""Formulas typed by a user: checked against a whitelist and turned into nested functions; the text itself is never run."""

import ast
import difflib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import FormulaError
from flux_gui.engine import functions, special

MAX_LENGTH = 500
MAX_NODES = 200
MAX_DEPTH = 40

Evaluate = Callable[[tuple[Any, ...]], Any]


@dataclass(frozen=True)
class Function:
    """One row of the function table: how it is computed, how many arguments it takes (`most` 0: any number), what it means."""

    compute: Callable[..., Any]
    doc: str
    least: int = 1
    most: int = 1


def _minimum(first: Any, *rest: Any) -> Any:
    for other in rest:
        first = np.minimum(first, other)
    return first


def _maximum(first: Any, *rest: Any) -> Any:
    for other in rest:
        first = np.maximum(first, other)
    return first


FUNCTIONS: dict[str, Function] = {
    "sin": Function(np.sin, "sine, x in radians"),
    "cos": Function(np.cos, "cosine, x in radians"),
    "tan": Function(np.tan, "tangent, x in radians"),
    "sinh": Function(np.sinh, "hyperbolic sine"),
    "cosh": Function(np.cosh, "hyperbolic cosine"),
    "tanh": Function(np.tanh, "hyperbolic tangent"),
    "exp": Function(np.exp, "e to the power x"),
    "log": Function(np.log, "natural logarithm, x above 0"),
    "ln": Function(np.log, "natural logarithm, x above 0"),
    "log10": Function(lambda x: np.log(x) * (1 / math.log(10)), "decimal logarithm, x above 0"),
    "sqrt": Function(np.sqrt, "square root, x at least 0"),
    "abs": Function(np.absolute, "distance from 0"),
    "sign": Function(np.sign, "-1, 0 or 1"),
    "sigmoid": Function(functions.sigmoid, "1 / (1 + exp(-x))"),
    "relu": Function(functions.relu, "x above 0, else 0"),
    "softplus": Function(functions.softplus, "log(1 + exp(x))"),
    "erf": Function(special.erf, "error function, the normal distribution's S-curve from -1 to 1"),
    "min": Function(_minimum, "the smallest of its arguments", 2, 0),
    "max": Function(_maximum, "the largest of its arguments", 2, 0),
}
"""Every function a formula may call, made of numpy's universal functions and the engine's, so that traced arrays pass through them."""

CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e}

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


@dataclass(frozen=True)
class Expression:
    """A checked formula: call it with one argument per variable (numbers, arrays or traced arrays)."""

    text: str
    variables: tuple[str, ...]
    _function: Evaluate = field(repr=False, compare=False)
    used: frozenset[str] = frozenset()  # the variables that occur in it

    def __call__(self, *arguments: Any) -> Any:
        """Return the value; float32 arrays stay float32, numbers that are not finite are returned as they are."""
        if len(arguments) != len(self.variables):
            raise TypeError(f"the formula takes {len(self.variables)} arguments ({', '.join(self.variables)}), got {len(arguments)}")
        with np.errstate(all="ignore"):
            return self._function(tuple(np.float64(a) if isinstance(a, (int, float)) else a for a in arguments))

    def evaluate(self, **columns: Any) -> NDArray[np.float64]:
        """Return the values for named columns as a float64 array of their common shape, also for a constant formula."""
        arrays = [np.asarray(columns[name], dtype=np.float64) for name in self.variables]
        result = np.asarray(self(*arrays), dtype=np.float64)
        return np.array(np.broadcast_to(result, np.broadcast_shapes(*(a.shape for a in arrays))))


def parse(text: str, variables: Sequence[str] = ("x",)) -> Expression:
    """Return the formula in `text` as a function of `variables`; raises FormulaError naming the place and what to change.

    >>> float(parse("4*x + 2")(10.0))
    42.0
    """
    stripped = text.strip()
    if not stripped:
        raise FormulaError("The formula is empty.", f"Write one such as 4*{variables[0] if variables else 'x'} + 2.")
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"The formula has {len(text)} characters, at most {MAX_LENGTH} are allowed.", "Shorten it.")
    source = _Source(text, tuple(variables))
    tree = source.tree()
    value = _Compiler(source).compile(tree)
    used = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in variables)
    return Expression(stripped, tuple(variables), value.function, used)


def function(text: str, variables: Sequence[str], example: str) -> Callable[..., Any]:
    """Return the formula as a function of plain or traced arrays, one per variable, all of which it must use.

    The result has the shape that the arguments have together; FormulaError for a formula that leaves a variable out.
    """
    expression = parse(text, variables)
    unused = [name for name in variables if name not in expression.used]
    if unused:
        raise FormulaError(f"The formula '{expression.text}' does not use {' and '.join(unused)}.", f"Write one such as {example}.")
    return expression


_TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[a-zA-Z_]\w*)|(?P<operator>\*\*|[-+*/^(),×·÷−])|(?P<blank>\s+)|(?P<other>.)",
    re.DOTALL | re.ASCII,
)
_SPELLED = {"^": "**", "×": "*", "·": "*", "÷": "/", "−": "-"}
_HINTS = {
    ".": "Attributes are not available; a point may only stand inside a number.",
    "=": "Write only the right-hand side, such as 4*x + 2.",
    "%": "Available are + - * / and ** (or ^) for powers.",
    "<": "Comparisons are not available; max(x, 0), abs(x) and sign(x) make pieces.",
    ">": "Comparisons are not available; max(x, 0), abs(x) and sign(x) make pieces.",
    "π": "Write pi.",
    "²": "Write a power as x**2 or x^2.",
    "³": "Write a power as x**3 or x^3.",
}


class _Source:
    """The text of a formula as tokens, and the way back from a place in the tree to a column of the text (counted from 1)."""

    def __init__(self, text: str, variables: tuple[str, ...]) -> None:
        self.text = text
        self.variables = variables
        self._starts: list[tuple[int, int, str]] = []  # offset in the clean text, column in the typed text, token
        self._clean = ""
        previous = ""
        if "=" in text:
            self.fail("'=' cannot be used", text.index("=") + 1, _HINTS["="])
        for match in _TOKEN.finditer(text):
            kind, token, column = str(match.lastgroup), match.group(), match.start() + 1
            if kind == "blank":
                continue
            if kind == "other":
                self.fail(f"'{token}' cannot be used", column, _HINTS.get(token, "Use numbers, operators, parentheses and functions."))
            if kind == "number":
                self._check_number(token, column)
            if kind == "name" and previous == "number":
                self.fail(f"'{token}' follows a number directly", column, f"Write the multiplication sign, as in {self._last()}*{token}.")
            if kind == "name":
                self._check_name(token, column)
            self._add(kind, _SPELLED.get(token, token), column)
            previous = kind

    def _check_number(self, token: str, column: int) -> None:
        if not math.isfinite(float(token)):
            self.fail("The number is too large", column, "Numbers reach up to about 1.8e308.")

    def _check_name(self, token: str, column: int) -> None:
        known = [*self.variables, *CONSTANTS, *FUNCTIONS]
        if token not in known:
            near = difflib.get_close_matches(token.lower(), known, n=1, cutoff=0.6)
            hint = f"Did you mean {near[0]}?" if near else f"Available: {', '.join(known)}."
            self.fail(f"The name '{token}' is unknown", column, hint)

    def _last(self) -> str:
        return self._starts[-1][2]

    def _add(self, kind: str, token: str, column: int) -> None:
        self._starts.append((len(self._clean), column, token))
        self._clean += (repr(float(token)) if kind == "number" else token) + " "

    def tree(self) -> ast.expr:
        """Return the syntax tree."""
        try:
            return ast.parse(self._clean.strip(), mode="eval").body
        except SyntaxError as error:
            self._fail_syntax(error)
        except (RecursionError, MemoryError, ValueError) as error:
            raise FormulaError("The formula is nested too deeply.", "Use fewer parentheses.") from error

    def column(self, node: ast.expr) -> int:
        """Return the column where `node` begins in the typed text."""
        return self._column(node.col_offset)  # the clean text is plain ASCII: bytes are characters

    def _column(self, offset: int) -> int:
        return max((column for start, column, _ in self._starts if start <= offset), default=1)

    def _fail_syntax(self, error: SyntaxError) -> NoReturn:
        tokens = [token for *_, token in self._starts]
        depth = 0
        for _, column, token in self._starts:
            depth += {"(": 1, ")": -1}.get(token, 0)
            if depth < 0:
                self.fail("This parenthesis was never opened", column, "Remove it or add '(' before it.")
        if depth > 0:
            column = [c for _, c, t in self._starts if t == "("][-1]
            self.fail("A parenthesis is not closed", column, f"Add {depth} x ')' at the end." if depth > 1 else "Add ')' at the end.")
        if tokens[-1] in {"+", "-", "*", "/", "**", ","}:
            self.fail(f"Something is missing after '{tokens[-1]}'", self._starts[-1][1], "Complete it, for instance 4*x + 2.")
        column = self._column((error.offset or 1) - 1)
        self.fail("The formula cannot be understood", column, "Check operators and parentheses; functions are written like sin(x).")

    def fail(self, problem: str, column: int, hint: str) -> NoReturn:
        """Raise FormulaError: `problem` at `column` of the quoted formula."""
        shown = self.text.strip()
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        raise FormulaError(f"{problem} at column {column} of the formula '{shown}'.", hint)


@dataclass(frozen=True)
class _Value:
    """A compiled part: its function and, when no variable occurs in it, its number."""

    function: Evaluate
    constant: float | None = None


class _Compiler:
    """Walks the syntax tree once, lets only known nodes through, folds constants and returns nested closures."""

    def __init__(self, source: _Source) -> None:
        self.source = source
        self.nodes = 0

    def compile(self, node: ast.expr, depth: int = 1) -> _Value:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise FormulaError(f"The formula has more than {MAX_NODES} parts.", "Shorten it.")
        if depth > MAX_DEPTH:
            raise FormulaError(f"The formula is nested more than {MAX_DEPTH} levels deep.", "Use fewer terms or parentheses.")
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
            inner = self.compile(node.operand, depth + 1)
            return inner if isinstance(node.op, ast.UAdd) else self._apply(node, lambda a: -a, inner)
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            left, right = self.compile(node.left, depth + 1), self.compile(node.right, depth + 1)
            return self._apply(node, _OPERATORS[type(node.op)], left, right)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, ast.Tuple):
            self.source.fail(
                "A comma can only separate arguments of a function", self.source.column(node), "Write decimals with a point: 2.5."
            )
        return self.source.fail("Something that is not available stands", self.source.column(node), "Use numbers, operators and functions.")

    def _number(self, node: ast.Constant) -> _Value:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            self.source.fail(f"{node.value!r} cannot be used", self.source.column(node), "Use numbers, operators and functions.")
        return _constant(float(node.value))

    def _name(self, node: ast.Name) -> _Value:
        name = node.id
        if name in self.source.variables:
            index = self.source.variables.index(name)
            return _Value(lambda arguments: arguments[index])
        if name in CONSTANTS:
            return _constant(CONSTANTS[name])
        return self.source.fail(f"The function {name} has no argument", self.source.column(node), f"Write {name}(x).")

    def _call(self, node: ast.Call, depth: int) -> _Value:
        column = self.source.column(node)
        if not isinstance(node.func, ast.Name) or node.func.id in self.source.variables or node.func.id in CONSTANTS:
            self.source.fail("An operator is missing before a parenthesis", column, "Write the multiplication sign, as in 2*(x + 1).")
        name = node.func.id
        function, count = FUNCTIONS[name], len(node.args)
        if node.keywords or count < function.least or (function.most and count > function.most):
            wanted = f"{function.least}" if function.most == function.least else f"at least {function.least}"
            self.source.fail(f"{name} takes {wanted} argument{'s' * (function.least > 1)}, got {count}", column, f"{name}: {function.doc}.")
        return self._apply(node, function.compute, *(self.compile(argument, depth + 1) for argument in node.args))

    def _apply(self, node: ast.expr, compute: Callable[..., Any], *parts: _Value) -> _Value:
        """Return compute(parts): a number now if all parts are numbers, a closure otherwise."""
        if all(part.constant is not None for part in parts):
            with np.errstate(all="ignore"):
                value = float(compute(*(np.float64(part.constant) for part in parts if part.constant is not None)))
            if not math.isfinite(value):
                hint = "Check for a division by 0, a root or logarithm of a negative number, or a power that is too large."
                self.source.fail(f"A constant part has no finite value ({value})", self.source.column(node), hint)
            return _constant(value)
        functions = tuple(part.function for part in parts)
        if len(functions) == 1:
            only = functions[0]
            return _Value(lambda arguments: compute(only(arguments)))
        if len(functions) == 2:
            first, second = functions
            return _Value(lambda arguments: compute(first(arguments), second(arguments)))
        return _Value(lambda arguments: compute(*(function(arguments) for function in functions)))


def _constant(value: float) -> _Value:
    return _Value(lambda _: value, value)
