"""Spreadsheets: Excel workbooks and OpenDocument sheets, one sheet with a header row; formulas count as their last value."""

import contextlib
import datetime
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flux_gui.core.errors import DataError
from flux_gui.data.blocks import Source
from flux_gui.data.cells import RawTable
from flux_gui.data.delimited import table_of
from flux_gui.data.reading import Found, Wanted, text_of
from flux_gui.data.workbook_limits import check_workbook
from flux_gui.specs.data import ReadSpec

if TYPE_CHECKING:
    from flux_gui.data.arrow import Plan
    from flux_gui.data.stream import Chunk

SMALL_CELLS = 500_000  # cells up to which a sheet is kept as text
CHUNK_CELLS = 100_000

T = TypeVar("T")


def excel_sheets(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets in a workbook."""
    return _opened(path, lambda book: tuple(book.sheet_names), sheets=False)


def read_excel(path: Path, wanted: Wanted) -> Found:
    """Return the table in a sheet: the one `wanted.reading` names, else the first with two rows."""
    wanted.tell(None, f"Opening {path.name}")
    return _opened(path, lambda book: _read(path.name, book, wanted))


def _opened(path: Path, act: Callable[[Any], T], sheets: bool = True) -> T:
    import python_calamine

    with Source(path) as source:
        check_workbook(path, sheets)
        try:
            book = python_calamine.CalamineWorkbook.from_path(str(path))
            with contextlib.closing(book):
                result = act(book)
        except python_calamine.PasswordError as error:
            raise DataError(f"{path.name} is protected by a password.", "Save it without one.") from error
        except (python_calamine.CalamineError, OSError, ValueError, KeyError) as error:
            raise _damaged(path, error) from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":  # what the library throws where it meets the unexpected
                raise _damaged(path, error) from error
            raise
        source.check()
    return result


def _damaged(path: Path, error: BaseException) -> DataError:
    reason = " ".join(str(error).split())[:120]
    return DataError(f"{path.name} is no workbook, or it is damaged: {reason}.", "Open it in a spreadsheet and save it again, or as CSV.")


def _read(name: str, book: Any, wanted: Wanted) -> Found:
    names = tuple(book.sheet_names)
    chosen = wanted.reading.sheet
    if chosen and chosen not in names:
        raise DataError(f"{name} has no sheet called '{chosen}'.", f"The sheets are: {', '.join(names[:20])}.")
    for candidate in [chosen] if chosen else names:
        wanted.tell(None, f"Opening {name}, sheet {candidate}")
        try:
            sheet = book.get_sheet_by_name(candidate)
        except (ValueError, KeyError):  # a chart
            if chosen:
                raise
            continue
        if chosen or sheet.height > 1:
            break
    else:
        raise DataError(f"{name} has no sheet with a header and a row below it.", "Fill a sheet, or choose one.")
    header = wanted.reading.header
    large = sheet.height * sheet.width > SMALL_CELLS
    first = _rows(name, sheet, wanted)
    if large or wanted.preview:
        first = _limited(first, CHUNK_CELLS)
    raw, why, skip = table_of(name, first, header, 0, whole=not large)
    reading = ReadSpec(header="yes" if skip else "no", sheet=candidate)
    reasons = {"header": why}
    reasons["sheet"] = "chosen" if chosen else "the only sheet" if len(names) == 1 else f"the first of {len(names)} sheets that holds rows"
    if not large or wanted.preview:
        return Found(raw, reading, reasons)
    return _collected(raw, sheet, wanted, reading, reasons, skip)


def _collected(raw: RawTable, sheet: Any, wanted: Wanted, reading: ReadSpec, reasons: dict[str, str], skip: int) -> Found:
    import numpy as np
    import pyarrow as pa

    from flux_gui.data.stream import Chunk, Extent, collect

    def produce(plans: Mapping[str, "Plan"]) -> Iterator["Chunk"]:
        del plans
        rows: list[list[str]] = []
        numbers: list[int] = []
        for row, cells in (*_rows(raw.source, sheet, wanted), (-1, [])):
            if row > skip:
                rows.append(cells)
                numbers.append(row)
            if rows and (row < 0 or len(rows) * len(raw.names) > CHUNK_CELLS):
                arrays = {name: pa.array(column, pa.string()) for name, column in zip(raw.names, zip(*rows, strict=True), strict=True)}
                yield Chunk(arrays, len(rows), numbers[0], np.array(numbers, np.int64))
                rows, numbers = [], []

    table, kinds = collect(raw, wanted, produce, Extent(sheet.height, lambda: sheet.height + 1))
    return Found(raw, reading, reasons, table, kinds)


def _rows(name: str, sheet: Any, wanted: Wanted) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number as in the spreadsheet, cells as text) of every row with content, without empty columns at the sides."""
    start = sheet.start[0] + 1 if sheet.start else 1
    height = max(sheet.height, 1)
    for place, values in enumerate(sheet.to_python(skip_empty_area=True) if sheet.height < 1000 else sheet.iter_rows()):
        if place % 512 == 0:
            wanted.tell(place / height, f"Reading {name}, row {place + 1}")
        cells = [_text(value) for value in values]
        if any(cells):
            yield start + place, cells


def _limited(rows: Iterator[tuple[int, list[str]]], most: int) -> Iterator[tuple[int, list[str]]]:
    cells = 0
    for row in rows:
        yield row
        cells += len(row[1])
        if cells > most:
            return


def _text(value: object) -> str:
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return str(value)
    return text_of(value)
