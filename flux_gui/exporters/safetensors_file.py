"""safetensors: named arrays without code, read as start parameters."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from flux_gui.data.tensors import read_tensors


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays in a safetensors file; raises FormatError naming the file."""
    return read_tensors(path.read_bytes(), path.name)
