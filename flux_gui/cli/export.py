"""`flux-gui export`: the trained parameters for other programs, or the model as a program."""

import argparse
from pathlib import Path

from flux_gui.cli.output import say
from flux_gui.core.atomic import write_atomically
from flux_gui.core.errors import FormatError
from flux_gui.document import store
from flux_gui.document.project import Project
from flux_gui.exporters import EXPORTERS, export
from flux_gui.exporters.code import CODES, can_hold_weights, source

HELP = "write the parameters as npz, csv or json, or the model as a program"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("project", metavar="PROJECT.flux")
    known = ", ".join(entry.extension for entry in EXPORTERS)
    parser.add_argument("out", metavar="OUT.EXT", help=f"the file to write: {known}, or a program; - prints a program")
    languages = ", ".join(f"{entry.name} ({entry.label})" for entry in CODES)
    parser.add_argument("--format", metavar="NAME", default="", help=f"write a program instead of parameters: {languages}")
    parser.add_argument("--without-weights", action="store_true", help="of a program: leave out what the network has learned")


def run(options: argparse.Namespace) -> int:
    """Write the file."""
    project = store.load(options.project)
    if options.format:
        return _program(project, options)
    if options.without_weights:
        raise FormatError("--without-weights belongs to --format.", "For example --format pytorch --without-weights.")
    if Path(options.out).suffix in {entry.extension for entry in CODES}:
        names = ", ".join(entry.name for entry in CODES if entry.extension == Path(options.out).suffix)
        raise FormatError(
            f"A program needs its language, but {options.out} comes without --format.", f"Write --format with one of: {names}."
        )
    export(project, options.out)
    say(f"{options.out}: {len(project.state.parameters_in_use)} parameters")
    return 0


def _program(project: Project, options: argparse.Namespace) -> int:
    entry = CODES.get(options.format)
    weights = not options.without_weights
    text = source(project, entry.name, weights)
    if options.out == "-":
        say(text.rstrip("\n"))
        return 0
    if Path(options.out).suffix != entry.extension:
        raise FormatError(
            f"A program in {entry.label} ends in {entry.extension}, got '{options.out}'.", f"For example model{entry.extension}."
        )
    write_atomically(Path(options.out), text.encode("utf-8"))
    told = "with its weights" if weights and can_hold_weights(project) else "without weights"
    say(f"{options.out}: the model in {entry.label}, {told}")
    return 0
