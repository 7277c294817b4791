"""Primitives that move numbers without computing: parts of arrays by basic slices, joining, rows of a table by index.

They are registered like the primitives of `ops.py` and reach users as `x[...]`, `concatenate`, `flatten` and `take_rows`.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError, ShapeError
from flux_gui.engine import ops  # noqa: F401  (fills the table of primitives)
from flux_gui.engine.backend import Backend, Call
from flux_gui.engine.graph import Op, Shape, Traced, Value, apply, register

Attrs = tuple[Any, ...]
Bounds = tuple[tuple[int, int | None, int], ...]  # start, stop, step of each axis

# --------------------------------------------------------------------------------------------- slice and its inverse


def _slices(bounds: Bounds) -> tuple[slice, ...]:
    return tuple(slice(*one) for one in bounds)


def _sliced_shape(bounds: Bounds, shape: Shape) -> Shape:
    return tuple(len(range(*part.indices(n))) for part, n in zip(_slices(bounds), shape, strict=True))


def _pad_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    target = out[_slices(attrs[0])]
    return [(out.fill, (0,)), (backend.function("copyto"), (target, inputs[0].reshape(target.shape)))]


# The second attribute of `slice` is the result's shape: axes of length 1 dropped or added, which never copies.
register(
    Op(
        "slice",
        lambda shapes, attrs: attrs[1],
        view=lambda backend, array, attrs: array[_slices(attrs[0])].reshape(attrs[1]),
        derivative=lambda n, dy: (apply("pad", dy, attrs=(n.attrs[0], n.inputs[0].shape)),),
    )
)
register(
    Op(
        "pad",  # zeros of the shape attrs[1] with the input at the slices attrs[0]
        lambda shapes, attrs: attrs[1],
        _pad_kernel,
        lambda n, dy: (apply("slice", dy, attrs=(n.attrs[0], n.inputs[0].shape)),),
    )
)


def part_of(x: Value, key: Any) -> Any:
    """Return `x[key]` for whole numbers, slices, None and `...`: what `traced[key]` calls."""
    given = list(key) if isinstance(key, tuple) else [key]
    if sum(k is Ellipsis for k in given) > 1 or not all(_is_basic(k) for k in given):
        raise FluxError(
            "A traced array can only be indexed by whole numbers and slices.",
            "Use flux.where for a condition, flux.take_rows for rows by index, or flux.Select for columns.",
        )
    missing = x.ndim - sum(k is not None and k is not Ellipsis for k in given)
    if missing < 0:
        raise ShapeError(f"An array of shape {tuple(x.shape)} has {x.ndim} axes, got {x.ndim - missing} indices.", "Use fewer.")
    place = next((i for i, k in enumerate(given) if k is Ellipsis), len(given))
    given[place : place + 1] = [slice(None)] * missing
    bounds: list[tuple[int, int | None, int]] = []
    shape: list[int] = []
    for k in given:
        if k is None:
            shape.append(1)
            continue
        n = x.shape[len(bounds)]
        if isinstance(k, slice):
            start, stop, step = k.indices(n)
            shape.append(len(range(start, stop, step)))
            bounds.append((start, None if stop < 0 else stop, step))
        else:
            bounds.append(_single(k, n, len(bounds)))
    attrs = (tuple(bounds), tuple(shape))
    whole = all(one == (0, n, 1) for one, n in zip(bounds, x.shape, strict=True))
    return x if whole and attrs[1] == tuple(x.shape) else apply("slice", x, attrs=attrs)


def _is_basic(key: Any) -> bool:
    return key is None or key is Ellipsis or isinstance(key, slice) or (isinstance(key, int | np.integer) and not isinstance(key, bool))


def _single(index: Any, size: int, axis: int) -> tuple[int, int, int]:
    if not -size <= index < size:
        raise ShapeError(f"Index {index} is outside axis {axis}, which has {size} entries.", f"Use 0 ... {size - 1}.")
    start = int(index) % size
    return (start, start + 1, 1)


# ------------------------------------------------------------------------------------------------------ concatenate


def _concatenated_shape(shapes: tuple[Shape, ...], attrs: Attrs) -> Shape:
    axis, first = attrs[0], shapes[0]
    for other in shapes[1:]:
        same = len(other) == len(first) and all(a == b for i, (a, b) in enumerate(zip(first, other, strict=True)) if i != axis)
        if not same:
            raise ShapeError(f"Arrays of shapes {first} and {other} cannot be joined.", f"They may differ along axis {axis} only.")
    return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])


def _along(axis: int, sizes: Sequence[int], ndim: int, shape: Shape) -> list[Bounds]:
    """Return the bounds of stretches of the given sizes one after another along `axis`."""
    result: list[Bounds] = []
    start = 0
    for size in sizes:
        result.append(tuple((start, start + size, 1) if i == axis else (0, shape[i], 1) for i in range(ndim)))
        start += size
    return result


def _concatenate_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    bounds = _along(attrs[0], [i.shape[attrs[0]] for i in inputs], len(out.shape), tuple(out.shape))
    copy = backend.function("copyto")
    return [(copy, (out[_slices(place)], array)) for place, array in zip(bounds, inputs, strict=True)]


def _concatenate_derivative(n: Traced, dy: Traced) -> tuple[Traced | None, ...]:
    bounds = _along(n.attrs[0], [i.shape[n.attrs[0]] for i in n.inputs], n.ndim, n.shape)
    return tuple(apply("slice", dy, attrs=(place, part.shape)) for place, part in zip(bounds, n.inputs, strict=True))


register(Op("concatenate", _concatenated_shape, _concatenate_kernel, _concatenate_derivative))


def concatenate(*parts: Any, axis: int = -1) -> Any:
    """Arrays one after another along `axis`, columns by default: (rows, a) and (rows, b) -> (rows, a + b). Flux: `vcat`.

    Takes the arrays one by one, so that it serves as a connection, or as one list. Raises ShapeError when other axes differ.
    """
    arrays = list(parts[0]) if len(parts) == 1 and isinstance(parts[0], list | tuple) else list(parts)
    arrays = [a if isinstance(a, Traced | np.ndarray) else np.asarray(a) for a in arrays]
    if not arrays:
        raise ShapeError("There is nothing to join.", "Give at least one array.")
    if len(arrays) == 1:
        return arrays[0]
    ndim = len(arrays[0].shape)
    if not -ndim <= axis < ndim:
        raise ShapeError(f"An array of shape {tuple(arrays[0].shape)} has no axis {axis}.", "Rows are axis 0, columns axis 1.")
    return apply("concatenate", *arrays, attrs=(axis % ndim,))


def flatten(x: Any) -> Any:
    """`x` with all axes but the first made one: (rows, a, b) -> (rows, a b). Flux: `flatten`."""
    shape = tuple(x.shape)
    flat = (shape[0], math.prod(shape[1:]))
    return x if flat == shape else apply("reshape", x, attrs=(flat,))


# -------------------------------------------------------------------------------------------------- rows of a table


def _take_kernel(backend: Backend, attrs: Attrs, inputs: Sequence[Any], out: Any) -> list[Call]:
    table, index = inputs
    places = backend.empty(tuple(index.shape), np.intp)
    size, name = table.shape[0], attrs[1]

    def find() -> None:
        values = backend.to_host(index)
        wrong = ~((values >= 0) & (values < size) & (values == np.floor(values)))  # true for NaN as well
        if wrong.any():
            raise ShapeError(
                f"{name} expects whole numbers 0 ... {size - 1}, got {float(values[wrong].ravel()[0]):g}.",
                "Count categories from 0, and make the layer as large as there are categories.",
            )
        backend.load(places, values)

    return [(find, ()), (_take, (backend.taker(table), places, out))]


def _take(taker: Any, places: Any, out: Any) -> None:
    taker(places, 0, out, "clip")


def _take_derivative(n: Traced, dy: Traced) -> tuple[Traced | None, ...]:
    table, index = n.inputs
    size = table.shape[0]
    chosen = apply("equal", apply("reshape", index, attrs=((index.size, 1),)), np.arange(size, dtype=np.float64))
    rows = apply("reshape", dy, attrs=((index.size, table.shape[1]),))
    gradient = chosen.T @ rows  # the rows that chose the same entry add up
    if n.attrs[0] >= 0:
        gradient = gradient * (np.arange(size)[:, None] != n.attrs[0]).astype(np.float64)
    return gradient, None


register(Op("take_rows", lambda shapes, attrs: (*shapes[1], shapes[0][1]), _take_kernel, _take_derivative))


def take_rows(table: Any, index: Any, *, padding: int = -1, name: str = "take_rows") -> Any:
    """Rows of `table` (n, k) by whole numbers `index` (...) in 0 ... n-1 -> (..., k). Raises ShapeError in words for other numbers.

    The row `padding` gets no gradient; `name` is what the error calls it.
    """
    return apply("take_rows", table, index, attrs=(padding, name))
