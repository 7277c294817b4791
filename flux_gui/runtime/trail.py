"""The way of all parameters through a run, at moments that thin out as it goes on: so that any of them has a history, in bounded memory."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from flux_gui.document.states import Array, Curve, Trail

MOST: Final = 240  # moments; when there are so many, every second one is forgotten
LEAST: Final = 24  # a network that leaves room for fewer has no trail
MEMORY: Final = 2 * 2**20  # bytes


def room_for(count: int, itemsize: int = 4) -> int:
    """Return how many moments of so many parameters are kept, 0 for a network that is too large."""
    room = min(MOST, MEMORY // max(1, count * itemsize))
    return room if room >= LEAST else 0


class TrailBuilder:
    """A growing trail of `count` parameters, going on from `trail`."""

    def __init__(self, count: int, trail: Trail | None = None, itemsize: int = 4) -> None:
        self._room = room_for(count, itemsize)
        self._x: list[float] = []
        self._values: list[Array] = []
        self._stride, self._turn = 1, 0
        if trail is not None and trail.values.shape[1:] == (count,):
            self._x, self._values, self._stride = trail.x.tolist(), list(trail.values), trail.stride
            self._turn = 1  # the last moment has been kept

    def add(self, x: float, flat: Array) -> None:
        """Keep a moment at epoch `x`, or let it pass until its turn comes."""
        due = self._room and self._turn % self._stride == 0
        self._turn += 1
        if not due:
            return
        self._x.append(x)
        self._values.append(np.array(flat))
        if len(self._x) > self._room:
            self._x, self._values = self._x[::2], self._values[::2]
            self._stride *= 2
            self._turn = 1

    def trail(self) -> Trail | None:
        """Return a copy of what is kept, None for nothing."""
        if not self._x:
            return None
        return Trail(np.array(self._x), np.stack(self._values), self._stride)

    def curve(self, index: int) -> Curve | None:
        """Return the history of one parameter, None where nothing is kept."""
        return _curve(list(self._x), [values[index] for values in self._values]) if self._x else None


def curve_of(curves: Mapping[str, Curve], trail: Trail | None, index: int) -> Curve | None:
    """Return the history of the parameter at a flat index: its own curve if it has one, else its way in the trail."""
    own = curves.get(f"parameter.{index}")
    if own is not None or trail is None or not 0 <= index < trail.values.shape[1]:
        return own
    return _curve(trail.x, trail.values[:, index])


def _curve(x: object, values: object) -> Curve:
    line = np.array(values, np.float64)
    return Curve(np.array(x, np.float64), line, line, line)
