"""Tests of the split: exact sizes, equal shares of classes, determinism, words of a column."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.core.registry import Entry
from flux_gui.data.split import DEALT, PARTS, SPLITS, Request, divided, part_sizes, split_by_column, split_by_fractions, tells_parts
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


def asked(spec: SplitSpec, rows: int, groups: NDArray[np.intp] | None = None, parts: list[int] | None = None) -> Request:
    words = np.array([("train", "validation", "test")[i % 3] for i in range(rows)])
    column = Column("part", "category", words)
    table = Table((column,), parts=None if parts is None else np.array(parts, np.int8))
    return Request(spec, table, np.arange(rows), groups)


@pytest.mark.parametrize("entry", list(SPLITS), ids=lambda entry: entry.name)
def test_every_way_divides_all_rows_once(entry: Entry) -> None:
    request = asked(SplitSpec(seed=3), 30, np.arange(30) % 2, [-1] * 20 + [1] * 5 + [2] * 5)
    request = replace(request, column=request.table.columns[0])
    found = entry.function(request)
    assert sorted(np.concatenate([found[part] for part in PARTS]).tolist()) == list(range(30))
    assert all((np.diff(rows) > 0).all() for rows in found.values())
    assert entry.label
    assert entry.doc
    again = entry.function(request)
    assert all(np.array_equal(found[part], again[part]) for part in PARTS)


def test_the_data_decide_the_way() -> None:
    spec = SplitSpec(0.5, 0.25, 0.25, method="order")
    assert {part: rows.tolist() for part, rows in divided(asked(spec, 8)).items()} == {
        "train": [0, 1, 2, 3],
        "validation": [4, 5],
        "test": [6, 7],
    }
    by_column = replace(asked(spec, 6), column=asked(spec, 6).table.columns[0])
    assert divided(by_column)["test"].tolist() == [2, 5]
    with pytest.raises(DataError, match="no column that says"):
        SPLITS.get("column").function(asked(spec, 6))


def test_files_of_their_own() -> None:
    spec = SplitSpec(0.5, 0.25, 0.25, method="order")
    own_test = divided(asked(spec, 8, parts=[-1] * 6 + [2] * 2))
    assert {part: rows.tolist() for part, rows in own_test.items()} == {"train": [0, 1, 2, 3], "validation": [4, 5], "test": [6, 7]}
    both = divided(asked(spec, 8, parts=[-1] * 4 + [1] * 2 + [2] * 2))
    assert [len(both[part]) for part in PARTS] == [4, 2, 2]
    with pytest.raises(DataError, match="No row is left for training"):
        divided(asked(spec, 2, parts=[1, 2]))


@pytest.mark.parametrize(("train", "test", "rows"), [(0.7, 0.3, 150), (0.5, 0.5, 40), (0.8, 0.2, 1000)])
def test_sizes_and_shares_as_scikit_learn(train: float, test: float, rows: int) -> None:
    peer = pytest.importorskip("sklearn.model_selection").train_test_split
    groups = np.repeat([0, 1, 2, 2, 2], rows // 5).astype(np.intp)
    expected = peer(np.arange(rows), train_size=train, test_size=test, stratify=groups, random_state=0)
    found = divided(asked(SplitSpec(train, 0.0, test), rows, groups))
    for part, other in zip(("train", "test"), expected, strict=True):
        assert len(found[part]) == len(other)
        assert np.bincount(groups[found[part]]).tolist() == np.bincount(groups[other]).tolist()


def test_without_stratification_the_groups_do_not_matter() -> None:
    groups = np.repeat([0, 1], 50).astype(np.intp)
    spec = SplitSpec(stratified=False)
    plain, grouped = divided(asked(spec, 100)), divided(asked(spec, 100, groups))
    assert all(np.array_equal(plain[part], grouped[part]) for part in PARTS)
    assert not np.array_equal(plain["train"], divided(asked(SplitSpec(), 100, groups))["train"])


@pytest.mark.parametrize("seed", range(3))
def test_many_rows_are_divided_as_few_are(seed: int) -> None:
    rows = DEALT + 12_345
    groups = np.random.default_rng(seed).choice(4, rows, p=[0.6, 0.3, 0.0999, 0.0001]).astype(np.intp)
    groups[:2] = 5  # a class with two rows
    found = split_by_fractions(SplitSpec(seed=seed), np.arange(rows), groups)
    assert tuple(len(found[part]) for part in PARTS) == part_sizes(SplitSpec(), rows)
    assert sorted(np.concatenate(list(found.values())).tolist()) == list(range(rows))
    counts = {part: np.bincount(groups[found[part]], minlength=6) for part in PARTS}
    assert (counts["train"][[0, 1, 2, 3, 5]] > 0).all()
    shares = np.bincount(groups, minlength=6)
    for part, share in (("train", 0.7), ("validation", 0.15), ("test", 0.15)):
        assert np.abs(counts[part] - share * shares).max() <= 3
    assert split_by_fractions(SplitSpec(0.5, 0.5, 0.0, seed), np.arange(rows))["test"].size == 0


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 5))
def test_painted_rows_keep_their_part(rows: int, more: int, seed: int) -> None:
    spec = SplitSpec(seed=seed)
    groups = (np.arange(rows + more) % 3).astype(np.intp)
    before = divided(asked(spec, rows, groups[:rows]), painted=True)
    after = divided(asked(spec, rows + more, groups), painted=True)
    for part in PARTS:
        assert np.array_equal(after[part][after[part] < rows], before[part])
    for part, share in (("train", 0.7), ("validation", 0.15), ("test", 0.15)):
        assert abs(len(after[part]) - share * (rows + more)) <= 9
    assert {0, 1, 2} & set(groups[:rows]) == set(groups[before["train"]])
