"""Tests of Parquet: every type of column, indices left out, damage named, large tables as float32."""

import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from flux_gui.core.errors import CellError, DataError
from flux_gui.data import files, stream
from flux_gui.specs.data import ColumnSpec


def written(path: Path, **columns: object) -> Path:
    parquet.write_table(pa.table(columns), path)
    return path


def test_every_type_becomes_a_number_a_word_or_a_notice(tmp_path: Path) -> None:
    path = written(
        tmp_path / "t.parquet",
        whole=pa.array([1, None, 3], pa.int32()),
        half=pa.array([0.5, 1.5, 2.5], pa.float16()),
        money=pa.array([Decimal("1.25"), Decimal("2.50"), None]),
        yes=[True, False, None],
        day=[datetime.date(2024, 1, 5)] * 3,
        word=pa.array(["a", "b", "a"]).dictionary_encode(),
        digits=["1", "2", "NA"],
        lists=[[1], [2], [3]],
        __index_level_0__=[7, 8, 9],
    )
    loaded = files.load(path)
    assert [(c.name, c.kind) for c in loaded.columns] == [
        ("whole", "number"),
        ("half", "number"),
        ("money", "number"),
        ("yes", "category"),
        ("day", "text"),
        ("word", "category"),
        ("digits", "number"),
    ]
    assert "dates" in loaded.columns[4].reason
    np.testing.assert_array_equal(loaded.table.column("money").values, [1.25, 2.5, np.nan])
    assert loaded.table.column("yes").values.tolist() == ["true", "false", ""]
    np.testing.assert_array_equal(loaded.table.column("digits").values, [1, 2, np.nan])
    assert any("'lists' holds list" in notice for notice in loaded.table.notices)
    with pytest.raises(CellError, match="row 3, column 'x': expected a number, got 'inf'"):
        files.load(written(tmp_path / "i.parquet", x=[1.0, np.inf]))


def test_large_tables_hold_float32_and_declared_columns_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LARGE_CELLS", 10)
    path = written(tmp_path / "t.parquet", a=np.arange(100) / 4, b=["w"] * 100)
    table = files.read(path, (ColumnSpec("a", "number", "input"),))
    assert table.names == ("a",)
    assert table.column("a").values.dtype == np.float32


def test_what_cannot_be_read(tmp_path: Path) -> None:
    path = written(tmp_path / "t.parquet", a=[1.0] * 1000)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match="no Parquet file, or it is damaged"):
        files.load(path)
    with pytest.raises(DataError, match="has no rows"):
        files.load(written(tmp_path / "e.parquet", a=pa.array([], pa.float64())))
    with pytest.raises(DataError, match="no column of numbers or words"):
        files.load(written(tmp_path / "l.parquet", a=[[1]]))


def test_a_file_with_fewer_rows_than_it_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": [1.0, 2.0]}), tmp_path / "t.parquet")
    monkeypatch.setattr(parquet.ParquetFile, "iter_batches", lambda *_args, **_options: iter(()))
    with pytest.raises(DataError, match="fewer rows than it says"):
        files.load(tmp_path / "t.parquet")
