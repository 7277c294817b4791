"""What the commands print: results as text or JSON, one error line with a hint, a progress bar, files of rows."""

import csv
import io
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, TextIO

import msgspec

from flux_gui.core.atomic import write_atomically
from flux_gui.core.errors import FluxError


def complain(error: FluxError) -> None:
    """Print an error as one line on standard error, and its hint as a second."""
    print(f"flux-gui: error: {_one_line(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"  {_one_line(error.hint)}", file=sys.stderr)


def say(text: str) -> None:
    """Print a result."""
    print(text)


def notice(text: str) -> None:
    """Print something worth knowing beside the result, on standard error."""
    print(f"flux-gui: {_one_line(text)}", file=sys.stderr)


def say_json(value: Any) -> None:
    """Print one JSON object; numbers that are not finite become null."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=1).decode())


def rows_text(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as CSV text with a header."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return stream.getvalue()


def write_rows(text: str, out: str | None) -> None:
    """Write CSV text to a file, whole or not at all, or to standard output."""
    if out is None:
        sys.stdout.write(text)
    else:
        write_atomically(Path(out), text.encode())


def number(value: float, digits: int = 6) -> str:
    """Return a number for people: a few significant digits, "-" where there is none."""
    return f"{value:.{digits}g}" if math.isfinite(value) else "-"


def scores_text(scores: Mapping[str, Mapping[str, float]]) -> str:
    """Return the metrics of each part as aligned lines."""
    lines = []
    for part, values in scores.items():
        listed = "  ".join(f"{name} {_score(value)}" for name, value in values.items())
        lines.append(f"{part:<11}{listed or 'no rows'}")
    return "\n".join(lines)


def _score(value: float) -> str:
    return "not defined" if math.isnan(value) else number(value)


class ProgressBar:
    """A bar on one line of a terminal, of training or of reading; silent where the stream is not a terminal."""

    WIDTH = 28

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._begin = self._last = monotonic()
        self._first: int | None = None
        self._width = 0

    def show(self, epoch: int, epochs: int, loss: float) -> None:
        """Draw the bar for `epoch` of `epochs`, at most ten times a second."""
        now = monotonic()
        if self._first is None:
            self._first = epoch
        if not self._live or (now - self._last < 0.1 and epoch < epochs):
            return
        self._last = now
        speed = (epoch - self._first) / max(now - self._begin, 1e-9)
        left = f"{(epochs - epoch) / speed:.0f} s left" if speed > 0 else ""
        self._draw(epoch / max(epochs, 1), f"epoch {epoch}/{epochs}  loss {number(loss)}  {left}")

    def tell(self, share: float | None, text: str) -> None:
        """Draw how far a file is read, from the second half second on; the `Progress` of a reader, which calls from one thread."""
        now = monotonic()
        if self._live and now - self._begin > 0.5 and now - self._last >= 0.1:
            self._last = now
            self._draw(share or 0.0, text if share is None else f"{text}  {share:.0%}")

    def _draw(self, share: float, text: str) -> None:
        done = int(self.WIDTH * share)
        line = f"[{'#' * done}{'.' * (self.WIDTH - done)}] {text}"
        self._stream.write(f"\r{line:<{self._width}}")
        self._stream.flush()
        self._width = len(line)

    def clear(self) -> None:
        """Remove the bar."""
        if self._width:
            self._stream.write(f"\r{'':<{self._width}}\r")
            self._stream.flush()
            self._width = 0


def _one_line(text: str) -> str:
    return " ".join(text.split())
