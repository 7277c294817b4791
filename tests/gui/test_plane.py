"""Rows as points: class numbers in the order of the labels, sealed test rows, many rows thinned."""

import numpy as np

from flux_gui.document import edits
from flux_gui.gui.plane import plane_points
from flux_gui.specs import Choice, GeneratedData


def test_points_of_classes() -> None:
    project = edits.project_from_generator(GeneratedData(Choice("spirals", {"classes": 4}), rows=100))
    shown, everything = plane_points(project), plane_points(project, with_test=True)
    parts = project.dataset.parts
    assert len(shown.x) == len(parts["train"]) + len(parts["validation"])
    assert len(everything.x) == 100
    assert int(shown.training.sum()) == len(parts["train"])
    rows = parts["train"].rows
    words = project.table.column("class").values[rows]
    assert [project.dataset.labels[int(i)] for i in shown.truth[: len(rows)]] == words.tolist()


def test_points_of_numbers_and_of_many_rows() -> None:
    project = edits.project_from_generator(GeneratedData(Choice("plane"), rows=30_000, noise=0.0))
    shown = plane_points(project)
    assert len(shown.x) <= 12_000
    np.testing.assert_allclose(shown.truth, 0.1 * shown.x + 0.1 * shown.y, atol=1e-9)
