"""Collecting: the columns of a table, put together from blocks of Arrow arrays with little more memory than they take themselves."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from flux_gui.core.errors import CellError, DataError
from flux_gui.data.cache import PIECE, Store
from flux_gui.data.cells import MISSING, number, ungroup
from flux_gui.data.reading import MAX_WORD, quoted
from flux_gui.data.roles import NOTHING, kind_of
from flux_gui.data.table import Column, number_label
from flux_gui.specs.data import Kind

MAX_CATEGORY = 20_000  # different words beyond which a guessed category is text
TEXT_WIDTH = 40  # characters kept of a cell of text, which no network can use
_MISSING = pa.array(sorted(MISSING))
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"

RowOf = Callable[[int], int]
"""From the place in a block to the row number."""


@dataclass(frozen=True)
class Plan:
    """What a column becomes; `chosen` by the user or by a project, not guessed, and `strict` if a wrong cell is an error."""

    name: str
    kind: Kind
    chosen: bool = False
    strict: bool = True
    double: bool = True  # float64
    reason: str = ""  # of the guess by the first rows


class Retype(Exception):  # noqa: N818 - a request, caught by whoever began the collecting
    """Columns turned out to be of another kind than their first rows: collect again with `kinds` ("number": as float64)."""

    def __init__(self, kinds: dict[str, Kind]) -> None:
        super().__init__(kinds)
        self.kinds = kinds


@dataclass(frozen=True)
class Signs:
    """How numbers are written in text."""

    decimal_comma: bool = False
    grouped: frozenset[str] = frozenset()  # names of columns with signs between groups of digits


def trimmed(array: Any) -> Any:
    """Return text without blanks around it, "" where the cell stands for a missing value."""
    bare = pc.fill_null(pc.utf8_trim_whitespace(array.cast(pa.string())), "")
    return pc.if_else(pc.is_in(pc.utf8_lower(bare), _MISSING), "", bare)


def numbers_in(array: Any, decimal_comma: bool = False, grouped: bool = False) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the numbers in an array of text, NaN where there is none, and where a cell is neither number nor missing."""
    bare = trimmed(array)
    empty = pc.equal(bare, "").to_numpy(zero_copy_only=False)
    plain = bare
    if not decimal_comma and not grouped:
        plain = pc.if_else(pc.match_substring_regex(bare, _NUMBER), pc.utf8_ltrim(bare, "+"), None)
        try:
            values = plain.cast(pa.float64()).to_numpy(zero_copy_only=False)
            values = np.where(np.isfinite(values), values, np.nan)
            return values, np.isnan(values) & ~empty
        except pa.ArrowInvalid:  # 1e999
            pass
    found = [number(ungroup(cell, decimal_comma) if grouped else cell, decimal_comma) for cell in bare.to_pylist()]
    values = np.array([np.nan if value is None else value for value in found], np.float64)
    return values, np.isnan(values) & ~empty


class Numbers:
    """A number column: its pieces in memory or in a store."""

    def __init__(self, plan: Plan, source: str, signs: Signs, store: Store | None, capacity: int) -> None:
        self.plan, self.source, self.signs = plan, source, signs
        self.dtype = np.dtype(np.float64 if plan.double else np.float32)
        self.region = store.region(capacity, self.dtype) if store else None
        self.whole = np.empty(0 if store else capacity, self.dtype)  # memory is taken only as it is written
        self.rows = self.missing = self.wrong = 0
        self.first_wrong: tuple[int, str] | None = None
        self.grouped: tuple[str, float] | None = None  # the first cell with groups of digits, and the number it was taken for
        self.only: float | None = None
        self.differ = False

    def add(self, array: Any, row_of: RowOf) -> None:
        """Append a piece, an Arrow array of numbers or of text."""
        for chunk in getattr(array, "chunks", [array]):
            if not len(chunk):
                continue
            if pa.types.is_floating(chunk.type) or pa.types.is_integer(chunk.type):
                values = chunk.to_numpy(zero_copy_only=False)
                infinite = np.isinf(values)
                if infinite.any():
                    place = int(np.argmax(infinite))
                    raise self.error(row_of(place), f"{values[place]:g}")
            else:
                values, wrong = numbers_in(chunk, self.signs.decimal_comma, self.plan.name in self.signs.grouped)
                self._ungroup(chunk, values, wrong)
                self._refuse(chunk, wrong, row_of)
            self._keep(values)
            row_of = _shifted(row_of, len(chunk))

    def _ungroup(self, chunk: Any, values: NDArray[np.float64], wrong: NDArray[np.bool_]) -> None:
        """Take the cells for numbers that are none, or other ones, only by signs between groups of digits: late rows may be the first."""
        if self.plan.name in self.signs.grouped:
            return
        places = wrong
        if self.signs.decimal_comma:  # the point in 1.234 is none
            places = wrong | pc.fill_null(pc.match_substring(chunk.cast(pa.string()), "."), False).to_numpy(zero_copy_only=False)
        for place in np.flatnonzero(places):
            cell = str(chunk[int(place)]).strip()
            bare = ungroup(cell, self.signs.decimal_comma)
            value = number(bare, self.signs.decimal_comma)
            if value is not None and bare != cell:
                values[place], wrong[place] = value, False
                self.grouped = self.grouped or (cell, value)

    def notices(self) -> tuple[str, ...]:
        """Return what was read other than it stands there."""
        if self.grouped is None:
            return ()
        cell, value = self.grouped
        return (f"{self.source}: column '{self.plan.name}' has numbers with groups of digits ('{quoted(cell)}' is {number_label(value)}).",)

    def _keep(self, given: NDArray[Any]) -> None:
        with np.errstate(over="ignore"):
            values = given.astype(self.dtype, copy=False)
        if values.dtype != given.dtype and np.isinf(values).any():  # it is finite as float64
            raise Retype({self.plan.name: "number"})
        missing = int(np.isnan(values).sum())
        if not self.differ and missing < len(values):
            low, high = float(np.nanmin(values)), float(np.nanmax(values))
            self.only = low if self.only is None else self.only
            self.differ = not low == high == self.only
        if self.region is not None:
            self.region.write(self.rows, values)
        else:
            self._room(self.rows + len(values))
            self.whole[self.rows : self.rows + len(values)] = values
        self.rows += len(values)
        self.missing += missing

    def _refuse(self, chunk: Any, wrong: NDArray[np.bool_], row_of: RowOf) -> None:
        count = int(wrong.sum())
        if not count:
            return
        place = int(np.argmax(wrong))
        self.first_wrong = self.first_wrong or (row_of(place), str(chunk[place]).strip())
        self.wrong += count
        if self.plan.chosen and not self.plan.strict:
            raise Retype({self.plan.name: "text"})
        if self.plan.chosen:
            raise self.error(*self.first_wrong)
        filled = self.rows - self.missing + int((~wrong).sum())
        if count > 1 and self.wrong > 0.05 * (filled + self.wrong) and self.wrong + filled > 200:
            raise Retype({self.plan.name: "category"})

    def error(self, row: int, cell: str) -> CellError:
        """Return the error of a cell that is no number."""
        message = f"{self.source}, row {row}, column '{self.plan.name}': expected a number, got '{quoted(cell)}'."
        return CellError(message, "Correct the cell or leave it empty (row 1 is the header).", column=self.plan.name)

    def finish(self) -> tuple[Kind, str]:
        """Return kind and reason; what is left of wrong cells is an error."""
        if self.first_wrong is not None:
            good = self.rows - self.missing
            if self.wrong > max(1, 0.05 * (good + self.wrong)) or good <= 2 * self.wrong:
                raise Retype({self.plan.name: "category"})
            raise self.error(*self.first_wrong)
        if self.missing == self.rows:
            return "number", NOTHING
        missing = f", {self.missing} missing" if self.missing else ""
        return "number", ("numbers" if self.differ else "always the same number") + missing

    def values(self) -> NDArray[Any]:
        """Return the whole column, read-only, and give the pieces up."""
        if self.region is not None:
            return self.region.values(self.rows)
        whole, self.whole = self.whole[: self.rows], np.empty(0, self.dtype)
        whole.flags.writeable = False
        return whole

    def _room(self, rows: int) -> None:
        if rows > len(self.whole):
            larger = np.empty(max(rows, len(self.whole) * 5 // 4, 1024), self.dtype)
            larger[: self.rows] = self.whole[: self.rows]
            self.whole = larger


class Words:
    """A category or text column: a code per row while words repeat, the text itself when they do not."""

    def __init__(self, plan: Plan, source: str, store: Store | None, capacity: int) -> None:
        self.plan, self.source, self.store, self.capacity = plan, source, store, capacity
        self.codes: dict[str, int] = {}
        self.coded: list[NDArray[np.int32]] = []
        self.text: list[Any] = []
        self.region = store.region(capacity, f"<U{TEXT_WIDTH}") if store and plan.kind == "text" else None
        self.rows = 0
        self.as_text = plan.kind == "text"

    def add(self, array: Any, row_of: RowOf) -> None:
        """Append a piece, an Arrow array of text or of a dictionary of text."""
        for chunk in getattr(array, "chunks", [array]):
            if not len(chunk):
                continue
            if self.as_text:
                self._add_text(chunk)
            else:
                self._add_codes(chunk, row_of)
            self.rows += len(chunk)
            row_of = _shifted(row_of, len(chunk))

    def _add_text(self, chunk: Any) -> None:
        cut = pc.utf8_slice_codeunits(trimmed(chunk), 0, TEXT_WIDTH)
        if self.region is not None:
            self.region.write(self.rows, np.array(cut.to_pylist(), self.region.dtype))
        else:
            self.text.append(cut)

    def _add_codes(self, chunk: Any, row_of: RowOf) -> None:
        coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.cast(pa.string()).dictionary_encode()
        words = [str(word) for word in trimmed(coded.dictionary).to_pylist()]
        if any(len(word) > MAX_WORD for word in words):
            if not self.plan.chosen:
                raise Retype({self.plan.name: "text"})
            self._too_long(chunk, row_of)
        own = np.array([self.codes.setdefault(word, len(self.codes)) for word in (*words, "")], np.int32)
        indices = pc.fill_null(coded.indices.cast(pa.int32()), len(words)).to_numpy(zero_copy_only=False)
        self.coded.append(own[indices])
        if len(self.codes) > MAX_CATEGORY:
            if not self.plan.chosen:
                raise Retype({self.plan.name: "text"})
            message = f"{self.source}, column '{self.plan.name}': more than {MAX_CATEGORY} different values are too many for categories."
            raise DataError(message, "Read the column as text or as numbers instead.")

    def _too_long(self, chunk: Any, row_of: RowOf) -> None:
        for place, word in enumerate(trimmed(chunk.cast(pa.string())).to_pylist()):
            if len(word) > MAX_WORD:
                where = f"{self.source}, row {row_of(place)}, column '{self.plan.name}'"
                message = f"{where}: a category has at most {MAX_WORD} characters, got {len(word)}."
                raise DataError(message, "Read the column as text instead.")

    def finish(self) -> tuple[Kind, str]:
        """Return kind and reason by the same rule as for a small table, where all words are known."""
        if self.as_text:
            return "text", self.plan.reason or f"text in {self.rows} rows"
        words = list(self.codes)
        totals = sum((np.bincount(piece, minlength=len(words)) for piece in self.coded), np.zeros(len(words), np.int64))
        counts = Counter({word: int(total) for word, total in zip(words, totals, strict=True) if word and total})
        kind, reason = kind_of(counts, self.rows)
        return (kind, reason) if kind != "number" else ("category", f"{len(counts)} categories")

    def spill(self) -> None:
        """Write what is in memory to the store, if there is one."""
        if self.store is not None and self.region is None:
            dtype, pieces = self._pieces()
            self.region = self.store.region(self.rows, dtype)
            self.region.write_all(pieces)
            self.coded.clear()
            self.text.clear()

    def values(self) -> NDArray[Any]:
        """Return the whole column, read-only, and give the pieces up."""
        if self.region is not None:
            return self.region.values(self.rows)
        dtype, pieces = self._pieces()
        whole = np.empty(self.rows, dtype)
        at = 0
        for piece in pieces:
            whole[at : at + len(piece)] = piece
            at += len(piece)
        self.coded.clear()
        self.text.clear()
        whole.flags.writeable = False
        return whole

    def _pieces(self) -> tuple[np.dtype[Any], Iterator[NDArray[Any]]]:
        if self.as_text:
            width = max((pc.max(pc.utf8_length(piece)).as_py() or 0 for piece in self.text), default=0)
            dtype: np.dtype[Any] = np.dtype(f"<U{max(width, 1)}")
            return dtype, (np.array(piece.to_pylist(), dtype) for piece in self.text)
        words = np.array(list(self.codes) or [""], np.str_)
        return words.dtype, (words[piece[at : at + PIECE]] for piece in self.coded for at in range(0, len(piece), PIECE))


def _shifted(row_of: RowOf, by: int) -> RowOf:
    return lambda place: row_of(place + by)


class Collector:
    """All columns of a table: takes blocks, gives the table's columns and their kinds."""

    def __init__(
        self,
        source: str,
        plans: Sequence[Plan],
        signs: Signs,
        store: Store | None = None,
        capacity: int = 0,
        still: Callable[[], None] = lambda: None,
    ) -> None:
        self.source, self.plans, self._still = source, plans, still
        self.rows, self._capacity = 0, capacity if store else -1  # room in the store is fixed; in memory it is only a guess
        self._origins: list[tuple[int, NDArray[np.int64] | None, int]] = []  # first number, numbers unless they count up, how many
        self._columns: list[Numbers | Words] = [
            Numbers(plan, source, signs, store, capacity) if plan.kind == "number" else Words(plan, source, store, capacity)
            for plan in plans
        ]

    def add(self, arrays: Sequence[Any], count: int, first: int, origin: NDArray[np.int64] | None = None) -> None:
        """Append a block: one Arrow array per column, `count` rows, the first row's number; `origin` if numbers do not count up."""

        def row_of(place: int) -> int:
            return int(origin[place]) if origin is not None else first + place

        if 0 <= self._capacity < self.rows + count:
            raise DataError(f"{self.source} changed while it was read.", "Wait until the program that writes it is done.")
        changes: dict[str, Kind] = {}
        for column, array in zip(self._columns, arrays, strict=True):
            self._still()
            try:
                column.add(array, row_of)
            except Retype as change:
                changes |= change.kinds
        if changes:
            raise Retype(changes)
        self.rows += count
        self._origins.append((first, origin, count))

    def kinds(self) -> dict[str, tuple[Kind, str]]:
        """Return kind and reason of every column; may raise `Retype`, or CellError for a cell that is no number."""
        found: dict[str, tuple[Kind, str]] = {}
        changes: dict[str, Kind] = {}
        for plan, column in zip(self.plans, self._columns, strict=True):
            try:
                kind, reason = column.finish()
                found[plan.name] = (plan.kind, "chosen") if plan.chosen else (kind, reason)
            except Retype as change:
                changes |= change.kinds
        if changes:
            raise Retype(changes)
        return found

    def columns(self, kinds: dict[str, tuple[Kind, str]]) -> tuple[Column, ...]:
        """Return the columns; what was collected is given up on the way."""
        for column in self._columns:
            if isinstance(column, Words):  # before the first map is made, which closes the store
                column.spill()
        named = zip(self.plans, self._columns, strict=True)
        return tuple(Column(plan.name, kinds[plan.name][0], column.values()) for plan, column in named)

    def notices(self) -> tuple[str, ...]:
        """Return what was read other than it stands there."""
        return tuple(notice for column in self._columns if isinstance(column, Numbers) for notice in column.notices())

    def origin(self) -> NDArray[np.int64] | None:
        """Return the row number of each row, None when they count up from 2."""
        expected = 2
        for first, numbers, count in self._origins:
            if numbers is not None or first != expected:
                break
            expected += count
        else:
            return None
        pieces = [np.arange(first, first + count) if numbers is None else numbers for first, numbers, count in self._origins]
        return np.concatenate(pieces)
