"""Many steps in one call: of plans that are machine code as a whole, with the rows of each batch taken on the way."""

import ctypes
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, cast

import numpy as np

from flux_gui.engine.backend import Call
from flux_gui.engine.native.machine import Code, compile_text
from flux_gui.engine.native.plans import STEP, bound

_BURST = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p, ctypes.c_int64] * 3, ctypes.c_void_p)  # gives it away
_BURST_TEXT = """
define void @burst(ptr %calls, i64 %count, ptr %losses, i64 %steps, ptr %rows, i64 %batch, ptr %loss) nounwind {
entry:
  br label %step
step:
  %s = phi i64 [ 0, %entry ], [ %s1, %told ]
  br label %call
call:
  %c = phi i64 [ 0, %step ], [ %c1, %call ]
  %place = getelementptr ptr, ptr %calls, i64 %c
  %function = load ptr, ptr %place
  %behind = getelementptr ptr, ptr %place, i64 1
  %table = load ptr, ptr %behind
  call void %function(ptr %table)
  %c1 = add i64 %c, 2
  %more = icmp ult i64 %c1, %count
  br i1 %more, label %call, label %told
told:
  %number = load KIND, ptr %loss
  CONVERTED
  %goal = getelementptr double, ptr %losses, i64 %s
  store double %told_loss, ptr %goal
  %row = load i64, ptr %rows
  %next = add i64 %row, %batch
  store i64 %next, ptr %rows
  %s1 = add i64 %s, 1
  %again = icmp ult i64 %s1, %steps
  br i1 %again, label %step, label %out
out:
  ret void
}
define void @epochs(ptr %one, ptr %two, i64 %epochs, ptr %losses) nounwind {
entry:
LOADED
  %per = add i64 %one_steps, %two_steps
  br label %epoch
epoch:
  %e = phi i64 [ 0, %entry ], [ %e1, %epoch ]
  %first = mul i64 %e, %per
  %second = add i64 %first, %one_steps
  %here = getelementptr double, ptr %losses, i64 %first
  %there = getelementptr double, ptr %losses, i64 %second
  call void @burst(ptr %one_calls, i64 %one_count, ptr %here, i64 %one_steps, ptr %one_rows, i64 %one_batch, ptr %one_loss)
  call void @burst(ptr %two_calls, i64 %two_count, ptr %there, i64 %two_steps, ptr %two_rows, i64 %two_batch, ptr %two_loss)
  %e1 = add i64 %e, 1
  %again = icmp ult i64 %e1, %epochs
  br i1 %again, label %epoch, label %out
out:
  ret void
}
"""
_FIELDS = (("calls", "ptr"), ("count", "i64"), ("steps", "i64"), ("rows", "ptr"), ("batch", "i64"), ("loss", "ptr"))
_LOADED = "\n".join(
    f"  %{which}_{name}_at = getelementptr i64, ptr %{which}, i64 {i}\n  %{which}_{name} = load {kind}, ptr %{which}_{name}_at"
    for which in ("one", "two")
    for i, (name, kind) in enumerate(_FIELDS)
)
_EPOCHS = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
_KINDS: Final = {  # of the loss
    np.dtype(np.float32): ("float", "%told_loss = fpext float %number to double"),
    np.dtype(np.float64): ("double", "%told_loss = fadd double %number, -0.0"),
}


class Burst:
    """Many steps at a time of a plan that is machine code as a whole; other threads run meanwhile.

    With `gather`, each step begins with taking the rows of its batch (see `Gather`).
    """

    def __init__(self, calls: Sequence[Call], loss: np.ndarray, gather: "Gather | None" = None) -> None:
        every = [gather.call, *calls] if gather is not None else list(calls)
        pairs = [part for function, (table,) in every for part in (ctypes.cast(cast(Any, function), ctypes.c_void_p).value, table)]
        self._calls = (ctypes.c_void_p * len(pairs))(*pairs)
        self._at = gather.at if gather is not None else np.zeros(1, np.int64)
        code = _burst_code(*_KINDS[loss.dtype])
        self._kept = (every, loss, gather, code)  # of two threads that compile at once, the cache keeps the code of one
        self.code = code
        self._run: Callable[..., None] = cast(Any, _BURST)(code.address("burst"))
        self._first = (ctypes.addressof(self._calls), len(pairs))
        self._last = (self._at.ctypes.data, 8 * gather.rows if gather is not None else 0, loss.ctypes.data)

    def __call__(self, losses: np.ndarray, done: int, steps: int, order: np.ndarray | None = None, start: int = 0) -> None:
        """Run `steps` steps (at least one) and write their losses to `losses`, float64, from place `done` on.

        With a gather, their rows are those that `order`, int64, lists from place `start` on.
        """
        if order is not None:
            self._at[0] = order.ctypes.data + 8 * start
        self._run(*self._first, losses.ctypes.data + 8 * done, steps, *self._last)

    def fields(self, steps: int) -> "ctypes.Array[ctypes.c_int64]":
        """Return what `@epochs` reads of this burst for `steps` steps."""
        at, batch, loss = self._last
        return (ctypes.c_int64 * len(_FIELDS))(*self._first, steps, at, batch, loss)

    def begin(self, order: np.ndarray) -> None:
        """Let the next step take the rows that `order` lists first."""
        self._at[0] = order.ctypes.data


class Epochs:
    """Whole epochs in one call: `steps` steps of one burst, then `rest` of another for the last, smaller batch."""

    def __init__(self, burst: Burst, steps: int, last: Burst | None, rest: int) -> None:
        self._burst, self._steps, self._last = burst, steps, last
        if last is not None:
            self._fields = (burst.fields(steps), last.fields(rest))
            self._run: Callable[..., None] = cast(Any, _EPOCHS)(burst.code.address("epochs"))

    def __call__(self, losses: np.ndarray, done: int, order: np.ndarray, epochs: int) -> None:
        """Run `epochs` epochs over the rows that `order`, int64, lists for one after another; losses go to place `done` on."""
        if self._last is None:
            self._burst(losses, done, epochs * self._steps, order)
            return
        self._burst.begin(order)  # both bursts read the rows of one list, in turns
        self._run(*map(ctypes.addressof, self._fields), epochs, losses.ctypes.data + 8 * done)


class Gather:
    """Takes the rows of a batch, listed in memory at `at`, from whole arrays into the inputs of a step."""

    def __init__(self, parts: Sequence[np.ndarray], inputs: Sequence[np.ndarray], at: np.ndarray) -> None:
        self.rows, self.at = len(inputs[0]), at
        widths = tuple((part.nbytes // len(part), part.strides[0], own.strides[0]) for part, own in zip(parts, inputs, strict=True))
        code = _gather_code(self.rows, widths)
        arrays = [array for pair in zip(parts, inputs, strict=True) for array in pair]
        self.call = bound(code, "gather", [self.at.ctypes.data, *(array.ctypes.data for array in arrays)], [self.at, *arrays])


def burst(
    calls: Sequence[Call], loss: Any, parts: Sequence[Any] = (), inputs: Sequence[Any] = (), at: np.ndarray | None = None
) -> Burst | None:
    """Return the steps of a plan as one call, None where some of its calls are not machine code.

    With `parts`, arrays of all rows, each step takes those of its batch into its `inputs`; bursts that share `at`, int64 (1,), read
    on where the other one has stopped.
    """
    native = bool(calls) and all(isinstance(function, STEP) for function, _ in calls)
    if not native or not isinstance(loss, np.ndarray) or loss.dtype not in _KINDS:
        return None
    if not all(array.flags.c_contiguous and array.flags.aligned for array in (*parts, *inputs)):
        return None
    place = np.zeros(1, np.int64) if at is None else at
    return Burst(calls, loss, Gather(parts, inputs, place) if parts else None)


@cache
def _gather_code(rows: int, widths: tuple[tuple[int, int, int], ...]) -> Code:
    """Return a function that copies `rows` rows of several arrays: (bytes of a row, from one to the next there, and here) of each."""
    return compile_text(_gather_text(rows, widths))


@cache
def _burst_code(kind: str, converted: str) -> Code:
    return compile_text(_BURST_TEXT.replace("LOADED", _LOADED).replace("KIND", kind).replace("CONVERTED", converted))


def _gather_text(rows: int, widths: Sequence[tuple[int, int, int]]) -> str:
    """Return the text of a function that copies rows of several arrays; its table holds a pointer to the place of the row numbers
    (int64), then source and goal of each array. `widths` are the bytes of a row, from one row to the next there, and here.
    """
    lines = ["  %at = load ptr, ptr %t", "  %numbers = load ptr, ptr %at"]
    for i in range(2 * len(widths)):
        lines += [f"  %a{i} = getelementptr ptr, ptr %t, i64 {i + 1}", f"  %p{i} = load ptr, ptr %a{i}"]
    copies = []
    for i, (nbytes, there, here) in enumerate(widths):
        copies.append(f"""  %from{i} = mul i64 %number, {there}
  %to{i} = mul i64 %row, {here}
  %source{i} = getelementptr i8, ptr %p{2 * i}, i64 %from{i}
  %goal{i} = getelementptr i8, ptr %p{2 * i + 1}, i64 %to{i}
  call void @llvm.memcpy.p0.p0.i64(ptr align 4 %goal{i}, ptr align 4 %source{i}, i64 {nbytes}, i1 false)""")
    return "\n".join(
        [
            "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)",
            "define void @gather(ptr %t) nounwind {",
            "entry:",
            *lines,
            "  br label %loop",
            "loop:",
            "  %row = phi i64 [ 0, %entry ], [ %next, %loop ]",
            "  %place = getelementptr i64, ptr %numbers, i64 %row",
            "  %number = load i64, ptr %place",
            *copies,
            "  %next = add i64 %row, 1",
            f"  %end = icmp eq i64 %next, {rows}",
            "  br i1 %end, label %out, label %loop",
            "out:",
            "  ret void",
            "}",
            "",
        ]
    )
