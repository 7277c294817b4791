"""Tests of the guesses: kinds, roles and the task, each with its reason."""

from dataclasses import replace

import numpy as np
import pytest

from flux_gui.core.errors import DataError
from flux_gui.data.delimited import RawTable
from flux_gui.data.roles import decide_task, guess_kind, guess_roles, obstacle
from flux_gui.data.table import Column
from flux_gui.specs.data import ColumnSpec, Kind, Role


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


COUNTED = [str(i) for i in range(1000, 1030)]
MIXED = [str(i % 7) for i in range(30)]


@pytest.mark.parametrize("name", ["id", "patient_id", "PassengerId", "Index", "nr", "lfd. Nr", "row_number"])
def test_columns_named_like_an_identifier_are_ignored(name: str) -> None:
    found = guess_roles(raw(**{"b": MIXED, name: COUNTED[::-1], "z": MIXED}))
    assert (found[1].role, found[1].reason) == ("ignore", "numbers the rows")
    words = guess_roles(raw(**{"b": MIXED, name: [f"P{i}" for i in range(30)], "z": MIXED}))
    assert (words[1].role, words[1].reason) == ("ignore", "names the rows")
    assert guess_roles(raw(**{"b": MIXED, name: MIXED, "z": MIXED}))[1].role == "input"


@pytest.mark.parametrize("name", ["humid", "grid", "refractive_index", "rowing"])
def test_other_names_are_no_identifiers(name: str) -> None:
    assert guess_roles(raw(**{"b": MIXED, name: COUNTED, "z": MIXED}))[1].role == "input"


def test_a_first_column_that_counts_the_rows_is_ignored() -> None:
    found = guess_roles(raw(customer=COUNTED, b=MIXED, z=MIXED))
    assert (found[0].role, found[0].reason) == ("ignore", "counts the rows from 1000")
    assert guess_roles(raw(dose=COUNTED, b=MIXED, z=[str(3 * i + i % 2) for i in range(30)]))[0].role == "input"
    for name in ("x", "year", "Time"):
        assert guess_roles(raw(**{name: COUNTED, "b": MIXED, "z": MIXED}))[0].role == "input"


@pytest.mark.parametrize(
    ("names", "first", "reason"),
    [
        (("CDS_CODE", "z"), [str(161119 + 7 * i) for i in range(30)], "a code: every row has another number"),
        (("x", "PartNumber"), [str((i * 7) % 30) for i in range(30)], "a code"),
        (("x", "zip"), [str(90000 - i) for i in range(30)], "a code"),
        (("district", "z"), [str(161119 + i * i) for i in range(30)], "a code"),
        (("state", "z"), [f"state {chr(97 + i)}" for i in range(16)], "every cell is another word"),
        (("price", "z"), [str(90000 - i * i) for i in range(30)], ""),
        (("price", "z"), [f"{2000 + i * i},5" for i in range(30)], ""),
        (("year", "z"), [str(20000 + i * i) for i in range(30)], ""),
        (("x", "income"), [str(10000 + i * i) for i in range(30)], ""),
        (("code", "z"), [str(i % 9) for i in range(30)], ""),
    ],
)
def test_codes_are_ignored(names: tuple[str, str], first: list[str], reason: str) -> None:
    other = [str(i % 7) for i in range(len(first))]
    cells = [first, other] if names[0] != "x" else [other, first]
    table = raw(**dict(zip(names, cells, strict=True)), y=other, target=other)
    found = guess_roles(replace(table, decimal_comma=any("," in cell for cell in first)))
    place = names[0] == "x"
    assert found[place].role == ("ignore" if reason else "input")
    assert reason in found[place].reason


def test_an_identifier_is_the_input_when_there_is_no_other() -> None:
    found = guess_roles(raw(index=COUNTED, z=MIXED))
    assert [column.role for column in found] == ["input", "target"]
    assert found[0].reason == "numbers the rows; the only input"


def test_an_identifier_at_the_end_is_not_the_target() -> None:
    assert roles(raw(a=MIXED, b=MIXED, item_id=COUNTED)) == {"a": "input", "b": "target", "item_id": "ignore"}


@pytest.mark.parametrize(
    "pattern", ["2024-01-{:02d}", "{:02d}.01.2024", "1/{}/24", "2024-01-{:02d}T10:30:00Z", "{} Jan 2024", "May {}, 2024", "10:{:02d}"]
)
def test_dates_are_ignored(pattern: str) -> None:
    days = [pattern.format(i % 28 + 1) for i in range(30)]
    found = guess_roles(raw(when=days, b=MIXED, z=MIXED))[0]
    assert (found.kind, found.role) == ("text", "ignore")
    assert found.reason == f"dates or times, such as {days[0]}"


def test_a_column_that_says_the_parts_is_the_split() -> None:
    parts = ["train", "Test", "validation"] * 10
    assert roles(raw(b=MIXED, z=MIXED, train_or_test=parts)) == {"b": "input", "z": "target", "train_or_test": "split"}
    assert roles(raw(b=MIXED, z=MIXED, part=parts), "part") == {"b": "input", "z": "input", "part": "target"}
    for other in (["train"] * 30, [*parts[:-1], "rest"], ["test"] * 30, [*parts[:-1], ""]):
        assert roles(raw(b=MIXED, part=other, z=MIXED))["part"] == "input"
    by_fractions = guess_roles(raw(b=MIXED, z=MIXED, part=parts), "", None)
    assert [column.role for column in by_fractions] == ["input", "target", "ignore"]


def test_chosen_kinds_are_not_guessed() -> None:
    found = guess_roles(raw(a=["1", "2", "x", "4"], z=["1", "2", "3", "5"]), kinds={"a": "text"})
    assert (found[0].kind, found[0].role, found[0].reason) == ("text", "ignore", "chosen")


@pytest.mark.parametrize(
    ("kind", "role", "values", "wanted", "reason"),
    [
        ("number", "input", [1.0, 2.0], "target", ""),
        ("number", "input", [1.0, 2.0], "split", "its cells are not"),
        ("number", "target", [1.0, 2.0], "input", "choose another target"),
        ("number", "ignore", [np.nan, np.nan], "input", "every cell is missing"),
        ("text", "ignore", ["a", "b"], "input", "text: read it as categories"),
        ("text", "ignore", ["train", "test"], "split", ""),
        ("category", "input", ["a", "a"], "target", "every cell is the same"),
        ("category", "input", ["a", "b"], "ignore", ""),
    ],
)
def test_what_a_column_cannot_be(kind: Kind, role: Role, values: list[object], wanted: Role, reason: str) -> None:
    found = obstacle(ColumnSpec("c", kind, role), Column("c", kind, np.array(values)), wanted)
    assert found.startswith(reason) if reason else not found
