"""JSON: one object whose keys are those of NPZ, with nested lists for arrays."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import FormatError
from flux_gui.exporters.contents import Exportable, contents


def write_json(project: Exportable) -> bytes:
    """Return everything in `contents` as JSON text; float32 numbers keep every digit of their value."""
    values = {key: value if isinstance(value, str) else value.tolist() for key, value in contents(project).items()}
    return msgspec.json.format(msgspec.json.encode(values), indent=1) + b"\n"


def read_json(path: Path) -> dict[str, NDArray[Any]]:
    """Return the parameters in a JSON file as float64 arrays (other keys as they are); raises FormatError naming the file."""
    hint = "Use a file with keys such as layers.0.weight and nested lists of numbers."
    try:
        content = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        return {key: np.array(value, np.float64) for key, value in content.items() if key.startswith("layers.") and isinstance(value, list)}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, TypeError, OverflowError) as error:
        raise FormatError(f"{path.name} cannot be read as parameters in JSON.", hint) from error
