"""The formulas of the optimisation rules: what each one does to a gradient, written once as array maths.

A rule is data plus one function from a gradient to a step; the parameter becomes x - step. The functions run on traced
arrays. Source: Optimisers.jl `src/rules.jl`; state starts and epsilons are Flux's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flux_gui.core.registry import Entry
from flux_gui.engine import functions as f


@dataclass(frozen=True)
class RuleEntry(Entry):
    """A rule: `function(g, x, h, s)` returns the step; `h` holds the values, `s` the state, which it may set anew.

    `slots` are arrays as large as the parameters, `scalars` single numbers; each starts as a number or as the value of a
    hyper-parameter. A slot in `optional` exists only where that hyper-parameter is on. What is `fixed` cannot change in a run.
    """

    kind: str = "optimiser"  # or "regularisation", "clipping", "accumulation": rules that come before one
    slots: Mapping[str, float | str] = field(default_factory=dict)
    scalars: Mapping[str, float | str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()
    per_array: bool = False  # needs one parameter array at a time: `segments.py` has it in calls of its own
    gate: bool = False  # lets the rules behind it run at every n-th call only, with the mean of what its one slot gathered

    @property
    def numbers(self) -> int:
        """How many single numbers a resumed run needs for each group: the scalars, or what a gate counted."""
        return 1 if self.gate else len(self.scalars)

    def slots_for(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the slots that a rule with these values needs, with their start values."""
        needed = {k: start for k, start in self.slots.items() if k not in self.optional or values[self.optional[k]]}
        return {k: values[start] if isinstance(start, str) else start for k, start in needed.items()}

    def scalars_for(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return the start values of the single numbers of a rule with these values."""
        return {k: values[start] if isinstance(start, str) else start for k, start in self.scalars.items()}


# Formulas. Adam and its kin fold the bias corrections c1 = 1 - B1, c2 = 1 - B2 into single numbers, which saves passes over the
# arrays: eta (m / c1) / (sqrt(v / c2) + eps) = (eta sqrt(c2) / c1) m / (sqrt(v) + eps sqrt(c2)).


def descent(g: Any, x: Any, h: Any, s: Any) -> Any:
    """eta g."""
    return h.eta * g


def momentum(g: Any, x: Any, h: Any, s: Any) -> Any:
    """v ← rho v + eta g; step v. The rate is inside the velocity."""
    s.velocity = h.rho * s.velocity + h.eta * g
    return s.velocity


def nesterov(g: Any, x: Any, h: Any, s: Any) -> Any:
    """step (1 + rho) eta g - rho² v; then v ← rho v - eta g."""
    step = (h.eta * (1.0 + h.rho)) * g - f.square(h.rho) * s.velocity
    s.velocity = h.rho * s.velocity - h.eta * g
    return step


def rmsprop(g: Any, x: Any, h: Any, s: Any) -> Any:
    """q ← rho q + (1 - rho) g²; step eta g / (sqrt(q - l²) + eps), l the mean slope when centred, else 0. Hinton, 2012."""
    s.quadratic = h.rho * s.quadratic + (1.0 - h.rho) * f.square(g)
    spread = s.quadratic
    if h.centred:
        s.linear = h.rho * s.linear + (1.0 - h.rho) * g
        spread = f.maximum(s.quadratic - f.square(s.linear), 0.0)  # rounding may bring it below 0
    return h.eta * g / (f.sqrt(spread) + h.epsilon)


def rprop(g: Any, x: Any, h: Any, s: Any) -> Any:
    """Step size times sign; it grows while the sign of g stays and shrinks (g counts as 0 once) when it flips. Riedmiller, 1993."""
    agree = s.previous * g
    longer = f.minimum(s.size * h.ell2, h.gamma2)
    shorter = f.maximum(s.size * h.ell1, h.gamma1)
    s.size = f.where(agree > 0.0, longer, f.where(agree < 0.0, shorter, s.size))
    s.previous = f.where(agree < 0.0, 0.0, g)
    return s.size * f.sign(s.previous)


def _moments(g: Any, h: Any, s: Any) -> None:
    s.m = h.beta1 * s.m + (1.0 - h.beta1) * g
    s.v = h.beta2 * s.v + (1.0 - h.beta2) * f.square(g)


def _corrections(h: Any, s: Any) -> tuple[Any, Any]:
    """Return (1 - B1, sqrt(1 - B2)) and move the powers on: they start at beta, are used, then multiplied."""
    first, second = 1.0 - s.power1, f.sqrt(1.0 - s.power2)
    s.power1, s.power2 = s.power1 * h.beta1, s.power2 * h.beta2
    return first, second


def adam(g: Any, x: Any, h: Any, s: Any) -> Any:
    """eta (m / (1 - B1)) / (sqrt(v / (1 - B2)) + eps), m and v moving means of g and g². Kingma and Ba, 2014."""
    _moments(g, h, s)
    first, second = _corrections(h, s)
    return (h.eta * second / first) * (s.m / (f.sqrt(s.v) + h.epsilon * second))


def adamw(g: Any, x: Any, h: Any, s: Any) -> Any:
    """Step of Adam plus eta lambd x (coupled) or lambd x. Loshchilov and Hutter, 2017."""
    return adam(g, x, h, s) + (h.eta * h.lambd if h.couple else h.lambd) * x


def radam(g: Any, x: Any, h: Any, s: Any) -> Any:
    """Step of Adam times r once rho > 4, before that eta m / (1 - B1). Liu et al., 2019."""
    _moments(g, h, s)
    last = 2.0 / (1.0 - h.beta2) - 1.0
    rho = last - 2.0 * s.steps * s.power2 / (1.0 - s.power2)
    rectified = f.sqrt(f.maximum((rho - 4.0) * (rho - 2.0) * last / ((last - 4.0) * (last - 2.0) * rho), 0.0))
    first, second = _corrections(h, s)
    s.steps = s.steps + 1.0
    trusted = rho > 4.0  # the choice is one of single numbers: the array maths stays the same
    scale = f.where(trusted, h.eta * rectified * second / first, h.eta / first)
    return scale * (s.m / (f.where(trusted, 1.0, 0.0) * f.sqrt(s.v) + f.where(trusted, h.epsilon * second, 1.0)))


def adamax(g: Any, x: Any, h: Any, s: Any) -> Any:
    """u ← max(beta2 u, |g|); step eta / (1 - B1) m / (u + eps). Kingma and Ba, 2014."""
    s.m = h.beta1 * s.m + (1.0 - h.beta1) * g
    s.u = f.maximum(h.beta2 * s.u, f.absolute(g))
    scale = h.eta / (1.0 - s.power1)
    s.power1 = s.power1 * h.beta1
    return scale * (s.m / (s.u + h.epsilon))


def oadam(g: Any, x: Any, h: Any, s: Any) -> Any:
    """2 T - T of the step before, T the step of Adam. Daskalakis et al., 2017."""
    before = s.term
    s.term = adam(g, x, h, s)
    return 2.0 * s.term - before


def adagrad(g: Any, x: Any, h: Any, s: Any) -> Any:
    """A ← A + g², starting at eps; step eta g / (sqrt(A) + eps). Duchi et al., 2011."""
    s.sum = s.sum + f.square(g)
    return h.eta * g / (f.sqrt(s.sum) + h.epsilon)


def adadelta(g: Any, x: Any, h: Any, s: Any) -> Any:
    """A ← rho A + (1 - rho) g²; step d = g sqrt(D + eps) / sqrt(A + eps); D ← rho D + (1 - rho) d². Zeiler, 2012."""
    s.gradient = h.rho * s.gradient + (1.0 - h.rho) * f.square(g)
    step = g * f.sqrt(s.step + h.epsilon) / f.sqrt(s.gradient + h.epsilon)
    s.step = h.rho * s.step + (1.0 - h.rho) * f.square(step)
    return step


def amsgrad(g: Any, x: Any, h: Any, s: Any) -> Any:
    """w ← max(w, v); step eta m / (sqrt(w) + eps) without bias correction; all three start at eps. Reddi et al., 2018."""
    _moments(g, h, s)
    s.largest = f.maximum(s.largest, s.v)
    return h.eta * s.m / (f.sqrt(s.largest) + h.epsilon)


def nadam(g: Any, x: Any, h: Any, s: Any) -> Any:
    """eta (beta1 m / (1 - beta1 B1) + (1 - beta1) g / (1 - B1)) / (sqrt(beta2 v / (1 - B2)) + eps). Dozat, 2016."""
    _moments(g, h, s)
    ahead = h.beta1 / (1.0 - h.beta1 * s.power1)
    first, second = _corrections(h, s)
    root = f.sqrt(f.maximum(h.beta2, 1e-30)) / second  # beta2 = 0 must not divide by 0
    return (h.eta / root) * ((ahead * s.m + ((1.0 - h.beta1) / first) * g) / (f.sqrt(s.v) + h.epsilon / root))


def adabelief(g: Any, x: Any, h: Any, s: Any) -> Any:
    """s ← beta2 s + (1 - beta2)(g - m)² + eps; step eta (m / (1 - B1)) / (sqrt(s / (1 - B2)) + eps). Zhuang et al., 2020."""
    s.m = h.beta1 * s.m + (1.0 - h.beta1) * g
    s.s = h.beta2 * s.s + (1.0 - h.beta2) * f.square(g - s.m) + h.epsilon
    first, second = _corrections(h, s)
    return (h.eta * second / first) * (s.m / (f.sqrt(s.s) + h.epsilon * second))


def lion(g: Any, x: Any, h: Any, s: Any) -> Any:
    """m ← beta2 g + (1 - beta2) m; step eta sign((beta2 - beta1) g + beta1 m): the paper in terms of the new m. Chen et al., 2023."""
    s.m = h.beta2 * g + (1.0 - h.beta2) * s.m
    return h.eta * f.sign((h.beta2 - h.beta1) * g + h.beta1 * s.m)


def weight_decay(g: Any, x: Any, h: Any, s: Any) -> Any:
    """g + lambd x: the gradient of a loss with lambd / 2 Σ x² added."""
    return g + h.lambd * x


def sign_decay(g: Any, x: Any, h: Any, s: Any) -> Any:
    """g + lambd sign(x): the gradient of a loss with lambd Σ |x| added."""
    return g + h.lambd * f.sign(x)


def clip_grad(g: Any, x: Any, h: Any, s: Any) -> Any:
    """g, every number cut off at ±delta."""
    return f.minimum(f.maximum(g, -h.delta), h.delta)


def clip_norm(g: Any, x: Any, h: Any, s: Any) -> Any:
    """g · min(omega / ‖g‖_p, 1) of one array; p = 0 stands for the largest size. `segments.py` does the same in place."""
    size = f.absolute(g)
    norm = f.sqrt(f.sum(f.square(g))) if h.p == 2 else f.sum(size**h.p) ** (1.0 / h.p) if h.p else size.max()
    return g * f.minimum(h.omega / norm, 1.0)


def accum_grad(g: Any, x: Any, h: Any, s: Any) -> Any:
    """Sum of the gradients so far; the gate behind it divides by their number and starts it anew."""
    s.sum = s.sum + g
    return s.sum


def trace_step(entry: RuleEntry, g: Any, x: Any, values: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return (step, new slots and scalars by name) of one rule for traced or plain arguments."""
    own = SimpleNamespace(**state)
    step = entry.function(g, x, SimpleNamespace(**values), own)
    return step, {name: value for name, value in vars(own).items() if value is not state[name]}
