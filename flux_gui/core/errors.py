"""The errors a user may meet: one sentence that tells what, where, expected and got, and a hint that tells what to do."""


class FluxError(Exception):
    """Base of every error shown to a user; `message` is one sentence, `hint` says what to do next (may be empty)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

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


class Cancelled(FluxError):  # noqa: N818 - it is no fault
    """Work that the user stopped; nothing has changed."""


class FormulaError(DataError):
    """A formula typed by the user that cannot be understood or computed."""


class FormatError(FluxError):
    """A file that is not what its name promises: damaged, truncated, from a newer version."""


class SettingError(FluxError):
    """A setting outside its range or an unknown name."""


class DivergedError(FluxError):
    """A training run whose loss or parameters stopped being finite numbers."""


class DeviceError(FluxError):
    """A computing device that is missing, too small or lost."""
