"""The front door: decides between the window, the terminal commands and the self-test before Qt is imported."""

import difflib
import importlib.metadata
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence

import flux_gui
from flux_gui.core.errors import FluxError

USAGE = """usage: flux-gui [FILE]            open the window, with a .flux project or a table
       flux-gui COMMAND ...       work in the terminal, without a window: {commands}
       flux-gui --self-test       check this installation
       flux-gui --version | --help

`flux-gui COMMAND --help` explains a command."""

SYSTEM_LIBRARIES = "libglib2.0-0 libegl1 libgl1 libfontconfig1 libxkbcommon0 libdbus-1-3"
DISPLAY_LIBRARIES = "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with `argv` (default: the command line) and return its exit status."""
    multiprocessing.freeze_support()
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if first in ("-h", "--help"):
        return _say(USAGE.format(commands=", ".join(_commands())))
    if first == "--version":
        return _say(f"flux-gui {flux_gui.__version__}")
    if first == "--self-test":
        return _self_test()
    if first in _commands():
        from flux_gui import cli

        return int(cli.main(arguments))
    if first.startswith("-"):
        return _fail(f"{first} is not an option or command.", USAGE_HINT, 2)
    if first and "." not in first and not os.path.exists(first):
        return _fail(f"There is no command or file '{first}'.", _nearest(first), 2)
    if len(arguments) > 1:
        return _fail("Only one file can be opened at a time.", USAGE_HINT, 2)
    return window(arguments)


USAGE_HINT = "See flux-gui --help."


def _nearest(word: str) -> str:
    near = difflib.get_close_matches(word.lower(), _commands(), n=1, cutoff=0.5)
    return f"Did you mean 'flux-gui {near[0]}'?" if near else f"Commands: {', '.join(_commands())}; files end in .flux or .csv."


def window(argv: Sequence[str] | None = None) -> int:
    """Open the window, or say in one sentence why that is impossible here."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    obstacle = _obstacle(os.environ)
    if obstacle is None:
        try:
            from flux_gui import app
        except ImportError as error:
            obstacle = _missing_library(error)
        else:
            try:
                return app.run(arguments)
            except FluxError as error:
                return _fail(error.message, error.hint, 2)
    return _fail(*obstacle, 1)


def _self_test() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    obstacle = _obstacle(os.environ)
    if obstacle is not None:
        return _fail(*obstacle, 1)
    try:
        from flux_gui import self_test
    except ImportError as error:
        return _fail(*_missing_library(error), 1)
    return self_test.run()


def _obstacle(
    environment: Mapping[str, str], platform: str = sys.platform, python: tuple[int, ...] = sys.version_info[:2]
) -> tuple[str, str] | None:
    """Return sentence and hint if Qt would crash here, else None. Imports nothing of Qt."""
    try:
        qt = importlib.metadata.version("PySide6-Essentials")
    except importlib.metadata.PackageNotFoundError:
        qt = ""  # frozen without metadata: the build fixed the version
    if python < (3, 12) and qt.startswith("6.12"):
        return (
            f"PySide6 {qt} crashes on Python {python[0]}.{python[1]}, so the window is not opened.",
            'Run: python -m pip install "PySide6-Essentials>=6.10,<6.12,!=6.11.0,!=6.11.1"',
        )
    seen = any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if platform.startswith("linux") and not seen:
        return (
            "There is no display here (DISPLAY and WAYLAND_DISPLAY are not set), so the window cannot open.",
            f"Work in the terminal instead: flux-gui {' | '.join(_commands())}",
        )
    return None


def _missing_library(error: ImportError) -> tuple[str, str]:
    if error.name is not None and error.name.split(".")[0] in ("PySide6", "pyqtgraph") and "cannot open shared object" not in str(error):
        return (
            f"The window needs the Python package {error.name.split('.')[0]}, which is not installed.",
            "Run: python -m pip install flux-gui",
        )
    return (
        f"The window cannot open because a system library is missing ({error}).",
        f"On Debian and Ubuntu run: sudo apt-get install {SYSTEM_LIBRARIES} {DISPLAY_LIBRARIES}",
    )


def _commands() -> tuple[str, ...]:
    from flux_gui.cli import COMMANDS

    return tuple(COMMANDS)


def _say(text: str) -> int:
    sys.stdout.write(text + "\n")
    return 0


def _fail(message: str, hint: str, status: int) -> int:
    from flux_gui.cli.output import complain

    complain(FluxError(message, hint))
    return status


if __name__ == "__main__":
    raise SystemExit(main())
