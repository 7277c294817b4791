"""Tests of NumPy files: every dtype and shape, nothing unpickled, archives with arrays of several lengths."""

import os
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import CellError, DataError
from flux_gui.data import cache, files, numpy_files
from flux_gui.specs.data import ReadSpec


def saved(tmp_path: Path, array: np.ndarray, pickled: bool = False) -> Path:
    np.save(tmp_path / "a.npy", array, allow_pickle=pickled)
    return tmp_path / "a.npy"


@pytest.mark.parametrize("dtype", ["?", "i1", "u2", "i8", "f2", "f4", "f8", ">f8", ">i4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_type_of_number(tmp_path: Path, dtype: str, order: str) -> None:
    array = np.array([[0, 1, 1], [1, 0, 1]] * 3, dtype=dtype, order=order)  # type: ignore[call-overload]
    table = files.load(saved(tmp_path, array)).table
    assert table.names == ("x1", "x2", "x3")
    np.testing.assert_array_equal(np.stack([c.values for c in table.columns], 1), array.astype(float))


def test_shapes(tmp_path: Path) -> None:
    assert files.load(saved(tmp_path, np.arange(5.0))).table.names == ("x1",)
    pictures = files.load(saved(tmp_path, np.arange(24.0).reshape(2, 3, 4))).table
    assert len(pictures.columns) == 12
    assert "3 x 4 values of a row" in pictures.notices[0]
    words = files.load(saved(tmp_path, np.array([["a", "1"], ["b", "2"]]))).table
    assert [column.kind for column in words.columns] == ["category", "number"]


class Bomb:
    """An object whose unpickling would leave a trace."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("unpickled",)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.array([Bomb()], object), "Python objects, which are never loaded"),
        (np.array([1j]), "not rows of numbers"),
        (np.array(3.0), "a single value"),
        (np.zeros((0, 2)), "has no rows"),
        (np.zeros((1, 30_000)), "at most"),
    ],
)
def test_what_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, array: np.ndarray, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=message):
        files.load(saved(tmp_path, array, pickled=True))
    np.savez(tmp_path / "a.npz", a=array)
    with pytest.raises(DataError):
        files.load(tmp_path / "a.npz")
    assert not (tmp_path / "unpickled").exists()


def test_infinity_names_its_cell_and_nan_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CellError, match="row 3, column 'x2': expected a number, got 'inf'"):
        files.load(saved(tmp_path, np.array([[1, 2], [1, np.inf]])))
    table = files.load(saved(tmp_path, np.array([[1, 2], [np.nan, 4]]))).table
    assert table.column("x1").missing.tolist() == [False, True]


@pytest.mark.parametrize("budget", [1 << 30, 10])
def test_archives_with_several_lengths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, budget: int) -> None:
    monkeypatch.setattr(cache, "cache_dir", lambda: tmp_path / "cache")
    monkeypatch.setattr(cache, "budget", lambda: budget)
    path = tmp_path / "mnist.npz"
    x = np.asfortranarray(np.arange(12.0).reshape(6, 2))
    np.savez_compressed(path, x=x, y=np.arange(6) % 2, x_test=np.zeros((2, 2)), y_test=np.array([0, 1]))
    assert files.sheets(path) == ("x + y", "x_test + y_test")
    loaded = files.load(path)
    assert loaded.table.names == ("x1", "x2", "y")
    assert loaded.table.column("x2").values.tolist() == x[:, 1].tolist()
    assert loaded.reading.sheet == "x + y"
    assert loaded.reasons["sheet"] == "the longest of 2"
    assert [column.role for column in loaded.columns] == ["input", "input", "target"]
    assert files.load(path, reading=ReadSpec(sheet="x_test + y_test")).table.rows == 2
    with pytest.raises(DataError, match="no arrays called 'z'"):
        files.load(path, reading=ReadSpec(sheet="z"))


def test_truncated_archives(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.arange(5000.0))
    content = (tmp_path / "a.npz").read_bytes()
    for size in range(1, len(content), len(content) // 20):
        (tmp_path / "b.npz").write_bytes(content[:size])
        with pytest.raises(DataError):
            files.load(tmp_path / "b.npz")


def test_arrays_of_other_lengths_are_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", first=np.arange(3), second=np.arange(4))
    table = files.load(tmp_path / "a.npz").table
    assert table.names == ("second",)
    assert table.notices == ("a.npz: the array 'first' (3 rows) was left out beside 'second' (4 rows).",)


def test_no_array_is_mapped_so_that_a_shrunken_file_is_an_error(tmp_path: Path) -> None:
    path = saved(tmp_path, np.zeros((400_000, 2)))

    def cut(fraction: float | None, text: str) -> None:
        os.truncate(path, 1000)

    with pytest.raises(DataError, match=r"a\.npy changed while it was read"):
        files.load(path, progress=cut)


def test_bombs_and_claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros(1_000_000))
    monkeypatch.setattr(numpy_files, "LARGE", 1 << 20)
    with pytest.raises(DataError, match="'x' would unpack to"):
        files.load(tmp_path / "a.npz")
    monkeypatch.setattr(numpy_files, "LARGE", 1 << 40)
    monkeypatch.setattr(numpy_files, "bytearray", lambda _size: exec("raise MemoryError"), raising=False)
    with pytest.raises(DataError, match="memory does not suffice"):
        files.load(tmp_path / "a.npz")
