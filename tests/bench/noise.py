"""What dragging the noise slider costs: paint times and frames per second of the real window, at rest and while training runs.

Run on a display: `xvfb-run -a -s "-screen 0 1280x800x24" python tests/bench/noise.py [--moves 200]`. Prints one JSON object.
A frame is one move of the mouse and everything that follows before the window is idle again; its paint time is what the window spends
in painting. The goal is a median paint time under 33 ms, which is 30 frames per second.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

EPOCHS = 100_000_000


class Painting:
    """Adds up what the window spends in painting."""

    def __init__(self, window: Any) -> None:
        self.seconds = 0.0
        self._inner = window.controller.bridge.painted
        window.controller.bridge.painted = self

    def __call__(self, seconds: float) -> None:
        """Count time that painting took."""
        self.seconds += seconds
        self._inner(seconds)


def drag(application: Any, slider: Any, paint: Painting, moves: int) -> dict[str, float]:
    """Move the knob to and fro; return milliseconds of paint and of whole frames, and frames per second."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    y, room = slider.height() // 2, slider.width() - 24
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(12, y))
    paints, frames, begin = [], [], time.perf_counter()
    for step in range(moves):
        paint.seconds, start = 0.0, time.perf_counter()
        QTest.mouseMove(slider, QPoint(12 + abs(2 * (step * 3 % room) - room), y))
        application.processEvents()
        frames.append(time.perf_counter() - start)
        paints.append(paint.seconds)
        time.sleep(max(0.0, 0.016 - frames[-1]))  # a mouse tells of a move some 60 times a second
    seconds = time.perf_counter() - begin
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(12, y))
    return {
        "paint_ms_median": round(1000 * median(paints), 2),
        "paint_ms_p95": round(1000 * quantiles(paints, n=20)[-1], 2),
        "frame_ms_median": round(1000 * median(frames), 2),
        "frame_ms_p95": round(1000 * quantiles(frames, n=20)[-1], 2),
        "frame_ms_worst": round(1000 * max(frames), 2),
        "frames_per_second": round(moves / seconds, 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=200)
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    from PySide6.QtWidgets import QApplication
    from threadpoolctl import threadpool_limits

    from flux_gui import app

    application = QApplication.instance() or QApplication(["bench"])
    with threadpool_limits(limits=app.blas_threads(), user_api="blas"):
        sys.setswitchinterval(app.SWITCH_INTERVAL)
        program = app.build()
        program.window.show()
        program.controller.use_generated()
        program.controller.set_value("training.epochs", EPOCHS)
        paint = Painting(program.window)
        slider = program.window.data_panel.generator.form.field("data.source.noise").slider  # type: ignore[union-attr]
        _live(application, 1.0)
        result = {"at_rest": drag(application, slider, paint, given.moves)}
        program.controller.toggle()
        _live(application, 1.0)
        result["training"] = drag(application, slider, paint, given.moves)
        _live(application, 0.5)
        program.controller.toggle()
        while program.controller.bridge.running:
            _live(application, 0.05)
        program.window.close_now()
    sys.stdout.write(json.dumps(result) + "\n")


def _live(application: Any, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.002)


if __name__ == "__main__":
    main()
