"""Atomic writing: at every failure the old file stays and nothing is left beside it."""

import errno
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flux_gui.core.atomic import check_place, write_atomically
from flux_gui.core.errors import FormatError


def test_writes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_atomically(path, b"one")
    assert path.stat().st_mode & 0o600 == 0o600
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["a.bin"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.bin").write_bytes(b"one")
    (tmp_path / "link.bin").symlink_to(tmp_path / "real.bin")
    write_atomically(tmp_path / "link.bin", b"two")
    assert (tmp_path / "link.bin").is_symlink()
    assert (tmp_path / "real.bin").read_bytes() == b"two"


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EIO, "cannot be written")]
)
def test_a_failing_call_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, words: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def fail(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FormatError, match=words) as caught:
        write_atomically(path, b"new")
    monkeypatch.undo()
    assert str(path) in caught.value.message
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path, words in (
        (tmp_path / "none" / "a.bin", "does not exist"),
        (tmp_path, "folder of that name"),
        (tmp_path / "file" / "a.bin", "not a folder"),
        (tmp_path / "a\0b", "null"),
    ):
        with pytest.raises(FormatError, match=words):
            write_atomically(path, b"new")


def test_long_work_can_ask_before(tmp_path: Path) -> None:
    check_place(tmp_path / "a.bin")
    for path in (tmp_path, tmp_path / "none" / "a.bin"):
        with pytest.raises(FormatError):
            check_place(path)


def test_old_temporary_files_are_removed(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".a.bin.1.flux-tmp", ".a.bin.2.flux-tmp", ".b.bin.1.flux-tmp"))
    for path in (old, new, other):
        path.write_bytes(b"")
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    write_atomically(tmp_path / "a.bin", b"x")
    assert {path.name for path in tmp_path.iterdir()} == {"a.bin", new.name, other.name}


CHILD = """
import sys
from pathlib import Path
from flux_gui.core.atomic import check_place, write_atomically

path, size = Path(sys.argv[1]), int(sys.argv[2])
if len(sys.argv) > 3:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        write_atomically(path, b"b" * size)
    except Exception as error:
        print(type(error).__name__, error)
    sys.exit()
print("ready", flush=True)
while True:
    write_atomically(path, b"a" * size)
    write_atomically(path, b"b" * size)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits and signals of Linux")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", CHILD, path, "5000", "limited"], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.startswith("FormatError")
    assert [p.name for p in tmp_path.iterdir()] == ["a.bin"]
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(sys.platform != "linux", reason="limits and signals of Linux")
def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    path, size, chance = tmp_path / "a.bin", 2_000_000, random.Random(0)
    path.write_bytes(b"a" * size)
    for _ in range(10):
        with subprocess.Popen([sys.executable, "-c", CHILD, path, str(size)], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.random() * 0.03)
            child.kill()
        assert path.read_bytes() in (b"a" * size, b"b" * size)
