"""Reading: what a reader is asked for, what it gives back, and how it tells how far it is."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flux_gui.core.registry import Entry
from flux_gui.data.cells import RawTable
from flux_gui.data.table import Table, number_label
from flux_gui.specs.data import ColumnSpec, Kind, ReadSpec

Progress = Callable[[float | None, str], None]
"""Called with the finished share (None: unknown) and what is being done; raises Cancelled to stop the work."""

MAX_WORD = 200
BETWEEN = 0.02  # seconds between two calls, so that telling costs nothing


@dataclass(eq=False)
class Wanted:
    """What shall be read: how, which columns (binding; none means all, with guessed kinds), and whom to tell about progress.

    With `preview` only the first rows are read.
    """

    reading: ReadSpec = field(default_factory=ReadSpec)
    columns: tuple[ColumnSpec, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    progress: Progress | None = None
    preview: bool = False
    told: float = -1.0
    last: tuple[float | None, str] = (None, "")

    def tell(self, fraction: float | None, text: str) -> None:
        """Report progress if the last report is not of just now; may raise Cancelled."""
        self.last = fraction, text
        now = time.monotonic()
        if self.progress is not None and now - self.told >= BETWEEN:
            self.told = now
            self.progress(fraction, text)

    def still(self) -> None:
        """Report again what was reported last, in the midst of a long step."""
        self.tell(*self.last)


@dataclass(frozen=True, eq=False)
class Found:
    """What a reader found: text cells of all rows, or of the first rows and the whole as a typed table; how it was read and why.

    `kinds` are those of a typed table: the kind of each column and the reason.
    """

    raw: RawTable
    reading: ReadSpec = field(default_factory=ReadSpec)
    reasons: dict[str, str] = field(default_factory=dict)
    table: Table | None = None
    kinds: dict[str, tuple[Kind, str]] = field(default_factory=dict)


def one_sheet(path: Path) -> tuple[str, ...]:
    """Return no names: the file holds one table."""
    del path
    return ()


@dataclass(frozen=True)
class ReaderEntry(Entry):
    """A file format: `function(path, wanted)` reads it; `sheets(path)` names the tables in a file that may hold several.

    `options` are the settings of `ReadSpec` that matter for this format, in the order in which to show them.
    """

    function: Callable[[Path, Wanted], Found]
    sheets: Callable[[Path], tuple[str, ...]] = one_sheet
    options: tuple[str, ...] = ()


def short(cell: str) -> str:
    """Return the cell, cut to what a message or a text column shows."""
    return cell if len(cell) <= MAX_WORD else cell[: MAX_WORD - 3] + "..."


def quoted(cell: str) -> str:
    """Return the cell as a message quotes it: short and on one line."""
    return short(" ".join(cell.split()))


def text_of(value: object) -> str:
    """Return a value as the text of a cell."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_label(value) if abs(value) != float("inf") else str(value)
    return str(value).strip()
