"""Text tables that go wrong: encodings, quotes, headers, rows, cells."""

import pickle
import random
import sqlite3
import sys
import zipfile
from pathlib import Path

from torture.cases import Case, Content, Fails, Loads, Make, file

PLAIN = "a,b\n" + "".join(f"{i},{i % 4}.5\n" for i in range(30))
A = list(range(30))
B = [i % 4 + 0.5 for i in range(30)]
NUMBERS = Loads([("a", "number", A), ("b", "number", B)])
WORDS = "größe,art\n" + "".join(f"{i % 9},{'süß' if i % 3 else 'naïve'}\n" for i in range(30))
WORDS_READ = [("größe", "number", [i % 9 for i in A]), ("art", "category", ["süß" if i % 3 else "naïve" for i in A])]


def csv(content: Content) -> Make:
    return file("wrong.csv", content)


def changed(row: int, text: str) -> str:
    """Return PLAIN with another text in the spreadsheet row `row`."""
    lines = PLAIN.splitlines()
    lines[row - 1] = text
    return "\n".join(lines) + "\n"


def column(*cells: str, rest: str = "{}") -> str:
    """Return a table whose column a begins with `cells`, as they stand in the file, and goes on with whole numbers."""
    lines = [*cells, *(rest.format(i) for i in range(len(cells), 30))]
    return "a;b\n" + "".join(f"{cell};{i % 4}\n" for i, cell in enumerate(lines))


def with_missing(word: str) -> Loads:
    return Loads([("a", "number", [1, None, *A[2:]]), ("b", "number", [i % 4 for i in A])])


def place(row: int, name: str) -> str:
    return rf"wrong\.csv.*row {row}\b.*'{name}'"


ENCODINGS = [
    Case("UTF-8 with BOM", csv(PLAIN.encode("utf-8-sig")), NUMBERS),
    Case("UTF-8 with BOM and quoted header", csv(b"\xef\xbb\xbf" + PLAIN.replace("a,b", '"a","b"').encode()), NUMBERS),
    Case("UTF-8 words", csv(WORDS), Loads(WORDS_READ)),
    Case("UTF-16, little end first", csv(b"\xff\xfe" + WORDS.encode("utf-16-le")), Loads(WORDS_READ)),
    Case("UTF-16, big end first", csv(b"\xfe\xff" + WORDS.encode("utf-16-be")), Loads(WORDS_READ)),
    Case("UTF-16 without BOM", csv(PLAIN.encode("utf-16-le")), NUMBERS),
    Case("UTF-16, odd number of bytes", csv(PLAIN.encode("utf-16") + b"x"), Fails("wrong.csv")),
    Case("UTF-16, a BOM and nothing", csv(b"\xff\xfe"), Fails("empty")),
    Case("UTF-32", csv(PLAIN.encode("utf-32")), NUMBERS, Fails("wrong.csv")),
    Case("Latin-1", csv(WORDS.encode("latin-1")), Loads(WORDS_READ, notice="line 1 is not UTF-8")),
    Case(
        "UTF-8 and Latin-1 in one file",
        csv("a,b\n1,grün\n".encode() + "2,grün\n".encode("latin-1") + b"3,x\n"),
        Fails("(line|row) 3"),
        Loads([("a", "number", [1, 2, 3]), ("b", "category|text", None)], notice="(line|row) 3"),
    ),
    Case(
        "UTF-8 cut in a character",
        csv("a,b\n1,ü".encode()[:-1]),
        Loads([("a", "", [1]), ("b", "", None)], notice="line 2"),
        Fails("line 2"),
    ),
    Case(
        "surrogates in UTF-8",
        csv(b"a,b\n1,\xed\xa0\x80\n2,x\n3,y\n"),
        Loads([("a", "number", [1, 2, 3]), ("b", "", None)], notice="line 2"),
        Fails("line 2"),
    ),
]

ENDS = [
    Case("CR LF", csv(PLAIN.replace("\n", "\r\n")), NUMBERS),
    Case("CR", csv(PLAIN.replace("\n", "\r")), NUMBERS),
    Case("no end of the last line", csv(PLAIN.rstrip()), NUMBERS),
    Case("mixed ends of lines", csv(PLAIN.replace("\n", "\r\n", 9)), NUMBERS),
    Case("blank lines between", csv(PLAIN.replace("\n", "\n\n")), Loads(NUMBERS.columns, notice="blank")),
    Case("an end-of-file sign", csv(PLAIN + "\x1a"), NUMBERS),
    Case("spaces around cells", csv(PLAIN.replace(",", "  ,  ")), NUMBERS),
]

QUOTED = [f"line {i}\nof two" for i in A]
UNTERMINATED = r"wrong\.csv.*row 5\b"
QUOTES = [
    Case(
        "quoted line ends",
        csv("a,b\n" + "".join(f'{i},"{text}"\n' for i, text in enumerate(QUOTED))),
        Loads([("a", "number", A), ("b", "text", QUOTED)], project="target|categor|text"),
    ),
    Case(
        "a wrong cell below quoted line ends",
        csv("a,b\n" + "".join(f'{i if i != 20 else "oops"},"x\n\n{i % 2}"\n' for i in A)),
        Fails(place(22, "a")),
    ),
    Case("every cell quoted", csv("\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in PLAIN.splitlines())), NUMBERS),
    Case(
        "doubled quotes",
        csv('a,b\n1,"x ""y"" z"\n2,"\n"\n3,""\n4,q\n'),
        Loads([("a", "number", [1, 2, 3, 4]), ("b", "category", ['x "y" z', "", "", "q"])]),
    ),
    Case("a quoted line end in the header", csv('"a\nb",c\n1,2\n3,4\n'), Loads([(None, "number", [1, 3]), ("c", "number", [2, 4])])),
    Case("unterminated quote, first cell", csv(changed(5, '"3,3.5')), Fails(UNTERMINATED, "quot")),
    Case("unterminated quote, last cell", csv(changed(5, '3,"3.5')), Fails(UNTERMINATED, "quot")),
    Case("unterminated quote, last line", csv(PLAIN + '7,"7.5\n'), Fails(r"row 32\b", "quot")),
    Case("unterminated quote in the header", csv('"a,b\n1,2\n3,4\n'), Fails("wrong.csv", "quot")),
    Case("text after a closing quote", csv(changed(5, '3,"3"x')), Fails(place(5, "b"))),
]

SHAPES = [
    Case("nothing", csv(""), Fails("empty")),
    Case("only white space", csv("  \n\n \t\n"), Fails("empty")),
    Case("only delimiters", csv(",,,\n,,,\n"), Fails("empty")),
    Case("only a header", csv("a,b\n"), Fails("no rows")),
    Case("only a header, no line end", csv("a,b"), Fails("no rows|wrong.csv")),
    Case("one cell", csv("a"), Fails("no rows|wrong.csv")),
    Case(
        "no header", csv(PLAIN.removeprefix("a,b\n")), Fails("header"), Loads([(None, "number", A), (None, "number", B)], notice="header")
    ),
    Case("duplicated headers", csv(PLAIN.replace("a,b", "x,x")), Loads([("x", "number", A), ("x_2", "number", B)], notice="'x'")),
    Case("empty headers", csv(PLAIN.replace("a,b", ",b")), Loads([(None, "number", A), ("b", "number", B)], notice="1|name")),
    Case(
        "headers all empty",
        csv(PLAIN.replace("a,b", ",")),
        Fails("header"),
        Loads([(None, "number", A), (None, "number", B)], notice="name"),
    ),
    Case(
        "a header that is not printable",
        csv(PLAIN.replace("a,b", "a\x1bb,b")),
        Loads([(None, "number", A), ("b", "number", B)]),
        Fails("wrong.csv"),
    ),
    Case(
        "a header of 5000 characters",
        csv(PLAIN.replace("a,b", "a" * 5000 + ",b")),
        Loads([(None, "number", A), ("b", "number", B)]),
        Fails("row 1|header"),
    ),
    Case("a short row", csv(changed(9, "7")), Fails(r"row 9\b.*1 cell\b.*2", "row")),
    Case("a long row", csv(changed(9, "7,7.5,8")), Fails(r"row 9\b.*3 cells.*2", "row")),
    Case("a header one name short", csv(PLAIN.replace("a,b", "a")), Fails(r"row 2\b.*2 cells.*1"), Fails("header")),
    Case("the last row cut", csv(PLAIN + "30"), Fails(r"row 32\b")),
    Case("trailing delimiters", csv(PLAIN.replace("5\n", "5,\n")), NUMBERS),
    Case("a title above the table", csv("Report of May\n" + PLAIN), Fails("header|row 2")),
    Case("one row", csv("a,b\n1,2\n"), Loads([("a", "number", [1]), ("b", "number", [2])])),
    Case("one column", csv("a\n" + "".join(f"{i}\n" for i in A)), Loads([("a", "number", A)], project="input")),
    Case(
        "one column of decimal commas",
        csv("a\n" + "".join(f"{i},5\n" for i in A)),
        Loads([("a", "number", [i + 0.5 for i in A])], project="input"),
    ),
    Case(
        "10,000 columns",
        csv(
            lambda: "\n".join(
                [",".join(f"c{i}" for i in range(10_000)), *(",".join(f"{(i * r) % 7}" for i in range(10_000)) for r in range(12))]
            )
        ),
        Loads([(f"c{i}", "number", [(i * r) % 7 for r in range(12)]) for i in range(10_000)]),
        seconds=10,
    ),
    Case(
        "200,000 columns",
        csv(lambda: ",".join(f"c{i}" for i in range(200_000)) + "\n" + "1," * 199_999 + "1\n"),
        Fails("columns"),
        seconds=10,
    ),
]


def numbers(*cells: str) -> Make:
    return csv(column(*cells))


B4 = ("b", "number", [i % 4 for i in A])
THOUSANDS = [1234, 5678, 9012, 3456]


def thousands(cells: list[str], values: list[float], line: str = "{};{}\n") -> tuple[Make, Loads, Fails, Loads]:
    """Thousands separators: the numbers meant, or refused with the place, or words and told so; never other numbers."""
    make = csv(line.format("a", "b") + "".join(line.format(cells[i % 4], i % 4) for i in A))
    right = Loads([("a", "number", [values[i % 4] for i in A]), B4])
    return (
        make,
        right,
        Fails(place(2, "a"), "thousand|separator|comma|point|space"),
        Loads([("a", "category|text", None), B4], notice="thousand|separator"),
    )


MISSING = ["", "NA", "N/A", "nan", "NaN", "NULL", "None", "?", "-", '""', " NA "]
NOT_FINITE = ["inf", "-inf", "Infinity", "1e999", "+Inf"]
CELLS = [
    *(Case(f"a missing cell {word!r}", numbers("1", word), with_missing(word)) for word in MISSING),
    *(Case(f"a cell {word!r}", numbers("1", word), Fails(place(3, "a"), r"\w")) for word in NOT_FINITE),
    Case(
        "inf in half of a column",
        csv(column(*["inf", "-inf"] * 7)),
        Fails(place(2, "a")),
        Loads([("a", "category|text", None), B4], notice="inf"),
    ),
    Case(
        "all missing",
        csv("a,b\n" + "NA,-\n,\nnan,?\n" * 5),
        Loads([("a", "number", [None] * 10), ("b", "number", [None] * 10)], project="target|missing"),
    ),
    Case(
        "a column all missing",
        csv("a,b,c\n" + "".join(f"{i},NA,{i % 5}\n" for i in A)),
        Loads([("a", "number", A), ("b", "number", [None] * 30), ("c", "number", [i % 5 for i in A])]),
    ),
    Case(
        "a constant column",
        csv("a,b,c\n" + "".join(f"{i},7,{i % 5}\n" for i in A)),
        Loads([("a", "number", A), ("b", "number", [7] * 30), ("c", "number", [i % 5 for i in A])]),
    ),
    Case("a constant target", csv("a,b\n" + "".join(f"{i},7\n" for i in A)), Loads([("a", "number", A), ("b", "number", [7] * 30)])),
    Case(
        "all columns constant",
        csv("a,b\n" + "3,x\n" * 30),
        Loads([("a", "number", [3] * 30), ("b", "category", ["x"] * 30)], project="same|constant|class|categor|differ"),
    ),
    Case("NUL in a number", csv(changed(9, "7\0,7.5")), Fails(r"(line|row) 9\b")),
    Case("NUL in a word", csv("a,b\n1,x\n2,y\0z\n3,x\n"), Fails(r"(line|row) 3\b")),
    Case("NUL at the end", csv(PLAIN + "\0" * 4096), Fails(r"(line|row) 32\b")),
    Case("thousands with a comma", *thousands(["1,234", "5,678", "9,012", "3,456"], THOUSANDS, '"{}",{}\n')),
    Case(
        "a comma that may be either sign",
        *thousands(["1,234", "5,678", "9,012", "3,456"], THOUSANDS),
        Loads([("a", "number", [THOUSANDS[i % 4] / 1000 for i in A]), B4], notice="'1,234' is 1.234|'1,234'.*decimal|decimal.*'1,234'"),
    ),
    Case(
        "thousands with two commas",
        *thousands(["1,234,567", "5,678,000", "9,012,111", "3,456,222"], [1234567, 5678000, 9012111, 3456222], '"{}",{}\n'),
    ),
    Case("thousands with a comma and a point", *thousands(["1,234.5", "5,678.5", "9,012.5", "3,456.5"], [v + 0.5 for v in THOUSANDS])),
    Case("thousands with a point and a comma", *thousands(["1.234,5", "5.678,5", "9.012,5", "3.456,5"], [v + 0.5 for v in THOUSANDS])),
    Case("thousands with a space", *thousands(["1 234", "5 678", "9 012", "3 456"], THOUSANDS)),
    Case("thousands with a narrow space", *thousands(["1\u202f234", "5\u00a0678", "9\u202f012", "3\u202f456"], THOUSANDS)),
    Case("thousands with an apostrophe", *thousands(["1'234", "5'678", "9'012", "3'456"], THOUSANDS)),
    Case(
        "one thousand among numbers",
        csv(changed(9, '"1,234",7.5')),
        Fails(place(9, "a")),
        Loads([("a", "number", [*A[:7], 1234, *A[8:]]), ("b", "number", [*B[:7], 7.5, *B[8:]])], notice="'1,234' is 1234"),
    ),
    Case("decimal comma", csv(PLAIN.replace(",", ";").replace(".", ",")), Loads(NUMBERS.columns, notice="1,5|0,5|comma")),
    Case(
        "decimal comma and a point",
        csv(column("1,5", "2.5", rest="{},5")),
        Fails(r"row [23]\b.*'a'"),
        Loads([("a", "category|text", None), B4], notice="decimal|comma|point"),
        Loads([("a", "number", [1.5, 2.5, *(i + 0.5 for i in A[2:])]), B4], notice="comma|1,5"),
    ),
    Case(
        "dates",
        csv("day,b\n" + "".join(f"2024-01-{i + 1:02d},{i % 4}\n" for i in A)),
        Loads([("day", "text", [f"2024-01-{i + 1:02d}" for i in A]), B4], project="input"),
    ),
    Case(
        "dates beside numbers",
        csv("day,a,b\n" + "".join(f"{i + 1:02d}.01.2024,{i},{i % 4}\n" for i in A)),
        Loads([("day", "text", [f"{i + 1:02d}.01.2024" for i in A]), ("a", "number", A), B4]),
    ),
    Case(
        "mixed types",
        csv(column(*["1", "x", "2.5", "NA", "2024-01-01", "true"] * 5)),
        Loads([("a", "category", ["1", "x", "2.5", "", "2024-01-01", "true"] * 5), B4]),
        Loads([("a", "category|text", None), B4]),
    ),
    Case("one word among numbers", csv(changed(30, "oops,3.5")), Fails(place(30, "a"), "empty|text|categor|kind")),
    Case(
        "whole numbers beyond 2**53",
        numbers("9007199254740993", "-9223372036854775809"),
        Loads([("a", "number", [9007199254740993.0, -9223372036854775809.0, *A[2:]]), B4]),
    ),
    Case("a number of 5000 digits", numbers("1" * 5000), Fails(place(2, "a"))),
    Case("0.000...1", numbers("0." + "0" * 400 + "1"), Loads([("a", "number", [0, *A[1:]]), B4]), Fails(place(2, "a"))),
    Case("digits of another script", numbers("٣"), Fails(place(2, "a"))),
    Case("hexadecimal and underscores", numbers("1_000"), Fails(place(2, "a"))),
    Case("a cell of 4 MB", csv(lambda: changed(9, "7," + "x" * 4_000_000)), Fails(r"row 9\b")),
    Case("a line of 4 MB", csv(lambda: "a,b\n1,2\n" + "7" * 4_000_000), Fails(r"row 3\b")),
    Case("a row of a million cells", csv(lambda: "a,b\n1,2\n" + "1," * 1_000_000 + "1\n3,4\n"), Fails(r"row 3\b"), seconds=4),
    Case("a million quotation marks", csv(lambda: "a,b\n1,2\n" + '"' * 1_000_001), Fails(r"wrong\.csv"), seconds=4),
    Case("formulas of a spreadsheet", csv(changed(9, "=1+1,7.5")), Fails(place(9, "a"))),
]


def _zip(folder: Path) -> Path:
    path = folder / "wrong.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", PLAIN)
    return path


def _database(folder: Path) -> Path:
    path = folder / "wrong.csv"
    connection = sqlite3.connect(path)
    connection.execute("create table t (a, b)")
    connection.commit()
    connection.close()
    return path


NOT_TEXT = r"wrong\.csv"
BINARIES = [
    Case("a picture", csv(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 40), Fails(NOT_TEXT)),
    Case("a program", csv(lambda: Path(sys.executable).resolve().read_bytes()[:300_000]), Fails(NOT_TEXT)),
    Case("random bytes", csv(lambda: random.Random(0).randbytes(100_000)), Fails(NOT_TEXT)),
    Case("random bytes without NUL", csv(lambda: bytes(b % 255 + 1 for b in random.Random(1).randbytes(20_000))), Fails(NOT_TEXT)),
    Case("a pickle", csv(pickle.dumps(list(range(100)))), Fails(NOT_TEXT)),
    Case("a zip archive", _zip, Fails(NOT_TEXT)),
    Case("a database", _database, Fails(NOT_TEXT)),
    Case(
        "a web page",
        csv("<!DOCTYPE html>\n<html><head><title>404, not found</title></head>\n<body>\n<p>Sorry, no.</p>\n</body></html>\n"),
        Fails(NOT_TEXT),
    ),
]


def apart(text: str) -> Make:
    return file("wrong.dat", text)


SPACED = "".join(f"{i:4d}   {i % 4}.5\n" for i in A)
BLANKS = [
    Case("columns padded with blanks", apart("   a     b\n" + SPACED), NUMBERS),
    Case(
        "columns padded with blanks, a blank row and blanks at the ends", apart(" a  b  \n\n   \n" + SPACED.replace("\n", "  \n")), NUMBERS
    ),
    Case("blanks and tabs mixed", apart("a \t b\n" + SPACED.replace("   ", " \t")), NUMBERS),
    Case("blanks and CR LF", apart(("a b\n" + SPACED).replace("\n", "\r\n")), NUMBERS),
    Case("blanks and decimal commas", apart("a b\n" + SPACED.replace(".", ",")), Loads(NUMBERS.columns, notice="comma")),
    Case(
        "quoted words with blanks",
        apart('name "the age"\n' + "".join(f'"of {i % 3}  years" {i}\n' for i in A)),
        Loads([("name", "category", [f"of {i % 3}  years" for i in A]), ("the age", "number", A)]),
    ),
    Case(
        "gaps between words",
        apart("the kind    b\n" + "".join(f"{'< 12 years' if i % 2 else 'over 12'}    {i}\n" for i in A)),
        Loads([("the kind", "category", ["< 12 years" if i % 2 else "over 12" for i in A]), ("b", "number", A)]),
    ),
    Case(
        "names of rows without a name",
        apart("a b\n" + "".join(f"r{i} {i} {i % 4}.5\n" for i in A)),
        Loads([(None, "text", [f"r{i}" for i in A]), *NUMBERS.columns]),
    ),
    Case("a header behind a #", apart("# a b\n" + SPACED), NUMBERS),
    Case("blanks without a header", apart(SPACED), Fails("header")),
    Case("a row short of a cell between blanks", apart("a b\n" + SPACED + "  77\n"), Fails(r"row 32\b.*1 cell\b.*2")),
    Case("a title above columns of blanks", apart("Report\n a  b\n" + SPACED), Fails("header|row")),
    Case(
        "words that no sign divides",
        apart("what they said\n" + "so, " * 3 + "\nnothing at all\nno; really\nyes\n"),
        Loads([("what they said", "category|text", None)], project="one column"),
    ),
]

ALL = [*ENCODINGS, *BLANKS, *ENDS, *QUOTES, *SHAPES, *CELLS, *BINARIES]
