"""Layers: Dense, Softmax, Chain and the base class for layers of one's own.

A layer's `forward` is its maths, on plain or traced arrays (rows, features); derivatives follow from it. Source: Flux
`src/layers/basic.jl`. `Chain(...)` moves the parameters of its layers into one flat array.
"""

import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError, ShapeError
from flux_gui.engine import functions, initialisers
from flux_gui.engine.activations import name_of, resolve
from flux_gui.engine.graph import Traced, current
from flux_gui.engine.parameters import ParameterStore, Slot, check_shape


class _Own:
    """One array that a layer declared: public shape, where it starts within the layer, and whether it is a running statistic."""

    def __init__(self, shape: tuple[int, ...], start: int, statistic: bool) -> None:
        self.shape, self.start, self.statistic = shape, start, statistic
        self.size = int(np.prod(shape, dtype=np.int64))


class Layer:
    """Base class. Subclass it, call `self.parameter(name, array)` in `__init__`, and write `forward(self, x)`.

    A parameter is then the attribute `self.<name>`: a live view outside of training, a traced array inside.
    """

    def __init__(self, dtype: Any = np.float32) -> None:
        self._own: dict[str, _Own] = {}
        self._store = ParameterStore(0, 0, dtype)
        self._base = 0  # where the layer's parameters start in the store's flat array
        self._statistic_base = 0
        self._owner: weakref.ref[Layer] | None = None

    def forward(self, x: Any) -> Any:
        """Return the layer's output for `x`, (rows, features); written with operators and functions of the engine."""
        raise NotImplementedError(f"{type(self).__name__} has no forward method")

    def __call__(self, x: Any) -> Any:
        return self.forward(self._accept(x))

    def parameter(self, name: str, start: np.ndarray) -> None:
        """Declare a trainable array with its start values."""
        self._declare(name, np.asarray(start), statistic=False)

    def statistic(self, name: str, start: np.ndarray) -> None:
        """Declare a running statistic: saved and restored, never touched by the optimiser."""
        self._declare(name, np.asarray(start), statistic=True)

    def update_statistic(self, name: str, value: Any) -> None:
        """Set a running statistic anew at the end of this training step; evaluations and predictions leave it as it is."""
        graph = current()
        if graph is not None and graph.training:
            new = graph.lift(value)
            check_shape(new, self._own[name].shape, f"{type(self).__name__}.{name}")
            graph.effects.append((getattr(self, name), new))

    def _declare(self, name: str, start: np.ndarray, statistic: bool) -> None:
        if self._owner is not None:
            raise FluxError(f"{type(self).__name__} already belongs to a model and cannot get new parameters.", "Declare them in __init__.")
        old, parameters, statistics = self._store, self._store.flat.size, self._store.statistics.size
        own = _Own(start.shape, statistics if statistic else parameters, statistic)
        self._own[name] = own
        self._store = ParameterStore(parameters + own.size * (not statistic), statistics + own.size * statistic, old.dtype)
        self._store.flat[:parameters] = old.flat
        self._store.statistics[:statistics] = old.statistics
        setattr(self, name, start)

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__.get("_own", {}).get(name)
        if own is None:
            raise AttributeError(f"{type(self).__name__} has no attribute '{name}'")
        start = own.start + (self._statistic_base if own.statistic else self._base)
        graph = current()
        if graph is None:
            return self._slot(name, own, "", 0).view(self._store.statistics if own.statistic else self._store.flat)
        leaf = graph.statistic if own.statistic else graph.parameter
        node = leaf(self._store, start, own.shape[::-1] if len(own.shape) == 2 else own.shape)
        return node.T if len(own.shape) == 2 else node

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__.get("_own", {}).get(name)
        if own is None:
            object.__setattr__(self, name, value)
            return
        check_shape(np.asarray(value), own.shape, f"{type(self).__name__}.{name}")
        self._store.backend.load(getattr(self, name), value)

    def _slot(self, name: str, own: _Own, prefix: str, layer: int) -> Slot:
        start = own.start + (self._statistic_base if own.statistic else self._base)
        return Slot(f"{prefix}{name}", own.shape, start, start + own.size, layer, name)

    def slots(self, prefix: str = "", layer: int = 0, statistic: bool = False) -> list[Slot]:
        """Return where the layer's arrays lie in its model's flat array, in order."""
        return [self._slot(name, own, prefix, layer) for name, own in self._own.items() if own.statistic == statistic]

    @property
    def flat(self) -> np.ndarray:
        """The one flat array of all parameters of the model this layer belongs to (live)."""
        flat: np.ndarray = self._store.flat
        return flat

    @property
    def statistics(self) -> np.ndarray:
        """The flat array of all running statistics of the model this layer belongs to (live)."""
        statistics: np.ndarray = self._store.statistics
        return statistics

    @property
    def layout(self) -> tuple[Slot, ...]:
        """Where each parameter lies in `flat`."""
        return tuple(self.slots())

    def load_flat(self, flat: np.ndarray, statistics: np.ndarray | None = None) -> None:
        """Copy flat parameters (and running statistics) into the model."""
        load = self._store.backend.load
        check_shape(np.asarray(flat), self.flat.shape, "The flat parameter array")
        load(self.flat, flat)
        if statistics is not None:
            check_shape(np.asarray(statistics), self.statistics.shape, "The flat array of running statistics")
            load(self.statistics, statistics)

    def _size(self) -> tuple[int, int]:
        own = self._own.values()
        return sum(o.size for o in own if not o.statistic), sum(o.size for o in own if o.statistic)

    def _move(self, store: ParameterStore, base: int, statistic_base: int) -> None:
        """Copy the layer's numbers to their place in `store` and refer to them there from now on."""
        parameters, statistics = self._size()
        if store is not self._store:
            store.flat[base : base + parameters] = self._store.flat[self._base : self._base + parameters]
            old = self._store.statistics[self._statistic_base : self._statistic_base + statistics]
            store.statistics[statistic_base : statistic_base + statistics] = old
        self._store, self._base, self._statistic_base = store, base, statistic_base

    def _accept(self, x: Any) -> Any:
        """Return `x` in the model's number format; float64 given to a float32 model is converted with one warning."""
        if isinstance(x, Traced):
            return x
        array = np.asarray(x)
        if array.dtype == self._store.dtype or current() is not None:
            return array
        if array.dtype == np.float64 and isinstance(x, np.ndarray):
            warnings.warn(f"{array.dtype} input is converted to {self._store.dtype}, the format of the parameters.", stacklevel=3)
        return array.astype(self._store.dtype)

    def __repr__(self) -> str:
        from flux_gui.engine.show import show

        return show(self)


class Dense(Layer):
    """A fully connected layer: activation(x Wᵀ + b), x (rows, inputs) -> (rows, outputs).

    `Dense(inputs, outputs, activation)` or `Dense(weight, bias, activation)` with weight (outputs, inputs). `activation`
    is a registered name or a function; `init` a registered initialiser. ShapeError when the input has other columns.
    Flux: `Dense(in => out, σ; bias, init)`.
    """

    def __init__(
        self,
        inputs: int | np.ndarray,
        outputs: Any = True,
        activation: str | Callable[..., Any] = "identity",
        *,
        bias: bool | np.ndarray = True,
        init: str | Callable[[int, int], np.ndarray] = "glorot_uniform",
        seed: int | None = None,
        dtype: Any = None,
        activation_values: dict[str, float] | None = None,
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
        self.activation = resolve(activation, activation_values)
        self.activation_name = activation if isinstance(activation, str) else name_of(activation)
        self.parameter("weight", weight)
        self.has_bias = bias is not False
        if self.has_bias:
            values = np.zeros(weight.shape[0]) if bias is True else np.asarray(bias)
            check_shape(values, (weight.shape[0],), "The bias of a Dense layer")
            self.parameter("bias", values)

    @staticmethod
    def _draw(inputs: int, outputs: int, init: Any, seed: int | None) -> np.ndarray:
        for size, what in ((inputs, "inputs"), (outputs, "outputs")):
            if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
                raise ShapeError(f"A Dense layer needs a whole number of {what}, at least 1, got {size!r}.", "Give a size such as 16.")
        if callable(init):
            return np.asarray(init(int(outputs), int(inputs)))
        return initialisers.draw(init, {}, np.random.default_rng(seed), int(outputs), int(inputs))

    @property
    def sizes(self) -> tuple[int, int]:
        """(inputs, outputs)."""
        outputs, inputs = self._own["weight"].shape
        return inputs, outputs

    def forward(self, x: Any) -> Any:
        """Return activation(x Wᵀ + b)."""
        inputs, outputs = self.sizes
        if x.ndim == 0 or x.shape[-1] != inputs:
            raise ShapeError(
                f"Layer {self.describe()} expects {inputs} input column{'s' * (inputs != 1)}, got an array of shape {tuple(x.shape)}.",
                "Data are (rows, columns).",
            )
        rows = x if x.ndim == 2 else functions.reshape(x, (-1, inputs))
        z = rows @ self.weight.T
        if self.has_bias:
            z = z + self.bias
        y = self.activation(z)
        return y if x.ndim == 2 else functions.reshape(y, (*x.shape[:-1], outputs))

    def describe(self) -> str:
        """Return the layer as one line, such as `Dense(4 => 16, tanh)`."""
        inputs, outputs = self.sizes
        activation = "" if self.activation_name == "identity" else f", {'σ' if self.activation_name == 'sigmoid' else self.activation_name}"
        return f"Dense({inputs} => {outputs}{activation}{'' if self.has_bias else '; bias=false'})"


class Softmax(Layer):
    """A step that turns scores into probabilities that sum to one: softmax along the last axis."""

    def forward(self, x: Any) -> Any:
        """Return softmax(x)."""
        return functions.softmax(x)

    def describe(self) -> str:
        """Return the layer as one line."""
        return "softmax"


class Chain(Layer):
    """Layers (or functions) one after another, owning all their parameters in one flat array. Flux: `Chain(layers...)`.

    A layer that already belongs to another model raises FluxError; the same layer twice in one chain is tied.
    """

    def __init__(self, *layers: Any, dtype: Any = None) -> None:
        found = next((layer._store.dtype for layer in layers if isinstance(layer, Layer) and layer._store.flat.size), np.float32)
        super().__init__(dtype or found)
        self.layers = tuple(layers)
        for layer in self._distinct():
            if layer._owner is not None and layer._owner() is not None:
                raise FluxError(
                    f"The layer {getattr(layer, 'describe', layer.__repr__)()} already belongs to another model.",
                    "Build a new layer, or put the whole model inside the new one.",
                )
        sizes = [layer._size() for layer in self._distinct()]
        store = ParameterStore(sum(p for p, _ in sizes), sum(s for _, s in sizes), self._store.dtype)
        for layer in self._distinct():
            layer._owner = weakref.ref(self)
        self._move(store, 0, 0)

    def _distinct(self) -> list[Layer]:
        return list({id(layer): layer for layer in self.layers if isinstance(layer, Layer)}.values())

    def _size(self) -> tuple[int, int]:
        sizes = [layer._size() for layer in self._distinct()]
        return sum(p for p, _ in sizes), sum(s for _, s in sizes)

    def _move(self, store: ParameterStore, base: int, statistic_base: int) -> None:
        self._store, self._base, self._statistic_base = store, base, statistic_base
        for layer in self._distinct():
            layer._move(store, base, statistic_base)
            parameters, statistics = layer._size()
            base, statistic_base = base + parameters, statistic_base + statistics

    def slots(self, prefix: str = "", layer: int = 0, statistic: bool = False) -> list[Slot]:
        """Return where the arrays of all layers lie, keys "layers.<i>.<name>"; a tied layer appears once."""
        result: list[Slot] = []
        seen: set[int] = set()
        for index, child in enumerate(self.layers):
            if isinstance(child, Layer) and id(child) not in seen:
                seen.add(id(child))
                result += child.slots(f"{prefix}layers.{index}.", index, statistic)
        return result

    def forward(self, x: Any) -> Any:
        """Return the output of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, int):
            return self.layers[index]
        part = Chain.__new__(Chain)  # a view: the layers stay where they are
        Layer.__init__(part, self._store.dtype)
        part._store, part.layers = self._store, self.layers[index]
        return part

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    def describe(self) -> str:
        """Return the chain as one line."""
        return f"Chain({', '.join(describe(layer) for layer in self.layers)})"


def describe(layer: Any) -> str:
    """Return any entry of a chain as one line."""
    if isinstance(layer, Layer):
        return str(getattr(layer, "describe", lambda: type(layer).__name__)())
    return getattr(layer, "__name__", repr(layer))
