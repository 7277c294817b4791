"""Optimisation rules: one registry table. A rule is data plus one function that turns a gradient into a step.

The function is written on traced arrays, compiled once and run over the one flat parameter array in cache-sized chunks.
The parameter becomes x - step. Source: Optimisers.jl `src/rules.jl`. Values such as eta sit in a small live array, so they
can change in the middle of a run without recompiling and without losing momentum.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flux_gui.core.errors import SettingError
from flux_gui.core.registry import Entry, Hyper, Registry
from flux_gui.engine import functions as f

Step = Callable[[Any, Any, Any, Any], Any]  # (gradient, parameter, live values, slots) -> step


@dataclass(frozen=True)
class RuleEntry(Entry):
    """A rule: `function(g, x, h, s)` returns the step; `h` holds live values, `s` the slots, which it may set anew.

    `slots` are arrays as large as the parameters with their start value; `scalars` are single numbers that start as a live value.
    """

    slots: Mapping[str, float] = field(default_factory=dict)
    scalars: Mapping[str, str] = field(default_factory=dict)
    per_array: bool = False  # needs one parameter array at a time, such as a norm


@dataclass(frozen=True)
class Rule:
    """A rule with its hyper-parameter values, such as `Adam(eta=0.01)`."""

    entry: RuleEntry
    values: dict[str, float]

    def __repr__(self) -> str:
        return f"{self.entry.name}({', '.join(f'{k}={v:g}' for k, v in self.values.items())})"


OPTIMISERS: Registry[RuleEntry] = Registry("optimiser")


def rule(name: str, values: Mapping[str, float] | None = None) -> Rule:
    """Return the rule called `name`, with its defaults overridden by `values`; each is checked."""
    entry = OPTIMISERS.get(name)
    return Rule(entry, entry.values(values))


def _eta(default: float) -> Hyper:
    return Hyper("eta", default, 0.0, 1e6, "How far each step goes. Too large: the loss explodes; too small: nothing moves.", "Rate", "log")


_EPSILON = Hyper("epsilon", 1e-8, 0.0, 1.0, "Keeps a division by a tiny number harmless.", "Epsilon", "log", advanced=True)


def _descent(g: Any, x: Any, h: Any, s: Any) -> Any:
    return h.eta * g


def _momentum(g: Any, x: Any, h: Any, s: Any) -> Any:
    s.velocity = h.rho * s.velocity + h.eta * g
    return s.velocity


def _adam(g: Any, x: Any, h: Any, s: Any) -> Any:
    s.m = h.beta1 * s.m + (1.0 - h.beta1) * g
    s.v = h.beta2 * s.v + (1.0 - h.beta2) * f.square(g)
    step = (h.eta / (1.0 - s.power1)) * s.m / (f.sqrt(s.v / (1.0 - s.power2)) + h.epsilon)
    s.power1 = s.power1 * h.beta1
    s.power2 = s.power2 * h.beta2
    return step


OPTIMISERS.add(
    RuleEntry(
        "Descent",
        _descent,
        "Descent",
        "Plain gradient descent: straight downhill by the rate times the slope.",
        "x ← x - η g",
        (_eta(0.1),),
        names={"flux": "Descent", "pytorch": "torch.optim.SGD"},
    )
)
OPTIMISERS.add(
    RuleEntry(
        "Momentum",
        _momentum,
        "Momentum",
        "Descent with inertia: keeps rolling in the direction of earlier steps.",
        "v ← ρ v + η g;  x ← x - v",
        (_eta(0.01), Hyper("rho", 0.9, 0.0, 1.0, "How much of the last step is kept; 0 is plain descent.", "Momentum")),
        names={"flux": "Momentum", "pytorch": "torch.optim.SGD"},
        slots={"velocity": 0.0},
    )
)
OPTIMISERS.add(
    RuleEntry(
        "Adam",
        _adam,
        "Adam",
        "Gives every parameter its own step size from the recent slopes; works well almost everywhere.",
        "x ← x - η m̂ / (√v̂ + ε)",
        (
            _eta(0.001),
            Hyper("beta1", 0.9, 0.0, 0.999999, "Memory of the mean slope; larger is smoother.", "Beta 1", advanced=True),
            Hyper("beta2", 0.999, 0.0, 0.999999999, "Memory of the slope's size; larger is steadier.", "Beta 2", advanced=True),
            _EPSILON,
        ),
        names={"flux": "Adam", "pytorch": "torch.optim.Adam"},
        slots={"m": 0.0, "v": 0.0},
        scalars={"power1": "beta1", "power2": "beta2"},
    )
)


def Descent(eta: float = 0.1) -> Rule:  # noqa: N802
    """Plain gradient descent: x ← x - eta g. Flux: `Descent(η = 0.1)`."""
    return rule("Descent", {"eta": eta})


def Momentum(eta: float = 0.01, rho: float = 0.9) -> Rule:  # noqa: N802
    """Descent with inertia: v ← rho v + eta g, x ← x - v. Flux: `Momentum(η = 0.01, ρ = 0.9)`."""
    return rule("Momentum", {"eta": eta, "rho": rho})


def Adam(eta: float = 0.001, beta: tuple[float, float] = (0.9, 0.999), epsilon: float = 1e-8) -> Rule:  # noqa: N802
    """Adaptive moments with bias correction. Flux: `Adam(η = 0.001, β = (0.9, 0.999), ϵ = 1e-8)`. Kingma and Ba, 2014."""
    return rule("Adam", {"eta": eta, "beta1": beta[0], "beta2": beta[1], "epsilon": epsilon})


def trace_step(entry: RuleEntry, g: Any, x: Any, live: Mapping[str, Any], slots: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return (new parameter, new slots by name) for traced or plain arguments."""
    state = SimpleNamespace(**slots)
    step = entry.function(g, x, SimpleNamespace(**live), state)
    changed = {name: value for name, value in vars(state).items() if value is not slots[name]}
    return x - step, changed


def check_values(entry: RuleEntry, values: Mapping[str, float]) -> dict[str, float]:
    """Return `values` checked against the entry's intervals; an unknown name raises SettingError."""
    if not values:
        raise SettingError(f"{entry.name}: nothing to adjust.", f"Its settings: {', '.join(h.name for h in entry.hypers)}.")
    return {name: entry.hyper(name).check(value, entry.name) for name, value in values.items()}
