"""The array module that plans run on, seeded random numbers, and a strict stand-in that behaves like a GPU module.

This is the only file that may import cupy. Everything a plan calls is listed in `ALLOWED`, so that a function
that only numpy has cannot creep in: the stand-in refuses it, and refuses implicit conversion to numpy as well.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

Call = tuple[Callable[..., Any], tuple[Any, ...]]


def run(calls: Iterable[Call]) -> None:
    """Run bound calls one after another."""
    for function, arguments in calls:
        function(*arguments)


UFUNCS = (
    *(
        "add",
        "subtract",
        "multiply",
        "divide",
        "floor_divide",
        "remainder",
        "power",
        "maximum",
        "minimum",
        "greater",
        "greater_equal",
        "equal",
    ),
    *("logical_and", "logical_or", "logical_not", "bitwise_and", "bitwise_xor"),
    *("negative", "absolute", "sign", "square", "sqrt", "exp", "expm1", "log", "log1p", "logaddexp"),
    *("tanh", "sin", "cos", "tan", "sinh", "cosh"),
)
ALLOWED = (*UFUNCS, "dot", "sum", "amax", "copyto", "empty", "zeros", "asarray", "take", "broadcast_to")


class Backend:
    """One array module with the few operations whose best form differs between modules."""

    def __init__(self, name: str, xp: Any, ufunc_reduce: bool) -> None:
        self.name = name
        self.xp = xp
        self._ufunc_reduce = ufunc_reduce

    def function(self, name: str) -> Callable[..., Any]:
        """Return the allowed function `name` of the array module."""
        if name not in ALLOWED:
            raise ValueError(f"'{name}' is not in the list of functions that every device has")
        function: Callable[..., Any] = getattr(self.xp, name)
        return _into(function) if name in ("maximum", "minimum") else function

    def empty(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """Return an uninitialised array on the device."""
        return self.xp.empty(shape, dtype)

    def zeros(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """Return an array of zeros on the device."""
        return self.xp.zeros(shape, dtype)

    def flat(self, size: int, dtype: Any) -> Any:
        """Return a flat array of zeros on the device, aligned as its kernels like it."""
        return aligned_array(size, dtype) if self.xp is np else self.xp.zeros((size,), dtype)

    def buffer(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """Return an uninitialised array on the device, aligned as its kernels like it."""
        if self.xp is not np:
            return self.xp.empty(shape, dtype)
        size = int(np.prod(shape, dtype=np.int64))
        return aligned(size * np.dtype(dtype).itemsize).view(dtype).reshape(shape)

    def asarray(self, array: Any, dtype: Any = None) -> Any:
        """Return `array` on the device, without a copy where that is possible."""
        return self.xp.asarray(array, dtype)

    def broadcast_to(self, array: Any, shape: tuple[int, ...]) -> Any:
        """Return a view of `array` that repeats it to `shape`."""
        return self.xp.broadcast_to(array, shape)

    def to_host(self, array: Any) -> np.ndarray:
        """Return a device array as numpy array, without a copy where that is possible."""
        host: np.ndarray = array.get() if hasattr(array, "get") else np.asarray(array)
        return host

    @property
    def load(self) -> Callable[[Any, Any], None]:
        """The function (target, array) that copies an array of the host into one of the device, converting its format."""
        return _load_host if self.xp is np else partial(_load_device, self.xp)

    def taker(self, array: Any) -> Callable[[Any, int, Any, str], Any]:
        """Return the function (rows, axis, out, "clip") that gathers rows of `array` into `out`."""
        return array.take if self.xp is np else partial(_take, self.xp.take, array)

    def dot(self, a: Any, b: Any, out: Any) -> Call:
        """Return the call that writes the matrix product, or the sum of products of two vectors, to `out`."""
        if self.xp is np:
            return (a.dot, (b, out))  # numpy's function asks first whether somebody overrides it: a tenth of a microsecond
        return (self.function("dot"), (a, b, out))

    def reduce(self, kind: str, array: Any, axes: tuple[int, ...], out: Any, keepdims: bool) -> Call:
        """Return the call that reduces `array` over `axes` by "add" or "maximum" into `out`."""
        axis: Any = axes if len(axes) > 1 else axes[0]
        if self._ufunc_reduce:
            return (getattr(np, kind).reduce, (array, axis, None, out, keepdims))
        function = self.function("sum" if kind == "add" else "amax")
        return (_reduce, (function, array, axis, out, keepdims))


def _into(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` of two arrays taking `out` as third positional argument, which numpy deprecates for these two alone."""

    def call(first: Any, second: Any, out: Any = None) -> Any:
        return function(first, second, out=out)

    call.ufunc = function  # type: ignore[attr-defined]
    return call


def copy_where(copyto: Callable[..., None], out: Any, values: Any, condition: Any) -> None:
    """Write `values` to `out` where `condition` holds."""
    copyto(out, values, where=condition)


_load_host = partial(np.copyto, casting="unsafe")


def _load_device(xp: Any, target: Any, array: Any) -> None:
    target[...] = xp.asarray(np.asarray(array), target.dtype)


def _take(take: Callable[..., Any], array: Any, rows: Any, axis: int, out: Any, mode: str) -> None:
    take(array, rows, axis, out)  # rows are always in range: the mode is for numpy, which buffers otherwise


def _reduce(function: Callable[..., Any], array: Any, axis: Any, out: Any, keepdims: bool) -> None:
    function(array, axis=axis, out=out, keepdims=keepdims)


NUMPY = Backend("cpu", np, ufunc_reduce=True)


def aligned(nbytes: int) -> np.ndarray:
    """Return `nbytes` uninitialised bytes that start at a multiple of 64."""
    raw = np.empty(nbytes + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + nbytes]


def aligned_array(size: int, dtype: Any) -> np.ndarray:
    """Return a flat array of zeros that starts at a multiple of 64 bytes."""
    array: np.ndarray = aligned(size * np.dtype(dtype).itemsize).view(dtype)
    array[:] = 0
    return array


def key(seed: int, number: int) -> np.ndarray:
    """Return the key of the random stream `number` of `seed`; any whole number is a seed."""
    return np.array([seed & (2**64 - 1), number], np.uint64)


def permutation(seed: int, epoch: int, rows: int) -> np.ndarray:
    """Return the order of rows in `epoch`, int64 (rows,): a function of its arguments alone."""
    return np.random.Generator(np.random.Philox(key=key(seed, epoch))).permutation(rows)


class Clock:
    """The integers that random nodes depend on: the run's seed and the number of the step."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.step = 0
        self._gradients = 0
        self._streams: dict[tuple[int, int], tuple[np.random.Generator, dict[str, Any]]] = {}
        self._orders: tuple[int, np.random.Generator, dict[str, Any]] | None = None

    def aside(self) -> "Clock":
        """Return a clock for one gradient outside of a run: each has numbers of its own, and the run's steps keep theirs."""
        self._gradients += 1
        clock = Clock(self.seed)
        clock.step = (1 << 40) + self._gradients
        return clock

    def order(self, epoch: int, rows: int) -> np.ndarray:
        """Return `permutation(seed, epoch, rows)`; the generator is kept and set anew, which takes a third of the time."""
        if self._orders is None or self._orders[0] != self.seed:
            bits = np.random.Philox(key=key(self.seed, epoch))
            self._orders = (self.seed, np.random.Generator(bits), dict(bits.state))
        _, generator, state = self._orders
        state["state"]["key"][1] = epoch
        generator.bit_generator.state = state
        return generator.permutation(rows)

    def generator(self, node: int) -> np.random.Generator:
        """Return the random numbers of `node` in this step, from their start; the generator is kept and set anew."""
        known = self._streams.get((self.seed, node))
        if known is None:
            bits = np.random.Philox(key=key(self.seed, node), counter=[0, 0, 0, 1])  # `permutation` has 0 last
            known = self._streams[self.seed, node] = (np.random.Generator(bits), dict(bits.state))
        generator, state = known
        state["state"]["counter"][2] = self.step
        generator.bit_generator.state = state
        return generator


def fill_uniform(out: Any, node: int, clock: Clock, backend: Backend) -> None:
    """Fill `out` with uniform numbers in [0, 1): a function of (seed, node, step) alone."""
    generator = clock.generator(node)
    if backend.xp is np:
        generator.random(dtype=out.dtype, out=out)
    else:
        backend.load(out, generator.random(out.shape, dtype=out.dtype))


def blas_threads(limit: int | None = None) -> int:
    """Set (when `limit` is given) and return the number of threads of the matrix library in this process."""
    from threadpoolctl import threadpool_info, threadpool_limits

    if limit is not None:
        threadpool_limits(limit, user_api="blas")
    return max((info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"), default=1)


class StrictArray:
    """An array that, like a GPU array, refuses to become a numpy array or to mix with one implicitly."""

    __array_priority__ = 1000

    def __init__(self, host: np.ndarray) -> None:
        self._host = host

    shape = property(lambda self: self._host.shape)
    dtype = property(lambda self: self._host.dtype)
    ndim = property(lambda self: self._host.ndim)
    size = property(lambda self: self._host.size)
    nbytes = property(lambda self: self._host.nbytes)

    @property
    def T(self) -> "StrictArray":  # noqa: N802
        """The transposed view."""
        return StrictArray(self._host.T)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Implicit conversion of a device array to a host array is not allowed; use to_host")

    def __array_ufunc__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A device array cannot be passed to a numpy function")

    def __getitem__(self, key: Any) -> "StrictArray":
        return StrictArray(np.asarray(self._host[key]))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._host[key] = _unwrap(value)

    def get(self) -> np.ndarray:
        """Return the numbers as a numpy array: the explicit way back."""
        return self._host.copy()

    def reshape(self, *shape: Any) -> "StrictArray":
        """Return a view of another shape."""
        return StrictArray(self._host.reshape(*shape))

    def view(self, dtype: Any) -> "StrictArray":
        """Return the same bytes as another number format."""
        return StrictArray(self._host.view(dtype))

    def fill(self, value: float) -> None:
        """Set every element to a number."""
        self._host.fill(value)


class StrictModule:
    """An array module with exactly the functions of `ALLOWED`, on `StrictArray` only (Python numbers are fine)."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in ALLOWED:
            raise AttributeError(f"the strict array module has no '{name}'")
        function = getattr(np, name)

        def strict(*args: Any, **kwargs: Any) -> Any:
            result = function(*(_unwrap(a) for a in args), **{k: _unwrap(v) for k, v in kwargs.items()})
            return StrictArray(np.asarray(result)) if isinstance(result, np.ndarray | np.generic) else result

        return strict

    def asarray(self, array: Any, dtype: Any = None) -> StrictArray:
        """Copy a host array to the pretended device."""
        if isinstance(array, StrictArray):
            return array if dtype is None or array.dtype == dtype else StrictArray(array._host.astype(dtype))
        return StrictArray(np.array(array, dtype))


def _unwrap(value: Any) -> Any:
    if isinstance(value, StrictArray):
        return value._host
    if isinstance(value, np.ndarray):
        raise TypeError("A host array cannot be mixed with device arrays; use asarray")
    return value


STRICT = Backend("strict", StrictModule(), ufunc_reduce=False)
