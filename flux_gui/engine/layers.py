"""Layers: Dense, softmax and Chain. The base class for layers of one's own is `Layer`, of `ownership.py`.

A layer's `forward` is its maths, on plain or traced arrays (rows, features); derivatives follow from it. Source: Flux
`src/layers/basic.jl`. `Chain(...)` moves the parameters of its layers into one flat array.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError, ShapeError
from flux_gui.engine import functions, initialisers, titles
from flux_gui.engine.activations import name_of, resolve
from flux_gui.engine.ownership import Layer
from flux_gui.engine.parameters import check_shape

__all__ = ["Activated", "Chain", "Container", "Dense", "Layer", "LogSoftmax", "Softmax", "describe", "expect_columns", "whole"]

Activation = str | Callable[..., Any]


class Activated(Layer):
    """A layer that applies an activation at its end: a registered name with its values and formula, or a function."""

    def activate(self, activation: Activation, values: dict[str, float] | None = None, formula: str = "") -> None:
        """Set the activation and what it is called."""
        self.activation = resolve(activation, values, formula)
        self.activation_name = activation if isinstance(activation, str) else name_of(activation)
        self.activation_values, self.activation_formula = dict(values or {}), formula

    def add_bias(self, bias: Any, size: int) -> None:
        """Declare the parameter `bias` (size,): zeros for True, none for False, else its start values."""
        self.has_bias = bias is not False
        if self.has_bias:
            values = np.zeros(size) if bias is True else np.asarray(bias)
            check_shape(values, (size,), f"The bias of a {type(self).__name__} layer")
            self.parameter("bias", values)


def whole(size: Any, layer: str, what: str) -> int:
    """Return `size` as int, or raise ShapeError unless it is a whole number of at least 1."""
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
        article = "An" if layer[0] in "AEIOU" else "A"
        raise ShapeError(f"{article} {layer} layer needs a whole number of {what}, at least 1, got {size!r}.", "Give a size such as 16.")
    return int(size)


def expect_columns(layer: Layer, x: Any, columns: int) -> None:
    """Raise ShapeError, naming the layer, unless the last axis of `x` has the size that the layer was made for."""
    if x.ndim == 0 or x.shape[-1] != columns:
        raise ShapeError(
            f"Layer {layer.describe()} expects {columns} input column{'s' * (columns != 1)}, got an array of shape {tuple(x.shape)}.",
            "Data are (rows, columns).",
        )


class Dense(Activated):
    """A fully connected layer: activation(x Wᵀ + b), x (rows, inputs) -> (rows, outputs).

    `Dense(inputs, outputs, activation)` or `Dense(weight, bias, activation)` with weight (outputs, inputs). `activation`
    is a registered name or a function; `init` a registered initialiser or a function of (outputs, inputs). ShapeError when the
    input has other columns. Flux: `Dense(in => out, σ; bias, init)`.
    """

    def __init__(
        self,
        inputs: int | np.ndarray,
        outputs: Any = True,
        activation: Activation = "identity",
        *,
        bias: bool | np.ndarray = True,
        init: str | Callable[[int, int], np.ndarray] = "glorot_uniform",
        seed: int | None = None,
        dtype: Any = None,
        activation_values: dict[str, float] | None = None,
        activation_formula: str = "",
    ) -> None:
        if isinstance(inputs, np.ndarray):
            weight, bias = np.asarray(inputs), outputs
            if weight.ndim != 2:
                raise ShapeError(
                    f"A Dense layer needs a weight matrix (outputs, inputs), got shape {weight.shape}.", "Reshape it to two dimensions."
                )
            dtype = dtype or (weight.dtype if weight.dtype.kind == "f" else np.float32)
        else:
            weight = self._draw(inputs, outputs, init, seed)
        super().__init__(dtype or np.float32)
        self.activate(activation, activation_values, activation_formula)
        self.parameter("weight", weight)
        self.add_bias(bias, weight.shape[0])

    @staticmethod
    def _draw(inputs: Any, outputs: Any, init: Any, seed: int | None) -> np.ndarray:
        inputs, outputs = whole(inputs, "Dense", "inputs"), whole(outputs, "Dense", "outputs")
        if callable(init):
            return np.asarray(init(outputs, inputs))
        return initialisers.draw(init, {}, np.random.default_rng(seed), outputs, inputs)

    @property
    def sizes(self) -> tuple[int, int]:
        """(inputs, outputs)."""
        outputs, inputs = self._own["weight"].shape
        return inputs, outputs

    def forward(self, x: Any) -> Any:
        """Return activation(x Wᵀ + b)."""
        inputs, outputs = self.sizes
        expect_columns(self, x, inputs)
        rows = x if x.ndim == 2 else functions.reshape(x, (-1, inputs))
        z = rows @ self.weight.T
        if self.has_bias:
            z = z + self.bias
        y = self.activation(z)
        return y if x.ndim == 2 else functions.reshape(y, (*x.shape[:-1], outputs))

    def describe(self) -> str:
        """Return the layer as one line, such as `Dense(4 => 16, tanh)`."""
        return titles.dense(*self.sizes, self.activation_name, self.has_bias)


class Softmax(Layer):
    """A step that turns scores into probabilities that sum to one: softmax along the last axis."""

    def forward(self, x: Any) -> Any:
        """Return softmax(x)."""
        return functions.softmax(x)

    def describe(self) -> str:
        """Return the layer as one line."""
        return "softmax"


class LogSoftmax(Layer):
    """A step that turns scores into logarithms of probabilities: logsoftmax along the last axis."""

    def forward(self, x: Any) -> Any:
        """Return logsoftmax(x)."""
        return functions.logsoftmax(x)

    def describe(self) -> str:
        """Return the layer as one line."""
        return "logsoftmax"


class Container(Layer):
    """Layers or functions, with or without names: what Chain, Parallel and Maxout share."""

    layers: tuple[Any, ...]
    names: tuple[str, ...] = ()

    def listed(self, prefix: str) -> list[tuple[str, Any]]:
        """Return the layers as `children` has them; keys of their arrays begin with `<prefix>.<i>.`."""
        return [(f"{prefix}.{index}.", layer) for index, layer in enumerate(self.layers)]

    def children(self) -> list[tuple[str, Any]]:
        """Return the layers; keys of their arrays begin with `layers.<i>.`."""
        return self.listed("layers")

    def tree(self) -> dict[str, Any]:
        """Return {"layers": ...}: by name where they have names."""
        return {"layers": dict(zip(self.names, self.layers, strict=True)) if self.names else self.layers}

    def lines(self) -> list[str]:
        """Return every layer as one line, behind its name where it has one."""
        names = [f"{name} = " for name in self.names] or [""] * len(self.layers)
        return [name + describe(layer) for name, layer in zip(names, self.layers, strict=True)]

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, str):
            return self.layers[index]
        if index not in self.names:
            raise FluxError(f"There is no layer called '{index}'.", f"The names: {', '.join(self.names) or 'none'}.")
        return self.layers[self.names.index(index)]


class Chain(Container):
    """Layers (or functions) one after another, owning all their parameters in one flat array. Flux: `Chain(layers...)`.

    `Chain(hidden=Dense(2, 3), out=Dense(3, 1))` names them: `chain["hidden"]`. A layer that already belongs to another model
    raises FluxError; the same layer twice is tied. `chain[0]` is a layer, `chain[:2]` a chain of the first two.
    """

    def __init__(self, *layers: Any, dtype: Any = None, **named: Any) -> None:
        super().__init__(dtype)
        if layers and named:
            raise FluxError("A Chain takes either named layers or layers without names.", "Name all of them or none.")
        if "layers" in named:
            raise FluxError("A layer of a Chain cannot be called 'layers'.", "The chain itself uses this name.")
        self.layers = tuple(layers) or tuple(named.values())
        self.names = tuple(named)
        wrong = next((one for one in self.layers if not callable(one)), None)
        if wrong is not None:
            raise FluxError(
                f"A Chain is made of layers and functions, got {wrong!r}.", "Write flux.Chain(flux.Dense(2, 3), flux.Softmax())."
            )
        self._own_all(dtype)

    def forward(self, x: Any) -> Any:
        """Return the output of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __getitem__(self, index: Any) -> Any:
        return _Part(self, index) if isinstance(index, slice) else super().__getitem__(index)

    def describe(self) -> str:
        """Return the chain as one line."""
        return titles.container("Chain", self.lines())

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)


class _Part(Chain):
    """Some layers of a chain, which stay where they are: their numbers are wherever those of the whole chain are."""

    def __init__(self, whole: Chain, index: slice) -> None:
        self.__dict__["_whole"] = whole  # not a part with a name of its own
        Layer.__init__(self, whole._store.dtype)
        self.layers, self.names = whole.layers[index], whole.names[index]

    @property
    def _store(self) -> Any:
        return self.__dict__["_whole"]._store

    @_store.setter
    def _store(self, store: Any) -> None:
        """Keep the store of the whole chain."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Chain:
        layers = copy.deepcopy(self.layers, memo)
        named = dict(zip(self.names, layers, strict=True)) if self.names else {}
        return Chain(*(() if named else layers), dtype=self._store.dtype, **named)


def describe(layer: Any) -> str:
    """Return any entry of a chain as one line."""
    return layer.describe() if isinstance(layer, Layer) else str(getattr(layer, "__name__", repr(layer)))
