"""Points of two columns and the balance of classes."""

import numpy as np

from flux_gui.core.paths import resource
from flux_gui.data.table import Column
from flux_gui.document import edits
from flux_gui.gui.tables.column_pictures import MOST_POINTS, balance, points


def test_numbers_keep_their_places_and_classes() -> None:
    x, y = Column("x", "number", np.array([1.0, 2.0, np.nan])), Column("y", "number", np.array([5.0, 6.0, 7.0]))
    kind = Column("k", "category", np.array(["b", "a", "a"]))
    found = points(x, y, kind, ("a", "b"))
    assert (found.x.tolist(), found.y.tolist(), found.group.tolist(), found.rows) == ([1.0, 2.0], [5.0, 6.0], [1, 0], 3)


def test_words_have_places_of_their_own() -> None:
    words, numbers = Column("w", "category", np.array(["b", "", "a", "b"])), Column("y", "number", np.arange(4.0))
    found = points(words, numbers, None, ())
    assert found.x_names == ("a", "b")
    assert np.rint(found.x).tolist() == [1, 0, 1]


def test_very_many_rows_are_thinned() -> None:
    column = Column("x", "number", np.arange(50_000.0))
    found = points(column, column, None, ())
    assert len(found.x) <= MOST_POINTS
    assert found.rows == 50_000


def test_the_balance_counts_every_part() -> None:
    project = edits.project_from_file(resource("samples", "iris.csv"))
    found = balance(project)
    assert found.labels == project.dataset.labels
    assert [sum(counts) for counts in found.counts] == [50, 50, 50]
    assert sum(counts[0] for counts in found.counts) == len(project.dataset.parts["train"])


def test_the_balance_of_two_classes() -> None:
    project = edits.project_from_file(resource("samples", "breast_cancer.csv"))
    assert sum(map(sum, balance(project).counts)) == project.table.rows
