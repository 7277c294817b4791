"""Blanks: text whose columns stand under each other or apart by spaces, rewritten with one tab between cells for every other reader."""

import io
import re
from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

BLANKS, GAPS = " ", "  "
"""Delimiters: one blank or more divides; or only two and more (or a tab), so that a cell may hold words with one blank between."""

AROUND = (BLANKS, GAPS)
LINES, LONGEST = 500, 2000  # lines rewritten at a time; those that a cell in quotation marks may join

_QUOTED = rb'(?<![^ \t\r\n])"(?:[^"]|"")*"(?=[ \t\r\n]|\Z)'
_RUNS = {delimiter: re.compile(rb"(%b)|%b" % (_QUOTED, run)) for delimiter, run in ((BLANKS, rb"[ \t]+"), (GAPS, rb" ?\t[ \t]*| [ \t]+"))}
_EDGES = re.compile(rb"(%b)|^[ \t]+|[ \t]+(?=\r?$)" % _QUOTED, re.MULTILINE)
_SPACE, _TAB, _NEWLINE, _RETURN, _QUOTE = b' \t\n\r"'

Octets = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def tabbed(data: bytes, delimiter: str) -> bytes:
    """Return whole rows with a tab for every run of blanks that divides cells; at the ends of a row blanks stand for nothing.

    Line ends stay where they are. Blanks within quotation marks that enclose a cell are part of it.
    """
    octets: Octets = np.frombuffer(data, np.uint8)
    inside = _enclosed(octets) if b'"' in data else np.zeros(len(octets), np.bool_)
    if inside is None:  # marks inside of cells: no counting tells what they enclose
        return b"".join(_one_by_one(piece, delimiter) for piece in _pieces(data))
    blank = ((octets == _SPACE) | (octets == _TAB)) & ~inside
    before, after = np.r_[False, blank[:-1]], np.r_[blank[1:], False]
    divides = blank & (before | after | (octets == _TAB)) if delimiter == GAPS else blank
    first = divides & ~np.r_[False, divides[:-1]]
    kept = ~divides | first
    text = np.where(first, np.uint8(_TAB), octets)[kept]
    ends = (text == _NEWLINE) | (text == _RETURN)
    at_edge = ((text == _TAB) | (text == _SPACE)) & (np.r_[True, ends[:-1]] | np.r_[ends[1:], True]) & ~inside[kept]
    result: bytes = text[~at_edge].tobytes()
    return result


def lines(text: str, delimiter: str) -> Iterator[str]:
    """Yield the lines of a text, `tabbed`, no more of it than is asked for."""
    source = io.StringIO(text, newline="")
    while some := list(islice(source, LINES)):
        marks = sum(line.count('"') for line in some)
        while marks % 2 and len(some) < LONGEST and (line := source.readline()):  # a cell may go on beyond the last line
            some.append(line)
            marks += line.count('"')
        yield from io.StringIO(tabbed("".join(some).encode(), delimiter).decode(), newline="")


def _enclosed(octets: Octets) -> Mask | None:
    """Return what stands between marks that open a cell and close it, in turns; None where marks stand anywhere else."""
    mark = octets == _QUOTE
    inside = np.bitwise_xor.accumulate(mark.view(np.uint8)).view(np.bool_)
    around = (octets == _SPACE) | (octets == _TAB) | (octets == _NEWLINE) | (octets == _RETURN) | mark
    opening, closing = mark & inside, mark & ~inside
    if inside[-1] or not (np.r_[True, around[:-1]] | ~opening).all() or not (np.r_[around[1:], True] | ~closing).all():
        return None
    enclosed: Mask = inside | closing
    return enclosed


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield some lines at a time, so that other threads have a turn."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + (1 << 15)) + 1 or len(data)
        while data.count(b'"', start, end) % 2 and end < len(data) and end - start < 1 << 18:
            end = data.find(b"\n", end) + 1 or len(data)
        yield data[start:end]
        start = end


def _one_by_one(data: bytes, delimiter: str) -> bytes:
    bare = _EDGES.sub(lambda found: found[1] or b"", data)
    return _RUNS[delimiter].sub(lambda found: found[1] or b"\t", bare)
