"""`flux-gui export`: the trained parameters for other programs."""

import argparse

from flux_gui.cli.output import say
from flux_gui.document import store
from flux_gui.exporters import EXPORTERS, export

HELP = "write the parameters as npz, csv or json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("project", metavar="PROJECT.flux")
    known = ", ".join(entry.extension for entry in EXPORTERS)
    parser.add_argument("out", metavar="OUT.EXT", help=f"the file to write: {known}")


def run(options: argparse.Namespace) -> int:
    """Write the file."""
    project = store.load(options.project)
    export(project, options.out)
    say(f"{options.out}: {len(project.state.parameters_in_use)} parameters")
    return 0
