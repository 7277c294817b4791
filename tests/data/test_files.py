"""Tests of files: the registry of readers, declared kinds, messages that name path, row, column and cell."""

from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import CellError, DataError
from flux_gui.core.paths import resource
from flux_gui.data import files
from flux_gui.specs.data import ColumnSpec

IRIS = resource("samples", "iris.csv")


def write(tmp_path: Path, text: str, name: str = "data.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("reader", list(files.READERS), ids=lambda reader: reader.name)
def test_every_reader_reads_a_small_table(tmp_path: Path, reader: files.Entry) -> None:
    separator = "\t" if reader.name == ".tsv" else ","
    path = write(tmp_path, "a,b\n1,2\n3,4\n".replace(",", separator), f"data{reader.name.upper()}")
    assert files.read(path).column("b").values.tolist() == [2.0, 4.0]
    assert reader.label
    assert reader.doc


def test_iris() -> None:
    loaded = files.load(IRIS)
    assert loaded.table.rows == 150
    assert [column.role for column in loaded.columns] == ["input"] * 4 + ["target"]
    assert loaded.columns == files.guess(IRIS)
    species, counts = np.unique(loaded.table.column("species").values, return_counts=True)
    assert species.tolist() == ["setosa", "versicolor", "virginica"]
    assert counts.tolist() == [50, 50, 50]
    means = [loaded.table.column(name).values.mean() for name in loaded.table.names[:4]]
    np.testing.assert_allclose(means, [5.843333, 3.057333, 3.758, 1.199333], atol=1e-6)
    assert [column.values[37] for column in loaded.table.columns] == [4.9, 3.6, 1.4, 0.1, "setosa"]


def test_a_word_in_a_number_column_names_row_and_cell(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,2\n3,4\n\n5,abc\n")
    with pytest.raises(DataError) as caught:
        files.read(path, (ColumnSpec("b", "number", "input"),))
    assert caught.value.message == "data.csv, row 5, column 'b': expected a number, got 'abc'."
    with pytest.raises(DataError, match="row 6, column 'b': expected a number, got 'inf'"):
        files.load(write(tmp_path, "a,b\n1,2\n3,4\n5,6\n7,8\n9,inf\n"))


def test_declared_kinds_are_binding_and_choose_the_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b,c\n1,2,x\n3,NA,\n")
    table = files.read(path, (ColumnSpec("c", "text", "ignore"), ColumnSpec("a", "category", "input")))
    assert table.names == ("c", "a")
    assert table.column("a").values.tolist() == ["1", "3"]
    assert table.column("c").values.tolist() == ["x", ""]
    with pytest.raises(DataError, match=r"data.csv has no column 'bb'"):
        files.read(path, (ColumnSpec("bb", "number", "input"),))


def test_an_ignored_column_may_hold_anything(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,2\n3,oops\n")
    table = files.read(path, (ColumnSpec("a", "number", "input"), ColumnSpec("b", "number", "ignore")))
    assert table.column("b").kind == "text"


def test_long_cells_are_cut_as_text_and_refused_as_category(tmp_path: Path) -> None:
    path = write(tmp_path, f"a,b\n1,{'w' * 500}\n")
    assert len(files.read(path, (ColumnSpec("b", "text", "ignore"),)).column("b").values[0]) == 200
    with pytest.raises(DataError, match="row 2, column 'b': a category has at most 200"):
        files.read(path, (ColumnSpec("b", "category", "input"),))


def test_decimal_commas_become_numbers(tmp_path: Path) -> None:
    assert files.read(write(tmp_path, "a;b\n1,5;2\n")).column("a").values.tolist() == [1.5]


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, "a,b\n1,2\n", "iris.csv")
    with pytest.raises(DataError, match="There is no file") as caught:
        files.read(tmp_path / "irs.csv")
    assert "Did you mean" in caught.value.hint
    with pytest.raises(DataError, match="is a folder"):
        files.read(tmp_path)
    with pytest.raises(DataError, match=r"extension '.xyz', which no reader knows") as caught:
        files.read(write(tmp_path, "a", "a.xyz"))
    assert ".csv" in caught.value.hint
    with pytest.raises(DataError, match=r"There is no file|cannot be read"):
        files.read("bad\0name.csv")
    with pytest.raises(DataError, match="cannot be read"):
        files.read("x" * 5000 + ".csv")
    with pytest.raises(DataError, match="There is no file"):
        files.read(tmp_path / "nowhere" / "a.csv")


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,2\n")
    first = files.fingerprint(path)
    assert len(first) == 64
    assert files.fingerprint(write(tmp_path, "a,b\n1,3\n")) != first


def test_a_bad_cell_names_its_column(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,2\n3,4\n5,6\n7,oops\n")
    with pytest.raises(CellError, match="row 5, column 'b'") as caught:
        files.load(path, target="a")
    assert caught.value.column == "b"
    assert "leave it empty" in caught.value.hint
    left_out = files.load(path, target="a", kinds={"b": "text"})
    assert [column.role for column in left_out.columns] == ["target", "ignore"]


def test_a_table_of_something_else_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column 'length'") as caught:
        files.read(write(tmp_path, "p,q\n1,2\n"), (ColumnSpec("length", "number", "input"), ColumnSpec("width", "number", "input")))
    assert caught.value.hint == "Needed are length, width. The columns are: p, q."
