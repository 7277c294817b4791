"""Layers that run other layers side by side and combine their outputs: SkipConnection, Parallel, Maxout.

A connection is "add", "multiply", "concatenate" or a function of the parts. Source: Flux `src/layers/basic.jl`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flux_gui.core.errors import FluxError, SettingError, ShapeError
from flux_gui.engine import functions, titles
from flux_gui.engine.layers import Container, describe
from flux_gui.engine.ownership import Layer
from flux_gui.engine.shaping import concatenate

Connection = str | Callable[..., Any]


def _add(*parts: Any) -> Any:
    """The sum of the parts."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _multiply(*parts: Any) -> Any:
    """The product of the parts, element by element."""
    product = parts[0]
    for part in parts[1:]:
        product = product * part
    return product


_CONNECTIONS: dict[str, Callable[..., Any]] = {"add": _add, "multiply": _multiply, "concatenate": concatenate}


def combined(kind: str, widths: Sequence[int], owner: str) -> int:
    """Return the number of columns of what a named connection makes of parts that wide; ShapeError where they must be equal."""
    if kind == "concatenate":
        return sum(widths)
    return _equal(widths, f"{owner} cannot {kind}", "Change the size of the last layer inside, or concatenate.")


def _equal(widths: Sequence[int], problem: str, hint: str) -> int:
    if len(set(widths)) > 1:
        raise ShapeError(f"{problem} parts of {' and '.join(map(str, widths))} columns: they must be equally wide.", hint)
    return widths[0]


def _widths(parts: Sequence[Any]) -> list[int]:
    return [part.shape[-1] if part.ndim else 1 for part in parts]


class _Combining(Layer):
    """What SkipConnection and Parallel share: a connection, by name or as a function."""

    def __init__(self, connection: Connection, dtype: Any = None) -> None:
        super().__init__(dtype)
        if isinstance(connection, str) and connection not in _CONNECTIONS:
            known = ", ".join(_CONNECTIONS)
            raise SettingError(f"There is no connection called '{connection}'.", f"Use {known}, or a function of the parts.")
        if not callable(connection) and not isinstance(connection, str):
            raise SettingError(
                f"A connection must be a name or a function, got {connection!r}.", "Write flux.SkipConnection(layer, 'add')."
            )
        self.connection: Connection
        self.__dict__["connection"] = connection  # may be a layer, such as Bilinear: an entry of `children`

    def _connecting(self) -> list[tuple[str, Any]]:
        return [("connection.", self.connection)] if isinstance(self.connection, Layer) else []

    def join(self, *parts: Any) -> Any:
        """Return what the connection makes of the parts."""
        if not isinstance(self.connection, str):
            return self.connection(*parts)
        combined(self.connection, _widths(parts), self.describe())
        return _CONNECTIONS[self.connection](*parts)

    @property
    def connection_title(self) -> str:
        """How Flux writes the connection."""
        return titles.connection(self.connection if isinstance(self.connection, str) else describe(self.connection))


class SkipConnection(_Combining):
    """connection(layer(x), x): a path around a layer. Flux: `SkipConnection(layer, connection)`."""

    def __init__(self, layer: Any, connection: Connection = "add", *, dtype: Any = None) -> None:
        super().__init__(connection, dtype)
        self.__dict__["layers"] = layer  # an entry of `children`, not a part with a name of its own
        self._own_all(dtype)

    def children(self) -> list[tuple[str, Any]]:
        """Return the layer; keys of its arrays continue those of the SkipConnection."""
        return [("", self.layers), *self._connecting()]

    def tree(self) -> dict[str, Any]:
        """Return {"layers": layer, "connection": function}."""
        return {"layers": self.layers, "connection": self.connection}

    def forward(self, x: Any) -> Any:
        """Return connection(layer(x), x)."""
        return self.join(self.layers(x), x)

    def describe(self) -> str:
        """Return the layer as one line, such as `SkipConnection(Dense(2 => 2), +)`."""
        return titles.container("SkipConnection", [describe(self.layers), self.connection_title])


class Parallel(_Combining, Container):
    """connection(a(x), b(x), ...): layers side by side. Flux: `Parallel(connection, layers...)`.

    One input goes to every layer; with several inputs, `parallel(x, y)` or a tuple, each layer takes one, or the only layer takes
    all in turn. ShapeError when their number does not fit. Layers may be named as in a Chain.
    """

    def __init__(self, connection: Connection, *layers: Any, dtype: Any = None, **named: Any) -> None:
        super().__init__(connection, dtype)
        if bool(layers) == bool(named):
            raise FluxError("Parallel needs layers, either with names or without.", "Write flux.Parallel('add', a, b).")
        self.layers = tuple(layers) or tuple(named.values())
        self.names = tuple(named)
        self._own_all(dtype)

    def children(self) -> list[tuple[str, Any]]:
        """Return the layers; keys of their arrays begin with `branches.<i>.`."""
        return [*self.listed("branches"), *self._connecting()]

    def tree(self) -> dict[str, Any]:
        """Return {"connection": function, "layers": ...}."""
        return {"connection": self.connection, **super().tree()}

    def forward(self, *inputs: Any) -> Any:
        """Return the combined outputs."""
        given = inputs[0] if len(inputs) == 1 and isinstance(inputs[0], tuple) else inputs
        if len(given) == 1:
            return self.join(*(layer(given[0]) for layer in self.layers))
        if len(self.layers) == 1:
            return self.join(*(self.layers[0](x) for x in given))
        if len(given) != len(self.layers):
            raise ShapeError(
                f"Parallel has {len(self.layers)} layers but got {len(given)} inputs.", "Give one input, or one for each layer."
            )
        return self.join(*(layer(x) for layer, x in zip(self.layers, given, strict=True)))

    def describe(self) -> str:
        """Return the layer as one line, such as `Parallel(+, Dense(2 => 2), tanh)`."""
        return titles.container("Parallel", [self.connection_title, *self.lines()])


class Maxout(Container):
    """max(a(x), b(x), ...), element by element. `Maxout(a, b)` or `Maxout(function, n)`, which calls the function n times.

    Paper: Goodfellow et al. 2013, Maxout Networks. Flux: `Maxout(layers...)`, `Maxout(f, n)`.
    """

    def __init__(self, *layers: Any, dtype: Any = None) -> None:
        super().__init__(dtype)
        if len(layers) == 2 and isinstance(layers[1], int) and not isinstance(layers[1], bool):
            layers = tuple(layers[0]() for _ in range(layers[1]))
        if not layers:
            raise FluxError("Maxout needs at least one layer.", "Write flux.Maxout(flux.Dense(2, 3), flux.Dense(2, 3)).")
        self.layers = tuple(layers)
        self._own_all(dtype)

    def forward(self, x: Any) -> Any:
        """Return the largest of the layers' outputs."""
        parts = [layer(x) for layer in self.layers]
        _equal(_widths(parts), f"{self.describe()} cannot compare", "Change the size of the last layer inside.")
        largest = parts[0]
        for part in parts[1:]:
            largest = functions.maximum(largest, part)
        return largest

    def describe(self) -> str:
        """Return the layer as one line."""
        return titles.container("Maxout", self.lines())
