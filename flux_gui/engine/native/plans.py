"""Plans with machine code in them: runs of numpy calls that could be translated become single calls, the others stay."""

import ctypes
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any, Final

from flux_gui.engine.backend import NUMPY, Backend, Call
from flux_gui.engine.native.code import Module
from flux_gui.engine.native.machine import Code, available, compile_text
from flux_gui.engine.native.statements import Statement, meaning, signature, views

_CALL_NUMPY, _CALL_NATIVE = 2000, 200  # element operations that take as long as a call
KEPT: Final = 128  # translations that are kept for plans to come
MOST_CALLS: Final = 160  # of a plan that is translated: compiling takes about half a millisecond for each
STEP = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)  # keeps Python's lock: shorter than giving it away and getting it back


def compiled(calls: list[Call], backend: Backend = NUMPY) -> list[Call]:
    """Return calls that do the same with runs of them as machine code; the list itself where none can be, or nothing is gained."""
    if backend is not NUMPY or not 1 < len(calls) <= MOST_CALLS or not available():
        return calls
    parts: list[Call | int] = []  # calls that stay, and numbers of pieces
    pieces: list[list[Statement]] = []
    arrays: list[list[Any]] = []
    for call in calls:
        found = meaning(call)
        if found is None:
            parts.append(call)
            continue
        if not parts or not isinstance(parts[-1], int):
            parts.append(len(pieces))
            pieces.append([])
            arrays.append([])
        pieces[-1].append(found)
        arrays[-1] += [call[0], *call[1]]
    if not pieces:
        return calls
    made = _translated(pieces)
    return [part if not isinstance(part, int) else made.call(part, pieces[part], arrays[part]) for part in parts]


class _Translation:
    """Compiled pieces, and which views of their statements the tables of addresses list."""

    def __init__(self, pieces: Sequence[Sequence[Statement]]) -> None:
        module = Module(pieces)
        self._code = compile_text(module.text)
        self._places = []
        for piece, function in zip(pieces, module.functions, strict=True):
            found = {view.address: (i, k) for i, one in enumerate(piece) for k, view in enumerate(views(one))}
            self._places.append([found[address] for address in function.addresses])

    def call(self, number: int, piece: Sequence[Statement], arrays: list[Any]) -> Call:
        """Return piece `number` for the memory of `piece` as a call, which keeps alive the code and the `arrays` it works on."""
        addresses = [views(piece[i])[k].address for i, k in self._places[number]]
        return bound(self._code, f"step{number}", addresses, arrays)


_known: OrderedDict[Any, _Translation] = OrderedDict()
_lock = Lock()


def _translated(pieces: Sequence[Sequence[Statement]]) -> _Translation:
    """Return the compiled pieces; equal ones are compiled once."""
    key = signature(pieces)
    with _lock:
        if key not in _known:
            _known[key] = _Translation(pieces)
            while len(_known) > KEPT:
                _known.popitem(last=False)
        _known.move_to_end(key)
        return _known[key]


def bound(code: Code, name: str, addresses: Sequence[int], arrays: list[Any]) -> Call:
    """Return a compiled function with its table of addresses as a call, which keeps alive what it needs."""
    table = (ctypes.c_void_p * max(len(addresses), 1))(*addresses)
    function: Any = STEP(code.address(name))
    function.kept = (code, table, arrays)
    return function, (ctypes.addressof(table),)


def cost(calls: Sequence[Call]) -> int:
    """Return what calling costs, beside the work that is done, in element operations."""
    return sum(_CALL_NATIVE if isinstance(function, STEP) else _CALL_NUMPY for function, _ in calls)
