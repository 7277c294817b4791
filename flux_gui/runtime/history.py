"""The curves of a run: bounded memory, no spike lost.

A curve holds at most `CAPACITY` buckets of smallest, largest and last value; when it is full, neighbours merge and
each bucket stands for twice as many points.
"""

import threading
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from flux_gui.document.states import Array, Curve, Trail
from flux_gui.runtime.trail import TrailBuilder

CAPACITY = 20_000


class CurveBuilder:
    """One growing curve; not safe for two threads at once (`History` takes care of that)."""

    def __init__(self, curve: Curve | None = None) -> None:
        self._n = 0
        self._per = 1  # points in a full bucket
        self._filled = 0  # points in the last bucket
        self._data = np.empty((4, 64))  # rows: x, low, high, last
        if curve is not None and len(curve):
            self._n = len(curve)
            self._data = np.empty((4, max(64, self._n)))
            self._data[:, : self._n] = curve.x, curve.low, curve.high, curve.last
            self._filled = 1
            # the distance between buckets tells how many points each stands for; only the pace of merging depends on it
        self._shrink()

    def __len__(self) -> int:
        return self._n

    def add(self, x: float, value: float) -> None:
        """Append one point."""
        if self._n and self._filled < self._per:
            column = self._data[:, self._n - 1]
            column[0], column[3] = x, value
            column[1], column[2] = np.fmin(column[1], value), np.fmax(column[2], value)
            self._filled += 1
            return
        if self._n == self._data.shape[1]:
            self._grow(1)
        self._data[0, self._n] = x
        self._data[1:, self._n] = value
        self._n += 1
        self._filled = 1
        self._shrink()

    def extend(self, x: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Append many points."""
        start = min(len(x), self._per - self._filled) if self._n else 0
        if start:
            column, first = self._data[:, self._n - 1], values[:start]
            column[0], column[3] = x[start - 1], first[-1]
            column[1], column[2] = np.fmin(column[1], np.fmin.reduce(first)), np.fmax(column[2], np.fmax.reduce(first))
            self._filled += start
        while start < len(x):
            room = (CAPACITY - self._n) * self._per
            stop = min(len(x), start + max(room, self._per))
            self._extend(x[start:stop], values[start:stop])
            start = stop
            self._shrink()

    def curve(self) -> Curve:
        """Return a copy of the curve so far."""
        return Curve(*(row[: self._n].copy() for row in self._data))

    def _extend(self, x: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        starts = np.arange(0, len(x), self._per)
        ends = np.minimum(starts + self._per, len(x)) - 1
        k = len(starts)
        if self._n + k > self._data.shape[1]:
            self._grow(k)
        block = self._data[:, self._n : self._n + k]
        block[0], block[3] = x[ends], values[ends]
        block[1] = np.fmin.reduceat(values, starts)
        block[2] = np.fmax.reduceat(values, starts)
        self._n += k
        self._filled = int(ends[-1] - starts[-1]) + 1

    def _grow(self, extra: int) -> None:
        grown = np.empty((4, max(2 * self._data.shape[1], self._n + extra)))
        grown[:, : self._n] = self._data[:, : self._n]
        self._data = grown

    def _shrink(self) -> None:
        while self._n >= CAPACITY:
            keep = self._n // 2 * 2
            left, right = self._data[:, 0:keep:2], self._data[:, 1:keep:2]
            merged = np.stack([right[0], np.fmin(left[1], right[1]), np.fmax(left[2], right[2]), right[3]])
            self._per *= 2
            if keep < self._n:
                merged = np.concatenate([merged, self._data[:, keep : self._n]], axis=1)
            else:
                self._filled += self._per // 2
            self._n = merged.shape[1]
            self._data[:, : self._n] = merged


class History:
    """All curves of a run by name and the trail of all parameters; the training thread adds, any thread may take a copy."""

    def __init__(self, curves: Mapping[str, Curve], parameters: int = 0, trail: Trail | None = None) -> None:
        self._lock = threading.Lock()
        self._trail = TrailBuilder(parameters, trail)
        self._curves = {name: CurveBuilder(curve) for name, curve in curves.items()}

    def add(self, x: float, values: Mapping[str, float]) -> None:
        """Append one point at epoch `x` to each named curve."""
        with self._lock:
            for name, value in values.items():
                if name not in self._curves:
                    self._curves[name] = CurveBuilder()
                self._curves[name].add(x, value)

    def extend(self, name: str, x: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Append many points to one curve."""
        with self._lock:
            if name not in self._curves:
                self._curves[name] = CurveBuilder()
            self._curves[name].extend(x, values)

    def curves(self) -> dict[str, Curve]:
        """Return a copy of all curves."""
        with self._lock:
            return {name: builder.curve() for name, builder in self._curves.items()}

    def remember(self, x: float, flat: Array) -> None:
        """Keep all parameters at epoch `x` on the trail, if it is their turn."""
        with self._lock:
            self._trail.add(x, flat)

    def trail(self) -> Trail | None:
        """Return a copy of the trail."""
        with self._lock:
            return self._trail.trail()

    def parameter(self, index: int) -> Curve | None:
        """Return a copy of the history of one parameter: its own curve, else its way on the trail."""
        with self._lock:
            own = self._curves.get(f"parameter.{index}")
            return own.curve() if own is not None else self._trail.curve(index)
