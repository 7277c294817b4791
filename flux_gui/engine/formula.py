"""A layer of one's own as a formula in `x` and named trainable parameters, such as `a*x + b`."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from flux_gui.core.errors import FormulaError, ShapeError
from flux_gui.engine import expressions
from flux_gui.engine.layers import expect_columns, whole
from flux_gui.engine.ownership import Layer

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?!\w*\s*\()", re.ASCII)


class Formula(Layer):
    """What a formula makes of every number of x (rows, columns) and trainable parameters; the same shape, exact gradients.

    `parameters` maps names to start values: an array (columns,), or a number, which becomes one parameter for each of `inputs`
    columns, or a single one when `inputs` is not given. FormulaError for a name that cannot be used; ShapeError when the result has
    another shape than x. Formulas are those of `expressions.py`.

    >>> swish = flux.Formula("x * sigmoid(beta*x)", {"beta": 1.0})
    """

    def __init__(self, formula: str, parameters: Mapping[str, Any] | None = None, inputs: int | None = None, *, dtype: Any = None) -> None:
        super().__init__(dtype)
        given = dict(parameters or {})
        check_names(tuple(given))
        self.formula = formula.strip()
        self._expression = expressions.parse(formula, ("x", *given))
        if "x" not in self._expression.used:
            raise FormulaError(f"The formula '{self.formula}' does not use x, the layer's input.", "Write one such as a*x + b.")
        self._names = tuple(given)
        size = 1 if inputs is None else whole(inputs, "Formula", "inputs")
        for name, start in given.items():
            array = np.asarray(start, dtype=np.float64)
            self.parameter(name, np.full(size, float(array)) if array.ndim == 0 else array)

    def forward(self, x: Any) -> Any:
        """Return the formula's value for every number of x."""
        for own in self._own.values():
            if x.ndim and own.shape[-1:] not in ((), (1,), tuple(x.shape[-1:])):
                expect_columns(self, x, own.shape[-1])
        y = self._expression(x, *(getattr(self, name) for name in self._names))
        if tuple(y.shape) != tuple(x.shape):
            raise ShapeError(
                f"{self.describe()} turns an input of shape {tuple(x.shape)} into {tuple(y.shape)}.",
                "Use x in the formula, and parameters with one number a column or a single one.",
            )
        return y

    def describe(self) -> str:
        """Return the layer as one line, such as `Formula(a*x + b)`."""
        return f"Formula({self.formula})"


def check_names(names: tuple[str, ...]) -> None:
    """Raise FormulaError unless all names can be parameters of a formula layer."""
    for name in names:
        taken = name in expressions.FUNCTIONS or name in expressions.CONSTANTS or name == "x"
        if not _NAME.match(name) or taken or hasattr(Layer, name) or name in ("active", "formula"):
            raise FormulaError(
                f"'{name}' cannot be the name of a parameter.",
                "Use letters, digits and _, and no name that has a meaning of its own, like x or exp.",
            )
    if len(set(names)) < len(names):
        raise FormulaError("Two parameters of a formula have the same name.", "Rename one of them.")


def names_in(formula: str) -> tuple[str, ...]:
    """Return the names of the parameters in a formula of `x`, in order: every name that is neither x nor a constant nor a call."""
    found = dict.fromkeys(_WORD.findall(formula))
    return tuple(name for name in found if name != "x" and name not in expressions.CONSTANTS and name not in expressions.FUNCTIONS)
