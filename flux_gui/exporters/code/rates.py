"""The learning rate over time as source text: a schedule of the training as a function of the number of the epoch or the step."""

from collections.abc import Callable
from typing import Final

from flux_gui.engine.schedules import SCHEDULES
from flux_gui.specs import Stage, TrainingSpec


def _cosine(v: dict[str, float], t: str) -> str:
    period = int(v["period"])
    place = f"(({t} - 1) % {period})" if v["restart"] else f"({t} - 1)"
    return f"eta * ({v['low']!r} + {1 - v['low']!r} * (1 + math.cos(math.pi * {place} / {period})) / 2)"


def _one_cycle(v: dict[str, float], t: str) -> str:
    n = int(v["n"])
    up = -int(-v["pct"] * n // 1)
    down = f"{v['end']!r} + {1 - v['end']!r} * (1 + math.cos(math.pi * (min({t}, {n}) - {up} - 1) / {max(n - up, 1)})) / 2"
    if not up:
        return f"eta * ({down})"
    rise = f"{v['start']!r} + {1 - v['start']!r} * (1 - math.cos(math.pi * ({t} - 1) / {up})) / 2"
    return f"eta * ({rise} if {t} <= {up} else {down})"


_PYTHON: Final[dict[str, Callable[[dict[str, float], str], str]]] = {
    "constant": lambda v, t: "eta",
    "Step": lambda v, t: f"eta * {v['decay']!r} ** (({t} - 1) // {int(v['step_sizes'])})",
    "Exp": lambda v, t: f"eta * {v['decay']!r} ** ({t} - 1)",
    "Poly": lambda v, t: f"eta * (1 - (min({t}, {int(v['max_iter'])}) - 1) / {int(v['max_iter'])}) ** {v['degree']!r}",
    "Inv": lambda v, t: f"eta * (1 + ({t} - 1) * {v['decay']!r}) ** -{v['degree']!r}",
    "CosAnneal": _cosine,
    "OneCycle": _one_cycle,
    "WarmUp": lambda v, t: f"eta * min(1.0, {v['start']!r} + {1 - v['start']!r} * ({t} - 1) / {int(v['steps'])})",
}
"""By schedule: (values, name of the time) -> an expression of Python that Julia, with other signs, understands too."""


def rate_of(training: TrainingSpec, eta: float) -> list[str]:
    """Return `def rate(t)` for the schedule of a training, nothing for a rate that stays; what follows the loss is a comment."""
    stages = training.schedule
    if not stages or all(stage.rule.name == "constant" for stage in stages):
        return []
    if any(stage.rule.name not in _PYTHON for stage in stages):
        names = ", ".join(SCHEDULES.get(stage.rule.name).label for stage in stages)
        return [f"# The rate follows the loss in the app ({names}); here it stays as it is."]
    lines = ["def rate(t):", f'    """Return the learning rate of {training.schedule_unit} t = 1, 2, ..."""', f"    eta = {eta!r}"]
    begin = 0
    for stage in stages[:-1]:
        lines += [f"    if t <= {begin + stage.length}:", f"        return {_expression(stage, begin)}"] if stage.length else []
        begin += stage.length
        if not stage.length:
            return [*lines, f"    return {_expression(stage, begin)}"]
    return [*lines, f"    return {_expression(stages[-1], begin)}"]


def _expression(stage: Stage, begin: int) -> str:
    entry = SCHEDULES.get(stage.rule.name)
    return _PYTHON[entry.name](entry.values(stage.rule.values), f"(t - {begin})" if begin else "t")
