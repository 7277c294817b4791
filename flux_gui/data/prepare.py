"""Preparing: table and specification become a dataset, the arrays that a network is trained, validated and tested with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from flux_gui.core.errors import DataError
from flux_gui.data.preparation import Decoded, InputEncoding, Part, Preparation
from flux_gui.data.roles import decide_task
from flux_gui.data.split import PARTS, Split, split_by_column, split_by_fractions
from flux_gui.data.table import Column, Table
from flux_gui.specs.data import ColumnSpec, DataSpec, FileData, FormulaData, PrepareSpec, SplitSpec, Task

__all__ = ["PARTS", "Dataset", "Decoded", "InputEncoding", "Part", "Preparation", "default_data_spec", "prepare"]

MAX_LABELS = 1000

FORMULA_COLUMNS = (ColumnSpec("x", "number", "input"), ColumnSpec("y", "number", "target"), ColumnSpec("part", "category", "split"))


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
        return len(self.preparation.feature_names)

    @property
    def outputs(self) -> int:
        """The number of network outputs: one per class, else 1."""
        return len(self.preparation.output_names)

    @property
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


def default_data_spec(source: FormulaData | FileData, split: SplitSpec | None = None) -> DataSpec:
    """Return the specification with the usual settings: standard scaling for files, none for formulas."""
    scaling = PrepareSpec("none", "none") if isinstance(source, FormulaData) else PrepareSpec("standard", "standard")
    return DataSpec(source, split or SplitSpec(), scaling)


def prepare(table: Table, spec: DataSpec, dtype: DTypeLike = np.float32) -> Dataset:
    """Return the dataset made of `table` as `spec` says; everything is fitted on training rows only.

    Rows without a target are left out with a notice. Raises DataError when no dataset can be made, saying why.
    """
    columns = FORMULA_COLUMNS if isinstance(spec.source, FormulaData) else spec.source.columns
    inputs, target_spec, split_name, weight_name = _roles(columns)
    if not table.rows:
        raise DataError("The table has no rows.", "Add at least one row of values.")
    target = table.column(target_spec.name)
    task = _task(target, "regression" if isinstance(spec.source, FormulaData) else spec.source.task)
    rows = np.flatnonzero(~target.missing)
    notices = (*table.notices, *_dropped(table, target))
    labels = () if task == "regression" else _labels(target, task)
    split = _split(table, spec.split, split_name, rows, target, labels)
    train = table.select(split["train"])
    preparation = Preparation(
        task=task,
        inputs=tuple(_fit(train.column(column.name), column, spec.prepare.scale_inputs == "standard") for column in inputs),
        target=target.name,
        target_kind="number" if target.kind == "number" else "category",
        labels=labels,
    )
    if task == "regression" and spec.prepare.scale_target == "standard":
        mean, scale = standard(train.column(target.name).values)
        preparation = Preparation(task, preparation.inputs, target.name, "number", (), mean, scale)
    weights = check_weights(table, weight_name) if weight_name else None
    parts = {name: _part(table, preparation, split[name], dtype, weights) for name in PARTS}
    if weights is not None and not weights[split["train"]].any():
        raise DataError(f"Every training row has the weight 0 in the column '{weight_name}'.", "Some rows must count.")
    notices += (
        _constant(train.column(target.name))
        + _part_notices(spec.split, split_name, split)
        + preparation.notices(table.select(rows))
        + _absent(preparation, parts["train"])
    )
    return Dataset(task, preparation, parts, notices)


def standard(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return mean and standard deviation (of the population) of the values; a constant column has scale 1."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return low, 1.0
    unit = max(abs(low), abs(high))
    scaled = values / unit
    deviation = float(scaled.std()) * unit
    return float(scaled.mean()) * unit, deviation if deviation > 0 else 1.0


def check_weights(table: Table, name: str) -> NDArray[np.float64]:
    """Return the weight of every row, numbers of at least 0; DataError naming the first cell that is none."""
    column = table.column(name)
    if column.kind != "number":
        raise DataError(f"The weight column '{name}' must hold numbers, got {column.kind}.", "Choose another column, or none.")
    wrong = np.flatnonzero(~(column.values >= 0) | ~np.isfinite(column.values))
    if len(wrong):
        row, cell = table.row_number(int(wrong[0])), column.values[wrong[0]]
        found = "a missing cell" if column.missing[wrong[0]] else f"{cell:g}"
        raise DataError(f"Row {row}, weight column '{name}': expected a number of at least 0, got {found}.", "Correct the cell.")
    values: NDArray[np.float64] = column.values
    return values


def _roles(columns: tuple[ColumnSpec, ...]) -> tuple[list[ColumnSpec], ColumnSpec, str, str]:
    """Return inputs, target and the names of the split and the weight column, or raise DataError when they cannot be used."""
    targets = [column for column in columns if column.role == "target"]
    inputs = [column for column in columns if column.role == "input"]
    splits = [column.name for column in columns if column.role == "split"]
    if len(targets) != 1:
        found = ", ".join(f"'{column.name}'" for column in targets) or "none"
        raise DataError(f"One column must be the target, got {found}.", "Choose the column that the network shall predict.")
    weights = [column.name for column in columns if column.role == "weight"]
    for names, does in ((splits, "say the split"), (weights, "weigh the rows")):
        if len(names) > 1:
            raise DataError(f"Only one column can {does}, got {', '.join(names)}.", "Leave the others out.")
    if not inputs:
        raise DataError("No column is an input.", "Choose at least one column that the network sees.")
    for column in (*inputs, targets[0]):
        if column.kind == "text":
            raise DataError(
                f"Column '{column.name}' holds text and cannot be {'the target' if column.role == 'target' else 'an input'}.",
                "Leave it out, or read it as categories if its values repeat.",
            )
    return inputs, targets[0], splits[0] if splits else "", weights[0] if weights else ""


def _task(target: Column, declared: str) -> Task:
    if target.missing.all():
        raise DataError(f"No row has a value in the target column '{target.name}'.", "Choose another target column.")
    task = decide_task(target)[0] if declared == "" else declared
    if task == "regression" and target.kind != "number":
        word = next(value for value in target.values if value)
        raise DataError(f"The target column '{target.name}' holds words such as '{word}', not quantities.", "Set the task to classes.")
    return "regression" if task == "regression" else "binary" if task == "binary" else "classes"


def _labels(target: Column, task: Task) -> tuple[str, ...]:
    """Return the different target values in order: numbers by size, words by alphabet."""
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
    first = table.row_number(int(missing[0]))
    left = "was left out" if len(missing) == 1 else "were left out"
    return (f"{len(missing)} of {table.rows} {verb} no '{target.name}' and {left} (first: row {first}).",)


def _split(table: Table, spec: SplitSpec, column: str, rows: NDArray[np.intp], target: Column, labels: tuple[str, ...]) -> Split:
    if column:
        return split_by_column(table.column(column), table, rows)
    if not labels:
        return split_by_fractions(spec, rows)
    groups = np.unique(target.values[rows], return_inverse=True)[1].astype(np.intp)
    return split_by_fractions(spec, rows, groups)


def _fit(column: Column, spec: ColumnSpec, scaled: bool) -> InputEncoding:
    """Return the encoding of an input column fitted on its training rows."""
    known = column.values[~column.missing]
    if not len(known):
        raise DataError(f"The input column '{column.name}' has no value in any training row.", "Leave it out.")
    if spec.kind == "number":
        if column.kind != "number":
            raise DataError(f"Column '{column.name}' is declared as numbers but holds {column.kind}.", "Read the file again.")
        median = _median(known)
        mean, scale = standard(np.where(column.missing, median, column.values)) if scaled else (0.0, 1.0)
        return InputEncoding(column.name, "number", median, mean, scale)
    words, counts = np.unique(column.labels()[~column.missing], return_counts=True)
    if len(words) > MAX_LABELS:
        message = f"Column '{column.name}' has {len(words)} different values, at most {MAX_LABELS} can be categories."
        raise DataError(message, "Leave it out, or read it as numbers if it holds numbers.")
    return InputEncoding(column.name, "category", categories=tuple(words.tolist()), fill=str(words[np.argmax(counts)]))


def _median(values: NDArray[np.float64]) -> float:
    """Return the median without overflow for large numbers."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] / 2 + ordered[len(ordered) // 2] / 2)


def _part(
    table: Table, preparation: Preparation, rows: NDArray[np.intp], dtype: DTypeLike, weights: NDArray[np.float64] | None = None
) -> Part:
    chosen = table.select(rows)
    fixed = np.array(rows)
    fixed.flags.writeable = False
    own = None
    if weights is not None:
        own = weights[rows].astype(dtype)
        own.flags.writeable = False
    return Part(preparation.apply(chosen, dtype), preparation.encode_target(chosen, dtype), fixed, own)


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
