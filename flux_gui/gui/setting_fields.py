"""The rows of a form for what a registry says can be set: numbers, choices, switches and formulas, with the values they have."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flux_gui.core.registry import Entry, Hyper, Option, Registry, Setting, Switch, Text
from flux_gui.document.registries import REGISTRIES
from flux_gui.gui.forms import FieldSpec, choices
from flux_gui.specs import Choice

FORMULAS = {
    "activation": ("f(x) =", "The function in your own words, a formula of x, such as x*sigmoid(1.702*x). Its slope is found by itself."),
    "loss": ("loss =", "The loss in your own words, a formula of yhat (predicted) and y (true), such as (yhat - y)^2."),
}


def setting_fields(settings: Iterable[Setting], prefix: str, holder: Any = None, indent: int = 0) -> list[FieldSpec]:
    """Return a row for each of `settings`, at the paths `prefix`.<name>.

    A choice from a registry is followed by the settings of what `holder`, the specification, has chosen there.
    """
    fields: list[FieldSpec] = []
    for setting in settings:
        path = f"{prefix}.{setting.name}"
        if isinstance(setting, Option) and setting.registry:
            entries = REGISTRIES[setting.registry]
            chosen = getattr(holder, setting.name, None) or Choice(setting.default)
            row = FieldSpec(path, label_of(setting), "choice", choices(offered(entries, chosen)), help=setting.doc, indent=indent)
            fields += choice_fields(replace(row, advanced=setting.advanced), entries, chosen, setting.registry)
        else:
            fields.append(_field(setting, path, indent))
    return fields


def setting_values(settings: Iterable[Setting], prefix: str, holder: Any) -> dict[str, Any]:
    """Return path -> value for the rows of `setting_fields`."""
    values: dict[str, Any] = {}
    for setting in settings:
        path, value = f"{prefix}.{setting.name}", getattr(holder, setting.name, setting.default)
        if isinstance(value, Choice):
            registry = REGISTRIES[setting.registry] if isinstance(setting, Option) else None
            values |= choice_values(registry, path, value) if registry is not None else {path: value.name}
        else:
            values[path] = value
    return values


def choice_fields(row: FieldSpec, registry: Registry[Any], chosen: Choice, kind: str = "", deeper: int = 1) -> list[FieldSpec]:
    """Return `row`, a choice from `registry`, and below it, `deeper` to the right, the settings of the entry chosen.

    `kind` says what the formula of a custom entry is called.
    """
    entry = registry.get(chosen.name)
    indent = row.indent + deeper
    fields = [row, *(replace(one, indent=indent) for one in hyper_fields(entry, row.path))]
    if entry.custom:
        label, about = FORMULAS.get(kind, ("formula", entry.doc))
        fields.insert(1, FieldSpec(f"{row.path}.formula", label, "text", help=about, wide=True, indent=indent))
    return [replace(one, advanced=True) for one in fields] if row.advanced else fields


def choice_values(registry: Registry[Any], path: str, chosen: Choice) -> dict[str, Any]:
    """Return path -> value for the rows of `choice_fields`."""
    entry = registry.get(chosen.name)
    formula = {f"{path}.formula": chosen.formula or entry.formula} if entry.custom else {}
    return {path: entry.name, **hyper_values(entry, path, chosen.values), **formula}


def about(entry: Entry) -> str:
    """Return what an entry is: its formula and its meaning."""
    return "\n".join(part for part in (entry.formula, entry.doc) if part)


def offered(registry: Registry[Any], chosen: Choice) -> list[Entry]:
    """Return the entries that the window offers; one that is in use is among them even if it is for the library only."""
    now = registry.get(chosen.name)
    return [entry for entry in registry if entry.in_window or entry is now]


def hyper_fields(entry: Entry, prefix: str) -> list[FieldSpec]:
    """Return the fields of an entry's hyper-parameters, at the paths `prefix`.<name>."""
    return [_field(hyper, f"{prefix}.{hyper.name}") for hyper in entry.hypers]


def hyper_values(entry: Entry, prefix: str, values: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return path -> value for the fields of `hyper_fields`, defaults filled in."""
    given = values or {}
    return {f"{prefix}.{hyper.name}": given.get(hyper.name, hyper.default) for hyper in entry.hypers}


def label_of(setting: Setting) -> str:
    """Return what a setting is called in a form."""
    label = setting.label or setting.name.replace("_", " ")
    return label[:1].upper() + label[1:]


def _field(setting: Setting, path: str, indent: int = 0) -> FieldSpec:
    plain = FieldSpec(path, label_of(setting), help=setting.doc, advanced=setting.advanced, indent=indent)
    if isinstance(setting, Switch):
        return replace(plain, kind="toggle")
    if isinstance(setting, Text):
        return replace(plain, kind="text", wide=True)
    if isinstance(setting, Option):
        return replace(plain, kind="choice", options=setting.options)
    return _hyper_field(setting, plain)


def _hyper_field(hyper: Hyper, plain: FieldSpec) -> FieldSpec:
    if hyper.boolean:
        return replace(plain, kind="flag", help=f"{hyper.doc} Usually {'on' if hyper.default else 'off'}.".strip())
    return replace(
        plain,
        kind="integer" if hyper.integer else "number",
        low=hyper.low,
        high=hyper.high,
        scale=hyper.scale,
        help=f"{hyper.doc} Usually {hyper.default:g}.".strip(),
        open_low=hyper.open_low,
    )
