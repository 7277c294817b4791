"""Tests of the guesses: kinds, roles and the task, each with its reason."""

import numpy as np
import pytest

from flux_gui.core.errors import DataError
from flux_gui.data.delimited import RawTable
from flux_gui.data.roles import decide_task, guess_kind, guess_roles
from flux_gui.data.table import Column


def raw(**columns: list[str]) -> RawTable:
    rows = len(next(iter(columns.values())))
    return RawTable("t.csv", tuple(columns), tuple(columns.values()), list(range(2, rows + 2)))


@pytest.mark.parametrize(
    ("cells", "kind", "reason"),
    [
        (["1", "2.5", "NA"], "number", "numbers, 1 missing"),
        (["3", "3"], "number", "always the same number"),
        (["", "?"], "number", "every cell is missing"),
        (["1", "2", "3", "4", "abc"], "number", "4 of 5 cells are numbers"),
        (["1", "a"], "category", "2 categories"),
        (["red", "blue", "red", ""], "category", "2 categories, 1 missing"),
        ([f"name {i}" for i in range(30)], "text", "30 different values in 30 cells"),
        ([f"{i}" for i in range(70)] + [f"A/{i}" for i in range(30)], "text", "text"),
        ([f"w{i % 150}" for i in range(600)], "text", "too many"),
        (["a" * 300, "b"], "text", "long cells"),
    ],
)
def test_kinds(cells: list[str], kind: str, reason: str) -> None:
    found, why = guess_kind(cells)
    assert found == kind
    assert reason in why


def roles(table: RawTable, target: str = "", split_column: str = "") -> dict[str, str]:
    return {column.name: column.role for column in guess_roles(table, target, split_column)}


def test_the_last_column_is_the_target() -> None:
    assert roles(raw(a=["1", "2"], b=["3", "4"])) == {"a": "input", "b": "target"}


def test_a_column_named_like_a_target_wins() -> None:
    assert roles(raw(Species=["u", "v"], b=["3", "4"])) == {"Species": "target", "b": "input"}


def test_a_named_target_wins_over_all() -> None:
    found = guess_roles(raw(y=["1", "2"], b=["3", "4"]), target="b")
    assert [column.role for column in found] == ["input", "target"]
    assert found[1].reason == "chosen as target; numbers"


def test_text_identifiers_and_empty_columns_are_ignored() -> None:
    many = [f"name {i}" for i in range(30)]
    numbers = [str(i) for i in range(30)]
    table = raw(id=numbers, x=numbers, name=many, nothing=[""] * 30, z=numbers, remark=many)
    expected = {"id": "ignore", "x": "input", "name": "ignore", "nothing": "ignore", "z": "target", "remark": "ignore"}
    assert roles(table) == expected
    assert all(column.reason for column in guess_roles(table))


def test_the_split_column() -> None:
    table = raw(x=["1", "2"], z=["1", "2"], part=["train", "test"])
    assert roles(table, split_column="part") == {"x": "input", "z": "target", "part": "split"}


def test_names_that_do_not_exist() -> None:
    table = raw(length=["1"], species=["a"])
    with pytest.raises(DataError, match="no column 'speces' to use as target") as caught:
        guess_roles(table, "speces")
    assert caught.value.hint == "Did you mean 'species'?"
    with pytest.raises(DataError, match="as split column"):
        guess_roles(table, "", "zzz")
    with pytest.raises(DataError, match="at once"):
        guess_roles(table, "species", "species")


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([0, 1, 1, 0], "binary"),
        ([5, 7, 7, 5], "binary"),
        ([3, 4], "regression"),
        ([0.5, 1.5, 0.5, 1.5], "regression"),
        ([0, 1, 2] * 5, "classes"),
        ([1, 2, 3] * 5, "classes"),
        ([0, 1, 2] * 4, "regression"),
        ([3, 4, 5, 6, 7, 8] * 10, "regression"),
        (list(range(11)) * 9, "regression"),
        ([0, 1, np.nan, 1, 0], "binary"),
    ],
)
def test_tasks_of_numbers(values: list[float], task: str) -> None:
    found, reason = decide_task(Column("y", "number", np.array(values, dtype=float)))
    assert found == task
    assert reason


def test_tasks_of_words() -> None:
    assert decide_task(Column("y", "category", np.array(["no", "yes", ""])))[0] == "binary"
    assert decide_task(Column("y", "category", np.array(["a", "b", "c"])))[0] == "classes"
