"""One value of a specification at a dotted path: from what a form or a command gives to the typed value, in a new specification."""

import contextlib
from typing import Any, Final

import msgspec

from flux_gui.core.errors import SettingError
from flux_gui.core.registry import Registry
from flux_gui.document.ranges import parse_range
from flux_gui.engine.activations import ACTIVATIONS
from flux_gui.engine.initialisers import INITIALISERS
from flux_gui.engine.losses import LOSSES
from flux_gui.engine.optimisers import OPTIMISERS
from flux_gui.specs import Choice, ColumnSpec, FileData, ProjectSpec, Range, SplitSpec
from flux_gui.specs.codec import get_path, set_path

REGISTRIES: Final[dict[str, Registry[Any]]] = {
    "activation": ACTIVATIONS,
    "initialiser": INITIALISERS,
    "loss": LOSSES,
    "optimiser": OPTIMISERS,
}
_MISSING: Final = object()


def with_value(spec: ProjectSpec, path: str, value: Any) -> ProjectSpec:
    """Return `spec` with `value` at `path`, converted to the type that belongs there; raises SettingError.

    Names of activations, losses, ... become choices; `0:5` a range; `data.source.target` and the role of a column keep one target;
    changing one fraction of the split changes the training fraction so that they sum to 1.
    """
    if path == "data.source.target":
        return _with_role(spec, str(value), "target")
    old = _existing(spec, path)
    head, _, last = path.rpartition(".")
    parent = get_path(spec, head) if head else spec
    if isinstance(parent, SplitSpec) and last in ("train", "validation", "test"):
        return _checked(set_path(spec, head, _balanced(parent, last, _number(value, last))), path)
    if isinstance(parent, ColumnSpec) and last in ("role", "kind"):
        return _with_column(spec, head, parent, last, value)
    return _checked(set_path(spec, path, _converted(old, last, value)), path)


def _existing(spec: ProjectSpec, path: str) -> Any:
    """Return what is at `path` now; a hyper-parameter that stands at its default gives that default."""
    with contextlib.suppress(AttributeError, IndexError, ValueError, KeyError, TypeError):
        return get_path(spec, path)
    head, _, last = path.rpartition(".")
    parent: Any = _MISSING
    with contextlib.suppress(AttributeError, IndexError, ValueError, KeyError, TypeError):
        parent = get_path(spec, head)
    if isinstance(parent, Choice):
        return REGISTRIES[head.rpartition(".")[2]].get(parent.name).hyper(last).default
    raise SettingError(f"There is no setting '{path}' in this project.", "Settings are named like training.optimiser.eta.")


def _converted(old: Any, name: str, value: Any) -> Any:
    if isinstance(old, Choice) and isinstance(value, str):
        entry = REGISTRIES[name].get(value)
        return old if entry.name == old.name else Choice(entry.name)
    if isinstance(old, Range) and isinstance(value, str):
        return parse_range(value)
    if isinstance(old, float) and not isinstance(old, bool):
        return _number(value, name)
    if isinstance(old, int) and not isinstance(old, bool) and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SettingError(f"{name} must be a number, got {value!r}.", "Type digits, for example 0.1.")
    try:
        return float(value)
    except OverflowError as error:
        raise SettingError(f"{name} is far too large a number.", "Type fewer digits.") from error


def _balanced(split: SplitSpec, name: str, value: float) -> SplitSpec:
    """Return `split` with one fraction changed; training makes up for it, or test when training itself was changed."""
    fractions = {"train": split.train, "validation": split.validation, "test": split.test, name: value}
    other = "test" if name == "train" else "train"
    fractions[other] = round(1.0 - sum(v for k, v in fractions.items() if k != other), 12)
    if name == "train" and fractions["test"] < 0:  # more than the test rows had: validation gives the rest
        fractions["validation"], fractions["test"] = round(1.0 - value, 12), 0.0
    return msgspec.structs.replace(split, **fractions)


def _with_column(spec: ProjectSpec, place: str, column: ColumnSpec, name: str, value: Any) -> ProjectSpec:
    """Return `spec` with another role or kind of one column; an input read as text is left out, since text cannot be an input."""
    if value == getattr(column, name):
        return spec
    if name == "role" and value in ("target", "split"):
        return _with_role(spec, column.name, value)
    changed = msgspec.structs.replace(column, **{name: value}, reason="chosen")
    if value == "text" and column.role == "input":
        changed = msgspec.structs.replace(changed, role="ignore", reason="text cannot be an input")
    if column.role == "target":  # other values may mean another task
        spec = set_path(spec, "data.source.task", "")
    return _checked(set_path(spec, place, changed), f"{place}.{name}")


def _with_role(spec: ProjectSpec, column: str, role: Any) -> ProjectSpec:
    """Return `spec` with `role` (target or split, of which there is one) given to `column` alone."""
    source = spec.data.source
    if not isinstance(source, FileData) or column not in [c.name for c in source.columns]:
        names = ", ".join(c.name for c in source.columns) if isinstance(source, FileData) else "x, y (a formula has no other)"
        raise SettingError(f"There is no column '{column}'.", f"Columns: {names}.")
    columns = []
    for old in source.columns:
        if old.name == column:
            columns.append(msgspec.structs.replace(old, role=role, reason="chosen"))
        elif old.role == role:
            columns.append(msgspec.structs.replace(old, role="ignore" if old.kind == "text" or role == "split" else "input", reason=""))
        else:
            columns.append(old)
    task = "" if role == "target" else source.task
    source = msgspec.structs.replace(source, columns=tuple(columns), task=task)
    return msgspec.structs.replace(spec, data=msgspec.structs.replace(spec.data, source=source))


def _checked(spec: ProjectSpec, path: str) -> ProjectSpec:
    """Return `spec` if every value has the type its place wants."""
    try:
        msgspec.convert(msgspec.to_builtins(spec), ProjectSpec)
    except (msgspec.ValidationError, TypeError, OverflowError) as error:
        reason = str(error).split(" - at ")[0]
        raise SettingError(f"{path} cannot have this value: {reason}.", "Choose another value.") from error
    return spec
