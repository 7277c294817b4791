"""Preparing: table and specification become a dataset, the arrays that a network is trained, validated and tested with."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike, NDArray

from flux_gui.core.errors import DataError, FormulaError
from flux_gui.data import scaling, sources
from flux_gui.data.encodings import MAX_LABELS, fit_feature, fit_input
from flux_gui.data.features import compiled
from flux_gui.data.missing import IMPUTERS, complete
from flux_gui.data.preparation import Decoded, InputEncoding, Part, Preparation, taken
from flux_gui.data.roles import decide_task
from flux_gui.data.split import PARTS, Request, Split, divided
from flux_gui.data.table import Column, Table
from flux_gui.specs.data import (
    ColumnSpec,
    DataSpec,
    FormulaData,
    PaintedData,
    PrepareSpec,
    SplitSpec,
    Task,
)

__all__ = ["PARTS", "Dataset", "Decoded", "InputEncoding", "Part", "Preparation", "default_data_spec", "prepare"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Prepared data: the rows of each part, how they were prepared, and what had to be changed or left out on the way."""

    task: Task
    preparation: Preparation
    parts: dict[str, Part]
    notices: tuple[str, ...] = ()

    @property
    def inputs(self) -> int:
        """The number of network inputs."""
        return len(self.input_names)

    @property
    def outputs(self) -> int:
        """The number of network outputs: one per class, else 1."""
        return len(self.preparation.output_names)

    @cached_property
    def input_names(self) -> tuple[str, ...]:
        """The names of the network inputs."""
        return self.preparation.feature_names

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the network outputs."""
        return self.preparation.output_names

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of classes in order, empty for regression."""
        return self.preparation.labels

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """The number format of all parts."""
        return self.parts["train"].x.dtype


def default_data_spec(source: sources.Source, split: SplitSpec | None = None) -> DataSpec:
    """Return the specification with the usual settings: standard scaling, none for formulas and paintings."""
    plain = isinstance(source, FormulaData | PaintedData)  # of a painting, so that a new point moves no other
    return DataSpec(source, split or SplitSpec(), PrepareSpec("none", "none") if plain else PrepareSpec("standard", "standard"))


def prepare(table: Table, spec: DataSpec, dtype: DTypeLike = np.float32) -> Dataset:
    """Return the dataset made of `table` as `spec` says; everything is fitted on training rows only.

    Rows without a target are left out with a notice. Raises DataError when no dataset can be made, saying why.
    """
    if not table.columns or not table.rows:
        hint = "Paint a point." if isinstance(spec.source, PaintedData) else "Add at least one row of values."
        raise DataError("The table has no rows.", hint)
    columns = sources.columns(spec.source)
    inputs, target_spec, split_name, weight_name = _roles(columns, spec.prepare)
    target = table.column(target_spec.name)
    task = _task(target, sources.task(spec.source))
    known = {column.name for column in columns if column.kind == "number" and column.role in ("input", "ignore")}
    features = compiled(spec.prepare.features, [c.name for c in table.columns if c.name in known and c.kind == "number"])
    rows, notices = _usable(table, target, [*(c.name for c in inputs), *(n for f in features for n in f.columns)], spec.prepare)
    labels = () if task == "regression" else _labels(target, task, spec.source)
    split = _split(table, spec, split_name, rows, target, labels)
    train = split["train"]  # columns are taken one at a time, so that a large table is never copied
    encodings = tuple(fit_input(taken(table.column(column.name), train), column, spec.prepare) for column in inputs)
    goal = taken(target, train)
    center, scale = (0.0, 1.0) if task != "regression" else scaling.fit(spec.prepare.scale_target, goal.values)
    preparation = Preparation(
        task=task,
        inputs=encodings,
        target=target.name,
        target_kind="number" if target.kind == "number" else "category",
        labels=labels,
        target_center=center,
        target_scale=scale,
        features=tuple(fit_feature(feature, _columns(table, feature.columns, train), spec.prepare) for feature in features),
        drops=IMPUTERS.get(spec.prepare.missing).drops,
    )
    _check_names(preparation)
    weights = check_weights(table, weight_name) if weight_name else None
    parts = {name: _part(table, preparation, split[name], dtype, weights) for name in PARTS}
    if weights is not None and not weights[split["train"]].any():
        raise DataError(f"Every training row has the weight 0 in the column '{weight_name}'.", "Some rows must count.")
    notices += (
        _constant(goal)
        + _part_notices(spec.split, split_name, split)
        + preparation.notices(table, rows)
        + _absent(preparation, parts["train"])
    )
    return Dataset(task, preparation, parts, notices)


def _columns(table: Table, names: tuple[str, ...], rows: NDArray[np.intp]) -> Table:
    """Return some rows of some columns, which keep their row numbers."""
    origin = rows + 2 if table.origin is None else table.origin[rows]
    parts = None if table.parts is None else table.parts[rows]
    return Table(tuple(taken(table.column(name), rows) for name in names), (), origin, parts)


def _check_names(preparation: Preparation) -> None:
    """Refuse a feature that gives an input the name of another one."""
    names = preparation.feature_names
    for feature in preparation.features:
        if names.count(feature.formula) > 1:
            raise FormulaError(f"The feature '{feature.formula}' is an input already.", "Remove it.")


def _usable(table: Table, target: Column, names: list[str], prepare: PrepareSpec) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return the rows that can be used, and the notices that reading left and that tell of rows left out."""
    usable, notices = ~target.missing, (*table.notices, *_dropped(table, target))
    if not IMPUTERS.get(prepare.missing).drops:
        return np.flatnonzero(usable), notices
    kept = complete(table, names)
    lost = np.flatnonzero(usable & ~kept)
    if len(lost):
        verb = "row has a missing input and was" if len(lost) == 1 else "rows have missing inputs and were"
        notices = (*notices, f"{len(lost)} of {table.rows} {verb} left out (first: row {table.row_name(int(lost[0]))}).")
    rows = np.flatnonzero(usable & kept)
    if not len(rows):
        raise DataError("Every row has a missing input, so leaving them out leaves none.", "Fill missing cells with the median instead.")
    return rows, notices


def check_weights(table: Table, name: str) -> NDArray[np.float64]:
    """Return the weight of every row, numbers of at least 0; DataError naming the first cell that is none."""
    column = table.column(name)
    if column.kind != "number":
        raise DataError(f"The weight column '{name}' must hold numbers, got {column.kind}.", "Choose another column, or none.")
    wrong = np.flatnonzero(~(column.values >= 0) | ~np.isfinite(column.values))
    if len(wrong):
        row, cell = table.row_name(int(wrong[0])), column.values[wrong[0]]
        found = "a missing cell" if column.missing[wrong[0]] else f"{cell:g}"
        raise DataError(f"Row {row}, weight column '{name}': expected a number of at least 0, got {found}.", "Correct the cell.")
    values: NDArray[np.float64] = column.values
    return values


def _roles(columns: tuple[ColumnSpec, ...], prepare: PrepareSpec) -> tuple[list[ColumnSpec], ColumnSpec, str, str]:
    """Return inputs, target and the names of the split and the weight column, or raise DataError when they cannot be used."""
    targets = [column for column in columns if column.role == "target"]
    inputs = [column for column in columns if column.role == "input" and column.name not in prepare.left_out]
    splits = [column.name for column in columns if column.role == "split"]
    if not targets and columns and all(column.role == "ignore" for column in columns):
        raise DataError(
            f"No column can be the target{_ignored(columns)}.",
            "A target is a column of numbers, or of words that repeat; read one as categories, or check the delimiter.",
        )
    if len(targets) != 1:
        found = ", ".join(f"'{column.name}'" for column in targets) or "none"
        raise DataError(f"One column must be the target, got {found}.", "Choose the column that the network shall predict.")
    weights = [column.name for column in columns if column.role == "weight"]
    for names, does in ((splits, "say the split"), (weights, "weigh the rows")):
        if len(names) > 1:
            raise DataError(f"Only one column can {does}, got {', '.join(names)}.", "Leave the others out.")
    if not inputs and not prepare.features:
        raise DataError(f"No column is an input{_ignored(columns)}.", "Choose at least one column that the network sees.")
    for column in (*inputs, targets[0]):
        if column.kind == "text":
            raise DataError(
                f"Column '{column.name}' holds text and cannot be {'the target' if column.role == 'target' else 'an input'}.",
                "Leave it out, or read it as categories if its values repeat.",
            )
    return inputs, targets[0], splits[0] if splits else "", weights[0] if weights else ""


def _ignored(columns: tuple[ColumnSpec, ...]) -> str:
    """Return why the first columns are not used, as the end of a sentence."""
    lost = [column for column in columns if column.role == "ignore"]
    reasons = "; ".join(f"'{column.name}' is not used ({column.reason or column.kind})" for column in lost[:2])
    return f": {reasons}{'; ...' if len(lost) > 2 else ''}" if lost else ""


def _task(target: Column, declared: str) -> Task:
    if target.missing.all():
        raise DataError(f"No row has a value in the target column '{target.name}'.", "Choose another target column.")
    task = decide_task(target)[0] if declared == "" else declared
    if task == "regression" and target.kind != "number":
        word = next(value for value in target.values if value)
        raise DataError(f"The target column '{target.name}' holds words such as '{word}', not quantities.", "Set the task to classes.")
    return "regression" if task == "regression" else "binary" if task == "binary" else "classes"


def _labels(target: Column, task: Task, source: sources.Source) -> tuple[str, ...]:
    """Return the different target values in order: numbers by size, words by alphabet; painted data have the classes they declare."""
    if isinstance(source, PaintedData) and source.classes:
        return source.classes
    values = np.unique(target.values[~target.missing])
    labels = tuple(Column(target.name, target.kind, values).labels().tolist())
    if len(labels) < 2:
        raise DataError(f"The target column '{target.name}' holds only '{labels[0]}'; classes need at least two.", "Choose another target.")
    if task == "binary" and len(labels) != 2:
        raise DataError(f"A yes/no target has two values, column '{target.name}' has {len(labels)}.", "Set the task to classes.")
    if len(labels) > MAX_LABELS:
        message = f"The target column '{target.name}' has {len(labels)} different values, at most {MAX_LABELS} can be classes."
        raise DataError(message, "Choose another target, or regression if it is a quantity.")
    return labels


def _dropped(table: Table, target: Column) -> tuple[str, ...]:
    missing = np.flatnonzero(target.missing)
    if not len(missing):
        return ()
    verb = "row has" if len(missing) == 1 else "rows have"
    first = table.row_name(int(missing[0]))
    left = "was left out" if len(missing) == 1 else "were left out"
    return (f"{len(missing)} of {table.rows} {verb} no '{target.name}' and {left} (first: row {first}).",)


def _split(table: Table, spec: DataSpec, column: str, rows: NDArray[np.intp], target: Column, labels: tuple[str, ...]) -> Split:
    groups = None
    if labels:
        groups = np.unique(target.values[rows], return_inverse=True)[1].astype(np.intp)
    if isinstance(spec.source, PaintedData) and labels:  # the same class keeps its number whatever else is there
        groups = np.argmax(target.labels()[rows][:, None] == np.array(labels)[None, :], axis=1).astype(np.intp)
    request = Request(spec.split, table, rows, groups, table.column(column) if column else None)
    return divided(request, isinstance(spec.source, PaintedData))


def _part(
    table: Table, preparation: Preparation, rows: NDArray[np.intp], dtype: DTypeLike, weights: NDArray[np.float64] | None = None
) -> Part:
    fixed = np.array(rows)
    fixed.flags.writeable = False
    own = None
    if weights is not None:
        own = weights[rows].astype(dtype)
        own.flags.writeable = False
    return Part(preparation.apply(table, dtype, fixed), preparation.encode_target(table, dtype, fixed), fixed, own)


def _part_notices(spec: SplitSpec, column: str, split: Split) -> tuple[str, ...]:
    if column:
        return ()
    wanted = {"validation": spec.validation, "test": spec.test}
    total = sum(len(rows) for rows in split.values())
    rows = "1 row is" if total == 1 else f"{total} rows are"
    return tuple(f"{rows} too few for a {name} part." for name, share in wanted.items() if share > 0 and not len(split[name]))


def _constant(target: Column) -> tuple[str, ...]:
    """Return a notice when all training rows have the same number as target."""
    if target.kind != "number" or (target.values != target.values[0]).any():
        return ()
    return (f"Every training row has the same '{target.name}' ({target.values[0]:g}), so there is nothing to learn.",)


def _absent(preparation: Preparation, train: Part) -> tuple[str, ...]:
    """Return a notice for each label that no training row has."""
    if preparation.task == "regression":
        return ()
    present = set(preparation.decode_target(train.y).tolist())
    return tuple(f"No training row has the label '{label}'." for label in preparation.labels if label not in present)
