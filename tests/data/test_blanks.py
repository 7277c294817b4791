"""Tests of tables divided by blanks: one tab for each run that divides, nothing at the ends of rows, quoted blanks kept."""

import random
import re

import pytest

from flux_gui.data import blanks
from flux_gui.data.blanks import AROUND, BLANKS, GAPS, lines, tabbed


@pytest.mark.parametrize(
    ("text", "by_blanks", "by_gaps"),
    [
        (" a   b c \n 1\t2  3\n", "a\tb\tc\n1\t2\t3\n", "a\tb c\n1\t2\t3\n"),
        ("a  b\r\n\r\n   \r\n1 \t 2", "a\tb\r\n\r\n\r\n1\t2", "a\tb\r\n\r\n\r\n1\t2"),
        ('"a  b" c\n"say ""x  y"""   2\n', '"a  b"\tc\n"say ""x  y"""\t2\n', '"a  b" c\n"say ""x  y"""\t2\n'),
        ('"a \n b"  "c"\n"d"  5\n', '"a \n b"\t"c"\n"d"\t5\n', '"a \n b"\t"c"\n"d"\t5\n'),
        ("5'  10\" tall\n", "5'\t10\"\ttall\n", "5'\t10\" tall\n"),
        ("", "", ""),
    ],
)
def test_runs_of_blanks_become_tabs(text: str, by_blanks: str, by_gaps: str) -> None:
    assert "".join(lines(text, BLANKS)) == by_blanks
    assert "".join(lines(text, GAPS)) == by_gaps


@pytest.mark.parametrize("delimiter", AROUND)
def test_the_fast_way_is_the_slow_one(delimiter: str) -> None:
    rng = random.Random(0)
    run = r"[ \t]+" if delimiter == BLANKS else r" ?\t[ \t]*| [ \t]+"
    for _ in range(3000):
        text = "".join(rng.choice(" \tab\n ") for _ in range(rng.randrange(16))).replace("b\n", "b\r\n")
        rows = [re.sub(run, "\t", re.sub(r"^[ \t]+|[ \t]+(?=\r?\Z)", "", row)) for row in text.split("\n")]
        assert tabbed(text.encode(), delimiter).decode() == "\n".join(rows), text
        assert tabbed(tabbed(text.encode(), delimiter), delimiter) == tabbed(text.encode(), delimiter)


@pytest.mark.parametrize("stray", ["", '5" '])
def test_pieces_give_the_same_as_the_whole(stray: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a  b\n" + "".join(f'  {i}   "w {i % 3}\n  x"\n' for i in range(300)) + f"{stray}7   8\n"
    whole = "".join(lines(text, BLANKS))
    assert "w 1\n  x" in whole
    assert whole.startswith("a\tb\n0\t")
    monkeypatch.setattr(blanks, "LINES", 7)
    assert "".join(lines(text, BLANKS)) == whole
