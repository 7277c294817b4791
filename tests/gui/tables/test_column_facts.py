"""Facts of columns: bars, missing cells, quartiles, the most frequent words."""

import numpy as np
import pytest

from flux_gui.data.table import Column
from flux_gui.gui.tables.column_facts import BARS, WORDS, bars, column_facts


def test_numbers() -> None:
    values = np.concatenate((np.random.default_rng(0).normal(3.0, 2.0, 5000), [np.nan] * 7))
    facts = column_facts(Column("x", "number", values))
    known = values[:5000]
    assert (facts.rows, facts.missing, facts.filled) == (5007, 7, 5000)
    assert facts.edges == (known.min(), known.max())
    assert facts.counts == tuple(np.histogram(known, BARS)[0])
    assert facts.quartiles == pytest.approx(np.quantile(known, (0.25, 0.5, 0.75)))
    assert (facts.mean, facts.deviation) == pytest.approx((known.mean(), known.std()))


def test_a_bar_for_each_of_few_whole_numbers() -> None:
    facts = column_facts(Column("x", "number", np.array([2.0, 2.0, 5.0, 4.0])))
    assert facts.counts == (2, 0, 1, 1)
    assert facts.edges == (1.5, 5.5)


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [1e300, -1e300], [7.25, 7.25]])
def test_odd_numbers(values: list[float]) -> None:
    facts = column_facts(Column("x", "number", np.array(values, dtype=float)))
    assert sum(facts.counts) == facts.filled


def test_a_constant_fills_one_bar() -> None:
    assert bars(np.full(9, 0.1), 0.1, 0.1).tolist()[:2] == [9, 0]


def test_words() -> None:
    words = ["b", "a", "", "b"] + [f"w{i:02d}" for i in range(60)]
    facts = column_facts(Column("x", "category", np.array(words)))
    assert (facts.missing, facts.distinct, facts.words[:2], facts.counts[:2]) == (1, 62, ("b", "a"), (2, 1))
    assert len(facts.words) == WORDS
