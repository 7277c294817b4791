"""The one door to files of our own: resources (checkout, wheel, frozen app) and the user's folders."""

import sys
from pathlib import Path

import platformdirs

APP_NAME = "flux-gui"


def resources() -> Path:
    """Return the folder of icons, samples and documents, wherever the program was installed."""
    frozen = getattr(sys, "_MEIPASS", None)
    package = Path(__file__).resolve().parents[1]
    candidates = [Path(frozen) / "resources"] if frozen else [package.parent / "resources", package / "resources"]
    for folder in candidates:
        if (folder / "samples").is_dir():
            return folder
    return candidates[-1]


def resource(*parts: str) -> Path:
    """Return the path of one resource, for instance `resource("samples", "iris.csv")`."""
    return resources().joinpath(*parts)


def config_dir() -> Path:
    """Return the user's settings folder; it may not exist yet."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))


def log_dir() -> Path:
    """Return the folder of log files; it may not exist yet."""
    return Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))


def cache_dir() -> Path:
    """Return the folder of large temporary files; it may not exist yet."""
    return Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))
