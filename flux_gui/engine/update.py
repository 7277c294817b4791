"""The state of an optimiser on one model: slots, live values, groups of parameters, and the compiled update.

A group is a stretch of the flat array with live values of its own. There is one at first; freezing a layer, giving it another
rate, or a loss that does not read it splits it. So a layer that rests keeps its state as it is, as in Flux.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from flux_gui.core.errors import DivergedError, FluxError, ShapeError
from flux_gui.engine.backend import Call, run
from flux_gui.engine.layers import Layer
from flux_gui.engine.native import compiled
from flux_gui.engine.optimisers import OptimiserChain, Rule, check_values, rule, spread
from flux_gui.engine.parameters import ParameterStore, Slot
from flux_gui.engine.segments import Group, UpdateCompiler, live_names

Ranges = tuple[tuple[int, int], ...]


class OptimiserState:
    """Slots, single numbers and live values of a rule or chain for one model; values change without losing momentum.

    `values` are those of the main rule: the last one of the kind "optimiser". `version` counts the changes that make lists of
    calls obtained earlier out of date.
    """

    def __init__(self, rules: Rule | OptimiserChain, store: ParameterStore, layout: Sequence[Slot] = ()) -> None:
        chain = (rules,) if isinstance(rules, Rule) else rules.rules
        self.rules: tuple[Rule, ...] = chain or (rule("Descent", {"eta": 1.0}),)  # an empty chain subtracts the gradient
        self.store, self.backend = store, store.backend
        self.layout = tuple(layout)
        self.keys = _unique([single.entry.name for single in self.rules])
        kinds = [single.entry.kind for single in self.rules]
        self._main = len(kinds) - 1 - kinds[::-1].index("optimiser") if "optimiser" in kinds else len(kinds) - 1
        self.rule = self.rules[self._main]
        self.base = [dict(single.values) for single in self.rules]  # the values of every rule, as set by hand
        self.version = 0
        self._arrays: dict[str, Any] = {}  # slots by index of the rule and name
        self.slots: dict[str, Any] = {}  # the same ones, live, by "<Rule>.<slot>"
        for index, single in enumerate(self.rules):
            for name, start in single.entry.slots_for(single.values).items():
                self._arrays[f"{index}.{name}"] = self.slots[f"{self.keys[index]}.{name}"] = self._full(start)
        self.groups = [self._group(0, store.flat.size)]
        self.scheduled: float | None = None  # the rate that a schedule wants
        self._may_refuse = any(single.entry.per_array and single.values["throw"] for single in self.rules)
        self._compiler: UpdateCompiler | None = None
        self._lists: dict[Ranges, list[Call]] = {}

    @property
    def values(self) -> dict[str, float]:
        """The main rule's values, as set by hand: what a schedule makes of the rate is `rate`."""
        return self.base[self._main]

    @property
    def rate(self) -> float | None:
        """The present rate of the main rule; None for a rule without one."""
        return self.values.get("eta") if self.scheduled is None else self.scheduled

    def adjust(self, eta: float | None = None, *, layer: Layer | None = None, **values: Any) -> None:
        """Change values from the next step on, keeping all slots; of one layer only where it is given. Flux: `adjust!`.

        A value goes to every rule of the chain that has one of this name, `"<Rule>.<name>"` to that rule alone. SettingError for a
        name that no rule knows, and for a value outside its interval.
        """
        given = self._resolved(values if eta is None else {"eta": eta, **values})
        groups = self.groups if layer is None else self._groups_of(layer)
        for index, name, value in given:
            if layer is None:
                self.base[index][name] = value
            for group in groups:
                group.values[index][name] = value
                group.live[index][live_names(self.rules[index]).index(name)] = value
        if self.scheduled is None:
            self.refresh()
        else:
            self.set_rate(self.scheduled)

    def set_rate(self, eta: float | None) -> None:
        """Let the main rule go on with this rate while `values` stays; a layer's own rate keeps its ratio. None ends it."""
        self.scheduled = eta
        names = live_names(self.rule)
        for group in self.groups if "eta" in names else ():
            base, own = self.values["eta"], group.values[self._main]["eta"]
            rate = own if eta is None else eta if own == base else eta * (own / base) if base else own
            group.live[self._main][names.index("eta")] = rate
        self.refresh()

    def freeze(self, layer: Layer) -> None:
        """Keep a layer's parameters and their state as they are until `thaw`."""
        self._set_frozen(layer, True)

    def thaw(self, layer: Layer) -> None:
        """Let a frozen layer learn again."""
        self._set_frozen(layer, False)

    def refresh(self) -> None:
        """Compute anew what depends on live values alone."""
        for group in self.groups:
            run(group.derived)

    def arrange(self, layout: Sequence[Slot]) -> None:
        """Tell where each array lies, for rules that need one array at a time; a layout given before stays."""
        self.layout = self.layout or tuple(layout)

    def split(self, bounds: Iterable[int]) -> None:
        """Let a new group begin at each of `bounds`, with the values and numbers of the group it was in."""
        for bound in sorted(set(bounds)):
            for index, group in enumerate(self.groups):
                if group.start < bound < group.stop:
                    self.groups[index : index + 1] = [self._copied(group, group.start, bound), self._copied(group, bound, group.stop)]
                    self._outdate()
                    break

    def calls(self, skip: Ranges = ()) -> list[Call]:
        """Return the bound calls of one update, compiled at first use; stretches in `skip` make no step and keep their state."""
        self.split(bound for stretch in skip for bound in stretch)
        found = self._lists.get(skip)
        if found is None:
            active = [g for g in self.groups if not g.frozen and not any(a <= g.start and g.stop <= b and a < b for a, b in skip)]
            found = self._lists[skip] = [call for group in active for call in self._compiled(group)]
        return found

    def export(self) -> dict[str, np.ndarray]:
        """Return copies of all arrays that a resumed run needs: "<Rule>.<slot>", "<Rule>.scalars" and "groups"."""
        arrays = {name: np.array(self.backend.to_host(array)) for name, array in self.slots.items()}
        for index, key in enumerate(self.keys):
            if self.rules[index].entry.numbers:
                arrays[f"{key}.scalars"] = np.stack([self._numbers(group, index) for group in self.groups])
        return arrays | {"groups": np.array([(group.start, group.stop) for group in self.groups], np.int64)}

    def load(self, arrays: Mapping[str, np.ndarray], partial: bool = False) -> None:
        """Take over arrays that `export` returned; ShapeError when they belong to other rules or another model.

        With `partial` what fits by name and shape is taken, the rest starts afresh: the state of an edited chain.
        """
        bounds = np.asarray(arrays.get("groups", np.empty((0, 2)))).astype(np.int64)
        whole = len(bounds) > 0 and bounds[0][0] == 0 and bounds[-1][1] == self.store.flat.size
        sizes = {name: tuple(slot.shape) for name, slot in self.slots.items()}
        counts = {f"{key}.scalars": single.entry.numbers for key, single in zip(self.keys, self.rules, strict=True)}
        sizes |= {name: (len(bounds), count) for name, count in counts.items() if count}
        fits = {name: whole and name in arrays and tuple(arrays[name].shape) == shape for name, shape in sizes.items()}
        wrong = next((name for name, fit in fits.items() if not fit), None if whole else "groups")
        if wrong is not None and not partial:
            raise ShapeError(f"The saved state of {self.rule.entry.name} has no fitting '{wrong}'.", "Start the optimiser afresh.")
        for name, array in self.slots.items():
            if fits[name]:
                self.backend.load(array, arrays[name])
        if whole:
            self.split(int(bound) for bound in bounds.ravel())
        for index, key in enumerate(self.keys):
            if fits.get(f"{key}.scalars"):
                self._load_numbers(index, bounds, arrays[f"{key}.scalars"])
        self.refresh()

    def run(self, skip: Ranges = ()) -> None:
        """Make one update with the store's gradient; where a rule refuses it (DivergedError), parameters and state stay as they were."""
        before = (np.array(self.backend.to_host(self.store.flat)), self.export()) if self._may_refuse else None
        try:
            with np.errstate(all="ignore"):
                run(self.calls(skip))
        except DivergedError:  # another group, or a rule in front of it, may have made its step
            if before is not None:
                self.backend.load(self.store.flat, before[0])
                self.load(before[1])
            raise

    def _compiled(self, group: Group) -> list[Call]:
        if group.calls is None:
            if self._compiler is None:
                self._compiler = UpdateCompiler(self.rules, self.store, self._arrays, self.layout)
            self._compiler.compile(group)
            group.calls = compiled(group.calls or [], self.backend)
            run(group.derived)
        return group.calls or []

    def _full(self, start: float) -> Any:
        array = self.backend.flat(self.store.flat.size, self.store.dtype)
        if start:
            array.fill(start)
        return array

    def _group(self, start: int, stop: int) -> Group:
        dtype, asarray = self.store.dtype, self.backend.asarray
        live = [asarray(np.array([r.values[name] for name in live_names(r)], dtype)) for r in self.rules]
        scalars = [asarray(np.array(list(r.entry.scalars_for(r.values).values()), dtype)) for r in self.rules]
        return Group(start, stop, [dict(r.values) for r in self.rules], live, scalars, [0] * len(self.rules))

    def _copied(self, group: Group, start: int, stop: int) -> Group:
        live, scalars = (
            [self.backend.asarray(np.array(self.backend.to_host(a))) for a in arrays] for arrays in (group.live, group.scalars)
        )
        return Group(start, stop, [dict(v) for v in group.values], live, scalars, list(group.counts), group.frozen)

    def _numbers(self, group: Group, index: int) -> np.ndarray:
        if self.rules[index].entry.gate:
            return np.array([group.counts[index]], self.store.dtype)
        return np.array(self.backend.to_host(group.scalars[index]))

    def _load_numbers(self, index: int, bounds: np.ndarray, numbers: np.ndarray) -> None:
        for group in self.groups:
            row = numbers[int(np.searchsorted(bounds[:, 0], group.start, side="right")) - 1]
            if self.rules[index].entry.gate:
                group.counts[index] = int(row[0])
            else:
                self.backend.load(group.scalars[index], row)

    def _resolved(self, values: Mapping[str, Any]) -> list[tuple[int, str, float]]:
        """Return (rule, name, checked value) of everything to adjust."""
        if not values:
            check_values(self.rule.entry, {})
        result: list[tuple[int, str, float]] = []
        for name, value in values.items():
            owner, _, short = name.rpartition(".")
            before = len(result)
            for index, single in enumerate(self.rules):
                parts = spread(single.entry, {short: value})
                known = {hyper.name for hyper in single.entry.hypers}
                if owner in ("", self.keys[index]) and known.issuperset(parts):
                    result += [(index, part, number) for part, number in check_values(single.entry, parts).items()]
            if len(result) == before:
                self.rule.entry.hyper(name)  # raises and lists what there is
                raise FluxError(f"The value of {name} must be a number, got {value!r}.", "Give a number.")
        return result

    def _groups_of(self, layer: Layer) -> list[Group]:
        """Return the groups of a layer's parameters, split off where needed."""
        if not isinstance(layer, Layer) or layer._store is not self.store:
            raise FluxError(
                f"{layer!r} is no layer of the model that this optimiser state belongs to.", "Pass model[0], or set it up anew."
            )
        ranges = [(slot.start, slot.stop) for slot in layer.layout]
        edges = [edge for stretch in ranges for edge in stretch]
        self.split(edge for edge in edges if edges.count(edge) == 1)  # neighbours stay together
        return [group for group in self.groups if any(a <= group.start < b for a, b in ranges)]

    def _set_frozen(self, layer: Layer, frozen: bool) -> None:
        for group in self._groups_of(layer):
            group.frozen = frozen
        self._outdate()

    def _outdate(self) -> None:
        self._lists.clear()
        self.version += 1


def _unique(names: list[str]) -> list[str]:
    """Return the names, a second one of the same name numbered."""
    return [name if name not in names[:i] else f"{name}{names[:i].count(name) + 1}" for i, name in enumerate(names)]


def setup(rule: Rule | OptimiserChain, model: Layer) -> OptimiserState:
    """Return a fresh optimiser state for `model`. Flux: `Flux.setup(rule, model)`."""
    if not isinstance(rule, Rule | OptimiserChain):
        raise FluxError(f"setup expects an optimiser such as Adam(), got {rule!r}.", "Write flux.setup(flux.Adam(), model).")
    return OptimiserState(rule, model._store, model.layout)


def adjust(state: OptimiserState, eta: float | None = None, *, layer: Layer | None = None, **values: Any) -> None:
    """Change values from the next step on, keeping momentum; of one layer where it is given. Flux: `adjust!(state, eta; beta = ...)`."""
    _checked(state).adjust(eta, layer=layer, **values)


def freeze(state: OptimiserState, layer: Layer) -> None:
    """Keep the parameters of one layer of the model and their state as they are. Flux: `freeze!(state.layers[i])`."""
    _checked(state).freeze(layer)


def thaw(state: OptimiserState, layer: Layer) -> None:
    """Let a frozen layer learn again. Flux: `thaw!(state.layers[i])`."""
    _checked(state).thaw(layer)


def _checked(state: Any) -> OptimiserState:
    if not isinstance(state, OptimiserState):
        raise FluxError("The first argument must be an optimiser state, not a model.", "Write state = flux.setup(flux.Adam(), model).")
    return state
