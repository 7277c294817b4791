"""From a graph to a plan: a flat list of in-place calls over preallocated buffers.

`lower` expands composites, folds constants and drops what nobody needs; `compile_plan` assigns buffers by liveness (an
element-wise result takes over the buffer of an input that nobody reads any more) and binds every call to its arrays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flux_gui.engine.backend import NUMPY, Backend, Call, Clock, fill_uniform, run
from flux_gui.engine.graph import CONSTANT, INPUT, OPS, PARAMETER, RANDOM, REFERENCE, STATISTIC, Graph, Traced, evaluate

LEAVES = {INPUT, PARAMETER, STATISTIC, CONSTANT, REFERENCE, RANDOM}
_FOLD_LIMIT = 1 << 20  # elements; larger constants are computed at run time rather than stored


@dataclass
class Arena:
    """Scratch memory shared by plans that never run at the same time, such as those for different row counts."""

    backend: Backend = NUMPY
    memory: Any = None

    def reserve(self, nbytes: int) -> Any:
        """Return at least `nbytes` of scratch bytes; the same ones as long as they suffice."""
        if self.memory is None or self.memory.nbytes < nbytes + 64:
            self.memory = self.backend.empty((nbytes + 64,), np.uint8)
        start = -self.memory.ctypes.data % 64 if isinstance(self.memory, np.ndarray) else 0
        return self.memory[start : start + nbytes]


@dataclass
class Plan:
    """Bound in-place calls. `step()` runs them once: no look-ups, no shape checks, no allocation."""

    calls: list[Call]
    outputs: dict[str, Any]  # arrays by name, valid after each step
    nbytes: int  # scratch memory used
    operations: int = field(default=0)  # multiply-adds and element operations of one step, for estimates

    def step(self) -> None:
        """Run every call once."""
        run(self.calls)


Replace = Mapping[Traced, str | Callable[[Graph], Traced]]  # the name of an input, or what records the node anew


def lower(graph: Graph, roots: Sequence[Traced], replace: Replace | None = None) -> tuple[Graph, list[Traced]]:
    """Return an equal graph of kernels and views only, with constants folded, and the roots in it.

    Nodes in `replace` become inputs of the given name, or what the given function records, instead of being computed.
    """
    target = Graph(graph.dtype, graph.training)
    target.references, target.stores = graph.references, graph.stores
    moved: dict[Traced, Traced] = {}
    for node in reachable(roots):
        if replace and node in replace:
            other = replace[node]
            moved[node] = target.input(other, node.shape) if isinstance(other, str) else other(target)
        elif node.op is CONSTANT:
            moved[node] = target.constant(graph.constants[node.attrs[0]])
        elif node.op in LEAVES:
            moved[node] = target.node(node.op, (), node.attrs)
        else:
            moved[node] = _lowered(target, node, tuple(moved[i] for i in node.inputs))
    return target, [moved[root] for root in roots]


def _lowered(graph: Graph, node: Traced, inputs: tuple[Traced, ...]) -> Traced:
    values = [graph.value(i) for i in inputs]
    small = int(np.prod(node.shape, dtype=np.int64)) <= _FOLD_LIMIT and node.op.view is None
    if inputs and small and node.dtype == graph.dtype and all(v is not None for v in values):
        return graph.constant(evaluate(node.op, tuple(v for v in values if v is not None), node.attrs))
    if node.op.expand is None:
        return graph.node(node.op, inputs, node.attrs)
    expanded: Traced = node.op.expand(*inputs, *node.attrs)
    return expanded if all(n.op.expand is None for n in reachable([expanded])) else _expand_again(graph, expanded)


def _expand_again(graph: Graph, root: Traced) -> Traced:
    moved: dict[Traced, Traced] = {}
    for node in reachable([root]):
        inputs = tuple(moved[i] for i in node.inputs)
        if node.op.expand is not None:
            moved[node] = _expand_again(graph, node.op.expand(*inputs, *node.attrs))
        else:
            moved[node] = node if all(a is b for a, b in zip(inputs, node.inputs, strict=True)) else graph.node(node.op, inputs, node.attrs)
    return moved[root]


def reachable(roots: Sequence[Traced]) -> list[Traced]:
    """Return `roots` and all nodes that they are computed from, in order of creation."""
    seen: set[Traced] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(node.inputs)
    return sorted(seen, key=lambda n: n.index)


@dataclass
class _Slot:
    size: int
    offset: int = 0
    owner: Traced | None = None  # the node whose numbers it holds; None when free


class Compiler:
    """One compilation: assigns storage to the nodes of a lowered graph and binds their kernels."""

    def __init__(self, graph: Graph, bind: Callable[[Traced], Any], backend: Backend, arena: Arena, clock: Clock | None) -> None:
        self.graph, self.bind, self.backend, self.arena = graph, bind, backend, arena
        self.clock = clock or Clock()
        self.arrays: dict[Traced, Any] = {}
        self.slots: list[_Slot] = []
        self.slot_of: dict[Traced, _Slot] = {}
        self.base: dict[Traced, Traced] = {}  # the node that owns the memory of a view
        self.fixed: dict[Traced, Any] = {}
        self.calls: list[Call] = []
        self.order: list[Traced] = []
        self.placements: list[Traced] = []  # the nodes to run
        self.copies: list[tuple[Any, Traced]] = []  # (array to write, value) at the end
        self.target: Callable[[Any], Any] = lambda array: array  # the array that an assignment writes

    def compile(self, outputs: dict[str, Traced], assigns: Sequence[tuple[Any, Traced | None, Traced]]) -> Plan:
        """Return the plan. `assigns` are (array to write, leaf that reads this array or None, value) in order of effect."""
        self.arrange(outputs, assigns)
        self._emit_all()
        operations = sum(_operations(n) for n in self.order if n.op not in LEAVES and n.op.view is None)
        named = {name: self.arrays[node] for name, node in outputs.items()}
        return Plan(self.calls, named, self.nbytes, operations)

    def arrange(self, outputs: dict[str, Traced], assigns: Sequence[tuple[Any, Traced | None, Traced]]) -> "Compiler":
        """Decide the order and the memory of every node; arrays may still be names."""
        roots = [*outputs.values(), *(value for _, _, value in assigns)]
        self.order = reachable(roots)
        self._find_bases(self.order)
        last_use = self._last_use(self.order, list(outputs.values()), [value for _, _, value in assigns])
        self.copies = self._fix_targets(self.order, assigns)
        self.placements = self._place(self.order, last_use)
        return self

    def rebound(self, arrays: Callable[[str], Any], arena: Arena) -> list[Call]:
        """Return the calls of an arranged plan on other arrays and scratch memory: what its names stand for."""
        self.arrays, self.calls, self.arena = {}, [], arena
        self.bind, self.target = (lambda node: arrays(node.attrs[0])), arrays
        self._emit_all()
        return self.calls

    @property
    def nbytes(self) -> int:
        """Scratch memory of the plan."""
        return sum(slot.size for slot in self.slots)

    def _emit_all(self) -> None:
        memory = self.arena.reserve(self.nbytes)
        for node in self.order:
            self._bind_array(node, memory)
        for node in self.placements:
            self._emit(node)
        for target, value in self.copies:
            self.calls.append((self.backend.function("copyto"), (self.target(target), self.arrays[value])))

    def _find_bases(self, order: list[Traced]) -> None:
        for node in order:
            self.base[node] = self.base[node.inputs[0]] if node.op.view is not None else node

    def _last_use(self, order: list[Traced], outputs: list[Traced], assigned: list[Traced]) -> dict[Traced, int]:
        last: dict[Traced, int] = {}
        for position, node in enumerate(order):
            last[self.base[node]] = max(last.get(self.base[node], 0), position)
            for source in node.inputs:
                last[self.base[source]] = position
        for node in (*outputs, *assigned):
            last[self.base[node]] = len(order)
        return last

    def _fix_targets(self, order: list[Traced], assigns: Sequence[tuple[Any, Traced | None, Traced]]) -> list[tuple[Any, Traced]]:
        """Let values be computed straight into their targets where that is safe; return the rest as copies."""
        position = {node: i for i, node in enumerate(order)}
        readers: dict[Traced, list[Traced]] = {}
        for node in order:
            for source in node.inputs:
                readers.setdefault(self.base[source], []).append(node)
        copies: list[tuple[Any, Traced]] = []
        for target, leaf, value in assigns:
            computed = value.op not in LEAVES and value.op.view is None and value not in self.fixed
            read_later = leaf is not None and any(
                position[r] > position[value]
                or (r is value and not (value.op.elementwise and all(i is leaf for i in value.inputs if self.base[i] is leaf)))
                for r in readers.get(leaf, [])
            )
            if computed and not read_later and value.dtype == self.graph.dtype:
                self.fixed[value] = target
            else:
                copies.append((target, value))
        return copies

    def _place(self, order: list[Traced], last_use: dict[Traced, int]) -> list[Traced]:
        """Give every computed node a slot, free slots after their last use, and return the nodes to run."""
        placed: list[Traced] = []
        for position, node in enumerate(order):
            if node.op is RANDOM or (node.op not in LEAVES and node.op.view is None):
                placed.append(node)
                if node not in self.fixed:
                    self.slot_of[node] = self._take_over(node, position, last_use) or self._slot(node)
            for source in {self.base[i] for i in node.inputs} | {self.base[node]}:
                slot = self.slot_of.get(source)
                if slot is not None and slot.owner is source and last_use[source] <= position:
                    slot.owner = None
        offset = 0
        for slot in self.slots:
            slot.offset, offset = offset, offset + slot.size
        return placed

    def _take_over(self, node: Traced, position: int, last_use: dict[Traced, int]) -> _Slot | None:
        if not node.op.elementwise:
            return None
        for source in node.inputs:
            others = [i for i in node.inputs if i is not source and self.base[i] is source]
            fits = source.shape == node.shape and source.dtype == node.dtype and source in self.slot_of
            if fits and not others and last_use[source] == position:
                self.slot_of[source].owner = node
                return self.slot_of[source]
        return None

    def _slot(self, node: Traced) -> _Slot:
        size = -(-max(node.size, 1) * node.dtype.itemsize // 64) * 64
        candidates = [s for s in self.slots if s.owner is None and s.size >= size]
        slot = min(candidates, key=lambda s: s.size) if candidates else _Slot(size)
        if not candidates:
            self.slots.append(slot)
        slot.owner = node
        return slot

    def _bind_array(self, node: Traced, memory: Any) -> None:
        if node in self.fixed:
            self.arrays[node] = self.target(self.fixed[node]).reshape(node.shape)
        elif node.op.view is not None:
            self.arrays[node] = node.op.view(self.backend, self.arrays[node.inputs[0]], node.attrs)
        elif node in self.slot_of:
            slot = self.slot_of[node]
            nbytes = node.size * node.dtype.itemsize
            self.arrays[node] = memory[slot.offset : slot.offset + nbytes].view(node.dtype).reshape(node.shape)
        elif node.op is CONSTANT:
            self.arrays[node] = self.backend.asarray(self.graph.constants[node.attrs[0]])
        elif node.op is REFERENCE:
            self.arrays[node] = self.graph.references[node.attrs[0]]
        else:
            self.arrays[node] = self.bind(node)

    def _emit(self, node: Traced) -> None:
        out = self.arrays[node]
        if node.op is RANDOM:
            self.calls.append((fill_uniform, (out, node.attrs[0], self.clock, self.backend)))
            return
        assert node.op.kernel is not None, node.op.name
        inputs = [self.arrays[i] for i in node.inputs]
        if node.op.elementwise and len(node.shape) > 1:
            *inputs, out = _flattened([*inputs, out])
        self.calls.extend(node.op.kernel(self.backend, node.attrs, inputs, out))


def _flattened(arrays: list[Any]) -> list[Any]:
    """Return element-wise operands as vectors where all of them are whole arrays of one shape, or numbers: a shorter way in numpy."""
    shape = arrays[-1].shape
    if not all(isinstance(a, np.ndarray) and (a.ndim == 0 or (a.shape == shape and a.flags.c_contiguous)) for a in arrays):
        return arrays
    return [a if a.ndim == 0 else a.reshape(-1) for a in arrays]


def _kept(value: Traced, written: set[Traced]) -> Traced:
    """Return `value`, or a copy of it where it is an array that another assignment overwrites."""
    source = value
    while source.op.view is not None:
        source = source.inputs[0]
    return value.graph.node(OPS["copy"], (value,)) if source in written else value


def _operations(node: Traced) -> int:
    return node.size * node.inputs[0].shape[1] if node.op.name == "matmul" else max([node.size, *(i.size for i in node.inputs)])


def signature(graph: Graph, roots: Sequence[Traced]) -> tuple[Any, ...]:
    """Return a value that is equal for graphs that compute the same thing from the same arrays."""
    order = reachable(roots)
    number = {node: i for i, node in enumerate(order)}
    rows: list[Any] = []
    for node in order:
        attrs: Any = node.attrs
        if node.op is CONSTANT:
            value = graph.constants[node.attrs[0]]
            attrs = (value.shape, value.tobytes())
        elif node.op is REFERENCE:
            attrs = (id(graph.references[node.attrs[0]]), node.attrs[1])
        rows.append((node.op.name, tuple(number[i] for i in node.inputs), attrs))
    return (graph.dtype.str, tuple(rows), tuple(number[r] for r in roots))


def compile_plan(
    graph: Graph,
    outputs: dict[str, Traced],
    assigns: Sequence[tuple[Any, Traced | None, Traced]] = (),
    bind: Callable[[Traced], Any] | None = None,
    backend: Backend = NUMPY,
    arena: Arena | None = None,
    clock: Clock | None = None,
    replace: Replace | None = None,
) -> Plan:
    """Return a plan that computes `outputs` and performs `assigns` (target array, its leaf or None, value).

    `bind(leaf)` returns the array of an input, parameter or statistic leaf;
    nodes in `replace` become such inputs or what is recorded instead.
    """

    def unbound(node: Traced) -> Any:
        raise KeyError(f"no array is bound to {node!r}")

    lowered, names, bound = _lowered_plan(graph, outputs, assigns, replace)
    return Compiler(lowered, bind or unbound, backend, arena or Arena(backend), clock).compile(names, bound)


def template(graph: Graph, assigns: Sequence[tuple[str, Traced | None, Traced]], backend: Backend, replace: Replace) -> Compiler:
    """Return an arranged plan whose arrays are names, to be `rebound` to one set of arrays after another."""
    lowered, names, bound = _lowered_plan(graph, {}, assigns, replace)
    return Compiler(lowered, lambda node: node.attrs[0], backend, Arena(backend), None).arrange(names, bound)


def _lowered_plan(
    graph: Graph, outputs: dict[str, Traced], assigns: Sequence[tuple[Any, Traced | None, Traced]], replace: Replace | None
) -> tuple[Graph, dict[str, Traced], list[tuple[Any, Traced | None, Traced]]]:
    written = {leaf for _, leaf, _ in assigns if leaf is not None}
    assigns = [(target, leaf, _kept(value, written)) for target, leaf, value in assigns]
    roots = [*outputs.values(), *(v for _, _, v in assigns), *(leaf for _, leaf, _ in assigns if leaf is not None)]
    lowered, moved = lower(graph, roots, replace)
    names = dict(zip(outputs, moved, strict=False))
    values = moved[len(outputs) : len(outputs) + len(assigns)]
    leaves = iter(moved[len(outputs) + len(assigns) :])
    bound = [(target, None if leaf is None else next(leaves), value) for (target, leaf, _), value in zip(assigns, values, strict=True)]
    return lowered, names, bound
