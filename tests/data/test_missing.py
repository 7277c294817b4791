"""Imputers: compared with scikit-learn."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from flux_gui.core.errors import SettingError
from flux_gui.data import missing
from flux_gui.data.missing import CONSTANT, IMPUTERS
from flux_gui.data.table import Column, Table

WHOLE = [entry for entry in IMPUTERS if not entry.drops]


def test_every_imputer_is_told() -> None:
    assert IMPUTERS.names() == ["median", "mean", "most_frequent", "constant", "drop"]
    assert [entry.name for entry in IMPUTERS if entry.drops] == ["drop"]
    assert all(entry.label and entry.doc for entry in IMPUTERS)


@pytest.mark.parametrize("entry", WHOLE, ids=lambda entry: entry.name)
@settings(deadline=None)  # the first example imports scikit-learn
@given(values=arrays(np.float64, st.integers(1, 30), elements=st.integers(-5, 5).map(lambda n: n / 2)), gaps=st.integers(0, 5))
def test_as_scikit_learn(entry: Any, values: np.ndarray, gaps: int) -> None:
    column = np.concatenate([values, np.full(gaps, np.nan)])[:, None]
    peer = (
        pytest.importorskip("sklearn.impute")
        .SimpleImputer(strategy=entry.name, fill_value=7.5 if entry.name == "constant" else None)
        .fit(column)
    )
    assert missing.fill(entry.name, values, 7.5) == pytest.approx(peer.statistics_[0], rel=1e-12, abs=1e-12)


def test_large_numbers_do_not_overflow() -> None:
    values = np.array([1e308, 1.2e308])
    for entry in WHOLE:
        assert np.isfinite(missing.fill(entry.name, values))
    assert missing.mean(np.zeros(3)) == 0.0


def test_rows_without_gaps() -> None:
    table = Table((Column("x", "number", np.array([1, np.nan, 3])), Column("c", "category", np.array(["a", "b", ""]))))
    assert missing.complete(table, ["x", "c"]).tolist() == [True, False, False]
    assert missing.complete(table, ["x"]).tolist() == [True, False, True]


def test_a_constant_has_limits() -> None:
    with pytest.raises(SettingError):
        CONSTANT.check(float("inf"), "missing cells")
