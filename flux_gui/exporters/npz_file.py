"""NPZ: named numpy arrays in a zip, texts as unicode arrays. Nothing in it is ever unpickled."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import FormatError
from flux_gui.exporters.contents import Exportable, contents

_DAMAGED = "Use a file that was exported by this program or written by numpy.savez."
_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    RuntimeError,
    OverflowError,
    TypeError,
    SyntaxError,
    TokenError,
)


def write_npz(project: Exportable) -> bytes:
    """Return the bytes of an NPZ file with everything in `contents`."""
    stream = io.BytesIO()
    arrays: dict[str, Any] = {key: np.asarray(value) for key, value in contents(project).items()}
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def read_npz(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays in an NPZ file; raises FormatError naming the file."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {info.filename.removesuffix(".npy"): _array(archive, info, path.name) for info in archive.infolist()}
    except _ERRORS as error:
        raise FormatError(f"{path.name} cannot be read as NPZ: it is damaged or incomplete.", _DAMAGED) from error


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> NDArray[Any]:
    """Return one array, after comparing what its header claims with the bytes that are there."""
    content = archive.read(info) if info.file_size <= 200 * info.compress_size + (1 << 16) else b""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read_header(stream)
    count = int(np.prod(shape, dtype=object)) if shape else 1
    if dtype.hasobject or dtype.kind not in "fiubU":
        raise FormatError(f"{where}: '{info.filename}' holds {dtype} objects, which are never read.", _DAMAGED)
    if count * dtype.itemsize != len(content) - stream.tell():
        raise FormatError(f"{where}: '{info.filename}' is shorter or longer than it says.", _DAMAGED)
    flat = np.frombuffer(content, dtype, count, stream.tell())
    return flat.reshape(shape, order="F" if fortran else "C")
