"""Files of the other formats that go wrong: gzip, Excel, Parquet, JSON lines, NPY and NPZ."""

import datetime
import gzip
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torture import written
from torture.cases import Case, Content, Fails, Loads, Make, Wanted, file
from torture.written import A, B

COLUMNS: list[Wanted] = [("a", "number", A), ("b", "number", B)]
NUMBERS = Loads(COLUMNS)
UNNAMED = Loads([(None, "number", A), (None, "number", B)])
GOOD = [
    Case(
        f"a good {extension}",
        file(f"good{extension}", lambda extension=extension: written.good()[extension]),
        UNNAMED if extension == ".npy" else NUMBERS,
    )
    for extension in (".csv", ".tsv", ".csv.gz", ".xlsx", ".parquet", ".jsonl", ".npy", ".npz")
]


def named(extension: str) -> Callable[[Content], Make]:
    return lambda content: file(f"wrong{extension}", content)


def cut(whole: Callable[[], bytes], part: float) -> Callable[[], bytes]:
    """Return the first part of a file; a negative number leaves out so many bytes."""
    return lambda: whole()[: int(part)] if part < 0 else whole()[: int(part * len(whole()))]


def flipped(whole: bytes, index: int) -> bytes:
    return whole[:index] + bytes([whole[index] ^ 0xFF]) + whole[index + 1 :]


gz, xlsx, xls, parquet, jsonl, npy, npz = map(named, (".csv.gz", ".xlsx", ".xls", ".parquet", ".jsonl", ".npy", ".npz"))
DAMAGED = r"wrong\.\w+.*(damage|not a|cannot be read|incomplete|cut|empty|broken|corrupt|truncat|ends)"
GZ = written.gz()
GZIP = [
    *(Case(f"gzip cut at {part}", gz(cut(written.gz, part)), Fails(DAMAGED)) for part in (0.5, 0.9, -8, -1)),
    Case("gzip with only its header", gz(GZ[:10]), Fails(DAMAGED)),
    Case("gzip with a wrong checksum", gz(flipped(GZ, len(GZ) - 6)), Fails(DAMAGED)),
    Case("gzip with a wrong byte", gz(flipped(GZ, len(GZ) // 2)), Fails(DAMAGED)),
    Case("gzip of nothing", gz(lambda: gzip.compress(b"")), Fails("empty")),
    Case("an empty gzip file", gz(b""), Fails("empty|damage|not a")),
    Case("gzip that is text", gz(written.TEXT), Fails("gzip|gz"), NUMBERS),
    Case("gzip of two parts", gz(lambda: gzip.compress(written.TEXT[:50].encode()) + gzip.compress(written.TEXT[50:].encode())), NUMBERS),
    Case("gzip of gzip", gz(lambda: gzip.compress(GZ)), Fails("wrong")),
    Case("gzip and rubbish after it", gz(GZ + b"rubbish"), Fails("wrong"), NUMBERS),
    Case("gzip of a ragged table", gz(lambda: gzip.compress(written.TEXT.replace("\n7,", "\n7,8,").encode())), Fails(r"row 9\b.*3 cells")),
    Case(
        "gzip of Latin-1",
        gz(lambda: gzip.compress("a,b\n1,ü\n2,x\n3,ü\n".encode("latin-1"))),
        Loads([("a", "number", [1, 2, 3]), ("b", "category", ["ü", "x", "ü"])], notice="UTF-8"),
    ),
    Case("gzip called .csv", file("wrong.csv", GZ), Fails("wrong", "gz"), NUMBERS),
]
ROWS = [list(row) for row in zip(A, B, strict=True)]


def with_row(index: int, row: list[Any]) -> Callable[[], bytes]:
    return lambda: written.xlsx([["a", "b"], *ROWS[:index], row, *ROWS[index + 1 :]])


DAYS = [(45_292 + i, written.DATE) for i in A]
EXCEL = [
    *(Case(f"xlsx cut at {part}", xlsx(cut(written.xlsx, part)), Fails(DAMAGED)) for part in (0.1, 0.5, -1)),
    Case("xlsx that is text", xlsx(written.TEXT), Fails(DAMAGED, "(?i)csv|excel|xlsx")),
    Case("xlsx that is nothing", xlsx(b""), Fails(DAMAGED)),
    Case("xlsx that is another archive", xlsx(lambda: written.npz(a=np.arange(3))), Fails(DAMAGED)),
    Case("xls that is text", xls(written.TEXT.replace(",", "\t")), Fails(DAMAGED)),
    Case("xls that is a web page", xls("<html><table><tr><td>a</td></tr></table></html>"), Fails(DAMAGED)),
    Case("xls of a signature and zeros", xls(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)), Fails(DAMAGED)),
    Case("xlsx without its sheet", xlsx(lambda: written.workbook({"S": ""}, {"xl/worksheets/sheet1.xml": None})), Fails("wrong.xlsx")),
    Case("xlsx with half a sheet", xlsx(lambda: written.workbook({"S": written.sheet(ROWS)[:500]})), Fails("wrong.xlsx")),
    Case("xlsx without sheets", xlsx(lambda: written.workbook({})), Fails("wrong.xlsx")),
    Case("xlsx with an empty sheet", xlsx(lambda: written.workbook({"S": written.sheet([])})), Fails("empty|no sheet")),
    Case("xlsx with only a header", xlsx(lambda: written.xlsx([["a", "b"]])), Fails("no rows|no sheet.*row")),
    Case(
        "xlsx without a header",
        xlsx(lambda: written.xlsx(ROWS)),
        Fails("header"),
        Loads([(None, "number", A), (None, "number", B)], notice="header"),
    ),
    Case(
        "xlsx with missing cells",
        xlsx(with_row(3, [None, 1.5])),
        Loads([("a", "number", [0, 1, 2, None, *A[4:]]), ("b", "number", [*B[:3], 1.5, *B[4:]])]),
    ),
    Case("xlsx with a long row", xlsx(with_row(3, [3, 3.5, 9])), Fails(r"row 5\b"), Loads([*COLUMNS, (None, "", None)])),
    Case("xlsx with a wrong cell", xlsx(with_row(3, ["oops", 3.5])), Fails(r"row 5\b.*'a'.*oops")),
    Case(
        "xlsx with an error in a cell",
        xlsx(with_row(3, ["#DIV/0!", 3.5])),
        Fails(r"row 5\b.*'a'"),
        Loads([("a", "number", [0, 1, 2, None, *A[4:]]), COLUMNS[1]], notice=r"row 5\b|'a'"),
    ),
    Case("xlsx with numbers as text", xlsx(lambda: written.xlsx([["a", "b"], *([str(a), b] for a, b in ROWS)])), NUMBERS),
    Case(
        "xlsx with dates",
        xlsx(lambda: written.xlsx([["day", "a", "b"], *([d, *row] for d, row in zip(DAYS, ROWS, strict=True))])),
        Loads([("day", "text", None), *COLUMNS]),
    ),
    Case(
        "xlsx with doubled and empty headers",
        xlsx(lambda: written.xlsx([["x", None, "x"], *([a, b, a] for a, b in ROWS)])),
        Loads([("x", "number", A), (None, "number", B), (None, "number", A)], notice="'x'"),
    ),
    Case("xlsx with inf", xlsx(with_row(3, ["inf", 3.5])), Fails(r"row 5\b.*'a'")),
]


def arrow(columns: Callable[[Any], Any], schema: Callable[[Any], Any] = lambda pa: None) -> Callable[[], bytes]:
    """Return what writes a Parquet file with what is made from pyarrow."""

    def write() -> bytes:
        import pyarrow

        return written.parquet(columns(pyarrow), schema(pyarrow))

    return write


def typed(kind: Callable[[Any], Any], cells: Sequence[Any]) -> Make:
    """Return a Parquet file with the column a of a type beside the numbers b."""
    return parquet(arrow(lambda pa: {"a": pa.array(cells, kind(pa)), "b": B}))


NESTED = (
    Fails(r"'a"),
    Loads([(None, "category|text", None), COLUMNS[1]], project="target|input|text"),
    Loads([(None, "number", A), COLUMNS[1]]),
    Loads([COLUMNS[1]], notice="'a'.*left out", project="input"),
)
PARQUET = [
    *(Case(f"Parquet cut at {part}", parquet(cut(written.parquet, part)), Fails(DAMAGED)) for part in (0.1, 0.5, 0.9, -8, -1)),
    Case("Parquet that is nothing", parquet(b""), Fails(DAMAGED)),
    Case("Parquet that is text", parquet(written.TEXT), Fails(DAMAGED)),
    Case("Parquet of signatures", parquet(b"PAR1PAR1"), Fails(DAMAGED)),
    Case("Parquet that claims a footer of 4 GB", parquet(lambda: written.parquet()[:-8] + b"\xff\xff\xff\xffPAR1"), Fails(DAMAGED)),
    Case("Parquet with a wrong byte in its footer", parquet(lambda: flipped(written.parquet(), -40)), Fails("wrong"), NUMBERS),
    Case(
        "Parquet without rows", parquet(arrow(lambda pa: {"a": pa.array([], pa.float64()), "b": pa.array([], pa.int8())})), Fails("no rows")
    ),
    Case("Parquet without columns", parquet(arrow(lambda pa: {}, lambda pa: pa.schema([]))), Fails("no (columns|rows)|empty")),
    Case("Parquet with inf", typed(lambda pa: pa.float64(), [0, float("inf"), *A[2:]]), Fails("row [23]\\b.*'a'|'a'.*row [23]\\b")),
    Case(
        "Parquet with NaN and null",
        typed(lambda pa: pa.float32(), [float("nan"), None, *A[2:]]),
        Loads([("a", "number", [None, None, *A[2:]]), COLUMNS[1]]),
    ),
    Case(
        "Parquet all null",
        typed(lambda pa: pa.null(), [None] * 30),
        Loads([("a", "number", [None] * 30), COLUMNS[1]], project="input|missing"),
    ),
    Case(
        "Parquet with whole numbers of 64 bits",
        typed(lambda pa: pa.uint64(), [2**64 - 1, *A[1:]]),
        Loads([("a", "number", [2.0**64, *A[1:]]), COLUMNS[1]]),
    ),
    Case("Parquet with decimals", typed(lambda pa: pa.decimal128(9, 2), A), NUMBERS),
    Case(
        "Parquet with true and false",
        typed(lambda pa: pa.bool_(), [i % 2 == 0 for i in A]),
        Loads([("a", "category|number", None), COLUMNS[1]]),
    ),
    Case(
        "Parquet with dates",
        typed(lambda pa: pa.date32(), [datetime.date(2024, 1, 1 + i) for i in A]),
        Loads([("a", "text", None), COLUMNS[1]], project="input"),
    ),
    Case(
        "Parquet with times",
        typed(lambda pa: pa.timestamp("ns", "UTC"), [i * 10**15 for i in A]),
        Loads([("a", "text", None), COLUMNS[1]], project="input"),
    ),
    Case(
        "Parquet with words in a dictionary",
        typed(lambda pa: pa.dictionary(pa.int8(), pa.string()), ["x", None] * 15),
        Loads([("a", "category", ["x", ""] * 15), COLUMNS[1]], project="."),
    ),
    Case(
        "Parquet with bytes",
        typed(lambda pa: pa.binary(), [b"\xff\0"] * 30),
        *NESTED,
        Loads([("a", "category|text", None), COLUMNS[1]], project="."),
    ),
    Case("Parquet with structures", typed(lambda pa: pa.struct([("q", pa.int64())]), [{"q": i} for i in A]), *NESTED),
    Case("Parquet with lists", typed(lambda pa: pa.list_(pa.int64()), [[i] for i in A]), *NESTED),
    Case(
        "Parquet with doubled names",
        parquet(arrow(lambda pa: [pa.array(A), pa.array(B)], lambda pa: pa.schema([("x", pa.int64()), ("x", pa.float64())]))),
        Loads([("x", "number", A), (None, "number", B)], notice="'x'"),
        Fails("'x'"),
    ),
]
OBJECTS = [{"a": a, "b": b} for a, b in ROWS]


def line(number: int, row: Any) -> Make:
    """Return JSON lines with another line (counted from 1)."""
    return jsonl(lambda: written.jsonl([*OBJECTS[: number - 1], row, *OBJECTS[number:]]))


LINE4 = r"wrong\.jsonl.*(line|row) (4|5)\b"
JSON = [
    Case("JSON lines with a broken line", line(4, '{"a": 3, "b": '), Fails(LINE4)),
    Case("JSON lines with rubbish", line(4, "rubbish"), Fails(LINE4)),
    Case("JSON lines cut", jsonl(cut(lambda: written.jsonl().encode(), -5)), Fails(r"(line|row) 3[01]\b")),
    Case("JSON lines with a list", line(4, "[1, 2]"), Fails(LINE4)),
    Case("JSON lines with a number", line(4, "17"), Fails(LINE4)),
    Case("JSON lines that are nothing", jsonl(b""), Fails("empty")),
    Case("JSON lines that are blank", jsonl(b"\n\n"), Fails("empty")),
    Case("JSON lines of empty objects", jsonl("{}\n{}\n"), Fails("wrong.jsonl")),
    Case("JSON lines with blank ones between", jsonl(lambda: written.jsonl().replace("\n", "\n\n")), NUMBERS),
    Case("JSON lines with a BOM", jsonl(lambda: b"\xef\xbb\xbf" + written.jsonl().encode()), NUMBERS),
    Case("JSON lines in UTF-16", jsonl(lambda: written.jsonl().encode("utf-16")), NUMBERS, Fails("UTF-8|line 1|text")),
    Case(
        "JSON lines in Latin-1",
        jsonl('{"a": 1, "b": "ü"}\n'.encode("latin-1") * 5),
        Fails("(line|row) [12]|UTF-8"),
        Loads([("a", "number", [1] * 5), ("b", "category", ["ü"] * 5)], notice="UTF-8", project="."),
    ),
    Case("JSON lines with NUL", line(4, '{"a": 3, "b": 3.5\0}'), Fails(LINE4)),
    Case(
        "JSON lines with missing keys and null",
        line(4, '{"a": null}'),
        Loads([("a", "number", [0, 1, 2, None, *A[4:]]), ("b", "number", [*B[:3], None, *B[4:]])]),
    ),
    Case(
        "JSON lines with a late key",
        line(4, {"a": 3, "b": 3.5, "c": 1}),
        Loads([*COLUMNS, ("c", "number", [1 if i == 3 else None for i in A])], project=""),
    ),
    Case(
        "JSON lines with a key twice",
        line(4, '{"a": 3, "a": 4, "b": 3.5}'),
        Fails(LINE4),
        NUMBERS,
        Loads([("a", "number", [0, 1, 2, 4, *A[4:]]), COLUMNS[1]]),
    ),
    Case("JSON lines with a word among numbers", line(4, {"a": "oops", "b": 3.5}), Fails(LINE4 + ".*'a'")),
    Case(
        "JSON lines with numbers as text",
        jsonl(lambda: written.jsonl([{"a": str(a), "b": b} for a, b in ROWS])),
        NUMBERS,
        Loads([("a", "category|text", None), COLUMNS[1]]),
    ),
    Case(
        "JSON lines with NaN", line(4, '{"a": NaN, "b": 3.5}'), Fails(LINE4), Loads([("a", "number", [0, 1, 2, None, *A[4:]]), COLUMNS[1]])
    ),
    Case("JSON lines with Infinity", line(4, '{"a": Infinity, "b": 3.5}'), Fails(LINE4)),
    Case("JSON lines with 1e999", line(4, '{"a": 1e999, "b": 3.5}'), Fails(LINE4)),
    Case("JSON lines with a number of 5000 digits", line(4, f'{{"a": {"1" * 5000}, "b": 3.5}}'), Fails(LINE4)),
    Case(
        "JSON lines with a whole number beyond 64 bits",
        line(4, f'{{"a": {2**70}, "b": 3.5}}'),
        Loads([("a", "number", [0, 1, 2, 2.0**70, *A[4:]]), COLUMNS[1]]),
        Fails(LINE4),
    ),
    Case(
        "JSON lines with whole numbers, then fractions",
        line(30, '{"a": 29.5, "b": 1}'),
        Loads([("a", "number", [*A[:-1], 29.5]), ("b", "number", [*B[:-1], 1])]),
    ),
    Case(
        "JSON lines with true and false",
        jsonl(lambda: written.jsonl([{"a": a % 2 == 0, "b": b} for a, b in ROWS])),
        Loads([("a", "category|number", None), COLUMNS[1]]),
    ),
    Case(
        "JSON lines with objects inside",
        jsonl(lambda: written.jsonl([{"a": {"q": a}, "b": b} for a, b in ROWS])),
        *NESTED,
        Loads([COLUMNS[1], (None, "number", A)]),
    ),
    Case("JSON lines with lists inside", jsonl(lambda: written.jsonl([{"a": [a], "b": b} for a, b in ROWS])), *NESTED),
    Case(
        "JSON lines with one object inside",
        line(4, {"a": {"q": 1}, "b": 3.5}),
        Fails(LINE4 + ".*'a'"),
        Fails("'a'.*" + LINE4.removeprefix(r"wrong\.jsonl.*")),
        Loads([COLUMNS[1]], notice=r"'a'.*(line|row) [45]\b.*left out|(line|row) [45]\b.*'a'.*left out", project="input"),
    ),
    Case(
        "JSON lines with half a character",
        line(4, '{"a": "\\ud800", "b": 3.5}'),
        Fails(LINE4),
        Loads([("a", "category|text", None), COLUMNS[1]]),
    ),
    Case(
        "JSON lines with a name that is empty",
        jsonl(lambda: written.jsonl([{"": a, "b": b} for a, b in ROWS])),
        Loads([(None, "number", A), COLUMNS[1]]),
        Fails("name"),
    ),
    Case(
        "JSON lines in one list",
        jsonl(lambda: "[" + written.jsonl().strip().replace("\n", ",\n") + "]"),
        NUMBERS,
        Fails("line 1|row 1|list"),
    ),
    Case("JSON lines that are a table", jsonl(written.TEXT), Fails("(line|row) 1")),
    Case("JSON lines that are binary", jsonl(GZ), Fails("wrong.jsonl")),
]
TABLE = np.column_stack([A, B])
NPY = [
    *(
        Case(f"NPY of {kind}", npy(lambda kind=kind: written.npy(np.column_stack([A, A]).astype(kind))), Loads([(None, "number", A)] * 2))
        for kind in ("i1", "u8", ">i4", ">f8", "f2", "f4", "longdouble")
    ),
    Case("NPY by columns", npy(lambda: written.npy(np.asfortranarray(TABLE))), UNNAMED),
    Case("NPY of one axis", npy(lambda: written.npy(np.array(B))), Loads([(None, "number", B)], project="input")),
    Case(
        "NPY with names",
        npy(lambda: written.npy(np.array(list(zip(A, B, strict=True)), [("a", "i4"), ("b", ">f8")]))),
        NUMBERS,
        Fails("wrong.npy"),
    ),
    Case(
        "NPY with NaN",
        npy(lambda: written.npy(np.where(TABLE == 0.5, np.nan, TABLE))),
        Loads([(None, "number", A), (None, "number", [None if b == 0.5 else b for b in B])]),
    ),
    Case("NPY with inf", npy(lambda: written.npy(np.where(TABLE == 7, np.inf, TABLE))), Fails(r"row [789]\b.*column|column.*row [789]\b")),
    Case(
        "NPY of words",
        npy(lambda: written.npy(np.array([["x", "y"], ["u", "v"]]))),
        Fails("wrong.npy"),
        Loads([(None, "category|text", ["x", "u"]), (None, "category|text", ["y", "v"])]),
    ),
    Case("NPY of true and false", npy(lambda: written.npy(TABLE > 5)), Loads([(None, "number|category", None)] * 2, project=".")),
    *(
        Case(f"NPY {what}", npy(lambda array=array: written.npy(array)), Fails("wrong.npy"))
        for what, array in {
            "of no axis": np.float64(3),
            "of no rows": np.zeros((0, 2)),
            "of no columns": np.zeros((3, 0)),
            "of complex numbers": TABLE * 1j,
            "of raw bytes": np.zeros((3, 2), "V3"),
        }.items()
    ),
    Case(
        "NPY of three axes",
        npy(lambda: written.npy(np.zeros((30, 2, 2)))),
        Fails("wrong.npy.*(axes|dimension|shape)"),
        Loads([(None, "number", [0] * 30)] * 4, project="."),
    ),
    Case(
        "NPY of dates",
        npy(lambda: written.npy(np.arange("2024-01-01", "2024-01-31", dtype="M8[D]"))),
        Fails("wrong.npy"),
        Loads([(None, "text", None)], project="."),
    ),
    *(Case(f"NPY cut at {part}", npy(cut(lambda: written.npy(TABLE), part)), Fails(DAMAGED)) for part in (0.05, 0.2, 0.5, -1)),
    *(
        Case(f"NPY that claims {shape}", npy(written.header(shape)), Fails("wrong.npy"))
        for shape in ("(1000000000000, 2)", "(2, 1000000000000)", "(-1, 2)", "(1.5,)", "'x'", "(10**9,)", "(" * 3000 + ")" * 3000)
    ),
    Case("NPY of another kind", npy(written.header("(1,)", "'<x9'")), Fails("wrong.npy")),
    Case("NPY that is text", npy(written.TEXT), Fails(DAMAGED)),
    Case("NPY that is nothing", npy(b""), Fails(DAMAGED)),
    Case("NPY that is NPZ", npy(lambda: written.npz(a=np.array(A), b=np.array(B))), Fails("wrong.npy"), NUMBERS),
]
NPZ = [
    Case(
        "NPZ of a table and a column",
        npz(lambda: written.npz(x=TABLE, y=np.array(B))),
        Loads([(None, "number", A), (None, "number", B), ("y", "number", B)]),
    ),
    Case(
        "NPZ of unequal lengths",
        npz(lambda: written.npz(first=np.arange(3), second=np.arange(4))),
        Fails("second.*4|4.*second"),
        Loads([(None, "number", None)], notice="first.*left out", project="input"),
        Loads([(None, "number", None)], notice="second.*left out", project="input"),
    ),
    Case("NPZ of nothing", npz(written.npz), Fails("wrong.npz")),
    Case("NPZ that is NPY", npz(lambda: written.npy(TABLE)), Fails("wrong.npz"), UNNAMED),
    Case("NPZ that is text", npz(written.TEXT), Fails(DAMAGED)),
    Case("NPZ that is an Excel file", npz(written.xlsx), Fails("wrong.npz")),
    Case("NPZ with a wrong byte", npz(lambda: flipped(written.npz(a=np.array(A), b=np.array(B)), 200)), Fails("wrong.npz")),
    *(
        Case(f"NPZ cut at {part}", npz(cut(lambda: written.npz(a=np.array(A), b=np.array(B)), part)), Fails(DAMAGED))
        for part in (0.2, 0.6, -1)
    ),
]

ALL = [*GOOD, *GZIP, *EXCEL, *PARQUET, *JSON, *NPY, *NPZ]
