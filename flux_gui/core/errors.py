"""The errors a user may meet: one sentence that tells what, where, expected and got, and a hint that tells what to do."""

import unicodedata


def one_line(text: str) -> str:
    """Return `text` with line ends, control signs and lone surrogates written as escapes: what stands in a file steers nothing."""
    if text.isprintable():
        return text
    steering = ("Cc", "Cs", "Zl", "Zp")
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) in steering else c for c in text)


class FluxError(Exception):
    """Base of every error shown to a user; `message` is one sentence, `hint` says what to do next (may be empty)."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = one_line(message)
        self.hint = one_line(hint)
        super().__init__(self.message, self.hint)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ShapeError(FluxError):
    """Sizes that do not fit together: a layer and its input, a prediction and its target."""


class DataError(FluxError):
    """Data that cannot be used: an unreadable table, a wrong cell, a missing column, too few rows."""


class CellError(DataError):
    """A cell that is not what its column holds; `column` is the name of that column."""

    def __init__(self, message: str, hint: str = "", column: str = "") -> None:
        super().__init__(message, hint)
        self.column = column


class HeaderError(DataError):
    """A table whose first row does not look like column names; it can be read without a header."""


class OneColumnError(DataError):
    """A table that was read as one column; `signs` are the delimiters that stand in it and were not tried."""

    def __init__(self, message: str, hint: str = "", signs: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint)
        self.signs = signs


class Cancelled(FluxError):  # noqa: N818 - it is no fault
    """Work that the user stopped; nothing has changed."""


class FormulaError(DataError):
    """A formula typed by the user that cannot be understood or computed."""


class TextError(FluxError):
    """A network typed as text that cannot be understood; `start` and `stop` are the places of the wrong part in that text."""

    def __init__(self, message: str, hint: str = "", start: int = 0, stop: int = 0) -> None:
        super().__init__(message, hint)
        self.start, self.stop = start, max(start, stop)


class FormatError(FluxError):
    """A file that is not what its name promises: damaged, truncated, from a newer version."""


class SettingError(FluxError):
    """A setting outside its range or an unknown name."""


class DivergedError(FluxError):
    """A training run whose loss or parameters stopped being finite numbers."""


class DeviceError(FluxError):
    """A computing device that is missing, too small or lost."""
