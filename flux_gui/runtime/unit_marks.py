"""Neurons that have stopped to tell rows apart: which activations have flat ends, and who sits there."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Mark = Literal["", "dead", "saturated"]
FAR = 1e4  # where an activation that has a flat end has reached it
NEAR = 0.025  # of the range: so near to an end counts as there
MOST = 0.9  # of the rows at an end: saturated
FLAT = 1e-6  # a spread below this part of the size is none


@dataclass(frozen=True)
class Ends:
    """The lowest and the highest value that an activation can give, None where it has no bound."""

    low: float | None = None
    high: float | None = None

    @property
    def both(self) -> tuple[float, float] | None:
        """Both ends of an activation that has two."""
        return (self.low, self.high) if self.low is not None and self.high is not None else None


def ends_of(layer: Any) -> Ends:
    """Return the ends of a layer's activation; none for a layer without one, or for one that comes back as gauss does."""
    activation = getattr(layer, "activation", None)
    if activation is None:
        return Ends()
    with np.errstate(all="ignore"):
        at = np.array([-FAR, -FAR / 2, 0.0, FAR / 2, FAR])
        values = np.asarray(activation(at), float)
    if values.shape != at.shape:
        return Ends()
    left, right = (bool(np.isfinite(a) and abs(a - b) < NEAR) for a, b in ((values[0], values[1]), (values[-1], values[-2])))
    if left and right and abs(values[0] - values[-1]) < NEAR:
        return Ends()
    found = sorted([(float(values[0]), left), (float(values[-1]), right)])
    return Ends(*(value if flat else None for value, flat in found))


def marks(values: NDArray[Any], ends: Ends) -> tuple[tuple[Mark, ...], NDArray[np.float64]]:
    """Return for each neuron of `values` (rows, neurons) what is wrong with it, and the share of rows at a flat end.

    dead: the same value for all rows. saturated: nearly all rows at one of the two ends of its activation.
    """
    count = values.shape[1]
    share = np.zeros(count)
    if len(values) < 2:
        return ("",) * count, share
    low, high = values.min(axis=0), values.max(axis=0)
    flat = high - low <= FLAT * np.maximum(1.0, np.abs(high))
    found: list[Mark] = ["dead" if one else "" for one in flat]
    if ends.both is not None:
        bottom, top = ends.both
        room = NEAR * (top - bottom)
        share = ((values <= bottom + room) | (values >= top - room)).mean(axis=0)
        found = ["saturated" if part >= MOST else mark for mark, part in zip(found, share, strict=True)]
    elif ends.low is not None:
        share = (values <= ends.low + FLAT).mean(axis=0)
    return tuple(found), np.asarray(share)
