"""How cost grows: time of a step with layers, width and rows, time to compile a deep net, memory of a wide run by byte count.

Run `python tests/bench/scaling.py [--rounds 5] [--seconds 0.5] [--markdown]`. Needs no display.

`per_unit` is the time divided by what it should grow with (layers, width squared, rows), 1 for the largest net of the series: a column
of ones is linear growth, larger numbers are fixed costs that small nets pay.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median
from typing import Any

from common import machine, microseconds, say, table

from flux_gui.engine import models, optimisers
from flux_gui.engine.trainer import Trainer
from flux_gui.engine.update import setup
from flux_gui.runtime import bench
from flux_gui.runtime.probe import objective_of
from flux_gui.runtime.run import Run

DEEP = 20
COMPILE_TARGET_MS = 50.0


def net(layers: int = 4, width: int = 256, rows: int = 256) -> bench.Net:
    """Return a relu net of equal layers with ten classes, trained with Adam."""
    sizes = (*(width,) * layers, 10)
    return replace(bench.NETS.get("wide"), sizes=sizes, activations=(*("relu",) * (layers - 1), "identity"), rows=rows)


SERIES: dict[str, tuple[Callable[[int], bench.Net], Callable[[int], float], tuple[int, ...]]] = {
    "layers": (lambda n: net(layers=n + 1), lambda n: n, (1, 2, 4, 8, 16)),
    "width": (lambda n: net(width=n), lambda n: n * n, (64, 128, 256, 512, 1024)),
    "rows": (lambda n: net(rows=n), lambda n: n, (16, 64, 256, 1024, 4096)),
}


def growth(rounds: int, seconds: float) -> dict[str, list[dict[str, float]]]:
    """Return for each series the median microseconds of a step, measured in turns, and the same per unit of its size."""
    result = {}
    for name, (make, unit, counts) in SERIES.items():
        found: dict[int, list[float]] = {count: [] for count in counts}
        for _ in range(rounds):
            for count in counts:
                found[count].append(bench.seconds_per_step(make(count), seconds))
        per = {count: median(times) / unit(count) for count, times in found.items()}
        result[name] = [
            {"count": count, "us": round(1e6 * median(found[count]), 2), "per_unit": round(per[count] / per[counts[-1]], 3)}
            for count in counts
        ]
    return result


def compile_ms(width: int, rounds: int) -> float:
    """Return the median milliseconds from a built model of `DEEP` layers to a trainer that is ready to step."""
    project = bench.project(net(layers=DEEP, width=width, rows=32))
    part, choice, taken = project.dataset.parts["train"], project.spec.training.optimiser, []
    for _ in range(rounds):
        model = models.build(project.spec.model, project.dataset.inputs)
        begin = time.perf_counter()
        Trainer(model, objective_of(project), setup(optimisers.rule(choice.name, choice.values), model), part.x, part.y)
        taken.append(1e3 * (time.perf_counter() - begin))
    return round(median(taken), 2)


def memory() -> dict[str, int]:
    """Return the bytes of a wide run by name, and what numpy holds in all, after some steps.

    arena: scratch of the training plan. flat: parameters, gradient, optimiser. copies: the state to go back to. evaluation: scratch of the
    plans that evaluate. other: everything else, such as losses, curves and the order of rows. The start parameters and the rows
    belong to the project, which was there before.
    """
    project = bench.project(bench.NETS.get("wide"))
    tracemalloc.start()
    try:
        run = Run(project)
        run.trainer.advance(3)
        domain = tracemalloc.DomainFilter(inclusive=True, domain=_numpy_domain())
        statistics = tracemalloc.take_snapshot().filter_traces([domain]).statistics("filename")
        total = sum(entry.size for entry in statistics)
    finally:
        tracemalloc.stop()
    model, trainer = run.model, run.trainer
    slots = sum(array.nbytes for array in run.optimiser.export().values())
    saved = trainer.snapshot()
    named = {
        "arena": trainer.arena.memory.nbytes,
        "flat": model.flat.nbytes + model.statistics.nbytes + model._store.gradient.nbytes + slots,
        "copies": saved.flat.nbytes + saved.statistics.nbytes + sum(array.nbytes for array in saved.optimiser.values()),
        "evaluation": sum(_scratch(plan, model.flat, trainer.arena.memory) for _, _, plan in run._evaluate_train._parts),
    }
    beside = {"parameters": model.flat.nbytes, "widest_activation": _activation(project)}
    return {**named, "other": total - sum(named.values()), "total": total, **beside}


def _activation(project: Any) -> int:
    """Return the bytes of the widest activation of the batch."""
    part = project.dataset.parts["train"]
    return max(layer.units for layer in project.spec.model.layers) * len(part) * part.x.itemsize


def _scratch(plan: Any, *known: Any) -> int:
    """Return the bytes of the arenas that the calls of a plan use beside its inputs and the `known` arrays, each counted once."""
    outside = {id(_owner(array)) for array in (*plan.inputs, *known)}
    owners = {id(_owner(array)): _owner(array) for array in _arrays(plan.calls)}
    return sum(owner.nbytes for key, owner in owners.items() if key not in outside and owner.dtype == "u1")


def _arrays(calls: Any) -> Iterator[Any]:
    for function, arguments in calls:
        yield from (a for a in (*arguments, getattr(function, "__self__", None)) if hasattr(a, "nbytes") and hasattr(a, "base"))


def _owner(array: Any) -> Any:
    while getattr(array, "base", None) is not None:
        array = array.base
    return array


def _numpy_domain() -> int:
    from numpy.lib import tracemalloc_domain

    return int(tracemalloc_domain)


def markdown(result: dict[str, Any]) -> str:
    """Return the result as tables."""
    rows = [[name, e["count"], microseconds(e["us"]), e["per_unit"]] for name, series in result["growth"].items() for e in series]
    compiled = [[f"{DEEP} layers of {width}", f"{ms:g} ms", f"{COMPILE_TARGET_MS:g} ms"] for width, ms in result["compile_ms"].items()]
    sizes = [[name, f"{count / 2**20:.1f} MiB"] for name, count in result["memory"].items()]
    growth_table = table(["series", "n", "step", "per unit"], rows)
    return "\n\n".join((growth_table, table(["net", "compiled in", "target"], compiled), table(["memory", "size"], sizes)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    result = {
        "growth": growth(given.rounds, given.seconds),
        "compile_ms": {width: compile_ms(width, given.rounds) for width in (64, 512)},
        "memory": memory(),
        "machine": machine(),
    }
    say(markdown(result) if given.markdown else result)


if __name__ == "__main__":
    main()
