"""The container of a project file: a zip with a fixed list of entries, hashes of all of them, and limits on what is read."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from flux_gui.core.errors import FormatError
from flux_gui.specs.migrations import SCHEMA_VERSION, migrate

MIMETYPE: Final = b"application/x-flux-project"
ENTRIES: Final = (
    "project.json",
    "parameters.safetensors",
    "history.safetensors",
    "data.safetensors",
    "data.json",
    "checkpoint.safetensors",
    "checkpoint.json",
)
MAX_RATIO: Final = 200
MAX_TOTAL: Final = 16 * 2**30
_SURPLUS: Final = 1 << 16  # small entries may compress as well as they like
_MOMENT: Final = (2020, 1, 1, 0, 0, 0)  # equal projects give equal bytes
_DAMAGED = "The file is damaged; use a backup or an earlier copy."


def pack(spec: Any, program: str, entries: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a project file with the specification and `entries` (without project.json)."""
    hashes = {"mimetype": _hash(MIMETYPE), **{name: _hash(content) for name, content in entries.items()}}
    project = {"schema": SCHEMA_VERSION, "program": program, "spec": msgspec.to_builtins(spec), "sha256": hashes}
    everything = {"project.json": msgspec.json.format(msgspec.json.encode(project), indent=1), **entries}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(_info("mimetype"), MIMETYPE)
        for name, content in everything.items():
            info = _info(name)
            info.compress_type = zipfile.ZIP_DEFLATED if _worthwhile(content) else zipfile.ZIP_STORED
            archive.writestr(info, content)
    return stream.getvalue()


def unpack(path: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the current-version content of project.json and all other entries; raises FormatError naming the file."""
    try:
        with path.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            contents = _read(archive, path.name)
    except FileNotFoundError as error:
        raise FormatError(f"There is no file {path}.", "Check the name.") from error
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError, OverflowError, MemoryError) as error:
        raise _unreadable(path) from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {(error.strerror or 'the place is damaged').lower()}.", "Check the file.") from error
    return _checked(contents, path.name)


def _unreadable(path: Path) -> FormatError:
    """Return what to say of a file that cannot be unpacked: damaged if it begins like a project, else something different."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        return FormatError(f"{path.name} is not a project file: it is empty.", _DAMAGED)
    if start[:2] != b"PK":
        return FormatError(
            f"{path.name} is not a project file.", "Projects are .flux files saved by this program; a table is data for one."
        )
    return FormatError(f"{path.name} is damaged or incomplete.", _DAMAGED)


def _read(archive: zipfile.ZipFile, where: str) -> dict[str, bytes]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if "mimetype" not in names:
        raise FormatError(f"{where} is a zip archive but not a project file.", "Choose a file that this program saved.")
    if len(set(names)) < len(names) or not set(names) <= {"mimetype", *ENTRIES}:
        strange = next((name for name in names if name not in ("mimetype", *ENTRIES)), "an entry twice")
        raise FormatError(f"{where} contains {strange[:80]!r}, which no project file has.", _DAMAGED)
    for info in infos:
        large = info.file_size > MAX_RATIO * info.compress_size + _SURPLUS
        if large or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FormatError(f"{where}: the entry {info.filename} is packed in a way that no project file is.", _DAMAGED)
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise FormatError(f"{where} would take more than {MAX_TOTAL >> 30} GiB of memory.", _DAMAGED)
    return {info.filename: archive.read(info) for info in infos}


def _checked(contents: dict[str, bytes], where: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    if contents["mimetype"] != MIMETYPE:
        raise FormatError(f"{where} is not a project file: it says it is {contents['mimetype'][:60]!r}.", "Choose a .flux file.")
    if "project.json" not in contents:
        raise FormatError(f"{where} lacks the entry project.json.", _DAMAGED)
    try:
        content = msgspec.json.decode(contents.pop("project.json"))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FormatError(f"{where}: project.json cannot be read.", _DAMAGED) from error
    project = migrate(content, where)
    hashes = project.get("sha256")
    if not isinstance(hashes, dict):
        raise FormatError(f"{where} lacks the list of its parts.", _DAMAGED)
    for name in ("mimetype", *ENTRIES[1:]):
        if name not in contents:
            raise FormatError(f"{where} lacks the entry {name}.", _DAMAGED)
        if hashes.get(name) != _hash(contents[name]):
            raise FormatError(f"{where}: the entry {name} is damaged (its SHA-256 does not match).", _DAMAGED)
    return project, contents


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _MOMENT)
    info.create_system, info.external_attr = 3, 0o644 << 16
    return info


def _worthwhile(content: bytes) -> bool:
    """Return whether deflating gains something and stays below the ratio that reading refuses."""
    packed = len(zlib.compress(content, 6))
    return packed < 0.9 * len(content) and len(content) < MAX_RATIO // 2 * packed


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
