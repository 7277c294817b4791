"""Tests of spreadsheets: sheets to choose from, row numbers as the spreadsheet shows them, large sheets in parts, damage."""

from pathlib import Path

import numpy as np
import pytest

import tables
from flux_gui.core.errors import CellError, DataError
from flux_gui.data import cache, excel, files
from flux_gui.specs.data import ReadSpec


def book(
    tmp_path: Path, rows: tables.Rows, header: tuple[str, ...] = ("a", "b"), sheets: tuple[str, ...] = ("Data",), first: int = 1
) -> Path:
    path = tmp_path / "t.xlsx"
    tables.xlsx(path, header, rows, sheets, first)
    return path


def test_the_first_sheet_with_rows_is_read(tmp_path: Path) -> None:
    path = book(tmp_path, [(1.0, "u"), (2.5, "v")], sheets=("Notes", "Data"))
    assert files.sheets(path) == ("Notes", "Data")
    loaded = files.load(path)
    assert loaded.reading.sheet == "Data"
    assert loaded.reasons["sheet"] == "the first of 2 sheets that holds rows"
    assert loaded.table.column("a").values.tolist() == [1.0, 2.5]
    assert files.load(path, reading=ReadSpec(sheet="Data")).reasons["sheet"] == "chosen"
    with pytest.raises(DataError, match="no sheet called 'Dta'"):
        files.load(path, reading=ReadSpec(sheet="Dta"))
    with pytest.raises(DataError, match="is empty"):
        files.load(path, reading=ReadSpec(sheet="Notes"))


def test_row_numbers_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    path = book(tmp_path, [(1.0, 2.0), (3.0, 4.0), (5.0, "oops"), (1.0, 2.0)], first=4)
    with pytest.raises(CellError, match="row 7, column 'b': expected a number, got 'oops'"):
        files.load(path, target="a")
    assert files.load(path, target="a", kinds={"b": "text"}).table.row_number(0) == 5


def test_a_sheet_without_a_header(tmp_path: Path) -> None:
    path = book(tmp_path, [("3", "4")], header=("1", "2"))
    with pytest.raises(DataError, match="no recognisable header"):
        files.load(path)
    assert files.load(path, reading=ReadSpec(header="no")).table.column("x1").values.tolist() == [1, 3]


def test_large_sheets_are_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(float(i), f"w{i % 3}" if i % 10 else None) for i in range(3000)]
    path = book(tmp_path, rows)
    small = files.load(path)
    monkeypatch.setattr(excel, "SMALL_CELLS", 100)
    monkeypatch.setattr(excel, "CHUNK_CELLS", 500)
    large = files.load(path)
    assert large.columns[0] == small.columns[0]
    assert large.columns[1].kind == "category"
    for a, b in zip(small.table.columns, large.table.columns, strict=True):
        np.testing.assert_array_equal(a.values, b.values)
    assert large.table.row_number(2999) == 3001


def test_books_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path, [(1.0, 2.0)])
    content = path.read_bytes()
    for size in range(1, len(content), len(content) // 15):
        path.write_bytes(content[:size])
        with pytest.raises(DataError, match="no workbook, or it is damaged"):
            files.load(path)
    path.write_bytes(content)
    monkeypatch.setattr(cache, "memory", lambda: 1000)
    with pytest.raises(DataError, match="too much for a workbook"):
        files.load(path)
