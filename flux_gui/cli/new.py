"""`flux-gui new`: a project file from a table or a formula."""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from flux_gui.cli import arguments, settings
from flux_gui.cli.output import notice, say
from flux_gui.core.errors import SettingError
from flux_gui.document import edits, store
from flux_gui.document.project import Project
from flux_gui.engine.models import describe
from flux_gui.exporters import read_parameters
from flux_gui.specs import FileData, FormulaData, Range, SplitSpec

HELP = "make a project from a table or a formula"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("out", metavar="OUT.flux", help="the project file to write")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", metavar="FILE", help="a table with a header row (csv, tsv)")
    source.add_argument("--formula", metavar="TEXT", help='y as a formula of x, for example "4*x + 2"')
    parser.add_argument("--target", metavar="COLUMN", default="", help="the column to predict")
    parser.add_argument(
        "--train", metavar="A:B[:STEP]", type=arguments.span("training range"), help="training x of a formula, ends included"
    )
    parser.add_argument("--test", metavar="A:B[:STEP]", type=arguments.span("test range"), help="test x of a formula")
    parser.add_argument("--layers", metavar="N,N", type=arguments.sizes, default=(16,), help='sizes of the hidden layers, "" for none (16)')
    parser.add_argument("--activation", metavar="NAME", default="relu", help="of the hidden layers (relu); see info --names activation")
    parser.add_argument("--loss", metavar="NAME", default="", help="by the target if not given; see info --names loss")
    parser.add_argument("--optimiser", metavar="NAME", default="Adam", help="Adam if not given; see info --names optimiser")
    parser.add_argument("--rate", metavar="R", type=arguments.decimal("rate"), help="the optimiser's own default if not given")
    parser.add_argument(
        "--batch", metavar="N", type=arguments.whole("batch size"), help="rows per step, 0 for all (at most 32; formula: all)"
    )
    parser.add_argument("--epochs", metavar="N", type=arguments.whole("number of epochs"), default=200, help="(200)")
    parser.add_argument("--split", metavar="T,V,T", type=arguments.fractions, help="training, validation, test (0.7,0.15,0.15)")
    parser.add_argument("--split-column", metavar="COLUMN", default="", help="a column with the words train, validation, test")
    parser.add_argument("--seed", metavar="S", type=arguments.whole("seed"), default=0, help="of split, start parameters and order (0)")
    parser.add_argument("--dtype", metavar="FORMAT", default="float32", help="float32 or float64 (float32)")
    parser.add_argument("--parameters", metavar="FILE", help="start values: an exported npz, json or safetensors")
    settings.add_argument(parser)


def run(options: argparse.Namespace) -> int:
    """Make the project and write it only when everything about it is right."""
    out = Path(options.out)
    if out.suffix.lower() != ".flux":
        raise SettingError(f"The project file must end in .flux, got '{options.out}'.", f"For example {out.stem or 'project'}.flux.")
    wishes = edits.Wishes(
        name=out.stem,
        hidden=options.layers,
        activation=options.activation,
        loss=options.loss,
        optimiser=options.optimiser,
        rate=options.rate,
        batch=options.batch,
        epochs=options.epochs,
        seed=options.seed,
        dtype=options.dtype,
    )
    project = _from_file(options, wishes) if options.data is not None else _from_formula(options, wishes)
    project = settings.applied(project, options.set)
    if options.parameters is not None:
        project = edits.load_parameters(project, read_parameters(options.parameters))
    store.save(project, out)
    for text in (*_roles(project), *settings.told(project)):
        notice(text)
    say(_made(out, project))
    return 0


def _from_file(options: argparse.Namespace, wishes: edits.Wishes) -> Project:
    if options.train is not None or options.test is not None:
        raise SettingError("--train and --test belong to a formula, not to a table.", "Use --split or --split-column.")
    if options.split is not None and options.split_column:
        raise SettingError("--split and --split-column exclude each other.", "Give one of them.")
    split = msgspec.structs.replace(options.split or SplitSpec(), seed=options.seed)
    column = None if options.split is not None else options.split_column
    return edits.project_from_file(options.data, options.target, column, split, wishes)


def _from_formula(options: argparse.Namespace, wishes: edits.Wishes) -> Project:
    given: dict[str, Any] = {"--target": options.target, "--split": options.split, "--split-column": options.split_column}
    for name, value in given.items():
        if value:
            raise SettingError(
                f"{name} belongs to a table, not to a formula.", "A formula has the columns x and y; use --train and --test."
            )
    train = options.train or Range(0.0, 5.0)
    test = options.test or Range(6.0, 10.0)
    return edits.project_from_formula(FormulaData(options.formula, train, test, seed=options.seed), wishes)


def _roles(project: Project) -> list[str]:
    """Return what was decided about columns without being asked: those left out, and the one that divides the rows."""
    source = project.spec.data.source
    columns = source.columns if isinstance(source, FileData) else ()
    told = [f"The column '{column.name}' is not used: {column.reason}." for column in columns if column.role == "ignore"]
    return told + [f"The rows are divided by the column '{column.name}'." for column in columns if column.role == "split"]


def _made(out: Path, project: Project) -> str:
    dataset, training = project.dataset, project.spec.training
    parts = ", ".join(f"{len(part.x)} {name}" for name, part in dataset.parts.items())
    return (
        f"{out}: {describe(project.spec.model, project.dataset.inputs)}, {len(project.state.parameters)} parameters\n"
        f"target {dataset.preparation.target} ({dataset.task}), {dataset.inputs} input{'s' if dataset.inputs != 1 else ''}, rows: {parts}\n"
        f"{training.loss.name}, {training.optimiser.name}, {training.epochs} epochs"
    )
