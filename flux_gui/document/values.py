"""One value of a specification at a dotted path: from what a form or a command gives to the typed value, in a new specification."""

import contextlib
import difflib
import re
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec

from flux_gui.core.errors import FormulaError, SettingError
from flux_gui.data import sources
from flux_gui.data.features import split_text
from flux_gui.data.sniff import sign_of
from flux_gui.document.nesting import iterate
from flux_gui.document.numbers import number
from flux_gui.document.ranges import parse_range
from flux_gui.document.registries import WORDS_AT, named, registry_at
from flux_gui.document.values_training import is_listed, listed_value, with_listed, with_number
from flux_gui.engine.expressions import parse
from flux_gui.engine.formula import names_in
from flux_gui.specs import Choice, ColumnSpec, FileData, FormulaParameter, FormulaSpec, ProjectSpec, Range, ReadSpec, SplitSpec
from flux_gui.specs.codec import get_path, set_path

MAX_FORMULA_PARAMETERS: Final = 20
WORDS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_MISSING: Final = object()
_ABSENT: Final = (AttributeError, IndexError, ValueError, KeyError, TypeError)


def with_value(spec: ProjectSpec, path: str, value: Any) -> ProjectSpec:
    """Return `spec` with `value` at `path`, converted to the type that belongs there; raises SettingError or FormulaError.

    Names of activations, losses, ... become choices; `0:5` a range; `data.source.target` and the role of a column keep one target;
    changing one fraction of the split changes the training fraction so that they sum to 1; features are a tuple, or a text with commas
    between them; the formula of a formula layer brings
    the parameters that it names. Rules, stop rules, stages and frozen layers go as `values_training` says.
    """
    if path == "data.source.target":
        return _with_role(spec, str(value), "target")
    if is_listed(path):
        return _checked(with_listed(spec, path, value), path)
    old = value_at(spec, path)
    head, _, last = path.rpartition(".")
    parent = get_path(spec, head) if head else spec
    if isinstance(parent, SplitSpec) and last in ("train", "validation", "test"):
        return _checked(set_path(spec, head, _balanced(parent, last, number(value, last))), path)
    if isinstance(parent, ColumnSpec) and last in ("role", "kind"):
        return _with_column(spec, head, parent, last, value)
    if last.startswith("sha256"):
        raise SettingError(
            f"{path} is no setting: it tells whether the file is still the same.", "Set data.source.path to read another file."
        )
    if last == "id" and head.startswith("model."):
        raise SettingError("The id of a layer stays: its weights are found by it.", f"Change {head}.name to call the layer something.")
    if isinstance(parent, Choice) and last == "name":
        return with_value(spec, head, value)
    if isinstance(parent, Choice) and last in ("formula", "values"):
        return _checked(set_path(spec, head, _with_formula(parent, head, last, value)), path)
    if isinstance(parent, Choice):
        registry = registry_at(head)
        assert registry is not None
        return _checked(set_path(spec, head, with_number(parent, registry, last, value)), path)
    if isinstance(parent, FormulaSpec) and last == "formula" and isinstance(value, str):
        return _checked(set_path(spec, head, _with_parameters(parent, value)), path)
    return _checked(set_path(spec, path, _converted(old, path, value)), path)


def value_at(spec: ProjectSpec, path: str) -> Any:
    """Return what is at `path` now; what stands at its default gives that default. SettingError names the nearest path."""
    if is_listed(path):
        return listed_value(spec, path)
    if path == "data.source.target" and isinstance(spec.data.source, FileData):
        return spec.data.source.target
    with contextlib.suppress(*_ABSENT):
        return get_path(spec, path)
    head, _, last = path.rpartition(".")
    parent: Any = _MISSING
    with contextlib.suppress(*_ABSENT):
        parent = get_path(spec, head)
    registry = registry_at(head)
    if isinstance(parent, Choice) and registry is not None:
        return registry.get(parent.name).hyper(last).default
    near = difflib.get_close_matches(path, list(paths(spec)), n=1, cutoff=0.7)
    hint = f"Did you mean {near[0]}?" if near else "Settings are named like training.optimiser.eta."
    raise SettingError(f"There is no setting '{path}' in this project.", hint)


def paths(spec: ProjectSpec) -> Iterator[str]:
    """Yield the paths of all settings that `spec` has now, apart from those that are off."""
    yield "name"
    if isinstance(spec.data.source, FileData):
        yield "data.source.target"
    for part in ("data.source", "data.split", "data.prepare", "model", "training"):
        for field in get_path(spec, part).__struct_fields__:
            path = f"{part}.{field}"
            if field in ("layers", "columns", "chain", "stop", "schedule", "frozen") or field.startswith("sha256"):
                continue
            yield path
            yield from _within(spec, path)
    for place, layer in iterate(spec.model.layers):
        for field in layer.__struct_fields__:
            if field not in ("layers", "branches", "parameters", "id"):
                yield f"{place}.{field}"
                yield from _within(spec, f"{place}.{field}")


def parse_text(spec: ProjectSpec, path: str, text: str) -> Any:
    """Return the value that `text`, as typed in a terminal, means for the setting at `path`; raises SettingError."""
    if path == "data.source.reading.delimiter":
        return sign_of(text)
    old = value_at(spec, path)
    word = text.strip().lower()
    if isinstance(old, bool):
        if word not in (*WORDS, "1", "0"):
            raise SettingError(f"{path} must be yes or no, got '{text[:40]}'.", "Write yes or no.")
        return WORDS.get(word, word == "1")
    if isinstance(old, int | float):
        if word in WORDS:
            return WORDS[word]
        try:
            return int(word) if re.fullmatch(r"[+-]?\d+", word) else float(word)
        except ValueError as error:
            kind, example = ("a whole number", "100") if isinstance(old, int) else ("a number", "0.1, with a point")
            raise SettingError(f"{path} must be {kind}, got '{text[:40]}'.", f"For example {example}.") from error
    return text


def _within(spec: ProjectSpec, path: str) -> Iterator[str]:
    """Yield the paths of the numbers of a choice."""
    value, registry = get_path(spec, path), registry_at(path)
    if isinstance(value, ReadSpec):
        yield from (f"{path}.{field}" for field in value.__struct_fields__)
    if isinstance(value, Choice) and registry is not None and value.name in registry:
        yield from (f"{path}.{hyper.name}" for hyper in registry.get(value.name).hypers)


def _with_formula(choice: Choice, path: str, name: str, value: Any) -> Choice:
    """Return `choice` with the formula that the user writes; other fields of a choice are not settings."""
    registry = registry_at(path)
    assert registry is not None
    entry = registry.get(choice.name)
    if name != "formula" or not entry.custom:
        raise SettingError(f"{path} is {entry.name}, which has no setting '{name}'.", "Choose custom to write a formula of your own.")
    if not isinstance(value, str):
        raise SettingError(f"{path}.formula must be a text, got {value!r}.", f"For example {entry.formula}.")
    return msgspec.structs.replace(choice, formula=value.strip())


def _with_parameters(layer: FormulaSpec, formula: str) -> FormulaSpec:
    """Return `layer` with another formula and the parameters that it names; those that stay keep their settings."""
    names = names_in(formula)
    if len(names) > MAX_FORMULA_PARAMETERS:
        raise FormulaError(f"The formula names {len(names)} parameters, more than {MAX_FORMULA_PARAMETERS}.", "Use fewer.")
    parse(formula, ("x", *names))
    known = {parameter.name: parameter for parameter in layer.parameters}
    parameters = tuple(known.get(name) or FormulaParameter(name) for name in names)
    return msgspec.structs.replace(layer, formula=formula.strip(), parameters=parameters)


def _converted(old: Any, path: str, value: Any) -> Any:
    registry = registry_at(path)
    if path in WORDS_AT and isinstance(value, str):
        return WORDS_AT[path].get(value).name
    if path in ("data.prepare.features", "data.prepare.left_out"):
        return _several(value, path)
    if isinstance(old, Choice) and registry is not None and isinstance(value, str):
        entry = named(registry, value)
        return old if entry.name == old.name else Choice(entry.name, formula=entry.formula if entry.custom else "")
    if isinstance(old, Range) and isinstance(value, str):
        return parse_range(value)
    if isinstance(old, float) and not isinstance(old, bool):
        return number(value, path.rpartition(".")[2])
    if isinstance(old, int) and not isinstance(old, bool) and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _several(value: Any, path: str) -> tuple[str, ...]:
    """Return the formulas or names in a text with commas, or in a list of texts."""
    if isinstance(value, str):
        return split_text(value)
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        what, example = ("formulas", "x1^2, sin(x1)") if path.endswith("features") else ("names of columns", "x1, x2")
        raise SettingError(f"The {path.rpartition('.')[2]} must be {what}, got {value!r}.", f"Write them as {example}.")
    return tuple(part.strip() for part in value)


def _balanced(split: SplitSpec, name: str, value: float) -> SplitSpec:
    """Return `split` with one fraction changed; training makes up for it, or test when training itself was changed."""
    fractions = {"train": split.train, "validation": split.validation, "test": split.test, name: value}
    if not 0 <= value <= 1:
        raise SettingError(f"The {name} part of the split must be a number from 0 to 1, got {value:g}.", "For example 0.15.")
    other = "test" if name == "train" else "train"
    fractions[other] = round(1.0 - sum(v for k, v in fractions.items() if k != other), 12)
    if name == "train" and fractions["test"] < 0:  # more than the test rows had: validation gives the rest
        fractions["validation"], fractions["test"] = round(1.0 - value, 12), 0.0
    return msgspec.structs.replace(split, **fractions)


def _with_column(spec: ProjectSpec, place: str, column: ColumnSpec, name: str, value: Any) -> ProjectSpec:
    """Return `spec` with another role or kind of one column; an input read as text is left out, since text cannot be an input."""
    if value == getattr(column, name):
        return spec
    if name == "role" and value in ("target", "split", "weight"):
        return _with_role(spec, column.name, value)
    changed = msgspec.structs.replace(column, **{name: value}, reason="chosen")
    if value == "text" and column.role == "input":
        changed = msgspec.structs.replace(changed, role="ignore", reason="text cannot be an input")
    if column.role == "target":  # other values may mean another task
        spec = set_path(spec, "data.source.task", "")
    return _checked(set_path(spec, place, changed), f"{place}.{name}")


def _with_role(spec: ProjectSpec, column: str, role: Any) -> ProjectSpec:
    """Return `spec` with `role` (target, split or weight, of which there is one) given to `column` alone."""
    source = spec.data.source
    if not isinstance(source, FileData) or column not in [c.name for c in source.columns]:
        names = ", ".join(c.name for c in sources.columns(source))
        hint = f"Columns: {names}." if isinstance(source, FileData) else f"Columns: {names}, whose roles are fixed."
        raise SettingError(f"There is no column '{column}'.", hint)
    columns = []
    for old in source.columns:
        if old.name == column:
            columns.append(msgspec.structs.replace(old, role=role, reason="chosen"))
        elif old.role == role:
            columns.append(msgspec.structs.replace(old, role="input" if role == "target" and old.kind != "text" else "ignore", reason=""))
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
        raise _refusal(spec, path) from error
    return spec


def _refusal(spec: ProjectSpec, path: str) -> SettingError:
    """Return what to say of a value at `path` that has the wrong type, in words that need no Python."""
    head, _, last = path.rpartition(".")
    parent = get_path(spec, head) if head else spec
    value, kind = get_path(spec, path), get_type_hints(type(parent)).get(last)
    if get_origin(kind) is Literal:
        known = ", ".join(word or '""' for word in get_args(kind))
        return SettingError(f"{path} must be one of {known}; got {value!r}.", "Write one of these words.")
    if kind in _PLAIN:
        return SettingError(f"{path} must be {_PLAIN[kind]}, got {value!r}.", "Choose another value.")
    example = _PARTS.get(last, "model.layers.0.units")
    return SettingError(f"{path} is made of several settings and cannot be {value!r}.", f"Set one of them, such as {example}.")


_PLAIN: Final[dict[Any, str]] = {int: "a whole number", float: "a number", bool: "yes or no (True or False)", str: "a text"}
_PARTS: Final = {
    "chain": "training.chain.WeightDecay=yes",
    "stop": "training.stop.early_stopping=yes",
    "frozen": "training.frozen.output=yes",
    "training": "training.epochs",
    "data": "data.split.validation",
    "source": "data.source.target",
    "columns": "data.source.columns.0.role",
    "split": "data.split.validation",
    "prepare": "data.prepare.scale_inputs",
    "reading": "data.source.reading.delimiter",
}
"""What can be set inside a setting that is made of others."""
