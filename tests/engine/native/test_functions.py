"""Tests of exp and tanh of float32: right to about two units of the last digit, at their ends too."""

import numpy as np
import pytest

from flux_gui.engine.backend import run
from flux_gui.engine.native import compiled, functions, plans

pytestmark = pytest.mark.skipif(not plans.available(), reason="llvmlite is not here")
ENDS = [0.0, np.inf, -np.inf, np.nan, 1e-30, -1e-30, 88.7, 88.72, 88.73, 89.5, -87.4, -103.9, -104.5, 3e38, -3e38]


@pytest.mark.parametrize("name", sorted(functions.OWN))
def test_close_to_the_true_value(name: str) -> None:
    x = np.concatenate([np.linspace(-105, 90, 2000), np.linspace(-1, 1, 1000), ENDS]).astype(np.float32)
    out, aside = np.zeros_like(x), np.zeros(3)
    translated = compiled([(getattr(np, name), (x, out)), (np.negative, (aside, aside))])
    assert len(translated) == 1
    run(translated)
    with np.errstate(all="ignore"):
        exact = getattr(np, name)(x.astype(np.float64))
        rounded = exact.astype(np.float32)
    finite = np.isfinite(rounded)
    np.testing.assert_array_equal(out[~finite], rounded[~finite])
    units = np.abs(out[finite] - exact[finite]) / np.spacing(np.abs(rounded[finite]))
    assert units.max() < 2.5


def test_numbers_are_written_as_their_bits() -> None:
    assert functions.bits(1.0) == functions.bits(1.0, "double") == "0x3FF0000000000000"
    assert functions.bits(0.1) != functions.bits(0.1, "double")
