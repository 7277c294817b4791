"""`flux-gui evaluate`: loss and metrics of each part, or of another table."""

import argparse
from typing import Any

from flux_gui.cli.output import say, say_json, scores_text
from flux_gui.data.files import read
from flux_gui.data.split import PARTS
from flux_gui.document import store
from flux_gui.runtime import verify
from flux_gui.runtime.rows import is_weighted
from flux_gui.specs import ReadSpec

HELP = "print loss and metrics"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("project", metavar="PROJECT.flux")
    parser.add_argument("--data", metavar="FILE", help="another table with the same columns; its scores are called data")
    parser.add_argument("--sheet", metavar="NAME", default="", help="the sheet of a spreadsheet file; the first with a table if not given")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the scores."""
    project = store.load(options.project)
    scores: dict[str, Any]
    if options.data is None:
        known = verify.evaluate(project, parts=PARTS)
        scores = {part: known.get(part, {}) for part in PARTS}  # a part without rows is there too, as in train --json
        classes = verify.per_class(project, PARTS) if options.json else {}
    else:
        table = read(options.data, project.dataset.preparation.columns(target=True), ReadSpec(sheet=options.sheet))
        scores = {"data": verify.evaluate_table(project, table)}
        classes = {"data": verify.per_class_table(project, table)} if options.json and project.dataset.labels else {}
    if options.json:
        say_json({part: {**values, "per_class": classes[part]} if part in classes else values for part, values in scores.items()})
    else:
        say(scores_text(scores))
        if project.dataset.preparation.target_scale != 1.0:
            say("loss in scaled units, errors in units of the target")
        if is_weighted(project, elsewhere=options.data is not None):
            say("weights count in the loss, not in the metrics")
    return 0
