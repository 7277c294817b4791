"""The preparation: how raw columns become numbers for the network and its outputs become answers; fitted on training rows only."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import DTypeLike, NDArray

from flux_gui.core.errors import DataError
from flux_gui.data.table import Column, Table, nearest_hint
from flux_gui.specs import codec
from flux_gui.specs.data import ColumnSpec, Task

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


class InputEncoding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one raw column becomes network inputs.

    number: missing -> `median`, then (value - mean) / scale. category: missing -> `fill`, then one column per entry of
    `categories`, 1 where it is the value and 0 elsewhere (a value that is none of them gives only zeros).
    """

    name: str
    kind: Literal["number", "category"]
    median: float = 0.0
    mean: float = 0.0
    scale: float = 1.0
    categories: tuple[str, ...] = ()
    fill: str = ""

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the network inputs made from this column."""
        return (self.name,) if self.kind == "number" else tuple(f"{self.name}={category}" for category in self.categories)

    def encode(self, column: Column) -> NDArray[np.float64]:
        """Return the inputs (n, features) for a column of raw values."""
        if self.kind == "number":
            if column.kind != "number":
                raise DataError(f"Column '{self.name}' must hold numbers, got {column.kind}.", "Use a column like the one trained with.")
            filled = np.where(column.missing, self.median, column.values)
            with np.errstate(over="ignore"):
                return np.asarray((filled - self.mean) / self.scale, dtype=np.float64)[:, None]
        words = np.where(column.missing, self.fill, column.labels())
        return np.asarray(words[:, None] == np.array(self.categories)[None, :], dtype=np.float64)

    def unknown(self, column: Column) -> NDArray[np.intp]:
        """Return the rows whose category did not occur in the training rows."""
        if self.kind == "number":
            return np.empty(0, dtype=np.intp)
        return np.flatnonzero(~column.missing & ~np.isin(column.labels(), np.array(self.categories)))


class Preparation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything needed to turn raw rows into network inputs and network outputs into answers."""

    task: Task
    inputs: tuple[InputEncoding, ...]
    target: str
    target_kind: Literal["number", "category"] = "number"
    labels: tuple[str, ...] = ()
    target_mean: float = 0.0
    target_scale: float = 1.0

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the network inputs, in order: a number column's name, `column=category` for categories."""
        return tuple(name for encoding in self.inputs for name in encoding.features)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the network outputs, in order: the labels for classes, the second label for binary, else the target."""
        return self.labels if self.task == "classes" else self.labels[1:] if self.task == "binary" else (self.target,)

    def columns(self, target: bool = False) -> tuple[ColumnSpec, ...]:
        """Return the raw columns to read for a prediction, and the target column too if `target`."""
        specs = tuple(ColumnSpec(encoding.name, encoding.kind, "input") for encoding in self.inputs)
        return (*specs, ColumnSpec(self.target, self.target_kind, "target")) if target else specs

    def apply(self, table: Table, dtype: DTypeLike = np.float64) -> Floats:
        """Return the network inputs (n, inputs) for raw rows, computed in float64 and then converted; a missing column raises DataError."""
        blocks = [encoding.encode(_column(table, encoding.name)) for encoding in self.inputs]
        return _frozen(np.concatenate(blocks, axis=1) if blocks else np.empty((table.rows, 0)), dtype, self.feature_names)

    def notices(self, table: Table) -> tuple[str, ...]:
        """Return what `apply` has to tell about raw rows: categories that no training row had."""
        result = []
        for encoding in self.inputs:
            column = _column(table, encoding.name)
            rows = encoding.unknown(column)
            if len(rows):
                first = f"row {table.row_number(int(rows[0]))}: '{column.labels()[rows[0]]}'"
                count = f"{len(rows)} row{'s' * (len(rows) > 1)}"
                result.append(
                    f"Column '{encoding.name}': {count} with a category that no training row has ({first}); its inputs are all 0."
                )
        return tuple(result)

    def part(self, table: Table, dtype: DTypeLike = np.float64) -> Part:
        """Return the rows of another table that have a target, prepared like the training rows."""
        rows = np.flatnonzero(~_column(table, self.target).missing)
        if not len(rows):
            raise DataError(f"No row has a value in the target column '{self.target}'.", "Use a table with targets to evaluate.")
        chosen = table.select(rows)
        return Part(self.apply(chosen, dtype), self.encode_target(chosen, dtype), rows)

    def encode_target(self, table: Table, dtype: DTypeLike = np.float64) -> Floats:
        """Return the targets (n, outputs): scaled numbers, 0/1 for binary, one-hot for classes."""
        column = _column(table, self.target)
        if self.task == "regression":
            with np.errstate(over="ignore"):
                scaled = (column.values - self.target_mean) / self.target_scale
            return _frozen(scaled[:, None], dtype, (self.target,))
        words = column.labels()
        hot = words[:, None] == np.array(self.labels)[None, :]
        unknown = np.flatnonzero(~hot.any(axis=1))
        if len(unknown):
            row = int(unknown[0])
            raise DataError(
                f"Row {table.row_number(row)}, column '{self.target}': '{words[row]}' is none of the known labels.",
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
                return Decoded(outputs[:, 0] * self.target_scale + self.target_mean, None)
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
            return np.asarray(np.asarray(y, dtype=np.float64)[:, 0] * self.target_scale + self.target_mean)
        labels = np.array(self.labels)
        chosen = (y[:, 0] > 0.5).astype(np.intp) if self.task == "binary" else np.argmax(y, axis=1)
        return np.asarray(labels[chosen])

    def export(self) -> dict[str, NDArray[Any]]:
        """Return the preparation as flat arrays, enough to recompute predictions from raw rows without this program.

        prepare.task                    "regression", "binary" or "classes"
        prepare.inputs, prepare.kinds   names of the raw input columns in order; "number" or "category" for each
        prepare.<i>.median .mean .scale number column i: missing -> median, then (value - mean) / scale: one network input
        prepare.<i>.categories .fill    category column i: missing -> fill, then one network input per category, 1 or 0
        prepare.feature_columns         names of the network inputs in order: the blocks above one after the other
        prepare.target, prepare.labels  name of the target; labels in order of the outputs (none for regression)
        prepare.target_mean .target_scale   regression: prediction = output * target_scale + target_mean

        Computed in float64; the network takes the inputs in its own number format. Text is stored as unicode arrays, so NPZ needs
        no pickle and `.tolist()` of every array is JSON. Binary: the one output is the logit (or probability) of labels[1].
        """
        arrays: dict[str, NDArray[Any]] = {
            "prepare.task": np.array(self.task),
            "prepare.inputs": _words([encoding.name for encoding in self.inputs]),
            "prepare.kinds": _words([encoding.kind for encoding in self.inputs]),
            "prepare.feature_columns": _words(self.feature_names),
            "prepare.target": np.array(self.target),
            "prepare.labels": _words(self.labels),
            "prepare.target_mean": np.array(self.target_mean),
            "prepare.target_scale": np.array(self.target_scale),
        }
        for i, encoding in enumerate(self.inputs):
            if encoding.kind == "number":
                numbers = {"median": encoding.median, "mean": encoding.mean, "scale": encoding.scale}
                arrays |= {f"prepare.{i}.{key}": np.array(value) for key, value in numbers.items()}
            else:
                arrays |= {f"prepare.{i}.categories": _words(encoding.categories), f"prepare.{i}.fill": np.array(encoding.fill)}
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


def _frozen(array: NDArray[Any], dtype: DTypeLike, names: tuple[str, ...]) -> Floats:
    """Return the array in its final number format, read-only; a number that does not fit raises DataError naming its column."""
    with np.errstate(over="ignore"):
        result: Floats = np.array(array, dtype=dtype, order="C")
    wrong = np.argwhere(~np.isfinite(result))
    if len(wrong):
        hint = "Scale the column, use float64, or correct the number."
        raise DataError(f"Column '{names[wrong[0][1]]}' holds a number that is missing or too large for {result.dtype}.", hint)
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
