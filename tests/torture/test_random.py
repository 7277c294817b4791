"""Random bytes, random tables and random damage to good files: nothing but a table or a FluxError, within a second."""

import contextlib
import csv
import io
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flux_gui.core.errors import FluxError
from flux_gui.data import files
from torture import written
from torture.cases import check_error, check_table, loaded, within

SECOND = 1.0
EXTENSIONS = (".csv", ".tsv", ".csv.gz", ".xlsx", ".xls", ".parquet", ".jsonl", ".npy", ".npz")
usual = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
pytestmark = pytest.mark.timeout(120)


@cache
def good() -> dict[str, bytes]:
    found = written.good()
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(Exception):
        for extension, content in found.items():
            (Path(folder) / f"good{extension}").write_bytes(content)
            loaded(Path(folder) / f"good{extension}")  # imports are not measured
    return {**found, ".xls": found[".xlsx"]}


def check(extension: str, content: bytes) -> None:
    """Read the bytes as a file of that extension."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"random{extension}"
        path.write_bytes(content)
        with within(SECOND):
            found = loaded(path)
        if isinstance(found, FluxError):
            check_error(found)
            assert "random" in found.message
        else:
            check_table(found.table)
            assert found.table.rows
        assert list(Path(folder).iterdir()) == [path]


def test_every_reader_is_tortured() -> None:
    tried = {extension.split(".")[-1] for extension in EXTENSIONS}
    known = {reader.name.strip(".").split(".")[-1] for reader in files.READERS}
    assert known <= tried | {"txt", "gz", "xlsm", "xlsb", "ods", "ndjson", "tab", "pq"}


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_random_bytes(extension: str) -> None:
    good()

    @usual
    @given(st.binary(max_size=300))
    def each(content: bytes) -> None:
        check(extension, content)

    each()


@st.composite
def damage(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return the file with a few bytes changed, put in, left out, doubled or moved, or cut."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        end = min(place + draw(st.integers(1, 40)), len(content))
        match draw(st.sampled_from(["flip", "put", "drop", "double", "cut", "fill"])):
            case "flip" if content:
                content[place] ^= 1 << draw(st.integers(0, 7))
            case "put":
                content[place:place] = draw(st.binary(min_size=1, max_size=8))
            case "drop":
                del content[place:end]
            case "double":
                content[place:place] = content[place:end]
            case "cut":
                del content[place:]
            case "fill":
                content[place:end] = bytes([draw(st.sampled_from([0, 255, 34, 44, 127]))]) * (end - place)
    return bytes(content)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_random_damage(extension: str) -> None:
    whole = good()[extension]

    @settings(usual, max_examples=120)
    @given(damage(whole))
    def each(content: bytes) -> None:
        check(extension, content)

    each()


CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "1",
            "2.5",
            "-3",
            "1,5",
            "1.000,5",
            "NA",
            "-",
            "inf",
            "nan",
            "x",
            '"',
            '""',
            "\n",
            "2024-01-01",
            "true",
            "1e5",
            " ",
            "\0",
            "ü",
            "'",
            "=1",
            "\ufeff",
        ]
    ),
    st.text(max_size=6),
)


@usual
@given(
    st.lists(st.lists(CELLS, max_size=5), max_size=12),
    st.sampled_from([",", ";", "\t", "|", " "]),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"]),
)
def test_random_tables(rows: list[list[str]], delimiter: str, end: str, encoding: str) -> None:
    good()
    check(".csv", end.join(delimiter.join(row) for row in rows).encode(encoding, "replace"))


@usual
@given(st.text('ab19.,;\t\n\r" -+eENaN?\ufeff', max_size=120))
def test_random_text(text: str) -> None:
    good()
    check(".csv", text.encode())


@usual
@given(
    st.lists(
        st.tuples(
            st.floats(allow_infinity=False, width=32),
            st.integers(-(10**6), 10**6),
            st.sampled_from(["red", "green", 'bl"ue', "a,b", "ü\n"]),
        ),
        min_size=3,
        max_size=20,
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_good_program_writes_is_read_as_it_was(rows: list[tuple[float, int, str]], delimiter: str, encoding: str) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(["number", "whole", "word"])
    writer.writerows(["" if np.isnan(f) else repr(f), i, w] for f, i, w in rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.csv"
        path.write_bytes(stream.getvalue().encode(encoding))
        table = files.read(path)
    np.testing.assert_allclose(table.column("number").values, [f for f, _, _ in rows], rtol=1e-6)
    assert table.column("whole").values.tolist() == [i for _, i, _ in rows]
    assert table.column("word").values.tolist() == [w.strip() for _, _, w in rows]
