"""The entry of the terminal front end: which command, and what becomes of errors."""

import argparse
import contextlib
import io
import os
import sys
import traceback
from collections.abc import Sequence
from types import ModuleType
from typing import Final

from flux_gui import __version__
from flux_gui.cli import bench, evaluate, export, info, new, predict, train
from flux_gui.cli.arguments import Parser, joined, not_understood
from flux_gui.cli.output import complain
from flux_gui.core.errors import DivergedError, FluxError
from flux_gui.core.paths import log_dir

MODULES: Final[dict[str, ModuleType]] = {
    "new": new,
    "train": train,
    "predict": predict,
    "evaluate": evaluate,
    "export": export,
    "info": info,
    "bench": bench,
}
COMMANDS: Final = tuple(MODULES)


def main(argv: Sequence[str]) -> int:
    """Run one command; returns 0, 1 for a failed run, 2 for bad input. Errors are one line and a hint on standard error."""
    _print_anything()
    try:
        options, unknown = build_parser().parse_known_args(joined(argv))
        if unknown:
            raise not_understood(unknown, options.command, [name for name in vars(options) if name != "command"])
        return int(MODULES[options.command].run(options))
    except SystemExit as leaving:  # --help and --version
        return int(leaving.code or 0)
    except DivergedError as error:
        complain(error)
        return 1
    except FluxError as error:
        complain(error)
        return 2
    except KeyboardInterrupt:
        complain(FluxError("Interrupted; nothing was written."))
        return 130
    except BrokenPipeError:  # the reader of our output has gone
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        complain(FluxError("The memory does not suffice.", "Choose smaller layers, smaller batches or fewer rows."))
        return 1
    except Exception as error:  # a fault of ours: the user gets a sentence, the log the rest
        complain(FluxError(f"Something unexpected went wrong ({type(error).__name__}: {error}).", _logged()))
        return 1


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = Parser(
        prog="flux-gui",
        description="Build, train and verify Dense neural networks.",
        epilog="Without a command the window opens: flux-gui [FILE].",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"flux-gui {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for name, module in MODULES.items():
        command = commands.add_parser(
            name, help=module.HELP, description=f"{module.HELP[:1].upper()}{module.HELP[1:]}.", allow_abbrev=False
        )
        module.add_arguments(command)
    return parser


def _print_anything() -> None:
    """Let a terminal that lacks a character show its code instead of failing; files and pipes get UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _logged() -> str:
    """Write the traceback to the log folder; returns where it is."""
    path = log_dir() / "error.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        return "This is a fault of the program."
    return f"This is a fault of the program; details are in {path}."
