"""How fast a pause is: milliseconds from the request to the training thread's rest, over many presses.

Run `python tests/bench/pause.py [--presses 50]`. Needs no display. Prints one JSON object per net with median and worst.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flux_gui.core.paths import resource
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.runtime.session import Session


def projects() -> dict[str, Project]:
    """The line example, Iris with its default network, and Iris with two layers of 1024."""
    iris = edits.project_from_file(resource("samples", "iris.csv"))
    wide = iris
    for _ in range(2):
        wide = edits.add_layer(wide, 0)
        wide = edits.resize_layer(wide, 0, 1024)
    found = {"line": edits.line_example(), "iris": iris, "iris-1024-1024": wide}
    return {name: edits.set_value(project, "training.epochs", 2_000_000_000) for name, project in found.items()}


def main() -> None:
    """Press pause at different moments and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=50)
    given = parser.parse_args()
    for name, project in projects().items():
        session, taken = Session(project), []
        for press in range(given.presses):
            session.start()
            time.sleep(0.05 + 0.001 * (press % 17))
            begin = time.perf_counter()
            session.pause()
            session.wait()
            taken.append(1000 * (time.perf_counter() - begin))
        session.close()
        sys.stdout.write(json.dumps({"net": name, "median_ms": round(median(taken), 2), "worst_ms": round(max(taken), 2)}) + "\n")


if __name__ == "__main__":
    main()
