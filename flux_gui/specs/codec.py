"""Strict JSON for specifications: unknown fields, wrong types and non-finite numbers are refused with their place."""

from typing import Any, TypeVar

import msgspec

from flux_gui.core.errors import FormatError

T = TypeVar("T")


def encode(value: Any) -> bytes:
    """Return `value` (a specification) as readable JSON."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


def decode(text: bytes, kind: type[T], where: str) -> T:
    """Return the specification of type `kind` in `text`; raises FormatError naming `where` and the place inside."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise FormatError(f"{where} cannot be read: {error}.", "The file is damaged or was written by something else.") from error


def get_path(value: Any, path: str) -> Any:
    """Return the part of a specification at a dotted path, such as `training.optimiser.eta` or `model.layers.0.units`."""
    for part in path.split("."):
        value = _child(value, part)
    return value


def set_path(value: Any, path: str, new: Any) -> Any:
    """Return a copy of the specification with the part at `path` replaced; unchanged parts stay the same objects.

    Parts of a tuple go by number, choices in a tuple also by name: `training.chain.WeightDecay.lambd`.
    """
    head, _, rest = path.partition(".")
    child = set_path(_child(value, head, missing_ok=not rest), rest, new) if rest else new
    if isinstance(value, tuple):
        index = _place(value, head)
        return (*value[:index], child, *value[index + 1 :])
    if hasattr(value, "values") and head not in value.__struct_fields__:  # a Choice: its hyper-parameters are its children
        return msgspec.structs.replace(value, values={**value.values, head: child})
    return msgspec.structs.replace(value, **{head: child})


def _child(value: Any, part: str, missing_ok: bool = False) -> Any:
    if isinstance(value, tuple):
        return value[_place(value, part)]
    if part in value.__struct_fields__:
        return getattr(value, part)
    if missing_ok:
        return value.values.get(part)
    return value.values[part]


def _place(values: tuple[Any, ...], part: str) -> int:
    """Return the index of a part of a tuple that is named by its number, or by its name if it is a choice."""
    if part.isdecimal():
        return int(part)
    found = [i for i, value in enumerate(values) if getattr(value, "name", None) == part]
    if not found:
        raise KeyError(part)
    return found[0]
