"""Loading a large CSV: time beside Arrow's own streaming reader, memory beside the table's, and the longest wait of another thread.

Run `python tests/bench/loading.py [--rows 1000000] [--columns 20] [--rounds 5]`. Needs no display.

Both readers run in turns, each in a fresh process, with the same column types, missing words, delimiter and threads; `ratio` is the
median of ours divided by Arrow's. Memory is the growth of the peak over what the process took before, in units of the float32 table.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from common import ROOT, machine, say

LONGEST = 1.5
MEMORY = 3.0


def write(path: Path, rows: int, columns: int) -> None:
    """Write a table of normally distributed numbers with six digits."""
    generator = np.random.default_rng(0)
    with path.open("w", encoding="ascii") as file:
        file.write(",".join(f"c{i}" for i in range(columns)) + "\n")
        for start in range(0, rows, 10_000):
            np.savetxt(file, generator.standard_normal((min(10_000, rows - start), columns)), delimiter=",", fmt="%.6g")


def ours(path: Path) -> tuple[float, int]:
    """Return seconds and cells of our reader."""
    import pyarrow.compute
    import pyarrow.csv  # noqa: F401 - what is imported is not measured

    from flux_gui.data import files, text_blocks  # noqa: F401

    begin = time.perf_counter()
    table = files.load(path, progress=lambda share, text: None).table
    return time.perf_counter() - begin, table.rows * len(table.columns)


def arrow(path: Path) -> tuple[float, int]:
    """Return seconds and cells of Arrow's streaming reader with the options that ours uses."""
    import pyarrow as pa
    import pyarrow.csv as csv

    from flux_gui.data.text_blocks import NULLS, PART

    begin = time.perf_counter()
    names = path.open(encoding="ascii").readline().strip().split(",")
    types = dict.fromkeys(names, pa.float32())
    convert = csv.ConvertOptions(column_types=types, include_columns=names, null_values=NULLS, strings_can_be_null=True)
    cells = 0
    for batch in csv.open_csv(path, csv.ReadOptions(block_size=PART, use_threads=True), convert_options=convert):
        cells += batch.num_rows * batch.num_columns
    return time.perf_counter() - begin, cells


def measured(reader: str, path: Path) -> dict[str, float]:
    """Return what one reading took, in this process."""
    waits: list[float] = []
    done = threading.Event()

    def beat() -> None:
        last = time.perf_counter()
        while not done.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            waits.append(now - last)
            last = now

    import pyarrow.csv  # noqa: F401

    from flux_gui.data import text_blocks  # noqa: F401

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    thread = threading.Thread(target=beat)
    thread.start()
    seconds, cells = {"ours": ours, "arrow": arrow}[reader](path)
    done.set()
    thread.join()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024)
    waits.sort()
    worst, usual = 1000 * waits[-1], 1000 * waits[int(0.99 * len(waits))]
    return {"seconds": seconds, "cells": cells, "bytes": grown, "wait_worst_ms": worst, "wait_p99_ms": usual}


def fresh(reader: str, path: Path) -> dict[str, Any]:
    """Return what one reading took, in a process of its own."""
    command = [sys.executable, __file__, "--one", reader, "--file", str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def compare(path: Path, rounds: int) -> dict[str, Any]:
    """Return medians of both readers, measured in turns, and the ratios."""
    found: dict[str, list[dict[str, Any]]] = {"arrow": [], "ours": []}
    for _ in range(rounds):
        for reader, results in found.items():
            results.append(fresh(reader, path))
    seconds = {reader: median(r["seconds"] for r in results) for reader, results in found.items()}
    mine = found["ours"]
    return {
        "file_mb": round(path.stat().st_size / 1e6, 1),
        "seconds": {reader: round(value, 3) for reader, value in seconds.items()},
        "ratio": round(seconds["ours"] / seconds["arrow"], 3),
        "ratio_target": LONGEST,
        "memory_in_tables": round(max(r["bytes"] for r in mine) / (4 * mine[0]["cells"]), 2),
        "memory_target": MEMORY,
        "wait_worst_ms": round(max(r["wait_worst_ms"] for r in mine), 1),
        "wait_p99_ms": round(max(r["wait_p99_ms"] for r in mine), 1),
        "wait_worst_ms_arrow": round(max(r["wait_worst_ms"] for r in found["arrow"]), 1),
    }


def main() -> None:
    """Print the comparison as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", choices=("ours", "arrow"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help="a table of numbers that is there already")
    options = parser.parse_args()
    if options.one:
        say(measured(options.one, options.file))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = options.file or Path(folder) / "table.csv"
        if not options.file:
            write(path, options.rows, options.columns)
        say({"machine": machine(), **compare(path, options.rounds)})


if __name__ == "__main__":
    main()
