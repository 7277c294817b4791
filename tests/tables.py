"""Tables in files of every format that the app reads, written by the simplest means, for tests."""

import gzip
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

Cell = float | str | None
Rows = Sequence[Sequence[Cell]]

HEADER = ("length", "width", "kind")
ROWS: Rows = tuple((i / 4, -1.5 * i if i % 7 else None, ("ant", "bee", "cat")[i % 3]) for i in range(60))


def text(header: Sequence[str], rows: Rows, delimiter: str = ",", decimal: str = ".") -> str:
    """Return delimited text; None is an empty cell."""
    cells = [["" if c is None else repr(c).replace(".", decimal) if isinstance(c, float) else str(c) for c in row] for row in rows]
    return "\n".join(delimiter.join(row) for row in [list(header), *cells]) + "\n"


def csv(path: Path, header: Sequence[str], rows: Rows) -> None:
    path.write_text(text(header, rows), encoding="utf-8")


def tsv(path: Path, header: Sequence[str], rows: Rows) -> None:
    path.write_text(text(header, rows, "\t"), encoding="utf-8")


def packed(path: Path, header: Sequence[str], rows: Rows) -> None:
    path.write_bytes(gzip.compress(text(header, rows, "\t" if ".t" in path.name else ",").encode()))


def jsonl(path: Path, header: Sequence[str], rows: Rows) -> None:
    lines = "".join(json.dumps({k: v for k, v in zip(header, row, strict=True) if v is not None}) + "\n" for row in rows)
    path.write_bytes(gzip.compress(lines.encode()) if path.suffix == ".gz" else lines.encode())


def json_list(path: Path, header: Sequence[str], rows: Rows) -> None:
    path.write_text(json.dumps([dict(zip(header, row, strict=True)) for row in rows], indent=1), encoding="utf-8")


def parquet(path: Path, header: Sequence[str], rows: Rows) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.table(dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))), path)


def npy(path: Path, header: Sequence[str], rows: Rows) -> None:
    types = [(name, "U20" if any(isinstance(row[i], str) for row in rows) else "f8") for i, name in enumerate(header)]
    np.save(path, np.array([tuple(np.nan if c is None else c for c in row) for row in rows], types))


def npz(path: Path, header: Sequence[str], rows: Rows) -> None:
    columns = {name: np.array([np.nan if row[i] is None else row[i] for row in rows]) for i, name in enumerate(header)}
    np.savez_compressed(path, **columns)


def xlsx(path: Path, header: Sequence[str], rows: Rows, sheets: Sequence[str] = ("Data",), first: int = 1) -> None:
    """Write a workbook whose last sheet holds the rows, from row `first` on; the sheets before it are empty."""

    def cell(value: Cell, place: str) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f'<c r="{place}"><v>{value!r}</v></c>'

    def letters(i: int) -> str:
        return (letters(i // 26 - 1) if i >= 26 else "") + chr(65 + i % 26)

    lines = "".join(
        f'<row r="{r}">{"".join(cell(v, f"{letters(i)}{r}") for i, v in enumerate(row))}</row>'
        for r, row in enumerate([header, *rows], first)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        types = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        types += '<Default Extension="xml" ContentType="application/xml"/>'
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types">{types}</Types>')
        book = f'<Relationship Id="r0" Type="{rel}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships">{book}</Relationships>')
        names = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, name in enumerate(sheets, 1))
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>{names}</sheets></workbook>')
        links = "".join(f'<Relationship Id="r{i}" Type="{rel}/worksheet" Target="worksheets/s{i}.xml"/>' for i in range(1, len(sheets) + 1))
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{links}</Relationships>')
        for i in range(1, len(sheets) + 1):
            content = lines if i == len(sheets) else ""
            archive.writestr(f"xl/worksheets/s{i}.xml", f'<worksheet xmlns="{main}"><sheetData>{content}</sheetData></worksheet>')


def ods(path: Path, header: Sequence[str], rows: Rows) -> None:
    def cell(value: Cell) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'

    oasis = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{oasis}:{name}:1.0"' for name in ("office", "table", "text"))
    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in [header, *rows])
    body = f'<office:body><office:spreadsheet><table:table table:name="Data">{lines}</table:table></office:spreadsheet></office:body>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f'<office:document-content {spaces} office:version="1.2">{body}</office:document-content>')
        archive.writestr(
            "META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )


WRITERS: dict[str, Callable[[Path, Sequence[str], Rows], None]] = {
    **dict.fromkeys((".csv", ".txt", ".dat", ".data"), csv),
    **dict.fromkeys((".tsv", ".tab"), tsv),
    **dict.fromkeys((".csv.gz", ".tsv.gz", ".tab.gz", ".txt.gz"), packed),
    **dict.fromkeys((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"), jsonl),
    ".json": json_list,
    **dict.fromkeys((".parquet", ".pq"), parquet),
    ".npy": npy,
    ".npz": npz,
    **dict.fromkeys((".xlsx", ".xlsm"), xlsx),
    ".ods": ods,
}
"""By the extension of a file name."""

UNWRITTEN = {".xls", ".xlsb"}  # binary formats without a simple writer; the library tests them
