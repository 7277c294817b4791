"""Writing a file so that its old content survives every failure: temporary file beside it, flush, replace, flush the folder."""

import contextlib
import errno
import os
import tempfile
import time
from pathlib import Path
from typing import Final

from flux_gui.core.errors import FormatError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space or choose another place."),
    errno.EDQUOT: ("the disk quota is used up", "Free some space or choose another place."),
    errno.EFBIG: ("the file would be larger than allowed here", "Choose another place."),
    errno.EROFS: ("the place is read-only", "Choose another place."),
    errno.EACCES: ("writing is not permitted there", "Choose another place or change the permissions."),
    errno.EPERM: ("writing is not permitted there", "Choose another place or change the permissions."),
    errno.ENOENT: ("the folder does not exist", "Create the folder or choose another place."),
    errno.ENOTDIR: ("a part of the path is not a folder", "Choose another place."),
    errno.EISDIR: ("there is a folder of that name", "Choose another name."),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter name."),
}

_SUFFIX: Final = ".flux-tmp"
_STALE_SECONDS: Final = 3600


def check_place(path: Path) -> None:
    """Raise FormatError if `path` can certainly not be written: asked before long work whose result goes there."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise write_error(path, OSError(errno.EISDIR, ""))
    if not target.parent.is_dir():
        raise write_error(path, OSError(errno.ENOENT, ""))
    if not os.access(target.parent, os.W_OK):
        raise write_error(path, OSError(errno.EACCES, ""))


def write_atomically(path: Path, content: bytes) -> None:
    """Make `content` the content of `path`, or leave what is there untouched and raise FormatError with the reason."""
    temporary = ""
    try:
        target = Path(os.path.realpath(path))  # a link stays a link
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=_prefix(target), suffix=_SUFFIX)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
        temporary = ""
        _flush_folder(target.parent)
        _remove_stale(target)
    except (OSError, ValueError) as error:
        raise write_error(path, error) from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def write_error(path: Path, error: OSError | ValueError) -> FormatError:
    """Return the one sentence that says why `path` could not be written."""
    number = error.errno if isinstance(error, OSError) else None
    reason, hint = _REASONS.get(number or 0, (str(getattr(error, "strerror", "") or error).lower(), "Choose another place."))
    return FormatError(f"{path} cannot be written: {reason}.", f"{hint} What was there before is unchanged.")


def _mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those of a new file."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _prefix(target: Path) -> str:
    return f".{target.name[:100]}."


def _remove_stale(target: Path) -> None:
    """Remove temporary files of this target that a killed program left more than an hour ago."""
    with contextlib.suppress(OSError):
        for path in target.parent.iterdir():
            mine = path.name.startswith(_prefix(target)) and path.name.endswith(_SUFFIX)
            if mine and time.time() - path.stat().st_mtime > _STALE_SECONDS:
                path.unlink()


def _flush_folder(folder: Path) -> None:
    """Make the new name durable where folders can be flushed (not on Windows)."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):  # some network file systems refuse; the data itself is flushed
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
