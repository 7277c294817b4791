"""Exporters: a trained network as a file for other programs; importers for the formats whose parameters can be read back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from flux_gui.core.atomic import write_atomically
from flux_gui.core.errors import FormatError
from flux_gui.core.registry import Entry, Registry
from flux_gui.exporters.contents import Exportable, contents, parameters
from flux_gui.exporters.csv_file import write_csv
from flux_gui.exporters.json_file import read_json, write_json
from flux_gui.exporters.npz_file import read_npz, write_npz
from flux_gui.exporters.safetensors_file import read_safetensors

MAX_IMPORT_BYTES: Final = 8 * 2**30


@dataclass(frozen=True)
class FileFormat(Entry):
    """A format by its name, which is also its file name extension; `function` writes (project -> bytes) or reads (path -> arrays)."""

    @property
    def extension(self) -> str:
        """The extension with its dot, such as ".npz"."""
        return f".{self.name}"


EXPORTERS: Registry[FileFormat] = Registry("export format")
EXPORTERS.add(
    FileFormat("npz", write_npz, "NumPy archive", "Named arrays for numpy.load, with the preparation: predictions can be recomputed.")
)
EXPORTERS.add(FileFormat("csv", write_csv, "CSV table", "One parameter per row for a spreadsheet: layer, name, row, column, value."))
EXPORTERS.add(FileFormat("json", write_json, "JSON", "Readable text with the preparation: predictions can be recomputed in any language."))

IMPORTERS: Registry[FileFormat] = Registry("parameter format")
IMPORTERS.add(FileFormat("npz", read_npz, "NumPy archive", "Arrays called layers.0.weight, layers.0.bias, ..."))
IMPORTERS.add(FileFormat("json", read_json, "JSON", "An object with the keys layers.0.weight, layers.0.bias, ..."))
IMPORTERS.add(FileFormat("safetensors", read_safetensors, "safetensors", "Arrays called layers.0.weight, layers.0.bias, ..."))


def export(project: Exportable, path: str | Path) -> None:
    """Write the parameters in use to `path` in the format of its extension; an old file stays whole if that fails."""
    path = Path(path)
    writer = _format(EXPORTERS, path, "written")
    write_atomically(path, writer.function(project))


def read_parameters(path: str | Path) -> dict[str, NDArray[Any]]:
    """Return the named arrays in a file of parameters; raises FormatError naming the file. Nothing is ever unpickled."""
    path = Path(path)
    reader = _format(IMPORTERS, path, "read")
    try:
        if path.stat().st_size > MAX_IMPORT_BYTES:
            raise FormatError(f"{path.name} is larger than {MAX_IMPORT_BYTES >> 30} GiB.", "Choose a file of parameters.")
        arrays: dict[str, NDArray[Any]] = reader.function(path)
    except FileNotFoundError as error:
        raise FormatError(f"There is no file {path}.", "Check the name.") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.", "Check the file.") from error
    return arrays


def _format(registry: Registry[FileFormat], path: Path, verb: str) -> FileFormat:
    name = path.suffix.removeprefix(".")
    if name not in registry:
        known = ", ".join(entry.extension for entry in registry)
        raise FormatError(f"Parameters cannot be {verb} as '{path.suffix or path.name}'.", f"Extensions: {known}.")
    return registry.get(name)


__all__ = ["EXPORTERS", "IMPORTERS", "Exportable", "FileFormat", "contents", "export", "parameters", "read_parameters"]
