"""What bound numpy calls mean, as plain statements over memory: element by element, products of matrices, sums."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from flux_gui.engine.backend import Call, copy_where
from flux_gui.engine.native.functions import OWN

MOST_ELEMENTS: Final = 4096  # of statements that are not simple loops over one stretch of memory
MOST_CALCULATED: Final = 192  # elements of functions such as exp, of which numpy computes many faster
MOST_PRODUCTS: Final = 1 << 17  # multiply-adds of a matrix product; larger ones belong to the matrix library
CALCULATED: Final = frozenset(("exp", "expm1", "log", "log1p", "logaddexp", "tanh", "sin", "cos", "tan", "sinh", "cosh", "power"))
_ARITHMETIC = ("add", "subtract", "multiply", "divide", "maximum", "minimum", "negative", "absolute", "sign", "square", "sqrt")
_COMPARING = ("greater", "greater_equal", "equal")
_LOGICAL = ("logical_and", "logical_or", "logical_not")
_KNOWN = {*CALCULATED, *_ARITHMETIC, *_COMPARING, *_LOGICAL}
_TYPES = {np.dtype(np.float32): "float", np.dtype(np.float64): "double", np.dtype(bool): "i8"}


@dataclass(frozen=True)
class View:
    """Numbers in memory: where they start, of which kind ("float", "double" or "i8" for truth), and bytes from one to the next."""

    address: int
    kind: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def size(self) -> int:
        """The count of numbers, repeated ones counted each time."""
        return math.prod(self.shape)

    @property
    def width(self) -> int:
        """Bytes of one number."""
        return {"float": 4, "double": 8, "i8": 1}[self.kind]

    @property
    def span(self) -> tuple[int, int]:
        """The bytes from the first number to behind the last."""
        reach = sum((n - 1) * s for n, s in zip(self.shape, self.strides, strict=True))
        return self.address, self.address + reach + self.width


@dataclass(frozen=True)
class Elementwise:
    """`out` = `name` of the inputs, element by element; all have the shape of `out`, with stride 0 where a number is repeated."""

    name: str
    inputs: tuple[View, ...]
    out: View


@dataclass(frozen=True)
class Product:
    """`out` (m, n) = `a` (m, k) times `b` (k, n)."""

    a: View
    b: View
    out: View


@dataclass(frozen=True)
class Reduction:
    """`out` (rows,) = sum or largest of `source` (rows, terms) over the terms, in order."""

    name: str
    source: View
    out: View


Statement = Elementwise | Product | Reduction


def views(statement: Statement) -> tuple[View, ...]:
    """Return all views of a statement, what it writes last."""
    if isinstance(statement, Elementwise):
        return (*statement.inputs, statement.out)
    return (statement.a, statement.b, statement.out) if isinstance(statement, Product) else (statement.source, statement.out)


def signature(pieces: Sequence[Sequence[Statement]]) -> tuple[Any, ...]:
    """Return a value that is equal for statements that do the same to memory of the same arrangement, wherever that lies."""
    every = sorted({view for piece in pieces for statement in piece for view in views(statement)}, key=lambda view: view.address)
    where: dict[int, tuple[int, int]] = {}  # address -> (stretch of memory without gaps, place in it)
    stretch, start, end = -1, 0, 0
    for view in every:
        first, last = view.span
        if first >= end:
            stretch, start = stretch + 1, first
        end = max(end, last)
        where[first] = (stretch, first - start)
    numbers: dict[int, int] = {}  # stretches are counted as they are met, not as they lie

    def row(view: View) -> tuple[Any, ...]:
        place, offset = where[view.address]
        return numbers.setdefault(place, len(numbers)), offset, view.kind, view.shape, view.strides

    return tuple(
        tuple((type(one).__name__, getattr(one, "name", ""), *(row(view) for view in views(one))) for one in piece) for piece in pieces
    )


def meaning(call: Call) -> Statement | None:
    """Return what a call does, None where it is not, or should not be, translated."""
    function, arguments = call
    function = getattr(function, "ufunc", function)
    if isinstance(function, np.ufunc):
        return _elementwise(function.__name__, arguments[:-1], arguments[-1]) if len(arguments) == function.nin + 1 else None
    if function is np.copyto and len(arguments) == 2:
        return _elementwise("copy", arguments[1:], arguments[0])
    if function is copy_where:
        _, out, values, condition = arguments
        return _elementwise("select", (condition, values, out), out)
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    if isinstance(owner, np.ndarray) and name == "dot":
        return _product(owner, *arguments)
    if isinstance(owner, np.ufunc) and name == "reduce":
        return _reduction(owner.__name__, *arguments)
    return None


def _view(array: Any, shape: tuple[int, ...] | None = None) -> View | None:
    if not isinstance(array, np.ndarray) or array.dtype not in _TYPES or not array.dtype.isnative:
        return None
    if shape is not None and array.shape != shape:
        try:
            array = np.broadcast_to(array, shape)
        except ValueError:
            return None
    if any(stride < 0 for stride in array.strides):
        return None
    return View(array.__array_interface__["data"][0], _TYPES[array.dtype], array.shape, array.strides)


def _elementwise(name: str, inputs: tuple[Any, ...], out: Any) -> Elementwise | None:
    if not isinstance(out, np.ndarray) or out.size == 0 or (name not in _KNOWN and name not in ("copy", "select")):
        return None
    views = [_view(array, out.shape) for array in (*inputs, out)]
    if any(view is None for view in views) or not _fitting(name, [view.kind for view in views if view is not None]):
        return None
    if name in CALCULATED and out.size > (MOST_ELEMENTS if name in OWN and out.dtype == np.float32 else MOST_CALCULATED):
        return None
    *sources, target = flattened([view for view in views if view is not None])
    if len(target.shape) > 1 and (len(target.shape) > 2 or target.size > MOST_ELEMENTS):
        return None
    if not is_stretch(target) and target.size > MOST_ELEMENTS:
        return None
    return Elementwise(name, tuple(sources), target) if _safe(sources, target) else None


def _fitting(name: str, kinds: list[str]) -> bool:
    """Whether the kinds of numbers are those for which the translation does what numpy does."""
    *sources, target = kinds
    if name in _LOGICAL:
        return set(kinds) == {"i8"}
    if name in _COMPARING:
        return target == "i8" and len(set(sources)) == 1 and sources[0] != "i8"
    if name == "select":
        return sources[0] == "i8" and sources[1] == target != "i8"
    return (
        target != "i8" and any(kind == target for kind in sources) and set(sources) <= {target, "i8"}
        if name != "copy"
        else (target != "i8" and sources[0] in (target, "i8"))
    )


def _safe(sources: list[View], target: View) -> bool:
    """Whether no input lies across the output other than exactly on it."""
    return all((s.strides == target.strides and s.address == target.address) or not overlap(s, target) for s in sources)


def overlap(a: View, b: View) -> bool:
    """Whether two views may share memory."""
    (a0, a1), (b0, b1) = a.span, b.span
    return a0 < b1 and b0 < a1


def is_stretch(view: View) -> bool:
    """Whether the numbers lie one after another, or are a single one."""
    return view.shape == () or (len(view.shape) == 1 and view.strides[0] == view.width)


def flattened(views: list[View]) -> list[View]:
    """Return views of one shape with as few dimensions as they need: lengths of 1 left out, neighbours joined where all allow it."""
    dims = [i for i, n in enumerate(views[0].shape) if n != 1]
    shape = [views[0].shape[i] for i in dims]
    strides = [[view.strides[i] for i in dims] for view in views]
    i = 0
    while i + 1 < len(shape):
        if all(s[i] == s[i + 1] * shape[i + 1] for s in strides):
            shape[i : i + 2] = [shape[i] * shape[i + 1]]
            for s in strides:
                del s[i]
        else:
            i += 1
    return [View(view.address, view.kind, tuple(shape), tuple(s)) for view, s in zip(views, strides, strict=True)]


def _product(a: Any, b: Any, out: Any) -> Product | None:
    views = [_view(array) for array in (a, b, out)]
    if any(view is None for view in views) or len({view.kind for view in views if view is not None}) != 1:
        return None
    left, right, target = (view for view in views if view is not None)
    if left.kind == "i8" or not 1 <= len(left.shape) <= 2 or not 1 <= len(right.shape) <= 2:
        return None
    if len(left.shape) == 1:
        left = View(left.address, left.kind, (1, *left.shape), (0, *left.strides))
    if len(right.shape) == 1:
        right = View(right.address, right.kind, (*right.shape, 1), (*right.strides, 0))
    (m, k), n = left.shape, right.shape[1]
    if m * n * k > MOST_PRODUCTS or m * n * k == 0 or target.size != m * n:
        return None
    strides = iter(s for s, size in zip(target.strides, target.shape, strict=True) if size != 1)
    whole = tuple(next(strides) if size != 1 else 0 for size in (m, n))
    target = View(target.address, target.kind, (m, n), whole)
    return None if overlap(left, target) or overlap(right, target) else Product(left, right, target)


def _reduction(name: str, array: Any, axis: Any, dtype: Any, out: Any, keepdims: bool) -> Reduction | None:
    source, target = _view(array), _view(out)
    if source is None or target is None or name not in ("add", "maximum") or dtype is not None or source.kind != target.kind:
        return None
    axes = {a % len(source.shape) for a in (axis if isinstance(axis, tuple) else (axis,))} if source.shape else set()
    kept = [i for i in range(len(source.shape)) if i not in axes]
    if source.kind == "i8" or not 0 < source.size <= MOST_ELEMENTS or overlap(source, target):
        return None
    rows = flattened([_part(source, kept)])[0]
    terms = flattened([_part(source, sorted(axes))])[0]
    goal = flattened([target])[0]
    if max(len(rows.shape), len(terms.shape), len(goal.shape)) > 1 or goal.shape != rows.shape:
        return None
    joined = View(source.address, source.kind, (rows.size, terms.size), (*(rows.strides or (0,)), *(terms.strides or (0,))))
    return Reduction(name, joined, View(goal.address, goal.kind, (rows.size,), goal.strides or (0,)))


def _part(view: View, axes: list[int]) -> View:
    return View(view.address, view.kind, tuple(view.shape[i] for i in axes), tuple(view.strides[i] for i in axes))
