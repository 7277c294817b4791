"""Files that grow, shrink, change or vanish while they are read, in a child: a table or one sentence, never a crash."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from flux_gui.core.errors import FluxError
from flux_gui.data import files
from flux_gui.document import edits
from torture import written
from torture.cases import check_error, check_table
from torture.child import environment

pytestmark = [pytest.mark.timeout(120), pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")]
ROWS = {".csv": 400_000}  # some 12 MB, read in several blocks; 200,000 of other formats

CHILD = """
import os, sys, time
from pathlib import Path
import numpy as np
from flux_gui.core.errors import FluxError
from flux_gui.data import files

path, change, when = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
rows, size, calls = int(sys.argv[4]), path.stat().st_size, 0

def progress(fraction, text):
    global calls
    calls += 1
    if calls != when:
        return
    if change == "vanish":
        path.unlink()
    elif change == "empty":
        os.truncate(path, 0)
    elif change == "halve":
        os.truncate(path, size // 2)
    elif change == "replace":
        new = path.with_name("new"); new.write_bytes(b"a,b\\n1,2\\n"); os.replace(new, path)
    elif change == "overwrite":
        with open(path, "r+b") as f: f.seek(size // 3); f.write(b"x" * (size // 3))
    elif change == "grow":
        with open(path, "ab") as f: f.write(b"7,7.5,ro")
    elif change == "zeros":
        os.truncate(path, size + 50_000_000)

try:
    loaded = files.load(path, progress=progress)
except FluxError as error:
    assert error.hint, error
    assert path.name in error.message, error
    print("FluxError", error)
else:
    table, told = loaded.table, " ".join(loaded.table.notices)
    for column in table.columns:
        assert len(column.values) == table.rows
        if column.kind == "number":
            assert not np.isinf(column.values).any()
            column.values.sum()
    if table.rows != rows:
        assert change == "grow" and table.rows == rows + 1 or "chang" in told or "grow" in told or "grew" in told, (table.rows, told)
        assert "chang" in told or "grow" in told or "grew" in told, (table.rows, told)
    print("read", table.rows, table.notices)
print("calls", calls)
"""


def big(extension: str) -> bytes:
    """Return a good file of many blocks."""
    rows = ROWS.get(extension, 200_000)
    if extension in (".csv", ".csv.gz", ".jsonl"):
        import gzip

        form = '{{"a": {}, "b": {}.5, "c": "{}"}}\n' if extension == ".jsonl" else "{},{}.5,{}\n"
        text = "".join(form.format(i, i % 1000, ("red", "green", "blue")[i % 3]) for i in range(rows))
        whole = text if extension == ".jsonl" else "a,b,c\n" + text
        return gzip.compress(whole.encode(), 1) if extension == ".csv.gz" else whole.encode()
    import numpy as np

    columns: dict[str, Any] = {"a": np.arange(rows), "b": np.arange(rows) % 1000 + 0.5}
    if extension == ".parquet":
        return written.parquet(columns)
    return written.npy(np.column_stack(list(columns.values())))


@pytest.mark.parametrize("extension", [".csv", ".csv.gz", ".jsonl", ".parquet", ".npy"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, extension: str) -> None:
    content = big(extension)
    wrong = []
    for change in ("vanish", "empty", "halve", "replace", "overwrite", "grow", "zeros"):
        for when in (1, 3):
            path = tmp_path / f"changing{extension}"
            path.write_bytes(content)
            arguments = [sys.executable, "-c", CHILD, str(path), change, str(when), str(ROWS.get(extension, 200_000))]
            done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, env=environment(), check=False)
            if done.returncode != 0 or "Traceback" in done.stderr:
                wrong.append(f"{change} at call {when}: status {done.returncode}: {done.stderr.strip()[-300:]}")
            path.unlink(missing_ok=True)
    assert not wrong, "\n".join(wrong)


def test_a_table_that_grows_row_by_row(tmp_path: Path) -> None:
    """Rows that another program is still writing: every row but the last is one that was written whole."""
    path = tmp_path / "growing.csv"
    path.write_text("a,b\n" + "1000,2000.5\n" * 1000)
    stop = threading.Event()

    def grow() -> None:
        with path.open("a") as stream:
            while not stop.is_set():
                for piece in ("10", "00,20", "00.", "5", "\n"):  # what a buffer leaves behind when it is full
                    stream.write(piece)
                    stream.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(30):
            try:
                table = files.load(path).table
            except FluxError as error:
                check_error(error)
                continue
            check_table(table)
            assert table.rows >= 1000
            for column, value in zip(table.columns, (1000.0, 2000.5), strict=True):
                assert set(column.values[:-1].tolist()) == {value}  # the last row may have been cut before the reading began
    finally:
        stop.set()
        writer.join()


def test_a_file_that_comes_and_goes(tmp_path: Path) -> None:
    """A file replaced and removed again and again: a project of one of its versions, or one sentence; never parts of two."""
    path = tmp_path / "flicker.csv"
    versions = ["a,b\n" + "1,10\n2,20\n" * 200, "a,b\n" + "3,30\n4,40\n5,50\n" * 300]
    stop = threading.Event()

    def flicker() -> None:
        while not stop.is_set():
            for text in versions:
                new = tmp_path / "new"
                new.write_text(text)
                new.replace(path)
            path.unlink()

    writer = threading.Thread(target=flicker)
    writer.start()
    opened = edits.line_example()
    try:
        for _ in range(40):
            try:
                project = edits.project_from_file(path)
            except FluxError as error:
                check_error(error)
                continue
            source: Any = project.spec.data.source
            assert {1: 400, 3: 900}[int(project.table.columns[0].values[0])] == project.table.rows
            path_of_version = tmp_path / "version"
            path_of_version.write_text(versions[int(project.table.rows == 900)])
            assert source.sha256 == files.fingerprint(path_of_version), "the fingerprint is that of another version than the rows"
    finally:
        stop.set()
        writer.join()
    assert opened.table.rows
