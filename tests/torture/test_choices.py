"""Choices of how to read that do not fit the file: refused in one sentence, or read as chosen and no other way."""

from pathlib import Path
from typing import Any

import pytest

from flux_gui.core.errors import FluxError
from flux_gui.data import files
from flux_gui.specs.data import ReadSpec
from torture import written
from torture.cases import check_error, check_table

pytestmark = pytest.mark.timeout(30)
CHOICES: dict[str, dict[str, Any]] = {
    "another delimiter": {"delimiter": ";"},
    "a delimiter of two signs": {"delimiter": "::"},
    "a line end as delimiter": {"delimiter": "\n"},
    "NUL as delimiter": {"delimiter": "\0"},
    "a digit as delimiter": {"delimiter": "1"},
    "a quote as delimiter": {"delimiter": '"'},
    "a delimiter beyond ASCII": {"delimiter": "§"},
    "the decimal sign as delimiter": {"delimiter": ".", "decimal": "."},
    "a comma for both": {"delimiter": ",", "decimal": ","},
    "an unknown encoding": {"encoding": "klingon"},
    "an encoding that is none": {"encoding": "base64"},
    "an encoding of names": {"encoding": "idna"},
    "another encoding": {"encoding": "utf-16"},
    "an encoding with NUL": {"encoding": "utf\0-8"},
    "no header where there is one": {"header": "no"},
    "an unknown sheet": {"sheet": "Sheet9"},
}


@pytest.mark.parametrize("extension", [".csv", ".csv.gz", ".xlsx", ".parquet", ".jsonl", ".npy", ".npz"])
@pytest.mark.parametrize("choice", CHOICES)
def test_choices_that_do_not_fit(tmp_path: Path, choice: str, extension: str) -> None:
    path = tmp_path / f"wrong{extension}"
    path.write_bytes(written.good()[extension])
    try:
        table = files.load(path, reading=ReadSpec(**CHOICES[choice])).table
    except FluxError as error:
        check_error(error)
        return
    check_table(table)


@pytest.mark.parametrize(
    "choice", ["an unknown encoding", "an encoding that is none", "a delimiter of two signs", "a line end as delimiter", "NUL as delimiter"]
)
def test_choices_that_never_fit(tmp_path: Path, choice: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(written.TEXT)
    with pytest.raises(FluxError) as caught:
        files.load(path, reading=ReadSpec(**CHOICES[choice]))
    check_error(caught.value)
    assert next(iter(CHOICES[choice])) in caught.value.message


def test_an_unknown_sheet_names_the_others(tmp_path: Path) -> None:
    path = tmp_path / "wrong.xlsx"
    path.write_bytes(written.workbook({"First": written.sheet([["a", "b"], [1, 2]]), "Second": written.sheet([["c", "d"], [3, 4]])}))
    assert files.load(path, reading=ReadSpec(sheet="Second")).table.names == ("c", "d")
    with pytest.raises(FluxError, match="Third") as caught:
        files.load(path, reading=ReadSpec(sheet="Third"))
    assert "Second" in str(caught.value)


def test_an_encoding_that_the_file_does_not_have_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes("a,b\n1,x\n2,ü\n3,x\n".encode("latin-1"))
    with pytest.raises(FluxError, match=r"(line|row) 3\b") as caught:
        files.load(path, reading=ReadSpec(encoding="utf-8"))
    check_error(caught.value)
    assert files.load(path, reading=ReadSpec(encoding="latin-1")).table.column("b").values.tolist() == ["x", "ü", "x"]


class StopReadingError(Exception):
    """Raised by the one who waits."""


def test_a_reading_that_is_stopped_leaves_nothing(tmp_path: Path, own_home: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "1.5,2.5\n" * 500_000)
    calls = []

    def stop(fraction: float | None, text: str) -> None:
        calls.append((fraction, text))
        raise StopReadingError

    with pytest.raises(StopReadingError):
        files.load(path, progress=stop)
    assert len(calls) == 1
    assert not [found for found in own_home.rglob("*") if found.is_file()]
    assert list(tmp_path.iterdir()) == [path]
