"""`flux-gui predict`: answers for the rows of a table, in original units and labels."""

import argparse
from typing import Any

from flux_gui.cli.output import notice, rows_text, write_rows
from flux_gui.data.files import read
from flux_gui.document import store
from flux_gui.document.project import Project
from flux_gui.runtime.verify import predict
from flux_gui.specs import ReadSpec

HELP = "predict the rows of a table"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("project", metavar="PROJECT.flux")
    parser.add_argument("data", metavar="DATA", help="a table with the input columns; others are ignored")
    parser.add_argument("--sheet", metavar="NAME", default="", help="the sheet of a spreadsheet file; the first with a table if not given")
    parser.add_argument("--out", metavar="FILE.csv", help="write there instead of to standard output")


def run(options: argparse.Namespace) -> int:
    """Write the input columns, the probabilities of classes, and the prediction."""
    project = store.load(options.project)
    preparation = project.dataset.preparation
    table = read(options.data, preparation.columns(), ReadSpec(sheet=options.sheet))
    decoded = predict(project, table)
    names = [column.name for column in preparation.columns()]
    columns = [table.column(name).labels().tolist() for name in names]
    if decoded.probabilities is not None:
        names += [f"probability_{label}" for label in preparation.labels]
        columns += [[_text(value, project) for value in column] for column in decoded.probabilities.T]
    names.append("prediction")
    columns.append([_text(value, project) for value in decoded.prediction])
    write_rows(rows_text(names, list(zip(*columns, strict=True))), options.out)
    for text in preparation.notices(table):
        notice(text)
    return 0


def _text(value: Any, project: Project) -> str:
    """Return a label as it is, and a number with all digits that the project's number format has."""
    if isinstance(value, str):
        return str(value)
    return f"{value:.9g}" if project.spec.model.dtype == "float32" else repr(float(value))
