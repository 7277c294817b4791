"""Tests of the split: exact sizes, equal shares of classes, determinism, words of a column."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.core.errors import DataError
from flux_gui.data.split import PARTS, part_sizes, split_by_column, split_by_fractions, tells_parts
from flux_gui.data.table import Column, Table
from flux_gui.specs.data import SplitSpec


@pytest.mark.parametrize(
    ("fractions", "rows", "sizes"),
    [
        ((0.7, 0.15, 0.15), 150, (105, 23, 22)),
        ((0.7, 0.15, 0.15), 1, (1, 0, 0)),
        ((0.7, 0.15, 0.15), 4, (3, 1, 0)),
        ((1.0, 0.0, 0.0), 7, (7, 0, 0)),
        ((0.5, 0.0, 0.5), 7, (4, 0, 3)),
        ((1 / 3, 1 / 3, 1 / 3), 9, (3, 3, 3)),
        ((0.1, 0.2, 0.7), 10, (1, 2, 7)),
    ],
)
def test_sizes(fractions: tuple[float, float, float], rows: int, sizes: tuple[int, int, int]) -> None:
    assert part_sizes(SplitSpec(*fractions), rows) == sizes


@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=120),
    st.integers(0, 5),
    st.sampled_from([(0.7, 0.15, 0.15), (0.6, 0.0, 0.4), (0.5, 0.3, 0.2)]),
)
def test_every_row_once_in_shares_by_class(classes: list[int], seed: int, fractions: tuple[float, float, float]) -> None:
    groups = np.array(classes)
    rows = np.arange(len(groups)) * 2
    spec = SplitSpec(*fractions, seed=seed)
    split = split_by_fractions(spec, rows, groups)
    assert tuple(len(split[part]) for part in PARTS) == part_sizes(spec, len(rows))
    assert sorted(np.concatenate([split[part] for part in PARTS]).tolist()) == rows.tolist()
    assert all((np.diff(indices) > 0).all() for indices in split.values())
    if len(set(classes)) <= len(split["train"]):
        assert set(groups[split["train"] // 2].tolist()) == set(classes)


def test_classes_have_equal_shares() -> None:
    groups = np.repeat([0, 1, 2], 50)
    split = split_by_fractions(SplitSpec(seed=1), np.arange(150), groups)
    assert np.bincount(groups[split["train"]]).tolist() == [35, 35, 35]
    assert set(np.bincount(groups[split["test"]]).tolist()) == {7, 8}


def test_the_seed_decides() -> None:
    rows = np.arange(60)
    first, again, other = (split_by_fractions(SplitSpec(seed=seed), rows)["train"].tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert split_by_fractions(SplitSpec(seed=0), np.arange(10))["test"].tolist() == [5]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (SplitSpec(0.5, 0.1, 0.1), "add up to 1"),
        (SplitSpec(1.2, -0.2, 0.0), "at least 0"),
        (SplitSpec(float("nan"), 0.5, 0.5), "at least 0"),
        (SplitSpec(0.0, 0.5, 0.5), "leaves no row for training"),
        (SplitSpec(seed=-1), "seed"),
    ],
)
def test_fractions_that_cannot_be_used(spec: SplitSpec, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        split_by_fractions(spec, np.arange(10))
    assert caught.value.hint


def words(*cells: str) -> Table:
    return Table((Column("part", "category", np.array(cells)),))


def test_words_of_a_column() -> None:
    table = words("Train", "training", "val", "VALID", "validation", "test", "testing")
    split = split_by_column(table.column("part"), table, np.arange(7))
    assert {part: rows.tolist() for part, rows in split.items()} == {"train": [0, 1], "validation": [2, 3, 4], "test": [5, 6]}


def test_other_words_are_refused_with_their_row() -> None:
    table = words("train", "maybe")
    with pytest.raises(DataError, match="Row 3, column 'part': expected train, validation or test, got 'maybe'"):
        split_by_column(table.column("part"), table, np.arange(2))
    with pytest.raises(DataError, match="got ''"):
        split_by_column(words("train", "").column("part"), table, np.arange(2))
    with pytest.raises(DataError, match="No row says 'train'"):
        split_by_column(words("test", "test").column("part"), table, np.arange(2))


def test_which_columns_tell_the_parts() -> None:
    assert tells_parts(Column("c", "category", np.array(["train", "TEST"])))
    assert not tells_parts(Column("c", "category", np.array(["train", ""])))
    assert not tells_parts(Column("c", "category", np.array(["test"])))
    assert not tells_parts(Column("c", "category", np.array(["train"] * 200 + ["rest"])))
    assert not tells_parts(Column("c", "number", np.array([1.0, 2.0])))
