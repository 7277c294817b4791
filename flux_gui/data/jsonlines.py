"""JSON lines: one object per line, keys are columns; and JSON files that hold one list of such objects."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json as arrow_json

from flux_gui.core.errors import DataError
from flux_gui.data.arrow import Plan
from flux_gui.data.blocks import Block, Source, blocks
from flux_gui.data.cells import RawTable
from flux_gui.data.columnar import plain_array
from flux_gui.data.reading import Found, Wanted, text_of
from flux_gui.data.sniff import check_width, decode, unique_names
from flux_gui.data.stream import Chunk, Extent, collect

SMALL = 4 << 20  # bytes up to which a file is read whole
LARGEST_LIST = 256 << 20  # bytes of a file that is one list, which cannot be read in parts
SAMPLE_CELLS = 20_000

Records = list[tuple[int, dict[str, Any]]]


class NewKeys(Exception):  # noqa: N818 - a request to read again with more columns
    """Objects have keys that the first ones have not."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(names)
        self.names = list(names)


def read_json(path: Path, wanted: Wanted) -> Found:
    """Return the table in a file of JSON objects; an object is a row, a key that it lacks a missing cell."""
    with Source(path) as source:
        wanted.tell(0.0, f"Reading {path.name}")
        head = source.read(SMALL)
        whole = len(head) < SMALL
        listed = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
        if listed and not whole:
            if source.size > LARGEST_LIST:
                raise DataError(
                    f"{path.name} is one JSON list of {source.size / 1e6:.0f} MB.", "Save it as JSON lines, one object per line."
                )
            head, whole = head + source.read(), True
        expected = source.expected
        name = path.name
        text, _, _, notices = decode(head if whole else head[: head.rfind(b"\n") + 1] or head, name)
        most = SAMPLE_CELLS if not whole or wanted.preview else 0
        records = _listed(name, text) if listed else _lines(name, text, 1, wanted, most)
        raw, keys = _table(name, records, notices)
        if whole or wanted.preview:
            return Found(raw)
        found = _streamed(path, raw, keys, wanted, 1.01 * expected / len(head) * max(head.count(b"\n"), 1))
        source.check()  # rows that were appended meanwhile may have been cut
    return found


def _streamed(path: Path, raw: RawTable, keys: tuple[str, ...], wanted: Wanted, rows: float) -> Found:
    while True:
        producer = Producer(path, raw, keys, wanted)
        try:
            table, kinds = collect(raw, wanted, producer, Extent(rows, producer.count))
        except NewKeys as new:
            keys = (*keys, *new.names)
            names, notices = unique_names(path.name, keys)
            cells = (*raw.cells, *([""] * len(raw.origin) for _ in new.names))
            raw = replace(raw, names=names, cells=cells, notices=tuple(dict.fromkeys(raw.notices + notices)))
            check_width(path.name, keys)
            continue
        return Found(raw, table=table, kinds=kinds)


def _lines(name: str, text: str, first: int, wanted: Wanted, most: int = 0) -> Records:
    """Return the objects in the lines of a text with the number of each line; up to about `most` cells if that is not 0."""
    records: Records = []
    cells = 0
    for row, line in enumerate(text.split("\n"), first):
        if row % 2048 == 0:
            wanted.tell(None, f"Reading {name}, row {row}")
        if not line.strip():
            continue
        records.append((row, _object(name, row, _parsed(name, row, line))))
        cells += len(records[-1][1])
        if most and cells > most:
            break
    return records


def _listed(name: str, text: str) -> Records:
    return [(row, _object(name, row, value)) for row, value in enumerate(_parsed(name, 1, text), 1)]


def _parsed(name: str, row: int, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        where = row + getattr(error, "lineno", 1) - 1
        reason = getattr(error, "msg", "") or type(error).__name__
        message = f"{name}, row {where} is not JSON: {reason[:80]}."
        raise DataError(message, 'Each line must hold one object, such as {"x": 1, "y": 2}.') from error


def _object(name: str, row: int, value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    message = f"{name}, row {row}: expected an object with named values, got {json.dumps(value)[:40]}."
    raise DataError(message, 'Each line must hold one object, such as {"x": 1, "y": 2}.')


def _table(name: str, records: Records, notices: tuple[str, ...]) -> tuple[RawTable, tuple[str, ...]]:
    """Return the table and, for each of its columns, the key in the objects."""
    names = _keys(records)
    check_width(name, names)
    if not names:
        raise DataError(f"{name} is empty.", "At least one object with one value is needed.")
    kept = []
    for key in names:
        nested = next((row for row, record in records if isinstance(record.get(key), list | dict)), 0)
        if nested:
            notices += (f"{name}: column '{key}' holds a list or an object in row {nested} and was left out.",)
        else:
            kept.append(key)
    if not kept:
        raise DataError(f"{name} holds only lists and objects, no numbers and words.", "Save each value under a key of its own.")
    cells = tuple([text_of(record.get(key)) for _, record in records] for key in kept)
    columns, more = unique_names(name, kept)
    return RawTable(name, columns, cells, [row for row, _ in records], notices + more), tuple(kept)


def _keys(records: Records) -> list[str]:
    """Return all keys in the order in which they stand in objects: a key that comes up later stands behind its neighbour."""
    names: list[str] = []
    known: set[str] = set()
    for _, record in records:
        place = 0
        for key in record:
            if key not in known:
                known.add(key)
                names.insert(place, key)
                place += 1
            elif place >= len(names) or names[place] != key:
                place = names.index(key) + 1
            else:
                place += 1
    return names


class Producer:
    """The chunks of a large file of JSON lines; called once per attempt."""

    def __init__(self, path: Path, raw: RawTable, keys: tuple[str, ...], wanted: Wanted) -> None:
        self.path, self.raw, self.wanted = path, raw, wanted
        self.keys = dict(zip(raw.names, keys, strict=True))
        words = {"true", "false", ""}
        self.truths = {n for n, cells in zip(raw.names, raw.cells, strict=True) if any(cells) and set(cells) <= words}

    def __call__(self, plans: Mapping[str, Plan]) -> Iterator[Chunk]:
        """Yield the file in chunks."""
        types = {
            self.keys[n]: pa.bool_() if n in self.truths else pa.float64() if p.kind == "number" else pa.string() for n, p in plans.items()
        }
        with Source(self.path) as source:
            for block in blocks(source, "utf-8", quoting=False):
                self.wanted.tell(block.fraction, f"Reading {self.path.name}")
                yield self.quick(block, plans, types) or self.slow(block, plans)

    def quick(self, block: Block, plans: Mapping[str, Plan], types: Mapping[str, Any]) -> Chunk | None:
        """Return the rows as Arrow reads them, None where an object has other keys or values than the first ones."""
        behaviour = "ignore" if self.wanted.columns or self._left_out() else "error"
        options = arrow_json.ParseOptions(explicit_schema=pa.schema(list(types.items())), unexpected_field_behavior=behaviour)
        try:
            table = arrow_json.read_json(pa.BufferReader(block.data), arrow_json.ReadOptions(block_size=len(block.data)), options)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        if table.num_rows != block.lines:
            return None
        arrays = {name: plain_array(table.column(self.keys[name]).combine_chunks()) for name in plans}
        return Chunk(arrays, table.num_rows, block.first)

    def _left_out(self) -> bool:
        return any("was left out" in notice for notice in self.raw.notices)

    def slow(self, block: Block, plans: Mapping[str, Plan]) -> Chunk:
        """Return the rows as text, read one by one; a wrong line raises DataError."""
        name = self.path.name
        try:
            text = block.data.decode()
        except UnicodeDecodeError as error:
            raise DataError(f"{name} is damaged: it is not UTF-8.", "Save it as UTF-8.") from error
        records = _lines(name, text, block.first, self.wanted)
        if not self.wanted.columns and not self._left_out():
            new = {key for _, record in records for key in record} - set(self.keys.values())
            if new:
                raise NewKeys(sorted(new))
        for row, record in records:
            for key in map(self.keys.__getitem__, plans):
                if isinstance(record.get(key), list | dict):
                    message = f"{name}, row {row}, column '{key}': expected one value, got {json.dumps(record[key])[:40]}."
                    raise DataError(message, "Save each value under a key of its own.")
        arrays = {n: pa.array([text_of(record.get(self.keys[n])) for _, record in records], pa.string()) for n in plans}
        return Chunk(arrays, len(records), block.first, np.array([row for row, _ in records], np.int64))

    def count(self) -> int:
        """Return a number of rows that the file does not exceed."""
        with Source(self.path) as source:
            ends = 1
            while data := source.read(1 << 20):
                ends += data.count(b"\n")
                self.wanted.tell(source.fraction, f"Counting the rows of {self.path.name}")
        return ends
