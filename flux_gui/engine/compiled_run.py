"""Runs steps that are machine code as a whole: many steps, and many epochs of small batches, in one call without Python's lock."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from flux_gui.engine.backend import Call, Clock
from flux_gui.engine.native import Burst, Epochs, burst
from flux_gui.engine.steps import Step

SECONDS: Final = 3e-3  # of steps that are run without a look at the clock
FIRST: Final = 64  # steps of the first call
MOST: Final = 1 << 15  # steps of any call


class CompiledRun:
    """Runs the steps of a trainer, one for each row count, on batches `bounds` of the rows of `data`.

    `shuffle`: rows in an order that is a function of seed and epoch; else in their own.
    """

    def __init__(self, bursts: Mapping[int, Burst], bounds: Sequence[tuple[int, int]], rows: int, clock: Clock, shuffle: bool) -> None:
        self._bursts, self._bounds, self._rows = bursts, bounds, rows
        self._clock, self._shuffle = clock, shuffle
        sizes = [stop - start for start, stop in bounds]
        self._alike = sizes.count(sizes[0])  # batches at the start of an epoch with as many rows
        rest = len(bounds) - self._alike
        self._epochs = Epochs(bursts[sizes[0]], self._alike, bursts[sizes[-1]] if rest else None, rest)
        self._stride = FIRST  # steps of one call

    @classmethod
    def of(
        cls,
        steps: Mapping[int, tuple[Step, Sequence[Call]]],
        data: Sequence[Any],
        bounds: Sequence[tuple[int, int]],
        clock: Clock,
        shuffle: bool,
    ) -> "CompiledRun | None":
        """Return the run of these steps and their calls, None where some of them are not machine code."""
        parts = data if len(bounds) > 1 else []
        at = np.zeros(1, np.int64)
        found = {rows: burst(calls, step.loss, parts, step.inputs if parts else [], at) for rows, (step, calls) in steps.items()}
        bursts = {rows: one for rows, one in found.items() if one is not None}
        return cls(bursts, bounds, len(data[0]), clock, shuffle) if bursts and len(bursts) == len(steps) else None

    def run(
        self, losses: np.ndarray, done: int, limit: int, place: tuple[int, int], late: Callable[[float], bool]
    ) -> tuple[int, tuple[int, int]]:
        """Run steps `done` to `limit` from `place` (epoch, position) on, writing their losses; return how far it came, and the place.

        It ends early, after one step at least, when `late(now)`.
        """
        epoch, position = place
        while done < limit:
            begin = time.perf_counter()
            allowed = min(limit - done, 1 if late(begin) else self._stride)
            steps, epoch, position = self._call(losses, done, allowed, epoch, position)
            done += steps
            self._clock.step += steps
            end = time.perf_counter()
            if 2 * steps > self._stride:
                self._stride = max(1, min(MOST, 2 * self._stride, int(steps * SECONDS / max(end - begin, 1e-9))))
            if late(end):
                break
        return done, (epoch, position)

    def _call(self, losses: np.ndarray, done: int, allowed: int, epoch: int, position: int) -> tuple[int, int, int]:
        """Run up to `allowed` steps in one call; return their number and the place after them."""
        batches = len(self._bounds)
        if batches == 1:
            self._bursts[self._rows](losses, done, allowed)
            return allowed, epoch + allowed, 0
        if position == 0 and allowed >= batches:
            epochs = allowed // batches
            self._epochs(losses, done, self._order(epoch, epochs), epochs)
            return epochs * batches, epoch + epochs, 0
        start, stop = self._bounds[position]
        steps = min(allowed, (self._alike if position < self._alike else batches) - position)
        self._bursts[stop - start](losses, done, steps, self._order(epoch, 1), start)
        position += steps
        return steps, epoch + position // batches, position % batches

    def _order(self, epoch: int, epochs: int) -> np.ndarray:
        """Return the order of rows in so many epochs, one after another, int64 (epochs * rows,)."""
        order = np.empty((epochs, self._rows), np.int64)
        for i in range(epochs):
            order[i] = self._clock.order(epoch + i, self._rows) if self._shuffle else np.arange(self._rows)
        return order.reshape(-1)
