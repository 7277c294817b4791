"""Rules that end a run early: Flux's callables with Flux's exact counting, and one registry table of rules for whole runs.

A rule of the table is told the loss at every evaluation and answers with a sentence when the run should end; it never looks at
the clock itself. Source: Flux `src/utils.jl`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flux_gui.core.registry import Entry, Hyper, Registry


def patience(predicate: Callable[..., bool], wait: int) -> Callable[..., bool]:
    """Return a function that is true when `predicate(...)` was true `wait` times in a row. Flux: `patience(predicate, wait)`."""
    count = 0

    def fires(*arguments: Any, **keywords: Any) -> bool:
        nonlocal count
        count = count + 1 if predicate(*arguments, **keywords) else 0
        return count >= wait

    return fires


def early_stopping(
    f: Callable[..., float],
    delay: int,
    *,
    distance: Callable[[float, float], float] = lambda best, score: best - score,
    init_score: float = math.inf,
    min_dist: float = 0.0,
) -> Callable[..., bool]:
    """Return a function that is true when the score f(...) was no better than the best `delay` times in a row.

    It counts where distance(best, score) < min_dist, so an equal score does not count with the defaults; the best moves whenever the
    distance is not negative; NaN begins the count anew and makes it forget the best. Flux: `early_stopping(f, delay; distance = -, ...)`.
    """
    best = init_score

    def no_better(*arguments: Any, **keywords: Any) -> bool:
        nonlocal best
        score = f(*arguments, **keywords)
        gain = distance(best, score)
        best = best if gain < 0 else score
        return gain < min_dist

    return patience(no_better, delay)


def plateau(
    f: Callable[..., float],
    width: int,
    *,
    distance: Callable[[float, float], float] = lambda last, score: last - score,
    init_score: float = math.inf,
    min_dist: float = 1e-6,
) -> Callable[..., bool]:
    """Return a function that is true when the score f(...) changed by less than `min_dist` `width` times in a row.

    Flux: `plateau(f, width; distance = -, init_score = Inf, min_dist = 1f-6)`.
    """
    last = init_score

    def still(*arguments: Any, **keywords: Any) -> bool:
        nonlocal last
        score = f(*arguments, **keywords)
        change = abs(distance(last, score))
        last = score
        return change < min_dist

    return patience(still, width)


class StopRule(Protocol):
    """A rule of a run: `observe(loss, seconds)` at every evaluation returns a sentence when the run should end, else None."""

    def observe(self, loss: float, seconds: float) -> str | None:
        """Take note of the loss and of how long the run has trained; return why to stop, or None."""

    def state(self) -> dict[str, float]:
        """Return what a resumed run needs; finite numbers only."""

    def load(self, state: Mapping[str, float]) -> None:
        """Take over what `state` returned."""


class _Counting:
    """Counts evaluations in a row that were no progress, measured from `last`."""

    def __init__(self, wait: float, min_delta: float) -> None:
        self.wait, self.min_delta = int(wait), min_delta
        self.last, self.count = math.inf, 0

    def state(self) -> dict[str, float]:
        """Return what a resumed run needs."""
        return {"count": float(self.count), **({"last": self.last} if math.isfinite(self.last) else {})}

    def load(self, state: Mapping[str, float]) -> None:
        """Take over what `state` returned."""
        self.count, self.last = int(state.get("count", 0)), state.get("last", math.inf)


class EarlyStopping(_Counting):
    """Ends a run when the loss has not got lower than the best by more than `min_delta` at `patience` evaluations in a row."""

    def __init__(self, patience: float, min_delta: float) -> None:
        super().__init__(patience, min_delta)

    def observe(self, loss: float, seconds: float) -> str | None:
        """Count a loss that is no better."""
        better = loss < self.last - self.min_delta
        self.count = 0 if better else self.count + 1
        self.last = loss if better else self.last
        return f"The loss did not get better at {self.count} evaluations in a row." if self.count >= self.wait else None


class Plateau(_Counting):
    """Ends a run when the loss changed by less than `min_delta` at `width` evaluations in a row."""

    def __init__(self, width: float, min_delta: float) -> None:
        super().__init__(width, min_delta)

    def observe(self, loss: float, seconds: float) -> str | None:
        """Count a loss that is like the one before."""
        self.count = self.count + 1 if abs(self.last - loss) < self.min_delta else 0
        self.last = loss
        return f"The loss hardly changed at {self.count} evaluations in a row." if self.count >= self.wait else None


class _Forgetful:
    """A rule that looks at one evaluation at a time."""

    def state(self) -> dict[str, float]:
        """Return nothing."""
        return {}

    def load(self, state: Mapping[str, float]) -> None:
        """Do nothing."""


class TimeLimit(_Forgetful):
    """Ends a run at the first evaluation after `seconds` of training; the run counts the time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def observe(self, loss: float, seconds: float) -> str | None:
        """Compare the time of training."""
        return f"The time limit of {self.seconds:g} seconds is over." if seconds >= self.seconds else None


class TargetLoss(_Forgetful):
    """Ends a run when the loss is as low as wished."""

    def __init__(self, loss: float) -> None:
        self.loss = loss

    def observe(self, loss: float, seconds: float) -> str | None:
        """Compare the loss."""
        return f"The loss reached the target of {self.loss:g}." if loss <= self.loss else None


@dataclass(frozen=True)
class StopEntry(Entry):
    """A rule that ends a run: `function(**hypers)` returns an object with `observe`, `state` and `load`."""


def _count(name: str, default: float, doc: str, label: str) -> Hyper:
    return Hyper(name, default, 1.0, 1e9, doc, label, "log", integer=True)


STOPPING: Registry[StopEntry] = Registry("stop rule")
STOPPING.add(
    StopEntry(
        "early_stopping",
        EarlyStopping,
        "Early stopping",
        "Ends the run when the loss has not got better for a while.",
        "best - loss ≤ min_delta, several times in a row",
        (
            _count("patience", 10, "How many evaluations in a row without a better loss.", "Patience"),
            Hyper("min_delta", 0.0, 0.0, 1e9, "How much lower a loss must be to count as better.", "Least gain", "log"),
        ),
        names={"flux": "early_stopping"},
    )
)
STOPPING.add(
    StopEntry(
        "plateau",
        Plateau,
        "Plateau",
        "Ends the run when the loss hardly changes any more.",
        "|last - loss| < min_delta, several times in a row",
        (
            _count("width", 10, "How many evaluations in a row with hardly a change.", "Width"),
            Hyper("min_delta", 1e-6, 0.0, 1e9, "A change smaller than this is none.", "Least change", "log"),
        ),
        names={"flux": "plateau"},
    )
)
STOPPING.add(
    StopEntry(
        "time_limit",
        TimeLimit,
        "Time limit",
        "Ends the run after a time of training.",
        "time ≥ limit",
        (Hyper("seconds", 60.0, 0.0, 1e9, "How long the run may train, in seconds.", "Seconds", "log", open_low=True),),
    )
)
STOPPING.add(
    StopEntry(
        "target_loss",
        TargetLoss,
        "Target loss",
        "Ends the run when the loss is as low as wished.",
        "loss ≤ target",
        (Hyper("loss", 0.01, -1e9, 1e9, "The loss to reach.", "Loss"),),
    )
)


def stop_rule(name: str, values: Mapping[str, float] | None = None) -> StopRule:
    """Return a fresh rule called `name`, with its defaults overridden by `values`; each is checked."""
    entry = STOPPING.get(name)
    rule: StopRule = entry.function(**entry.values(values))
    return rule
