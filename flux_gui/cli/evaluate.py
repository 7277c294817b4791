"""`flux-gui evaluate`: loss and metrics of each part, or of another table."""

import argparse

from flux_gui.cli.output import say, say_json, scores_text
from flux_gui.data.files import read
from flux_gui.data.split import PARTS
from flux_gui.document import store
from flux_gui.runtime.verify import evaluate, evaluate_table

HELP = "print loss and metrics"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("project", metavar="PROJECT.flux")
    parser.add_argument("--data", metavar="FILE", help="another table with the same columns; its scores are called data")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the scores."""
    project = store.load(options.project)
    if options.data is None:
        known = evaluate(project, parts=PARTS)
        scores = {part: known.get(part, {}) for part in PARTS}  # a part without rows is there too, as in train --json
    else:
        scores = {"data": evaluate_table(project, read(options.data, project.dataset.preparation.columns(target=True)))}
    if options.json:
        say_json(scores)
    else:
        say(scores_text(scores))
        if project.dataset.preparation.target_scale != 1.0:
            say("loss in scaled units, everything else in units of the target")
    return 0
