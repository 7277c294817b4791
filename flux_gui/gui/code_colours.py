"""Colours of source text: comments and texts stand back, words of the language and numbers stand out; italic comments need no colour."""

import re
from typing import Final

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from flux_gui.gui.theme import theme

_PYTHON: Final = "def class return import from as for in if else elif with while not and or is None True False lambda assert continue"
_JULIA: Final = "using function end for in if else return struct true false global do begin while"
_TOKEN: Final = re.compile(
    r'(?P<comment>#.*$)|(?P<text>"""|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')|(?P<number>(?<![\w.])\d[\d_]*\.?\d*(?:[eEf][+-]?\d+)?)|(?P<word>[^\W\d]\w*)'
)
_DOCSTRING: Final = 1  # the state of a line that ends inside """


class CodeColours(QSyntaxHighlighter):
    """Colours one document; `setSyntax` says whether it is Python or Julia."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._words: frozenset[str] = frozenset(_PYTHON.split())
        self._docstrings = True

    def setSyntax(self, syntax: str) -> None:
        """Read the text as "python" or "julia"."""
        words = frozenset((_JULIA if syntax == "julia" else _PYTHON).split())
        if words != self._words:
            self._words, self._docstrings = words, syntax != "julia"

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        at = 0
        if self.previousBlockState() == _DOCSTRING:
            end = text.find('"""')
            at = len(text) if end < 0 else end + 3
            self.setFormat(0, at, self._format("text"))
            if end < 0:
                self.setCurrentBlockState(_DOCSTRING)
                return
        self.setCurrentBlockState(0)
        while found := _TOKEN.search(text, at):
            kind, at = str(found.lastgroup), found.end()
            if found.group() == '"""' and self._docstrings:
                end = text.find('"""', at)
                at = len(text) if end < 0 else end + 3
                self.setFormat(found.start(), at - found.start(), self._format("text"))
                if end < 0:
                    self.setCurrentBlockState(_DOCSTRING)
                continue
            if kind != "word" or found.group() in self._words:
                self.setFormat(found.start(), at - found.start(), self._format(kind))

    def _format(self, kind: str) -> QTextCharFormat:
        colours = theme().colours
        look = QTextCharFormat()
        shades = {"comment": colours.muted, "text": colours.train, "number": colours.validation, "word": colours.accent}
        look.setForeground(QColor(shades[kind]))
        if kind == "comment":
            look.setFontItalic(True)
        if kind == "word":
            look.setFontWeight(QFont.Weight.DemiBold)
        return look
