"""Projects that begin with made data, and edits of a painting: generators, paintings, samples, points that come, go and move."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np

from flux_gui.core.errors import DataError, SettingError
from flux_gui.data import painted, sources
from flux_gui.data.painted import Place, Reach
from flux_gui.data.prepare import default_data_spec, prepare
from flux_gui.data.samples import SAMPLES
from flux_gui.data.table import Rows, Table
from flux_gui.document.checks import check_data
from flux_gui.document.edits_data import Wishes, defaults, fitted, line_example, project_from_file, project_from_formula, with_data
from flux_gui.document.project import Project
from flux_gui.specs import FileData, FormulaData, GeneratedData, PaintedData, ProjectSpec, SplitSpec

STARTER = 6  # points of each class that a painting begins with

Painter = Callable[[Table], Table]


def project_from_generator(source: GeneratedData, wishes: Wishes | None = None, split: SplitSpec | None = None) -> Project:
    """Return the untrained project with the default settings for generated data."""
    data = default_data_spec(source, split)
    check_data(ProjectSpec(data=data))
    return defaults(data, sources.made(source), wishes)


def project_from_painted(source: PaintedData | None = None, table: Table | None = None, wishes: Wishes | None = None) -> Project:
    """Return the untrained project with the default settings for a painting.

    It begins with the points in `table` (columns x1, x2, class, or x, y for a curve), or with a few points of each class.
    """
    source = source or PaintedData()
    data = default_data_spec(source)
    check_data(ProjectSpec(data=data))
    return defaults(data, _named(starter(source) if table is None else table, source), wishes)


def project_from_sample(name: str, wishes: Wishes | None = None, split: SplitSpec | None = None) -> Project:
    """Return the untrained project of a sample with its first network, or as `wishes` say."""
    entry = SAMPLES.get(name)
    source = entry.function()
    if wishes is None and entry.name == "line":
        return line_example()
    wishes = wishes or sample_wishes(name)
    if isinstance(source, FormulaData):
        return project_from_formula(source, wishes)
    if isinstance(source, GeneratedData):
        return project_from_generator(source, wishes, split)
    assert isinstance(source, FileData)
    return project_from_file(source.path, entry.target, split=split, wishes=wishes)


def sample_wishes(name: str) -> Wishes:
    """Return the first network of a sample and how it is trained."""
    entry = SAMPLES.get(name)
    first = entry.network
    return Wishes(entry.name, first.hidden, first.activation, "", first.optimiser, first.rate, first.batch, first.epochs)


def starter(source: PaintedData) -> Table:
    """Return the points that a painting begins with: one dab of each class on a circle, or three points of a curve."""
    table = painted.empty(source)
    if not source.classes:
        for place in ((-3.0, -1.0), (0.0, 1.0), (3.0, -1.0)):
            table = painted.point(table, place)
        return table
    for index, label in enumerate(source.classes):
        angle = 2 * np.pi * (index / len(source.classes) + 0.125)
        table = painted.brush(table, (3.0 * float(np.cos(angle)), 3.0 * float(np.sin(angle))), 1.0, STARTER, index, label)
    return table


def paint(project: Project, change: Painter) -> Project:
    """Return the project with its painting changed by `change`, a function of the table.

    Parameters, optimiser and curves stay, so that a run can go on: only what was measured on the old points is forgotten.
    DataError for a project that is no painting, for a class that is not the painting's, and for taking the last point away.
    """
    source = project.spec.data.source
    if not isinstance(source, PaintedData):
        raise DataError("Only a painting can be painted on.", "Choose painted data first.")
    table = change(project.table)
    if table is project.table:
        return project
    if not table.rows:
        raise DataError("The last point cannot be erased: a network needs at least one.", "Paint others first.")
    if source.classes:
        strange = set(table.columns[-1].values.tolist()) - set(source.classes)
        if strange:
            raise DataError(f"The painting has no class '{min(strange)}'.", f"Its classes: {', '.join(source.classes)}.")
    dataset = prepare(table, project.spec.data, project.spec.model.dtype)
    spec = fitted(project.spec, dataset, before=project.dataset.task)
    if dataset.outputs != project.dataset.outputs or dataset.input_names != project.dataset.input_names:
        return with_data(project, project.spec.data, table)
    state = replace(project.state, position=0, best=None, in_use="last")
    if project.state.in_use == "best" and project.state.best is not None:
        state = replace(state, parameters=project.state.best.parameters, statistics=project.state.best.statistics, slots={})
    return Project(spec, table, dataset, state)


def add_point(project: Project, at: Place, label: str = "") -> Project:
    """Return the project with one more painted point."""
    return paint(project, lambda table: painted.point(table, at, label))


def brush_points(project: Project, at: Place, reach: Reach, count: int = 5, seed: int = 0, label: str = "") -> Project:
    """Return the project with `count` more points scattered around `at`; another `seed` for every dab."""
    return paint(project, lambda table: painted.brush(table, at, reach, count, seed, label))


def erase_points(project: Project, at: Place, reach: Reach) -> Project:
    """Return the project without the points within `reach` of `at`; the same project if there are none."""
    return paint(project, lambda table: painted.erase(table, at, reach))


def move_points(project: Project, rows: Rows, by: Place) -> Project:
    """Return the project with the points `rows` moved `by` (right, up)."""
    return paint(project, lambda table: painted.move(table, rows, by))


def with_classes(project: Project, classes: tuple[str, ...]) -> Project:
    """Return the painting with other classes: renamed by place, added at the end, or taken from the end if they have no points."""
    source = project.spec.data.source
    if not isinstance(source, PaintedData) or not source.classes or not classes:
        raise SettingError("Only a painting of classes has classes to change.", "Begin a painting of classes.")
    changed = msgspec.structs.replace(source, classes=tuple(name.strip() for name in classes))
    painted.check(changed)
    table = project.table
    for index, old in enumerate(source.classes[: len(classes)]):  # by way of a name that nobody has, so that two can change places
        table = painted.rename(table, old, f"\x00{index}") if old in table.columns[-1].values else table
    for index, new in enumerate(changed.classes[: len(source.classes)]):
        table = painted.rename(table, f"\x00{index}", new)
    gone = [old for old in source.classes[len(classes) :] if old in table.columns[-1].values]
    if gone:
        raise DataError(f"The class '{gone[0]}' still has points.", "Erase them first.")
    return with_data(project, msgspec.structs.replace(project.spec.data, source=changed), table)


def _named(table: Table, source: PaintedData) -> Table:
    """Return `table` if it can be the painting of `source`, without what reading or making it left; DataError otherwise."""
    wanted = painted.columns(source)
    if [(column.name, column.kind) for column in table.columns] != [(spec.name, spec.kind) for spec in wanted]:
        raise DataError(
            f"A painting has the columns {', '.join(spec.name for spec in wanted)}, got {', '.join(table.names)}.",
            "Paint classes from data in two dimensions, or a curve from x and y.",
        )
    return Table(table.columns)
