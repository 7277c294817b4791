"""Arguments of the commands: a parser that speaks in our kind of errors, and the types of arguments."""

import argparse
import difflib
from collections.abc import Callable, Sequence
from typing import NoReturn

from flux_gui.core.errors import DataError, DeviceError, SettingError
from flux_gui.data.delimited import check_delimiter
from flux_gui.data.sniff import NAMES, sign_of
from flux_gui.document.ranges import parse_range
from flux_gui.specs import Range, SplitSpec

SIGNED = (
    "--formula",
    "--train",
    "--test",
    "--layers",
    "--rate",
    "--noise",
    "--rows",
    "--split",
    "--epochs",
    "--more",
    "--batch",
    "--seed",
    "--threads",
    "--seconds",
)
"""Options whose value may begin with a minus sign."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are SettingErrors."""

    def error(self, message: str) -> NoReturn:
        """Raise SettingError instead of printing the usage and leaving."""
        raise SettingError(f"{message[:1].upper()}{message[1:]}.".replace("..", "."), f"See {self.prog} --help.")


def joined(argv: Sequence[str]) -> list[str]:
    """Return `argv` with values that begin with a minus sign joined to their option, so that they are not taken for options."""
    result: list[str] = []
    for argument in argv:
        if result and result[-1] in SIGNED and argument.startswith("-") and not argument.startswith("--"):
            result[-1] += f"={argument}"
        else:
            result.append(argument)
    return result


def not_understood(unknown: Sequence[str], command: str, names: Sequence[str]) -> SettingError:
    """Return the error for arguments that `command` does not know, with the option that may have been meant."""
    word = next((word for word in unknown if word.startswith("-")), unknown[0])
    options = ["--" + name.replace("_", "-") for name in names]
    near = difflib.get_close_matches(word.partition("=")[0], options, n=1, cutoff=0.7)
    meant = f"Did you mean {near[0]}? " if near else ""
    return SettingError(f"flux-gui {command} does not know '{word}'.", f"{meant}See flux-gui {command} --help.")


def whole(what: str) -> Callable[[str], int]:
    """Return the argument type of a whole number."""

    def convert(text: str) -> int:
        try:
            return int(text)
        except ValueError as error:
            raise SettingError(f"The {what} must be a whole number, got '{text[:40]}'.", "For example 100.") from error

    return convert


def decimal(what: str) -> Callable[[str], float]:
    """Return the argument type of a number; its range is checked where it is used."""

    def convert(text: str) -> float:
        try:
            return float(text)
        except ValueError as error:
            raise SettingError(f"The {what} must be a number, got '{text[:40]}'.", "For example 0.1, with a point.") from error

    return convert


def span(what: str) -> Callable[[str], Range]:
    """Return the argument type of a range such as 0:5."""
    return lambda text: parse_range(text, what)


def sizes(text: str) -> tuple[int, ...]:
    """Return the sizes of hidden layers written as `64,64`; "" means none."""
    convert = whole("size of a layer")
    return tuple(convert(part.strip()) for part in text.split(",")) if text.strip() else ()


def fractions(text: str) -> SplitSpec:
    """Return the split written as `0.7,0.15,0.15`: training, validation, test."""
    parts = text.split(",")
    if len(parts) != 3:
        message = f"The split must be three numbers (training, validation, test), got '{text[:60]}'."
        raise SettingError(message, "For example 0.7,0.15,0.15.")
    convert = decimal("fraction of the split")
    train, validation, test = (convert(part.strip()) for part in parts)
    return SplitSpec(train, validation, test)


def delimiter(text: str) -> str:
    """Return the sign between cells, written as it is or by its name."""
    sign = sign_of(text)
    try:
        check_delimiter(sign)
    except DataError as error:
        raise SettingError(error.message, f"Write the sign or its name: {', '.join(NAMES.values())}.") from error
    return sign


def check_device(name: str) -> None:
    """Raise for a device that is not there: DeviceError for a card, SettingError for a name that means nothing."""
    if name in ("auto", "cpu"):
        return
    if name == "gpu" or (name.startswith("gpu:") and name[4:].isdigit()):
        raise DeviceError(f"No device '{name}' can be used: this version trains on the processor.", "Use --device cpu, or leave it out.")
    raise SettingError(f"There is no device '{name}'.", "Use auto or cpu.")
