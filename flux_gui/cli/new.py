"""`flux-gui new`: a project file from a table, a formula, a generator or a sample."""

import argparse
import sys
from pathlib import Path

import msgspec

from flux_gui.cli import arguments, settings
from flux_gui.cli.output import ProgressBar, notice, say
from flux_gui.core.errors import SettingError
from flux_gui.data.generators import GENERATORS
from flux_gui.document import edits, store
from flux_gui.document.project import Project
from flux_gui.engine.models import describe
from flux_gui.exporters import read_parameters
from flux_gui.specs import Choice, FileData, FormulaData, GeneratedData, Range, ReadSpec, SplitSpec

HELP = "make a project from a table, a formula, a generator or a sample"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("out", metavar="OUT.flux", help="the project file to write")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", metavar="FILE", help="a table; info --names readers lists the formats")
    source.add_argument("--formula", metavar="TEXT", help='y as a formula of x, for example "4*x + 2"')
    source.add_argument("--generate", metavar="NAME", help="rows made by a generator; see info --names generators")
    source.add_argument("--sample", metavar="NAME", help="a sample with its own first network; see info --names samples")
    _add_data_arguments(parser)
    parser.add_argument("--layers", metavar="N,N", type=arguments.sizes, help='sizes of the hidden layers, "" for none (16)')
    parser.add_argument("--network", metavar="TEXT", help='the whole network, for example "Chain(Dense(16, tanh), Dense(3))"; "-" reads it')
    parser.add_argument("--activation", metavar="NAME", help="of the hidden layers (relu); see info --names activation")
    parser.add_argument("--loss", metavar="NAME", default="", help="chosen by the target if not given; see info --names loss")
    parser.add_argument("--optimiser", metavar="NAME", help="Adam if not given; see info --names optimiser")
    parser.add_argument("--rate", metavar="R", type=arguments.decimal("rate"), help="the optimiser's own default if not given")
    parser.add_argument(
        "--batch", metavar="N", type=arguments.whole("batch size"), help="rows per step, 0 for all; if not given 32, for a formula all"
    )
    parser.add_argument(
        "--epochs", metavar="N", type=arguments.whole("number of epochs"), help="how often training goes through all rows (200)"
    )
    parser.add_argument("--split", metavar="T,V,T", type=arguments.fractions, help="training, validation, test (0.7,0.15,0.15)")
    parser.add_argument("--split-column", metavar="COLUMN", default="", help="a column with the words train, validation, test")
    parser.add_argument("--seed", metavar="S", type=arguments.whole("seed"), help="of split, start parameters and order (0)")
    parser.add_argument("--dtype", metavar="FORMAT", help="float32 or float64 (float32)")
    parser.add_argument("--parameters", metavar="FILE", help="start values: an exported npz, json or safetensors")
    settings.add_argument(parser)


def _add_data_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--target", metavar="COLUMN", default="", help="the column to predict")
    parser.add_argument(
        "--train", metavar="A:B[:STEP]", type=arguments.span("training range"), help="training x of a formula, ends included"
    )
    parser.add_argument("--test", metavar="A:B[:STEP]", type=arguments.span("test range"), help="test x of a formula")
    parser.add_argument("--rows", metavar="N", type=arguments.whole("number of rows"), help="of a generator (400)")
    parser.add_argument("--noise", metavar="X", type=arguments.decimal("noise"), help="of a generator (0.1) or a formula (0)")
    parser.add_argument("--sheet", metavar="NAME", default="", help="the sheet of a spreadsheet file; the first with a table if not given")
    parser.add_argument("--delimiter", metavar="SIGN", type=arguments.delimiter, help="between cells of text: ; or comma, tab, blanks, ...")
    parser.add_argument("--decimal", metavar="SIGN", choices=(".", ","), help="the decimal sign of text: . or ,")
    parser.add_argument("--encoding", metavar="NAME", help="how text is stored, such as utf-8 or cp1252")
    parser.add_argument("--header", metavar="yes|no", choices=("yes", "no"), help="whether the first row holds the names of columns")
    parser.add_argument("--validation-data", metavar="FILE", default="", help="a table whose rows are the validation part")
    parser.add_argument("--test-data", metavar="FILE", default="", help="a table whose rows are the test part")


def run(options: argparse.Namespace) -> int:
    """Make the project and write it only when everything about it is right."""
    out = Path(options.out)
    if out.suffix.lower() != ".flux":
        raise SettingError(f"The project file must end in .flux, got '{options.out}'.", f"For example {out.stem or 'project'}.flux.")
    project = _with_network(_begun(options, _wished(options, out.stem)), options)
    project = settings.applied(project, options.set)
    if options.parameters is not None:
        project = edits.load_parameters(project, read_parameters(options.parameters))
    store.save(project, out)
    for text in (*_roles(project), *settings.told(project)):
        notice(text)
    say(_made(out, project))
    return 0


READING = ("sheet", "delimiter", "decimal", "encoding", "header")
OF_TABLES = ("target", "split", "split_column", *READING, "validation_data", "test_data")
OF_FORMULAS = ("train", "test")
OPTIONS = {"--data": OF_TABLES, "--formula": (*OF_FORMULAS, "noise"), "--generate": ("rows", "noise", "split"), "--sample": ("split",)}
"""Which options of the data belong to which source."""


def _wished(options: argparse.Namespace, name: str) -> edits.Wishes:
    """Return the wishes of the command line on top of those of the sample, or of the defaults."""
    wishes = edits.Wishes() if options.sample is None else edits.sample_wishes(options.sample)
    fields = {
        "layers": "hidden",
        **{field: field for field in ("activation", "loss", "optimiser", "rate", "batch", "epochs", "seed", "dtype")},
    }
    given = {field: getattr(options, option) for option, field in fields.items() if getattr(options, option) not in (None, "")}
    if "optimiser" in given and "rate" not in given:  # the rate of another optimiser says nothing
        given["rate"] = None
    return msgspec.structs.replace(wishes, name=name, **given)


def _begun(options: argparse.Namespace, wishes: edits.Wishes) -> Project:
    source = next(name for name in OPTIONS if getattr(options, name[2:]) is not None)
    _check_options(options, source)
    seed = options.seed or 0
    split = msgspec.structs.replace(options.split or SplitSpec(), seed=seed)
    if source == "--data":
        return _from_file(options, split, wishes)
    if source == "--generate":
        made = {name: value for name, value in (("rows", options.rows), ("noise", options.noise)) if value is not None}
        chosen = GENERATORS.get(options.generate).name
        return edits.project_from_generator(GeneratedData(Choice(chosen), seed=seed, **made), wishes, split)
    if source == "--sample":
        return edits.project_from_sample(options.sample, wishes, split)
    train, test = options.train or Range(0.0, 5.0), options.test or Range(6.0, 10.0)
    return edits.project_from_formula(FormulaData(options.formula, train, test, options.noise or 0.0, seed), wishes)


def _check_options(options: argparse.Namespace, source: str) -> None:
    """Refuse an option of the data that belongs to another source."""
    for name in dict.fromkeys(name for names in OPTIONS.values() for name in names):
        if getattr(options, name) in (None, "") or name in OPTIONS[source]:
            continue
        flag = "--" + name.replace("_", "-")
        owners = " or ".join(owner for owner, names in OPTIONS.items() if name in names)
        own = ", ".join("--" + other.replace("_", "-") for other in OPTIONS[source])
        raise SettingError(f"{flag} belongs to {owners}, not to {source}.", f"With {source} go: {own}.")


def _from_file(options: argparse.Namespace, split: SplitSpec, wishes: edits.Wishes) -> Project:
    if options.split is not None and options.split_column:
        raise SettingError("--split and --split-column exclude each other.", "Give one of them.")
    column = None if options.split is not None else options.split_column
    further = (options.validation_data, options.test_data)
    reading = ReadSpec(**{name: getattr(options, name) for name in READING if getattr(options, name)})
    bar = ProgressBar()
    try:
        return edits.project_from_file(
            options.data, options.target, column, split, wishes, reading=reading, further=further, progress=bar.tell
        )
    finally:
        bar.clear()


def _with_network(project: Project, options: argparse.Namespace) -> Project:
    """Return the project with the network that was typed, if one was."""
    if options.network is None:
        return project
    for name in ("layers", "activation"):
        if getattr(options, name) is not None:
            raise SettingError(f"--network and --{name} exclude each other.", "The network says everything about its layers.")
    text = sys.stdin.read() if options.network == "-" else options.network
    return edits.replace_text(project, text)


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
