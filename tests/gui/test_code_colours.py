"""Colours of source text."""

from PySide6.QtGui import QColor, QTextDocument
from pytestqt.qtbot import QtBot

from flux_gui.gui.code_colours import CodeColours
from flux_gui.gui.theme import theme


def coloured(text: str, syntax: str) -> dict[str, str]:
    """What each coloured piece of the text looks like."""
    document = QTextDocument()
    colours = CodeColours(document)
    colours.setSyntax(syntax)
    document.setPlainText(text)
    colours.rehighlight()
    found = {}
    block = document.begin()
    while block.isValid():
        for span in block.layout().formats():
            found[block.text()[span.start : span.start + span.length]] = span.format.foreground().color().name()
        block = block.next()
    return found


def test_comments_texts_words_and_numbers(qtbot: QtBot) -> None:
    look = theme().colours
    names = {key: QColor(getattr(look, key)).name() for key in ("muted", "train", "validation", "accent")}
    python = coloured('"""Two\nlines""" def f(x1): # def\n    return "a#b" + 1.5e3', "python")
    assert python == {
        '"""Two': names["train"],
        'lines"""': names["train"],
        "def": names["accent"],
        "# def": names["muted"],
        "return": names["accent"],
        '"a#b"': names["train"],
        "1.5e3": names["validation"],
    }
    julia = coloured("function f(x) # lambda\nlambda 0.2f0 end", "julia")
    assert set(julia) == {"function", "# lambda", "0.2f0", "end"}
