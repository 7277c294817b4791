"""The state of an optimiser on one model, and the compiled update of its flat parameter array."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from flux_gui.core.errors import FluxError, ShapeError
from flux_gui.engine.backend import Call
from flux_gui.engine.graph import Graph, Traced
from flux_gui.engine.layers import Layer
from flux_gui.engine.optimisers import Rule, RuleEntry, check_values, trace_step
from flux_gui.engine.parameters import ParameterStore
from flux_gui.engine.plan import LEAVES, Arena, compile_plan

CHUNK = 16 * 1024  # elements: small enough for the cache, large enough to forget the cost of a call


class OptimiserState:
    """A rule's slots, scalars and live values for one model; `adjust` changes values without losing momentum."""

    def __init__(self, rule: Rule, store: ParameterStore) -> None:
        self.rule, self.store, self.backend = rule, store, store.backend
        entry, dtype = rule.entry, store.dtype
        self.values = dict(rule.values)  # the live hyper-parameter values
        self.slots = {name: self.backend.flat(store.flat.size, dtype) for name in entry.slots}
        for name, start in entry.slots.items():
            self.slots[name][:] = start
        self.live = self.backend.asarray(np.array([rule.values[h.name] for h in entry.hypers], dtype))
        self.scalars = self.backend.asarray(np.array([rule.values[hyper] for hyper in entry.scalars.values()], dtype))
        self._update: list[Call] | None = None
        self._derived: list[Call] = []
        self._temporaries: list[Any] = []

    def adjust(self, eta: float | None = None, **values: float) -> None:
        """Change live values from the next step on, keeping all slots. Flux: `adjust!(state, eta; beta = ...)`."""
        given = check_values(self.rule.entry, values if eta is None else {"eta": eta, **values})
        names = [hyper.name for hyper in self.rule.entry.hypers]
        self.values.update(given)
        for name, value in given.items():
            self.live[names.index(name)] = value
        self.refresh()

    def refresh(self) -> None:
        """Compute anew what depends on live values alone."""
        for function, arguments in self._derived:
            function(*arguments)

    def export(self) -> dict[str, np.ndarray]:
        """Return copies of all arrays that a resumed run needs, by name."""
        arrays = {**{f"slot.{name}": slot for name, slot in self.slots.items()}, "scalars": self.scalars}
        return {name: np.array(self.backend.to_host(array)) for name, array in arrays.items()}

    def load(self, arrays: dict[str, np.ndarray]) -> None:
        """Take over arrays that `export` returned; ShapeError when they belong to another rule or model."""
        mine = {**{f"slot.{k}": v for k, v in self.slots.items()}, "scalars": self.scalars}
        for name, array in mine.items():
            if name not in arrays or arrays[name].shape != array.shape:
                raise ShapeError(f"The saved state of {self.rule.entry.name} has no fitting '{name}'.", "Start the optimiser afresh.")
            self.backend.load(array, arrays[name])

    def calls(self) -> list[Call]:
        """Return the bound calls of one update, compiled at first use."""
        if self._update is None:
            self._update = self._compile()
            self.refresh()
        return self._update

    def _compile(self) -> list[Call]:
        arena = Arena(self.backend)
        size = self.store.flat.size
        pieces = [(a, min(a + CHUNK, size)) for a in range(0, size, CHUNK)]
        entry = self.rule.entry
        before, after, replaced, graph_parts = self._scalar_parts(entry)
        calls = list(before)
        for start, stop in pieces:
            calls += self._piece(entry, start, stop, arena, replaced, graph_parts)
        return calls + after

    def _trace(self, entry: RuleEntry, size: int) -> tuple[Graph, dict[str, Traced], Traced, dict[str, Traced]]:
        graph = Graph(self.store.dtype)
        leaves = {name: graph.input(name, (size,)) for name in ("x", "g", *entry.slots)}
        leaves |= {f"live.{h.name}": graph.input(f"live.{h.name}", ()) for h in entry.hypers}
        leaves |= {name: graph.input(name, ()) for name in entry.scalars}
        live = {h.name: leaves[f"live.{h.name}"] for h in entry.hypers}
        slots = {name: leaves[name] for name in (*entry.slots, *entry.scalars)}
        new, changed = trace_step(entry, leaves["g"], leaves["x"], live, slots)
        return graph, leaves, new, changed

    def _scalar_parts(self, entry: RuleEntry) -> tuple[list[Call], list[Call], dict[str, Any], list[str]]:
        """Split off single numbers: those of live values alone (on change), the others (once per step), then their new values."""
        graph, _, _, changed = self._trace(entry, min(CHUNK, max(self.store.flat.size, 2)))
        frontier = _scalar_frontier(graph, [changed[name] for name in entry.scalars if name in changed])
        bind = self._bind_scalars(entry)
        arrays = {f"temporary.{node.index}": self.backend.zeros((), self.store.dtype) for node in frontier}
        self._temporaries = list(arrays.values())
        before: list[Call] = []
        for node, array in zip(frontier, arrays.values(), strict=True):
            plan = compile_plan(graph, {}, [(array, None, node)], bind, self.backend, Arena(self.backend))
            (before if _reads(node, set(entry.scalars)) else self._derived).extend(plan.calls)
        after = [
            (self.backend.function("copyto"), (self._scalar(entry, name), arrays[f"temporary.{changed[name].index}"]))
            for name in entry.scalars
            if name in changed
        ]
        return before, after, arrays, [f"{node.index}" for node in frontier]

    def _scalar(self, entry: RuleEntry, name: str) -> Any:
        return self.scalars[list(entry.scalars).index(name) :][:1].reshape(())

    def _bind_scalars(self, entry: RuleEntry) -> Any:
        arrays = {f"live.{h.name}": self.live[i : i + 1].reshape(()) for i, h in enumerate(entry.hypers)}
        arrays |= {name: self._scalar(entry, name) for name in entry.scalars}
        return lambda node: arrays[node.attrs[0]]

    def _piece(
        self, entry: RuleEntry, start: int, stop: int, arena: Arena, temporaries: dict[str, Any], frontier: Sequence[str]
    ) -> list[Call]:
        graph, leaves, new, changed = self._trace(entry, stop - start)
        arrays = {"x": self.store.flat[start:stop], "g": self.store.gradient[start:stop]}
        arrays |= {name: array[start:stop] for name, array in self.slots.items()}
        scalars = self._bind_scalars(entry)

        def bind(node: Traced) -> Any:
            name = node.attrs[0]
            return arrays[name] if name in arrays else temporaries[name] if name in temporaries else scalars(node)

        assigns = [(arrays[name], leaves[name], changed[name]) for name in entry.slots if name in changed]
        assigns.append((arrays["x"], leaves["x"], new))
        replace = {graph.nodes[int(index)]: f"temporary.{index}" for index in frontier}
        return compile_plan(graph, {}, assigns, bind, self.backend, arena, replace=replace).calls


def _scalar_frontier(graph: Graph, extra: list[Traced]) -> list[Traced]:
    """Return the computed single numbers that array operations read, and those in `extra`."""
    read = {i for node in graph.nodes if node.shape != () for i in node.inputs if i.shape == () and i.op not in LEAVES}
    return sorted(read | set(extra), key=lambda n: n.index)


def _reads(node: Traced, names: set[str]) -> bool:
    return (node.op in LEAVES and node.attrs[0] in names) or any(_reads(i, names) for i in node.inputs)


def setup(rule: Rule, model: Layer) -> OptimiserState:
    """Return a fresh optimiser state for `model`. Flux: `Flux.setup(rule, model)`."""
    if not isinstance(rule, Rule):
        raise FluxError(f"setup expects an optimiser such as Adam(), got {rule!r}.", "Write flux.setup(flux.Adam(), model).")
    return OptimiserState(rule, model._store)
