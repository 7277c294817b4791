"""Features: further inputs computed by a formula from number columns, such as `x1^2`.

A column is written by its name, `` `petal length` `` in backticks when the name is no plain word or belongs to a function (a column
called `min`). Several features are separated by commas.
"""

import difflib
import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flux_gui.core.errors import FormulaError
from flux_gui.engine.expressions import FUNCTIONS, Expression, parse

MAX_FEATURES: Final = 200

_PLAIN: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_TICKED: Final = re.compile(r"`([^`]*)`")
_WORD: Final = re.compile(r"(?<![\w.])[A-Za-z_]\w*", re.ASCII)
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Feature:
    """A checked feature: the formula as typed, the columns it reads, and the same formula with v0, v1, ... for them.

    `canonical` uses only numbers, + - * / ** and functions of the formula language.
    """

    text: str
    columns: tuple[str, ...]
    canonical: str
    compute: Expression

    def __call__(self, columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the values (n,) for the columns in the order of `columns`; a place without a finite value is not an error here."""
        return self.compute.evaluate(**{f"v{i}": values for i, values in enumerate(columns)})


def written(name: str) -> str:
    """Return how a column name is written in a formula: as it is, or in backticks."""
    return name if _is_plain(name) else f"`{name}`"


def split_text(text: str) -> tuple[str, ...]:
    """Return the formulas in a text: they are separated by commas, semicolons or line ends outside parentheses and backticks."""
    parts, depth, ticked = [""], 0, False
    for sign in text:
        ticked ^= sign == "`"
        if not ticked:
            depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign in ",;\n" and depth <= 0 and not ticked:
            parts.append("")
        else:
            parts[-1] += sign
    return tuple(part.strip() for part in parts if part.strip())


def check_list(texts: Sequence[str]) -> None:
    """Raise FormulaError for too many features, or one that stands twice; whether columns exist is known only with the data."""
    if len(texts) > MAX_FEATURES:
        raise FormulaError(f"There are {len(texts)} features, at most {MAX_FEATURES} are allowed.", "Remove some.")
    for index, text in enumerate(texts):
        if not text.strip():
            raise FormulaError("A feature is empty.", "Write one such as x1^2, or remove it.")
        if text in texts[:index]:
            raise FormulaError(f"The feature '{text}' stands twice.", "Remove one of them.")


@lru_cache(maxsize=512)
def feature(text: str, names: tuple[str, ...]) -> Feature:
    """Return the feature `text` of the number columns `names`; FormulaError in one sentence for what cannot be understood."""
    if text.count("`") % 2:
        raise FormulaError(f"A backtick is not closed in the feature '{text.strip()}'.", "Write a column as `petal length`.")
    known = set(names)
    for found in _TICKED.findall(text):
        if found not in known:
            raise FormulaError(f"The feature '{text.strip()}' names the column `{found}`, which is no number column.", _near(found, names))
    spelled, holders = _spelled(text, known)
    variables = (*(name for name in names if _is_plain(name)), *holders)
    try:
        expression = parse(spelled, variables)
    except FormulaError as error:
        raise _named(error, text, holders, names) from error
    used = [name for name in dict.fromkeys(_WORD.findall(spelled)) if name in expression.used]
    if not used:
        hint = f"Write one such as {written(names[0])}^2." if names else "There is no number column to use."
        raise FormulaError(f"The feature '{text.strip()}' uses no column.", hint)
    places = {name: f"v{i}" for i, name in enumerate(used)}
    canonical = _canonical(spelled.strip(), places)
    compute = parse(canonical, tuple(places.values()))
    return Feature(text.strip(), tuple(holders.get(name, name) for name in used), canonical, compute)


def compiled(texts: Sequence[str], names: Iterable[str]) -> tuple[Feature, ...]:
    """Return the features of a list; FormulaError for the first that cannot be."""
    check_list(texts)
    known = tuple(names)
    return tuple(feature(text, known) for text in texts)


def can_read(text: str, names: tuple[str, ...]) -> bool:
    """Return whether every column that a feature names is among `names`."""
    try:
        feature(text, names)
    except FormulaError:
        return False
    return True


def _is_plain(name: str) -> bool:
    return bool(_PLAIN.fullmatch(name)) and name not in FUNCTIONS and not keyword.iskeyword(name)


def _spelled(text: str, known: set[str]) -> tuple[str, dict[str, str]]:
    """Return `text`, equally long, with a word in place of every column in backticks and every column named like a keyword."""
    holders: dict[str, str] = {}
    taken = known | set(_WORD.findall(text))

    def stand_in(length: int, name: str) -> str:
        for word, column in holders.items():
            if column == name and len(word) == length:
                return word
        for number in range(len(_DIGITS) ** min(length - 1, 3)):
            digits, rest = "", number
            for _ in range(min(length - 1, 3)):
                digits, rest = _DIGITS[rest % len(_DIGITS)] + digits, rest // len(_DIGITS)
            word = ("q" * (length - len(digits)) + digits)[:length]
            if word not in taken and word not in holders and _is_plain(word):
                holders[word] = name
                return word
        raise FormulaError(f"The formula '{text}' names too many columns.", "Shorten it.")

    def keyworded(match: re.Match[str]) -> str:
        word = match.group()
        return stand_in(len(word), word) if keyword.iskeyword(word) and word in known else word

    pieces = _TICKED.split(text)  # text, name, text, name, ... text
    result = ""
    for index, piece in enumerate(pieces):
        result += stand_in(len(piece) + 2, piece) if index % 2 else _WORD.sub(keyworded, piece)
    return result, holders


def _canonical(text: str, places: dict[str, str]) -> str:
    """Return a formula that is known to be right with other names of its variables, and one spelling of every operator."""
    renamed = _WORD.sub(lambda match: places.get(match.group(), match.group()), text)
    for sign, plain in (("^", "**"), ("×", "*"), ("·", "*"), ("÷", "/"), ("−", "-")):
        renamed = renamed.replace(sign, plain)
    return " ".join(renamed.split())


def _named(error: FormulaError, text: str, holders: dict[str, str], names: Sequence[str]) -> FormulaError:
    """Return an error with the names of columns as they were typed, and the hint about backticks where they are missing."""
    message, hint = error.message, error.hint
    for word, name in sorted(holders.items(), key=lambda pair: -len(pair[0])):
        as_typed = f"`{name}`" if len(word) == len(name) + 2 else name
        message, hint = message.replace(word, as_typed), hint.replace(word, as_typed)
    bare = _TICKED.sub("", text)
    ticked = [name for name in names if not _is_plain(name) and not keyword.iskeyword(name) and len(name) > 1 and name in bare]
    if ticked:
        hint = f"Write the column in backticks: `{max(ticked, key=len)}`."
    return FormulaError(message.replace("of the formula", "of the feature").replace("The formula", "The feature"), hint)


def _near(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {written(near[0])}?"
    return f"Number columns: {', '.join(written(n) for n in names[:8])}." if names else "There is no number column."
