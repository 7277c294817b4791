"""Files that carry code: pickled arrays and spreadsheets with formulas are refused or read as text, and nothing in them ever runs."""

import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terminal import refused
from torture import written
from torture.cases import Case, Fails, Loads, loaded


class Mark:
    """An object that makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def files_with_code(mark: Path) -> dict[str, bytes]:
    array = written.npy(np.array([Mark(mark), 1], object), pickled=True)
    good = written.npy(np.array([1.0, 2.0]))
    return {
        "objects.npy": array,
        "objects.npz": archive(a__npy=good, b__npy=array),
        "raw.npz": archive(a__npy=good, b__npy=pickle.dumps(Mark(mark))),
        "pickle.npy": pickle.dumps(Mark(mark)),
        "pickle.npz": pickle.dumps(Mark(mark)),
        "pickle.parquet": pickle.dumps(Mark(mark)),
        "pickle.csv": pickle.dumps(Mark(mark)),
        "pickle.xlsx": pickle.dumps(Mark(mark)),
        "pickle.jsonl": pickle.dumps(Mark(mark)),
        "header.npy": written.header("__import__('os').mkdir('x')"),
    }


@pytest.mark.parametrize("name", files_with_code(Path("unused")))
def test_code_in_a_file_never_runs(tmp_path: Path, name: str) -> None:
    mark = tmp_path / "mark"
    path = tmp_path / name
    path.write_bytes(files_with_code(mark)[name])
    wrong = Case(name, lambda _: path, Fails(name)).differs(loaded(path))
    assert not mark.exists()
    assert not wrong, wrong
    refused("new", tmp_path / "made.flux", "--data", path)
    assert list(tmp_path.iterdir()) == [path]
    assert not Path("x").exists()


def test_a_pickle_beside_arrays_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "member.npz"
    good = written.npy(np.array([1.0, 2.0]))
    path.write_bytes(archive(a__npy=good, b__pkl=pickle.dumps(Mark(tmp_path / "mark"))))
    wrong = Case("", lambda _: path, Fails("member.npz"), Loads([(None, "number", [1, 2])])).differs(loaded(path))
    assert not (tmp_path / "mark").exists()
    assert not wrong, wrong


@pytest.mark.parametrize("name", ["objects.npy", "objects.npz"])
def test_pickled_objects_are_named_as_the_reason(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(files_with_code(tmp_path / "mark")[name])
    wrong = Case(name, lambda _: path, Fails("object", "number|save|Save|write|Write")).differs(loaded(path))
    assert not wrong, wrong
