"""What the live picture of a network costs: updates per second and training speed of a 2-8-8-1 net on the spiral, and one paint.

Run on a display: `xvfb-run -a -s "-screen 0 1280x800x24" python tests/bench/picture.py [--seconds 5] [--rounds 3]`. Prints one JSON
object with the ratio of training speeds (with the window and without, same threads) and the median and worst paint in ms per net
over a scripted zoom and pan.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.runtime.session import Session
from flux_gui.specs import Choice, GeneratedData

EPOCHS = 2_000_000_000
NETS: dict[str, tuple[int, ...]] = {
    "1-1": (1, 1),
    "2-8-8-1": (2, 8, 8, 1),
    "4-16-16-3": (4, 16, 16, 3),
    "784-512-512-10": (784, 512, 512, 10),
    "40 layers": (2, *[8] * 39, 1),
    "12 times 12": (12,) * 12,
}


def spiral() -> Project:
    """The spiral with two hidden layers of eight."""
    project = edits.project_from_generator(GeneratedData(Choice("spiral"), rows=220))
    project = edits.add_layer(project, 0)
    for layer in (0, 1):
        project = edits.resize_layer(project, layer, 8)
        project = edits.set_value(project, f"model.layers.{layer}.activation", "tanh")
    project = edits.set_value(edits.set_value(project, "training.optimiser", "Adam"), "training.optimiser.eta", 0.003)
    return edits.set_value(project, "training.epochs", EPOCHS)


def alone(seconds: float, threads: int) -> float:
    """Steps per second of a session without a window, on its own thread as in the window."""
    sys.setswitchinterval(0.001)
    session = Session(spiral(), threads=threads)
    session.start()
    time.sleep(seconds)
    session.pause()
    session.close()
    state = session.project.state
    return state.step / state.seconds


def with_window(seconds: float) -> tuple[float, float, float]:
    """Steps, frames of weights and pictures of neurons per second of the same session with the window live."""
    from threadpoolctl import threadpool_limits

    from flux_gui import app

    with threadpool_limits(limits=app.blas_threads(), user_api="blas"):
        sys.setswitchinterval(app.SWITCH_INTERVAL)
        program = app.build(spiral())
        program.window.show()
        stage, counts = program.window.stage, {"weights": 0, "units": 0}
        _counted(stage, "show_frame", counts, "weights")
        _counted(stage, "show_units", counts, "units")
        live(0.8)
        program.controller.toggle()
        live(0.5)
        counts.update(weights=0, units=0)
        begin = time.perf_counter()
        live(seconds)
        spent = time.perf_counter() - begin
        rates = counts["weights"] / spent, counts["units"] / spent
        program.controller.toggle()
        while program.controller.bridge.running:
            live(0.01)
        state = program.controller.project.state
        program.window.close_now()
        program.window.deleteLater()
        live(0.1)
    return state.step / state.seconds, *rates


def _counted(owner: Any, name: str, counts: dict[str, int], key: str) -> None:
    """Count the calls of a method."""
    inner = getattr(owner, name)

    def call(*given: Any) -> Any:
        counts[key] += 1
        return inner(*given)

    setattr(owner, name, call)


def paints(sizes: tuple[int, ...]) -> list[float]:
    """Milliseconds of each paint of the picture of such a net over a zoom and a pan, neurons with pictures."""
    import numpy as np

    from flux_gui.gui.diagram import NetworkView
    from flux_gui.runtime.unit_inputs import Axis
    from flux_gui.runtime.unit_marks import Mark
    from flux_gui.runtime.unit_probe import LayerUnits, UnitPictures

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from networks import network

    view = NetworkView()
    view.resize(1000, 640)
    view.setNetwork(network(sizes))
    view.show()
    live(0.2)
    generator, layers = np.random.default_rng(0), {}
    for index, units in view.lens.seen:
        count, zeros = len(units), np.zeros(len(units), np.float32)
        healthy: tuple[Mark, ...] = ("",) * count
        values = generator.normal(size=(count, 32, 32)).astype(np.float32)
        codes = generator.integers(1, 255, (count, 32, 32)).astype(np.uint8)
        layers[index] = LayerUnits(units, values, codes, 0.0, 1.0, zeros, zeros, zeros, zeros, np.zeros(count), healthy)
    view.setUnits(UnitPictures("map", (Axis("x1", -6, 6), Axis("x2", -6, 6)), "", 100, layers))
    taken: list[float] = []

    def paint() -> None:
        begin = time.perf_counter()
        view.viewport().repaint()
        taken.append(1000 * (time.perf_counter() - begin))

    for step in range(40):
        view.setZoom(1.0 + 2.0 * abs((step % 20) - 10) / 10)
        paint()
    for step in range(40):
        bar = view.horizontalScrollBar()
        bar.setValue(int(bar.minimum() + (bar.maximum() - bar.minimum()) * step / 39))
        paint()
    view.deleteLater()
    live(0.05)
    return taken


def live(seconds: float) -> None:
    """Let the event loop run, asleep between events, as `exec` would."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def main() -> None:
    """Measure in turns and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    from PySide6.QtWidgets import QApplication

    from flux_gui import app

    application = QApplication.instance() or QApplication(["bench"])
    found = {name: paints(sizes) for name, sizes in NETS.items()}
    pairs = [(alone(given.seconds, app.blas_threads()), with_window(given.seconds)) for _ in range(given.rounds)]
    result = {
        "platform": os.environ["QT_QPA_PLATFORM"],
        "threads": app.blas_threads(),
        "paint_ms": {name: {"median": round(median(taken), 1), "worst": round(max(taken), 1)} for name, taken in found.items()},
        "steps_per_second_alone": round(median(without for without, _ in pairs)),
        "steps_per_second_with_window": round(median(live[0] for _, live in pairs)),
        "ratio": round(median(live[0] / without for without, live in pairs), 3),
        "weights_per_second": round(median(live[1] for _, live in pairs), 1),
        "pictures_per_second": round(median(live[2] for _, live in pairs), 1),
    }
    sys.stdout.write(json.dumps(result) + "\n")
    del application


if __name__ == "__main__":
    main()
