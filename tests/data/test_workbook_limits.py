"""Tests of the limits of workbooks: far cells, repeated cells, sizes declared and real."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from flux_gui.core.errors import DataError
from flux_gui.data import cache, workbook_limits
from flux_gui.data.workbook_limits import Reach, check_workbook, letters, number_of, take_ods, take_xlsb, take_xlsx


def archive(tmp_path: Path, member: str, content: bytes, kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", kind) as file:
        file.writestr(member, content)
    return tmp_path / "t.xlsx"


def test_names_of_columns() -> None:
    assert [letters(n) for n in (1, 26, 27, 16384)] == ["A", "Z", "AA", "XFD"]
    assert all(number_of(letters(n).encode()) == n for n in range(1, 2000))


@pytest.mark.parametrize(
    "text",
    [
        '<row r="2"><c r="B2"><v>1</v></c><c r="C2" s="1"/></row><row r="9"><c r="D9" t="s"><v>1</v></c></row>',
        "<row r='2'><c s='>' r='B2'><v>1</v></c><c s='1' /></row><row r='9'><c r = 'D9'><v>1</v></c></row>",
        "<x:row/><x:row><x:c/><x:c><v>1</v></x:c></x:row><row r='8'/><row><c/><c/><c/><c><v>1</v></c></row>",
    ],
)
def test_cells_with_content_count(text: str) -> None:
    reach = Reach()
    take_xlsx(text.encode(), reach)
    assert (reach.filled, reach.top, reach.left, reach.bottom, reach.right) == (2, 2, 2, 9, 4)


def test_repeated_cells_of_open_documents() -> None:
    text = (
        '<table:table><table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="4"/>'
        '<table:table-cell office:value-type="float" table:number-columns-repeated="2"><text:p>1</text:p></table:table-cell>'
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    reach = take_ods(text.encode(), Reach(), "t")
    assert (reach.filled, reach.top, reach.left, reach.bottom, reach.right) == (1, 1, 5, 3, 6)
    bomb = text.replace("16384", "9").replace('"2"', '"16384"').replace('"3"', '"1048576"')
    with pytest.raises(DataError, match=r"t, content.xml: cells with content reach to XFH1048576.*17,180 million"):
        take_ods((bomb + "<table:table>").encode(), Reach(), "t")


def test_records_of_binary_sheets() -> None:
    def record(kind: int, number: int) -> bytes:
        return bytes([kind, 8]) + struct.pack("<II", number, 0)

    data = record(0, 4) + record(1, 9) + record(5, 2) + b"\x94\x01\x02xx" + record(0, 7) + record(2, 6)
    for cut in (0, 3, 25, 40):
        reach = Reach()
        rest = take_xlsb(data[:cut], reach)
        assert take_xlsb(rest + data[cut:] + b"\x05\x08\0", reach) == b"\x05\x08\0"
        assert (reach.filled, reach.top, reach.left, reach.bottom, reach.right) == (2, 5, 3, 8, 7)


@pytest.mark.parametrize("part", [50, 1 << 20])
def test_far_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    monkeypatch.setattr(workbook_limits, "PART", part)
    monkeypatch.setattr(workbook_limits, "PIECE", part)
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>1</v></c><c r="XFD{i * 1000}" s="1"/></row>' for i in range(1, 100))
    sheet = "xl/worksheets/sheet1.xml"
    for kind in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        check_workbook(archive(tmp_path, sheet, rows.encode(), kind))
        with pytest.raises(DataError, match="reach to XFD1048576"):
            check_workbook(archive(tmp_path, sheet, (rows + '<c r="XFD1048576"><v>1</v></c>').encode(), kind))


def test_sizes_declared_and_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "memory", lambda: 8_000_000)
    path = archive(tmp_path, "xl/sharedStrings.xml", bytes(3_000_000))
    with pytest.raises(DataError, match=r"t.xlsx has 0.0 GB unpacked, too much"):
        check_workbook(path, sheets=False)
    content = path.read_bytes()
    declared = content.index(b"PK\x01\x02") + 24
    path.write_bytes(content[:declared] + struct.pack("<I", 100) + content[declared + 4 :])
    assert zipfile.ZipFile(io.BytesIO(path.read_bytes())).infolist()[0].file_size == 100
    check_workbook(path, sheets=False)
    with pytest.raises(DataError, match="unpacked, too much"):
        check_workbook(path)
    (tmp_path / "t.xls").write_bytes(b"no archive")
    check_workbook(tmp_path / "t.xls")
