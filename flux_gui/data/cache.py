"""The cache: a temporary file that holds the columns of a table too large for the memory, mapped when it is complete."""

import contextlib
import errno
import io
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from flux_gui.core.errors import DataError
from flux_gui.core.paths import cache_dir

SHARE = 3  # a table may take the third part of the memory
ASSUMED = 4 << 30  # bytes of memory where the system does not tell
PIECE = 1 << 18  # cells written at once
SUFFIX = ".flux-columns"


def memory() -> int:
    """Return the bytes of memory of this machine, or of the container it runs in."""
    total = ASSUMED
    with contextlib.suppress(AttributeError, OSError, ValueError):
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        import resource  # POSIX only

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        total = total if limit == resource.RLIM_INFINITY else min(total, limit)
    return total


def budget() -> int:
    """Return the bytes that the numbers of a table may take in memory; beyond it they go to a file."""
    return memory() // SHARE


class Store:
    """A file of columns. It has no name where the system allows that, so that nothing is left behind, whatever happens."""

    def __init__(self, needed: int) -> None:
        folder = cache_dir()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
            free = shutil.disk_usage(folder).free
            if free < needed:
                raise OSError(errno.ENOSPC, "")
            handle, name = tempfile.mkstemp(dir=folder, suffix=SUFFIX)
        except OSError as error:
            raise _failed(folder, needed, error) from error
        self._folder, self._needed = folder, needed
        self._file = io.FileIO(handle, "r+")
        self._map: np.memmap[Any, Any] | None = None
        self._end = 0
        _forget(Path(name))
        weakref.finalize(self, _abandon, self._file, Path(name))

    def region(self, cells: int, dtype: DTypeLike) -> "Region":
        """Return room for up to `cells` cells of a column; what is not written takes no space."""
        found = np.dtype(dtype)
        start = self._end
        self._end += -(-cells * found.itemsize // 4096) * 4096
        return Region(self, start, found)

    def put(self, place: int, data: bytes | memoryview) -> None:
        """Write bytes at `place`."""
        try:
            self._file.seek(place)
            while data:
                data = memoryview(data)[self._file.write(data) or 0 :]
        except OSError as error:
            raise _failed(self._folder, self._needed, error) from error

    def mapped(self) -> "np.memmap[Any, Any]":
        """Return the bytes of the file, read-only; nothing can be written afterwards."""
        if self._map is None:
            self._file.truncate(max(self._end, 1))
            self._map = np.memmap(self._file, np.uint8, "r")
            self._file.close()
        return self._map


@dataclass(frozen=True, eq=False)
class Region:
    """The place of one column in a store."""

    store: Store
    start: int
    dtype: np.dtype[Any]

    def write(self, at: int, values: NDArray[Any]) -> None:
        """Write cells from number `at` on."""
        data = np.ascontiguousarray(values, self.dtype).view(np.uint8)
        self.store.put(self.start + at * self.dtype.itemsize, data.data)

    def write_all(self, pieces: Iterable[NDArray[Any]]) -> None:
        """Write the column piece by piece."""
        at = 0
        for piece in pieces:
            self.write(at, piece)
            at += len(piece)

    def values(self, rows: int) -> NDArray[Any]:
        """Return the first `rows` cells as a read-only map of the file."""
        found: NDArray[Any] = self.store.mapped()[self.start : self.start + rows * self.dtype.itemsize].view(self.dtype)
        return found


def _abandon(file: io.FileIO, path: Path) -> None:
    file.close()
    _forget(path)


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):  # a file in use cannot be removed everywhere; the next start does it
        path.unlink()


def _sweep(folder: Path) -> None:
    """Remove what earlier runs could not remove."""
    if os.name == "nt":
        for path in folder.glob(f"*{SUFFIX}"):
            _forget(path)


def _failed(folder: Path, needed: int, error: OSError) -> DataError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DataError(f"The table needs {needed / 1e9:.1f} GB of disk space in {folder}, which is not free.", "Free some space.")
    return DataError(f"The table does not fit into the memory, and {folder} cannot be written: {error.strerror}.", "Use fewer rows.")
