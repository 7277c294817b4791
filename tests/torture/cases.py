"""What a file that goes wrong may become: a table as a person would expect, or one sentence with its place and a hint."""

import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from flux_gui.core.errors import CellError, DataError, FluxError, FormatError
from flux_gui.data import files
from flux_gui.data.table import Table

Make = Callable[[Path], Path]
Content = bytes | str | Callable[[], bytes | str]
Wanted = tuple[str | None, str, Any]  # name, kind ("" for any), values (None in a list of numbers: missing; None alone: any)


@dataclass(frozen=True)
class Read:
    """A table that was read, with everything that was told about it."""

    table: Table
    told: tuple[str, ...]


Found = Read | FluxError


@dataclass(frozen=True)
class Fails:
    """Refused: patterns of the message and of the hint, which every message and hint must match."""

    message: str
    hint: str = r"\w"

    def differs(self, found: Found) -> str:
        """Return what is not as wanted, "" for nothing."""
        if isinstance(found, Read):
            return f"was read as {outline(found.table)}, should say {self.message!r}"
        if not re.search(self.message, found.message):
            return f"says {found.message!r}, should match {self.message!r}"
        if not re.search(self.hint, found.hint):
            return f"{found.message!r} has the hint {found.hint!r}, should match {self.hint!r}"
        return ""


@dataclass(frozen=True)
class Loads:
    """Read: these columns; `notice` is a pattern that a notice or the reason of a column matches.

    `project` is a pattern of why no project can be made of it, "" when one must be made.
    """

    columns: Sequence[Wanted]
    notice: str = ""
    project: str = ""

    def differs(self, found: Found) -> str:
        """Return what is not as wanted, "" for nothing."""
        if isinstance(found, FluxError):
            return f"was refused ({type(found).__name__}: {found}), should be read"
        table = found.table
        if len(self.columns) != len(table.columns):
            return f"has the columns {table.names[:20]}, wanted {[name for name, *_ in self.columns][:20]}"
        if self.notice and not any(re.search(self.notice, text) for text in found.told):
            return f"tells {found.told}, one should match {self.notice!r}"
        wrong = (column_differs(wanted, column) for wanted, column in zip(self.columns, table.columns, strict=True))
        return next((text for text in wrong if text), "")


class Case:
    """A file, and everything it may become: any one of `outcomes` will do; `seconds` of computing time at most."""

    def __init__(self, name: str, make: Make, *outcomes: Fails | Loads, seconds: float = 2.0) -> None:
        self.name, self.make, self.outcomes, self.seconds = name, make, outcomes, seconds

    def differs(self, found: Found) -> str:
        """Return what is not as wanted, "" for nothing."""
        if isinstance(found, FluxError):
            check_error(found)
        else:
            check_table(found.table)
        wrong = [outcome.differs(found) for outcome in self.outcomes]
        return "" if "" in wrong else "; or ".join(wrong)

    @property
    def must_fail(self) -> bool:
        return all(isinstance(outcome, Fails) for outcome in self.outcomes)

    @property
    def must_load(self) -> bool:
        return all(isinstance(outcome, Loads) for outcome in self.outcomes)

    @property
    def refusals(self) -> list[str]:
        """Patterns of why no project can be made of it, empty when one must be made."""
        return [o.project if isinstance(o, Loads) else o.message for o in self.outcomes if isinstance(o, Fails) or o.project]


def column_differs(wanted: Wanted, column: Any) -> str:
    """Return how a column is not as wanted, "" when it is."""
    name, kind, values = wanted
    if name not in (None, column.name):
        return f"has a column {column.name!r}, wanted {name!r}"
    if kind and column.kind not in kind.split("|"):
        return f"column {column.name!r} is {column.kind} ({column.values[:5].tolist()}), wanted {kind}"
    if values is None:
        return ""
    if len(values) != len(column.values):
        return f"column {column.name!r} has {len(column.values)} rows, wanted {len(values)}"
    if column.kind == "number":
        same = np.isclose(column.values, np.asarray(values, np.float64), rtol=1e-6, atol=0, equal_nan=True)
    else:
        same = np.asarray(column.values) == np.asarray(values)
    if same.all():
        return ""
    row = int(np.argmin(same))
    return f"column {column.name!r}, row index {row}: {column.values[row]!r}, wanted {values[row]!r}"


def check_error(error: FluxError) -> None:
    """A message is one sentence without control signs, of a bearable length, with a hint."""
    assert isinstance(error, DataError | FormatError), repr(error)
    assert error.message.endswith("."), error.message
    assert len(error.message) <= 500, len(error.message)
    assert len(error.hint) <= 1000, len(error.hint)
    assert error.hint, error.message
    odd = [sign for sign in error.message + error.hint if unicodedata.category(sign) in ("Cc", "Cs")]
    assert not odd, f"{odd} in {error.message!r} {error.hint!r}"  # ends of lines, and signs that steer a terminal
    if isinstance(error, CellError):
        assert error.column


def check_table(table: Table) -> None:
    """A table is a rectangle of finite numbers and words under unique names."""
    assert len(set(table.names)) == len(table.names)
    assert all(table.names)
    assert {len(column) for column in table.columns} <= {table.rows}
    for column in table.columns:
        if column.kind == "number":
            assert column.values.dtype.kind == "f"
            assert not np.isinf(column.values).any()
        else:
            assert column.kind in ("category", "text")
            assert column.values.dtype.kind in "OU"
            assert all(isinstance(value, str) for value in column.values[:100].tolist())


def outline(table: Table) -> str:
    """Return names, kinds and first values of a table."""
    return "; ".join(f"{c.name[:30]!r} {c.kind} {str(c.values[:4].tolist())[:60]}" for c in table.columns[:6])


def loaded(path: Path) -> Found:
    """Return the table in a file, or why there is none."""
    try:
        found = files.load(path)
    except FluxError as error:
        return error
    return Read(found.table, (*found.table.notices, *(f"'{column.name}': {column.reason}" for column in found.columns)))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail when the block takes more computing time; the time of the clock is left to the time limit of the tests."""
    begin = time.process_time()
    yield
    used = time.process_time() - begin
    assert used <= seconds, f"took {used:.2f} s, at most {seconds} s"


def file(name: str, content: Content) -> Make:
    """Return what writes such a file into a folder."""

    def make(folder: Path) -> Path:
        path = folder / name
        written = content() if callable(content) else content
        path.write_bytes(written if isinstance(written, bytes) else written.encode())
        return path

    return make
