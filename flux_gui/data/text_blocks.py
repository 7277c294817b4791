"""Large delimited text: every block read by Arrow with explicit options, cell by cell where Arrow and our rules disagree."""

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from flux_gui.core.errors import DataError
from flux_gui.data.arrow import Plan
from flux_gui.data.blanks import AROUND, tabbed
from flux_gui.data.blocks import Block, Source, blocks, misfit
from flux_gui.data.cells import MISSING
from flux_gui.data.delimited import Layout, fit, read_records
from flux_gui.data.reading import Found, Wanted
from flux_gui.data.sniff import WESTERN
from flux_gui.data.stream import Chunk, Extent, collect

PART = 1 << 20  # bytes of a block that one thread takes
AHEAD = 2  # blocks that are parsed at the same time
WIDE = 1000  # columns from which a block is not divided among threads
NULLS = sorted({"".join(spelled) for word in MISSING for spelled in product(*zip(word, word.upper(), strict=True))})

FEW_NULLS = ["", "NA", "NaN", "nan", "-", "?"]  # Arrow keeps a copy per column; other spellings are found cell by cell


class NotUtf8(Exception):  # noqa: N818 - a request to read again
    """A block is no UTF-8."""


def read_large(path: Path, layout: Layout, wanted: Wanted, expected: float, head: bytes) -> Found:
    """Return the table in a large file; `expected` bytes, `head` its first ones."""
    lines = max(head.count(b"\n"), head.count(b"\r"), 1)
    rows = 1.01 * expected / len(head) * lines
    encodings = [layout.reading.encoding]
    if encodings == ["utf-8"] and not wanted.reading.encoding:
        encodings += ["cp1252", "latin-1"]
    elif encodings == ["cp1252"] and not wanted.reading.encoding:
        encodings += ["latin-1"]
    line = 0
    for encoding in encodings:
        used = replace(layout, reading=msgspec.structs.replace(layout.reading, encoding=encoding))
        if encoding != encodings[0]:
            why = f"line {line} is not UTF-8" if line else "not UTF-8"
            notice = f"{path.name}: {why}; the file was read as Western European text ({WESTERN[encoding]})."
            used = replace(used, raw=replace(used.raw, notices=(notice, *used.raw.notices)), reasons=used.reasons | {"encoding": why})
        producer = Producer(path, used, wanted)
        try:
            table, kinds = collect(used.raw, wanted, producer, Extent(rows, producer.count, grouped=used.grouped))
        except (NotUtf8, UnicodeDecodeError) as error:
            misfitting = misfit(path, encoding)
            if encoding == encodings[-1]:
                where = f"line {misfitting}" if misfitting else "a line of it"
                message = f"{path.name} is damaged: {where} does not fit {encoding}."
                raise DataError(message, "Choose another encoding, or save it as UTF-8.") from error
            line = line or misfitting
            continue
        pa.default_memory_pool().release_unused()
        return Found(used.raw, used.reading, used.reasons, table, kinds)
    raise AssertionError("every encoding either reads the file or raises")


class Producer:
    """The chunks of a large file; called once per attempt."""

    def __init__(self, path: Path, layout: Layout, wanted: Wanted) -> None:
        self.path, self.layout, self.wanted = path, layout, wanted
        self.delimiter = layout.reading.delimiter
        self.header = layout.reading.header != "no"

    def __call__(self, plans: Mapping[str, Plan]) -> Iterator[Chunk]:
        """Yield the file in chunks."""
        skip = self.layout.skip
        typed = {plan.name: _type(plan, plan.name in self.layout.grouped) for plan in plans.values()}
        waiting: deque[tuple[Block, Future[Chunk | None]]] = deque()
        with Source(self.path) as source, ThreadPoolExecutor(AHEAD, "reading") as ahead:  # parsed while earlier blocks are collected
            for whole in blocks(source, self.layout.reading.encoding, self.delimiter[:1]):
                self.wanted.tell(whole.fraction, f"Reading {self.path.name}")
                block, skip = without(whole, skip) if skip else (whole, 0)
                if not block.data:
                    continue
                waiting.append((block, ahead.submit(self.chunk, block, typed)))
                if len(waiting) > AHEAD:
                    first, parsed = waiting.popleft()
                    yield parsed.result() or self.slow(first)
            for first, parsed in waiting:
                yield parsed.result() or self.slow(first)

    def chunk(self, block: Block, typed: Mapping[str, Any]) -> Chunk | None:
        """Return the rows of a block by Arrow with types, or by Arrow as text, None where rows must be read one by one."""
        return None if block.odd else self.quick(block, typed) or self.careful(block)

    def quick(self, block: Block, typed: Mapping[str, Any]) -> Chunk | None:
        """Return the rows as Arrow reads them, None where a cell is not what its column holds."""
        options = arrow_csv.ConvertOptions(
            column_types=dict(typed),
            include_columns=list(typed),
            null_values=NULLS if len(typed) <= WIDE else FEW_NULLS,
            strings_can_be_null=True,
            decimal_point="," if self.layout.raw.decimal_comma else ".",
        )
        try:
            table = self.parse(block, options)
        except pa.ArrowInvalid:
            return None
        if all(column.null_count for column in table.columns):
            empty = np.logical_and.reduce([column.is_null().to_numpy() for column in table.columns])
            if empty.any():
                return None  # a row without content, or one of missing values
        for column in table.columns:
            if pa.types.is_floating(column.type) and not _finite(column):
                return None
        return self.numbered(block, {name: table.column(name) for name in typed}, table.num_rows)

    def careful(self, block: Block) -> Chunk | None:
        """Return the rows as text, without blank ones; None where rows do not have the cells they should."""
        names = self.layout.raw.names
        options = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
        try:
            table = self.parse(block, options)
        except pa.ArrowInvalid:
            return None
        chunk = self.numbered(block, {name: table.column(name).combine_chunks() for name in names}, table.num_rows)
        if chunk is None:
            return None
        filled = np.zeros(table.num_rows, bool)
        for array in chunk.arrays.values():
            filled |= pc.utf8_length(pc.utf8_trim_whitespace(array)).to_numpy(zero_copy_only=False) > 0
        if filled.all():
            return chunk
        numbers = np.arange(chunk.first, chunk.first + chunk.count) if chunk.origin is None else chunk.origin
        kept = pa.array(filled)
        arrays = {name: array.filter(kept) for name, array in chunk.arrays.items()}
        return Chunk(arrays, int(filled.sum()), chunk.first, numbers[filled])

    def parse(self, block: Block, options: arrow_csv.ConvertOptions) -> pa.Table:
        """Return the block as an Arrow table."""
        wide = len(self.layout.raw.names) > WIDE or block.lines * 8 < len(block.data) // PART
        around = self.delimiter in AROUND
        return arrow_csv.read_csv(
            pa.BufferReader(tabbed(block.data, self.delimiter) if around else block.data),
            read_options=arrow_csv.ReadOptions(
                column_names=self.layout.raw.names, block_size=max(len(block.data), 1) if wide else PART, use_threads=True
            ),
            parse_options=arrow_csv.ParseOptions(delimiter="\t" if around else self.delimiter, newlines_in_values=block.enclosed),
            convert_options=options,
        )

    def numbered(self, block: Block, arrays: dict[str, Any], count: int) -> Chunk | None:
        """Return the chunk with its row numbers; None when Arrow found other rows than the line ends say."""
        if count == block.lines:
            return Chunk(arrays, count, block.first)
        numbers = block.numbers()
        return Chunk(arrays, count, block.first, numbers) if len(numbers) == count else None

    def slow(self, block: Block) -> Chunk:
        """Return the rows as text, read one by one by the rules for small files; a wrong row raises DataError."""
        try:
            text = block.data.decode()
        except UnicodeDecodeError as error:
            raise NotUtf8 from error
        name, names = self.path.name, self.layout.raw.names
        rows = []
        numbers: list[int] = []
        tick = self.wanted.tell
        for row, cells in read_records(
            text, self.delimiter, name, block.first, lambda row: tick(block.fraction, f"Reading {name}, row {row}")
        ):
            if len(cells) != len(names):
                fit(name, row, cells, len(names), self.header)
            rows.append(cells)
            numbers.append(row)
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        arrays = {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
        return Chunk(arrays, len(rows), block.first, np.array(numbers, np.int64))

    def count(self) -> int:
        """Return a number of rows that the file does not exceed."""
        ends, returns = 1, 1
        wide = self.layout.reading.encoding not in ("utf-8", "utf-8-sig", "cp1252", "latin-1")
        with Source(self.path) as source:
            while data := source.read(PART):
                ends += data.count(b"\n")
                returns += data.count(b"\r") if wide or ends == 1 else 0
                self.wanted.tell(source.fraction, f"Counting the rows of {self.path.name}")
        return max(ends, returns)


def without(block: Block, rows: int) -> tuple[Block, int]:
    """Return the block without its first rows, and how many rows are still to leave out."""
    ends: NDArray[np.intp] = block.breaks
    if len(ends) < rows:
        return replace(block, data=b""), rows - len(ends)
    cut = int(ends[rows - 1]) + 1
    return replace(block, data=block.data[cut:], first=block.first + rows, quotes=block.quotes[block.quotes >= cut] - cut), 0


def _finite(column: Any) -> bool:
    return all(
        np.count_nonzero(np.isfinite(chunk.to_numpy(zero_copy_only=False))) == len(chunk) - chunk.null_count for chunk in column.chunks
    )


def _type(plan: Plan, grouped: bool) -> Any:
    if plan.kind == "number" and not grouped:
        return pa.float64() if plan.double else pa.float32()
    return pa.dictionary(pa.int32(), pa.string()) if plan.kind == "category" else pa.string()
