"""Columnar files: Parquet, read batch by batch."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from flux_gui.core.errors import DataError
from flux_gui.data.arrow import Plan
from flux_gui.data.blocks import Source
from flux_gui.data.cells import RawTable
from flux_gui.data.reading import Found, Wanted, text_of
from flux_gui.data.roles import NOTHING
from flux_gui.data.sniff import check_width, unique_names
from flux_gui.data.stream import Chunk, Extent, collect
from flux_gui.specs.data import Kind

BATCH = 1 << 16  # rows
BUFFER = 1 << 20  # bytes of a column read ahead
SAMPLE_CELLS = 20_000
INDEX = "__index_level_"  # how pandas calls a column that only numbers rows


def read_parquet(path: Path, wanted: Wanted) -> Found:
    """Return the table in a Parquet file; columns of lists, bytes and structures are left out with a notice."""
    with Source(path) as source:  # a pipe or a folder is refused here
        try:
            with parquet.ParquetFile(path, pre_buffer=False, buffer_size=BUFFER) as file:
                found = _read(path.name, file, wanted)
        except (pa.ArrowException, OSError) as error:
            message = f"{path.name} is no Parquet file, or it is damaged: {' '.join(str(error).split())[:120]}."
            raise DataError(message, "Copy or download it again.") from error
        source.check()
    pa.default_memory_pool().release_unused()
    return found


def _read(name: str, file: parquet.ParquetFile, wanted: Wanted) -> Found:
    schema = file.schema_arrow
    check_width(name, schema.names)
    if not file.metadata.num_rows:
        raise DataError(f"{name} has no rows.", "Add at least one row of values.")
    names, notices = unique_names(name, schema.names)
    places = {}
    kinds: dict[str, tuple[Kind, str]] = {}
    for place, (column, field) in enumerate(zip(names, schema, strict=True)):
        if field.name.startswith(INDEX):
            continue
        if not plain_type(field.type):
            notices += (f"{name}: column '{column}' holds {field.type} and was left out.",)
            continue
        places[column] = place
        if kind := kind_of_type(field.type):
            kinds[column] = kind
    if not places:
        raise DataError(f"{name} has no column of numbers or words.", "Lists, bytes and structures cannot be used.")
    rows = max(1, min(SAMPLE_CELLS // len(places), 1000))
    batch = next(file.iter_batches(batch_size=rows), None)
    if batch is None:
        raise DataError(f"{name} is no Parquet file, or it is damaged: it holds fewer rows than it says.", "Copy or download it again.")
    cells = tuple([text_of(value) for value in values.to_pylist()] for values in _arrays(batch, places).values())
    raw = RawTable(name, tuple(places), cells, list(range(2, len(cells[0]) + 2)), notices)
    if wanted.preview:
        return Found(raw)
    total = file.metadata.num_rows

    def produce(plans: Mapping[str, Plan]) -> Iterator[Chunk]:
        done = 0
        simple = len(set(schema.names)) == len(schema.names)
        fields = [schema.names[places[plan]] for plan in plans] if simple else None
        for part in file.iter_batches(batch_size=BATCH, columns=fields):
            wanted.tell(done / total, f"Reading {name}")
            chosen = {plan: part.schema.get_field_index(schema.names[places[plan]]) if simple else places[plan] for plan in plans}
            yield Chunk(_arrays(part, chosen), part.num_rows, done + 2)
            done += part.num_rows

    table, found = collect(raw, wanted, produce, Extent(total, lambda: total, kinds))
    return Found(raw, table=table, kinds=found)


def plain_type(kind: Any) -> bool:
    """Return whether an Arrow type holds numbers, words, truth values or dates."""
    types = pa.types
    if types.is_dictionary(kind):
        return plain_type(kind.value_type)
    text = types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
    numbers = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    return bool(text or numbers or types.is_boolean(kind) or types.is_temporal(kind) or types.is_null(kind))


def kind_of_type(kind: Any) -> tuple[Kind, str] | None:
    """Return kind and reason where an Arrow type tells them, None for text, whose cells must be looked at."""
    types = pa.types
    if types.is_boolean(kind):
        return "category", "yes or no"
    if types.is_temporal(kind):
        return "text", f"dates or times ({kind})"
    if types.is_null(kind):
        return "number", NOTHING
    return ("number", "numbers") if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) else None


def plain_array(array: Any) -> Any:
    """Return an Arrow array as one of numbers or of text."""
    kind, types = array.type, pa.types
    if types.is_dictionary(kind):
        return plain_array(array.cast(kind.value_type))
    if types.is_integer(kind) or (types.is_floating(kind) and kind != pa.float16()):
        return array
    if types.is_decimal(kind) or types.is_null(kind) or types.is_floating(kind):
        return array.cast(pa.float64())
    if types.is_boolean(kind):
        return pc.if_else(array, "true", "false")
    return array.cast(pa.string())


def _arrays(batch: Any, places: Mapping[str, int]) -> dict[str, Any]:
    return {name: plain_array(batch.column(place)) for name, place in places.items()}
