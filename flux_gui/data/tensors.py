"""Named arrays as safetensors bytes, with limits on what is read: header size, number of arrays, only plain numbers."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from flux_gui.core.errors import FormatError

MAX_HEADER: Final = 1_000_000
MAX_ARRAYS: Final = 4096
_DAMAGED = "The file is damaged or was written by something else."


def write_tensors(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str] | None = None) -> bytes:
    """Return `arrays` as the bytes of a safetensors file."""
    return save({key: np.asarray(array, order="C") for key, array in arrays.items()}, dict(metadata) if metadata else None)


def read_tensors(content: bytes, where: str) -> dict[str, NDArray[Any]]:
    """Return the arrays in the bytes of a safetensors file; raises FormatError naming `where`."""
    size = int.from_bytes(content[:8], "little")
    if len(content) < 8 or size > len(content) - 8:
        raise FormatError(f"{where} is not a complete safetensors file.", _DAMAGED)
    if size > MAX_HEADER:
        raise FormatError(f"{where} has a header of {size} bytes, more than the {MAX_HEADER} allowed.", _DAMAGED)
    try:
        header = msgspec.json.decode(content[8 : 8 + size], type=dict[str, Any])
        if len(header) > MAX_ARRAYS:
            raise FormatError(f"{where} has {len(header)} arrays, more than the {MAX_ARRAYS} allowed.", _DAMAGED)
        return dict(load(content))
    except (SafetensorError, msgspec.DecodeError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise FormatError(f"{where} cannot be read as safetensors.", _DAMAGED) from error
