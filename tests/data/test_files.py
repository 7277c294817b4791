"""Tests of files: the registry of readers, declared kinds, messages that name path, row, column and cell."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

import tables
from flux_gui.core.errors import Cancelled, CellError, DataError
from flux_gui.core.paths import resource
from flux_gui.data import files
from flux_gui.specs.data import ColumnSpec, ReadSpec

IRIS = resource("samples", "iris.csv")


def write(tmp_path: Path, text: str, name: str = "data.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


EXTENSIONS = [name for entry in files.READERS for name in (entry.name, *entry.aliases) if name not in tables.UNWRITTEN]


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_format_reads_back_what_was_written(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"data{extension}"
    tables.WRITERS[extension](path, tables.HEADER, tables.ROWS)
    told: list[tuple[float | None, str]] = []
    loaded = files.load(path, progress=lambda share, text: told.append((share, text)))
    assert loaded.table.names == tables.HEADER
    assert [(column.kind, column.role) for column in loaded.columns] == [("number", "input"), ("number", "input"), ("category", "target")]
    for column, cells in zip(loaded.table.columns, zip(*tables.ROWS, strict=True), strict=True):
        if column.kind == "number":
            np.testing.assert_array_equal(column.values, [np.nan if cell is None else cell for cell in cells])
        else:
            assert column.values.tolist() == list(cells)
    specs = loaded.columns[:2]
    assert files.read(path, specs).names == tables.HEADER[:2]
    assert files.preview(path).table.names == tables.HEADER
    again = files.load(path, reading=loaded.reading)
    assert again.columns == loaded.columns
    assert set(files.reader_of(path).options) >= set(loaded.reasons)


@pytest.mark.parametrize("reader", list(files.READERS), ids=lambda reader: reader.name)
def test_every_reader_describes_itself_and_refuses_rubbish_in_a_sentence(tmp_path: Path, reader: files.ReaderEntry) -> None:
    assert reader.label
    assert reader.doc
    for content in (b"", b"\0\1\2\3" * 50, b"PK\3\4" + b"x" * 60, b"\x93NUMPY\1\0\x10\0{", b"PAR1xxxxPAR1", b"[" * 5000):
        path = tmp_path / f"rubbish{reader.name}"
        path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            files.load(path)
        assert caught.value.message.startswith(path.name)
        assert caught.value.hint
        assert "\n" not in caught.value.message


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_format_can_be_cancelled(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"data{extension}"
    tables.WRITERS[extension](path, tables.HEADER, tables.ROWS)

    def stop(share: float | None, text: str) -> None:
        assert share is None or 0 <= share <= 1
        assert path.name in text
        raise Cancelled("Reading was stopped.")

    with pytest.raises(Cancelled):
        files.load(path, progress=stop)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
@pytest.mark.parametrize(("delimiter", "decimal"), [(",", "."), (";", "."), (";", ","), ("\t", ","), ("|", ".")])
def test_every_way_to_write_text_is_found_out(tmp_path: Path, encoding: str, delimiter: str, decimal: str) -> None:
    rows = [(1.5, "süß"), (2.25, "groß"), (-0.5, "süß"), (1.0, "groß")]
    path = tmp_path / "data.csv"
    path.write_bytes(tables.text(("wert", "größe"), rows, delimiter, decimal).encode(encoding))
    loaded = files.load(path)
    assert loaded.table.names == ("wert", "größe")
    assert loaded.table.column("wert").values.tolist() == [1.5, 2.25, -0.5, 1.0]
    assert loaded.table.column("größe").values.tolist() == ["süß", "groß", "süß", "groß"]
    assert (loaded.reading.delimiter, loaded.reading.decimal, loaded.reading.header) == (delimiter, decimal, "yes")
    assert set(loaded.reasons) == {"delimiter", "decimal", "encoding", "header"}
    assert all(loaded.reasons.values())


def test_chosen_reading_is_binding(tmp_path: Path) -> None:
    path = write(tmp_path, "1,5;2\n2,5;3\n")
    loaded = files.load(path, reading=ReadSpec(header="no"))
    assert loaded.table.names == ("x1", "x2")
    assert loaded.table.column("x1").values.tolist() == [1.5, 2.5]
    assert [loaded.table.row_number(i) for i in range(2)] == [1, 2]
    assert loaded.reading.header == "no"
    assert loaded.reasons["header"] == "chosen"
    assert files.load(path, reading=ReadSpec(",", ".", header="no")).table.column("x2").values.tolist() == ["5;2", "5;3"]
    with pytest.raises(DataError, match="no text encoding called 'klingon'"):
        files.load(path, reading=ReadSpec(encoding="klingon"))
    with pytest.raises(DataError, match="delimiter must be one sign"):
        files.load(path, reading=ReadSpec(delimiter=";;"))
    latin = tmp_path / "latin.csv"
    latin.write_bytes("å,b\n1,2\n".encode("mac-roman"))
    assert files.load(latin, reading=ReadSpec(encoding="mac-roman")).table.names == ("å", "b")
    with pytest.raises(DataError, match="does not fit utf-8"):
        files.load(latin, reading=ReadSpec(encoding="utf-8"))


def test_numbers_with_groups_of_digits(tmp_path: Path) -> None:
    for text in ('a,b\n"1,234.5",1\n"12.5",2\n', "a;b\n1.234,5;1\n12,5;2\n", "a;b\n1 234.5;1\n12.5;2\n", "a;b\n1\u202f234,5;1\n12,5;2\n"):
        loaded = files.load(write(tmp_path, text))
        assert loaded.table.column("a").values.tolist() == [1234.5, 12.5], text
        assert any("groups of digits" in notice for notice in loaded.table.notices)


def test_percentages_and_dates_are_text_with_a_reason(tmp_path: Path) -> None:
    columns = files.load(write(tmp_path, "p,d,y\n5 %,2024-01-05,1\n7.5%,2024-01-06,2\n")).columns
    assert [column.kind for column in columns] == ["text", "text", "number"]
    assert "percentages" in columns[0].reason
    assert "dates" in columns[1].reason


def test_an_open_quotation_mark_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"row 3 .* column 2 is never closed"):
        files.load(write(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n'))


def test_links_that_lead_back_to_themselves(tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    with pytest.raises(DataError, match="link that leads back to itself"):
        files.load(tmp_path / "loop.csv")


MEASURE = """
import resource, sys
import pyarrow.csv
from flux_gui.data import files, text_blocks
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
table = files.load(sys.argv[1]).table
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, table.rows, table.columns[0].values.dtype)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
def test_memory_is_bounded_by_a_few_times_the_table(tmp_path: Path) -> None:
    rows, columns = 400_000, 15
    line = ",".join(f"{i / 7:.6f}" for i in range(columns)) + "\n"
    path = write(tmp_path, ",".join(f"c{i}" for i in range(columns)) + "\n" + line * rows)
    environment = {**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], env=environment, capture_output=True, text=True, check=True)
    grown, found, dtype = done.stdout.split()
    assert (int(found), dtype) == (rows, "float32")
    assert int(grown) < 3 * 4 * rows * columns + (32 << 20)  # blocks on their way do not grow with the table


GIVE_UP = """
import os, sys
import python_calamine
from flux_gui.core.errors import DataError
from flux_gui.data import columnar, excel, files, jsonlines, numpy_files
os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    files.load(sys.argv[1])
except DataError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give up rights")
@pytest.mark.parametrize("extension", [entry.name for entry in files.READERS])
def test_a_file_that_may_not_be_read(tmp_path: Path, extension: str) -> None:
    path = write(tmp_path, "a,b\n1,2\n", f"data{extension}")
    path.chmod(0)
    for folder in path.parents:
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", GIVE_UP, str(path)], env=environment, capture_output=True, text=True, check=True)
    assert "cannot be read: Permission denied" in done.stdout


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
    told: list[float | None] = []
    assert files.fingerprint(path, lambda share, text: told.append(share)) == first
    assert told == [1.0]
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


def test_libraries_of_formats_are_loaded_only_when_a_file_needs_them(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    code = (
        "import sys, flux_gui.app, flux_gui.cli.arguments; from flux_gui.document import edits; edits.project_from_file(sys.argv[1]); "
        "print({'pyarrow', 'python_calamine'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60, check=False)
    assert run.stdout.strip() == "set()", run.stderr


def test_columns_that_are_nearly_numbers_say_why_they_are_not(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b\n" + "".join(f"{'-inf' if i % 2 else i};{i}\n" for i in range(20)))
    assert "'a' was read as words, since '-inf' is not a number" in files.load(path).table.notices[0]
    path.write_text("a;b\n" + "".join(f"{i}{',.'[i % 2]}5;{i}\n" for i in range(20)))
    assert "since '0,5' beside '1.5' has another decimal sign" in files.load(path).table.notices[0]


def test_memory_that_does_not_suffice_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, wanted: object) -> None:
        raise MemoryError

    monkeypatch.setattr(files, "reader_of", lambda _path: files.ReaderEntry(".csv", fail, "", ""))  # type: ignore[arg-type]
    (tmp_path / "t.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match="does not fit into the memory"):
        files.load(tmp_path / "t.csv")
