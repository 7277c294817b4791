"""What a user should know about a project's data: rows that are too few, columns that say nothing, cells that lack, uneven classes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from flux_gui.data.prepare import Dataset
from flux_gui.data.table import Column
from flux_gui.document.mends import Mend, Problem, setting
from flux_gui.document.project import Project
from flux_gui.specs import FileData

FEW: Final = 5  # training rows of a class
MANY: Final = 0.3  # share of missing cells of an input
UNEVEN: Final = 4.0  # times as many rows in the largest class as in the smallest
SHOWN: Final = 3
BLOCK: Final = 4096  # rows looked at together for inputs that never change
SEEN: Final = 100_000  # rows whose missing cells are counted


@dataclass(frozen=True)
class Facts:
    """What is counted once for a dataset: training rows by label, constant inputs, and the share of missing cells by column."""

    sizes: dict[str, int]
    constant: tuple[str, ...]
    missing: dict[str, float]


_KNOWN: WeakKeyDictionary[Dataset, Facts] = WeakKeyDictionary()


def facts(project: Project) -> Facts:
    """Return what is counted for the project's data, remembered as long as they are in use."""
    dataset = project.dataset
    found = _KNOWN.get(dataset)
    if found is None:
        found = _KNOWN[dataset] = Facts(_sizes(dataset), _constant(dataset), _missing(project))
    return found


def data_problems(project: Project) -> Iterator[Problem]:
    """Yield what is notable about the data, in the order of source, rows, columns, classes."""
    for notice in project.dataset.notices:
        yield Problem("data.source", "warning", notice)
    if not len(project.dataset.parts["test"].x):
        yield Problem(
            "data.split.test", "warning", "There are no test rows, so nothing can be verified.", "Give some rows to the test part."
        )
    known = facts(project)
    yield from _columns(project, known)
    yield from _classes(project, known)


def _columns(project: Project, known: Facts) -> Iterator[Problem]:
    for name in known.constant[:SHOWN]:
        if len(project.dataset.parts["train"]) < 2:
            break
        text = f"Every training row has the same value in '{name}', so it tells the network nothing."
        yield Problem(_path(project, name), "warning", text, "Leave it out.", _without(project, name))
    lacking = {name: share for name, share in known.missing.items() if share > MANY}
    for name, share in list(lacking.items())[:SHOWN]:
        text = f"{share:.0%} of the cells of '{name}' are missing."
        mend = None
        if not project.spec.data.prepare.missing_indicator and project.spec.data.prepare.missing != "drop":
            mend = setting("data.prepare.missing_indicator", True, "Add inputs for missing cells")
        yield Problem(_path(project, name), "warning", text, "Leave it out, or tell the network where cells are missing.", mend)


def _classes(project: Project, known: Facts) -> Iterator[Problem]:
    sizes = {label: count for label, count in known.sizes.items() if count}  # a label without rows has a notice of its own
    if len(sizes) < 2:
        return
    label = min(sizes, key=lambda name: sizes[name])
    few, many = sizes[label], max(sizes.values())
    if few < FEW:
        rows = "1 training row has" if few == 1 else f"Only {few} training rows have"
        yield Problem("data.split.train", "warning", f"{rows} the label '{label}', which is too few to learn it.", "Add rows of it.")
    if many >= UNEVEN * few and project.spec.training.class_weights == "none":
        text = f"The classes are uneven: {many} training rows of the largest, {few} of '{label}'."
        mend = setting("training.class_weights", "balanced", "Let all classes weigh the same")
        yield Problem("training.class_weights", "warning", text, "The network may neglect the rare ones.", mend)


def _sizes(dataset: Dataset) -> dict[str, int]:
    y = dataset.parts["train"].y
    if not dataset.labels:
        return {}
    counts = y.sum(axis=0, dtype=np.float64).astype(np.int64)
    if len(counts) == 1:  # of the second label
        counts = np.array([len(y) - counts[0], counts[0]])
    return dict(zip(dataset.labels, counts.tolist(), strict=True))


def _constant(dataset: Dataset) -> tuple[str, ...]:
    """Return the inputs of number columns and features that are the same in every training row."""
    x, names = dataset.parts["train"].x, dataset.input_names
    numbers = {encoding.name for encoding in dataset.preparation.inputs if encoding.kind == "number"}
    numbers |= {feature.formula for feature in dataset.preparation.features}
    places = np.array([i for i, name in enumerate(names) if name in numbers], dtype=np.intp)
    for start in range(0, len(x), BLOCK):
        if not len(places):
            break
        places = places[(x[start : start + BLOCK, places] == x[0, places]).all(axis=0)]
    return tuple(names[i] for i in places.tolist()) if len(x) else ()


def _missing(project: Project) -> dict[str, float]:
    """Return the share of missing cells of every column that the network reads, of evenly spaced rows of a large table."""
    rows = slice(None, None, max(1, project.table.rows // SEEN))
    columns = [project.table.column(spec.name) for spec in project.dataset.preparation.columns()]
    return {column.name: float(Column(column.name, column.kind, column.values[rows]).missing.mean()) for column in columns if len(column)}


def _path(project: Project, name: str) -> str:
    source = project.spec.data.source
    places = {column.name: i for i, column in enumerate(source.columns)} if isinstance(source, FileData) else {}
    if name in places:
        return f"data.source.columns.{places[name]}.role"
    return "data.prepare.features" if name in project.spec.data.prepare.features else "data.source"


def _without(project: Project, name: str) -> Mend | None:
    features = project.spec.data.prepare.features
    if name in features:
        return setting("data.prepare.features", tuple(text for text in features if text != name), "Remove the feature")
    path = _path(project, name)
    if path.endswith(".role") and project.dataset.inputs > 1:
        return setting(path, "ignore", "Leave it out")
    return None
