"""The facts and guesses about the data, as plain values: what a chip says, why, and the menu that changes it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from flux_gui.data.missing import IMPUTERS
from flux_gui.data.scaling import SCALERS
from flux_gui.data.sniff import NAMES
from flux_gui.data.split import SPLITS
from flux_gui.document.problems_data import facts
from flux_gui.document.project import Project
from flux_gui.gui import data_menus
from flux_gui.gui.column_menu import Edited, column_menu, column_specs
from flux_gui.gui.data_menus import encoding_name
from flux_gui.gui.reading_keeper import HowRead
from flux_gui.gui.tables.row_order import PARTS
from flux_gui.gui.view import grouped
from flux_gui.specs import FileData, FormulaData

MenuOf = Callable[[QWidget, Project, Edited], QMenu]
CHANGE = "Click to change it."
IGNORED, NOTICES = 4, 12  # chips of columns that are ignored; notices in one chip
MANY = 100_000  # rows from which a chip counts them by thousands
MOST_FREQUENT = IMPUTERS.get("most_frequent").label
LONGEST = 18  # letters of a name in a chip
SIGNS = {".": "decimal .", ",": "decimal ,"}
HEADERS = {"yes": "header row", "no": "no header row"}


@dataclass(frozen=True)
class ChipSpec:
    """What one chip says; two are equal when they look the same."""

    name: str
    text: str
    tip: str
    kind: str = "info"
    menu: MenuOf | None = field(default=None, compare=False)


def chips(project: Project, how: HowRead | None) -> Iterator[ChipSpec]:
    """Yield the chips of a project's data, the most important first; `how` says how its file was read, once that is known."""
    source = project.spec.data.source
    yield _task(project)
    if not isinstance(source, FormulaData):
        yield _scaling(project)
    if isinstance(source, FileData):
        yield _inputs(project, source)
        yield from _missing(project, source)
    yield _parts(project)
    if isinstance(source, FileData):
        if how is not None:
            yield from _reading(source, how)
        yield from _ignored(project)
    notices = project.dataset.notices
    if notices:
        text = f"{len(notices)} note{'s' * (len(notices) > 1)}"
        yield ChipSpec("notices", text, "\n".join(notices[:NOTICES]), "warning")


def _task(project: Project) -> ChipSpec:
    source, dataset = project.spec.data.source, project.dataset
    text = "regression" if dataset.task == "regression" else "classification"
    names = ", ".join(dataset.labels[:6]) + (", \u2026" if len(dataset.labels) > 6 else "")
    why = f"'{dataset.preparation.target}' has {len(dataset.labels)} values: {names}" if dataset.labels else "the target holds quantities"
    if not isinstance(source, FileData):
        return ChipSpec("task", text, f"Decided by the target: {why}.")
    why = "chosen" if source.task else why
    return ChipSpec("task", text, f"Why {text}: {why}.\n{CHANGE}", menu=data_menus.task_menu)


def _inputs(project: Project, source: FileData) -> ChipSpec:
    inputs = [column for column in source.columns if column.role == "input"]
    target = next((column for column in source.columns if column.role == "target"), None)
    lines = [f"{column.name}: {column.reason or column.kind}" for column in inputs[:20]]
    more = [f"and {len(inputs) - 20} more"] if len(inputs) > 20 else []
    why = f"Target {target.name}: {target.reason}" if target is not None else ""
    text = f"{len(inputs)} input{'s' * (len(inputs) != 1)} \u2192 {_short(source.target)}"
    tip = "\n".join([why, "Inputs", *lines, *more, "Click to change what a column is used for."])
    return ChipSpec("inputs", text, tip, menu=data_menus.inputs_menu)


def _scaling(project: Project) -> ChipSpec:
    prepare = project.spec.data.prepare
    entry = SCALERS.get(prepare.scale_inputs)
    why = "numbers of one size train faster; fitted on training rows only" if prepare.scale_inputs != "none" else entry.doc
    return ChipSpec("scaling", entry.label, f"Inputs are {entry.label}: {why}.\n{CHANGE}", menu=data_menus.scaling_menu)


def _missing(project: Project, source: FileData) -> Iterator[ChipSpec]:
    prepare = project.spec.data.prepare
    missing = {name: share for name, share in facts(project).missing.items() if share and name != project.dataset.preparation.target}
    if missing:
        count = round(sum(missing.values()) * project.table.rows)
        entry = IMPUTERS.get(prepare.missing)
        words = {column.name for column in source.columns if column.kind != "number"} & set(missing)
        labels = [entry.label] if entry.drops or len(words) < len(missing) else []
        if words and not entry.drops:
            labels.append(MOST_FREQUENT)
        where = ", ".join(f"{name} {share:.1%}" for name, share in list(missing.items())[:8])
        text = f"{brief(count)} missing \u2192 {' or '.join(dict.fromkeys(labels))}"
        why = f"\nFor a missing word the {MOST_FREQUENT} one of the training rows stands in." if words and not entry.drops else ""
        yield ChipSpec("missing", text, f"Missing cells of inputs: {where}.{why}\n{CHANGE}", menu=data_menus.missing_menu)


def _parts(project: Project) -> ChipSpec:
    counts = {name: len(project.dataset.parts[name].x) for name in PARTS}
    told = ", ".join(f"{grouped(count)} row{'s' * (count != 1)} for {name}" for name, count in counts.items())
    rows = [f"{brief(count)} {name}" for name, count in counts.items() if count]
    text = " \u00b7 ".join(rows) if len(rows) < 3 else f"{' / '.join(map(brief, counts.values()))} rows"
    source, split = project.spec.data.source, project.spec.data.split
    if isinstance(source, FormulaData):
        return ChipSpec("split", text, told)
    column = next((spec for spec in column_specs(project) if spec.role == "split"), None)
    label = SPLITS.get(split.method).label
    why = f"by the column {column.name}: {column.reason}" if column is not None else label
    if column is None and split.method == "random":
        why += f", seed {split.seed}" + (", every class in equal shares" if split.stratified and project.dataset.labels else "")
    return ChipSpec("split", text, f"{told}; divided {why}.\n{CHANGE}", menu=data_menus.split_menu)


def _reading(source: FileData, how: HowRead) -> Iterator[ChipSpec]:
    if how.trouble:
        yield ChipSpec("reading", "file not there", f"{how.trouble}\nThe project keeps the rows that it has read.", "warning")
        return
    for option in how.options:
        used, chosen = getattr(how.reading, option), getattr(source.reading, option)
        if option == "sheet" and len(how.sheets) < 2:
            continue
        if not used:
            continue
        text = {
            "delimiter": NAMES.get(used, used),
            "decimal": SIGNS.get(used, used),
            "encoding": encoding_name(used),
            "header": HEADERS.get(used, used),
            "sheet": _short(used),
        }[option]
        why = "chosen" if chosen else how.reasons.get(option, "") or "found in the file"
        menu = partial(_reading_menu, option, how, chosen)
        yield ChipSpec(f"reading.{option}", text, f"{_WORDS[option]}: {why}.\n{CHANGE}", menu=menu)


_WORDS = {"delimiter": "Delimiter", "decimal": "Decimal sign", "encoding": "Encoding", "header": "Header", "sheet": "Sheet"}


def _reading_menu(option: str, how: HowRead, chosen: str, parent: QWidget, _project: Project, edited: Edited) -> QMenu:
    return data_menus.reading_menu(parent, option, how, chosen, edited)


def _ignored(project: Project) -> Iterator[ChipSpec]:
    places = [place for place, column in enumerate(column_specs(project)) if column.role == "ignore"]
    for place in places[:IGNORED]:
        column = column_specs(project)[place]
        text = f"{_short(column.name)} ignored"
        menu = partial(_column_menu, place)
        yield ChipSpec(f"ignored.{place}", text, f"{column.name}: {column.reason}\n{CHANGE}", "warning", menu)
    if len(places) > IGNORED:
        names = ", ".join(column_specs(project)[place].name for place in places[IGNORED:30])
        text = f"{len(places) - IGNORED} more ignored"
        yield ChipSpec("ignored", text, f"{names}\nThe table of rows shows why; a click on a triangle there changes it.", "warning")


def _column_menu(place: int, parent: QWidget, project: Project, edited: Edited) -> QMenu:
    return column_menu(parent, project, place, edited)


def brief(count: int) -> str:
    """Return a count in at most five signs: 99 999, 700 k, 7.2 M."""
    if count < MANY:
        return grouped(count)
    return f"{count / 1e3:.0f}\u2009k" if count < 1e6 else f"{count / 1e6:.3g}\u2009M"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}\u2026"
