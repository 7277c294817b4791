"""What a table of a million rows costs the window: painting while it scrolls, opening its page, counting and sorting its columns.

Run on a display: `xvfb-run -a -s "-screen 0 1880x1000x24" python tests/bench/table.py [--rows 1000000] [--columns 20]`.
Prints one JSON object.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from PySide6.QtWidgets import QApplication

from flux_gui import app
from flux_gui.data.prepare import default_data_spec
from flux_gui.data.table import Column, Table
from flux_gui.document import edits
from flux_gui.document.project import Project
from flux_gui.gui.tables.row_table import RowTable
from flux_gui.gui.theme import theme
from flux_gui.specs import ColumnSpec, FileData

VIEWS = 200  # places that are scrolled to


def project(rows: int, columns: int) -> Project:
    """A project of numbers and two classes, as if they had been read from a file."""
    draw = np.random.default_rng(0)
    numbers = [draw.normal(size=rows).astype(np.float32) for _ in range(columns)]
    for values in numbers:
        values.flags.writeable = False
    words = np.where(numbers[0] > 0, "yes", "no")
    table = Table((*(Column(f"x{i + 1}", "number", v) for i, v in enumerate(numbers)), Column("class", "category", words)))
    specs = [ColumnSpec(column.name, column.kind, "input") for column in table.columns[:-1]]
    return edits.defaults(default_data_spec(FileData("/made.csv", (*specs, ColumnSpec("class", "category", "target")))), table)


def milliseconds(act: Callable[[], object]) -> float:
    """How long `act` takes."""
    begin = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begin)


def waits(application: QApplication, busy: Callable[[], bool]) -> list[float]:
    """Milliseconds between two turns of the event loop while something is busy."""
    gaps, last = [0.0], time.perf_counter()
    while busy():
        application.processEvents()
        now = time.perf_counter()
        gaps.append(1000 * (now - last))
        last = now
        time.sleep(0.002)
    return gaps


def scrolled(table: RowTable) -> list[float]:
    """Milliseconds to paint the table at places all over it."""
    bar, result = table.verticalScrollBar(), []
    for view in range(VIEWS):
        bar.setValue(int(bar.maximum() * view / VIEWS) + view % 7)
        result.append(milliseconds(table.viewport().repaint))
    return result


def measured(rows: int, columns: int) -> dict[str, object]:
    """Everything that is measured, by name."""
    application = QApplication.instance() or QApplication(["bench"])
    assert isinstance(application, QApplication)
    made = project(rows, columns)
    program = app.build(made)
    theme().apply(application, "light")
    window = program.window
    window.resize(window.screen().availableGeometry().size())
    window.show()
    application.processEvents()
    opening = milliseconds(lambda: window.drawer.show_page(1))
    first = milliseconds(application.processEvents)
    counting = waits(application, lambda: window.rows.keeper.worker.busy)
    paint = scrolled(window.rows)
    sorting = time.perf_counter()
    window.rows.rows.sort_by(1)
    gaps = waits(application, lambda: window.rows.rows.sorting)
    took = time.perf_counter() - sorting
    in_order = scrolled(window.rows)
    window.drawer.grip.moved.emit(10_000.0)
    application.processEvents()
    high = scrolled(window.rows)
    found = {
        "rows": rows,
        "columns": len(made.table.columns),
        "window": [window.width(), window.height()],
        "open_ms": round(opening, 1),
        "first_paint_of_window_ms": round(first, 1),
        "paint_ms": told(paint),
        "paint_sorted_ms": told(in_order),
        "paint_high_ms": told(high),
        "sort_s": round(took, 2),
        "longest_wait_ms": {"counting": round(max(counting), 1), "sorting": round(max(gaps), 1)},
    }
    window.close_now()
    return found


def told(values: list[float]) -> dict[str, float]:
    """Median, 99th percentile and the worst."""
    return {"median": round(median(values), 2), "p99": round(quantiles(values, n=100)[98], 2), "worst": round(max(values), 2)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=20)
    chosen = parser.parse_args()
    sys.stdout.write(json.dumps(measured(chosen.rows, chosen.columns)) + "\n")


if __name__ == "__main__":
    main()
