"""Tests of the cache: columns in a file without a name, mapped read-only, and what happens when there is no room."""

import errno
import gc
import os
from pathlib import Path

import numpy as np
import pytest

from flux_gui.core.errors import DataError
from flux_gui.data import cache


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cache, "cache_dir", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def test_columns_come_back_as_read_only_maps(folder: Path) -> None:
    store = cache.Store(1000)
    numbers, words = store.region(100, np.float32), store.region(100, "<U3")
    numbers.write(0, np.arange(5))
    numbers.write(5, np.arange(5, 8, dtype=np.float64))
    words.write_all([np.array(["a", "b"]), np.array(["abc"])])
    found = numbers.values(8)
    assert isinstance(found, np.memmap)
    assert found.dtype == np.float32
    assert found.tolist() == list(range(8))
    assert words.values(3).tolist() == ["a", "b", "abc"]
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1
    del store, numbers, words
    gc.collect()
    assert found.tolist() == list(range(8))
    if os.name != "nt":
        assert not list(folder.iterdir())


def test_no_room_is_said_with_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"needs 1000000000\.0 GB of disk space"):
        cache.Store(10**18)
    store = cache.Store(10)

    def full(data: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(store, "_file", type("Full", (), {"seek": lambda self, place: 0, "write": lambda self, data: full(data)})())
    with pytest.raises(DataError, match="disk space"):
        store.put(0, b"x")
    (folder_file := cache.cache_dir().parent / "file").write_text("", encoding="ascii")
    monkeypatch.setattr(cache, "cache_dir", lambda: folder_file / "below")
    with pytest.raises(DataError, match="cannot be written"):
        cache.Store(10)


def test_the_budget_is_a_third_of_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache.memory() > 1 << 28
    monkeypatch.setattr(cache, "memory", lambda: 300)
    assert cache.budget() == 100
