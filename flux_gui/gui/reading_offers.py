"""Ways out of a table that was refused: what else could be tried with one click, such as another delimiter."""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from flux_gui.core.errors import CellError, FluxError, HeaderError, OneColumnError
from flux_gui.data.sniff import NAMES
from flux_gui.specs.data import Kind, ReadSpec

Offers = tuple[tuple[str, Callable[[], object]], ...]


def reading_offers(error: FluxError, kinds: Mapping[str, Kind] | None, reading: ReadSpec | None, again: Callable[..., object]) -> Offers:
    """Return label and act of each other way to read a table, () for none; `again(target=..., kinds=..., reading=...)` reads it."""
    known, used = dict(kinds or {}), reading or ReadSpec()
    if isinstance(error, CellError) and error.column:
        as_kind: tuple[tuple[str, Kind], ...] = (("Read as categories", "category"), ("Leave the column out", "text"))
        return tuple((label, partial(again, kinds={**known, error.column: kind}, reading=reading)) for label, kind in as_kind)
    if isinstance(error, HeaderError):
        return (("Read without a header", partial(again, target="", reading=msgspec.structs.replace(used, header="no"))),)
    if isinstance(error, OneColumnError):
        signs = ((f"Divide by {NAMES[sign]}", msgspec.structs.replace(used, delimiter=sign)) for sign in error.signs)
        return tuple((label, partial(again, target="", reading=other)) for label, other in signs)
    return ()
