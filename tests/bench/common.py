"""What the bench scripts share: workers that live in processes of their own and are asked in turns, medians, tables, the machine.

A worker process sleeps in a read while others are timed, so that no two thread pools compete; it tells how much processor time it
took between two requests, so that a pool that spins meanwhile shows.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REST = 0.3  # seconds between two turns, in which thread pools go to sleep

sys.path.insert(0, str(ROOT))  # the scripts measure this checkout

Step = tuple[Callable[[], object], int]  # a call, and how many training steps it makes


class Worker:
    """A process that times steps for us; `ask(**request)` gives its answer."""

    def __init__(self, script: str, name: str) -> None:
        command = [sys.executable, script, "--serve", name]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.name, self.idle = name, 0.0  # the largest share of one core used between requests
        self._asked = False

    def ask(self, **request: Any) -> Any:
        """Send a request and wait for the answer; then let the worker fall asleep."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker {self.name} has ended")
        answer = json.loads(line)
        if self._asked:  # before the first request the worker was loading
            self.idle = max(self.idle, answer["idle"])
        self._asked = True
        time.sleep(REST)
        return answer["answer"]

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=30)


def serve(answer: Callable[..., Any]) -> None:
    """Answer requests from standard input until it ends: the life of a worker."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not mix with answers
    wall, used = time.perf_counter(), time.process_time()
    for line in sys.stdin:
        idle = (time.process_time() - used) / max(time.perf_counter() - wall, 1e-9)
        out.write(json.dumps({"answer": answer(**json.loads(line)), "idle": round(idle, 3)}) + "\n")
        out.flush()
        wall, used = time.perf_counter(), time.process_time()


def time_step(step: Step, seconds: float, warm: float = 0.2, block: float = 0.02) -> float:
    """Return the median time of one training step over about `seconds` seconds, after a share of them to warm up."""
    call, steps = step
    end = time.perf_counter() + warm * seconds
    call()
    while time.perf_counter() < end:
        call()
    repeats, times, end = 1, [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        begin = time.perf_counter()
        for _ in range(repeats):
            call()
        spent = time.perf_counter() - begin
        if spent < block and time.perf_counter() < end:
            repeats *= 2
        else:
            times.append(spent / (repeats * steps))
    return statistics.median(times)


def in_turns(workers: Iterable[Worker], requests: Sequence[Mapping[str, Any]], rounds: int) -> dict[str, list[list[float]]]:
    """Return for each worker the answers to each request, one per round; every worker has its turn before the next round."""
    workers = list(workers)
    found: dict[str, list[list[float]]] = {worker.name: [[] for _ in requests] for worker in workers}
    for turn in range(rounds):
        for place, request in enumerate(requests):
            order = workers[turn % len(workers) :] + workers[: turn % len(workers)]
            for worker in order:
                found[worker.name][place].append(worker.ask(**request))
    return found


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in markdown."""
    lines = [list(map(str, head)), ["---"] * len(head), *(list(map(str, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def microseconds(value: float) -> str:
    """Return a time for a table: three significant digits, in the unit that fits."""
    for unit, size in (("us", 1.0), ("ms", 1e3), ("s", 1e6)):
        if value < 1000 * size or unit == "s":
            return f"{float(f'{value / size:.3g}'):g} {unit}"
    raise AssertionError


def machine() -> dict[str, Any]:
    """Return what a measured table must say about where it was measured."""
    import numpy as np

    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        model = next((line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")), model)
    return {"processor": model, "cores": os.cpu_count(), "python": platform.python_version(), "numpy": np.__version__}


def say(result: Any) -> None:
    """Print one JSON object, or a text as it is."""
    sys.stdout.write((result if isinstance(result, str) else json.dumps(result)) + "\n")
