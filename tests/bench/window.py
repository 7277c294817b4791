"""What a live window costs: steps per second of the line example with the window and without it, and frames per second.

Run on a display: `xvfb-run -a -s "-screen 0 1280x800x24" python tests/bench/window.py [--seconds 5] [--rounds 3]`. Prints one JSON object.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.runtime.session import Session

EPOCHS = 2_000_000_000


def project(name: str) -> Project:
    """The project that is trained: the line example, also at a rate at which it moves for minutes, or Iris with its default network."""
    if name in ("line", "slow-line"):
        chosen = edits.line_example()
        if name == "slow-line":
            chosen = edits.set_value(chosen, "training.optimiser.eta", 1e-9)
    else:
        from flux_gui.core.paths import resource

        chosen = edits.project_from_file(resource("samples", "iris.csv"))
    return edits.set_value(chosen, "training.epochs", EPOCHS)


def alone(name: str, seconds: float, threads: int) -> float:
    """Steps per second of a session without a window, on its own thread as in the window."""
    sys.setswitchinterval(0.001)
    session = Session(project(name), threads=threads)
    session.start()
    time.sleep(seconds)
    session.pause()
    session.close()
    state = session.project.state
    return state.step / state.seconds


def with_window(name: str, seconds: float, page: str) -> tuple[float, float]:
    """Steps and frames per second of the same session with the window live."""
    from PySide6.QtWidgets import QApplication
    from threadpoolctl import threadpool_limits

    from flux_gui import app

    application = QApplication.instance() or QApplication(["bench"])
    with threadpool_limits(limits=app.blas_threads(), user_api="blas"):
        sys.setswitchinterval(app.SWITCH_INTERVAL)
        program = app.build(project(name))
        program.window.show()
        program.window.results.show_page(page)
        _live(application, 0.5)
        program.controller.toggle()
        _live(application, 0.5)
        frames, begin = program.controller.bridge.frames, time.perf_counter()
        _live(application, seconds)
        rate = (program.controller.bridge.frames - frames) / (time.perf_counter() - begin)
        program.controller.toggle()
        while program.controller.bridge.running:
            _live(application, 0.01)
        state = program.controller.project.state
        program.window.close_now()
        program.window.deleteLater()
        _live(application, 0.1)
    return state.step / state.seconds, rate


def _live(application: object, seconds: float) -> None:
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
    parser.add_argument("--net", choices=("line", "slow-line", "iris"), default="line")
    parser.add_argument("--page", choices=("fit", "parameters"), default="fit")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    from flux_gui import app

    pairs = [
        (alone(given.net, given.seconds, app.blas_threads()), with_window(given.net, given.seconds, given.page))
        for _ in range(given.rounds)
    ]
    ratios = [live / without for without, (live, _frames) in pairs]
    result = {
        "net": given.net,
        "page": given.page,
        "platform": os.environ["QT_QPA_PLATFORM"],
        "threads": app.blas_threads(),
        "steps_per_second_alone": round(median(without for without, _ in pairs)),
        "steps_per_second_with_window": round(median(live for _, (live, _frames) in pairs)),
        "ratio": round(median(ratios), 3),
        "frames_per_second": round(median(frames for _, (_live_rate, frames) in pairs), 1),
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
