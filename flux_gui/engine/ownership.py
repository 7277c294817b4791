"""The base class of layers: which arrays a layer declares, and how a model owns all of them in one flat array.

A container moves the numbers of every layer inside it, however deep, into one store: a nested model stays a contiguous slice, a
layer that occurs twice (tied) appears once. `forward` is a layer's maths, on plain or traced arrays (rows, features).
"""

import warnings
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError, SettingError
from flux_gui.engine import functions
from flux_gui.engine.graph import Traced, current
from flux_gui.engine.parameters import ParameterStore, Slot, check_shape


class _Own:
    """One array that a layer declared: public shape, where it starts within the layer, and whether it is a running statistic."""

    def __init__(self, shape: tuple[int, ...], start: int, statistic: bool) -> None:
        self.shape, self.start, self.statistic = shape, start, statistic
        self.size = int(np.prod(shape, dtype=np.int64))


class Layer:
    """Base class. Subclass it, call `self.parameter(name, array)` in `__init__`, and write `forward(self, x)`.

    A parameter is then the attribute `self.<name>`: a live view outside of training, a traced array inside. A layer assigned to an
    attribute becomes part of this one. Call `super().__init__()` first.

    >>> class Shift(flux.Layer):
    ...     def __init__(self, size):
    ...         super().__init__()
    ...         self.parameter("by", np.zeros(size))
    ...     def forward(self, x):
    ...         return x + self.by
    """

    def __init__(self, dtype: Any = None) -> None:
        self._own: dict[str, _Own] = {}
        self._parts: dict[str, Layer] = {}  # layers assigned to attributes
        self._fixed_dtype = dtype is not None
        self._store = ParameterStore(0, 0, dtype or np.float32)
        self._base = 0  # where the layer's own parameters start in the store's flat array
        self._statistic_base = 0
        self._owner: weakref.ref[Layer] | None = None
        self.active: bool | None = None  # the mode forced by trainmode or testmode; None follows the training

    def forward(self, x: Any) -> Any:
        """Return the layer's output for `x`, (rows, features); written with operators and functions of the engine."""
        raise NotImplementedError(f"{type(self).__name__} has no forward method")

    def __call__(self, *inputs: Any) -> Any:
        if len(inputs) == 1:
            return self.forward(self._accept(inputs[0]))
        return self.forward(*[self._accept(x) for x in inputs])

    def training(self) -> bool:
        """Whether the layer is to behave as in training: the forced mode, else whether a training step is being recorded."""
        return functions.is_training() if self.active is None else self.active

    def describe(self) -> str:
        """Return the layer as one line."""
        return type(self).__name__

    def children(self) -> list[tuple[str, Any]]:
        """Return what the layer is made of, in order, as (how keys of its arrays begin, layer or function)."""
        return [(f"{name}.", part) for name, part in self._parts.items()]

    def tree(self) -> dict[str, Any]:
        """Return the same by attribute, as gradients and saved states are nested: layers, functions, tuples or dicts of them."""
        return dict(self._parts)

    @property
    def needs_two_rows(self) -> bool:
        """Whether a training step needs at least two rows, for statistics over the batch."""
        return any(layer._needs_two_rows() for layer in self.walk())

    def _needs_two_rows(self) -> bool:
        return False

    # ------------------------------------------------------------------------------------------------ own arrays

    def parameter(self, name: str, start: Any) -> None:
        """Declare a trainable array with its start values."""
        self._declare(name, np.asarray(start), statistic=False)

    def statistic(self, name: str, start: Any) -> None:
        """Declare a running statistic: saved and restored, never touched by the optimiser."""
        self._declare(name, np.asarray(start), statistic=True)

    def update_statistic(self, name: str, value: Any) -> None:
        """Set a running statistic anew at the end of this training step; evaluations and predictions leave it as it is.

        Outside of a trace it is set at once, which happens in a layer whose training mode is forced.
        """
        graph = current()
        if graph is None:
            setattr(self, name, value)
        elif graph.training:
            new = graph.lift(value)
            check_shape(new, self._own[name].shape, f"{type(self).__name__}.{name}")
            graph.effects.append((getattr(self, name), new))

    def _declare(self, name: str, start: np.ndarray, statistic: bool) -> None:
        if self._owner is not None:
            raise FluxError(f"{type(self).__name__} already belongs to a model and cannot get new parameters.", "Declare them in __init__.")
        if name in self._own or name in self.__dict__ or hasattr(type(self), name):
            raise FluxError(f"{type(self).__name__} already has something called '{name}'.", "Give the array another name.")
        old, (parameters, statistics) = self._store, self._own_size()
        own = _Own(start.shape, statistics if statistic else parameters, statistic)
        store = ParameterStore(parameters + own.size * (not statistic), statistics + own.size * statistic, old.dtype)
        store.flat[:parameters] = old.flat[self._base : self._base + parameters]
        store.statistics[:statistics] = old.statistics[self._statistic_base : self._statistic_base + statistics]
        self._store, self._base, self._statistic_base = store, 0, 0
        self._own[name] = own
        setattr(self, name, start)
        if self._parts:
            self._gather(old.dtype)

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__.get("_own", {}).get(name)
        if own is None:
            unready = "_own" not in self.__dict__ and not name.startswith("__")
            remedy = "; call super().__init__() first" if unready else ""
            raise AttributeError(f"{type(self).__name__} has no attribute '{name}'{remedy}")
        start = own.start + (self._statistic_base if own.statistic else self._base)
        graph = current()
        if graph is None:
            return self._slot(name, own, "", 0).view(self._store.statistics if own.statistic else self._store.flat)
        given = None if own.statistic else self._store.traced
        if given is not None and given.graph is graph:
            return functions.reshape(given[start : start + own.size], own.shape[::-1]).T
        leaf = graph.statistic if own.statistic else graph.parameter
        return leaf(self._store, start, own.shape[::-1]).T

    def __setattr__(self, name: str, value: Any) -> None:
        own = self.__dict__.get("_own", {}).get(name)
        if own is not None:
            check_shape(np.asarray(value), own.shape, f"{type(self).__name__}.{name}")
            self._store.backend.load(getattr(self, name), value)
            return
        if isinstance(value, Layer) and not name.startswith("_"):
            self._adopt_part(name, value)
        elif name in self.__dict__.get("_parts", {}):
            raise FluxError(f"{type(self).__name__}.{name} is a layer and cannot become something else.", "Use another name.")
        object.__setattr__(self, name, value)

    def _slot(self, name: str, own: _Own, prefix: str, layer: int) -> Slot:
        start = own.start + (self._statistic_base if own.statistic else self._base)
        return Slot(f"{prefix}{name}", own.shape, start, start + own.size, layer, name)

    def _own_size(self) -> tuple[int, int]:
        own = self._own.values()
        return sum(o.size for o in own if not o.statistic), sum(o.size for o in own if o.statistic)

    # ------------------------------------------------------------------------------------------- the whole tree

    def walk(self) -> Iterator["Layer"]:
        """Yield this layer and all layers inside it, an outer one before those inside, each once."""
        seen: set[int] = set()
        stack: list[Layer] = [self]
        while stack:
            layer = stack.pop()
            if id(layer) not in seen:
                seen.add(id(layer))
                yield layer
                stack.extend(child for _, child in reversed(layer.children()) if isinstance(child, Layer))

    def slots(self, prefix: str = "", layer: int | None = None, statistic: bool = False, seen: set[int] | None = None) -> list[Slot]:
        """Return where all arrays lie in the model's flat array, in order, a tied layer once; `Slot.layer` is the outermost index."""
        seen = set() if seen is None else seen
        if id(self) in seen:
            return []
        seen.add(id(self))
        result = [self._slot(name, own, prefix, layer or 0) for name, own in self._own.items() if own.statistic == statistic]
        for index, (key, child) in enumerate(self.children()):
            if isinstance(child, Layer):
                result += child.slots(f"{prefix}{key}", index if layer is None else layer, statistic, seen)
        return result

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
        sizes = [layer._own_size() for layer in self.walk()]
        return sum(p for p, _ in sizes), sum(s for _, s in sizes)

    def _own_all(self, dtype: Any = None) -> None:
        """Become the owner of all layers inside: their numbers move into one flat array. FluxError when one belongs elsewhere."""
        inside = list(self.walk())[1:]
        ids = {id(self), *map(id, inside)}
        for layer in inside:
            owner = None if layer._owner is None else layer._owner()
            if owner is not None and id(owner) not in ids:
                raise FluxError(
                    f"The layer {layer.describe()} already belongs to another model.",
                    "Build a new layer, or put the whole model inside the new one.",
                )
        self._gather(dtype or self._common_dtype([layer for layer in inside if layer._own]))
        for _, layer in self.children():
            if isinstance(layer, Layer) and (layer._owner is None or layer._owner() is None):
                layer._owner = weakref.ref(self)

    def _common_dtype(self, layers: list["Layer"]) -> Any:
        """Return the number format that `layers` were made with, or raise SettingError where they differ."""
        said = [layer for layer in layers if layer._fixed_dtype]  # the others take any format
        first = (said or layers or [self])[0]
        other = next((layer for layer in said if layer._store.dtype != first._store.dtype), None)
        if other is not None:
            formats = " and ".join(f"{layer._store.dtype} ({layer.describe()})" for layer in (first, other))
            raise SettingError(f"The layers have different number formats, {formats}.", "Give all of them one dtype, or the model.")
        return first._store.dtype

    def _gather(self, dtype: Any) -> None:
        """Move the numbers of the whole tree into a new store of their own."""
        layers = list(self.walk())
        store = ParameterStore(*self._size(), dtype)
        base = statistic_base = 0
        for layer in layers:
            old, (parameters, statistics) = layer._store, layer._own_size()
            store.flat[base : base + parameters] = old.flat[layer._base : layer._base + parameters]
            kept = old.statistics[layer._statistic_base : layer._statistic_base + statistics]
            store.statistics[statistic_base : statistic_base + statistics] = kept
            layer._store, layer._base, layer._statistic_base = store, base, statistic_base
            base, statistic_base = base + parameters, statistic_base + statistics

    def _adopt_part(self, name: str, part: "Layer") -> None:
        if "_parts" not in self.__dict__:
            raise FluxError(f"{type(self).__name__} must call super().__init__() before it is given layers.", "Make it the first line.")
        if self._owner is not None:
            raise FluxError(f"{type(self).__name__} already belongs to a model and cannot get new layers.", "Assign them in __init__.")
        self._parts[name] = part
        self._own_all(self._store.dtype if self._own or self._fixed_dtype else None)

    def _accept(self, x: Any) -> Any:
        """Return `x` in the model's number format; float64 given to a float32 model is converted with one warning."""
        if isinstance(x, Traced):
            return x
        if isinstance(x, tuple):
            return tuple(self._accept(part) for part in x)
        array = np.asarray(x)
        bare = array.dtype.kind == "f" and not self._store.flat.size and not self._store.statistics.size  # no format of its own
        if array.dtype == self._store.dtype or current() is not None or bare:
            return array
        if array.dtype == np.float64 and isinstance(x, np.ndarray):
            warnings.warn(f"{array.dtype} input is converted to {self._store.dtype}, the format of the parameters.", stacklevel=3)
        return array.astype(self._store.dtype)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Layer":
        from flux_gui.engine.states import copied

        return copied(self, memo)

    def __reduce_ex__(self, protocol: Any) -> Any:
        own = next((layer for layer in self.walk() if not type(layer).__module__.startswith(__package__)), None)
        what = "A model" if own is None else f"A model with the Python layer {own.describe()}"
        raise FluxError(
            f"{what} cannot be saved as a whole, because its functions exist in this program only.",
            "Save flux.state(model), build the model anew and use flux.loadmodel; copy.deepcopy makes a copy.",
        )

    def __repr__(self) -> str:
        from flux_gui.engine.show import show

        return show(self)
