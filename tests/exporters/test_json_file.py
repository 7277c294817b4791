"""Parameters in JSON of unknown origin, and exactness of our own."""

from pathlib import Path

import pytest

from flux_gui.core.errors import FormatError
from flux_gui.document import edits
from flux_gui.exporters import export, read_parameters


def test_float32_and_float64_are_exact(tmp_path: Path) -> None:
    for dtype in ("float32", "float64"):
        project = edits.reseed(edits.line_example(dtype), 3)
        export(project, tmp_path / "a.json")
        back = edits.load_parameters(edits.line_example(dtype), read_parameters(tmp_path / "a.json"))
        assert (back.state.parameters == project.state.parameters).all()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", "{", '{"layers.0.weight": [[1], [1, 2]]}', '{"layers.0.weight": ["a"]}', "[" * 100_000, '{"layers.0.weight": [NaN]}'],
)
def test_damaged_json(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(FormatError, match=r"a\.json"):
        read_parameters(path)
