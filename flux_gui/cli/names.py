"""`flux-gui info --names`: every name that a setting can have, with its own settings, their defaults, ranges and meaning."""

from collections.abc import Iterator
from typing import Any

from flux_gui.core.errors import SettingError
from flux_gui.core.registry import Entry, Hyper, Option, Setting
from flux_gui.document.registries import CHAIN, DATA_REGISTRIES, MAIN, REGISTRIES

KINDS = (
    *("activation", "loss", "optimiser", "rule", "schedule", "stop", "initialiser", "layer"),
    *("generator", "sample", "reader", "scaler", "imputer", "split"),
)
"""What `--names` lists; a rule stands in front of the optimiser (training.chain)."""

PATHS = {
    "activation": "model.layers.N.activation",
    "loss": "training.loss",
    "optimiser": "training.optimiser",
    "rule": "training.chain.NAME=yes",
    "schedule": "training.schedule.N.rule",
    "stop": "training.stop.NAME=yes",
    "initialiser": "model.layers.N.initialiser",
    "layer": "model.layers.N",
    "generator": "new --generate NAME, data.source.generator",
    "sample": "new --sample NAME",
    "reader": "new --data FILE",
    "scaler": "data.prepare.scale_inputs, data.prepare.scale_target",
    "imputer": "data.prepare.missing",
    "split": "data.split.method",
}


def singular(kind: str) -> str:
    """Return the name of a kind that was typed, in one or in many: generator for Generators."""
    word = kind.strip().lower()
    many = {"losses": "loss"} | {f"{name}s": name for name in KINDS}
    return many.get(word, word)


def entries(kind: str) -> list[Entry]:
    """Return the entries of one kind that a project can use; SettingError for a kind that does not exist."""
    if kind not in KINDS:
        raise SettingError(f"There are no names of the kind '{kind}'.", f"Kinds: {', '.join(KINDS)}.")
    registry: Any = {"rule": CHAIN, "optimiser": MAIN}.get(kind) or {**REGISTRIES, **DATA_REGISTRIES}[kind]
    found: list[Entry] = registry.in_window()
    return found


def facts(kind: str) -> list[dict[str, Any]]:
    """Return the entries of one kind as plain values, for `--json`."""
    return [
        {
            "name": entry.name,
            "aliases": list(entry.aliases),
            "doc": entry.doc,
            "formula": entry.formula,
            "settings": [_fact(setting) for setting in settings_of(entry)],
        }
        for entry in entries(kind)
    ]


def settings_of(entry: Entry) -> tuple[Setting, ...]:
    """Return what can be set of an entry: a layer has settings of several types, every other entry numbers."""
    return tuple(getattr(entry, "settings", ())) or entry.hypers


def text(kind: str) -> str:
    """Return the entries of one kind as text for people."""
    return "\n".join(_lines(kind))


def _lines(kind: str) -> Iterator[str]:
    found = entries(kind)
    yield f"{kind}  ({PATHS[kind]})"
    for entry in found:
        aliases = f" (or {', '.join(entry.aliases)})" if entry.aliases else ""
        yield f"  {entry.name}{aliases}  {entry.doc}"
        if entry.custom:
            yield f"      formula = {entry.formula}  The formula itself."
        for setting in settings_of(entry):
            yield f"      {setting.name} = {_default(setting)}{_range(setting)}  {setting.doc}"


def _default(setting: Setting) -> str:
    default = setting.default
    if isinstance(setting, Hyper):
        return ("yes" if default else "no") if setting.boolean else f"{default:g}"
    return ("yes" if default else "no") if isinstance(default, bool) else str(default)


def _range(setting: Setting) -> str:
    if isinstance(setting, Hyper) and not setting.boolean:
        return f" ({'above ' if setting.open_low else ''}{setting.low:g} to {setting.high:g})"
    if isinstance(setting, Option) and setting.options:
        return f" ({', '.join(key for key, _, _ in setting.options)})"
    return ""


def _fact(setting: Setting) -> dict[str, Any]:
    known: dict[str, Any] = {"name": setting.name, "default": setting.default, "doc": setting.doc}
    if isinstance(setting, Hyper):
        known |= {"low": setting.low, "high": setting.high}
    if isinstance(setting, Option):
        known["options"] = [key for key, _, _ in setting.options]
    return known
