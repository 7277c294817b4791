"""The preparation: how raw columns become numbers for the network and its outputs become answers; fitted on training rows only."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import DTypeLike, NDArray

from flux_gui.core.errors import DataError
from flux_gui.data import cache
from flux_gui.data.encodings import FeatureEncoding, InputEncoding
from flux_gui.data.missing import complete
from flux_gui.data.table import Column, Table, nearest_hint
from flux_gui.specs import codec
from flux_gui.specs.data import ColumnSpec, Task

__all__ = ["Decoded", "FeatureEncoding", "InputEncoding", "Output", "Part", "Preparation"]

BLOCK = 1 << 16  # rows that are prepared at a time, so that large tables need no second copy

Floats = NDArray[np.floating]
Output = Literal["identity", "probability", "logprobability", "margin"]


@dataclass(frozen=True, eq=False)
class Part:
    """Prepared rows: `x` (n, inputs), `y` (n, outputs), read-only, and the 0-based rows of the table they come from.

    `weights` (n,) says how much each row counts, at least 0; None: all the same.
    """

    x: Floats
    y: Floats
    rows: NDArray[np.intp]
    weights: Floats | None = None

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, eq=False)
class Decoded:
    """Answers: `prediction` (n,) numbers in original units or labels; `probabilities` (n, labels) for classes, else None."""

    prediction: NDArray[Any]
    probabilities: NDArray[np.float64] | None


class Preparation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything needed to turn raw rows into network inputs and network outputs into answers.

    `drops` says that rows with a missing input were left out; a prediction for such a row uses what the encodings fill in.
    """

    task: Task
    inputs: tuple[InputEncoding, ...]
    target: str
    target_kind: Literal["number", "category"] = "number"
    labels: tuple[str, ...] = ()
    target_center: float = 0.0
    target_scale: float = 1.0
    features: tuple[FeatureEncoding, ...] = ()
    drops: bool = False

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the network inputs, in order: a number column's name, `column=category`, `column missing`, a formula."""
        return (*(name for encoding in self.inputs for name in encoding.features), *(feature.formula for feature in self.features))

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the network outputs, in order: the labels for classes, the second label for binary, else the target."""
        return self.labels if self.task == "classes" else self.labels[1:] if self.task == "binary" else (self.target,)

    def columns(self, target: bool = False) -> tuple[ColumnSpec, ...]:
        """Return the raw columns to read for a prediction, and the target column too if `target`."""
        specs = [ColumnSpec(encoding.name, encoding.kind, "input") for encoding in self.inputs]
        known = {encoding.name for encoding in self.inputs}
        more = dict.fromkeys(name for feature in self.features for name in feature.columns if name not in known)
        specs += [ColumnSpec(name, "number", "input") for name in more]
        return (*specs, ColumnSpec(self.target, self.target_kind, "target")) if target else tuple(specs)

    def apply(self, table: Table, dtype: DTypeLike = np.float64, rows: NDArray[np.intp] | None = None) -> Floats:
        """Return the network inputs (n, inputs) for raw rows of `table` (all if None), read-only.

        Computed in float64 and then converted. A missing column or a number that does not fit raises DataError.
        """
        needed = Table(tuple(_column(table, spec.name) for spec in self.columns()), (), table.origin, table.parts)
        count, names = table.rows if rows is None else len(rows), self.feature_names
        place = _Place(count, len(names), dtype)
        for start in range(0, count, BLOCK):
            stop = min(start + BLOCK, count)
            block = needed if rows is None and stop - start == count else _some(needed, rows, start, stop)
            place.put(start, _frozen(np.concatenate(self._blocks(block), axis=1), dtype, names))
        return place.array()

    def _blocks(self, table: Table) -> list[NDArray[np.float64]]:
        own = [encoding.encode(table.column(encoding.name)) for encoding in self.inputs]
        blocks = own + [feature.encode(table) for feature in self.features]
        return blocks or [np.empty((table.rows, 0))]

    def notices(self, table: Table, rows: NDArray[np.intp] | None = None) -> tuple[str, ...]:
        """Return what `apply` has to tell about raw rows (all if None): categories that no training row had, rows training would drop."""
        result = []
        if rows is None:
            rows = np.arange(table.rows)
        for encoding in self.inputs:
            if encoding.kind == "number":
                continue
            column = taken(_column(table, encoding.name), rows)
            strange = encoding.unknown(column)
            if len(strange):
                first = f"row {table.row_name(int(rows[strange[0]]))}: '{column.labels()[strange[0]]}'"
                count = f"{len(strange)} row{'s' * (len(strange) > 1)}"
                result.append(
                    f"Column '{encoding.name}': {count} with a category that no training row has ({first}); its inputs are all 0."
                )
        absent = rows[~self.complete(table)[rows]] if self.drops else rows[:0]
        if len(absent):
            count = "1 row has a missing input" if len(absent) == 1 else f"{len(absent)} rows have missing inputs"
            result.append(f"{count} (first: row {table.row_name(int(absent[0]))}); medians and most frequent words stand in.")
        return tuple(result)

    def complete(self, table: Table) -> NDArray[np.bool_]:
        """Return which raw rows have no missing cell in any column that the network reads."""
        return complete(table, [spec.name for spec in self.columns()])

    def part(self, table: Table, dtype: DTypeLike = np.float64) -> Part:
        """Return the rows of another table that have a target, prepared like the training rows."""
        rows = np.flatnonzero(~_column(table, self.target).missing)
        if not len(rows):
            raise DataError(f"No row has a value in the target column '{self.target}'.", "Use a table with targets to evaluate.")
        if self.drops:
            rows = rows[self.complete(table)[rows]]
            if not len(rows):
                raise DataError("Every row with a target has a missing input.", "Use a table with complete rows to evaluate.")
        return Part(self.apply(table, dtype, rows), self.encode_target(table, dtype, rows), rows)

    def encode_target(self, table: Table, dtype: DTypeLike = np.float64, rows: NDArray[np.intp] | None = None) -> Floats:
        """Return the targets (n, outputs) of rows (all if None): scaled numbers, 0/1 for binary, one-hot for classes."""
        column = _column(table, self.target)
        if rows is not None:
            table = _some(Table((column,), (), table.origin, table.parts), rows, 0, len(rows))
            column = table.column(self.target)
        if self.task == "regression":
            with np.errstate(over="ignore"):
                scaled = (column.values.astype(np.float64) - self.target_center) / self.target_scale
            return _frozen(scaled[:, None], dtype, (self.target,))
        words = column.labels()
        hot = words[:, None] == np.array(self.labels)[None, :]
        unknown = np.flatnonzero(~hot.any(axis=1))
        if len(unknown):
            row = int(unknown[0])
            raise DataError(
                f"Row {table.row_name(row)}, column '{self.target}': '{words[row]}' is none of the known labels.",
                f"Known labels: {', '.join(self.labels[:8])}.",
            )
        return _frozen(hot[:, 1:] if self.task == "binary" else hot, dtype, self.output_names)

    def decode(self, outputs: NDArray[Any], output: Output = "identity") -> Decoded:
        """Return the answers for network outputs (n, outputs).

        `output` says what the outputs are for binary and classes: "identity" logits, "probability" probabilities already (they are
        cut to 0 ... 1 and, for classes, made to sum to one), "logprobability" their logarithms, "margin" scores whose sign decides
        and that are no probabilities. Binary answers the second label where its probability is above one half.
        """
        outputs = np.asarray(outputs, dtype=np.float64).reshape(-1, len(self.output_names))
        with np.errstate(all="ignore"):
            if self.task == "regression":
                return Decoded(outputs[:, 0] * self.target_scale + self.target_center, None)
            labels = np.array(self.labels)
            if self.task == "binary":
                if output == "margin":
                    return Decoded(labels[(outputs[:, 0] > 0).astype(np.intp)], None)
                chance = _chances(outputs, output)[:, 0] if output != "identity" else _sigmoid(outputs[:, 0])
                return Decoded(labels[(chance > 0.5).astype(np.intp)], np.stack([1.0 - chance, chance], axis=1))
            chosen = labels[np.argmax(outputs, axis=1)]
            if output == "margin":
                return Decoded(chosen, None)
            chances = _softmax(outputs) if output == "identity" else _shares(_chances(outputs, output))
            return Decoded(chosen, chances)

    def decode_target(self, y: NDArray[Any]) -> NDArray[Any]:
        """Return encoded targets (n, outputs) as true answers: numbers in original units or labels."""
        if self.task == "regression":
            return np.asarray(np.asarray(y, dtype=np.float64)[:, 0] * self.target_scale + self.target_center)
        labels = np.array(self.labels)
        chosen = (y[:, 0] > 0.5).astype(np.intp) if self.task == "binary" else np.argmax(y, axis=1)
        return np.asarray(labels[chosen])

    def export(self) -> dict[str, NDArray[Any]]:
        """Return the preparation as flat arrays, enough to recompute predictions from raw rows without this program.

        prepare.task                    "regression", "binary" or "classes"
        prepare.inputs, prepare.kinds   names of the blocks of inputs in order; "number", "category" or "formula" for each
        prepare.<i>.fill .center .scale number column i: missing -> fill, then (value - center) / scale: one network input
        prepare.<i>.categories .fill    category column i: missing -> fill, then one network input per category, 1 or 0
        prepare.<i>.indicator           of both: True if one more network input follows, 1 where the cell is missing
        prepare.<i>.formula .columns .fills   formula i of v0, v1, ... (the raw columns; missing -> fills), written with
                                        + - * / ** and functions; then (value - center) / scale: one network input
        prepare.feature_columns         names of the network inputs in order: the blocks above one after the other
        prepare.target, prepare.labels  name of the target; labels in order of the outputs (none for regression)
        prepare.target_center .target_scale   regression: prediction = output * target_scale + target_center
        prepare.drops                   whether rows with a missing input were left out of the training

        Computed in float64; the network takes the inputs in its own number format. Text is stored as unicode arrays, so NPZ needs
        no pickle and `.tolist()` of every array is JSON. Binary: the one output is the logit (or probability) of labels[1].
        """
        arrays: dict[str, NDArray[Any]] = {
            "prepare.task": np.array(self.task),
            "prepare.inputs": _words([*(encoding.name for encoding in self.inputs), *(feature.formula for feature in self.features)]),
            "prepare.kinds": _words([*(encoding.kind for encoding in self.inputs), *("formula" for _ in self.features)]),
            "prepare.feature_columns": _words(self.feature_names),
            "prepare.target": np.array(self.target),
            "prepare.labels": _words(self.labels),
            "prepare.target_center": np.array(self.target_center),
            "prepare.target_scale": np.array(self.target_scale),
            "prepare.drops": np.array(self.drops),
        }
        exported = [*(encoding.export() for encoding in self.inputs), *(feature.export() for feature in self.features)]
        for i, values in enumerate(exported):
            arrays |= {f"prepare.{i}.{key}": value for key, value in values.items()}
        return arrays

    def to_json(self) -> bytes:
        """Return the preparation as JSON; `from_json` gives it back exactly."""
        return codec.encode(self)

    @classmethod
    def from_json(cls, text: bytes, where: str = "The preparation") -> "Preparation":
        """Return the preparation in JSON; raises FormatError naming `where` and the wrong place."""
        return codec.decode(text, cls, where)


def _column(table: Table, name: str) -> Column:
    if name not in table:
        raise DataError(f"The data have no column '{name}', which the network needs.", nearest_hint(name, table.names))
    return table.column(name)


class _Place:
    """Where prepared rows go: the memory, or a mapped file when they would take too large a part of it."""

    def __init__(self, rows: int, width: int, dtype: DTypeLike) -> None:
        self._shape, size = (rows, width), rows * width * np.dtype(dtype).itemsize
        self._region = cache.Store(size).region(rows * width, dtype) if size > cache.budget() else None
        self._array: Floats = np.empty(self._shape if self._region is None else (0, width), dtype=dtype)

    def put(self, start: int, block: Floats) -> None:
        """Write rows from number `start` on."""
        if self._region is None:
            self._array[start : start + len(block)] = block
        else:
            self._region.write(start * self._shape[1], block.reshape(-1))

    def array(self) -> Floats:
        """Return all rows, read-only."""
        if self._region is not None:
            return self._region.values(self._shape[0] * self._shape[1]).reshape(self._shape)
        self._array.flags.writeable = False
        return self._array


def taken(column: Column, rows: NDArray[np.intp]) -> Column:
    """Return some rows of a column."""
    return Column(column.name, column.kind, column.values[rows])


def _some(table: Table, rows: NDArray[np.intp] | None, start: int, stop: int) -> Table:
    """Return some rows of a table, which keep their row numbers."""
    chosen = np.arange(start, stop) if rows is None else rows[start:stop]
    origin = chosen + 2 if table.origin is None else table.origin[chosen]
    parts = None if table.parts is None else table.parts[chosen]
    return Table(tuple(taken(column, chosen) for column in table.columns), (), origin, parts)


def _frozen(array: NDArray[Any], dtype: DTypeLike, names: tuple[str, ...]) -> Floats:
    """Return the array in its final number format, read-only; a number that does not fit raises DataError naming its column."""
    with np.errstate(over="ignore"):
        result: Floats = np.ascontiguousarray(array, dtype=dtype)
    if not np.isfinite(result).all():
        place = int(np.nonzero(~np.isfinite(result))[1][0])
        hint = "Scale the column, use float64, or correct the number."
        raise DataError(f"Column '{names[place]}' holds a number that is missing or too large for {result.dtype}.", hint)
    result.flags.writeable = False
    return result


def _words(values: list[str] | tuple[str, ...]) -> NDArray[np.str_]:
    return np.array(values, dtype=np.str_)


def _chances(outputs: NDArray[np.float64], output: Output) -> NDArray[np.float64]:
    """Return probabilities between 0 and 1; a network that was trained to give them may overshoot."""
    return np.clip(np.exp(outputs) if output == "logprobability" else outputs, 0.0, 1.0)


def _shares(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows of `chances` that sum to one; a row of zeros becomes equal shares."""
    total = chances.sum(axis=1, keepdims=True)
    equal = 1.0 / max(chances.shape[1], 1)
    return np.asarray(np.where(total > 0, chances / np.where(total > 0, total, 1.0), equal), dtype=np.float64)


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    small = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1.0 / (1.0 + small), small / (1.0 + small))


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(logits):
        return logits
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)
