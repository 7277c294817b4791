"""Tests of JSON lines: small and large files give the same table; lines that are no objects are named."""

import json
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import DataError
from flux_gui.data import blocks, files, jsonlines

LINES = [json.dumps({"a": i, "b": i / 4 if i % 5 else None, "c": "uvw"[i % 3], "t": i % 2 == 0}) for i in range(200)]


@pytest.mark.parametrize(
    "extra",
    ["", "\n\n", '{"a": 1}', '{"a": 1, "z": 2}', '{"a": "NA", "b": 2}', '{"t": "false", "a": 3}', '{"a": 1e3, "c": "ü"}', '{"a": NaN}'],
)
def test_large_and_small_files_give_the_same_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join([*LINES[:150], extra, *LINES[150:]]), encoding="utf-8")
    small = files.load(path)
    monkeypatch.setattr(jsonlines, "SMALL", 2000)
    monkeypatch.setattr(jsonlines, "SAMPLE_CELLS", 40)
    monkeypatch.setattr(blocks, "BLOCK", 1000)
    large = files.load(path)
    assert set(large.table.names) == set(small.table.names)
    for column in small.table.columns:
        found = large.table.column(column.name)
        assert found.kind == column.kind
        np.testing.assert_array_equal(found.values, column.values)
    assert [small.table.row_number(i) for i in range(200)] == [large.table.row_number(i) for i in range(200)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1, 2]", "row 151: expected an object"),
        ("{oops", "row 151 is not JSON"),
        ("[" * 100_000, "row 151 is not JSON"),
        ('{"a": [1]}', "'a'"),
    ],
)
@pytest.mark.parametrize("large", [False, True])
def test_wrong_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, message: str, large: bool) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join([*LINES[:150], line, *LINES[150:]]), encoding="utf-8")
    if large:
        monkeypatch.setattr(jsonlines, "SMALL", 2000)
        monkeypatch.setattr(jsonlines, "SAMPLE_CELLS", 40)
        monkeypatch.setattr(blocks, "BLOCK", 1000)
    elif message == "'a'":
        assert any("'a' holds a list or an object in row 151" in notice for notice in files.load(path).table.notices)
        return
    with pytest.raises(DataError, match=message):
        files.load(path)


def test_lists_of_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps([json.loads(line) for line in LINES]), encoding="utf-8")
    assert files.load(path).table.rows == 200
    monkeypatch.setattr(jsonlines, "SMALL", 100)
    assert files.load(path).table.rows == 200
    monkeypatch.setattr(jsonlines, "LARGEST_LIST", 100)
    with pytest.raises(DataError, match="one JSON list"):
        files.load(path)


@pytest.mark.parametrize("large", [False, True])
def test_keys_that_are_no_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("".join(f'{{"": {i}, "b": {i}.5}}\n' for i in range(300)) + '{"": 1, "b": 2, "line\\nend": 3}\n', encoding="utf-8")
    if large:
        monkeypatch.setattr(jsonlines, "SMALL", 2000)
        monkeypatch.setattr(jsonlines, "SAMPLE_CELLS", 40)
        monkeypatch.setattr(blocks, "BLOCK", 1000)
    loaded = files.load(path)
    assert loaded.table.names == ("column_1", "b", "line end")
    assert "column 1 has no name" in loaded.table.notices[0]
    assert loaded.table.column("column_1").values[:300].tolist() == list(range(300))
    assert loaded.table.column("line end").missing.sum() == 300
    assert loaded.columns[0].role != "split"
