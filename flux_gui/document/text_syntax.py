"""The syntax of networks as text: a Chain typed by hand, printed by Flux or standing in a script becomes a tree. Nothing is ever run.

Julia and Python are both understood: `4 => 16` and `4, 16`, `;` and `,`, `true` and `True`, comments, prefixes such as `Flux.`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NoReturn

from flux_gui.core.errors import TextError

MAX_LENGTH: Final = 1_000_000
MAX_DEPTH: Final = 60

Kind = Literal["call", "name", "number", "word", "pair", "sign", "function", "formula", "list"]


@dataclass(frozen=True)
class Node:
    """A part of the text from `start` to `stop`.

    call: `text` is the name called, `parts` its arguments. pair: two parts. function: `names` -> `text`. formula: `text` as typed.
    list: `parts`. number: `value`. word: a text in quotes.
    """

    kind: Kind
    text: str
    start: int
    stop: int
    parts: tuple["Argument", ...] = ()
    names: tuple[str, ...] = ()
    value: float = 0.0


@dataclass(frozen=True)
class Argument:
    """An argument of a call: its value, and the name in front of `=` (None without one); `quoted` where it was `var"..."`."""

    value: Node
    name: str | None = None
    quoted: bool = False


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    stop: int


_COMMENT: Final = re.compile(r'(?P<text>"(?:[^"\\\n]|\\.)*")|#=.*?=#|#[^\n]*', re.DOTALL)
_TOKEN: Final = re.compile(
    r'(?P<quoted>var"(?:[^"\\\n]|\\.)*")|(?P<word>"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')'
    r"|(?P<number>(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eEf][+-]?\d+)?)|(?P<name>[^\W\d]\w*!?)"
    r"|(?P<sign>=>|⇒|->|\|>|\.\*|[-+*()\[\],;=.:])|(?P<blank>\s+)|(?P<other>.)",
    re.DOTALL,
)
_OPENING, _CLOSING = ("(", "["), (")", "]")
_PROGRAM: Final = re.compile(r"^[ \t]*(?:[^\W\d]\w*[ \t]*=[ \t]*)?(?:\w+\.)?Chain[ \t]*\(", re.MULTILINE)
_SCRIPT: Final = re.compile(r'\s*(?:(?:using|import|from)\b|""")')
FORMULA_CALLS: Final = ("formula",)
"""Calls whose first argument is a formula, by lower-case name."""


def place(text: str, start: int) -> str:
    """Return where in `text` a part begins, as a sentence has it: "Column 5", or "Line 2, column 5" of several lines."""
    before = text[:start]
    column = start - (before.rfind("\n") + 1) + 1
    return f"Line {before.count(chr(10)) + 1}, column {column}" if "\n" in text.strip() else f"Column {column}"


def fault(text: str, problem: str, hint: str, start: int, stop: int = 0) -> TextError:
    """Return the error that says where in `text` something is wrong."""
    return TextError(f"{place(text, start)}: {problem}", hint, start, stop)


def on_one_line(text: str) -> str:
    """Return a text of several lines on one, without comments; of a script only its Chain, or all of it if that cannot be read."""
    clean = _without_comments(text)
    if _SCRIPT.match(clean):
        try:
            node = parse(text)
        except TextError:
            return " ".join(clean.split())
        clean = clean[node.start : node.stop]
    joined = " ".join(clean.split())
    return re.sub(r"\( ", "(", re.sub(r",? \)", ")", joined))


def _without_comments(text: str) -> str:
    """Return `text` with blanks in place of comments, so that places stay."""
    return _COMMENT.sub(lambda found: found.group("text") or re.sub(r"[^\n]", " ", found.group()), text)


def parse(text: str) -> Node:
    """Return the tree of the Chain (or the single layer) in `text`; of a script its first Chain is taken. TextError with the place."""
    if len(text) > MAX_LENGTH:
        raise TextError(f"The text has {len(text)} characters, at most {MAX_LENGTH} are read.", "Copy the Chain alone.")
    clean = _without_comments(text)
    begin = 0
    if _SCRIPT.match(clean):
        chain = _PROGRAM.search(clean)
        if chain is None:
            raise TextError("There is no Chain in this script.", "Write Chain(Dense(4 => 16, tanh), Dense(16 => 3)).")
        begin = chain.start()
    return _Parser(text, clean, begin, whole=begin == 0 and not _SCRIPT.match(clean)).network()


@dataclass
class _Parser:
    """Goes through the tokens once; every method takes what it names and leaves the place behind it."""

    text: str
    clean: str
    begin: int
    whole: bool
    tokens: list[_Token] = field(default_factory=list)
    at: int = 0
    depth: int = 0

    def __post_init__(self) -> None:
        for found in _TOKEN.finditer(self.clean, self.begin):
            if found.lastgroup != "blank":
                self.tokens.append(_Token(str(found.lastgroup), found.group(), found.start(), found.end()))

    def network(self) -> Node:
        if not self.tokens:
            raise fault(self.text, "There is nothing here.", "Write Chain(Dense(4 => 16, tanh), Dense(16 => 3)).", 0)
        if self._peek().kind == "name" and self._is("=", 1):
            self.at += 2
        node = self._expression()
        while self.whole and self._is("|>"):
            self.at += 1
            self._expression()
        if self.whole and self.at < len(self.tokens):
            left = self._peek()
            self._fail(f"'{left.text}' stands behind the end of the network.", "Remove it, or put all layers inside one Chain(...).")
        return node

    # ------------------------------------------------------------------------------------------------ small steps

    def _peek(self, ahead: int = 0) -> _Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else _Token("end", "", len(self.text), len(self.text))

    def _is(self, text: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token.kind == "sign" and token.text == text

    def _fail(self, problem: str, hint: str, token: _Token | None = None) -> NoReturn:
        token = token or self._peek()
        raise fault(self.text, problem, hint, token.start, token.stop)

    def _expected(self, what: str, hint: str) -> NoReturn:
        token = self._peek()
        found = f"'{token.text}'" if token.kind != "end" else "the end of the text"
        self._fail(f"{what} was expected, got {found}.", hint)

    # ---------------------------------------------------------------------------------------------- expressions

    def _expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._fail("Layers lie too deep inside each other.", "Put them one after another.")
        left = self._primary()
        if self._is("=>") or self._is("⇒"):
            self.at += 1
            right = self._primary()
            left = Node("pair", "=>", left.start, right.stop, (Argument(left), Argument(right)))
        self.depth -= 1
        return left

    def _primary(self) -> Node:
        token = self._peek()
        if token.kind == "number":
            return self._number(1.0)
        if token.kind == "word":
            self.at += 1
            return Node("word", token.text[1:-1], token.start, token.stop)
        if token.kind == "name":
            return self._named()
        if self._is("-") and self._peek(1).kind == "number":
            self.at += 1
            return self._number(-1.0)
        if token.text in ("+", "*", ".*", "-") and token.kind == "sign":
            self.at += 1
            return Node("sign", token.text, token.start, token.stop)
        if self._is(":") and self._peek(1).kind == "name":  # a symbol of Julia
            self.at += 1
            return self._named()
        if token.text in _OPENING and token.kind == "sign":
            return self._bracketed()
        return self._expected("A layer, a number or a function", "Write layers such as Dense(4 => 16, tanh), separated by commas.")

    def _number(self, sign: float) -> Node:
        token = self._peek()
        self.at += 1
        written = token.text.replace("_", "").replace("f", "e")
        if self._peek().kind == "name" and self._peek().start == token.stop:
            self._fail(f"'{token.text}{self._peek().text}' is no number.", "Write digits, such as 16.", token)
        return Node("number", token.text, token.start, token.stop, value=sign * float(written))

    def _named(self) -> Node:
        first = token = self._peek()
        self.at += 1
        if token.text == "lambda" and self._peek().kind == "name" and self._is(":", 1):  # Python
            self.at += 1
            return self._function(first, (self._peek(-1).text,))
        while self._is(".") and self._peek(1).kind == "name":
            token = self._peek(1)
            self.at += 2
        if self._is("->"):
            return self._function(first, (token.text,))
        if self._is("("):
            return self._call(first, token)
        return Node("name", token.text, first.start, token.stop)

    def _call(self, first: _Token, name: _Token) -> Node:
        opened = self._peek()
        self.at += 1
        arguments: list[Argument] = []
        if name.text.lower() in FORMULA_CALLS and not self._is_function():
            arguments.append(Argument(self._formula()))
            self._separator(opened)
        while not self._is(")"):
            arguments.append(self._argument())
            self._separator(opened)
        closed = self._peek()
        self.at += 1
        return Node("call", name.text, first.start, closed.stop, tuple(arguments))

    def _separator(self, opened: _Token, closing: str = ")") -> None:
        """Take a comma or semicolon, if the closing bracket does not follow."""
        if self._peek().kind == "end":
            self._fail(f"This '{opened.text}' is never closed.", f"Add '{closing}' at the end.", opened)
        if self._is(",") or self._is(";"):
            self.at += 1
        elif not self._is(closing):
            self._expected(f"A comma or '{closing}'", "Separate layers and settings by commas.")

    def _argument(self) -> Argument:
        token = self._peek()
        if token.kind in ("name", "quoted") and self._is("=", 1):
            self.at += 2
            if token.kind == "quoted":
                return Argument(self._expression(), _unescaped(token.text[4:-1]), quoted=True)
            return Argument(self._expression(), token.text)
        return Argument(self._expression())

    def _bracketed(self) -> Node:
        """Take (a, b), [a, b], a value in parentheses, or a function of several arguments."""
        opened = self._peek()
        closing = _CLOSING[_OPENING.index(opened.text)]
        self.at += 1
        inside: list[Argument] = []
        comma = False
        while not self._is(closing):
            inside.append(Argument(self._expression()))
            comma |= self._is(",")
            self._separator(opened, closing)
        closed = self._peek()
        self.at += 1
        if closing == ")" and self._is("->") and all(part.value.kind == "name" for part in inside):
            return self._function(opened, tuple(part.value.text for part in inside))
        if closing == ")" and len(inside) == 1 and not comma:
            return inside[0].value
        return Node("list", "", opened.start, closed.stop, tuple(inside))

    # ------------------------------------------------------------------------------------------ formulas as typed

    def _is_function(self) -> bool:
        """Whether a function, `x -> ...` or `(x, a) -> ...`, begins here."""
        ahead = 1
        if self._is("("):
            while self._peek(ahead).kind == "name" or self._is(",", ahead):
                ahead += 1
            ahead += 1
        return self._is("->", ahead)

    def _function(self, first: _Token, names: tuple[str, ...]) -> Node:
        self.at += 1  # ->
        body = self._formula()
        return Node("function", body.text, body.start, body.stop, names=names)

    def _formula(self) -> Node:
        """Take everything up to the comma, semicolon or bracket that ends a formula; its own syntax is checked elsewhere."""
        begin, depth, end = self._peek().start, 0, self._peek().start
        while (token := self._peek()).kind != "end":
            if depth == 0 and token.kind == "sign" and token.text in (*_CLOSING, ",", ";"):
                break
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
            end = token.stop
            self.at += 1
        if end == begin:
            self._expected("A formula", "Write one such as x -> x*sigmoid(x).")
        return Node(
            "formula", " ".join(self.clean[begin:end].split()) if "\n" in self.clean[begin:end] else self.clean[begin:end], begin, end
        )


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found.group(1), found.group(1)), text)


def positional(node: Node) -> Sequence[Node]:
    """Return the arguments of a call that have no name."""
    return [part.value for part in node.parts if part.name is None]
