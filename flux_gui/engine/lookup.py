"""Layers on particular columns or pairs of inputs: Select, Embedding, Bilinear. Source: Flux `src/layers/basic.jl`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from flux_gui.core.errors import ShapeError
from flux_gui.engine import functions, titles
from flux_gui.engine.initialisers import draw
from flux_gui.engine.layers import Activated, Activation, expect_columns, whole
from flux_gui.engine.ownership import Layer
from flux_gui.engine.shaping import concatenate, take_rows


class Select(Layer):
    """The chosen columns of x, in the order given: (rows, n) -> (rows, k). `columns` is an index, a slice or several indices."""

    def __init__(self, columns: int | slice | Sequence[int], *, dtype: Any = None) -> None:
        super().__init__(dtype)
        self.columns = columns if isinstance(columns, slice) else [columns] if isinstance(columns, int) else [int(c) for c in columns]
        if self.columns == []:
            raise ShapeError("Select needs at least one column.", "Columns count from 0.")

    def forward(self, x: Any) -> Any:
        """Return x[:, columns]."""
        if isinstance(self.columns, slice):
            return x[..., self.columns]
        n = x.shape[-1]
        wrong = next((c for c in self.columns if not -n <= c < n), None)
        if wrong is not None:
            raise ShapeError(f"{self.describe()} asks for column {wrong} of an input with {n} columns.", f"Use 0 ... {n - 1}.")
        runs: list[list[int]] = []  # neighbouring columns are taken together
        for column in (c % n for c in self.columns):
            if runs and runs[-1][1] == column:
                runs[-1][1] = column + 1
            else:
                runs.append([column, column + 1])
        return concatenate([x[..., start:stop] for start, stop in runs])

    def describe(self) -> str:
        """Return the layer as one line, such as `Select([0, 2])`."""
        columns = self.columns
        return f"Select({f'{columns.start}:{columns.stop}' if isinstance(columns, slice) else columns})"


class Embedding(Layer):
    """A learned vector for each whole number 0 ... inputs-1: x (rows,) or (rows, 1) -> (rows, outputs), (rows, k) -> (rows, k, outputs).

    Start values N(0, 1). `padding_idx` is a number whose vector is zero and does not learn. ShapeError in words for other numbers.
    One-hot rows would be read as the numbers 0 and 1: write `onehotbatch(...) @ layer.weight.T` for them, or `onecold` before.
    Flux: `Embedding(in => out)`, which counts from 1 and takes one-hot columns too.
    """

    def __init__(
        self, inputs: int | np.ndarray, outputs: int = 0, padding_idx: int | None = None, *, seed: int | None = None, dtype: Any = None
    ) -> None:
        if isinstance(inputs, np.ndarray):
            weight = np.array(inputs)
            dtype = dtype or (weight.dtype if weight.dtype.kind == "f" else np.float32)
        else:
            size = (whole(outputs, "Embedding", "outputs"), whole(inputs, "Embedding", "inputs"))
            weight = np.random.default_rng(seed).standard_normal(size)
        super().__init__(dtype)
        self.sizes = (weight.shape[1], weight.shape[0])
        if padding_idx is not None:
            if not 0 <= padding_idx < self.sizes[0]:
                raise ShapeError(f"{self.describe()} has no entry {padding_idx} for padding.", f"Use 0 ... {self.sizes[0] - 1}.")
            weight[:, padding_idx] = 0
        self.padding_idx = padding_idx
        self.parameter("weight", weight)

    def forward(self, x: Any) -> Any:
        """Return the vectors that the numbers stand for."""
        index = functions.reshape(x, (x.shape[0],)) if x.ndim == 2 and x.shape[1] == 1 else x
        return take_rows(self.weight.T, index, padding=-1 if self.padding_idx is None else self.padding_idx, name=self.describe())

    def describe(self) -> str:
        """Return the layer as one line, such as `Embedding(26 => 4)`."""
        return titles.embedding(*self.sizes)


class Bilinear(Activated):
    """z_o = activation(xᵀ W[o] y + b_o): x (rows, in1), y (rows, in2) -> (rows, outputs); called with x alone, y is x.

    weight (outputs, in1, in2), bias (outputs,). Flux: `Bilinear((in1, in2) => out, σ; bias)`.
    """

    def __init__(
        self,
        inputs: tuple[int, int] | int | np.ndarray,
        outputs: Any = True,
        activation: Activation = "identity",
        *,
        bias: bool | np.ndarray = True,
        seed: int | None = None,
        dtype: Any = None,
    ) -> None:
        if isinstance(inputs, np.ndarray):
            weight, bias = inputs, outputs
            dtype = dtype or (weight.dtype if weight.dtype.kind == "f" else np.float32)
        else:
            pair = inputs if isinstance(inputs, tuple) else (inputs, inputs)
            first, second = (whole(size, "Bilinear", "inputs") for size in pair)
            outputs = whole(outputs, "Bilinear", "outputs")
            rng = np.random.default_rng(seed)
            weight = np.stack([draw("glorot_uniform", {}, rng, outputs, first) for _ in range(second)], axis=2)
        if weight.ndim != 3:
            raise ShapeError(f"A Bilinear layer needs a weight (outputs, in1, in2), got shape {weight.shape}.", "Give three dimensions.")
        super().__init__(dtype)
        self.activate(activation)
        self.parameter("weight", weight)
        self.add_bias(bias, weight.shape[0])

    def forward(self, x: Any, y: Any = None) -> Any:
        """Return the bilinear form of x and y."""
        if isinstance(x, tuple):
            x, y = x
        y = x if y is None else y
        outputs, first, second = self._own["weight"].shape
        for part, columns in ((x, first), (y, second)):
            expect_columns(self, part, columns)
        pairs = functions.reshape(y[:, :, None] * x[:, None, :], (-1, second * first))
        z = pairs @ functions.reshape(self.weight.T, (second * first, outputs))
        return self.activation(z + self.bias if self.has_bias else z)

    def describe(self) -> str:
        """Return the layer as one line, such as `Bilinear((2, 3) => 4)`."""
        outputs, first, second = self._own["weight"].shape
        return titles.bilinear((first, second), outputs, self.activation_name, self.has_bias)
