"""Optimisers: one registry table of all rules with texts and intervals, rules with their values, and chains of rules.

Values such as eta sit in a small live array while a model trains, so they can change in the middle of a run without
recompiling and without losing momentum. Source of defaults: Optimisers.jl `src/rules.jl`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flux_gui.core.errors import FluxError, SettingError
from flux_gui.core.registry import Hyper, Registry
from flux_gui.engine import rules
from flux_gui.engine.rules import RuleEntry

OPTIMISERS: Registry[RuleEntry] = Registry("optimiser")


@dataclass(frozen=True)
class Rule:
    """A rule with its hyper-parameter values, such as `Adam(eta=0.01)`."""

    entry: RuleEntry
    values: dict[str, float]

    def __repr__(self) -> str:
        return f"{self.entry.name}({', '.join(f'{k}={v:g}' for k, v in self.values.items())})"


class OptimiserChain:
    """Rules one after another: each gets what the one before made of the gradient; the last one's result is the step.

    An empty chain subtracts the gradient itself. A chain inside a chain is spread out. Flux: `OptimiserChain(rules...)`.
    """

    def __init__(self, *rules: "Rule | OptimiserChain") -> None:
        for given in rules:
            if not isinstance(given, Rule | OptimiserChain):
                raise FluxError(f"A chain consists of rules such as ClipGrad(1) or Adam(), got {given!r}.", "Write ClipGrad(1), Adam().")
        spread = [given.rules if isinstance(given, OptimiserChain) else (given,) for given in rules]
        self.rules: tuple[Rule, ...] = tuple(single for part in spread for single in part)

    def __repr__(self) -> str:
        return f"OptimiserChain({', '.join(map(repr, self.rules))})"


def rule(name: str, values: Mapping[str, float] | None = None) -> Rule:
    """Return the rule called `name`, with its defaults overridden by `values`; each is checked."""
    entry = OPTIMISERS.get(name)
    return Rule(entry, entry.values(values))


def spread(entry: RuleEntry, values: Mapping[str, Any]) -> dict[str, float]:
    """Return `values` with pairs as Flux writes them taken apart: beta = (0.9, 0.99) becomes beta1 and beta2."""
    result: dict[str, float] = {}
    for name, value in values.items():
        pair = isinstance(value, tuple | list) and len(value) == 2 and any(hyper.name == f"{name}1" for hyper in entry.hypers)
        result |= {f"{name}{i}": part for i, part in enumerate(value, start=1)} if pair else {name: value}
    return result


def check_values(entry: RuleEntry, values: Mapping[str, float]) -> dict[str, float]:
    """Return `values` checked against the entry's intervals; SettingError for an unknown name and for one fixed at the start."""
    if not values:
        raise SettingError(f"{entry.name}: nothing to adjust.", f"Its settings: {', '.join(h.name for h in entry.hypers)}.")
    for name in values:
        if name in entry.fixed:
            raise SettingError(f"{entry.name}: '{name}' cannot change in the middle of a run.", "Start the optimiser afresh with it.")
    return {name: entry.hyper(name).check(value, entry.name) for name, value in values.items()}


_TINY = 1e-30  # what is divided by must not vanish, not even when multiplied by a bias correction in single precision


def _eta(default: float) -> Hyper:
    return Hyper("eta", default, 0.0, 1e6, "How far each step goes. Too large: the loss explodes; too small: nothing moves.", "Rate", "log")


def _epsilon(default: float = 1e-8) -> Hyper:
    return Hyper("epsilon", default, _TINY, 1.0, "Keeps a division by a tiny number harmless.", "Epsilon", "log", advanced=True)


def _betas(first: float = 0.9, second: float = 0.999) -> tuple[Hyper, Hyper]:
    return (
        Hyper("beta1", first, 0.0, 0.999999, "Memory of the mean slope; larger is smoother.", "Beta 1", advanced=True),
        Hyper("beta2", second, 0.0, 0.999999, "Memory of the slope's size; larger is steadier.", "Beta 2", advanced=True),
    )


def _rho(doc: str, label: str) -> Hyper:
    return Hyper("rho", 0.9, 0.0, 1.0, doc, label)


_MEMORY = _rho("How much of the past is kept in the average of the squared slopes.", "Memory")
_INERTIA = _rho("How much of the last step is kept; 0 is plain descent.", "Momentum")
_ADAM = {"m": 0.0, "v": 0.0}
_POWERS = {"power1": "beta1", "power2": "beta2"}
_DECAY_DOC = "How strongly large parameters are pulled towards zero at each step."


def _names(name: str, pytorch: str = "") -> dict[str, str]:
    return {"flux": name, "pytorch": f"torch.optim.{pytorch}"} if pytorch else {"flux": name}


def _add(name: str, function: Callable[..., Any], doc: str, formula: str, *hypers: Hyper, pytorch: str = "", **details: Any) -> None:
    label = details.pop("label", name)
    OPTIMISERS.add(RuleEntry(name, function, label, doc, formula, hypers, names=_names(name, pytorch), **details))


_add(
    "Descent",
    rules.descent,
    "Plain gradient descent: straight downhill by the rate times the slope.",
    "x ← x - η g",
    _eta(0.1),
    pytorch="SGD",
)
_add(
    "Momentum",
    rules.momentum,
    "Descent with inertia: keeps rolling in the direction of earlier steps.",
    "v ← ρ v + η g;  x ← x - v",
    _eta(0.01),
    _INERTIA,
    pytorch="SGD",
    slots={"velocity": 0.0},
)
_add(
    "Nesterov",
    rules.nesterov,
    "Momentum that looks one step ahead before it turns.",
    "x ← x + ρ² v - (1 + ρ) η g;  v ← ρ v - η g",
    _eta(0.001),
    _INERTIA,
    pytorch="SGD",
    slots={"velocity": 0.0},
)
_add(
    "RMSProp",
    rules.rmsprop,
    "Divides each slope by its recent size, so that steep and flat directions move alike.",
    "q ← ρ q + (1 - ρ) g²;  x ← x - η g / (√q + ε)",
    _eta(0.001),
    _MEMORY,
    _epsilon(),
    Hyper("centred", 0.0, 0.0, 1.0, "Subtract the mean slope before its size is taken.", "Centred", boolean=True, advanced=True),
    pytorch="RMSprop",
    slots={"quadratic": 0.0, "linear": 0.0},
    optional={"linear": "centred"},
    fixed=("centred",),
)
_add(
    "Rprop",
    rules.rprop,
    "Looks at the sign of the slope only: longer steps while it stays, shorter when it flips. For one batch.",
    "x ← x - s sign(g);  s grows while the sign of g stays, shrinks when it flips",
    _eta(0.001),
    Hyper("ell1", 0.5, 0.0, 1.0, "What a step is multiplied by when the slope changes its sign.", "Shrink", advanced=True),
    Hyper("ell2", 1.2, 1.0, 100.0, "What a step is multiplied by while the slope keeps its sign.", "Grow", advanced=True),
    Hyper("gamma1", 1e-6, 0.0, 1e6, "The shortest step.", "Shortest", "log", advanced=True),
    Hyper("gamma2", 50.0, 0.0, 1e6, "The longest step.", "Longest", "log", advanced=True),
    pytorch="Rprop",
    slots={"previous": 0.0, "size": "eta"},
)
_add(
    "Adam",
    rules.adam,
    "Gives every parameter its own step size from the recent slopes; works well almost everywhere.",
    "x ← x - η m̂ / (√v̂ + ε)",
    _eta(0.001),
    *_betas(),
    _epsilon(),
    pytorch="Adam",
    slots=_ADAM,
    scalars=_POWERS,
)
_add(
    "AdamW",
    rules.adamw,
    "Adam with weight decay beside it, which pulls all parameters towards zero at the same pace.",
    "x ← x - η (m̂ / (√v̂ + ε) + λ x)",
    _eta(0.001),
    *_betas(),
    Hyper("lambd", 0.0, 0.0, 1e3, _DECAY_DOC, "Decay", "log"),
    _epsilon(),
    Hyper("couple", 1.0, 0.0, 1.0, "The decay is multiplied by the rate.", "Decay follows rate", boolean=True, advanced=True),
    pytorch="AdamW",
    slots=_ADAM,
    scalars=_POWERS,
    fixed=("couple",),
)
_add(
    "RAdam",
    rules.radam,
    "Adam that holds back during the first steps, when the size of the slopes is not known well yet.",
    "x ← x - r η m̂ / (√v̂ + ε)",
    _eta(0.001),
    *_betas(),
    _epsilon(),
    pytorch="RAdam",
    slots=_ADAM,
    scalars={**_POWERS, "steps": 1.0},
)
_add(
    "AdaMax",
    rules.adamax,
    "Adam that remembers the largest slope instead of the mean square.",
    "u ← max(β₂ u, |g|);  x ← x - η m̂ / (u + ε)",
    _eta(0.001),
    *_betas(),
    _epsilon(),
    pytorch="Adamax",
    slots={"m": 0.0, "u": 0.0},
    scalars={"power1": "beta1"},
)
_add(
    "OAdam",
    rules.oadam,
    "Optimistic Adam: expects the next step to be like this one. For two networks that compete.",
    "x ← x - (2 Tₜ - Tₜ₋₁), T the step of Adam",
    _eta(0.001),
    *_betas(0.5, 0.9),
    _epsilon(),
    slots={**_ADAM, "term": 0.0},
    scalars=_POWERS,
)
_add(
    "AdaGrad",
    rules.adagrad,
    "Divides by the sum of all squared slopes so far: steps become ever shorter.",
    "A ← A + g²;  x ← x - η g / (√A + ε)",
    _eta(0.1),
    _epsilon(),
    pytorch="Adagrad",
    slots={"sum": "epsilon"},
)
_add(
    "AdaDelta",
    rules.adadelta,
    "Finds its step size from its own earlier steps; there is no rate to choose.",
    "A ← ρ A + (1 - ρ) g²;  x ← x - g √(D + ε) / √(A + ε);  D ← ρ D + (1 - ρ) Δx²",
    _MEMORY,
    _epsilon(),
    pytorch="Adadelta",
    slots={"gradient": 0.0, "step": 0.0},
)
_add(
    "AMSGrad",
    rules.amsgrad,
    "Adam whose step sizes only become shorter.",
    "v̂ ← max(v̂, v);  x ← x - η m / (√v̂ + ε)",
    _eta(0.001),
    *_betas(),
    _epsilon(),
    slots={"m": "epsilon", "v": "epsilon", "largest": "epsilon"},
)
_add(
    "NAdam",
    rules.nadam,
    "Adam that looks one step ahead, as Nesterov does.",
    "x ← x - η (β₁ m / (1 - β₁ B₁) + (1 - β₁) g / (1 - B₁)) / (√(β₂ v / (1 - B₂)) + ε)",
    _eta(0.001),
    *_betas(),
    _epsilon(),
    pytorch="NAdam",
    slots=_ADAM,
    scalars=_POWERS,
)
_add(
    "AdaBelief",
    rules.adabelief,
    "Adam that takes long steps where the slope is as expected and short ones where it surprises.",
    "s ← β₂ s + (1 - β₂)(g - m)² + ε;  x ← x - η m̂ / (√ŝ + ε)",
    _eta(0.001),
    *_betas(),
    _epsilon(1e-16),
    slots={"m": 0.0, "s": 0.0},
    scalars=_POWERS,
)
_add(
    "Lion",
    rules.lion,
    "All parameters step by exactly the rate; only the direction is learned. Choose a smaller rate than for Adam.",
    "m ← β₂ g + (1 - β₂) m;  x ← x - η sign((β₂ - β₁) g + β₁ m)",
    _eta(0.001),
    *_betas(),
    slots={"m": 0.0},
)
_add(
    "WeightDecay",
    rules.weight_decay,
    "Pulls every parameter towards zero, the large ones most: simpler networks, less overfitting (L2).",
    "g ← g + λ x",
    Hyper("lambd", 5e-4, 0.0, 1e3, _DECAY_DOC, "Strength", "log"),
    kind="regularisation",
    label="Weight decay",
)
_add(
    "SignDecay",
    rules.sign_decay,
    "Pulls every parameter towards zero by the same amount, so that needless ones stay near zero (L1).",
    "g ← g + λ sign(x)",
    Hyper("lambd", 1e-3, 0.0, 1e3, "How strongly every parameter is pulled towards zero.", "Strength", "log"),
    kind="regularisation",
    label="Sign decay",
)
_add(
    "ClipGrad",
    rules.clip_grad,
    "Cuts every number of the gradient off at a limit, so that one wild batch cannot ruin the network.",
    "g ← clamp(g, -δ, δ)",
    Hyper("delta", 10.0, 0.0, 1e9, "The largest slope that is passed on.", "Limit", "log"),
    kind="clipping",
    label="Clip values",
)
_add(
    "ClipNorm",
    rules.clip_norm,
    "Shortens the gradient of each array (a layer's weight, its bias) to a greatest length; its direction stays.",
    "g ← g · min(ω / ‖g‖, 1)",
    Hyper("omega", 10.0, _TINY, 1e9, "The greatest length of a gradient.", "Length", "log"),
    Hyper("p", 2.0, 0.0, 64.0, "Which norm: 2 is the length, 1 the sum of sizes; 0 stands for the largest size.", "Norm", advanced=True),
    Hyper("throw", 1.0, 0.0, 1.0, "Stop when a gradient is not finite.", "Stop at infinity", boolean=True, advanced=True),
    kind="clipping",
    label="Clip length",
    fixed=("p", "throw"),
    per_array=True,
)
_add(
    "AccumGrad",
    rules.accum_grad,
    "Gathers the gradients of several batches and steps with their mean: like a larger batch in less memory.",
    "g ← mean of n gradients, every n-th time",
    Hyper("n", 2.0, 1.0, 1e6, "How many batches make one step.", "Batches", integer=True),
    kind="accumulation",
    label="Gather batches",
    slots={"sum": 0.0},
    gate=True,
)
