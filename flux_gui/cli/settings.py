"""Settings on the command line: `--set PATH=VALUE`, with the paths that files and the window use."""

import argparse
from collections.abc import Iterator, Sequence

from flux_gui.cli.output import ProgressBar
from flux_gui.core.errors import SettingError
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.document.validate import problems
from flux_gui.document.values import parse_text


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Declare `--set`, which may be repeated."""
    parser.add_argument(
        "--set",
        metavar="PATH=VALUE",
        action="append",
        default=[],
        help="any setting by its path, such as training.optimiser.eta=0.01; may be repeated; info --names lists what there is",
    )


def applied(project: Project, given: Sequence[str]) -> Project:
    """Return the project after the settings `given`, each written as PATH=VALUE, in order."""
    bar = ProgressBar()
    for text in given:
        path, sign, value = text.partition("=")
        path = path.strip()
        if not sign or not path:
            raise SettingError(
                f"--set takes PATH=VALUE, got '{text[:60]}'.", "For example --set training.chain.WeightDecay=yes, without blanks."
            )
        try:
            project = edits.set_value(project, path, parse_text(project.spec, path, value.strip()), bar.tell)
        finally:
            bar.clear()
    return project


def told(project: Project) -> Iterator[str]:
    """Yield what a user should know about a project: notices of the data, and settings that do not go together."""
    yield from project.dataset.notices
    for problem in problems(project):
        if not problem.path.startswith("data."):
            yield f"{problem.text} {problem.hint}".strip()
