"""Project files of older versions made current, one step at a time; files of newer versions are refused."""

from collections.abc import Callable
from typing import Any, Final

from flux_gui.core.errors import FormatError

SCHEMA_VERSION: Final = 3

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Final[dict[int, Step]] = {1: dict, 2: dict}  # 2 and 3 add settings, all with defaults that mean what was before
"""From version n to version n + 1: the function that turns the content of `project.json` of version n into that of n + 1."""


def migrate(content: Any, where: str) -> dict[str, Any]:
    """Return the content of a `project.json` in the current version; raises FormatError naming `where`."""
    version = content.get("schema") if isinstance(content, dict) else None
    if isinstance(version, bool) or not isinstance(version, int):
        raise FormatError(f"{where} has no schema version.", "The file is damaged or was written by something else.")
    if version > SCHEMA_VERSION:
        raise FormatError(
            f"{where} was written by a newer version of this program (schema {version}, this one knows {SCHEMA_VERSION}).",
            "Update the program to open it.",
        )
    current: dict[str, Any] = content
    while version < SCHEMA_VERSION:
        if version not in STEPS:
            raise FormatError(f"{where} has the unknown schema version {version}.", "The file is damaged or was written by something else.")
        current = {**STEPS[version](current), "schema": version + 1}
        version += 1
    return current
