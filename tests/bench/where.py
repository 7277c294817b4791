"""Where the time of a training step goes: matrix products, update, element-wise work and reductions, and the bare cost of the calls.

Run `python tests/bench/where.py [--seconds 1] [--net NAME ...] [--markdown]`. Needs no display.

Every call of the plan is timed by itself over many steps. `calls` is the number of calls times the cost of the smallest call numpy
can make, and is taken off the other groups, so that they hold what the numbers themselves cost.
"""

import argparse
import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from common import machine, microseconds, say, table

from flux_gui.runtime import bench
from flux_gui.runtime.run import Run

GROUPS = ("matrix products", "update", "element-wise", "calls")


def group(function: Callable[..., Any], updates: bool) -> str:
    """Return the group of a call by what it calls."""
    if updates:
        return "update"
    return "matrix products" if getattr(function, "__name__", "") in ("dot", "matmul", "vdot") else "element-wise"


def call_times(calls: list[Any], seconds: float) -> list[float]:
    """Return the median time of each call over many steps, without the cost of looking at the clock."""
    clock, taken = time.perf_counter, []
    end = clock() + seconds
    with np.errstate(all="ignore"):
        while len(taken) < 5 or clock() < end:
            stamps = [clock()]
            for function, arguments in calls:
                function(*arguments)
                stamps.append(clock())
            taken.append([b - a for a, b in itertools.pairwise(stamps)])
    looks = statistics.median(_pause(clock) for _ in range(1000))
    return [max(statistics.median(times) - looks, 0.0) for times in zip(*taken, strict=True)]


def _pause(clock: Callable[[], float]) -> float:
    begin = clock()
    return clock() - begin


def smallest_call() -> float:
    """Return the time of adding two numbers in arrays into a third."""
    a, b, out = np.ones(1, np.float32), np.ones(1, np.float32), np.ones(1, np.float32)
    return statistics.median(call_times([(np.add, (a, b, out))] * 20, 0.05))


def shares(net: bench.Net, seconds: float, least: float) -> dict[str, Any]:
    """Return microseconds of a step by group, and the number of calls."""
    trainer = Run(bench.project(net)).trainer
    trainer.advance(3)
    step, calls = next(iter(trainer._steps.values()))
    times = dict.fromkeys(GROUPS, 0.0)
    for place, ((function, _), taken) in enumerate(zip(calls, call_times(calls, seconds), strict=True)):
        bare = min(taken, least)
        times[group(function, place >= len(step.calls))] += taken - bare
        times["calls"] += bare
    return {
        "us": {name: round(1e6 * value, 3) for name, value in times.items()},
        "calls": len(calls),
        "update_calls": len(calls) - len(step.calls),
    }


def markdown(found: dict[str, dict[str, Any]]) -> str:
    """Return the result as a table."""
    rows = []
    for name, parts in found.items():
        total = sum(parts["us"].values())
        cells = [f"{microseconds(value)} ({value / total:.0%})" for value in parts["us"].values()]
        rows.append([name, *cells, f"{parts['calls'] - parts['update_calls']} + {parts['update_calls']}"])
    return table(["net", *GROUPS, "number of calls (gradient + update)"], rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--net", action="append", choices=bench.NETS.names())
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    least = smallest_call()
    found = {name: shares(bench.NETS.get(name), given.seconds, least) for name in given.net or bench.NETS.names()}
    say(markdown(found) if given.markdown else {"nets": found, "smallest_call_us": round(1e6 * least, 3), "machine": machine()})


if __name__ == "__main__":
    main()
