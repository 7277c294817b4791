"""Good files of every format, and the parts from which damaged ones are made."""

import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

A = list(range(30))
B = [i % 4 + 0.5 for i in A]
TEXT = "a,b\n" + "".join(f"{a},{b}\n" for a, b in zip(A, B, strict=True))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DATE = 1  # the style of a cell that shows a date


def gz() -> bytes:
    return gzip.compress(TEXT.encode(), mtime=0)


def cell(reference: str, value: Any) -> str:
    """Return a cell of a sheet; a tuple is (number, style), a word that begins with # an error."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f'<c r="{reference}" s="{value[1]}"><v>{value[0]}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        kind, body = ("e", f"<v>{escape(value)}</v>") if value.startswith("#") else ("inlineStr", f"<is><t>{escape(value)}</t></is>")
        return f'<c r="{reference}" t="{kind}">{body}</c>'
    return f'<c r="{reference}"><v>{value}</v></c>'


def sheet(rows: Sequence[Sequence[Any]]) -> str:
    """Return a worksheet; at most 26 columns."""
    lines = (
        f'<row r="{r}">{"".join(cell(f"{chr(65 + c)}{r}", value) for c, value in enumerate(row))}</row>'
        for r, row in enumerate(rows, start=1)
    )
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def workbook(sheets: Mapping[str, str], replaced: Mapping[str, str | None] | None = None) -> bytes:
    """Return an Excel file of ready worksheets; `replaced` puts other text into its parts, None leaves one out."""
    names = list(sheets)
    numbered = range(1, len(names) + 1)
    kinds = "".join(f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{SHEETS}.worksheet+xml"/>' for i in numbered)
    parts: dict[str, str | None] = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEETS}.sheet.main+xml"/>'
        f"{kinds}</Types>",
        "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, name in zip(numbered, names, strict=True))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in numbered)
        + f'<Relationship Id="rId{len(names) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<?xml version="1.0"?><styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{i}.xml": sheets[name] for i, name in zip(numbered, names, strict=True)},
        **(replaced or {}),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            if text is not None:
                archive.writestr(name, text)
    return stream.getvalue()


def xlsx(rows: Sequence[Sequence[Any]] | None = None) -> bytes:
    """Return an Excel file of one sheet."""
    return workbook({"Sheet1": sheet(rows or [["a", "b"], *zip(A, B, strict=True)])})


def parquet(columns: Mapping[str, Any] | None = None, schema: Any = None) -> bytes:
    """Return a Parquet file."""
    import pyarrow
    from pyarrow import parquet as format_

    stream = io.BytesIO()
    format_.write_table(pyarrow.table(columns or {"a": A, "b": B}, schema=schema), stream)
    return stream.getvalue()


def jsonl(rows: Sequence[Any] | None = None) -> str:
    """Return JSON lines; a row that is text already stands as it is."""
    rows = rows or [{"a": a, "b": b} for a, b in zip(A, B, strict=True)]
    return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)


def npy(array: Any, pickled: bool = False) -> bytes:
    """Return a NPY file."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=pickled)
    return stream.getvalue()


def npz(**arrays: Any) -> bytes:
    """Return a NPZ file."""
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def header(shape: str, kind: str = "'<f8'", order: str = "False") -> bytes:
    """Return a NPY file that claims `shape` and holds eight bytes."""
    text = f"{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + (len(text) + 1).to_bytes(2, "little") + text + b"\n" + bytes(8)


def good() -> dict[str, bytes]:
    """Return one good file of every format by its extension."""
    table = np.column_stack([A, B])
    return {
        ".csv": TEXT.encode(),
        ".tsv": TEXT.replace(",", "\t").encode(),
        ".csv.gz": gz(),
        ".xlsx": xlsx(),
        ".parquet": parquet(),
        ".jsonl": jsonl().encode(),
        ".npy": npy(table),
        ".npz": npz(a=table[:, 0], b=table[:, 1]),
    }
