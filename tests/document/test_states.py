"""States: read-only arrays, what is in use, how much memory they take."""

from dataclasses import replace

import numpy as np
import pytest

from flux_gui.document.states import Best, Curve, ModelState, frozen

PARAMETERS = frozen(np.arange(4, dtype=np.float32))
EMPTY = frozen(np.empty(0, np.float32))
STATE = ModelState(PARAMETERS, EMPTY, PARAMETERS)


def test_frozen_copies_and_locks() -> None:
    source = np.arange(6.0).reshape(2, 3).T
    copy = frozen(source)
    source[0, 0] = 9
    assert copy[0, 0] == 0
    assert copy.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        copy[0, 0] = 1


def test_what_is_in_use() -> None:
    best = Best(3, 0.5, frozen(PARAMETERS + 1), frozen(np.ones(1, np.float32)))
    assert STATE.parameters_in_use is PARAMETERS
    assert replace(STATE, in_use="best").parameters_in_use is PARAMETERS
    with_best = replace(STATE, best=best, in_use="best")
    assert with_best.parameters_in_use is best.parameters
    assert with_best.statistics_in_use is best.statistics
    assert replace(with_best, in_use="last").statistics_in_use is EMPTY


def test_memory_counts_every_array() -> None:
    curve = Curve(*[np.zeros(10)] * 4)
    best = Best(3, 0.5, PARAMETERS, EMPTY)
    assert STATE.nbytes() == 2 * 16
    assert replace(STATE, curves={"train": curve}, best=best, slots={"m": PARAMETERS}).nbytes() == 2 * 16 + 320 + 16 + 16
    assert len(Curve(*(np.empty(0) for _ in range(4)))) == 0
