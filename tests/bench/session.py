"""A session without a window beside `flux-gui bench`: how much of its steps per second is left when everything else runs too.

Run `python tests/bench/session.py [--rounds 5] [--seconds 2] [--net NAME ...] [--markdown]`. Needs no display.

The session trains on its own thread, keeps curves, copies to go back to and frames for the mailbox, with evaluation switched off (it
evaluates at its start and end alone); `evaluation` is the time of one evaluation of the training rows, and `usual` the same
session with the cadence that a project has by default.
"""

import argparse
import time
from statistics import median
from typing import Any

from common import REST, machine, microseconds, say, table

from flux_gui.runtime import bench
from flux_gui.runtime.run import Run
from flux_gui.runtime.session import Session

TARGETS = {"line": 0.6}
USUAL_TARGET = 0.9
NEVER = 1_000_000_000


def session_step(net: bench.Net, seconds: float, evaluate_every: int) -> float:
    """Return the seconds per step of a session that trains for about `seconds`, by its own clock."""
    session = Session(bench.project(net, evaluate_every=evaluate_every))
    session.step_batches(1)  # tracing, compiling and the first evaluation are not training
    session.wait()
    before = session.project.state
    session.start()
    time.sleep(seconds)
    session.pause()
    session.close()
    after = session.project.state
    return (after.seconds - before.seconds) / (after.step - before.step)


def evaluation(net: bench.Net, times: int = 20) -> float:
    """Return the median seconds of one evaluation of the training rows."""
    evaluate = Run(bench.project(net))._evaluate_train
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        evaluate()
        taken.append(time.perf_counter() - begin)
    return median(taken)


def measure(net: bench.Net, rounds: int, seconds: float) -> dict[str, Any]:
    """Return medians of one net, in microseconds, measured in turns."""
    found: dict[str, list[float]] = {"bench": [], "session": [], "usual": []}
    for _ in range(rounds):
        found["bench"].append(bench.seconds_per_step(net, seconds))
        time.sleep(REST)
        found["session"].append(session_step(net, seconds, NEVER))
        time.sleep(REST)
        found["usual"].append(session_step(net, seconds, 0))
        time.sleep(REST)
    times = {f"{name}_us": round(1e6 * median(values), 3) for name, values in found.items()}
    shares = {}
    for name in ("session", "usual"):
        shares[f"{name}_share"] = round(median(a / b for a, b in zip(found["bench"], found[name], strict=True)), 3)
    return {**times, **shares, "evaluation_us": round(1e6 * evaluation(net), 3), "target": TARGETS.get(net.name, USUAL_TARGET)}


def markdown(nets: dict[str, dict[str, Any]]) -> str:
    """Return the result as a table."""
    rows = [
        [
            name,
            *(microseconds(found[key]) for key in ("bench_us", "session_us", "evaluation_us")),
            f"{found['session_share']:.0%} (target {found['target']:.0%})",
            f"{found['usual_share']:.0%}",
        ]
        for name, found in nets.items()
    ]
    return table(["net", "bench", "session", "one evaluation", "session / bench", "with the usual evaluations"], rows)


def main() -> None:
    """Measure in turns and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--net", action="append", choices=bench.NETS.names())
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    nets = {name: measure(bench.NETS.get(name), given.rounds, given.seconds) for name in given.net or bench.NETS.names()}
    say(markdown(nets) if given.markdown else {"nets": nets, "rounds": given.rounds, "machine": machine()})


if __name__ == "__main__":
    main()
