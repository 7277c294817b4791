"""Schedules of the learning rate: pure functions of t = 1, 2, ..., one registry table of them, and stages that follow each other.

Past its end a schedule holds its last value. Source: ParameterSchedulers.jl `src/decay.jl`, `cyclic.jl`, `complex.jl`; the
reduction on a plateau is that of other libraries.
"""

import bisect
import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flux_gui.core.registry import Entry, Hyper, Registry
from flux_gui.specs.training import Stage

Function = Callable[[int], float]


def Step(start: float, decay: float, step_sizes: int | Iterable[int]) -> Function:  # noqa: N802
    """start · decay^(number of finished steps): a whole number repeats, a list gives lengths one after another."""
    if isinstance(step_sizes, int):
        return lambda t: start * decay ** ((t - 1) // step_sizes)
    ends = list(itertools.accumulate(step_sizes))
    return lambda t: start * decay ** bisect.bisect_right(ends, t - 1)


def Exp(start: float, decay: float) -> Function:  # noqa: N802
    """start · decay^(t - 1)."""
    return lambda t: start * decay ** (t - 1)


def Poly(start: float, degree: float, max_iter: int) -> Function:  # noqa: N802
    """start · (1 - (t - 1) / max_iter)^degree; after t = max_iter its value there."""
    return lambda t: start * (1 - (min(t, max_iter) - 1) / max_iter) ** degree


def Inv(start: float, decay: float, degree: float) -> Function:  # noqa: N802
    """start / (1 + (t - 1) decay)^degree."""
    return lambda t: float(start * (1 + (t - 1) * decay) ** -degree)  # a quotient would overflow in the end


def CosAnneal(l0: float, l1: float, period: int, restart: bool = True) -> Function:  # noqa: N802
    """|l0 - l1| (1 + cos(π u / period)) / 2 + min(l0, l1), u = (t - 1) mod period with `restart`, else t - 1."""
    return lambda t: _cosine(l0, l1, (t - 1) % period if restart else t - 1, period)


def OneCycle(  # noqa: N802
    n: int, max: float, *, start: float | None = None, end: float | None = None, pct: float = 0.25
) -> Function:
    """A cosine up from `start` (max / 25) to `max` in ceil(pct n) steps, then one down to `end` (max / 1e5). Smith, 2018."""
    low, last = max / 25 if start is None else start, max / 1e5 if end is None else end
    up = math.ceil(pct * n)

    def rate(t: int) -> float:
        t = min(t, n)
        return _cosine(low, max, t + up - 1, up) if t <= up else _cosine(max, last, t - up - 1, n - up)

    return rate


def WarmUp(start: float, stop: float, steps: int) -> Function:  # noqa: N802
    """A straight line from `start` at t = 1 to `stop` at t = steps + 1, which then holds."""
    return lambda t: stop if t > steps else start + (stop - start) * (t - 1) / steps


def Sequence(*stages: tuple[Function | float, int]) -> Function:  # noqa: N802
    """One schedule (or constant) after another, each counting t from 1 anew: pairs (schedule, length). The last one goes on."""
    functions = [stage if callable(stage) else _constant(stage) for stage, _ in stages]
    ends = list(itertools.accumulate(length for _, length in stages))

    def rate(t: int) -> float:
        index = min(bisect.bisect_left(ends, t), len(ends) - 1)
        return functions[index](t - (ends[index - 1] if index else 0))

    return rate


def _constant(value: float) -> Function:
    return lambda t: value


def _cosine(l0: float, l1: float, position: int, period: int) -> float:
    return abs(l0 - l1) * (1 + math.cos(math.pi * position / period)) / 2 + min(l0, l1)


class ReduceOnPlateau:
    """base · scale; `observe` multiplies the scale by `factor` when the loss has not got better `patience` times in a row.

    Better means lower than the best so far by more than `min_delta`. The scale never goes below `floor`.
    """

    def __init__(self, base: float, factor: float = 0.5, patience: int = 10, min_delta: float = 0.0, floor: float = 0.0) -> None:
        self.base, self.factor, self.patience, self.min_delta, self.floor = base, factor, patience, min_delta, floor
        self.best, self.waited, self.scale = math.inf, 0, 1.0

    def __call__(self, t: int) -> float:
        return self.base * self.scale

    def observe(self, loss: float) -> bool:
        """Take note of a loss; return whether that lowered the rate."""
        if loss < self.best - self.min_delta:
            self.best, self.waited = loss, 0
            return False
        self.waited += 1
        if self.waited < self.patience:
            return False
        before, self.waited = self.scale, 0
        self.scale = min(self.scale, max(self.scale * self.factor, self.floor))
        return self.scale != before

    def state(self) -> dict[str, float]:
        """Return what a resumed run needs; finite numbers only."""
        best = {"best": self.best} if math.isfinite(self.best) else {}
        return {"waited": float(self.waited), "scale": self.scale, **best}

    def load(self, state: Mapping[str, float]) -> None:
        """Take over what `state` returned."""
        self.best, self.waited, self.scale = state.get("best", math.inf), int(state.get("waited", 0)), state.get("scale", 1.0)


@dataclass(frozen=True)
class ScheduleEntry(Entry):
    """A schedule: `function(base, **hypers)` returns a function of t; `base` is the optimiser's rate."""


SCHEDULES: Registry[ScheduleEntry] = Registry("schedule")


def _count(name: str, default: float, doc: str, label: str) -> Hyper:
    return Hyper(name, default, 1.0, 1e9, doc, label, "log", integer=True)


def _share(name: str, default: float, doc: str, label: str) -> Hyper:
    return Hyper(name, default, 0.0, 1.0, doc, label)


_UNIT = "epochs (or steps)"
SCHEDULES.add(ScheduleEntry("constant", _constant, "Constant", "The rate stays as it is.", "η"))
SCHEDULES.add(
    ScheduleEntry(
        "Step",
        lambda base, decay, step_sizes: Step(base, decay, int(step_sizes)),
        "Steps",
        "Multiplies the rate by a factor at regular intervals.",
        "η · decay^⌊(t - 1) / size⌋",
        (
            Hyper("decay", 0.5, 0.0, 1.0, "What the rate is multiplied by.", "Factor"),
            _count("step_sizes", 50, f"How many {_UNIT} lie between.", "Every"),
        ),
        names={"flux": "Step"},
    )
)
SCHEDULES.add(
    ScheduleEntry(
        "Exp",
        Exp,
        "Exponential",
        "Multiplies the rate by a factor every time: fast at first, then ever slower.",
        "η · decay^(t - 1)",
        (Hyper("decay", 0.98, 0.0, 1.0, "What the rate is multiplied by.", "Factor"),),
        names={"flux": "Exp"},
    )
)
SCHEDULES.add(
    ScheduleEntry(
        "Poly",
        lambda base, degree, max_iter: Poly(base, degree, int(max_iter)),
        "Polynomial",
        "Goes down to nearly zero in a given time; degree 1 is a straight line.",
        "η · (1 - (t - 1) / n)^degree",
        (
            Hyper("degree", 1.0, 0.0, 100.0, "How bent the curve is; 1 is a straight line.", "Degree"),
            _count("max_iter", 200, f"After how many {_UNIT}.", "Length"),
        ),
        names={"flux": "Poly"},
    )
)
SCHEDULES.add(
    ScheduleEntry(
        "Inv",
        Inv,
        "Inverse",
        "Goes down like one over time: never quite ends.",
        "η / (1 + (t - 1) decay)^degree",
        (
            Hyper("decay", 0.1, 0.0, 1e6, "How fast it goes down.", "Decay", "log"),
            Hyper("degree", 1.0, 0.0, 100.0, "How strongly it goes down.", "Degree"),
        ),
        names={"flux": "Inv"},
    )
)
SCHEDULES.add(
    ScheduleEntry(
        "CosAnneal",
        lambda base, low, period, restart: CosAnneal(base, base * low, int(period), bool(restart)),
        "Cosine",
        "Glides down a cosine, then starts over at the full rate (or glides up again).",
        "low + (η - low) (1 + cos(π t / period)) / 2",
        (
            _share("low", 0.0, "The lowest rate, as a part of the rate.", "Lowest"),
            _count("period", 50, f"How many {_UNIT} it takes to glide down.", "Period"),
            Hyper("restart", 1.0, 0.0, 1.0, "Jump back to the full rate; otherwise glide back.", "Restart", boolean=True),
        ),
        names={"flux": "CosAnneal"},
    )
)
SCHEDULES.add(
    ScheduleEntry(
        "OneCycle",
        lambda base, n, start, end, pct: OneCycle(int(n), base, start=base * start, end=base * end, pct=pct),
        "One cycle",
        "Warms up to the rate, then glides down to almost nothing: quick training with a large rate.",
        "a cosine up to η, then one down",
        (
            _count("n", 200, f"How many {_UNIT} the cycle takes.", "Length"),
            _share("start", 0.04, "The rate at the beginning, as a part of the rate.", "Start"),
            _share("end", 1e-5, "The rate at the end, as a part of the rate.", "End"),
            _share("pct", 0.25, "The part of the time that goes up.", "Share up"),
        ),
        names={"flux": "OneCycle"},
    )
)
SCHEDULES.add(
    ScheduleEntry(
        "WarmUp",
        lambda base, start, steps: WarmUp(base * start, base, int(steps)),
        "Warm-up",
        "Begins with a small rate and grows to the full one in a straight line.",
        "from start to η in a straight line",
        (
            _share("start", 0.1, "The rate at the beginning, as a part of the rate.", "Start"),
            _count("steps", 10, f"After how many {_UNIT} the full rate is reached.", "Length"),
        ),
    )
)
SCHEDULES.add(
    ScheduleEntry(
        "Plateau",
        ReduceOnPlateau,
        "On a plateau",
        "Lowers the rate when the loss has not got better for a while.",
        "η · factor^(number of plateaus)",
        (
            Hyper("factor", 0.5, 0.0, 1.0, "What the rate is multiplied by.", "Factor"),
            _count("patience", 10, "How many evaluations in a row without a better loss.", "Patience"),
            Hyper("min_delta", 0.0, 0.0, 1e9, "How much lower a loss must be to count as better.", "Least gain", "log", advanced=True),
            _share("floor", 0.0, "The lowest rate, as a part of the rate.", "Lowest"),
        ),
        names={"pytorch": "torch.optim.lr_scheduler.ReduceLROnPlateau"},
    )
)


class Schedule:
    """Stages one after another as a function of t and of the base rate; those that watch the loss keep their state.

    `rate(t, base)` depends on its arguments and on `state()` alone, so a run that was paused goes on with the same bits.
    """

    def __init__(self, stages: Iterable[tuple[Callable[[float], Function], int]], base: float) -> None:
        self._makers, lengths = zip(*stages, strict=True)
        self.base = base
        # a stage of length 0 lasts to the end of the run
        self._ends: list[float] = list(itertools.accumulate(length or math.inf for length in lengths))
        self._functions = [make(base) for make in self._makers]

    @classmethod
    def of(cls, schedule: "Function | Schedule | None", base: float) -> "Schedule | None":
        """Return a plain function of t as a schedule: its rates hold for `base` and are in proportion for any other."""
        if schedule is None or isinstance(schedule, Schedule):
            return schedule
        return cls([(lambda other: schedule if other == base or not base else lambda t: schedule(t) * (other / base), 0)], base)

    def __call__(self, t: int) -> float:
        return self.rate(t, self.base)

    def rate(self, t: int, base: float) -> float:
        """Return the rate at t = 1, 2, ... for the base rate."""
        if base != self.base:
            state, self.base = self.state(), base
            self._functions = [make(base) for make in self._makers]
            self.load(state)
        index = self._stage(t)
        return float(self._functions[index](t - int(self._ends[index - 1] if index else 0)))

    def observe(self, loss: float, t: int) -> bool:
        """Tell the stage at `t` a loss measured after it; return whether that changed the rate."""
        function = self._functions[self._stage(max(t, 1))]
        return isinstance(function, ReduceOnPlateau) and function.observe(loss)

    def state(self) -> dict[str, float]:
        """Return what a resumed run needs, by "<stage>.<name>"."""
        return {f"{i}.{k}": v for i, f in enumerate(self._functions) if isinstance(f, ReduceOnPlateau) for k, v in f.state().items()}

    def load(self, state: Mapping[str, float]) -> None:
        """Take over what `state` returned."""
        for index, function in enumerate(self._functions):
            if isinstance(function, ReduceOnPlateau):
                function.load({name.partition(".")[2]: v for name, v in state.items() if name.partition(".")[0] == str(index)})

    def _stage(self, t: int) -> int:
        return min(bisect.bisect_left(self._ends, t), len(self._ends) - 1)


def build(stages: tuple[Stage, ...], base: float) -> Schedule | None:
    """Return the schedule of a specification for the optimiser's rate; None when it has no stages. SettingError for bad values."""
    if not stages:
        return None

    def maker(stage: Stage) -> Callable[[float], Function]:
        entry = SCHEDULES.get(stage.rule.name)
        values: dict[str, Any] = entry.values(stage.rule.values)
        return lambda rate: entry.function(rate, **values)

    return Schedule([(maker(stage), stage.length) for stage in stages], base)
