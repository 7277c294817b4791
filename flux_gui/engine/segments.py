"""The compiled update: a chain of rules over one group of parameters, in cache-sized chunks.

The chain is cut into segments where a rule needs a whole array (a norm) or lets the rest run at every n-th call only. A
segment is traced once per chunk length; the other chunks take over its plan with their own arrays. Single numbers are worked
out apart: those of live values alone when a value changes, the others once per step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flux_gui.core.errors import DivergedError, FluxError
from flux_gui.engine.backend import Backend, Call, run
from flux_gui.engine.graph import INPUT, Graph, Traced
from flux_gui.engine.native import compiled
from flux_gui.engine.optimisers import Rule
from flux_gui.engine.parameters import ParameterStore, Slot
from flux_gui.engine.plan import LEAVES, Arena, Compiler, compile_plan, reachable, template
from flux_gui.engine.rules import trace_step

CHUNK = 64 * 1024  # elements: small enough for the cache, large enough to forget the cost of a call


@dataclass
class Group:
    """A stretch of the flat array whose parameters share values and single numbers; the lists have one item per rule."""

    start: int
    stop: int
    values: list[dict[str, float]]  # as set by hand; the live ones may follow a schedule
    live: list[Any]  # arrays of the values that may change
    scalars: list[Any]
    counts: list[int]  # gradients gathered so far
    frozen: bool = False
    calls: list[Call] | None = None
    derived: list[Call] = field(default_factory=list)  # to run when a live value changes


@dataclass(frozen=True)
class Segment:
    """Rules first ... last - 1, traced together, and what follows: "norm" or "gate" of rule `closing`, or the "step"."""

    first: int
    last: int
    ending: str
    closing: int
    source: str  # whose numbers are the gradient: "gradient" or the slot of a gate


@dataclass
class _Trace:
    graph: Graph
    leaves: dict[str, Traced]
    assigns: list[tuple[str, Traced | None, Traced]]  # arrays by name
    numbers: list[tuple[str, Traced, Traced]]  # scalars by name, their leaves and new values
    constant: list[Traced]  # single numbers that depend on live values alone
    changing: list[Traced]  # those that are new at each step

    @property
    def replaced(self) -> dict[Traced, str]:
        return {**_named("fixed", self.constant), **_named("step", self.changing)}


def live_names(rule: Rule) -> list[str]:
    """Return the values of a rule that may change in a run, in the order of its live array."""
    return [hyper.name for hyper in rule.entry.hypers if hyper.name not in rule.entry.fixed]


def cut(rules: Sequence[Rule]) -> list[Segment]:
    """Return the segments of a chain."""
    result: list[Segment] = []
    first, source = 0, "gradient"
    for index, rule in enumerate(rules):
        if rule.entry.per_array:
            result.append(Segment(first, index, "norm", index, source))
            first = index + 1
        elif rule.entry.gate:
            result.append(Segment(first, index + 1, "gate", index, source))
            first, source = index + 1, f"{index}.{next(iter(rule.entry.slots))}"
    return [*result, Segment(first, len(rules), "step", -1, source)]


class UpdateCompiler:
    """Compiles the update of one group after another; plans of equal chunks are shared."""

    def __init__(self, rules: Sequence[Rule], store: ParameterStore, slots: dict[str, Any], layout: Sequence[Slot]) -> None:
        self.rules, self.store, self.slots, self.layout = rules, store, slots, layout
        self.backend: Backend = store.backend
        self.segments = cut(rules)
        self._templates: dict[tuple[int, int], Compiler] = {}
        self._arena = Arena(self.backend)

    def compile(self, group: Group) -> None:
        """Set the calls of `group`: one update of its parameters, and what to work out when a value changes."""
        group.derived = []
        rest: list[Call] = []
        for index in reversed(range(len(self.segments))):
            segment = self.segments[index]
            own = self._segment(index, segment, group)
            if segment.ending == "norm":
                own += self._norm(segment, group)
            if segment.ending == "gate":
                gathered = self.slots[self.segments[index + 1].source][group.start : group.stop]
                count = self.backend.zeros((), self.store.dtype)
                mean = (self.backend.function("divide"), (gathered, count, gathered))
                rest = [*own, (_gate, (group, segment.closing, count, [mean, *rest], gathered))]
            else:
                rest = own + rest
        group.calls = rest

    def _trace(self, segment: Segment, size: int) -> _Trace:
        graph = Graph(self.store.dtype)
        leaves = {name: graph.input(name, (size,)) for name in ("x", "g")}
        g: Any = leaves["g"]
        assigns: list[tuple[str, Traced | None, Traced]] = []
        numbers: list[tuple[str, Traced, Traced]] = []
        for index in range(segment.first, segment.last):
            rule = self.rules[index]
            shapes: dict[str, tuple[int, ...]] = {f"{index}.{name}": (size,) for name in rule.entry.slots_for(rule.values)}
            shapes |= {f"{index}.{name}": () for name in (*rule.entry.scalars, *live_names(rule))}
            leaves |= {name: graph.input(name, shape) for name, shape in shapes.items()}
            values: dict[str, Any] = {h.name: leaves.get(f"{index}.{h.name}", rule.values[h.name]) for h in rule.entry.hypers}
            state = {n: leaves[f"{index}.{n}"] for n in (*rule.entry.slots_for(rule.values), *rule.entry.scalars)}
            g, changed = trace_step(rule.entry, g, leaves["x"], values, state)
            for name, new in changed.items():
                key = f"{index}.{name}"
                if name in rule.entry.scalars:
                    numbers.append((key, leaves[key], new))
                else:
                    assigns.append((key, leaves[key], new))
        if segment.ending == "step":
            assigns.append(("x", leaves["x"], leaves["x"] - g))
        elif segment.ending == "norm" and g is not leaves["g"]:
            assigns.append(("g", leaves["g"], g))
        state_names = {name for name, _, _ in numbers}
        return _Trace(graph, leaves, assigns, numbers, *_single_numbers(assigns, numbers, state_names))

    def _segment(self, index: int, segment: Segment, group: Group) -> list[Call]:
        size = group.stop - group.start
        trace = self._trace(segment, min(CHUNK, max(size, 2)))
        numbers = self._numbers(segment, group)
        targets = {name: self.backend.zeros((), self.store.dtype) for name in trace.replaced.values()}
        numbers |= targets
        fixed, step = _named("fixed", trace.constant), _named("step", trace.changing)
        group.derived += self._plan(trace, [(targets[name], None, node) for node, name in fixed.items()], numbers, {})
        new: list[tuple[Any, Traced | None, Traced]] = [(targets[name], None, node) for node, name in step.items()]
        new += [(numbers[name], leaf, value) for name, leaf, value in trace.numbers]
        calls = self._plan(trace, new, numbers, fixed)
        if not trace.assigns:
            return calls
        for start in range(group.start, group.stop, CHUNK):
            chunk = self._chunk(index, start, min(start + CHUNK, group.stop), numbers)
            calls += chunk if size <= CHUNK else compiled(chunk, self.backend)  # a single chunk joins the rest
        return calls

    def _plan(self, trace: _Trace, assigns: list[tuple[Any, Traced | None, Traced]], numbers: dict[str, Any], ready: Any) -> list[Call]:
        if not assigns:
            return []
        bind = lambda node: numbers[node.attrs[0]]  # noqa: E731
        return compile_plan(trace.graph, {}, assigns, bind, self.backend, Arena(self.backend), replace=ready).calls

    def _numbers(self, segment: Segment, group: Group) -> dict[str, Any]:
        """Return the single numbers that the rules of a segment read, by name."""
        result: dict[str, Any] = {}
        for index in range(segment.first, segment.last):
            rule = self.rules[index]
            for array, names in ((group.live[index], live_names(rule)), (group.scalars[index], list(rule.entry.scalars))):
                result |= {f"{index}.{name}": array[i : i + 1].reshape(()) for i, name in enumerate(names)}
        return result

    def _chunk(self, index: int, start: int, stop: int, numbers: dict[str, Any]) -> list[Call]:
        segment = self.segments[index]
        plan = self._templates.get((index, stop - start))
        if plan is None:
            trace = self._trace(segment, stop - start)
            plan = self._templates[index, stop - start] = template(trace.graph, trace.assigns, self.backend, trace.replaced)
        arrays = {"x": self.store.flat[start:stop], "g": self._source(segment)[start:stop]}

        def find(name: str) -> Any:
            if name in arrays:
                return arrays[name]
            return numbers[name] if name in numbers else arrays.setdefault(name, self.slots[name][start:stop])

        return plan.rebound(find, self._arena)

    def _source(self, segment: Segment) -> Any:
        return self.store.gradient if segment.source == "gradient" else self.slots[segment.source]

    def _norm(self, segment: Segment, group: Group) -> list[Call]:
        """Return the calls that shorten the gradient of each array of the group in place."""
        arrays = [slot for slot in self.layout if group.start <= slot.start and slot.stop <= group.stop]
        if sum(slot.stop - slot.start for slot in arrays) != group.stop - group.start:
            raise FluxError(f"{self.rules[segment.closing]!r} needs to know the arrays of the model.", "Call flux.setup(rule, model).")
        if not arrays:
            return []
        rule, backend, source = self.rules[segment.closing], self.backend, self._source(segment)
        power = rule.values["p"]
        norms, factors = (backend.zeros((len(arrays),), self.store.dtype) for _ in range(2))
        parts = [source[slot.start : slot.stop] for slot in arrays]
        longest = 0 if power == 2 else max(part.size for part in parts)
        scratch = backend.empty((longest,), self.store.dtype)
        calls: list[Call] = []
        for i, part in enumerate(parts):
            calls += self._power_sum(part, power, scratch, norms[i : i + 1].reshape(()))
        if power == 2:
            calls.append((backend.function("sqrt"), (norms, norms)))
        elif power not in (0, 1):
            calls.append((backend.function("power"), (norms, self._number(1 / power), norms)))
        if rule.values["throw"]:
            calls.append((_check_norms, (norms, [slot.key for slot in arrays], backend)))
        limit = group.live[segment.closing][:1]
        calls.append((backend.function("divide"), (limit, norms, factors)))
        calls.append((backend.function("minimum"), (factors, self._number(1.0), factors)))
        multiply = backend.function("multiply")
        return calls + [(multiply, (part, factors[i : i + 1], part)) for i, part in enumerate(parts)]

    def _number(self, value: float) -> Any:
        return self.backend.asarray(np.asarray(value, self.store.dtype))

    def _power_sum(self, part: Any, power: float, scratch: Any, out: Any) -> list[Call]:
        """Return the calls that write Σ |g|^p of one array, or its largest |g| for power 0, to a single number."""
        backend = self.backend
        if power == 2:
            return [backend.dot(part, part, out)]
        sizes = scratch[: part.size]
        calls: list[Call] = [(backend.function("absolute"), (part, sizes))]
        if power not in (0, 1):
            calls.append((backend.function("power"), (sizes, self._number(power), sizes)))
        return [*calls, backend.reduce("add" if power else "maximum", sizes, (0,), out, False)]


def _gate(group: Group, rule: int, count: Any, calls: list[Call], gathered: Any) -> None:
    """Count a gathered gradient; at the n-th one write how many there are to `count`, run `calls` and begin anew."""
    group.counts[rule] += 1
    if group.counts[rule] < group.values[rule]["n"]:
        return
    count.fill(group.counts[rule])
    group.counts[rule] = 0
    run(calls)
    gathered.fill(0)


def _check_norms(norms: Any, names: list[str], backend: Backend) -> None:
    """Raise DivergedError naming the first array whose norm is not finite."""
    values = backend.to_host(norms)
    if not np.isfinite(values).all():
        worst = int(np.argmin(np.isfinite(values)))
        raise DivergedError(f"The gradient of {names[worst]} has the norm {values[worst]:g}.", "Try a smaller rate, or scale the data.")


def _named(kind: str, nodes: list[Traced]) -> dict[Traced, str]:
    return {node: f"{kind}.{i}" for i, node in enumerate(nodes)}


def _single_numbers(assigns: Sequence[Any], numbers: Sequence[Any], state: set[str]) -> tuple[list[Traced], list[Traced]]:
    """Return the computed single numbers to prepare: those of live values alone, and those that also read the state."""
    order = reachable([new for _, _, new in (*assigns, *numbers)])
    moving: dict[Traced, bool] = {}
    readers: dict[Traced, list[Traced]] = {}
    for node in order:
        moving[node] = (node.op is INPUT and node.attrs[0] in state) or any(moving[i] for i in node.inputs)
        for source in node.inputs:
            readers.setdefault(source, []).append(node)
    single = [n for n in order if n.shape == () and n.op not in LEAVES and n.dtype != bool]
    constant = [n for n in single if not moving[n] and any(r.shape != () or moving[r] for r in readers.get(n, []))]
    return constant, [n for n in single if moving[n] and any(r.shape != () for r in readers.get(n, []))]
