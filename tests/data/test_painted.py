"""Tests of painting: every tool on classes and on a curve, what it leaves alone, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_gui.core.errors import DataError
from flux_gui.data import painted
from flux_gui.data.table import Table
from flux_gui.specs.data import PaintedData

CLASSES, CURVE = PaintedData(), PaintedData(())
place = st.tuples(st.floats(-100, 100), st.floats(-100, 100))


def some() -> Table:
    table = painted.empty(CLASSES)
    for at, label in (((0.0, 0.0), "a"), ((1.0, 0.0), "b"), ((0.0, 3.0), "a")):
        table = painted.point(table, at, label)
    return table


@pytest.mark.parametrize(("data", "names"), [(CLASSES, ("x1", "x2", "class")), (CURVE, ("x", "y"))])
def test_an_empty_painting(data: PaintedData, names: tuple[str, ...]) -> None:
    table = painted.empty(data)
    assert (table.rows, table.names) == (0, names)
    assert tuple(spec.name for spec in painted.columns(data)) == names
    assert [spec.kind for spec in painted.columns(data)] == [column.kind for column in table.columns]
    assert [spec.role for spec in painted.columns(data)][-1] == "target"
    assert painted.near(table, (0, 0), 1.0).tolist() == []
    assert painted.erase(table, (0, 0), 1.0) is table


def test_points_are_kept_in_order_and_the_table_before_is_unchanged() -> None:
    before = some()
    after = painted.point(before, (5.0, -2.0), " c ")
    assert (before.rows, after.rows) == (3, 4)
    assert painted.places(after)[3].tolist() == [5.0, -2.0]
    assert after.column("class").values.tolist() == ["a", "b", "a", "c"]


def test_a_curve_has_no_classes() -> None:
    table = painted.point(painted.empty(CURVE), (1.0, 2.0))
    table = painted.brush(table, (0.0, 0.0), 0.5, count=4)
    assert (table.rows, table.names) == (5, ("x", "y"))
    with pytest.raises(DataError, match="no classes"):
        painted.point(table, (0.0, 0.0), "a")
    with pytest.raises(DataError, match="needs a class"):
        painted.point(some(), (0.0, 0.0))
    with pytest.raises(DataError, match="cannot be called"):
        painted.rename(table, "a", "b")


@given(place, st.floats(0.01, 50), st.floats(0.01, 50), st.integers(1, 200), st.integers(0, 1000))
def test_a_brush_fills_its_ellipse(at: tuple[float, float], wide: float, high: float, count: int, seed: int) -> None:
    before = some()
    table = painted.brush(before, at, (wide, high), count, seed, "b")
    added = painted.places(table)[3:]
    assert len(added) == count
    assert (np.linalg.norm((added - at) / [wide, high], axis=1) <= 1 + 1e-6).all()
    again = painted.brush(before, at, (wide, high), count, seed, "b")
    assert np.array_equal(painted.places(again), painted.places(table))
    assert painted.erase(table, at, (wide * 1.001, high * 1.001)).rows <= 3


def test_two_dabs_differ() -> None:
    one, two = (painted.places(painted.brush(some(), (0, 0), 1.0, 5, seed, "a"))[3:] for seed in (0, 1))
    assert not np.array_equal(one, two)


def test_nearest_first_and_the_scale_of_the_axes() -> None:
    table = some()
    assert painted.near(table, (0.9, 0.0), 1.0).tolist() == [1, 0]
    assert painted.near(table, (0.0, 2.0), (0.1, 2.5)).tolist() == [2, 0]
    assert painted.near(table, (9.0, 9.0), 1.0).tolist() == []


def test_the_eraser() -> None:
    table = painted.erase(some(), (0.0, 0.0), 1.5)
    assert painted.places(table).tolist() == [[0.0, 3.0]]
    assert painted.erase(table, (0.0, 0.0), 1.5) is table


def test_moving() -> None:
    before = some()
    table = painted.move(before, [0, 2], (1.0, -1.0))
    assert painted.places(table).tolist() == [[1.0, -1.0], [1.0, 0.0], [1.0, 2.0]]
    assert painted.places(before)[0].tolist() == [0.0, 0.0]
    assert table.column("class").values.tolist() == ["a", "b", "a"]
    curve = painted.move(painted.point(painted.empty(CURVE), (1.0, 2.0)), [0], (0.0, 1.0))
    assert painted.places(curve).tolist() == [[1.0, 3.0]]


def test_a_class_can_be_renamed_and_joined() -> None:
    assert painted.rename(some(), "a", "longer name").column("class").values.tolist() == ["longer name", "b", "longer name"]
    assert painted.rename(some(), "a", "b").column("class").values.tolist() == ["b"] * 3


@given(st.lists(place, max_size=6), st.floats(5.0, 50))
def test_a_stroke_has_no_gaps(path: list[tuple[float, float]], spacing: float) -> None:
    dabs = painted.stroke(path, spacing)
    assert dabs[:1] == path[:1]
    gaps = np.linalg.norm(np.diff(np.array(dabs).reshape(-1, 2), axis=0), axis=1)
    assert (gaps < 2 * spacing + 1e-9).all()
    assert (gaps > spacing - 1e-6).all()


@pytest.mark.parametrize(
    ("classes", "message"),
    [(("a",), "from 2 to"), (tuple("abcdefghijk"), "from 2 to"), (("a", " a"), "name of its own"), (("a", ""), "name of its own")],
)
def test_classes_that_cannot_be_painted(classes: tuple[str, ...], message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        painted.empty(PaintedData(classes))
    assert caught.value.hint


def test_what_is_refused() -> None:
    with pytest.raises(DataError, match="finite"):
        painted.point(some(), (float("nan"), 0.0), "a")
    with pytest.raises(DataError, match="size of a brush"):
        painted.erase(some(), (0.0, 0.0), 0.0)
    with pytest.raises(DataError, match="at least 1 point"):
        painted.brush(some(), (0.0, 0.0), 1.0, count=0, label="a")
    with pytest.raises(DataError, match="at most 20000"):
        painted.brush(some(), (0.0, 0.0), 1.0, count=20_000, label="a")
