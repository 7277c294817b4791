"""The order of rows: stable, missing cells last in either direction."""

import numpy as np

from flux_gui.data.table import Column
from flux_gui.document import edits
from flux_gui.gui.tables.row_order import order_by, order_by_part, part_of


def test_numbers_are_sorted_stably_with_missing_ones_last() -> None:
    column = Column("x", "number", np.array([2.0, np.nan, 1.0, 2.0, 1.0]))
    assert order_by(column).tolist() == [2, 4, 0, 3, 1]
    assert order_by(column, down=True).tolist() == [0, 3, 2, 4, 1]


def test_words_too() -> None:
    column = Column("x", "category", np.array(["b", "", "a", "b", "a"]))
    assert order_by(column).tolist() == [2, 4, 0, 3, 1]
    assert order_by(column, down=True).tolist() == [0, 3, 2, 4, 1]


def test_parts() -> None:
    parts = edits.line_example().dataset.parts
    assert [part_of(parts, row) for row in (0, 5, 6, 10)] == ["train", "train", "test", "test"]
    assert part_of(parts, 99) == ""
    assert order_by_part(parts, 11).tolist() == list(range(11))
    assert order_by_part(parts, 11, down=True).tolist() == [*range(6, 11), *range(6)]


def test_unused_rows_come_last() -> None:
    parts = edits.line_example().dataset.parts
    assert order_by_part(parts, 13, down=True).tolist()[-2:] == [11, 12]
