"""Tests of formula data: points of a range, noise from a seed, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.core.errors import DataError, FormulaError
from flux_gui.data.formula_data import from_formula, points
from flux_gui.specs.data import FormulaData, Range


def test_the_line() -> None:
    table = from_formula(FormulaData())
    assert table.column("x").values.tolist() == list(range(11))
    assert table.column("y").values.tolist() == [4.0 * x + 2 for x in range(11)]
    assert table.column("part").values.tolist() == ["train"] * 6 + ["test"] * 5


@pytest.mark.parametrize(
    ("given_range", "expected"),
    [
        (Range(0, 1, 0.25), [0, 0.25, 0.5, 0.75, 1]),
        (Range(0, 1, 0.3), [0, 0.3, 0.6, 0.9]),
        (Range(2, 2), [2]),
        (Range(-1, 1, 5), [-1]),
    ],
)
def test_points(given_range: Range, expected: list[float]) -> None:
    np.testing.assert_allclose(points(given_range), expected, atol=1e-12)


@given(st.integers(-50, 50), st.integers(0, 200), st.sampled_from([0.1, 0.2, 0.3, 0.7, 0.01]))
def test_both_ends_are_included(start: int, steps: int, step: float) -> None:
    stop = start + steps * step
    found = points(Range(start, stop, step))
    assert len(found) == steps + 1
    assert found[-1] <= stop
    assert math.isclose(found[-1], stop, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("given_range", "message"),
    [
        (Range(0, 5, 0), "above 0"),
        (Range(0, 5, -1), "above 0"),
        (Range(5, 0), "ends before it starts"),
        (Range(0, math.nan), "finite"),
        (Range(0, 1e300, 1e-300), "more than"),
        (Range(-1e308, 1e308), "more than"),
    ],
)
def test_ranges_that_cannot_be_used(given_range: Range, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        points(given_range)
    assert caught.value.hint


def test_noise_depends_on_the_seed_only() -> None:
    first = from_formula(FormulaData(noise=0.5, seed=3))
    again = from_formula(FormulaData(noise=0.5, seed=3, test=Range(20.0, 30.0)))
    other = from_formula(FormulaData(noise=0.5, seed=4))
    assert first.column("y").values[:6].tolist() == again.column("y").values[:6].tolist()
    assert first.column("y").values.tolist() != other.column("y").values.tolist()
    large = from_formula(FormulaData(formula="0", train=Range(0.0, 9999.0), noise=2.0)).column("y").values[:10000]
    assert abs(large.std() - 2.0) < 0.1


def test_a_constant_formula_gives_a_value_per_row() -> None:
    assert from_formula(FormulaData(formula="3")).column("y").values.tolist() == [3.0] * 11


def test_the_first_x_without_a_finite_value_is_named() -> None:
    with pytest.raises(FormulaError, match=r"'log\(x\)' has no finite value at x = 0 .it gives -inf"):
        from_formula(FormulaData(formula="log(x)"))
    with pytest.raises(FormulaError, match="at x = 6"):
        from_formula(FormulaData(formula="sqrt(5 - x)"))


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(DataError, match="noise"):
        from_formula(FormulaData(noise=-1.0))
    with pytest.raises(DataError, match="noise"):
        from_formula(FormulaData(noise=math.nan))
    with pytest.raises(DataError, match="noise"):
        from_formula(FormulaData(noise=1e13))
    with pytest.raises(DataError, match="seed"):
        from_formula(FormulaData(seed=-1))
    with pytest.raises(FormulaError):
        from_formula(FormulaData(formula=""))
