"""Blanks: text whose columns stand under each other or apart by spaces, rewritten with one tab between cells for every other reader."""

import re

import numpy as np

BLANKS, GAPS = " ", "  "
"""Delimiters: one blank or more divides; or only two and more (or a tab), so that a cell may hold words with one blank between."""

AROUND = (BLANKS, GAPS)

_QUOTED = rb'(?<![^ \t\r\n])"(?:[^"]|"")*"(?=[ \t\r\n]|\Z)'
_RUNS = {delimiter: re.compile(rb"(%b)|%b" % (_QUOTED, run)) for delimiter, run in ((BLANKS, rb"[ \t]+"), (GAPS, rb" ?\t[ \t]*| [ \t]+"))}
_EDGES = re.compile(rb"(%b)|^[ \t]+|[ \t]+(?=\r?$)" % _QUOTED, re.MULTILINE)
_SPACE, _TAB, _NEWLINE, _RETURN = b" \t\n\r"


def tabbed(data: bytes, delimiter: str) -> bytes:
    """Return whole rows with a tab for every run of blanks that divides cells; at the ends of a row blanks stand for nothing.

    Line ends stay where they are. Blanks within quotation marks that enclose a cell are part of it.
    """
    if b'"' in data:
        bare = _EDGES.sub(lambda found: found[1] or b"", data)
        return _RUNS[delimiter].sub(lambda found: found[1] or b"\t", bare)
    octets = np.frombuffer(data, np.uint8)
    blank = (octets == _SPACE) | (octets == _TAB)
    before, after = np.r_[False, blank[:-1]], np.r_[blank[1:], False]
    divides = blank & (before | after | (octets == _TAB)) if delimiter == GAPS else blank
    first = divides & ~np.r_[False, divides[:-1]]
    kept = ~divides | first
    text = np.where(first, np.uint8(_TAB), octets)[kept]
    ends = (text == _NEWLINE) | (text == _RETURN)
    at_edge = ((text == _TAB) | (text == _SPACE)) & (np.r_[True, ends[:-1]] | np.r_[ends[1:], True])
    return text[~at_edge].tobytes()


def tabbed_text(text: str, delimiter: str) -> str:
    """Return `tabbed` of a text."""
    return tabbed(text.encode(), delimiter).decode()
