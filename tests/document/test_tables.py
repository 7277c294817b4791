"""Tables: files read once, again when reading changes, and joined with files of their own for validation and test."""

from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import DataError, OneColumnError
from flux_gui.data.files import fingerprint
from flux_gui.data.table import Column, Table
from flux_gui.document import edits
from flux_gui.document.tables import identified, joined, table_for, table_of, unchanged
from flux_gui.specs import FileData, ReadSpec


def written(path: Path, rows: range, extra: str = "") -> Path:
    path.write_text("x,c,y\n" + "".join(f"{i},{'ab'[i % 2]},{i * 2.5}\n" for i in rows) + extra)
    return path


def test_files_of_their_own(tmp_path: Path) -> None:
    main, validation, test = (written(tmp_path / f"{name}.csv", rows) for name, rows in zip("abc", map(range, (20, 5, 7)), strict=True))
    project = edits.project_from_file(main, further=(validation, test))
    assert [len(project.dataset.parts[part]) for part in ("train", "validation", "test")] == [20, 5, 7]
    assert project.dataset.parts["test"].rows.tolist() == list(range(25, 32))
    source = project.spec.data.source
    assert isinstance(source, FileData)
    assert (Path(source.validation), Path(source.test)) == (validation, test)
    assert table_of(source).parts is not None
    less = edits.set_value(project, "data.source.validation", "")
    assert [len(less.dataset.parts[part]) for part in ("train", "validation", "test")] == [16, 4, 7]  # 0.7 : 0.15 of the other rows
    again = edits.set_value(less, "data.source.validation", str(validation))
    np.testing.assert_array_equal(again.dataset.parts["train"].x, project.dataset.parts["train"].x)
    other = tmp_path / "other.csv"
    other.write_text("u,v\n1,2\n")
    with pytest.raises(DataError, match="no column"):
        edits.set_value(project, "data.source.test", str(other))


def test_only_what_must_be_is_read_again(tmp_path: Path) -> None:
    project = edits.project_from_file(written(tmp_path / "a.csv", range(12)))
    roles = edits.set_value(project, "data.source.columns.1.role", "ignore")
    assert roles.table is project.table
    kinds = edits.set_value(project, "data.source.columns.0.kind", "category")
    assert kinds.table is not project.table
    assert table_for(kinds, kinds.spec.data)[0] is kinds.table


def test_another_way_of_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("u,v;w,y\n" + "".join(f"{i},5;{i},{i * 7}\n" for i in range(20)))
    project = edits.project_from_file(path, reading=ReadSpec(";"))
    assert project.table.names == ("u,v", "w,y")
    cut = edits.set_value(project, "data.source.reading.delimiter", ",")
    assert cut.table.names == ("u", "v;w", "y")
    back = edits.set_value(cut, "data.source.reading.delimiter", ";")
    np.testing.assert_array_equal(back.table.column("w,y").values, project.table.column("w,y").values)
    path.write_text("red,good\n" + "blue,bad\nred,good\n" * 10)
    words = edits.project_from_file(path)
    headless = edits.set_value(words, "data.source.reading.header", "no")
    assert headless.table.rows == words.table.rows + 1


def test_a_table_of_one_column_says_what_stands_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("u,v\n" + "".join(f"{i},{i * 7}\n" for i in range(20)))
    project = edits.project_from_file(path)
    with pytest.raises(OneColumnError, match=r"'u,v': no row holds a bar.*comma") as caught:
        edits.set_value(project, "data.source.reading.delimiter", "|")
    assert caught.value.signs == (",",)
    path.write_text("what was said\nso, so\nno; never\nyes\nno, really\n")
    with pytest.raises(OneColumnError, match="no sign was found") as caught:
        edits.project_from_file(path)
    assert caught.value.signs == (",", " ")
    path.write_text("u\n" + "1\n2\n" * 9)
    with pytest.raises(OneColumnError, match="single column, 'u'") as caught:
        edits.project_from_file(path)
    assert not caught.value.signs


def test_another_file_keeps_the_target(tmp_path: Path) -> None:
    project = edits.project_from_file(written(tmp_path / "a.csv", range(20)), target="x")
    other = edits.set_value(project, "data.source.path", str(written(tmp_path / "b.csv", range(30))))
    assert other.dataset.preparation.target == "x"
    assert other.table.rows == 30


def test_joined_tables_keep_their_row_numbers() -> None:
    one = Table((Column("x", "number", np.array([1.0])), Column("c", "category", np.array(["a"]))), ("first",))
    two = Table((Column("x", "number", np.array([2.0, 3.0])),), ("second",), np.array([5, 7]))
    both = joined(one, test=two)
    assert both.column("c").values.tolist() == ["a", "", ""]
    assert [both.row_number(i) for i in range(3)] == [2, 5, 7]
    assert both.parts is not None
    assert both.parts.tolist() == [-1, 2, 2]
    assert both.notices == ("first", "second")
    assert joined(one) is one


def test_messages_say_which_file_a_row_stands_in(tmp_path: Path) -> None:
    main = written(tmp_path / "a.csv", range(20))
    other = written(tmp_path / "b.csv", range(5), "7,z,\n8,z,1\n9,,3\n")
    project = edits.project_from_file(main, "y", further=("", other))
    told = " ".join(project.dataset.notices)
    assert "first: row 7 of the test file)" in told  # no target
    assert "(row 8 of the test file: 'z')" in told  # a category that only the test file has
    dropped = edits.set_value(project, "data.prepare.missing", "drop")
    assert "first: row 9 of the test file)" in " ".join(dropped.dataset.notices)
    negative = edits.project_from_file(main, "y", further=("", written(tmp_path / "c.csv", range(-1, 5))))
    with pytest.raises(DataError, match="in row 2 of the test file"):
        edits.set_value(negative, "data.prepare.features", "x^0.5")
    with pytest.raises(DataError, match=r"Row 2 of the test file, .*expected a number of at least 0, got -"):
        edits.set_value(negative, "data.source.columns.0.role", "weight")
    with pytest.raises(DataError, match="Row 7 of the test file, column 'c': 'z' is none of the known labels"):
        edits.project_from_file(main, "c").dataset.preparation.encode_target(project.table)


def test_files_of_their_own_are_told_apart_by_their_content(tmp_path: Path) -> None:
    main, other = written(tmp_path / "a.csv", range(20)), written(tmp_path / "b.csv", range(5))
    source = edits.project_from_file(main, further=(other, "")).spec.data.source
    assert isinstance(source, FileData)
    assert (source.sha256, source.sha256_validation, source.sha256_test) == (fingerprint(main), fingerprint(other), "")
    less = edits.set_value(edits.project_from_file(main, further=("", other)), "data.source.test", "").spec.data.source
    assert isinstance(less, FileData)
    assert less.sha256_test == ""


def test_a_file_that_is_gone_cannot_be_identified(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.csv cannot be read: No such file") as caught:
        identified(FileData(str(tmp_path / "gone.csv")))
    assert caught.value.hint


def test_another_version_of_a_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\n")
    with unchanged(path, ""):
        path.read_text()
    with pytest.raises(DataError, match=r"a\.csv changed while it was read"), unchanged(path):
        path.write_text("x,y\n1,2\n3,4\n")
    with pytest.raises(DataError, match="changed while"), unchanged(path):
        path.unlink()
