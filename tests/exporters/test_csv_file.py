"""CSV exports: columns, places, digits."""

import csv
from pathlib import Path

import numpy as np

from flux_gui import exporters
from flux_gui.document import edits
from flux_gui.specs import DenseSpec


def test_columns_places_and_digits(tmp_path: Path) -> None:
    project = edits.add_layer(edits.line_example(), 0, spec=DenseSpec("a", 3))
    path = tmp_path / "a.csv"
    exporters.export(project, path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert list(rows[0]) == ["layer", "name", "row", "column", "value"]
    assert len(rows) == len(project.state.parameters) == 10
    arrays = exporters.parameters(project)
    for row in rows:
        array = arrays[f"layers.{row['layer']}.{row['name']}"]
        value = array[int(row["row"]), int(row["column"])] if array.ndim == 2 else array[int(row["row"])]
        assert np.float32(row["value"]) == value
